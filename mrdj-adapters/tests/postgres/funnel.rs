//! Page events that meet: in two processes at once, and when answers are lost.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::error::{ErrorKind, Remedy};
use mrdj_core::experiments::funnel::{FunnelFigures, FunnelLog, PageEvent, PageEventKind, VariantId};
use mrdj_core::id::Id;
use tokio::task::JoinSet;

use crate::given::{Given, NOW};
use crate::proxy::{Proxy, Trick};

pub(crate) const CASES: &[Case<Given>] =
    mrdj_core::cases![two_processes_count_each_page_event_once, page_events_told_without_an_answer_count_once];

/// The step that comes as number `n`.
fn step(given: &Given, n: usize) -> PageEvent {
    let at = NOW + SignedDuration::from_hours(n as i64 % 50);
    PageEvent {
        id: Id::new(at, &given.chance),
        kind: PageEventKind::ALL[n % 6],
        variant: VariantId::from_stored(["default_master", "city_breda", "romantic_wedding"][n % 3]),
        at,
        day: at.to_zoned(TimeZone::UTC).date(),
    }
}

async fn two_processes_count_each_page_event_once(given: Given) -> Outcome {
    let config = given.config().patience(Duration::from_secs(60));
    let stores = [given.reached(config.clone()).await?, given.reached(config).await?];
    let mut told = Vec::new();
    for round in 0..10 {
        let batch: Vec<_> = (0..120).map(|n| step(&given, n + round)).collect();
        let mut tasks = JoinSet::new();
        for (n, store) in stores.iter().enumerate() {
            for part in 0..3 {
                // Each in an order of its own.
                let mut batch = batch.clone();
                batch.rotate_left(part * 40);
                if n == 1 {
                    batch.reverse();
                }
                let store = store.clone();
                tasks.spawn(async move { store.record_page_events(&batch).await });
            }
        }
        let mut fresh = 0;
        while let Some(ended) = tasks.join_next().await {
            fresh += ended.expect("no panic")?;
        }
        assert_eq!(fresh, 120);
        told.extend(batch);
    }
    let figures = stores[0].funnel_figures(Date::MIN, Date::MAX).await?;
    assert_eq!(figures, FunnelFigures::of(&told));
    assert_eq!(given.number("SELECT count(*) FROM mrdj.page_event_id").await, 1_200);
    Ok(())
}

async fn page_events_told_without_an_answer_count_once(given: Given) -> Outcome {
    let short = Duration::from_secs(1);
    let proxy = Proxy::before(&given).await;
    let store = given.reached(proxy.config().statement_timeout(short).patience(short)).await?;
    let mut told = Vec::new();
    for trick in [Trick::CutAfter, Trick::Silence] {
        let batch: Vec<_> = (0..20).map(|n| step(&given, n)).collect();
        proxy.play(trick);
        let error = store.record_page_events(&batch).await.expect_err("the answer is lost");
        assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::AskFirst), "{trick:?}: {error}");
        assert_eq!(store.record_page_events(&batch).await?, 0, "{trick:?}");
        told.extend(batch);
        assert_eq!(store.funnel_figures(Date::MIN, Date::MAX).await?, FunnelFigures::of(&told), "{trick:?}");
    }
    Ok(())
}
