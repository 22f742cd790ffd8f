//! What we tell others has happened.

use base64::Engine;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::key::BASE64;
use super::scheme::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use super::{MessageId, SigningKey};

/// Something that happened here, as subscribers hear of it (Standard Webhooks).
///
/// ```
/// use mrdj_core::webhooks::{MessageId, OutgoingEvent};
///
/// let event = OutgoingEvent {
///     id: MessageId::parse("msg_1").expect("an id"),
///     kind: "booking.created".to_owned(),
///     at: "2026-11-21T12:00:00Z".parse().expect("a moment"),
///     data: serde_json::json!({"b": 2, "a": 1}),
/// };
/// let body = br#"{"type":"booking.created","timestamp":"2026-11-21T12:00:00Z","data":{"a":1,"b":2}}"#;
/// assert_eq!(event.body(), body);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingEvent {
    /// Its id, the same however often it is sent, so that a subscriber hears it once.
    pub id: MessageId,
    /// What happened, as words with full stops between them: `booking.created`.
    pub kind: String,
    /// When it happened, which is not when it is sent.
    pub at: Timestamp,
    /// What there is to say about it.
    pub data: Value,
}

/// The order of the members is that in which subscribers read them.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    timestamp: Timestamp,
    data: Value,
}

impl OutgoingEvent {
    /// What is sent and signed: the same event is the same bytes, in whatever order its data was put together.
    pub fn body(&self) -> Vec<u8> {
        let mut data = self.data.clone();
        data.sort_all_objects();
        let body = Body { r#type: &self.kind, timestamp: self.at, data };
        serde_json::to_vec(&body).expect("names are texts, so that it can be written as JSON")
    }
}

/// The headers that say who sends `body` under `id` at the moment `at`, each with its name.
///
/// A message that is sent again keeps its id and is signed anew, since its first moment goes out of the subscriber's
/// window. `former` are the keys that a subscriber may still hold while it takes over a new one.
pub fn sign(
    id: &MessageId,
    at: Timestamp,
    body: &[u8],
    key: &SigningKey,
    former: &[SigningKey],
) -> [(&'static str, String); 3] {
    let seconds = at.as_second().to_string();
    let signed = [id.as_str().as_bytes(), b".", seconds.as_bytes(), b".", body];
    let signature = |key: &SigningKey| format!("v1,{}", BASE64.encode(key.tag(&signed).as_bytes()));
    let signatures: Vec<_> = std::iter::once(key).chain(former).map(signature).collect();
    [(ID_HEADER, id.to_string()), (TIMESTAMP_HEADER, seconds), (SIGNATURE_HEADER, signatures.join(" "))]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secret::Secret;
    use crate::webhooks::{Refusal, Scheme, Verified, Verifier};

    const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);
    const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

    fn secret(text: &str) -> Secret {
        Secret::from(text.to_owned())
    }

    fn key(text: &str) -> SigningKey {
        SigningKey::standard(&secret(text)).expect("a secret")
    }

    fn verify(
        headers: &[(&'static str, String); 3],
        body: &[u8],
        secrets: &[&str],
        now: Timestamp,
    ) -> Result<Verified, Refusal> {
        let secrets: Vec<_> = secrets.iter().copied().map(secret).collect();
        let verifier = Verifier::new(Scheme::Standard, &secrets).expect("secrets");
        let header = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_bytes());
        verifier.verify(header, body, now)
    }

    #[test]
    fn the_samples_of_standard_webhooks_are_signed_as_there() {
        let samples = [
            (
                "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
                "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
                1_649_367_553,
                r#"{"email":"test@example.com","username":"test_user"}"#,
                "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
            ),
            (
                "test-secret",
                "msg_1",
                1_760_000_000,
                r#"{"type":"lead.updated","leadId":"web-1","status":"quoted"}"#,
                "v1,73aVU0rshwGbC5hRuRyaxLHJauYt9zEul0s0g0s0Ydc=",
            ),
        ];
        for (secret, id, seconds, body, signature) in samples {
            let (id, at) = (MessageId::parse(id).expect("an id"), Timestamp::from_second(seconds).expect("a moment"));
            let [(_, said), (_, when), (_, signed)] = sign(&id, at, body.as_bytes(), &key(secret), &[]);
            assert_eq!((said, when, signed.as_str()), (id.to_string(), seconds.to_string(), signature));
        }
    }

    #[test]
    fn a_subscriber_takes_over_a_new_secret_when_it_likes() {
        let id = MessageId::parse("msg_1").expect("an id");
        let headers = sign(&id, NOON, b"{}", &key("the new one"), &[key("the former one")]);
        for subscriber in ["the new one", "the former one"] {
            let heard = verify(&headers, b"{}", &[subscriber], NOON).expect("signed");
            assert_eq!((heard.message, heard.secret, heard.at), (id.clone(), 0, Some(NOON)));
        }
        assert_eq!(verify(&headers, b"{}", &["another"], NOON), Err(Refusal::SignatureMismatch));
    }

    #[test]
    fn a_moment_between_two_seconds_is_written_as_it_is() {
        let event = |at| OutgoingEvent {
            id: MessageId::parse("msg_1").expect("an id"),
            kind: "booking.created".to_owned(),
            at,
            data: Value::Null,
        };
        let body = event(NOON + jiff::SignedDuration::from_millis(250)).body();
        assert_eq!(body, br#"{"type":"booking.created","timestamp":"2026-11-21T12:00:00.25Z","data":null}"#);
    }

    proptest! {
        #[test]
        fn what_is_signed_is_believed_and_nothing_beside_it(
            id in "[!-~&&[^.]]{1,60}",
            nanoseconds in 0..1_000_000_000,
            kind in "[a-z]{1,8}\\.[a-z]{1,8}",
            words: Vec<String>,
        ) {
            let id = MessageId::parse(&id).expect("an id");
            let at = Timestamp::new(NOON.as_second(), nanoseconds).expect("a moment");
            let body = OutgoingEvent { id: id.clone(), kind, at, data: words.into() }.body();
            let headers = sign(&id, at, &body, &key(SECRET), &[]);
            let heard = verify(&headers, &body, &[SECRET], at);
            prop_assert_eq!(heard, Ok(Verified { message: id, secret: 0, at: Some(NOON) }));
            for (name, stranger) in [(ID_HEADER, "msg_2"), (TIMESTAMP_HEADER, "1795262401")] {
                let mut forged = headers.clone();
                let value = forged.iter_mut().find(|(known, _)| *known == name).map(|(_, value)| value);
                *value.expect("one of the three") = stranger.to_owned();
                prop_assume!(forged != headers);
                prop_assert_eq!(verify(&forged, &body, &[SECRET], at), Err(Refusal::SignatureMismatch));
            }
        }
    }
}
