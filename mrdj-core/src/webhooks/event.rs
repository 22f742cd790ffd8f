//! What a message from outside says has happened.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// A body that is longer is not read: an event is a notice, and never that long.
pub const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// A number of seconds beyond this is one of milliseconds: as seconds it lies in the year 5138.
const MILLISECONDS_FROM: u64 = 100_000_000_000;

/// Something that happened in another house, as that house tells it.
///
/// ```
/// use mrdj_core::webhooks::InboundEvent;
///
/// let event = InboundEvent::read(br#"{"type":"status.updated","bookingId":"bk_123"}"#).expect("an event");
/// assert_eq!(event.kind, "status.updated");
/// assert_eq!(event.body["bookingId"], "bk_123");
/// assert_eq!((event.id, event.at), (None, None));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct InboundEvent {
    /// What happened, in the sender's words: `type`, or else `event`; kept as it is, known to us or not.
    pub kind: String,
    /// When it happened: `timestamp`, `createdAt` or `created_at`, if one of them can be read.
    pub at: Option<Timestamp>,
    /// The sender's id: `event_id`, `eventId` or `id`.
    ///
    /// In the last of them some senders write what the event is about. Whether a message was heard before is told by
    /// [`Verified::message`](super::Verified::message), and not by this.
    pub id: Option<String>,
    /// All that was sent, with what is read above.
    pub body: Map<String, Value>,
}

/// Why a body is no event; what stands in it is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoEvent {
    /// It is longer than [`MAX_EVENT_BYTES`].
    #[error("the body is longer than {MAX_EVENT_BYTES} bytes")]
    TooLong,
    /// It is not JSON, or nested too deeply.
    #[error("the body is not JSON")]
    NotJson,
    /// It is JSON, but a list, a text or a number.
    #[error("the body is not a JSON object")]
    NotAnObject,
    /// Neither `type` nor `event` is a text of 1 to 200 printable characters.
    #[error("the body does not name an event in type or event")]
    Nameless,
}

impl NoEvent {
    /// The name that programs know it by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "body_too_long",
            Self::NotJson => "body_not_json",
            Self::NotAnObject => "body_not_an_object",
            Self::Nameless => "event_without_name",
        }
    }
}

impl InboundEvent {
    /// Reads the body of a message that was verified.
    pub fn read(body: &[u8]) -> Result<Self, NoEvent> {
        let body = object(body)?;
        let kind = first(&body, &["type", "event"], |value| word(value.as_str()?)).ok_or(NoEvent::Nameless)?;
        Ok(Self::of(kind, body))
    }

    /// Reads the body of a message that was verified, and whose kind stands beside it.
    pub fn read_as(kind: &str, body: &[u8]) -> Result<Self, NoEvent> {
        let body = object(body)?;
        Ok(Self::of(word(kind).ok_or(NoEvent::Nameless)?, body))
    }

    fn of(kind: String, body: Map<String, Value>) -> Self {
        let at = first(&body, &["timestamp", "createdAt", "created_at"], moment);
        let id = first(&body, &["event_id", "eventId", "id"], name);
        Self { kind, at, id, body }
    }
}

fn object(body: &[u8]) -> Result<Map<String, Value>, NoEvent> {
    if body.len() > MAX_EVENT_BYTES {
        return Err(NoEvent::TooLong);
    }
    // The parser itself gives up at a depth of 128.
    match serde_json::from_slice(body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(NoEvent::NotAnObject),
        Err(_) => Err(NoEvent::NotJson),
    }
}

/// What can be read of the first member that can be read.
fn first<T>(body: &Map<String, Value>, names: &[&str], read: impl Fn(&Value) -> Option<T>) -> Option<T> {
    names.iter().filter_map(|name| body.get(*name)).find_map(read)
}

fn word(text: &str) -> Option<String> {
    let sound = (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    sound.then(|| text.to_owned())
}

fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => word(text),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => {
            let number = number.as_i64()?;
            let in_milliseconds = number.unsigned_abs() >= MILLISECONDS_FROM;
            if in_milliseconds { Timestamp::from_millisecond(number) } else { Timestamp::from_second(number) }.ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(body: &Value) -> Result<InboundEvent, NoEvent> {
        InboundEvent::read(body.to_string().as_bytes())
    }

    #[test]
    fn the_name_stands_in_type_or_else_in_event() {
        let cases = [
            (json!({"type": "status.updated"}), "status.updated"),
            (json!({"event": "queue.flush"}), "queue.flush"),
            (json!({"type": "a", "event": "b"}), "a"),
            (json!({"type": "", "event": "b"}), "b"),
            (json!({"type": 7, "event": "b"}), "b"),
            (json!({"type": " Nobody Knows: THIS ✓ "}), " Nobody Knows: THIS ✓ "),
        ];
        for (body, kind) in cases {
            assert_eq!(read(&body).map(|event| event.kind), Ok(kind.to_owned()), "{body}");
        }
    }

    #[test]
    fn what_is_no_event_is_refused_by_name() {
        let refused = |body: &str| InboundEvent::read(body.as_bytes()).expect_err("no event").code();
        for body in ["", "{", "{}x", "type=a", "{\"type\":\"a\"", "\u{feff}{\"type\":\"a\"}"] {
            assert_eq!(refused(body), "body_not_json", "{body:?}");
        }
        for body in ["[]", "null", "\"type\"", "7", "[{\"type\":\"a\"}]"] {
            assert_eq!(refused(body), "body_not_an_object", "{body}");
        }
        for body in ["{}", "{\"type\":null}", "{\"event\":{\"type\":\"a\"}}", "{\"type\":\"a\\nb\"}"] {
            assert_eq!(refused(body), "event_without_name", "{body}");
        }
        assert_eq!(read(&json!({"type": "a".repeat(201)})), Err(NoEvent::Nameless));
        assert_eq!(InboundEvent::read(&[0xff]), Err(NoEvent::NotJson));
    }

    #[test]
    fn neither_length_nor_depth_does_harm() {
        let long = |spaces| format!("{{\"type\":\"a\"{}}}", " ".repeat(spaces));
        assert!(InboundEvent::read(long(MAX_EVENT_BYTES - 12).as_bytes()).is_ok());
        assert_eq!(InboundEvent::read(long(MAX_EVENT_BYTES - 11).as_bytes()), Err(NoEvent::TooLong));
        for deep in ["[".repeat(500_000), "{\"type\":".repeat(100_000)] {
            assert_eq!(InboundEvent::read(deep.as_bytes()), Err(NoEvent::NotJson));
        }
    }

    #[test]
    fn the_moment_is_read_however_it_is_written() {
        let noon = Some(Timestamp::constant(1_795_262_400, 0));
        let cases = [
            (json!({"timestamp": "2026-11-21T12:00:00Z"}), noon),
            (json!({"createdAt": "2026-11-21T13:00:00+01:00"}), noon),
            (json!({"created_at": 1_795_262_400}), noon),
            (json!({"created_at": 1_795_262_400_000_i64}), noon),
            (json!({"timestamp": "yesterday", "createdAt": "2026-11-21T12:00:00.000Z"}), noon),
            (json!({"timestamp": "2026-11-21 12:00"}), None),
            (json!({"timestamp": i64::MIN}), None),
            (json!({"timestamp": u64::MAX, "createdAt": 1.5, "created_at": null}), None),
        ];
        for (mut body, at) in cases {
            body["type"] = json!("a");
            assert_eq!(read(&body).map(|event| event.at), Ok(at), "{body}");
        }
    }

    #[test]
    fn the_id_is_a_word_or_a_number() {
        let cases = [
            (json!({"id": "evt_1"}), Some("evt_1")),
            (json!({"id": 42}), Some("42")),
            (json!({"id": "about", "event_id": "evt_2"}), Some("evt_2")),
            (json!({"id": "about", "eventId": "evt_3"}), Some("evt_3")),
            (json!({"id": 4.2}), None),
            (json!({"id": ""}), None),
            (json!({"id": {"a": 1}}), None),
        ];
        for (mut body, id) in cases {
            body["type"] = json!("a");
            assert_eq!(read(&body).map(|event| event.id), Ok(id.map(str::to_owned)), "{body}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_answered(body: Vec<u8>, text in "[\\[\\]{}\":,a-z0-9\\\\ ]{0,60}") {
            let _ = InboundEvent::read(&body);
            let _ = InboundEvent::read(text.as_bytes());
        }
    }
}
