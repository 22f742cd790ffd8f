//! Who may see the operator's routes.

use std::sync::Arc;

use axum::body::Body;
use jiff::SignedDuration;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::limits::MockLimiter;
use mrdj_http::{Operators, openapi};
use serde_json::Value;

use crate::house::{Answer, Client, House, PASSWORD, login, new_operators, request};

/// Every operator route of the document, as method and path with ids filled in.
fn operator_routes() -> Vec<(String, String)> {
    let document = openapi::document("");
    let paths = document["paths"].as_object().expect("paths").iter();
    let operations = paths.flat_map(|(path, item)| {
        let path =
            path.replace("{queue}", "crm").replace("{leadId}", "web-1").replace("{id}", &uuid::Uuid::nil().to_string());
        let path = path.replace("{bookingId}", "bk-1").replace("{partner}", "n8n").replace("{eventId}", "msg_1");
        let nobody = uuid::Uuid::nil().to_string();
        let path = path.replace("{fileId}", &nobody).replace("{blockId}", &nobody).replace("{resourceId}", "dj-1");
        let path = path.replace("{key}", "hero");
        item.as_object()
            .expect("operations")
            .iter()
            .map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    });
    let guarded = operations.filter(|(.., operation)| operation["security"][0].get("operator").is_some());
    guarded.map(|(method, path, _)| (method, path)).collect()
}

#[tokio::test]
async fn every_operator_route_needs_a_login_with_and_without_the_prefix() {
    let client = House::new().client();
    let routes = operator_routes();
    assert_eq!(routes.len(), 44, "{routes:?}");
    for (method, path) in routes {
        for path in [path.clone(), format!("/api{path}")] {
            let answer = client.send(request(&method, &path).body(Body::empty()).expect("a request")).await;
            assert_eq!(answer.status, 401, "{method} {path}");
            answer.problem(401);
            assert_eq!(answer.header("www-authenticate"), r#"Basic realm="mrdj", charset="UTF-8""#);
            let entered = client.operate(&method, &path).await.status.as_u16();
            assert!(![401, 403, 429].contains(&entered) && entered < 500, "{method} {path}: {entered}");
        }
    }
}

#[tokio::test]
async fn other_routes_do_not_ask_for_the_operator() {
    let guarded: Vec<_> = operator_routes().into_iter().map(|(_, path)| path).collect();
    let open = ["/", "/contact", "/callback-request", "/health", "/healthz", "/readyz", "/docs", "/docs.json"];
    for path in open {
        assert!(!guarded.iter().any(|guarded| guarded == path), "{path}");
        assert_ne!(House::new().client().get(path).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn a_door_that_is_not_there_is_not_found() {
    let mut house = House::new();
    house.app.operators = Operators::disabled();
    house.client().operate("GET", "/leads").await.problem(404);
}

#[tokio::test]
async fn operators_come_from_listed_addresses() {
    let mut house = House::new();
    let client = house.client();
    client.at("192.0.2.1").operate("GET", "/leads").await.problem(403);
    client.nowhere().operate("GET", "/leads").await.problem(403);
    assert_eq!(client.at("::1").operate("GET", "/leads").await.status, 200);
    assert_eq!(client.at("::ffff:127.0.0.1").operate("GET", "/leads").await.status, 200);
    let forwarded =
        request("GET", "/leads").header("authorization", login(PASSWORD)).header("x-forwarded-for", "127.0.0.1");
    client.send(forwarded.body(Body::empty()).expect("a request")).await.problem(403);
    house.app.rules.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a net")];
    let outsider =
        request("GET", "/leads").header("authorization", login(PASSWORD)).header("x-forwarded-for", "192.0.2.1");
    house.client().send(outsider.body(Body::empty()).expect("a request")).await.problem(403);
}

async fn try_password(client: &Client, password: &str) -> Answer {
    let request = request("GET", "/leads").header("authorization", login(password));
    client.send(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn a_guesser_has_five_tries_a_minute_and_locks_nobody_out_who_is_in() {
    let mut house = House::new();
    house.app.operators = new_operators();
    let client = house.client();
    // The first right one is a try too.
    assert_eq!(try_password(&client, PASSWORD).await.status, 200);
    for _ in 0..4 {
        try_password(&client, "wrong").await.problem(401);
    }
    let refused = try_password(&client, "wrong").await;
    refused.problem(429);
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(try_password(&client, PASSWORD).await.status, 200);
    house.clock.advance(SignedDuration::from_mins(1));
    try_password(&client, "wrong").await.problem(401);
}

#[tokio::test]
async fn a_right_password_is_believed_for_five_minutes_without_counting() {
    let mut house = House::new();
    house.app.operators = new_operators();
    let clock = house.clock.clone();
    assert_eq!(try_password(&house.client(), PASSWORD).await.status, 200);
    let mut limiter = MockLimiter::new();
    limiter.expect_take().returning(|_, _, _| Err(PortError::new(ErrorKind::Unavailable, "redis", "take", "away")));
    house.app.limiter = Arc::new(limiter);
    let client = house.client();
    clock.advance(SignedDuration::from_secs(299));
    assert_eq!(try_password(&client, PASSWORD).await.status, 200);
    clock.advance(SignedDuration::from_secs(1));
    try_password(&client, PASSWORD).await.problem(503);
}

#[tokio::test]
async fn a_login_that_is_none_is_refused_before_any_work() {
    let mut house = House::new();
    let mut limiter = MockLimiter::new();
    limiter.expect_take().never();
    house.app.limiter = Arc::new(limiter);
    let client = house.client();
    for header in ["Bearer abc", "Basic", "Basic %%%", "Basic YWRtaW4=", "Basic //79"] {
        let request = request("GET", "/leads").header("authorization", header);
        client.send(request.body(Body::empty()).expect("a request")).await.problem(401);
    }
}

#[tokio::test]
async fn a_wrong_name_is_refused_like_a_wrong_password() {
    let mut house = House::new();
    house.app.operators = new_operators();
    let request = request("GET", "/leads").header("authorization", "Basic cm9vdDpub3QtYS1yZWFsLXBhc3N3b3Jk");
    let problem = house.client().send(request.body(Body::empty()).expect("a request")).await.problem(401);
    assert_eq!(problem["detail"], "name or password is wrong");
}

#[tokio::test]
async fn another_site_cannot_make_an_operators_browser_act() {
    let client = House::new().client();
    let act = async |name: &str, value: &str| {
        let request = request("POST", "/owner/queues/crm/pause").header("authorization", login(PASSWORD));
        let request = request.header("host", "mrdj.example.com").header(name, value);
        client.send(request.body(Body::empty()).expect("a request")).await
    };
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        let problem: Value = act(name, value).await.problem(403);
        assert_eq!(problem["type"], "urn:mrdj:problem:cross-site");
    }
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", "https://mrdj.example.com"), ("accept", "*/*")]
    {
        assert_eq!(act(name, value).await.status, 204, "{name}: {value}");
    }
}
