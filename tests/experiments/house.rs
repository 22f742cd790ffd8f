//! A whole house that is stopped in order has recorded everything that it was told.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use jiff::civil::Date;
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::clock::Clock;
use mrdj_core::experiments::funnel::{FunnelLog, PageEventKind};
use mrdj_core::experiments::{Experiment, ExposureLog, Step};
use mrdj_core::id::Id;
use mrdj_core::store::{Change, Changes, Commit, Store};
use mrdj_harness::post;
use mrdj_http::composition::{Built, House, serve};
use mrdj_http::settings::{Settings, Sources};
use serde_json::json;
use tokio::net::TcpListener;

use crate::scene::Scene;

/// A house with everything in `directory`.
async fn house(directory: &Path) -> Built {
    let told = [("DATA_DIR", directory.display().to_string()), ("RATE_LIMIT_MAX", "0".to_owned())];
    let told = BTreeMap::from(told.map(|(key, value)| (key.to_owned(), value)));
    let sources = Sources::gather(told, BTreeMap::new(), Box::new(|path| std::fs::read_to_string(path)));
    let settings = Settings::parse(&sources.expect("sources")).expect("settings");
    House::open(settings).await.expect("a house").build().expect("whole")
}

async fn store(directory: &Path) -> Sqlite {
    Sqlite::open(&Config::at(directory.join("mrdj.db"))).await.expect("the store opens")
}

/// The first of the samples, which runs.
async fn running(store: &Sqlite, scene: &Scene) -> Experiment {
    let draft = Experiment::samples().remove(0);
    let hero = draft.step(&Step::Start, "case", scene.clock.now()).expect("it is a draft");
    for experiment in [draft, hero.clone()] {
        let keep = Changes::new().with(Change::KeepExperiment(Box::new(experiment)));
        assert_eq!(store.commit(keep).await.expect("a store"), Commit::Done);
    }
    hero
}

#[tokio::test]
async fn a_house_that_is_stopped_in_order_has_recorded_what_it_was_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let (built, scene) = (house(directory.path()).await, Scene::new());
    let hero = running(&store(directory.path()).await, &scene).await;
    let recorders = built.recorders.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(serve(built, listener, async move {
        let _ = stopped.await;
    }));
    for n in 0..25 {
        let kind = if n % 5 == 0 { "form_submit" } else { "impression" };
        let told = json!({"type": kind, "variantId": "festival_crowd"}).to_string();
        let answer = post(address, "/personalization/events", "text/plain", told.as_bytes()).await.expect("an answer");
        assert_eq!(answer.status, 201);
        let id = Id::new(scene.clock.now(), &scene.chance);
        let variation = &hero.definition.variations[0].key;
        let view = hero.exposure(id, variation, Some(scene.visitor()), scene.clock.now(), &crate::scene::zone());
        assert!(recorders.exposures.record(view.expect("it runs")).await);
    }
    stop.send(()).expect("it serves");
    tokio::time::timeout(Duration::from_secs(60), serving).await.expect("it stops").expect("no panic").expect("served");

    let store = store(directory.path()).await;
    let told = store.funnel_figures(Date::MIN, Date::MAX).await.expect("figures").total();
    assert_eq!((told.of(PageEventKind::Impression), told.of(PageEventKind::FormSubmit), told.sum()), (20, 5, 25));
    let seen = store.figures(&hero.key).await.expect("figures");
    assert_eq!(seen.values().map(|tally| tally.exposed).sum::<u64>(), 25);
    let after = recorders.page_events.figures();
    assert_eq!((after.waiting, after.dropped), (0, 0));
    store.close().await;
}
