//! How many forms one visitor may send.

use std::sync::Arc;

use jiff::SignedDuration;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::limits::MockLimiter;
use mrdj_http::router;

use crate::house::{Answer, Client, House, SAMPLE};

fn figures(answer: &Answer) -> [&str; 3] {
    ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"].map(|name| answer.header(name))
}

#[tokio::test]
async fn the_twenty_first_contact_form_is_refused_until_the_window_ends() {
    let house = House::new();
    let client = house.client();
    for sent in 1..=20 {
        let answer = client.post_json("/contact", SAMPLE).await;
        assert_eq!(answer.status, 200);
        assert_eq!(figures(&answer), ["20", (20 - sent).to_string().as_str(), "600"]);
    }
    house.clock.advance(SignedDuration::from_millis(500));
    let refused = client.post_json("/contact", SAMPLE).await;
    refused.problem(429);
    assert_eq!((refused.header("retry-after"), figures(&refused)), ("600", ["20", "0", "600"]));
    house.clock.advance(SignedDuration::from_mins(10));
    assert_eq!(client.post_json("/contact", SAMPLE).await.status, 200);
}

#[tokio::test]
async fn every_answer_of_a_form_tells_the_figures() {
    let mut house = House::new();
    house.app.rules.max_body_bytes = 1_000;
    let client = house.client();
    for (body, status) in [("{", 400), ("{}", 422), (&*"a".repeat(2_000), 413)] {
        let answer = client.post_json("/contact", body.to_owned()).await;
        assert_eq!(answer.status, status);
        assert!(figures(&answer).iter().all(|figure| !figure.is_empty()), "{answer:?}");
    }
}

#[tokio::test]
async fn all_forms_together_have_a_limit_too() {
    let mut house = House::new();
    house.app.rules.general.max = 3;
    let client = house.client();
    for path in ["/contact", "/callback-request", "/api/callback-request"] {
        assert_eq!(client.post_json(path, SAMPLE).await.status, 200);
    }
    for path in ["/callback-request", "/contact"] {
        let refused = client.post_json(path, SAMPLE).await;
        refused.problem(429);
        assert_eq!(figures(&refused), ["3", "0", "900"]);
    }
}

#[tokio::test]
async fn visitors_do_not_share_a_limit_and_households_do() {
    let mut house = House::new();
    house.app.rules.contact.max = 1;
    let client = house.client();
    let status = async |peer: &str| client.at(peer).post_json("/contact", SAMPLE).await.status.as_u16();
    assert_eq!([status("192.0.2.1").await, status("192.0.2.2").await, status("192.0.2.1").await], [200, 200, 429]);
    assert_eq!([status("2001:db8::1").await, status("2001:db8::2").await], [200, 429]);
    assert_eq!(status("2001:db8:0:1::1").await, 200);
}

#[tokio::test]
async fn visitors_behind_our_proxy_are_told_apart_and_others_cannot_pretend() {
    let mut house = House::new();
    house.app.rules.contact.max = 1;
    house.app.rules.trusted_proxies = vec!["10.0.0.1/32".parse().expect("a net")];
    let client = house.client();
    let status = async |peer: &str, forwarded: &str| {
        let request = crate::house::request("POST", "/contact").header("content-type", "application/json");
        let request = request.header("x-forwarded-for", forwarded).body(SAMPLE.into()).expect("a request");
        client.at(peer).send(request).await.status.as_u16()
    };
    let ours = [status("10.0.0.1", "192.0.2.1").await, status("10.0.0.1", "192.0.2.2").await];
    assert_eq!(ours, [200, 200]);
    let pretended = [status("198.51.100.9", "192.0.2.3").await, status("198.51.100.9", "192.0.2.4").await];
    assert_eq!(pretended, [200, 429]);
}

async fn many(client: &Client) -> Vec<u16> {
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = client.post_json("/contact", SAMPLE).await;
        assert_eq!(figures(&answer), ["", "", ""]);
        seen.push(answer.status.as_u16());
    }
    seen
}

#[tokio::test]
async fn visitors_of_unknown_address_do_not_lock_each_other_out() {
    let mut house = House::new();
    house.app.rules.contact.max = 1;
    assert_eq!(many(&Client::of(router(house.app)).nowhere()).await, [200, 200, 200]);
}

#[tokio::test]
async fn a_limiter_that_is_away_costs_nobody_an_enquiry() {
    let mut house = House::new();
    let mut limiter = MockLimiter::new();
    limiter.expect_take().returning(|_, _, _| Err(PortError::new(ErrorKind::Unavailable, "redis", "take", "away")));
    house.app.limiter = Arc::new(limiter);
    assert_eq!(many(&house.client()).await, [200, 200, 200]);
}

#[tokio::test]
async fn a_limit_of_zero_is_none() {
    let mut house = House::new();
    (house.app.rules.contact.max, house.app.rules.general.max) = (0, 0);
    assert_eq!(many(&house.client()).await, [200, 200, 200]);
}
