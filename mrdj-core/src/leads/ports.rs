//! What leads need from outside, as promises.

use std::net::IpAddr;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Lead, LeadId, Reference, Standing};
use crate::contacts::ContactKey;
use crate::error::PortError;

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
