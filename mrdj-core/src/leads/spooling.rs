//! Taking enquiries in while the store is away.

use jiff::Timestamp;
use tracing::{info, warn};

use super::service::{ROUNDS, crossed};
use super::{Detour, Intake, IntakeError, Kept, Lead, Receipt, SpoolFigures, Spooled, Visit};
use crate::contacts::ContactKey;
use crate::error::PortError;
use crate::store::{Changes, Commit};

impl Intake {
    /// What waits in the spool; `None` where there is none.
    pub async fn spool_figures(&self) -> Result<Option<SpoolFigures>, PortError> {
        match &self.detour {
            Some(detour) => detour.spool.figures().await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the store is known to be away, so that this request does not try it.
    pub(super) fn is_away(&self, now: Timestamp) -> bool {
        self.detour.as_ref().is_some_and(|detour| !detour.may_try(now))
    }

    /// Goes on when `error` is a reason to spool; else it is the answer.
    pub(super) fn turn_off(&self, error: IntakeError) -> Result<(), IntakeError> {
        match (&self.detour, &error) {
            // A store may be slow to fail, so that by now it is later.
            (Some(detour), IntakeError::Store(cause)) if detour.store_failed(cause, self.clock.now()) => Ok(()),
            _ => Err(error),
        }
    }

    /// Commits; when the store answers, whatever it says, it is known to be there.
    pub(super) async fn commit(&self, changes: Changes) -> Result<Commit, PortError> {
        let commit = self.store.commit(changes).await;
        if let (Some(detour), Ok(_)) = (&self.detour, &commit) {
            detour.store_answered();
        }
        commit
    }

    /// Remembers what the store took, for the time when it cannot be asked.
    pub(super) fn note(&self, taken: impl FnOnce() -> Spooled) {
        if let Some(detour) = &self.detour {
            detour.note(taken());
        }
    }

    /// The receipt that was given under the caller's key while the store was away.
    pub(super) async fn spooled_answer(&self, visit: &Visit, now: Timestamp) -> Result<Option<Receipt>, IntakeError> {
        let Some(detour) = self.detour.as_ref().filter(|detour| detour.holds_something()) else {
            return Ok(None);
        };
        match detour.answered(visit, now).await {
            Err(IntakeError::Store(error)) => {
                unreadable(&error);
                Ok(None)
            }
            answered => answered,
        }
    }

    /// Whether something of this person waits, so that what they add comes behind it.
    pub(super) async fn has_spooled(&self, contact: &ContactKey) -> bool {
        let Some(detour) = self.detour.as_ref().filter(|detour| detour.holds_something()) else {
            return false;
        };
        let newest = detour.spool.newest_of(contact).await;
        newest.inspect_err(unreadable).is_ok_and(|newest| newest.is_some())
    }

    /// Puts an enquiry into the spool; where that cannot be, the store is tried, whatever is known of it.
    pub(super) async fn spool_or_take_in(
        &self,
        lead: Lead,
        visit: &Visit,
        now: Timestamp,
    ) -> Result<Receipt, IntakeError> {
        match self.spool(lead.clone(), visit, now).await {
            Err(IntakeError::Store(error)) => {
                warn!(error = %error, "an enquiry cannot be spooled, so the store is tried: {error}");
                self.take_in(lead, visit, now).await
            }
            spooled => spooled,
        }
    }

    /// Puts an enquiry into the spool.
    pub(super) async fn spool(&self, lead: Lead, visit: &Visit, now: Timestamp) -> Result<Receipt, IntakeError> {
        let Some(detour) = &self.detour else {
            return self.take_in(lead, visit, now).await;
        };
        for _ in 0..ROUNDS {
            if let Some(receipt) = detour.answered(visit, now).await? {
                return Ok(receipt);
            }
            if let Some(receipt) = self.try_to_spool(detour, &lead, visit, now).await? {
                return Ok(receipt);
            }
        }
        Err(crossed().into())
    }

    /// The same, unless another form of the same person or under the same key comes first.
    async fn try_to_spool(
        &self,
        detour: &Detour,
        lead: &Lead,
        visit: &Visit,
        now: Timestamp,
    ) -> Result<Option<Receipt>, PortError> {
        let waiting = detour.spool.newest_of(&lead.contact).await?;
        let newest = waiting.as_ref().map(|spooled| spooled.lead.id);
        let known = waiting.or_else(|| detour.lately_of(&lead.contact));
        let (whole, receipt, changes) = self.decide(lead.clone(), known.as_ref().map(Spooled::whole), now);
        let kept = if newest.is_none() && whole.id != lead.id { Kept::InStore } else { Kept::InSpool };
        if changes == Changes::new() && visit.key.is_none() {
            return Ok(Some(Receipt { kept, ..receipt }));
        }
        let receipt = Receipt { kept: Kept::InSpool, ..receipt };
        let spooled = Spooled::new(lead.clone(), whole, receipt.clone(), visit.key.clone());
        if detour.append(&spooled, newest).await? != Commit::Done {
            return Ok(None);
        }
        info!(lead.id = %lead.id, "lead {} waits in the spool", lead.id);
        Ok(Some(receipt))
    }
}

fn unreadable(error: &PortError) {
    warn!(error = %error, "the spool cannot be read: {error}");
}
