//! What the log learns about visitors: nothing.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use mrdj_core::secret::Secret;
use mrdj_http::CalendarDoor;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::events::say;
use crate::house::{House, PASSWORD, SAMPLE, SECRETS, login, request};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("not poisoned").clone()).expect("text")
    }
}

impl Write for Paper {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Paper {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

const PRIVATE: [&str; 8] = [
    "Test User",
    "test@example.com",
    "612345678",
    "Test bericht",
    "Bruiloft",
    "192.0.2.77",
    PASSWORD,
    "not-a-real-key",
];

#[tokio::test]
async fn the_log_tells_routes_and_no_personal_data() {
    let paper = Paper::default();
    let subscriber =
        tracing_subscriber::fmt().json().with_max_level(tracing::Level::DEBUG).with_writer(paper.clone()).finish();
    // Other tests write on the same paper, and none of them may tell more. Whatever was asked for its interest while
    // nobody listened is asked again.
    tracing::subscriber::set_global_default(subscriber).expect("nobody else listens");
    tracing::callsite::rebuild_interest_cache();
    let mut house = House::new();
    house.app.calendar = CalendarDoor::new(&[Secret::from("not-a-real-key-of-the-crew".to_owned())]);
    let client = house.client().at("192.0.2.77");
    for token in ["not-a-real-key-of-the-crew", "not-a-real-key-by-a-guess"] {
        client.get(&format!("/calendar.ics?token={token}")).await;
        client.get(&format!("/api/calendar.ics?Test%20User&token={token}%ff")).await;
    }
    client.get("/personalize?keyword=Bruiloft&referrer=test@example.com&utm_term=Test%20User").await;
    client.post_json("/personalization/keyword", r#"{"keyword":"Bruiloft","q":"Test User","city":7}"#).await;
    for kind in ["impression", "Test User"] {
        let told = json!({
            "type": kind, "variantId": if kind == "impression" { "default_master" } else { "test@example.com" },
            "keyword": "Bruiloft", "payload": {"name": "Test User"}, "context": ["test@example.com"],
        });
        client.post_json("/personalization/events", told.to_string()).await;
    }
    client.get("/personalization/figures?from=Test%20User").await;
    client.post_json("/contact?email=test@example.com", SAMPLE).await;
    client.post_json("/contact", SAMPLE.replace("Bruiloft", "").replace("2025-12-31", "Test User")).await;
    client.post_json("/contact", "\"Test User\"").await;
    client.post_json("/contact", r#"{"name":"Test User" "email":"test@example.com"}"#).await;
    client.get("/leads/test@example.com?name=Test%20User").await;
    client.get("/owner/queues/crm/jobs?limit=test@example.com").await;
    client.get("/nowhere/test@example.com").await;
    let keyed = request("POST", "/contact").header("idempotency-key", "not-a-real-key not-a-real-key");
    let keyed = keyed.header("authorization", login(PASSWORD)).body(Body::from(SAMPLE)).expect("a request");
    client.send(keyed).await;
    client.at("127.0.0.1").operate("GET", "/leads?standing=test@example.com").await;
    let event = json!({"type": "Test User", "leadId": "test@example.com", "status": "Test bericht"});
    assert_eq!(say(&client, house.app.clock.now(), "m1", SECRETS[1], &event).await.status, 204);
    say(&client, house.app.clock.now(), "m2", PASSWORD, &event).await.problem(401);
    let text = paper.text();
    for private in PRIVATE {
        assert!(!text.contains(private), "{private} in {text}");
    }
    for told in [
        "is in the store",
        "POST /contact answered 200",
        "POST /contact answered 422",
        "GET /leads/{leadId} answered 403",
        "GET unmatched answered 404",
        "POST /personalization/keyword answered 422",
        "POST /personalization/events answered 201",
        "POST /personalization/events answered 422",
        "GET /calendar.ics answered 200",
        "GET /calendar.ics answered 401",
        "\"webhook.secret\":1",
        "\"webhook.code\":\"signature_mismatch\"",
        "\"request.id\":",
    ] {
        assert!(text.contains(told), "{told} not in {text}");
    }
}
