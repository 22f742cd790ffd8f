//! What waits in the spool.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Lead, LeadId, Receipt};
use crate::idempotency::{Fingerprint, IdempotencyKey};

/// An enquiry that waits for the store of record, with everything that is needed to bring it there.
///
/// It is written as JSON by one version of this program and may be read by a later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spooled {
    /// The enquiry as it was judged.
    pub lead: Lead,
    /// The earlier enquiry of the same person with this one added; `None` where this is one of its own.
    pub added_to: Option<Lead>,
    /// The receipt that was given; it names the earlier enquiry where there is one.
    pub receipt: Receipt,
    /// The caller's key with the fingerprint of the request.
    pub key: Option<(IdempotencyKey, Fingerprint)>,
}

/// What waits in a spool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpoolFigures {
    /// How many enquiries wait, those set aside among them.
    pub waiting: u64,
    /// When the first of them came in.
    pub since: Option<Timestamp>,
    /// How many are set aside, because the store refused them.
    pub aside: u64,
    /// The first that is set aside, and why; no personal data.
    pub first_aside: Option<(LeadId, String)>,
}

impl Spooled {
    /// What is spooled of `lead` when it makes the person's enquiry `whole`.
    pub fn new(lead: Lead, whole: Lead, receipt: Receipt, key: Option<(IdempotencyKey, Fingerprint)>) -> Self {
        let added_to = (whole.id != lead.id).then_some(whole);
        Self { lead, added_to, receipt, key }
    }

    /// The person's enquiry, with everything that was added up to this.
    pub fn whole(&self) -> &Lead {
        self.added_to.as_ref().unwrap_or(&self.lead)
    }

    /// When it came in.
    pub fn at(&self) -> Timestamp {
        self.lead.submitted_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leads::{Kept, Standing};

    /// As version 0.1.0 wrote it.
    const WRITTEN: &str = r#"{"lead":{"id":"01a1fda8-13c1-71b6-9578-d4f0360a3c41",
        "reference":"web-20261121-6v9ay6my0v0mf21","kind":"contact","contact":"mail:test@example.com",
        "enquiry":{"name":"Test User","email":"test@example.com","phone":{"text":"+31612345678","checked":true},
        "event_type":"bruiloft","event_date":"2025-12-31","package":null,"message":"Test bericht","language":"nl"},
        "standing":"clear","score":0,"marks":["past_date"],"source":"mister-dj-website",
        "submitted_at":"2026-11-21T10:30:13.185241Z","changed_at":"2026-11-21T10:30:13.185241Z","version":1},
        "added_to":null,
        "receipt":{"id":"01a1fda8-13c1-71b6-9578-d4f0360a3c41","reference":"web-20261121-6v9ay6my0v0mf21",
        "kind":"contact","event_type":"bruiloft","event_date":"2025-12-31","package":null,
        "submitted_at":"2026-11-21T10:30:13.185241Z","kept":"in_spool"},
        "key":["contact:k1",[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31]]}"#;

    #[test]
    fn what_an_earlier_version_spooled_is_read() {
        let spooled: Spooled = serde_json::from_str(WRITTEN).expect("it is still read");
        assert_eq!((spooled.whole().standing, spooled.receipt.kept), (Standing::Clear, Kept::InSpool));
        let key = spooled.key.as_ref().map(|(key, fingerprint)| (key.as_str(), fingerprint.0[31]));
        assert_eq!(key, Some(("contact:k1", 31)));
        let written: String = WRITTEN.split('\n').map(str::trim_start).collect();
        assert_eq!(serde_json::to_string(&spooled).expect("plain data"), written);
    }
}
