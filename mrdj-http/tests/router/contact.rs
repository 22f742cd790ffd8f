//! Forms that are taken in.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use jiff::SignedDuration;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::leads::{LeadBook, LeadFilter};
use mrdj_core::store::{Changes, Commit, MockStore, Store};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::house::{Answer, Client, House, SAMPLE, request};

#[tokio::test]
async fn the_sample_of_the_site_is_taken_in_with_and_without_the_prefix() {
    for path in ["/contact", "/api/contact"] {
        let answer = House::new().client().post_json(path, SAMPLE).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
        let mut body = answer.json();
        let id = body["contactId"].take();
        assert!(id.as_str().is_some_and(|id| id.parse::<uuid::Uuid>().is_ok()), "{id}");
        let reference = body["leadId"].take();
        assert!(reference.as_str().is_some_and(|text| text.starts_with("web-20261121-")), "{reference}");
        let expected = json!({
            "success": true,
            "message": "Bedankt voor je aanvraag! We nemen zo snel mogelijk contact met je op.",
            "contactId": null,
            "leadId": null,
            "status": "new",
            "persisted": true,
            "eventType": "bruiloft",
            "eventDate": "2025-12-31",
            "requestedPackage": null,
            "submittedAt": "2026-11-21T12:00:00Z",
            "processingStatus": "queued",
        });
        assert_eq!(body, expected);
    }
}

#[tokio::test]
async fn what_was_answered_stands_in_the_store() {
    let house = House::new();
    let answer = house.client().post_json("/contact", SAMPLE).await.json();
    let leads = house.memory.list(&LeadFilter::default(), 10).await.expect("leads");
    let ids: Vec<_> = leads.iter().map(|lead| Value::from(lead.id.to_string())).collect();
    assert_eq!(ids, [answer["contactId"].clone()]);
}

#[tokio::test]
async fn a_call_back_needs_a_name_and_a_number() {
    let client = House::new().client();
    let answer = client.post_json("/callback-request", r#"{"name":"Test User","phone":"+32470123456"}"#).await.json();
    assert_eq!((&answer["success"], &answer["contactId"]), (&json!(true), &answer["callbackId"]));
    assert_eq!(answer["message"], "Bedankt! We bellen je zo snel mogelijk terug.");
    let problem = client.post_json("/callback-request", "{}").await.problem(422);
    let fields: Vec<_> = problem["details"].as_array().into_iter().flatten().map(|fault| &fault["field"]).collect();
    assert_eq!(fields, ["name", "phone"]);
}

#[tokio::test]
async fn a_form_of_a_browser_without_script_is_taken_in() {
    let form = "name=Jan+Jans%C3%A9n&email=jan%40example.com&phone=0612345678&eventType=Bruiloft&eventDate=2026-06-20";
    let request =
        request("POST", "/contact").header("content-type", "application/x-www-form-urlencoded; charset=UTF-8");
    let answer = House::new().client().send(request.body(Body::from(form)).expect("a request")).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["eventDate"]), (200, &json!("2026-06-20")));
}

#[tokio::test]
async fn all_faults_come_back_at_once_in_the_visitors_language() {
    let form = r#"{"name":"=1+1","email":"nobody","phone":7,"eventDate":"2025-02-31"}"#;
    for (language, error, missing) in [
        ("nl-NL,nl;q=0.9,en;q=0.5", "Validatie mislukt", "Dit veld is verplicht"),
        ("en", "Validation failed", "This field is required"),
    ] {
        let request = request("POST", "/contact").header("content-type", "application/json");
        let request = request.header("accept-language", language).body(Body::from(form)).expect("a request");
        let problem = House::new().client().send(request).await.problem(422);
        assert_eq!((&problem["error"], &problem["type"]), (&json!(error), &json!("urn:mrdj:problem:invalid-form")));
        let details = problem["details"].as_array().expect("details");
        let fields: Vec<_> = details.iter().map(|fault| &fault["field"]).collect();
        assert_eq!(fields, ["name", "email", "phone", "eventType", "eventDate"]);
        assert_eq!(details[3]["message"], missing);
    }
}

async fn keyed(client: &Client, path: &str, key: &str, body: &str) -> Answer {
    let request = request("POST", path).header("content-type", "application/json").header("idempotency-key", key);
    client.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer_to_the_byte() {
    let house = House::new();
    let client = house.client();
    let first = keyed(&client, "/contact", "\"key-1\"", SAMPLE).await;
    house.clock.advance(SignedDuration::from_hours(1));
    let second = keyed(&client, "/api/contact", "key-1", SAMPLE).await;
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    let third = keyed(&client, "/contact", "key-2", SAMPLE).await;
    assert_ne!(first.body, third.body);
}

#[tokio::test]
async fn a_key_with_another_body_is_refused() {
    let client = House::new().client();
    assert_eq!(keyed(&client, "/contact", "key-1", SAMPLE).await.status, 200);
    let problem = keyed(&client, "/contact", "key-1", &SAMPLE.replace("2025", "2026")).await.problem(422);
    assert_eq!(problem["type"], "urn:mrdj:problem:key-reused");
    assert_eq!(problem.get("details"), None);
}

#[tokio::test]
async fn a_key_belongs_to_one_form() {
    let client = House::new().client();
    let contact = keyed(&client, "/contact", "key-1", SAMPLE).await.json();
    let call_back = keyed(&client, "/callback-request", "key-1", SAMPLE).await.json();
    assert_ne!(contact["contactId"], call_back["contactId"]);
}

#[tokio::test]
async fn a_double_click_is_one_enquiry() {
    let client = House::new().client();
    let first = client.post_json("/contact", SAMPLE).await;
    let second = client.post_json("/contact", SAMPLE).await;
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn a_store_that_is_away_is_told_without_its_reasons() {
    for kind in [ErrorKind::Unavailable, ErrorKind::Full, ErrorKind::Failed] {
        let mut house = House::new();
        let mut store = MockStore::new();
        store.expect_commit().returning(move |_| Err(PortError::new(kind, "sqlite", "commit", "SELECT /var/secret")));
        house.app.intake.store = Arc::new(store);
        let answer = house.client().post_json("/contact", SAMPLE).await;
        answer.problem(503);
        assert_eq!(answer.header("retry-after"), "5");
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"), "{answer:?}");
    }
}

/// Commits once it is let, and tells how far it is.
struct Slow {
    begun: Notify,
    go: Notify,
    done: Notify,
}

#[async_trait]
impl Store for Slow {
    async fn commit(&self, _: Changes) -> Result<Commit, PortError> {
        self.begun.notify_one();
        self.go.notified().await;
        self.done.notify_one();
        Ok(Commit::Done)
    }
}

#[tokio::test]
async fn an_enquiry_survives_a_visitor_who_hangs_up() {
    let mut house = House::new();
    let store = Arc::new(Slow { begun: Notify::new(), go: Notify::new(), done: Notify::new() });
    house.app.intake.store = store.clone();
    let client = house.client();
    let visit = tokio::spawn(async move { client.post_json("/contact", SAMPLE).await });
    store.begun.notified().await;
    visit.abort();
    assert!(visit.await.expect_err("the visitor hung up").is_cancelled());
    store.go.notify_one();
    store.done.notified().await;
}
