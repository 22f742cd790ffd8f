//! What must be true once all is quiet, whatever happened before.
//!
//! *Nothing lost.* An enquiry that got a receipt is in the store. A lead that is believed owes a card, an alert, a notice
//! of each of its editions and, where it names a mailbox, a confirmation. Each of these has arrived, or somebody is told
//! why not: the partner refused it, or failed as often as the policy allows; the mail budget or a suppression skipped it; a
//! person took it as arrived, or forgot it; its partner cannot be asked, and a person has to decide.
//!
//! *Nothing twice.* A double click is one lead, as long as no other form of that person came in between; one key is one
//! answer. Of what is owed, a partner has each thing once. A mail or alert may be there once more for each order of a
//! person that says so: a doubt that was taken as "it did not arrive", or a delivery that was forgotten.
//!
//! *Nothing else.* A lead that is held back owes nothing and nobody heard of it. No confirmation leaves without postage.
//! Dead letters, skips and doubts have the reason that the partner or the post office really gave. Nothing is left waiting
//! or leased, each history counts its tries from 1 without a gap, and every step was one of the drawing.

mod arrivals;
mod door;
mod finding;
mod history;
mod postage;
mod reasons;
mod record;
mod steps;

pub(crate) use door::receipts;
pub(crate) use finding::{Finding, Kind};
pub(crate) use record::Record;

/// Everything that is wrong in `record`.
pub(crate) fn findings(record: &Record<'_>) -> Vec<Finding> {
    let of_parts = [door::findings, arrivals::findings, history::findings, postage::findings, steps::findings];
    of_parts.map(|findings| findings(record)).concat()
}
