//! Housekeeping: what nobody needs any more is forgotten, a little at a time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::DeliveryQueue;
use mrdj_core::error::PortError;
use mrdj_core::experiments::funnel::{FunnelLog, PAGE_EVENT_IDS_KEPT_FOR};
use mrdj_core::experiments::{EXPOSURE_IDS_KEPT_FOR, EXPOSURES_KEPT_FOR, ExposureLog};
use mrdj_core::idempotency::IdempotencyBook;
use mrdj_core::messages::PostOffice;
use mrdj_core::webhooks::{EVENTS_KEPT_FOR, EventBook};
use tracing::{debug, warn};

use super::figures;
use super::house::House;
use super::servant::Servant;

/// So many rows of a kind go at once. SQLite has one writer: measured, a hundred hold it for 9 ms, five hundred for 40.
const STEP: usize = 100;
/// Between two steps, others have the store.
const PAUSE: Duration = Duration::from_millis(100);
/// How long to rest when nothing is left.
const REST: Duration = Duration::from_secs(3_600);

/// Forgets, step by step, what is done and what has run out.
struct Housekeeper {
    queue: Arc<dyn DeliveryQueue>,
    answers: Arc<dyn IdempotencyBook>,
    post_office: Arc<dyn PostOffice>,
    events: Arc<dyn EventBook>,
    exposures: Arc<dyn ExposureLog>,
    funnel: Arc<dyn FunnelLog>,
    clock: Arc<dyn Clock>,
    /// How long what is done is kept; `None` keeps it for ever.
    keep_done: Option<SignedDuration>,
}

/// What keeps `house` small.
pub(super) fn housekeeper(house: &House) -> Box<dyn Servant> {
    let ports = house.ports().clone();
    Box::new(Housekeeper {
        queue: ports.queue,
        answers: ports.answers,
        post_office: ports.post_office,
        events: ports.events,
        exposures: ports.exposures,
        funnel: ports.funnel,
        clock: house.clock(),
        keep_done: house.settings().keep_done,
    })
}

impl Housekeeper {
    /// One step: how many rows of each kind were forgotten.
    async fn step(&self, now: Timestamp) -> Result<[(&'static str, u64); 7], PortError> {
        let answers = self.answers.sweep(now, STEP).await?;
        let old = |kept: SignedDuration| now.checked_sub(kept).unwrap_or(Timestamp::MIN);
        let events = self.events.sweep_events(old(EVENTS_KEPT_FOR), STEP).await?;
        let exposures = self.exposures.sweep_exposures(old(EXPOSURES_KEPT_FOR), STEP).await?;
        let ids = self.exposures.sweep_exposure_ids(old(EXPOSURE_IDS_KEPT_FOR), STEP).await?;
        let told = self.funnel.sweep_page_event_ids(old(PAGE_EVENT_IDS_KEPT_FOR), STEP).await?;
        let before = self.keep_done.and_then(|keep| now.checked_sub(keep).ok());
        let (deliveries, postage) = match before {
            None => (0, 0),
            Some(before) => {
                (self.queue.prune(before, STEP).await?, self.post_office.sweep_postage(before, STEP).await?)
            }
        };
        Ok([
            ("answer", answers),
            ("event", events),
            ("exposure", exposures),
            ("exposure_id", ids),
            ("page_event_id", told),
            ("delivery", deliveries),
            ("postage", postage),
        ])
    }
}

#[async_trait]
impl Servant for Housekeeper {
    fn name(&self) -> &'static str {
        "housekeeper"
    }

    async fn turn(&self) -> Duration {
        match self.step(self.clock.now()).await {
            Ok(forgotten) if forgotten.iter().all(|(_, many)| *many == 0) => REST,
            Ok(forgotten) => {
                debug!(?forgotten, "forgot rows that nobody needs any more");
                figures::count_forgotten(&forgotten);
                PAUSE
            }
            Err(error) => {
                // What is not forgotten now is an hour later.
                warn!(error = %error, cause = ?error.cause, "could not forget what is done: {error}");
                REST
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use mrdj_adapters::memory::Memory;
    use mrdj_core::delivery::MockDeliveryQueue;
    use mrdj_core::error::ErrorKind;
    use mrdj_core::mocks::FakeClock;

    use super::*;

    const NINETY_DAYS: SignedDuration = SignedDuration::from_hours(90 * 24);

    fn housekeeper(queue: MockDeliveryQueue, keep_done: Option<SignedDuration>) -> Housekeeper {
        let (memory, clock) = (Arc::new(Memory::new()), Arc::new(FakeClock::default()));
        Housekeeper {
            queue: Arc::new(queue),
            answers: memory.clone(),
            post_office: memory.clone(),
            events: memory.clone(),
            exposures: memory.clone(),
            funnel: memory,
            clock,
            keep_done,
        }
    }

    #[tokio::test]
    async fn it_goes_on_in_small_steps_until_nothing_is_left() {
        let mut queue = MockDeliveryQueue::new();
        let expected = FakeClock::default().now() - NINETY_DAYS;
        let mut left = 250_u64;
        queue.expect_prune().times(4).withf(move |before, _| *before == expected).returning(move |_, limit| {
            let pruned = left.min(limit as u64);
            left -= pruned;
            Ok(pruned)
        });
        let housekeeper = housekeeper(queue, Some(NINETY_DAYS));
        for rest in [PAUSE, PAUSE, PAUSE, REST] {
            assert_eq!(housekeeper.turn().await, rest);
        }
    }

    #[tokio::test]
    async fn what_is_kept_for_ever_is_left_alone() {
        let mut queue = MockDeliveryQueue::new();
        queue.expect_prune().never();
        assert_eq!(housekeeper(queue, None).turn().await, REST);
    }

    #[tokio::test]
    async fn a_store_that_is_away_is_left_alone_for_an_hour() {
        let mut queue = MockDeliveryQueue::new();
        let away = || PortError::new(ErrorKind::Unavailable, "case", "prune", "away");
        queue.expect_prune().once().returning(move |_, _| Err(away()));
        assert_eq!(housekeeper(queue, Some(NINETY_DAYS)).turn().await, REST);
    }
}
