//! A partner that behaves as it is told.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{Carried, Courier, Delivery, DeliveryId, Found, QueueName, Recall};
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::mocks::FakeClock;

pub(crate) const CRM: QueueName = QueueName::new("crm");

/// How the partner behaves towards the next request.
#[derive(Clone, Copy)]
pub(crate) enum Mood {
    /// Takes it.
    Well,
    /// Answers with an error of its own.
    Failing,
    /// Does not answer at all; nothing arrived.
    Away,
    /// Asks for a pause of so many seconds.
    Busy(i64),
    /// Takes it, and the line dies before the answer.
    CutAfterAccepting,
    /// The line dies before anything arrived.
    CutBeforeAccepting,
    /// Refuses our key.
    WrongKey,
    /// Refuses this one thing.
    Refusing,
    /// Never answers.
    Silent,
    /// Takes the first and never answers the rest.
    SilentAfterOne,
    /// Brings the courier down.
    Panicking,
    /// Keeps the courier busy before anything leaves; takes it once in another mood.
    Hesitating,
}

/// A partner that writes down what arrives, and when it was tried.
pub(crate) struct Partner {
    recall: Recall,
    mood: Mutex<Mood>,
    pub(crate) arrived: Mutex<Vec<DeliveryId>>,
    tried_at: Mutex<Vec<Timestamp>>,
    pub(crate) asked: Mutex<usize>,
    /// How asking fails, while it does.
    pub(crate) unasked: Mutex<Option<fn() -> PortError>>,
}

impl Partner {
    pub(crate) fn new(recall: Recall) -> Arc<Self> {
        let (mood, arrived) = (Mutex::new(Mood::Well), Mutex::default());
        Arc::new(Self {
            recall,
            mood,
            arrived,
            tried_at: Mutex::default(),
            asked: Mutex::default(),
            unasked: Mutex::default(),
        })
    }

    pub(crate) fn be(&self, mood: Mood) {
        *self.mood.lock().expect("nobody panics while holding it") = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().expect("nobody panics while holding it")
    }

    pub(crate) fn arrived(&self) -> Vec<DeliveryId> {
        self.arrived.lock().expect("nobody panics while holding it").clone()
    }

    pub(crate) fn tries(&self) -> Vec<i64> {
        let began = FakeClock::default().now();
        self.tried_at
            .lock()
            .expect("nobody panics while holding it")
            .iter()
            .map(|at| at.duration_since(began).as_secs())
            .collect()
    }
}

/// Carries to the partner; a courier of its own, so that one partner may have several.
pub(crate) struct Line(pub(crate) Arc<Partner>);

pub(crate) fn error(kind: ErrorKind) -> PortError {
    PortError::new(kind, "partner", "take", kind.word())
}

#[async_trait]
impl Courier for Line {
    fn queue(&self) -> QueueName {
        CRM
    }

    fn recall(&self) -> Recall {
        self.0.recall
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        self.0.tried_at.lock().expect("nobody panics while holding it").push(now);
        while matches!(self.0.mood(), Mood::Hesitating) {
            tokio::task::yield_now().await;
        }
        match self.0.mood() {
            Mood::Well | Mood::Hesitating => {
                self.0.arrived.lock().expect("nobody panics while holding it").push(delivery.id);
            }
            Mood::Failing => return Err(error(ErrorKind::Failed)),
            Mood::Away => return Err(error(ErrorKind::Unavailable)),
            Mood::Busy(seconds) => {
                let no_sooner_than = Some(now + SignedDuration::from_secs(seconds));
                return Err(error(ErrorKind::Throttled).remedy(Remedy::TryAgain { no_sooner_than }));
            }
            Mood::CutAfterAccepting => {
                self.0.arrived.lock().expect("nobody panics while holding it").push(delivery.id);
                return Err(error(ErrorKind::Unavailable).remedy(Remedy::AskFirst));
            }
            Mood::CutBeforeAccepting => return Err(error(ErrorKind::Failed).remedy(Remedy::AskFirst)),
            Mood::WrongKey => return Err(error(ErrorKind::Misconfigured)),
            Mood::Refusing => return Err(error(ErrorKind::Rejected)),
            Mood::Silent => std::future::pending().await,
            Mood::SilentAfterOne => {
                let first = {
                    let mut arrived = self.0.arrived.lock().expect("nobody panics while holding it");
                    arrived.push(delivery.id);
                    arrived.len() == 1
                };
                if !first {
                    return std::future::pending().await;
                }
            }
            Mood::Panicking => panic!("a fault of the courier's own"),
        }
        Ok(Carried::Delivered { receipt: Some("42".to_owned()) })
    }

    async fn ask(&self, delivery: &Delivery, _: Timestamp) -> Result<Found, PortError> {
        *self.0.asked.lock().expect("nobody panics while holding it") += 1;
        if let Some(error) = *self.0.unasked.lock().expect("nobody panics while holding it") {
            return Err(error());
        }
        let has = self.0.arrived.lock().expect("nobody panics while holding it").contains(&delivery.id);
        Ok(if has { Found::Delivered { receipt: Some("42".to_owned()) } } else { Found::Missing })
    }
}
