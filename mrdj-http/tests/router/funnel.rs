//! Pages tell of their steps, and operators see how many did what.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::HeaderValue;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::experiments::RecorderRule;
use mrdj_core::experiments::funnel::{FunnelFigures, FunnelLog, PageEvent, PageEventRecorder};
use serde_json::{Value, json};

use crate::house::{Answer, Client, House, request};

const EVENTS: &str = "/personalization/events";
const ID: &str = "019aa5b0-0000-4000-8000-000000000001";

async fn tell(client: &Client, body: &Value) -> Answer {
    client.post_json(EVENTS, body.to_string()).await
}

/// The figures once everything that was told has arrived.
async fn figures(house: &House, query: &str) -> Value {
    assert_eq!(house.app.funnel.recorder.close().await, 0);
    let answer = house.client().operate("GET", &format!("/api/personalization/figures{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn steps(told: &[(&str, u64)]) -> Value {
    let mut steps = json!({
        "impression": 0, "cta_click": 0, "conversion": 0, "journey_step": 0, "form_start": 0, "form_submit": 0,
        "total": told.iter().map(|(_, many)| many).sum::<u64>(),
    });
    for (kind, many) in told {
        steps[*kind] = json!(many);
    }
    steps
}

#[tokio::test]
async fn a_step_is_taken_in_and_counted_for_its_day_variant_and_kind() {
    let house = House::new();
    let client = house.client();
    let told = tell(&client, &json!({"type": "cta_click", "variantId": "romantic_wedding", "eventId": ID})).await;
    assert_eq!(told.status, 201, "{told:?}");
    let event = json!({
        "id": ID, "type": "cta_click", "variantId": "romantic_wedding", "createdAt": "2026-11-21T12:00:00Z",
    });
    assert_eq!(told.json(), json!({"success": true, "event": event}));
    for kind in ["impression", "cta_click", "conversion", "journey_step", "form_start", "form_submit"] {
        let told = tell(&client, &json!({"type": kind, "variantId": "city_eindhoven"})).await;
        assert_eq!((told.status.as_u16(), &told.json()["event"]["type"]), (201, &json!(kind)));
        assert!(told.json()["event"]["id"].as_str().is_some_and(|id| id.parse::<uuid::Uuid>().is_ok()));
    }
    // An hour before midnight in UTC it is tomorrow already in the business.
    house.clock.advance(SignedDuration::from_hours(11));
    tell(&client, &json!({"type": "impression", "variantId": "city_eindhoven"})).await;
    let each = [("impression", 2), ("cta_click", 1), ("conversion", 1), ("journey_step", 1), ("form_start", 1)];
    let eindhoven = [&each[..], &[("form_submit", 1)]].concat();
    let all: Vec<_> = eindhoven.iter().map(|(kind, n)| (*kind, n + u64::from(*kind == "cta_click"))).collect();
    let expected = json!({
        "from": "2026-10-24", "to": "2026-11-23",
        "variants": [
            {"variantId": "city_eindhoven", "events": steps(&eindhoven)},
            {"variantId": "romantic_wedding", "events": steps(&[("cta_click", 1)])},
        ],
        "totals": steps(&all),
    });
    assert_eq!(figures(&house, "").await, expected);
    assert_eq!(figures(&house, "?from=2026-11-21&to=2026-11-22").await["totals"]["total"], 7);
    assert_eq!(figures(&house, "?from=2026-11-22").await["totals"], steps(&[("impression", 1)]));
    let before = figures(&house, "?to=2026-11-21").await;
    assert_eq!((&before["from"], &before["variants"]), (&json!("2026-10-22"), &json!([])));
}

#[tokio::test]
async fn the_same_event_told_twice_counts_once() {
    let house = House::new();
    let client = house.client();
    for kind in ["form_start", "form_start", "form_submit"] {
        let told = tell(&client, &json!({"type": kind, "variantId": "luxury_private", "eventId": ID})).await;
        assert_eq!((told.status.as_u16(), &told.json()["event"]["id"]), (201, &json!(ID)), "and is never refused");
    }
    assert_eq!(figures(&house, "").await["totals"], steps(&[("form_start", 1)]));
}

#[tokio::test]
async fn what_no_content_has_is_refused_with_every_fault_at_once() {
    let house = House::new();
    let client = house.client();
    let wrong = json!({"type": "purchase", "variantId": "test@example.com", "eventId": "evt_1", "payload": "x"});
    for (form, faults) in [
        (wrong, vec!["type", "variantId", "eventId"]),
        (json!({}), vec!["type", "variantId"]),
        (json!({"type": "impression", "variantId": "city_amsterdam"}), vec!["variantId"]),
        (json!({"type": ["impression"], "variantId": "default_master"}), vec!["type"]),
    ] {
        let problem = tell(&client, &form).await.problem(422);
        let details = problem["details"].as_array().expect("a list");
        assert_eq!(details.iter().map(|one| one["field"].as_str().expect("a name")).collect::<Vec<_>>(), faults);
        assert!(!problem.to_string().contains("test@example.com") && !problem.to_string().contains("evt_1"));
    }
    assert_eq!(figures(&house, "").await["totals"], steps(&[]));
}

#[tokio::test]
async fn what_the_old_site_sends_besides_is_thrown_away() {
    let house = House::new();
    let client = house.client();
    let plain = json!({"type": "impression", "variantId": "default_master", "eventId": ID});
    let mut full = plain.clone();
    (full["keyword"], full["payload"]) = (json!("Jan Jansen"), json!({"email": "jan@example.com", "depth": [[[1]]]}));
    full["context"] = json!({"referrer": "https://example.com/?q=Jan"});
    let (told, full) = (tell(&client, &plain).await, tell(&client, &full).await);
    assert_eq!((full.status, full.json()), (told.status, told.json()), "it changes nothing and is not said again");
}

#[tokio::test]
async fn a_beacon_is_heard_from_a_site_that_is_listed() {
    let mut house = House::new();
    house.app.rules.cors_origins = vec![HeaderValue::from_static("https://www.example.com")];
    let client = house.client();
    let send = async |media_type: &str, body: String| {
        let request = request("POST", EVENTS).header("content-type", media_type);
        let request = request.header("origin", "https://www.example.com");
        client.send(request.body(Body::from(body)).expect("a request")).await
    };
    let step = json!({"type": "form_start", "variantId": "default_master"}).to_string();
    for media_type in ["text/plain;charset=UTF-8", "application/json", "Text/Plain"] {
        let told = send(media_type, step.clone()).await;
        assert_eq!(told.status, 201, "{media_type}");
        assert_eq!(told.header("access-control-allow-origin"), "https://www.example.com");
    }
    for media_type in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html"] {
        send(media_type, step.clone()).await.problem(415);
    }
    for (body, status) in [("", 400), ("form_start", 400), ("[]", 400), ("{\"type\":", 400), (&"[".repeat(999), 400)] {
        send("text/plain", body.to_owned()).await.problem(status);
    }
    let padded = |length: usize| format!("{step}{}", " ".repeat(length - step.len()));
    assert_eq!(send("text/plain", padded(64 * 1_024)).await.status, 201);
    send("text/plain", padded(64 * 1_024 + 1)).await.problem(413);
}

#[tokio::test]
async fn who_tells_much_is_held_up_and_can_send_forms_still() {
    let mut house = House::new();
    house.app.rules.views.max = 2;
    let client = house.client();
    let step = json!({"type": "impression", "variantId": "default_master"});
    for left in ["1", "0"] {
        let told = tell(&client, &step).await;
        assert_eq!((told.status.as_u16(), told.header("x-ratelimit-remaining")), (201, left));
    }
    tell(&client, &step).await.problem(429);
    assert_eq!(client.at("192.0.2.1").post_json(EVENTS, step.to_string()).await.status, 201);
    assert_eq!(client.post_json("/contact", crate::house::SAMPLE).await.status, 200);
}

#[tokio::test]
async fn figures_are_for_operators() {
    let client = House::new().client();
    client.get("/personalization/figures").await.problem(401);
    client.operate("GET", "/personalization/figures?from=yesterday").await.problem(400);
    client.operate("GET", "/personalization/figures?variant=x").await.problem(400);
    let upside_down = client.operate("GET", "/personalization/figures?from=2026-11-22&to=2026-11-01").await;
    assert_eq!((upside_down.status.as_u16(), &upside_down.json()["variants"]), (200, &json!([])));
    let ever = client.operate("GET", "/personalization/figures?from=-009999-01-01&to=9999-12-31").await;
    assert_eq!(ever.status, 200);
}

/// A store that is away.
struct Away;

fn away<T>() -> Result<T, PortError> {
    Err(PortError::new(ErrorKind::Unavailable, "case", "ask", "away"))
}

#[async_trait]
impl FunnelLog for Away {
    async fn record_page_events(&self, _: &[PageEvent]) -> Result<u64, PortError> {
        away()
    }

    async fn funnel_figures(&self, _: Date, _: Date) -> Result<FunnelFigures, PortError> {
        away()
    }

    async fn sweep_page_event_ids(&self, _: Timestamp, _: usize) -> Result<u64, PortError> {
        away()
    }
}

#[tokio::test]
async fn a_store_that_is_away_keeps_no_page_waiting() {
    let mut house = House::new();
    let (clock, timer) = (Arc::new(house.clock.clone()), Arc::new(house.clock.clone()));
    let rule = RecorderRule { most: 3, lot: 2, ..RecorderRule::default() };
    house.app.funnel.recorder = PageEventRecorder::new(Arc::new(Away), clock, timer, rule);
    house.app.funnel.log = Arc::new(Away);
    let recorder = house.app.funnel.recorder.clone();
    let running = tokio::spawn(async move { recorder.run().await });
    let client = house.client();
    for _ in 0..9 {
        let told = tell(&client, &json!({"type": "impression", "variantId": "default_master"})).await;
        assert_eq!(told.status, 201);
        // Who carries lots meets the store.
        tokio::task::yield_now().await;
    }
    let figures = house.app.funnel.recorder.figures();
    assert_eq!((figures.waiting, figures.dropped), (3, 6), "so many wait, and the rest is counted");
    client.operate("GET", "/personalization/figures").await.problem(503);
    running.abort();
}
