//! What Postmark tells by itself, through its webhook.

use mrdj_core::contacts::EmailAddress;
use mrdj_core::messages::Suppression;
use serde::Deserialize;

/// What an event means for the list of mailboxes that get nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailboxNews {
    /// This mailbox gets nothing from now on.
    Suppress {
        /// Which.
        mailbox: EmailAddress,
        /// Why.
        why: Suppression,
    },
    /// This mailbox may be written to again.
    Lift {
        /// Which.
        mailbox: EmailAddress,
    },
    /// Nothing.
    Ignore,
}

/// The body is no event of Postmark's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an event of Postmark's")]
pub struct UnreadableEvent;

/// Reads the body of one event; `stream` is the stream that our mails leave by.
///
/// | Event | What becomes of the mailbox |
/// | --- | --- |
/// | `Bounce` of a mailbox that does not exist | suppressed: hard bounce |
/// | `Bounce` that is a complaint, `SpamComplaint` | suppressed: complaint |
/// | any other `Bounce` after which Postmark sends nothing more | suppressed: inactive |
/// | `SubscriptionChange` of our stream | suppressed with its reason, or lifted |
/// | everything else, known or not | nothing |
///
/// Unknown fields are nobody's business, and an address that is none is one that we never write to. An event may come
/// twice, and a suppression may be set twice.
pub fn read_event(body: &[u8], stream: &str) -> Result<MailboxNews, UnreadableEvent> {
    let event: Event = serde_json::from_slice(body).map_err(|_| UnreadableEvent)?;
    let verdict = match event.record_type.as_deref() {
        Some("Bounce") => event.bounce(),
        Some("SpamComplaint") => Some(Verdict::Suppress(Suppression::Complaint)),
        // Who leaves a newsletter wants his confirmation all the same.
        Some("SubscriptionChange") if event.message_stream.as_deref().is_none_or(|its| its == stream) => {
            Some(event.subscription())
        }
        _ => None,
    };
    let mailbox = event.email.or(event.recipient).and_then(|text| EmailAddress::parse(&text).ok());
    Ok(match (verdict, mailbox) {
        (Some(Verdict::Suppress(why)), Some(mailbox)) => MailboxNews::Suppress { mailbox, why },
        (Some(Verdict::Lift), Some(mailbox)) => MailboxNews::Lift { mailbox },
        _ => MailboxNews::Ignore,
    })
}

enum Verdict {
    Suppress(Suppression),
    Lift,
}

/// The fields of all events that matter here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    /// Inbound mail has none.
    record_type: Option<String>,
    message_stream: Option<String>,
    /// The address in a bounce or a complaint.
    email: Option<String>,
    /// The address in every other event.
    recipient: Option<String>,
    /// The kind of a bounce.
    type_code: Option<i64>,
    /// Whether a bounce made Postmark send nothing more.
    #[serde(default)]
    inactive: bool,
    #[serde(default)]
    suppress_sending: bool,
    suppression_reason: Option<String>,
}

impl Event {
    fn bounce(&self) -> Option<Verdict> {
        let why = match self.type_code {
            // HardBounce, BadEmailAddress.
            Some(1 | 100_000) => Suppression::HardBounce,
            // SpamNotification is a filter's word, SpamComplaint a person's.
            Some(100_001) => Suppression::Complaint,
            _ if self.inactive => Suppression::Inactive,
            _ => return None,
        };
        Some(Verdict::Suppress(why))
    }

    fn subscription(&self) -> Verdict {
        match self.suppression_reason.as_deref() {
            _ if !self.suppress_sending => Verdict::Lift,
            Some("HardBounce") => Verdict::Suppress(Suppression::HardBounce),
            Some("SpamComplaint") => Verdict::Suppress(Suppression::Complaint),
            _ => Verdict::Suppress(Suppression::Inactive),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn news(event: &Value) -> MailboxNews {
        read_event(event.to_string().as_bytes(), "outbound").expect("an event")
    }

    fn jan() -> EmailAddress {
        EmailAddress::parse("jan@example.com").expect("an address")
    }

    fn suppressed(why: Suppression) -> MailboxNews {
        MailboxNews::Suppress { mailbox: jan(), why }
    }

    fn bounce(kind: &str, code: i64, inactive: bool) -> Value {
        json!({
            "RecordType": "Bounce", "ID": 692_560_173_i64, "Type": kind, "TypeCode": code, "Name": "Bounce",
            "Tag": "lead.confirmation", "MessageID": "00000000-0000-7000-8000-000000000001",
            "Metadata": { "delivery": "019aa5b0-0000-7000-8000-000000000001" }, "ServerID": 23,
            "MessageStream": "outbound", "Description": "…", "Details": "…", "Email": "jan@example.com",
            "From": "dj@example.com", "BouncedAt": "2026-11-21T12:00:00Z", "DumpAvailable": true,
            "Inactive": inactive, "CanActivate": true, "Subject": "…", "SomethingNew": { "a": [1] },
        })
    }

    fn change(suppress: bool, reason: Option<&str>, stream: &str) -> Value {
        json!({
            "RecordType": "SubscriptionChange", "MessageID": null, "ServerID": 23, "MessageStream": stream,
            "ChangedAt": "2026-11-21T12:00:00Z", "Recipient": "jan@example.com", "Origin": "Recipient",
            "SuppressSending": suppress, "SuppressionReason": reason, "Tag": null, "Metadata": {},
        })
    }

    #[test]
    fn a_bounce_suppresses_when_it_will_bounce_again() {
        assert_eq!(news(&bounce("HardBounce", 1, true)), suppressed(Suppression::HardBounce));
        assert_eq!(news(&bounce("BadEmailAddress", 100_000, true)), suppressed(Suppression::HardBounce));
        assert_eq!(news(&bounce("SpamComplaint", 100_001, true)), suppressed(Suppression::Complaint));
        assert_eq!(news(&bounce("ManuallyDeactivated", 100_002, true)), suppressed(Suppression::Inactive));
        for (kind, code) in [("Transient", 2), ("AutoResponder", 64), ("SoftBounce", 4_096), ("DMARCPolicy", 100_009)] {
            assert_eq!(news(&bounce(kind, code, false)), MailboxNews::Ignore, "{kind}");
        }
    }

    #[test]
    fn a_complaint_suppresses() {
        let mut complaint = bounce("SpamComplaint", 100_001, true);
        complaint["RecordType"] = json!("SpamComplaint");
        assert_eq!(news(&complaint), suppressed(Suppression::Complaint));
    }

    #[test]
    fn a_changed_subscription_suppresses_or_lifts() {
        assert_eq!(news(&change(true, Some("HardBounce"), "outbound")), suppressed(Suppression::HardBounce));
        assert_eq!(news(&change(true, Some("SpamComplaint"), "outbound")), suppressed(Suppression::Complaint));
        assert_eq!(news(&change(true, Some("ManualSuppression"), "outbound")), suppressed(Suppression::Inactive));
        assert_eq!(news(&change(true, None, "outbound")), suppressed(Suppression::Inactive));
        assert_eq!(news(&change(false, None, "outbound")), MailboxNews::Lift { mailbox: jan() });
    }

    #[test]
    fn another_stream_is_another_list() {
        for suppress in [true, false] {
            assert_eq!(news(&change(suppress, Some("ManualSuppression"), "broadcast")), MailboxNews::Ignore);
        }
    }

    #[test]
    fn what_says_nothing_about_a_mailbox_is_ignored() {
        let delivery = json!({
            "RecordType": "Delivery", "Recipient": "jan@example.com", "DeliveredAt": "2026-11-21T12:00:00Z",
        });
        let nameless = json!({ "RecordType": "SpamComplaint", "Email": "geen adres" });
        let future = json!({ "RecordType": "Hologram", "Email": "jan@example.com" });
        for event in [delivery, nameless, future, json!({ "From": "x" }), json!({})] {
            assert_eq!(news(&event), MailboxNews::Ignore, "{event}");
        }
    }

    #[test]
    fn what_is_no_event_is_said_to_be_none() {
        for body in ["", "null", "[]", "x", "{", r#"{"RecordType":7}"#] {
            assert_eq!(read_event(body.as_bytes(), "outbound"), Err(UnreadableEvent), "{body}");
        }
    }
}
