//! Partners tell what happened, and operators see it.

use std::sync::Arc;

use axum::body::Body;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::secret::Secret;
use mrdj_core::store::MockStore;
use mrdj_core::webhooks::{MessageId, SigningKey, sign};
use serde_json::{Value, json};

use crate::house::{Answer, Client, House, SAMPLE, SECRETS, request};

/// The samples of each way to sign: `test-secret`, this body, this moment.
const BODY: &str = r#"{"type":"lead.updated","leadId":"web-1","status":"quoted"}"#;
const MOMENT: i64 = 1_760_000_000;
const STAMPED: &str = "t=1760000000,v1=48184980ec0b1d25c82b03d5638669fc5092b05bc5456adf93f2ca9b6ea32cfb";
const STANDARD: &str = "v1,73aVU0rshwGbC5hRuRyaxLHJauYt9zEul0s0g0s0Ydc=";
const HUB: &str = "sha256=936b61c65e4a84d4fa3b57a0c1d4873e8efc4f4c00f3b2a076fc0335b75eb469";

/// A house at the moment of the samples.
fn house_then() -> House {
    let house = House::new();
    house.clock.advance(SignedDuration::from_secs(MOMENT - FIRST));
    house
}

/// What the clock of a house shows first.
const FIRST: i64 = 1_795_262_400;

async fn post(client: &Client, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let request = headers.iter().fold(request("POST", path), |request, (name, value)| request.header(*name, *value));
    client.send(request.body(body.into()).expect("a request")).await
}

/// Says `body` under `id` as n8n does, signed now with `secret`.
pub(crate) async fn say(client: &Client, now: Timestamp, id: &str, secret: &str, body: &Value) -> Answer {
    let (id, body) = (MessageId::parse(id).expect("an id"), body.to_string());
    let key = SigningKey::standard(&Secret::from(secret.to_owned())).expect("a secret");
    let headers = sign(&id, now, body.as_bytes(), &key, &[]);
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    post(client, "/integrations/n8n/webhook", &headers, body).await
}

async fn events(client: &Client) -> Vec<(String, String, String)> {
    let page = client.operate("GET", "/integrations/events").await.json();
    let word = |event: &Value, name: &str| event[name].as_str().expect("a word").to_owned();
    let events = page["events"].as_array().expect("events").iter();
    events.map(|event| (word(event, "partner"), word(event, "id"), word(event, "kind"))).collect()
}

#[tokio::test]
async fn the_samples_are_believed_with_and_without_the_prefix() {
    let client = house_then().client();
    let stamped = [("x-mrdj-signature", STAMPED)];
    let standard = [("webhook-id", "msg_1"), ("webhook-timestamp", "1760000000"), ("webhook-signature", STANDARD)];
    let hub = [("x-hub-signature-256", HUB), ("x-github-delivery", "72d3162e-cc78"), ("x-github-event", "ping")];
    for prefix in ["", "/api"] {
        for (partner, headers) in
            [("rentguy", &stamped[..]), ("n8n", &stamped[..]), ("n8n", &standard[..]), ("github", &hub[..])]
        {
            let answer = post(&client, &format!("{prefix}/integrations/{partner}/webhook"), headers, BODY).await;
            assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0), "{partner} {answer:?}");
        }
    }
    let kept = events(&client).await;
    assert_eq!(kept.len(), 4, "each is heard once: {kept:?}");
    assert!(kept.contains(&("n8n".to_owned(), "msg_1".to_owned(), "lead.updated".to_owned())));
    assert!(kept.contains(&("github".to_owned(), "72d3162e-cc78".to_owned(), "ping".to_owned())));
    let one = client.operate("GET", "/integrations/events/n8n/msg_1").await.json();
    assert_eq!(one["body"], serde_json::from_str::<Value>(BODY).expect("JSON"));
    client.operate("GET", "/integrations/events/rentguy/msg_1").await.problem(404);
}

#[tokio::test]
async fn what_is_not_believed_is_told_why() {
    let client = house_then().client();
    let old = STAMPED.replace("t=1760000000", "t=1759999699");
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[], "missing_signature"),
        (&[("x-mrdj-signature", " ")], "missing_signature"),
        (&[("x-mrdj-signature", "v1=ab")], "missing_timestamp"),
        (&[("x-mrdj-signature", "t=1760000000")], "missing_digest"),
        (&[("x-mrdj-signature", "t=soon,v1=ab")], "invalid_timestamp"),
        (&[("x-mrdj-signature", &old)], "timestamp_out_of_range"),
        (&[("x-mrdj-signature", "t=1760000000,v1=ab")], "signature_mismatch"),
        (&[("x-hub-signature-256", HUB)], "missing_signature"),
    ];
    let answers = cases.map(|(headers, _)| post(&client, "/integrations/rentguy/webhook", headers, BODY));
    for (answer, (_, code)) in join_all(answers).await.into_iter().zip(cases) {
        assert_eq!(answer.problem(401)["code"], code);
    }
    let unnamed = post(&client, "/integrations/github/webhook", &[("x-hub-signature-256", HUB)], BODY).await;
    assert_eq!(unnamed.problem(401)["code"], "missing_id");
    let changed = post(&client, "/integrations/rentguy/webhook", &[("x-mrdj-signature", STAMPED)], "{}").await;
    assert_eq!(changed.problem(401)["code"], "signature_mismatch", "another body");
    let shut = post(&client, "/integrations/personalization/webhook", &[("x-mrdj-signature", STAMPED)], BODY).await;
    assert_eq!((&shut.problem(503)["code"], shut.header("retry-after")), (&json!("missing_secret"), "300"));
    post(&client, "/integrations/nobody/webhook", &[], BODY).await.problem(404);
    assert_eq!(events(&client).await, []);
}

#[tokio::test]
async fn what_is_no_event_and_what_is_too_large_is_refused() {
    let house = House::new();
    let client = house.client();
    for (id, body, code) in [("a", json!([1]), "body_not_an_object"), ("b", json!({"kind": 1}), "event_without_name")] {
        let answer = say(&client, house.app.clock.now(), id, SECRETS[0], &body).await;
        assert_eq!(answer.problem(400)["code"], code);
    }
    let large = vec![b' '; house.app.rules.max_body_bytes + 1];
    post(&client, "/integrations/n8n/webhook", &[], large).await.problem(413);
}

#[tokio::test]
async fn what_a_partner_says_of_an_enquiry_is_shown_with_it() {
    let house = House::new();
    let (client, now) = (house.client(), house.app.clock.now());
    let made = client.post_json("/contact", SAMPLE).await.json();
    let (id, reference) = (made["contactId"].clone(), made["leadId"].as_str().expect("a reference").to_owned());
    let said = |named: &Value, status: &str, at: Timestamp| json!({"type": "lead.updated", "timestamp": at, "data": {"leadId": named, "status": status}});
    let minute = SignedDuration::from_mins(1);
    for (message, body, expected) in [
        ("m1", said(&id, "quoted", now - minute * 3), "quoted"),
        ("m2", said(&json!(reference), "won", now - minute), "won"),
        ("m3", said(&id, "called", now - minute * 2), "won"),
        ("m2", said(&id, "lost", now), "won"),
        ("m4", said(&json!("web-20261121-nobody"), "lost", now), "won"),
    ] {
        assert_eq!(say(&client, now, message, SECRETS[0], &body).await.status, 204);
        let shown = client.operate("GET", &format!("/leads/{reference}")).await.json();
        assert_eq!(shown["partners"][0]["status"], expected, "{message} {body}");
        assert_eq!(
            (shown["partners"].as_array().map(Vec::len), &shown["partners"][0]["partner"]),
            (Some(1), &json!("n8n"))
        );
    }
    assert_eq!(events(&client).await.len(), 4, "what came twice is kept once, and what means nothing is kept");
}

#[tokio::test]
async fn what_a_partner_says_of_a_booking_is_shown_with_it() {
    let house = House::new();
    let (client, now) = (house.client(), house.app.clock.now());
    let wish = json!({"name": "Jan Jansen", "email": "jan@example.com", "phone": "0612345678", "eventType": "Bruiloft", "eventDate": "2027-06-19"});
    let made = client.post_json("/bookings", wish.to_string()).await.json();
    let shown = async || {
        let path = format!("/bookings/{}", made["bookingId"].as_str().expect("an id"));
        client.operate("GET", &path).await.json()["partners"].clone()
    };
    assert_eq!(shown().await, json!([]));
    let body = json!({"type": "status.updated", "bookingId": made["reference"], "status": "agreed"});
    assert_eq!(say(&client, now, "m1", SECRETS[0], &body).await.status, 204);
    assert_eq!(shown().await, json!([{"partner": "n8n", "status": "agreed", "at": now}]), "at the moment of signing");
}

#[tokio::test]
async fn an_event_that_names_itself_is_heard_once_however_it_is_signed() {
    let house = House::new();
    let (client, now) = (house.client(), house.app.clock.now());
    let sent = client.post_json("/contact", SAMPLE).await.json();
    let told = |name: &str, status: &str| json!({"type": "lead.updated", "event_id": name, "leadId": sent["leadId"], "status": status});
    for (id, name, status) in [("m1", "e1", "offered"), ("m2", "e2", "won"), ("m3", "e1", "offered")] {
        house.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(say(&client, now, id, SECRETS[0], &told(name, status)).await.status, 204);
    }
    let path = format!("/leads/{}", sent["leadId"].as_str().expect("a reference"));
    assert_eq!(client.operate("GET", &path).await.json()["partners"][0]["status"], "won", "e1 comes back in vain");
    assert_eq!(events(&client).await.len(), 2);
}

#[tokio::test]
async fn what_nobody_knows_is_kept() {
    let house = House::new();
    let client = house.client();
    for (id, body) in [
        ("m1", json!({"type": "queue.flush", "queueSize": 7})),
        ("m2", json!({"type": "booking.updated", "bookingId": "bk_123", "status": "won"})),
    ] {
        assert_eq!(say(&client, house.app.clock.now(), id, SECRETS[0], &body).await.status, 204);
    }
    let kinds: Vec<_> = events(&client).await.into_iter().map(|(.., kind)| kind).collect();
    assert_eq!(kinds, ["booking.updated", "queue.flush"], "newest first");
}

#[tokio::test]
async fn a_former_secret_is_believed_while_it_is_live() {
    let house = House::new();
    let client = house.client();
    let body = json!({"type": "ping"});
    for (id, secret) in [("m1", SECRETS[0]), ("m2", SECRETS[1])] {
        assert_eq!(say(&client, house.app.clock.now(), id, secret, &body).await.status, 204);
    }
    let answer = say(&client, house.app.clock.now(), "m3", "another", &body).await;
    assert_eq!(answer.problem(401)["code"], "signature_mismatch");
}

#[tokio::test]
async fn an_event_that_could_not_be_kept_is_taken_when_it_comes_again() {
    let mut house = House::new();
    let store = std::mem::replace(&mut house.app.listener.store, {
        let mut away = MockStore::new();
        away.expect_commit().returning(|_| Err(PortError::new(ErrorKind::Unavailable, "sqlite", "commit", "away")));
        Arc::new(away)
    });
    let (now, body) = (house.app.clock.now(), json!({"type": "ping"}));
    let answer = say(&house.client(), now, "m1", SECRETS[0], &body).await;
    answer.problem(503);
    assert_eq!(answer.header("retry-after"), "5");
    house.app.listener.store = store;
    let client = house.client();
    assert_eq!(events(&client).await, []);
    for _ in 0..2 {
        assert_eq!(say(&client, now, "m1", SECRETS[0], &body).await.status, 204);
    }
    assert_eq!(events(&client).await.len(), 1);
}

#[tokio::test]
async fn many_wrong_signatures_have_to_wait_and_a_right_one_does_not() {
    let mut house = House::new();
    house.app.rules.wrong_signatures.max = 2;
    let (client, now) = (house.client(), house.app.clock.now());
    let body = json!({"type": "ping"});
    let wrong = || say(&client, now, "m1", "another", &body);
    for answer in join_all([wrong(), wrong()]).await {
        answer.problem(401);
    }
    let refused = wrong().await;
    refused.problem(429);
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(say(&client, now, "m1", SECRETS[0], &json!({"type": "ping"})).await.status, 204);
    let elsewhere = client.at("192.0.2.9");
    say(&elsewhere, now, "m1", "another", &json!({})).await.problem(401);
}

#[tokio::test]
async fn events_are_shown_page_by_page_without_their_bodies() {
    let house = House::new();
    let client = house.client();
    for n in 0..5 {
        let body = json!({"type": format!("kind.{n}"), "email": "test@example.com"});
        assert_eq!(say(&client, house.app.clock.now(), &format!("m{n}"), SECRETS[0], &body).await.status, 204);
        house.clock.advance(SignedDuration::from_millis(1));
    }
    let (mut kinds, mut next) = (Vec::new(), String::new());
    loop {
        let page = client.operate("GET", &format!("/integrations/events?partner=n8n&limit=2{next}")).await;
        assert!(!String::from_utf8_lossy(&page.body).contains("test@example.com"));
        let page = page.json();
        kinds.extend(page["events"].as_array().expect("events").iter().map(|event| event["kind"].clone()));
        match page["next"].as_str() {
            Some(before) => next = format!("&before={before}"),
            None => break,
        }
    }
    assert_eq!(kinds, ["kind.4", "kind.3", "kind.2", "kind.1", "kind.0"]);
    client.operate("GET", "/integrations/events?partner=No+Body").await.problem(400);
}
