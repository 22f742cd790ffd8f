//! What a partner says of one of our enquiries or bookings.

use jiff::Timestamp;
use uuid::Uuid;

use crate::webhooks::{InboundEvent, PartnerName, WINDOW};

/// How far an enquiry or booking of ours is at a partner, in the partner's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerStatus {
    /// Who says so.
    pub partner: PartnerName,
    /// Of which enquiry or booking.
    pub subject: Uuid,
    /// What it says: 1 to 100 printable characters.
    pub status: String,
    /// Since when, in the partner's time.
    pub at: Timestamp,
}

impl PartnerStatus {
    /// What `partner` says at `now` of `subject`; `None` when it is no word.
    ///
    /// A moment that lies further ahead than clocks differ is taken as the present one: it would else silence the partner
    /// until then.
    pub fn said(partner: PartnerName, subject: Uuid, status: &str, at: Timestamp, now: Timestamp) -> Option<Self> {
        let status = word(status)?;
        let at = if at.duration_since(now) > WINDOW { now } else { at };
        Some(Self { partner, subject, status, at })
    }

    /// Whether it takes the place of `other`, which the same partner said of the same thing.
    ///
    /// Of one moment, what is heard last holds: some partners tell time by the second.
    pub fn follows(&self, other: &Self) -> bool {
        self.at >= other.at
    }
}

/// Which of ours a partner means, by our id or by our reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mention {
    /// An enquiry.
    Lead(String),
    /// A booking.
    Booking(String),
}

/// What an event says of one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Of which.
    pub of: Mention,
    /// How far it is there.
    pub status: String,
}

/// The kinds that say something of one of ours, each with the member that names it; the other member counts, too.
const KINDS: [(&str, [&str; 2]); 3] = [
    ("status.updated", ["bookingId", "leadId"]),
    ("booking.updated", ["bookingId", "leadId"]),
    ("lead.updated", ["leadId", "bookingId"]),
];

impl Told {
    /// What `event` says of one of ours, if it does; Standard Webhooks say it in `data`.
    ///
    /// ```
    /// use mrdj_core::partners::{Mention, Told};
    /// use mrdj_core::webhooks::InboundEvent;
    ///
    /// let event = InboundEvent::read(br#"{"type":"lead.updated","leadId":"web-1","status":"quoted"}"#).expect("an event");
    /// let told = Told::by(&event).expect("a status");
    /// assert_eq!((told.of, told.status.as_str()), (Mention::Lead("web-1".to_owned()), "quoted"));
    /// ```
    pub fn by(event: &InboundEvent) -> Option<Self> {
        let (_, members) = KINDS.iter().find(|(kind, _)| *kind == event.kind)?;
        let data = event.body.get("data").and_then(serde_json::Value::as_object);
        let places = || std::iter::once(&event.body).chain(data);
        let text = |name: &str| places().find_map(|place| word(place.get(name)?.as_str()?));
        let mention = |member: &&str| match (*member, text(member)?) {
            ("leadId", name) => Some(Mention::Lead(name)),
            (_, name) => Some(Mention::Booking(name)),
        };
        Some(Self { of: members.iter().find_map(mention)?, status: text("status")? })
    }
}

/// A text of 1 to 100 printable characters.
fn word(text: &str) -> Option<String> {
    let text = text.trim();
    let sound = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    sound.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);

    fn told(body: &Value) -> Option<(Mention, String)> {
        let event = InboundEvent::read(body.to_string().as_bytes()).expect("an event");
        Told::by(&event).map(|told| (told.of, told.status))
    }

    fn lead(name: &str, status: &str) -> Option<(Mention, String)> {
        Some((Mention::Lead(name.to_owned()), status.to_owned()))
    }

    fn booking(name: &str, status: &str) -> Option<(Mention, String)> {
        Some((Mention::Booking(name.to_owned()), status.to_owned()))
    }

    #[test]
    fn what_is_meant_stands_at_the_top_or_in_the_data() {
        let flat = json!({"type": "status.updated", "bookingId": "bk_123", "status": " agreed "});
        assert_eq!(told(&flat), booking("bk_123", "agreed"));
        let nested = json!({"type": "lead.updated", "data": {"leadId": "web-1", "status": "quoted"}});
        assert_eq!(told(&nested), lead("web-1", "quoted"));
        let mixed = json!({"event": "booking.updated", "bookingId": "bk-1", "data": {"status": "won"}});
        assert_eq!(told(&mixed), booking("bk-1", "won"));
    }

    #[test]
    fn who_names_both_means_what_the_kind_says() {
        let both = |kind: &str| told(&json!({"type": kind, "leadId": "web-1", "bookingId": "bk-1", "status": "won"}));
        assert_eq!(both("lead.updated"), lead("web-1", "won"));
        assert_eq!(both("booking.updated"), booking("bk-1", "won"));
        assert_eq!(both("status.updated"), booking("bk-1", "won"));
    }

    #[test]
    fn what_no_rule_knows_says_nothing() {
        for body in [
            json!({"type": "queue.flush", "leadId": "web-1", "status": "won"}),
            json!({"type": "lead.updated", "leadId": "web-1"}),
            json!({"type": "lead.updated", "leadId": 7, "status": "won"}),
            json!({"type": "lead.updated", "status": "won"}),
            json!({"type": "lead.updated", "leadId": "web-1", "status": "a\u{7}b"}),
            json!({"type": "lead.updated", "leadId": "web-1", "status": "w".repeat(101)}),
        ] {
            assert_eq!(told(&body), None, "{body}");
        }
    }

    #[test]
    fn a_clock_that_runs_ahead_silences_nobody() {
        let said = |at| {
            let status = PartnerStatus::said(PartnerName::new("rentguy"), Uuid::nil(), "won", at, NOON);
            status.expect("a status").at
        };
        let ahead = SignedDuration::from_mins(5);
        assert_eq!(said(NOON + ahead), NOON + ahead);
        assert_eq!(said(NOON + ahead + SignedDuration::from_secs(1)), NOON);
        assert_eq!(said(NOON - ahead * 100), NOON - ahead * 100);
    }
}
