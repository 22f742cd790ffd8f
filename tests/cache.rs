//! Reading through a cache: one computation for all, and nobody depends on what is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use mrdj_adapters::memory::Memory;
use mrdj_core::cache::{Cache, CacheKey, MockCache, ReadThrough};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::mocks::FakeClock;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

const TEN_MINUTES: SignedDuration = SignedDuration::from_mins(10);

fn key(month: &str) -> CacheKey {
    CacheKey::new("leads", "per-month", 1, &[("month", month)])
}

/// A cache in memory, a computation that is counted, and a door before it that a test opens.
#[derive(Clone)]
struct Bench {
    through: ReadThrough,
    clock: FakeClock,
    computed: Arc<AtomicUsize>,
    begun: Arc<Notify>,
    door: Arc<Semaphore>,
}

impl Bench {
    fn over(cache: impl Cache + 'static) -> Self {
        let clock = FakeClock::default();
        Self {
            through: ReadThrough::new(Arc::new(cache), Arc::new(clock.clone())),
            clock,
            computed: Arc::default(),
            begun: Arc::default(),
            door: Arc::new(Semaphore::new(0)),
        }
    }

    fn open(cache: impl Cache + 'static) -> Self {
        let bench = Self::over(cache);
        bench.door.close();
        bench
    }

    /// Asks for the number of a month, which takes until the door is opened.
    async fn ask(&self, month: &str, outcome: Result<usize, &'static str>) -> Result<usize, PortError> {
        let Self { computed, begun, door, .. } = self.clone();
        let compute = async move {
            computed.fetch_add(1, Ordering::Relaxed);
            begun.notify_one();
            // An error says that the door is open for good.
            let _through = door.acquire().await;
            outcome.map_err(|why| PortError::new(ErrorKind::Unavailable, "far", "count", why))
        };
        self.through.get_or_compute(&key(month), TEN_MINUTES, compute).await
    }

    /// Starts many who ask for the same, and returns when one of them computes.
    async fn crowd(&self, outcome: Result<usize, &'static str>) -> JoinSet<Result<usize, PortError>> {
        let mut crowd = JoinSet::new();
        for _ in 0..50 {
            let bench = self.clone();
            crowd.spawn(async move { bench.ask("2026-11", outcome).await });
        }
        self.begun.notified().await;
        crowd
    }

    fn computed(&self) -> usize {
        self.computed.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn what_is_kept_is_not_computed_again_until_it_is_too_old() {
    let bench = Bench::open(Memory::new());
    for _ in 0..3 {
        assert_eq!(bench.ask("2026-11", Ok(7)).await.expect("a number"), 7);
    }
    assert_eq!(bench.ask("2026-12", Ok(8)).await.expect("a number"), 8);
    assert_eq!(bench.computed(), 2);
    bench.clock.advance(TEN_MINUTES);
    assert_eq!(bench.ask("2026-11", Ok(9)).await.expect("a number"), 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_who_ask_at_once_get_one_computation() {
    let bench = Bench::over(Memory::new());
    let crowd = bench.crowd(Ok(7)).await;
    bench.door.close();
    assert!(crowd.join_all().await.into_iter().all(|told| told.is_ok_and(|number| number == 7)));
    assert_eq!(bench.computed(), 1);
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_wait_and_kept_for_nobody() {
    let bench = Bench::over(Memory::new());
    let crowd = bench.crowd(Err("away")).await;
    bench.door.close();
    for told in crowd.join_all().await {
        let error = told.expect_err("it failed");
        assert_eq!((error.kind, error.to_string()), (ErrorKind::Unavailable, "far could not count: away".to_owned()));
    }
    assert_eq!(bench.computed(), 1);
    assert_eq!(bench.ask("2026-11", Ok(7)).await.expect("a number"), 7);
}

#[tokio::test]
async fn a_panic_frees_all_who_wait() {
    let bench = Bench::over(Memory::new());
    let door = Arc::clone(&bench.door);
    let compute = async move {
        let _through = door.acquire().await;
        panic!("no such month")
    };
    let (november, opens) = (key("2026-11"), async { bench.door.close() });
    let panics = bench.through.get_or_compute::<usize>(&november, TEN_MINUTES, compute);
    let (one, other, ()) = tokio::join!(panics, bench.ask("2026-11", Ok(7)), opens);
    for told in [one, other] {
        assert_eq!(told.expect_err("it panicked").kind, ErrorKind::Failed);
    }
    assert_eq!(bench.ask("2026-11", Ok(7)).await.expect("a number"), 7);
}

#[tokio::test]
async fn whoever_goes_away_does_not_let_the_others_down() {
    let bench = Bench::over(Memory::new());
    let first = tokio::spawn({
        let bench = bench.clone();
        async move { bench.ask("2026-11", Ok(7)).await }
    });
    bench.begun.notified().await;
    let mut second = Box::pin(bench.ask("2026-11", Ok(8)));
    assert!(futures_util::poll!(&mut second).is_pending(), "it waits for the first");
    first.abort();
    assert!(first.await.is_err_and(|gone| gone.is_cancelled()));
    bench.door.close();
    assert_eq!((second.await.expect("a number"), bench.computed()), (7, 1));
}

#[tokio::test]
async fn when_all_have_gone_the_next_begins_anew() {
    let bench = Bench::over(Memory::new());
    drop(bench.crowd(Ok(7)).await);
    tokio::task::yield_now().await;
    bench.door.close();
    assert_eq!(bench.ask("2026-11", Ok(8)).await.expect("a number"), 8);
}

#[tokio::test]
async fn a_cache_that_is_away_fails_nobody() {
    let mut cache = MockCache::new();
    let away = || PortError::new(ErrorKind::Unavailable, "redis", "get", "away");
    cache.expect_get().returning(move |_, _| Err(away()));
    cache.expect_put().returning(move |_, _, _, _| Err(away()));
    let bench = Bench::open(cache);
    for _ in 0..2 {
        assert_eq!(bench.ask("2026-11", Ok(7)).await.expect("a number"), 7);
    }
    assert_eq!(bench.computed(), 2);
}

#[tokio::test]
async fn what_another_program_kept_in_another_shape_is_computed_anew() {
    let memory = Arc::new(Memory::new());
    let clock = FakeClock::default();
    let through = ReadThrough::new(memory.clone(), Arc::new(clock.clone()));
    let now = mrdj_core::clock::Clock::now(&clock);
    for shape in ["", "\"seven\"", "{}", "7 "] {
        memory.put(key("2026-11").as_str(), shape.to_owned(), TEN_MINUTES, now).await.expect("kept");
        let number = through.get_or_compute(&key("2026-11"), TEN_MINUTES, async { Ok(7_u8) }).await;
        assert_eq!(number.expect("a number"), 7, "{shape:?}");
    }
    let kept = memory.get(key("2026-11").as_str(), now).await.expect("readable");
    assert_eq!(kept.as_deref(), Some("7 "), "what can be read is left alone");
}

#[tokio::test]
async fn the_values_of_one_name_are_forgotten_together() {
    let bench = Bench::open(Memory::new());
    for month in ["2026-11", "2026-12"] {
        bench.ask(month, Ok(7)).await.expect("a number");
    }
    let other = CacheKey::new("leads", "per-month-and-city", 1, &());
    bench.through.get_or_compute(&other, TEN_MINUTES, async { Ok(1_usize) }).await.expect("a number");
    bench.through.forget("leads", "per-month").await.expect("forgotten");
    assert_eq!(bench.ask("2026-11", Ok(8)).await.expect("a number"), 8);
    let kept = bench.through.get_or_compute(&other, TEN_MINUTES, async { Ok(2_usize) }).await;
    assert_eq!(kept.expect("a number"), 1, "another name is another name");
}
