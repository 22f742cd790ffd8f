//! What pages told the real program is in its store once it was told to stop, and nothing else that they sent.

use std::fs;

use jiff::civil::Date;
use libtest_mimic::Trial;
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::experiments::funnel::{FunnelLog, PageEventKind};
use mrdj_harness::{post, trial};
use serde_json::json;

use crate::harness::House;

/// What a page has no business to send.
const PLANTED: &str = "Zacharias";

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("funnel::what_pages_told_before_a_stop_is_recorded_and_nothing_else", run)]
}

async fn run() {
    let house = House::new().await;
    let server = house.serve().await;
    for n in 0..30_u128 {
        // Each is told twice.
        let id = uuid::Uuid::from_u128(n / 2).to_string();
        let told = json!({
            "type": "cta_click", "variantId": "corporate_energy", "eventId": id,
            "keyword": PLANTED, "payload": {"name": PLANTED}, "context": [PLANTED],
        });
        let told = told.to_string();
        let answer = post(server.address, "/personalization/events", "text/plain;charset=UTF-8", told.as_bytes());
        assert_eq!(answer.await.expect("an answer").status, 201);
    }
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(!ended.said.contains(PLANTED), "{}", ended.said);

    let store = Sqlite::open(&Config::at(house.database())).await.expect("the store opens");
    let told = store.funnel_figures(Date::MIN, Date::MAX).await.expect("figures").total();
    assert_eq!((told.of(PageEventKind::CtaClick), told.sum()), (15, 15));
    store.close().await;
    for file in fs::read_dir(house.path().join("data")).expect("a directory") {
        let path = file.expect("a file").path();
        let bytes = fs::read(&path).unwrap_or_default();
        let holds = bytes.windows(PLANTED.len()).any(|part| part == PLANTED.as_bytes());
        assert!(!holds, "{} holds what a page sent", path.display());
    }
}
