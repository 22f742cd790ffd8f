//! A request comes in and is never lost; call-backs too.
//!
//! [`Intake::submit`] parses a form, decides, and commits the lead with everything it owes as one value; it waits for no
//! partner. All faults of a form come back at once. Junk is a score with reasons: a suspicious enquiry is stored and
//! owes nothing until a person releases it. A double click is one enquiry, and a second form that adds something is
//! merged into the first.
//!
//! ```text
//! form ──parse──▶ enquiry ──score──▶ clear ──────────────────────────▶ owes mail, CRM, …
//!   │                         └────▶ suspicious ──release(a person)──▶ owes mail, CRM, …
//!   └── faults (422)
//! ```

#[cfg(feature = "contract")]
pub mod contract;
mod enquiry;
mod error;
mod event;
mod fact;
mod form;
mod junk;
mod lead;
mod ports;
mod receipt;
mod service;
mod twin;

pub use enquiry::{Enquiry, Scales};
pub use error::IntakeError;
pub use event::{EventType, InvalidDate, InvalidEventType, parse_event_date};
pub use fact::LeadFact;
pub use form::{EnquiryForm, Fault, FaultCode, Faults, Loose};
pub use junk::{JunkRule, Mark, score};
pub use lead::{Lead, LeadId, LeadKind, Reference, Standing};
pub use ports::{HumanCheck, HumanVerdict, LeadBook, LeadFilter};
#[cfg(feature = "mocks")]
pub use ports::{MockHumanCheck, MockLeadBook};
pub use receipt::Receipt;
pub use service::{Intake, IntakeRules, Visit};
pub use twin::{Twin, twin};
