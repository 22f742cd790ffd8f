//! A request comes in and is never lost; call-backs too.
//!
//! [`Intake::submit`] parses a form, decides, and commits the lead with everything it owes as one value; it waits for no
//! partner. All faults of a form come back at once. Junk is a score with reasons: a suspicious enquiry is stored and
//! owes nothing until a person releases it. A double click is one enquiry, and a second form that adds something is
//! merged into the first.
//!
//! While the store of record is away, enquiries go to a [`Spool`] on this machine's disk by way of the [`Detour`], and
//! [`Intake::drain`] brings them into the store when it is back: in order, and each once.
//!
//! ```text
//! form ──parse──▶ enquiry ──score──▶ clear ──────────────────────────▶ owes mail, CRM, …
//!   │                         └────▶ suspicious ──release(a person)──▶ owes mail, CRM, …
//!   └── faults (422)
//!
//! judged ──commit──▶ in the store (200)
//!   └──the store is away──▶ in the spool (202) ──drain──▶ in the store
//!                              └──the store refuses it──▶ set aside, and tried again later
//! ```

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_spool;
mod detour;
mod drain;
mod enquiry;
mod error;
mod event;
mod fact;
mod form;
mod judging;
mod junk;
mod lately;
mod lead;
mod ports;
mod receipt;
mod service;
mod spool;
mod spooling;
mod twin;

pub use detour::Detour;
pub use drain::Drained;
pub use enquiry::{Enquiry, Scales};
pub(crate) use enquiry::{field, line_fault, name_fault, noted, read, required};
pub use error::IntakeError;
pub use event::{EventType, InvalidDate, InvalidEventType, parse_event_date};
pub use fact::LeadFact;
pub use form::{EnquiryForm, Fault, FaultCode, Faults, Loose};
pub(crate) use judging::{Judgement, Signs, judge};
pub use junk::{JunkRule, Mark, score};
pub use lead::{Lead, LeadId, LeadKind, Reference, Standing};
pub use ports::{HumanCheck, HumanVerdict, LeadBook, LeadFilter, Spool};
#[cfg(feature = "mocks")]
pub use ports::{MockHumanCheck, MockLeadBook, MockSpool};
pub use receipt::{Kept, Receipt};
pub use service::{Intake, IntakeRules, Visit};
pub use spool::{SpoolFigures, Spooled};
pub use twin::{Twin, twin};
