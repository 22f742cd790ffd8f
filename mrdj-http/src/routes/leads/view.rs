//! Enquiries as operators see them.

use jiff::Timestamp;
use jiff::civil::Date;
use mrdj_core::leads::{Lead, Standing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::routes::delivery::JobWithHistory;
use crate::routes::partners::PartnerStatusView;

/// Whether we believe that a person asks.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StandingWord {
    /// Nothing speaks against it.
    Clear,
    /// It scored as junk: kept, and owing nothing.
    Suspicious,
    /// A person looked at it and let it through.
    Released,
}

impl From<StandingWord> for Standing {
    fn from(word: StandingWord) -> Self {
        match word {
            StandingWord::Clear => Self::Clear,
            StandingWord::Suspicious => Self::Suspicious,
            StandingWord::Released => Self::Released,
        }
    }
}

impl From<Standing> for StandingWord {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Clear => Self::Clear,
            Standing::Suspicious => Self::Suspicious,
            Standing::Released => Self::Released,
        }
    }
}

/// An enquiry with everything that is known of it; personal data.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeadView {
    /// Its id.
    id: Uuid,
    /// What the visitor may quote.
    #[schema(example = "web-20261121-000000000000001")]
    lead_id: String,
    /// Which form it came in by: `contact` or `call_back`.
    #[schema(example = "contact")]
    kind: &'static str,
    /// Whether we believe that a person asks.
    standing: StandingWord,
    /// The junk score, 0 to 100.
    #[schema(maximum = 100)]
    score: u8,
    /// What was noticed about it, the reasons of the score among it.
    #[schema(value_type = Vec<String>, example = json!(["past_date"]))]
    marks: Vec<serde_json::Value>,
    /// Who asks.
    name: String,
    /// Their mailbox.
    #[schema(required = true)]
    email: Option<String>,
    /// Their phone, in E.164 where the numbering plan knows it.
    #[schema(required = true)]
    phone: Option<String>,
    /// What for.
    #[schema(required = true)]
    event_type: Option<String>,
    /// The civil day that was given.
    #[schema(required = true)]
    event_date: Option<Date>,
    /// The package that was wished for.
    #[schema(required = true)]
    requested_package: Option<String>,
    /// What they wrote.
    #[schema(required = true)]
    message: Option<String>,
    /// The language to answer in, `nl` or `en`.
    language: &'static str,
    /// Where it came from.
    source: String,
    /// When it came in, in UTC.
    submitted_at: Timestamp,
    /// When it last changed, in UTC.
    changed_at: Timestamp,
    /// Counts its changes, from 1.
    version: u32,
}

impl From<Lead> for LeadView {
    fn from(lead: Lead) -> Self {
        let word = |mark| serde_json::to_value(mark).expect("a mark is a word");
        Self {
            id: lead.id.uuid(),
            lead_id: lead.reference.to_string(),
            kind: lead.kind.word(),
            standing: lead.standing.into(),
            score: lead.score,
            marks: lead.marks.iter().map(word).collect(),
            name: lead.enquiry.name.as_str().to_owned(),
            email: lead.enquiry.email.map(|email| email.as_str().to_owned()),
            phone: lead.enquiry.phone.map(|phone| phone.as_str().to_owned()),
            event_type: lead.enquiry.event_type.map(|kind| kind.to_string()),
            event_date: lead.enquiry.event_date,
            requested_package: lead.enquiry.package,
            message: lead.enquiry.message,
            language: lead.enquiry.language.tag(),
            source: lead.source,
            submitted_at: lead.submitted_at,
            changed_at: lead.changed_at,
            version: lead.version,
        }
    }
}

/// A page of enquiries, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeadPage {
    /// The enquiries.
    pub(crate) leads: Vec<LeadView>,
    /// What to send as `before` for the next page; null on the last.
    #[schema(required = true)]
    pub(crate) next: Option<Uuid>,
}

/// An enquiry and what became of everything it owed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeadWithTimeline {
    /// The enquiry.
    pub(crate) lead: LeadView,
    /// Every delivery it caused, oldest first, each with every attempt.
    pub(crate) timeline: Vec<JobWithHistory>,
    /// How far it is at each partner that said so.
    pub(crate) partners: Vec<PartnerStatusView>,
}
