//! Who hears of what happens here, and what each of them is owed.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{MessageId, OutgoingEvent, PartnerName};
use crate::delivery::{Delivery, Owed, QueueName};

/// One who wants to hear what happens here.
///
/// ```
/// use mrdj_core::webhooks::{PartnerName, Subscription};
///
/// let n8n = Subscription { name: PartnerName::new("n8n"), kinds: vec!["booking.*".to_owned()] };
/// assert!(n8n.wants("booking.created") && !n8n.wants("lead.created"));
/// assert_eq!(n8n.queue().as_str(), "events-n8n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its name.
    pub name: PartnerName,
    /// What it wants to hear: `booking.created`, or all of `booking.*`; with nothing named, everything.
    pub kinds: Vec<String>,
}

/// Something that happened here, before anybody is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// What, as words with full stops between them.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Which edition of the thing it happened to.
    pub edition: u32,
    /// What there is to say about it; no personal data, since it is kept with what is owed.
    pub data: Value,
}

impl Subscription {
    /// The queue of what it is owed: one each, so that who is slow delays nobody else.
    pub fn queue(&self) -> QueueName {
        QueueName::from(format!("events-{}", self.name))
    }

    /// Whether it wants to hear of events of this kind.
    pub fn wants(&self, kind: &str) -> bool {
        let fits = |wanted: &String| match wanted.strip_suffix('*') {
            Some(start) => kind.starts_with(start),
            None => kind == wanted,
        };
        self.kinds.is_empty() || self.kinds.iter().any(fits)
    }

    /// What it is owed for `happening`, if it wants to hear of it. The event is kept as it was: when it is told at last,
    /// other things may have happened, which are events of their own.
    pub fn owed(&self, happening: &Happening) -> Option<Owed> {
        let payload = json!({ "at": happening.at, "data": happening.data });
        let owed = || Owed { payload, ..Owed::now(self.queue(), happening.kind.clone()).edition(happening.edition) };
        self.wants(&happening.kind).then(owed)
    }
}

impl OutgoingEvent {
    /// The event that `delivery` holds; its id follows from the delivery's, and is the same at every try.
    pub fn of(delivery: &Delivery) -> Self {
        let at = delivery.payload["at"].as_str().and_then(|at| at.parse().ok());
        Self {
            id: MessageId::parse(&format!("evt_{}", delivery.id)).expect("a UUID is visible and has no full stop"),
            kind: delivery.kind.clone(),
            at: at.unwrap_or(delivery.created_at),
            data: delivery.payload["data"].clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::chance::Chance;

    const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);

    struct Odd;

    impl Chance for Odd {
        fn bits(&self) -> u64 {
            0x5555_5555_5555_5555
        }
    }

    fn wanting(kinds: &[&str]) -> Subscription {
        Subscription { name: PartnerName::new("n8n"), kinds: kinds.iter().copied().map(str::to_owned).collect() }
    }

    #[test]
    fn who_names_nothing_hears_everything() {
        assert!(wanting(&[]).wants("booking.created"));
        assert!(wanting(&["*"]).wants("booking.created"));
        assert!(wanting(&["lead.*", "booking.created"]).wants("booking.created"));
        assert!(!wanting(&["lead.*", "booking.create"]).wants("booking.created"));
    }

    #[test]
    fn what_is_told_is_what_happened_then() {
        let data = json!({ "id": "7", "stage": "held" });
        let happening = Happening { kind: "booking.created".to_owned(), at: NOON, edition: 3, data: data.clone() };
        let owed = wanting(&[]).owed(&happening).expect("wanted");
        assert_eq!((owed.kind.as_str(), owed.edition, owed.queue.as_str()), ("booking.created", 3, "events-n8n"));
        let delivery = Delivery::new(owed, Uuid::nil(), NOON, &Odd);
        let event = OutgoingEvent::of(&delivery);
        assert_eq!(event.id.as_str(), format!("evt_{}", delivery.id));
        assert_eq!((event.kind.as_str(), event.at, &event.data), ("booking.created", NOON, &data));
        assert_eq!(OutgoingEvent::of(&delivery).body(), event.body(), "at every try");
    }
}
