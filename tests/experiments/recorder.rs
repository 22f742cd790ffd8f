//! Exposures on their way to a store that is there, away, or refuses them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::experiments::{
    ExperimentKey, Exposure, ExposureLog, ExposureRecorder, Figures, RecorderFigures, RecorderRule,
};
use mrdj_core::mocks::FakeLog;
use mrdj_harness::until;
use tokio::task::JoinHandle;
use tracing::Level;

use crate::scene::Scene;

const PATIENCE: Duration = Duration::from_secs(20);
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// A small rule: lots of ten, fifty in all, three tries.
const RULE: RecorderRule = RecorderRule { lot: 10, rest: SECOND, most: 50, pause: SECOND, tries: 3 };

/// A store that answers as it is told, and writes down how large lots are.
struct Moody {
    store: Arc<dyn ExposureLog>,
    mood: Mutex<Option<ErrorKind>>,
    lots: Mutex<Vec<usize>>,
}

#[async_trait]
impl ExposureLog for Moody {
    async fn record(&self, exposures: &[Exposure]) -> Result<u64, PortError> {
        if let Some(kind) = *self.mood.lock().expect("nobody panics") {
            return Err(PortError::new(kind, "moody", "record", "not now"));
        }
        let recorded = self.store.record(exposures).await?;
        self.lots.lock().expect("nobody panics").push(exposures.len());
        Ok(recorded)
    }

    async fn figures(&self, experiment: &ExperimentKey) -> Result<Figures, PortError> {
        self.store.figures(experiment).await
    }

    async fn sweep_exposures(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        self.store.sweep_exposures(before, limit).await
    }

    async fn sweep_exposure_ids(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        self.store.sweep_exposure_ids(before, limit).await
    }
}

/// A recorder before a moody store.
struct Studio {
    scene: Scene,
    log: Arc<Moody>,
    recorder: ExposureRecorder,
    running: Option<JoinHandle<()>>,
}

impl Studio {
    fn new() -> Self {
        let scene = Scene::new();
        let log = Arc::new(Moody { store: scene.store.clone(), mood: Mutex::default(), lots: Mutex::default() });
        let clock = Arc::new(scene.clock.clone());
        let recorder = ExposureRecorder::new(log.clone(), clock.clone(), clock, RULE);
        Self { scene, log, recorder, running: None }
    }

    /// The same, with somebody who takes lots to the store.
    fn open() -> Self {
        let mut studio = Self::new();
        let recorder = studio.recorder.clone();
        studio.running = Some(tokio::spawn(async move { recorder.run().await }));
        studio
    }

    /// So many visitors see something; says how many of those found a place.
    async fn views(&self, many: usize) -> usize {
        let hero = match self.scene.experiments.find(&crate::scene::hero()).await.expect("a look") {
            Some(hero) => hero,
            None => self.scene.running().await,
        };
        let mut taken = 0;
        for _ in 0..many {
            let view = self.scene.view(&hero, Some(self.scene.visitor()));
            taken += usize::from(self.recorder.record(view).await);
        }
        taken
    }

    fn mood(&self, mood: Option<ErrorKind>) {
        *self.log.mood.lock().expect("nobody panics") = mood;
    }

    fn lots(&self) -> Vec<usize> {
        self.log.lots.lock().expect("nobody panics").clone()
    }

    async fn recorded(&self) -> u64 {
        self.scene.counted(false).await.exposed
    }

    /// Lets a second pass once somebody waits for it.
    async fn second(&self) {
        until("somebody waits", PATIENCE, async || self.scene.clock.is_slept_upon()).await;
        self.scene.clock.advance(SECOND);
    }

    async fn until_recorded(&self, many: u64) {
        until("all is recorded", PATIENCE, async || self.recorded().await == many).await;
    }
}

fn figures(waiting: usize, dropped: u64) -> RecorderFigures {
    RecorderFigures { waiting, dropped }
}

#[tokio::test]
async fn a_full_lot_leaves_at_once_and_the_rest_within_a_second() {
    let studio = Studio::open();
    studio.views(25).await;
    studio.until_recorded(20).await;
    assert_eq!(studio.recorder.figures(), figures(5, 0));
    studio.second().await;
    studio.until_recorded(25).await;
    assert_eq!(studio.lots(), [10, 10, 5]);
    assert_eq!(studio.recorder.figures(), figures(0, 0));
}

#[tokio::test]
async fn an_orderly_stop_loses_nothing() {
    let studio = Studio::open();
    studio.views(37).await;
    assert_eq!(studio.recorder.close().await, 0);
    assert_eq!(studio.recorded().await, 37);
    studio.running.expect("it ran").await.expect("it ends by itself");
    let alone = Studio::new();
    alone.views(12).await;
    assert_eq!(alone.recorder.close().await, 0, "whether somebody carries lots or not");
    assert_eq!(alone.recorded().await, 12);
    assert_eq!(alone.views(1).await, 0, "nothing is taken after the end");
    assert_eq!(alone.recorder.figures(), figures(0, 1), "and that is told");
}

#[tokio::test]
async fn a_kill_loses_what_came_in_the_last_second_and_nothing_before() {
    let studio = Studio::open();
    studio.views(7).await;
    studio.second().await;
    studio.until_recorded(7).await;
    studio.views(4).await;
    studio.running.as_ref().expect("it runs").abort();
    drop(studio.recorder);
    assert_eq!(studio.scene.counted(false).await.exposed, 7);
}

#[tokio::test]
async fn while_the_store_is_away_exposures_wait_and_none_is_lost_that_had_a_place() {
    let studio = Studio::open();
    studio.mood(Some(ErrorKind::Unavailable));
    assert_eq!(studio.views(20).await, 20);
    for _ in 0..5 {
        studio.second().await;
    }
    assert_eq!(studio.views(40).await, 30, "visitors do not wait for a store that is away");
    assert_eq!(studio.recorder.figures(), figures(50, 10));
    studio.mood(None);
    studio.second().await;
    studio.until_recorded(50).await;
    assert_eq!((studio.views(3).await, studio.recorder.close().await), (3, 0));
    assert_eq!((studio.recorded().await, studio.recorder.figures()), (53, figures(0, 10)));
}

#[tokio::test]
async fn what_arrived_without_an_answer_counts_once() {
    let studio = Studio::new();
    studio.views(5).await;
    let hero = studio.scene.experiments.find(&crate::scene::hero()).await.expect("a look").expect("it runs");
    let view = studio.scene.view(&hero, None);
    studio.scene.store.record(std::slice::from_ref(&view)).await.expect("recorded");
    assert!(studio.recorder.record(view).await);
    assert_eq!(studio.recorder.close().await, 0);
    assert_eq!(studio.scene.counted(true).await.exposed, 1);
}

#[tokio::test]
async fn what_the_store_refuses_is_given_up_after_three_tries_and_blocks_nothing() {
    let studio = Studio::open();
    studio.mood(Some(ErrorKind::Rejected));
    studio.views(10).await;
    studio.second().await;
    studio.second().await;
    until("they are given up", PATIENCE, async || studio.recorder.figures() == figures(0, 10)).await;
    studio.mood(None);
    studio.views(10).await;
    studio.until_recorded(10).await;
}

#[tokio::test]
async fn whoever_finds_the_line_full_waits_for_a_place() {
    let studio = Arc::new(Studio::new());
    assert_eq!(studio.views(50).await, 50);
    let waiting = tokio::spawn({
        let studio = studio.clone();
        async move { studio.views(5).await }
    });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished() && studio.recorder.figures() == figures(50, 0));
    let running = tokio::spawn({
        let recorder = studio.recorder.clone();
        async move { recorder.run().await }
    });
    assert_eq!(waiting.await.expect("no panic"), 5);
    assert_eq!(studio.recorder.close().await, 0);
    running.await.expect("it ends");
    assert_eq!(studio.recorded().await, 55);
}

#[tokio::test]
async fn an_end_while_the_store_is_away_is_told_and_takes_no_longer_than_its_tries() {
    let log = FakeLog::from_level(Level::INFO);
    let _told = tracing::subscriber::set_default(log.clone());
    let studio = Studio::new();
    studio.mood(Some(ErrorKind::Unavailable));
    studio.views(12).await;
    let closing = tokio::spawn({
        let recorder = studio.recorder.clone();
        async move { recorder.close().await }
    });
    studio.second().await;
    studio.second().await;
    assert_eq!(closing.await.expect("no panic"), 12);
    assert_eq!(studio.recorder.figures(), figures(0, 12));
    let lines = log.lines();
    assert!(lines.iter().any(|line| line.contains("12 exposures were dropped at the end")), "{lines:#?}");
    let hyphens = |line: &&String| line.matches('-').count() >= 4;
    assert_eq!(lines.iter().find(hyphens), None, "no line holds an id");
}
