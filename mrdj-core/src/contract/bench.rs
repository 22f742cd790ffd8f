//! What the cases of the ports of record run on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;

use crate::bookings::{BookingBook, CalendarBook};
use crate::clock::Clock;
use crate::contacts::ContactBook;
use crate::delivery::{DeliveryDesk, DeliveryQueue, ScheduleBook};
use crate::error::PortError;
use crate::experiments::funnel::FunnelLog;
use crate::experiments::{ExperimentBook, ExposureLog};
use crate::idempotency::IdempotencyBook;
use crate::leads::{LeadBook, Spool};
use crate::messages::PostOffice;
use crate::mocks::{FakeChance, FakeClock};
use crate::partners::PartnerNews;
use crate::store::Store;
use crate::webhooks::EventBook;

/// Every port of record, over one store.
#[derive(Clone)]
pub struct Ports {
    /// Commits decisions.
    pub store: Arc<dyn Store>,
    /// Reads leads.
    pub leads: Arc<dyn LeadBook>,
    /// Reads people.
    pub contacts: Arc<dyn ContactBook>,
    /// Reads answers.
    pub answers: Arc<dyn IdempotencyBook>,
    /// Leases and settles.
    pub queue: Arc<dyn DeliveryQueue>,
    /// Shows and steers.
    pub desk: Arc<dyn DeliveryDesk>,
    /// Reads how far schedules have come.
    pub schedules: Arc<dyn ScheduleBook>,
    /// Sells postage.
    pub post_office: Arc<dyn PostOffice>,
    /// Reads bookings.
    pub bookings: Arc<dyn BookingBook>,
    /// Reads what is taken.
    pub calendar: Arc<dyn CalendarBook>,
    /// Reads what was heard.
    pub events: Arc<dyn EventBook>,
    /// Reads what partners say of ours.
    pub news: Arc<dyn PartnerNews>,
    /// Reads experiments.
    pub experiments: Arc<dyn ExperimentBook>,
    /// Counts who saw what.
    pub exposures: Arc<dyn ExposureLog>,
    /// Counts what pages tell.
    pub funnel: Arc<dyn FunnelLog>,
}

/// An empty store with a clock and dice of its own.
#[derive(Clone)]
pub struct House {
    /// The ports under proof.
    pub ports: Ports,
    /// The time, which cases turn.
    pub clock: FakeClock,
    /// The dice.
    pub chance: FakeChance,
}

impl House {
    /// A bench over `ports`, which must be empty and used by nobody else.
    pub fn new(ports: Ports) -> Self {
        Self { ports, clock: FakeClock::default(), chance: FakeChance::seeded(1) }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Opens a spool again, as another process would after this one was killed.
pub type Reopen =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Arc<dyn Spool>, PortError>> + Send>> + Send + Sync>;

/// An empty spool that nobody else uses.
#[derive(Clone)]
pub struct SpoolBench {
    /// The spool under proof.
    pub spool: Arc<dyn Spool>,
    /// Opens the same one again beside it.
    pub reopen: Reopen,
}
