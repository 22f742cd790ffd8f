//! A second in the process, while the server of a port is away.
#![cfg(all(feature = "layers", feature = "memory"))]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::layers::{Around, CacheFallback, Call, Fallback, Outage, Wrapped};
use mrdj_adapters::memory::Memory;
use mrdj_core::auth::{MAX_SESSION_BYTES, SessionId, SessionStore};
use mrdj_core::cache::Cache;
use mrdj_core::clock::Clock;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::limits::{Limit, Limiter};
use mrdj_core::mocks::{FakeChance, FakeClock, FakeLog};
use mrdj_core::webhooks::ReplayGuard;
use tracing::Level;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const THREE: Limit = Limit { max: 3, window: HOUR };

/// A server that can be taken away, and counts who asks.
#[derive(Default)]
struct Switch {
    away: AtomicBool,
    asked: AtomicUsize,
}

#[async_trait]
impl Around for Switch {
    async fn before(&self, call: Call) -> Result<(), PortError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let away = self.away.load(Ordering::Relaxed);
        if away { Err(PortError::new(ErrorKind::Unavailable, "redis", call.operation, "away")) } else { Ok(()) }
    }

    fn after(&self, _: Call, _: SignedDuration, _: Option<&PortError>) -> Result<(), PortError> {
        Ok(())
    }
}

/// Every port of one server, with a second.
struct Bench {
    clock: FakeClock,
    switch: Arc<Switch>,
    limiter: Arc<dyn Limiter>,
    cache: Arc<dyn Cache>,
    sessions: Arc<dyn SessionStore>,
    replays: Arc<dyn ReplayGuard>,
}

impl Bench {
    fn new() -> Self {
        let (clock, switch) = (FakeClock::default(), Arc::new(Switch::default()));
        let server: Arc<Wrapped<Memory>> =
            Arc::new(Wrapped::new(Arc::new(Memory::new()), switch.clone(), Arc::new(clock.clone())));
        let second = Arc::new(Memory::new());
        let outage = Arc::new(Outage::new("redis", Arc::new(clock.clone()), Arc::new(clock.clone())));
        let limiter: Fallback<dyn Limiter> = Fallback::new(server.clone(), second.clone(), outage.clone());
        let sessions: Fallback<dyn SessionStore> = Fallback::new(server.clone(), second.clone(), outage.clone());
        let replays: Fallback<dyn ReplayGuard> = Fallback::new(server.clone(), second.clone(), outage.clone());
        let cache = CacheFallback::new(server, second, outage);
        Self {
            clock,
            switch,
            limiter: Arc::new(limiter),
            cache: Arc::new(cache),
            sessions: Arc::new(sessions),
            replays: Arc::new(replays),
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Takes the server away, or gives it back and waits until it is tried again.
    fn away(&self, away: bool) {
        self.switch.away.store(away, Ordering::Relaxed);
        if !away {
            self.clock.advance(SignedDuration::from_secs(2));
        }
    }

    async fn take(&self) -> bool {
        self.limiter.take("login:192.0.2.1", THREE, self.now()).await.expect("a ruling").allowed
    }

    async fn get(&self, key: &str) -> Option<String> {
        self.cache.get(key, self.now()).await.expect("readable")
    }

    async fn put(&self, key: &str, value: &str) {
        self.cache.put(key, value.to_owned(), HOUR, self.now()).await.expect("kept");
    }

    fn asked(&self) -> usize {
        self.switch.asked.swap(0, Ordering::Relaxed)
    }
}

fn session() -> SessionId {
    SessionId::new(&FakeChance::seeded(3))
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_by_one_caller_a_second() {
    let bench = Bench::new();
    bench.away(true);
    for _ in 0..5 {
        for _ in 0..100 {
            bench.take().await;
        }
        assert_eq!(bench.asked(), 1);
        bench.clock.advance(SignedDuration::from_secs(1));
    }
    bench.away(false);
    for _ in 0..100 {
        bench.take().await;
    }
    assert_eq!(bench.asked(), 100, "it is asked again once it has answered");
}

#[tokio::test]
async fn logins_stay_limited_while_the_server_is_away() {
    let bench = Bench::new();
    bench.away(true);
    let mut let_in = 0;
    for _ in 0..20 {
        let_in += u32::from(bench.take().await);
    }
    assert_eq!(let_in, 3);
}

/// A limiter that never answers.
struct Silent;

#[async_trait]
impl Limiter for Silent {
    async fn take(&self, _: &str, _: Limit, _: Timestamp) -> Result<mrdj_core::limits::Ruling, PortError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_server_that_is_silent_costs_one_caller_a_quarter_of_a_second() {
    let clock = FakeClock::default();
    let outage = Arc::new(Outage::new("redis", Arc::new(clock.clone()), Arc::new(clock.clone())));
    let limiter: Arc<Fallback<dyn Limiter>> =
        Arc::new(Fallback::new(Arc::new(Silent), Arc::new(Memory::new()), outage));
    let now = clock.now();
    let asking = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.take("192.0.2.1", THREE, now).await }
    });
    while !clock.is_slept_upon() {
        tokio::task::yield_now().await;
    }
    clock.advance(SignedDuration::from_millis(250));
    assert!(asking.await.expect("no panic").expect("a ruling").allowed);
    assert_eq!(limiter.take("192.0.2.1", THREE, now).await.expect("a ruling").remaining, 1, "the next does not wait");
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_no_outage() {
    let bench = Bench::new();
    let large = "x".repeat(MAX_SESSION_BYTES + 1);
    let refused = bench.sessions.save(&session(), large, HOUR, bench.now()).await;
    assert_eq!(refused.expect_err("refused").kind, ErrorKind::Rejected);
    bench.asked();
    bench.take().await;
    assert_eq!(bench.asked(), 1, "the server is still asked");
}

#[tokio::test]
async fn a_session_that_was_removed_while_the_server_was_away_stays_so() {
    let bench = Bench::new();
    let (sessions, id) = (&bench.sessions, session());
    sessions.save(&id, "{}".to_owned(), HOUR, bench.now()).await.expect("kept");
    bench.away(true);
    sessions.remove(&id).await.expect("removed");
    for away in [true, false] {
        bench.away(away);
        assert_eq!(sessions.load(&id, bench.now()).await.expect("readable"), None, "away: {away}");
    }
    sessions.save(&id, "{\"new\":1}".to_owned(), HOUR, bench.now()).await.expect("kept");
    assert_eq!(sessions.load(&id, bench.now()).await.expect("readable").as_deref(), Some("{\"new\":1}"));
}

#[tokio::test]
async fn a_session_that_was_saved_while_the_server_was_away_goes_on() {
    let bench = Bench::new();
    let (sessions, id) = (&bench.sessions, session());
    bench.away(true);
    sessions.save(&id, "{}".to_owned(), HOUR, bench.now()).await.expect("kept");
    for away in [true, false] {
        bench.away(away);
        assert_eq!(sessions.load(&id, bench.now()).await.expect("readable").as_deref(), Some("{}"), "away: {away}");
    }
}

#[tokio::test]
async fn what_was_heard_is_remembered_when_the_server_goes_away() {
    let bench = Bench::new();
    assert!(bench.replays.first_time("postmark", "msg_1", HOUR, bench.now()).await.expect("an answer"));
    bench.away(true);
    assert!(!bench.replays.first_time("postmark", "msg_1", HOUR, bench.now()).await.expect("an answer"));
    assert!(bench.replays.first_time("postmark", "msg_2", HOUR, bench.now()).await.expect("an answer"));
}

#[tokio::test]
async fn what_was_to_be_forgotten_while_the_server_was_away_is_not_read_from_it_again() {
    let bench = Bench::new();
    for key in ["city:delft", "package:party"] {
        bench.put(key, "old").await;
    }
    bench.away(true);
    bench.cache.forget("city:").await.expect("owed");
    bench.away(false);
    assert_eq!(bench.get("city:delft").await, None);
    assert_eq!(bench.get("package:party").await.as_deref(), Some("old"));
}

#[tokio::test]
async fn more_than_can_be_remembered_forgets_everything() {
    let bench = Bench::new();
    bench.put("package:party", "old").await;
    bench.away(true);
    for city in 0..100 {
        bench.cache.forget(&format!("city:{city}")).await.expect("owed");
    }
    bench.away(false);
    assert_eq!(bench.get("package:party").await, None);
}

#[tokio::test]
async fn a_cache_does_not_tell_in_one_outage_what_it_kept_in_another() {
    let bench = Bench::new();
    bench.away(true);
    assert_eq!(bench.get("city:delft").await, None);
    bench.put("city:delft", "of the first outage").await;
    assert_eq!(bench.get("city:delft").await.as_deref(), Some("of the first outage"));
    bench.away(false);
    assert_eq!(bench.get("city:delft").await, None);
    bench.away(true);
    assert_eq!(bench.get("city:delft").await, None);
}

#[tokio::test]
async fn an_outage_is_told_once_in_five_minutes_however_often_it_comes_and_goes() {
    let (bench, log) = (Bench::new(), FakeLog::from_level(Level::INFO));
    let _guard = tracing::subscriber::set_default(log.clone());
    for minute in 0..30 {
        bench.away(minute % 2 == 0);
        for _ in 0..60 {
            bench.take().await;
            bench.get("city:delft").await;
            bench.sessions.load(&session(), bench.now()).await.expect("readable");
            bench.clock.advance(SignedDuration::from_secs(1));
        }
    }
    let told = log.lines();
    assert_eq!(told.len(), 6, "{told:#?}");
    let expected = "WARN message=redis is away, so this process goes on by itself: redis could not take: away";
    assert!(told.iter().all(|line| line.starts_with("WARN message=redis is away")), "{told:#?}");
    assert!(told[0].starts_with(expected), "{}", told[0]);
}
