//! The store of record is away: visitors are answered from the spool, operators are told.

use std::sync::Arc;

use axum::body::Body;
use mrdj_adapters::layers::{Around, Faulty, Rates, Wrapped};
use mrdj_adapters::memory::Memory;
use mrdj_core::bookings::{BookingBook, CalendarBook};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{DeliveryDesk, DeliveryQueue, Desk, MockBell};
use mrdj_core::experiments::funnel::FunnelLog;
use mrdj_core::experiments::{ExperimentBook, ExposureLog};
use mrdj_core::idempotency::IdempotencyBook;
use mrdj_core::leads::{Detour, Intake, LeadBook};
use mrdj_core::messages::MAIL;
use mrdj_core::partners::{CRM, PartnerNews};
use mrdj_core::store::Store;
use mrdj_core::webhooks::EventBook;
use mrdj_http::openapi;
use serde_json::json;

use crate::house::{Answer, Client, House, SAMPLE, request};

fn bell() -> Arc<MockBell> {
    let mut bell = MockBell::new();
    bell.expect_ring().return_const(());
    Arc::new(bell)
}

/// A house with a spool, and the intake as it is once its store is back.
fn house_without_store() -> (House, Intake) {
    let mut house = House::new();
    let away: Arc<dyn Around> = Arc::new(Faulty::seeded(1, Rates { before: 1.0, after: 0.0 }));
    let clock: Arc<dyn Clock> = Arc::new(house.clock.clone());
    let memory = &house.memory;
    house.app.intake.detour = Some(Arc::new(Detour::new(Arc::new(Memory::new()), bell())));
    let whole = house.app.intake.clone();
    house.app.intake.store = wrap(memory.clone() as Arc<dyn Store>, &away, &clock);
    house.app.intake.leads = wrap(memory.clone() as Arc<dyn LeadBook>, &away, &clock);
    house.app.intake.answers = wrap(memory.clone() as Arc<dyn IdempotencyBook>, &away, &clock);
    house.app.bookings.book = wrap(memory.clone() as Arc<dyn BookingBook>, &away, &clock);
    house.app.bookings.calendar = wrap(memory.clone() as Arc<dyn CalendarBook>, &away, &clock);
    house.app.listener.events = wrap(memory.clone() as Arc<dyn EventBook>, &away, &clock);
    house.app.listener.news = wrap(memory.clone() as Arc<dyn PartnerNews>, &away, &clock);
    house.app.funnel.log = wrap(memory.clone() as Arc<dyn FunnelLog>, &away, &clock);
    house.app.experiments.store = wrap(memory.clone() as Arc<dyn Store>, &away, &clock);
    house.app.experiments.book = wrap(memory.clone() as Arc<dyn ExperimentBook>, &away, &clock);
    house.app.experiments.log = wrap(memory.clone() as Arc<dyn ExposureLog>, &away, &clock);
    let rows: Arc<dyn DeliveryDesk> = wrap(memory.clone() as Arc<dyn DeliveryDesk>, &away, &clock);
    let queue: Arc<dyn DeliveryQueue> = wrap(memory.clone() as Arc<dyn DeliveryQueue>, &away, &clock);
    house.app.desk = Desk::new(rows, queue, bell(), clock, [CRM], [CRM, MAIL]);
    (house, whole)
}

fn wrap<P: ?Sized>(inner: Arc<P>, away: &Arc<dyn Around>, clock: &Arc<dyn Clock>) -> Arc<Wrapped<P>> {
    Arc::new(Wrapped::new(inner, away.clone(), clock.clone()))
}

async fn keyed(client: &Client, key: &str, body: &str) -> Answer {
    let request = request("POST", "/contact").header("content-type", "application/json");
    let request = request.header("idempotency-key", key).body(Body::from(body.to_owned())).expect("a request");
    client.send(request).await
}

#[tokio::test]
async fn an_enquiry_that_is_spooled_is_answered_with_202_and_the_same_members() {
    let (house, _) = house_without_store();
    let answer = house.client().post_json("/contact", SAMPLE).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (202, "application/json"));
    let mut body = answer.json();
    for member in ["contactId", "leadId"] {
        assert!(body[member].take().as_str().is_some_and(|text| !text.is_empty()), "{member}");
    }
    let expected = json!({
        "success": true,
        "message": "Bedankt voor je aanvraag! We nemen zo snel mogelijk contact met je op.",
        "contactId": null,
        "leadId": null,
        "status": "pending",
        "persisted": false,
        "eventType": "bruiloft",
        "eventDate": "2025-12-31",
        "requestedPackage": null,
        "submittedAt": "2026-11-21T12:00:00Z",
        "processingStatus": "queued",
    });
    assert_eq!(body, expected);
    let wish = house.client().post_json("/callback-request", r#"{"name":"Test User","phone":"+32470123456"}"#).await;
    assert_eq!(wish.status, 202);
    house.client().post_json("/callback-request", "{}").await.problem(422);
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer_to_the_byte_across_the_drain() {
    let (mut house, whole) = house_without_store();
    let first = keyed(&house.client(), "k", SAMPLE).await;
    let again = keyed(&house.client(), "k", SAMPLE).await;
    assert_eq!((first.status.as_u16(), &first.body), (again.status.as_u16(), &again.body));
    keyed(&house.client(), "k", &SAMPLE.replace("2025", "2026")).await.problem(422);

    house.app.intake = whole;
    assert_eq!(house.app.intake.drain().await.expect("a turn").brought, 1);
    let after = keyed(&house.client(), "k", SAMPLE).await;
    assert_eq!((first.status, &first.body), (after.status, &after.body));
    let click = house.client().post_json("/contact", SAMPLE).await;
    assert_eq!((click.status.as_u16(), &click.json()["contactId"]), (200, &after.json()["contactId"]));
}

#[tokio::test]
async fn operators_are_told_that_the_store_is_away() {
    let (house, _) = house_without_store();
    let client = house.client();
    let document = openapi::document("");
    let mut told = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            if operation.get("security") != Some(&json!([{ "operator": [] }])) {
                continue;
            }
            let id = uuid::Uuid::nil().to_string();
            let path = path.replace("{leadId}", &id).replace("{id}", &id).replace("{queue}", "crm");
            let path = path.replace("{bookingId}", &id).replace("{partner}", "n8n").replace("{eventId}", &id);
            let path = path.replace("{fileId}", &id).replace("{blockId}", &id).replace("{resourceId}", "dj-1");
            let path = path.replace("{key}", "hero");
            if operation["requestBody"]["content"].get("multipart/form-data").is_some() {
                // What brings a file is no JSON, and is asked of the store in a test of its own.
                continue;
            }
            let body = json!({
                "step": "agree", "name": "DJ", "kind": "performer", "resource": "dj-1", "day": "2027-06-19",
            });
            // What is wrong in itself is told before the store is asked.
            let body = if path == "/experiments" { crate::experiments::form(&json!({})) } else { body };
            let answer = client.operate_with(&method.to_uppercase(), &path, &body).await;
            // The other figures are worth having, and samples need no store.
            if ["/metrics", "/experiments/samples"].contains(&path.as_str()) {
                assert_eq!(answer.status, 200, "{path}");
                continue;
            }
            answer.problem(503);
            assert_eq!(answer.header("retry-after"), "5", "{method} {path}");
            told += 1;
        }
    }
    assert!(told >= 15, "only {told} routes were asked");
}
