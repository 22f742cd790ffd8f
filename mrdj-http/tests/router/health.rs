//! How everything is doing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use mrdj_core::observability::{Condition, Finding, MockProbe, Probe};
use mrdj_http::Lookout;
use serde_json::json;

use crate::headers::Endless;
use crate::house::House;

fn probe(name: &'static str, required: bool, condition: Condition) -> Arc<dyn Probe> {
    let mut probe = MockProbe::new();
    probe.expect_name().return_const(name);
    probe.expect_required().return_const(required);
    probe.expect_look().returning(move |_| Finding { condition, note: "looked".to_owned() });
    Arc::new(probe)
}

#[tokio::test]
async fn health_names_each_dependency_and_every_stand_in() {
    let mut house = House::new();
    house.app.lookout = Lookout::over([probe("store", true, Condition::Up), probe("crm", false, Condition::StandIn)]);
    house.app.rules.stand_ins = vec!["rentguy".to_owned()];
    house.app.rules.version = "1.2.3".to_owned();
    house.clock.advance(SignedDuration::from_secs(90));
    let expected = json!({
        "status": "ok",
        "timestamp": "2026-11-21T12:01:30Z",
        "service": "mrdj",
        "version": "1.2.3",
        "uptime": 90,
        "ready": true,
        "dependencies": {
            "crm": {"condition": "stand_in", "required": false, "note": "looked"},
            "store": {"condition": "up", "required": true, "note": "looked"},
        },
        "standIns": ["rentguy"],
    });
    assert_eq!(house.client().get("/health").await.json(), expected);
}

#[tokio::test]
async fn a_missing_store_is_told_and_kills_nobody() {
    let mut house = House::new();
    house.app.lookout = Lookout::over([probe("store", true, Condition::Down), probe("crm", false, Condition::Down)]);
    let client = house.client();
    let health = client.get("/health").await;
    assert_eq!((health.status.as_u16(), &health.json()["status"]), (200, &json!("degraded")));
    let problem = client.get("/readyz").await.problem(503);
    assert_eq!((&problem["detail"], &problem["details"][0]["field"]), (&json!("missing: store"), &json!("store")));
    assert_eq!(client.get("/healthz").await.body, "ok");
}

#[tokio::test]
async fn a_partner_that_is_away_keeps_nobody_from_being_ready() {
    let mut house = House::new();
    house.app.lookout =
        Lookout::over([probe("store", true, Condition::Degraded), probe("crm", false, Condition::Down)]);
    assert_eq!(house.client().get("/readyz").await.json(), json!({"ready": true}));
}

#[tokio::test]
async fn whoever_asks_together_shares_one_look() {
    let mut house = House::new();
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    let mut probe = MockProbe::new();
    probe.expect_name().return_const("store");
    probe.expect_required().return_const(true);
    probe.expect_look().returning(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Finding { condition: Condition::Up, note: String::new() }
    });
    house.app.lookout = Lookout::over([Arc::new(probe) as Arc<dyn Probe>]);
    let client = house.client();
    for path in ["/health", "/readyz", "/health", "/readyz"] {
        assert_eq!(client.get(path).await.status, 200);
    }
    assert_eq!(looks.load(Ordering::Relaxed), 1);
    tokio::time::sleep(Duration::from_millis(1_010)).await;
    client.get("/health").await;
    assert_eq!(looks.load(Ordering::Relaxed), 2, "what is a second old is looked at again");
}

#[tokio::test]
async fn a_probe_that_does_not_answer_is_down() {
    let mut house = House::new();
    house.app.lookout = Lookout::over([Arc::new(Endless) as Arc<dyn Probe>, probe("crm", false, Condition::Up)]);
    let client = house.client();
    let dependencies = client.get("/health").await.json()["dependencies"].clone();
    assert_eq!(dependencies["store"]["note"], "no answer within two seconds");
    assert_eq!(
        (&dependencies["store"]["condition"], &dependencies["crm"]["condition"]),
        (&json!("down"), &json!("up"))
    );
    client.get("/readyz").await.problem(503);
}

#[tokio::test]
async fn figures_come_in_the_form_that_prometheus_reads() {
    let answer = House::new().client().operate("GET", "/metrics").await;
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(answer.body, "# figures\n");
}
