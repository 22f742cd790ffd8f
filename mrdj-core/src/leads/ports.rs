//! What leads need from outside, as promises.

use std::net::IpAddr;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Lead, LeadId, Reference, SpoolFigures, Spooled, Standing};
use crate::contacts::ContactKey;
use crate::error::PortError;
use crate::idempotency::IdempotencyKey;
use crate::store::Commit;

/// Which leads an operator wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadFilter {
    /// Only in this standing.
    pub standing: Option<Standing>,
    /// Only older than this one: the last of the page before.
    pub before: Option<LeadId>,
}

/// Reads leads back.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait LeadBook: Send + Sync {
    /// Finds a lead.
    ///
    /// - `lead_comes_back`: what was committed is what is found, to the last character and, in time, to the
    ///   microsecond.
    async fn find(&self, id: LeadId) -> Result<Option<Lead>, PortError>;

    /// Finds a lead by what a person may quote.
    ///
    /// - `lead_is_found_by_reference`: by all of it, as it was written, and by nothing else.
    async fn find_by_reference(&self, reference: &Reference) -> Result<Option<Lead>, PortError>;

    /// The newest lead of one person.
    ///
    /// - `newest_lead_of_a_person`: of several, the one that came in last.
    async fn newest_of(&self, contact: &ContactKey) -> Result<Option<Lead>, PortError>;

    /// Lists at most `limit` leads, newest first.
    ///
    /// - `leads_are_listed_newest_first`: every filter holds, and following `before` shows each once.
    async fn list(&self, filter: &LeadFilter, limit: usize) -> Result<Vec<Lead>, PortError>;
}

/// Keeps enquiries on a disk of this machine while the store of record is away.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Spool: Send + Sync {
    /// Puts an enquiry behind the others, in the belief that `newest` is the last of the same person here, if any is.
    ///
    /// - `spooled_is_on_disk`: once this returns, the enquiry is found by whoever opens the spool again, whatever
    ///   became of the process.
    /// - `a_wrong_belief_is_refused`: of many at once that believe the same of one person, one is taken; the others are
    ///   [`Refusal::NotNewest`](crate::store::Refusal::NotNewest).
    /// - `a_key_is_spooled_once`: a second enquiry under a key is
    ///   [`Refusal::KeyTaken`](crate::store::Refusal::KeyTaken), until the key is forgotten.
    async fn append(&self, spooled: &Spooled, newest: Option<LeadId>) -> Result<Commit, PortError>;

    /// The first `limit` enquiries.
    ///
    /// - `spooled_comes_back_in_order`: in the order in which they were put here, each to the last character.
    /// - `many_at_once_keep_each_callers_order`: what one caller put here before another thing comes back before it.
    /// - `what_is_set_aside_lets_others_pass`: one that is set aside until after `now` is left out.
    async fn oldest(&self, limit: usize, now: Timestamp) -> Result<Vec<Spooled>, PortError>;

    /// Finds the enquiry that was put here under `key`.
    ///
    /// - `a_spooled_key_is_found`: while the enquiry is here and no longer than
    ///   [`KEPT_FOR`](crate::idempotency::KEPT_FOR) after it came in.
    async fn find_key(&self, key: &IdempotencyKey, now: Timestamp) -> Result<Option<Spooled>, PortError>;

    /// The enquiry of one person that was put here last.
    ///
    /// - `last_spooled_of_a_person`: of several, the last.
    async fn newest_of(&self, contact: &ContactKey) -> Result<Option<Spooled>, PortError>;

    /// Forgets an enquiry, which is in the store by now.
    ///
    /// - `removed_is_gone`: the others stay in their order; removing what is not here is no fault.
    async fn remove(&self, id: LeadId) -> Result<(), PortError>;

    /// Lets others pass an enquiry until `until`; `why` is for operators and holds no personal data.
    async fn set_aside(&self, id: LeadId, why: &str, until: Timestamp) -> Result<(), PortError>;

    /// Counts what is here.
    ///
    /// - `figures_count_what_waits`: everything, with those set aside, and since when the first waits.
    async fn figures(&self) -> Result<SpoolFigures, PortError>;
}

/// What a check says about whether a person is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HumanVerdict {
    /// A person is there.
    Human,
    /// The token is wrong, old or used.
    NotHuman,
    /// The checker gave no answer in time; it costs nobody an enquiry.
    NoAnswer,
}

/// Tells people from programs.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait HumanCheck: Send + Sync {
    /// Checks a token that came with a form; answers within two seconds, whatever the checker does.
    async fn check(&self, token: String, from: Option<IpAddr>, now: Timestamp) -> HumanVerdict;
}
