//! What the verifier believes, and what it does not.

use base64::Engine;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::key::BASE64;
use super::{Refusal, Scheme, SigningKey, Verified, Verifier, hex};
use crate::secret::Secret;

const BODY: &str = r#"{"type":"lead.updated","leadId":"web-1","status":"quoted"}"#;
const SIGNED_AT: Timestamp = Timestamp::constant(1_760_000_000, 0);
const STAMPED: &str = "48184980ec0b1d25c82b03d5638669fc5092b05bc5456adf93f2ca9b6ea32cfb";
const UNTIMED: &str = "936b61c65e4a84d4fa3b57a0c1d4873e8efc4f4c00f3b2a076fc0335b75eb469";
const STANDARD: &str = "v1,73aVU0rshwGbC5hRuRyaxLHJauYt9zEul0s0g0s0Ydc=";
const SECRET: &str = "test-secret";

/// The form that calls for WhatsApp have: the one of our partners under another name.
const INTEGRATION: Scheme = Scheme::Stamped { header: "x-integration-signature" };
const SCHEMES: [Scheme; 3] = [Scheme::MRDJ, Scheme::Standard, Scheme::HUB];

/// A message with its headers, to be verified with one secret or with several.
#[derive(Clone)]
struct Sent {
    scheme: Scheme,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

impl Sent {
    fn new(scheme: Scheme, headers: &[(&'static str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes().to_vec())).collect();
        Self { scheme, headers, body: body.as_bytes().to_vec() }
    }

    fn heard(&self, secrets: &[&str], now: Timestamp) -> Result<Verified, Refusal> {
        let secrets: Vec<_> = secrets.iter().map(|text| Secret::from((*text).to_owned())).collect();
        let verifier = Verifier::new(self.scheme, &secrets).expect("secrets");
        let header = |name: &str| self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| &value[..]);
        verifier.verify(header, &self.body, now)
    }

    fn told(&self) -> Result<(), &'static str> {
        self.heard(&[SECRET], SIGNED_AT).map(|_| ()).map_err(Refusal::code)
    }
}

fn stamped(signature: &str) -> Sent {
    Sent::new(Scheme::MRDJ, &[("x-mrdj-signature", signature)], BODY)
}

fn untimed(signature: &str) -> Sent {
    Sent::new(Scheme::HUB, &[("x-hub-signature-256", signature)], BODY)
}

fn standard(id: &str, seconds: &str, signature: &str) -> Sent {
    let headers = [("webhook-id", id), ("webhook-timestamp", seconds), ("webhook-signature", signature)];
    Sent::new(Scheme::Standard, &headers, BODY)
}

/// One sound message in each form, all of [`BODY`] at [`SIGNED_AT`] with [`SECRET`].
fn sound() -> [Sent; 3] {
    [
        stamped(&format!("t=1760000000,v1={STAMPED}")),
        standard("msg_1", "1760000000", STANDARD),
        untimed(&format!("sha256={UNTIMED}")),
    ]
}

#[test]
fn the_samples_of_others_are_believed() {
    let stripe = "t=1700000000,v1=74a11abdd08483d064a2a1571e7881b084c522f9f3ccd0b800ec8c74aba47fc2";
    let status = "t=1700000000,v1=81e6e88cac840815144b572f3dca5ffe1f097ce4a2dc2f59f41e6dede341bf02";
    let hub = |signature| [("x-hub-signature-256", signature)];
    let svix =
        |id, seconds, signature| [("webhook-id", id), ("webhook-timestamp", seconds), ("webhook-signature", signature)];
    let hello = hub("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    let octokit = hub("sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3");
    let meta = hub("sha256=c236c758c9b2bd40b388a550eeca09eaca72384dd0aa5e7c31d19cddac5bba46");
    let user = svix("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", "1649367553", "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
    let test = svix("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    let samples: [(Scheme, &[_], &str, &str, i64); 9] = [
        (
            Scheme::MRDJ,
            &[("x-mrdj-signature", status)],
            SECRET,
            r#"{"type":"status.updated","bookingId":"bk_123"}"#,
            1_700_000_000,
        ),
        (
            INTEGRATION,
            &[("x-integration-signature", status)],
            SECRET,
            r#"{"type":"status.updated","bookingId":"bk_123"}"#,
            1_700_000_000,
        ),
        (
            Scheme::Stamped { header: "stripe-signature" },
            &[("stripe-signature", stripe)],
            "whsec_test_secret",
            r#"{"id":"evt_1","type":"ping"}"#,
            1_700_000_000,
        ),
        (Scheme::HUB, &hello, "It's a Secret to Everybody", "Hello, World!", 0),
        (Scheme::HUB, &octokit, "mysecret", r#"{"foo":"bar"}"#, 0),
        (Scheme::HUB, &meta, "app_secret", r#"{"object":"whatsapp_business_account","entry":[]}"#, 0),
        (
            Scheme::Standard,
            &user,
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            r#"{"email":"test@example.com","username":"test_user"}"#,
            1_649_367_553,
        ),
        (Scheme::Standard, &test, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", r#"{"test": 2432232314}"#, 1_614_265_330),
        (
            Scheme::Standard,
            &test,
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            r#"{"test": 2432232314}"#,
            1_614_265_330 + 300,
        ),
    ];
    for (scheme, headers, secret, body, now) in samples {
        let now = Timestamp::from_second(now).expect("a moment");
        let heard = Sent::new(scheme, headers, body).heard(&[secret], now);
        assert_eq!(heard.map(|heard| heard.secret), Ok(0), "{body}");
    }
    for sent in sound() {
        assert_eq!(sent.told(), Ok(()));
    }
}

#[test]
fn the_window_is_five_minutes_to_the_instant_on_both_sides() {
    let [stamped, standard, untimed] = sound();
    let (edge, instant) = (SignedDuration::from_secs(300), SignedDuration::from_nanos(1));
    for sent in [&stamped, &standard] {
        for now in [SIGNED_AT + edge, SIGNED_AT - edge] {
            assert_eq!(sent.heard(&[SECRET], now).map(|heard| heard.at), Ok(Some(SIGNED_AT)));
        }
        for over in [instant, SignedDuration::from_millis(1), SignedDuration::from_secs(1)] {
            for now in [SIGNED_AT + edge + over, SIGNED_AT - edge - over, Timestamp::MIN, Timestamp::MAX] {
                assert_eq!(sent.heard(&[SECRET], now), Err(Refusal::TimestampOutOfRange), "{now}");
            }
        }
    }
    for now in [Timestamp::MIN, Timestamp::MAX] {
        assert_eq!(untimed.heard(&[SECRET], now).map(|heard| heard.at), Ok(None));
    }
}

#[test]
fn every_fault_has_its_name() {
    let wrong = "0".repeat(64);
    let cases = [
        (stamped(""), "missing_signature"),
        (stamped("  "), "missing_signature"),
        (Sent::new(Scheme::MRDJ, &[("x-hub-signature-256", "t=1,v1=0")], BODY), "missing_signature"),
        (stamped("nonsense"), "missing_timestamp"),
        (stamped(&format!("v1={STAMPED}")), "missing_timestamp"),
        (stamped(&format!("t=,v1={STAMPED}")), "missing_timestamp"),
        (stamped("t=1760000000"), "missing_digest"),
        (stamped("t=soon,v1="), "missing_digest"),
        (stamped(&format!("t=1760000000,v0={STAMPED}")), "missing_digest"),
        (stamped(&format!("t=soon,v1={STAMPED}")), "invalid_timestamp"),
        (stamped(&format!("t=1760000000000,v1={STAMPED}")), "timestamp_out_of_range"),
        (stamped(&format!("t=1700000000,v1={wrong}")), "timestamp_out_of_range"),
        (stamped(&format!("t=1760000000,v1={wrong}")), "signature_mismatch"),
        (stamped(&format!("t=1760000001,v1={STAMPED}")), "signature_mismatch"),
        (stamped("t=1760000000,v1=é"), "signature_mismatch"),
        (standard("msg_1", "1760000000", ""), "missing_signature"),
        (standard("", "1760000000", STANDARD), "missing_id"),
        (standard("msg.1", "1760000000", STANDARD), "invalid_id"),
        (standard("msg_1", "", STANDARD), "missing_timestamp"),
        (standard("msg_1", "1760000000", "v1,"), "missing_digest"),
        (standard("msg_1", "1760000000", &STANDARD.replace("v1", "v2")), "missing_digest"),
        (standard("msg_1", "1760000000", &STANDARD.replace("v1,", "")), "missing_digest"),
        (standard("msg_1", "soon", STANDARD), "invalid_timestamp"),
        (standard("msg_1", "1700000000", "v1,AAAA"), "timestamp_out_of_range"),
        (standard("msg_2", "1760000000", STANDARD), "signature_mismatch"),
        (standard("msg_1", "1760000001", STANDARD), "signature_mismatch"),
        (standard("msg_1", "1760000000", "v1,!"), "signature_mismatch"),
        (untimed(""), "missing_signature"),
        (untimed(UNTIMED), "missing_digest"),
        (untimed(&format!("sha1={UNTIMED}")), "missing_digest"),
        (untimed(&format!("sha256={wrong}")), "signature_mismatch"),
    ];
    for (sent, code) in cases {
        assert_eq!(sent.told(), Err(code), "{:?}", String::from_utf8_lossy(&sent.headers[0].1));
    }
    for sent in [stamped(""), stamped("nonsense"), sound()[0].clone()] {
        assert_eq!(sent.heard(&[], SIGNED_AT).map_err(Refusal::code), Err("missing_secret"));
    }
}

#[test]
fn a_header_is_read_however_it_is_put() {
    let other = "1".repeat(64);
    let upper = STAMPED.to_uppercase();
    let sound = [
        stamped(&format!(" v1={STAMPED} , t=1760000000 ")),
        stamped(&format!("t=1760000000,v1={upper}")),
        stamped(&format!("t=1760000000,v1={other},v1={STAMPED}")),
        stamped(&format!("t=1760000000,v1={STAMPED},v1=short")),
        stamped(&format!("a=b,t=1760000000,x,v0={other},=,v1={STAMPED},")),
        untimed(&format!("sha1=abc, sha256={}", UNTIMED.to_uppercase())),
        standard("msg_1", " 1760000000 ", &format!("v1a,abc  v1, v2,x {STANDARD}")),
        standard("msg_1", "1760000000", &format!("v1,{} {STANDARD} v1,x", BASE64.encode([0; 32]))),
        standard("msg_1", "1760000000", STANDARD.trim_end_matches('=')),
    ];
    for sent in sound {
        assert_eq!(sent.told(), Ok(()), "{:?}", String::from_utf8_lossy(&sent.headers[0].1));
    }
}

#[test]
fn a_digest_counts_whole_or_not_at_all() {
    for length in [0, 2, 32, 62, 63] {
        assert!(stamped(&format!("t=1760000000,v1={}", &STAMPED[..length])).told().is_err(), "{length}");
        assert!(untimed(&format!("sha256={}", &UNTIMED[..length])).told().is_err(), "{length}");
    }
    assert_eq!(stamped(&format!("t=1760000000,v1={STAMPED}00")).told(), Err("signature_mismatch"));
    for length in [3, 7, 23, 41, 45] {
        assert!(standard("msg_1", "1760000000", &STANDARD[..length]).told().is_err(), "{length}");
    }
}

#[test]
fn any_secret_that_is_live_will_do_and_which_it_was_is_told() {
    for sent in sound() {
        let with = |secrets: &[&str]| sent.heard(secrets, SIGNED_AT).map(|heard| heard.secret);
        assert_eq!(with(&[SECRET, "former"]), Ok(0));
        assert_eq!(with(&["next", SECRET]), Ok(1));
        assert_eq!(with(&["next", "other", SECRET, SECRET]), Ok(2));
        assert_eq!(with(&["next", "former"]), Err(Refusal::SignatureMismatch));
        assert_eq!(with(&["Test-secret"]), Err(Refusal::SignatureMismatch));
    }
}

#[test]
fn a_message_is_the_same_whatever_is_done_to_its_signature() {
    let key = |text: &str| SigningKey::raw(&Secret::from(text.to_owned())).expect("a secret");
    let digest = |text| hex::encode(key(text).tag(&[b"1760000000.", BODY.as_bytes()]).as_bytes());
    let (new, old) = (digest("new"), digest("old"));
    let repeated = [
        format!("t=1760000000,v1={new},v1={old}"),
        format!("t=1760000000,v1={new}"),
        format!("v1={old}, t=1760000000"),
        format!("t=1760000000,v1={},x=y", old.to_uppercase()),
    ];
    let heard = |signature: &String| stamped(signature).heard(&["new", "old"], SIGNED_AT).expect("signed").message;
    let first = heard(&repeated[0]);
    for signature in &repeated {
        assert_eq!(heard(signature), first, "{signature}");
    }
    let [stamped, standard, untimed] = sound().map(|sent| sent.heard(&[SECRET], SIGNED_AT).expect("signed").message);
    assert_eq!((&stamped, standard.as_str()), (&first, "msg_1"));
    assert_ne!(untimed, stamped);
}

#[test]
fn a_verifier_prints_no_secret() {
    let verifier = Verifier::new(Scheme::MRDJ, &[Secret::from(SECRET.to_owned())]).expect("a secret");
    assert!(!format!("{verifier:?}").contains(SECRET), "{verifier:?}");
}

/// Texts that are nearly headers, so that chance gets behind the first check.
fn nearly_a_header() -> impl Strategy<Value = Vec<u8>> {
    let text = "(t=|v1=|v1,|sha256=|1760000000|,| |=|[0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=|\\PC){0,12}";
    prop_oneof![any::<Vec<u8>>(), text.prop_map(String::into_bytes)]
}

proptest! {
    #[test]
    fn whatever_comes_in_is_answered_and_not_believed(
        headers in prop::array::uniform5(prop::option::of(nearly_a_header())),
        body: Vec<u8>,
    ) {
        let names = ["x-mrdj-signature", "x-hub-signature-256", "webhook-id", "webhook-timestamp", "webhook-signature"];
        let headers: Vec<_> = names.into_iter().zip(headers).filter_map(|(name, value)| Some((name, value?))).collect();
        for scheme in SCHEMES {
            let sent = Sent { scheme, headers: headers.clone(), body: body.clone() };
            prop_assert!(sent.told().is_err());
        }
    }

    #[test]
    fn one_bit_of_the_body_is_enough(at in 0..BODY.len(), bit in 0..8) {
        for mut sent in sound() {
            sent.body[at] ^= 1_u8 << bit;
            prop_assert_eq!(sent.told(), Err("signature_mismatch"));
        }
    }

    #[test]
    fn one_bit_of_the_digest_is_enough(at in 0_usize..32, bit in 0..8) {
        for (digest, sent) in [
            (STAMPED, (|text| stamped(&format!("t=1760000000,v1={text}"))) as fn(String) -> Sent),
            (UNTIMED, |text| untimed(&format!("sha256={text}"))),
        ] {
            let mut digest: [u8; 32] = hex::decode(digest.as_bytes()).expect("a digest");
            digest[at] ^= 1_u8 << bit;
            prop_assert_eq!(sent(hex::encode(&digest)).told(), Err("signature_mismatch"));
        }
        let mut digest = BASE64.decode(&STANDARD[3..]).expect("a digest");
        digest[at] ^= 1_u8 << bit;
        let sent = standard("msg_1", "1760000000", &format!("v1,{}", BASE64.encode(digest)));
        prop_assert_eq!(sent.told(), Err("signature_mismatch"));
    }

    #[test]
    fn a_body_that_goes_on_or_stops_short_is_another(
        tail in prop::collection::vec(any::<u8>(), 1..9),
        cut in 1..BODY.len(),
    ) {
        for sent in sound() {
            let longer = Sent { body: [&sent.body[..], &tail].concat(), ..sent.clone() };
            let shorter = Sent { body: sent.body[..sent.body.len() - cut].to_vec(), ..sent };
            prop_assert_eq!(longer.told(), Err("signature_mismatch"));
            prop_assert_eq!(shorter.told(), Err("signature_mismatch"));
        }
    }
}
