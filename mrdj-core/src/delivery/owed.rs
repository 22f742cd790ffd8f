//! What a fact owes the world: a list that the composition fills.

use jiff::SignedDuration;
use serde_json::Value;

use super::QueueName;

/// One thing owed because of a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Owed {
    /// To whom: the queue of the destination.
    pub queue: QueueName,
    /// What the courier is to do, e.g. `lead.card`.
    pub kind: String,
    /// Which edition of the fact; owing the same edition twice is owing it once.
    pub edition: u32,
    /// How long after the fact it becomes due.
    pub after: SignedDuration,
    /// Further ids the courier needs; no personal data.
    pub payload: Value,
}

impl Owed {
    /// Owed at once, first edition, nothing further.
    pub fn now(queue: QueueName, kind: impl Into<String>) -> Self {
        Self { queue, kind: kind.into(), edition: 1, after: SignedDuration::ZERO, payload: Value::Null }
    }

    /// The same, for another edition of the fact.
    #[must_use]
    pub fn edition(self, edition: u32) -> Self {
        Self { edition, ..self }
    }

    /// The same, due only `after` the fact.
    #[must_use]
    pub fn after(self, after: SignedDuration) -> Self {
        Self { after, ..self }
    }
}

/// Says what an `F` owes the world; pure, so that a rule is tested by looking at its answer.
///
/// A room that keeps facts knows none of its debtors: the composition hands it a list of these. To send each enquiry to
/// a second CRM, implement this and a [`Courier`](super::Courier), and add both to the composition.
///
/// ```
/// use mrdj_core::delivery::{Owed, Owes, QueueName};
///
/// struct Sale { cents: u64 }
/// struct Thanks;
///
/// impl Owes<Sale> for Thanks {
///     fn owes(&self, sale: &Sale) -> Vec<Owed> {
///         if sale.cents < 100_00 { return vec![] }
///         vec![Owed::now(QueueName::new("flowers"), "bouquet")]
///     }
/// }
/// assert_eq!(Thanks.owes(&Sale { cents: 250_00 }).len(), 1);
/// ```
pub trait Owes<F>: Send + Sync {
    /// What `fact` owes.
    fn owes(&self, fact: &F) -> Vec<Owed>;
}
