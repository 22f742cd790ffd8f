//! The crew's pagers: a third consequence of an enquiry, at a partner that recognises nothing and cannot be asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::delivery::{Carried, Courier, Delivery, DeliveryId, Found, Owed, Owes, QueueName, Recall};
use mrdj_core::error::PortError;
use mrdj_core::leads::LeadFact;

use super::Temper;

/// The queue of everything that goes to the pagers.
pub(crate) const ALERTS: QueueName = QueueName::new("alerts");
/// The kind of an alert.
pub(crate) const ALERT: &str = "lead.alert";

/// One alert per enquiry.
pub(crate) struct AlertForLead;

impl Owes<LeadFact> for AlertForLead {
    fn owes(&self, fact: &LeadFact) -> Vec<Owed> {
        match fact {
            LeadFact::Received(_) | LeadFact::Released(_) => vec![Owed::now(ALERTS, ALERT)],
            LeadFact::Extended(_) => Vec::new(),
        }
    }
}

/// The pagers.
pub(crate) struct Pagers {
    /// How they meet requests.
    pub(crate) temper: Temper,
    alerts: Mutex<Vec<DeliveryId>>,
}

impl Pagers {
    /// Silent ones.
    pub(crate) fn of(temper: Temper) -> Self {
        Self { temper, alerts: Mutex::default() }
    }

    /// Every alert, in the order in which they were taken.
    pub(crate) fn alerts(&self) -> Vec<DeliveryId> {
        self.list().clone()
    }

    fn list(&self) -> MutexGuard<'_, Vec<DeliveryId>> {
        self.alerts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries alerts to the pagers.
pub(crate) struct AlertCourier(pub(crate) Arc<Pagers>);

#[async_trait]
impl Courier for AlertCourier {
    fn queue(&self) -> QueueName {
        ALERTS
    }

    fn recall(&self) -> Recall {
        Recall::Nothing
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        let what = delivery.id.to_string();
        self.0.temper.meet(&what, "page", now, || self.0.list().push(delivery.id)).await?;
        Ok(Carried::Delivered { receipt: None })
    }

    async fn ask(&self, _: &Delivery, _: Timestamp) -> Result<Found, PortError> {
        Ok(Found::Missing)
    }
}
