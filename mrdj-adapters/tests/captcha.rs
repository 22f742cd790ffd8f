//! Both human checks against their stand-in.
#![cfg(all(feature = "captcha", feature = "sandbox"))]

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::captcha::{Captcha, Config, Sandbox, Vendor};
use mrdj_adapters::sandbox::Mode;
use mrdj_core::leads::{HumanCheck, HumanVerdict};
use mrdj_core::secret::Secret;

const NOW: Timestamp = Timestamp::constant(1_795_262_400, 0);
const BOTH: [Vendor; 2] = [Vendor::HCaptcha, Vendor::Turnstile];

async fn stand_in() -> Sandbox {
    Sandbox::start().await.expect("a free port")
}

async fn verdict(captcha: &Captcha, token: &str, seconds: i64) -> HumanVerdict {
    captcha.check(token.to_owned(), None, NOW + SignedDuration::from_secs(seconds)).await
}

fn answer(status: u16, body: &str) -> Mode {
    Mode::Answer { status, retry_after_s: None, body: Some(body.to_owned()) }
}

#[tokio::test]
async fn a_token_is_good_once() {
    for vendor in BOTH {
        let far = stand_in().await;
        let (captcha, token) = (Captcha::new(far.config(vendor)), far.token());
        assert_eq!(verdict(&captcha, &token, 0).await, HumanVerdict::Human);
        assert_eq!(verdict(&captcha, &token, 0).await, HumanVerdict::NotHuman);
        assert_eq!(verdict(&captcha, "made-up", 0).await, HumanVerdict::NotHuman);
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_one_is_not_asked_about() {
    for vendor in BOTH {
        let far = stand_in().await;
        let captcha = Captcha::new(far.config(vendor));
        for token in ["", "  ", &"x".repeat(9_000)] {
            assert_eq!(verdict(&captcha, token, 0).await, HumanVerdict::NotHuman);
        }
        assert_eq!(far.asked(), 0);
    }
}

#[tokio::test]
async fn a_wrong_key_costs_nobody_an_enquiry() {
    for vendor in BOTH {
        for key in ["another-key", ""] {
            let far = stand_in().await;
            let config = Config { secret: Secret::from(key.to_owned()), ..far.config(vendor) };
            let captcha = Captcha::new(config);
            for _ in 0..5 {
                assert_eq!(verdict(&captcha, &far.token(), 0).await, HumanVerdict::NoAnswer);
            }
            assert_eq!(far.asked(), 5, "it answers, so it is asked");
        }
    }
}

#[tokio::test]
async fn an_outage_costs_nobody_an_enquiry() {
    let modes = [
        answer(500, ""),
        answer(503, "<html>"),
        answer(200, "<html>"),
        answer(200, r#"{"success":false,"error-codes":["internal-error"]}"#),
        answer(302, ""),
        Mode::Stall,
        Mode::CutBeforeAccepting,
        Mode::CutAfterAccepting,
    ];
    for mode in modes {
        let far = stand_in().await;
        far.knobs().set(mode.clone());
        let config = Config { timeout: Duration::from_millis(200), ..far.config(Vendor::Turnstile) };
        let captcha = Captcha::new(config);
        assert_eq!(verdict(&captcha, &far.token(), 0).await, HumanVerdict::NoAnswer, "{mode:?}");
    }
    let far = stand_in().await;
    let captcha = Captcha::new(far.config(Vendor::HCaptcha));
    far.stop().await;
    assert_eq!(verdict(&captcha, "token", 0).await, HumanVerdict::NoAnswer);
}

#[tokio::test]
async fn after_three_silences_it_is_left_alone_for_a_minute() {
    let far = stand_in().await;
    let captcha = Captcha::new(far.config(Vendor::HCaptcha));
    far.knobs().set_for(answer(500, ""), 3);
    for _ in 0..3 {
        assert_eq!(verdict(&captcha, &far.token(), 0).await, HumanVerdict::NoAnswer);
    }
    // It is well again, and nobody asks.
    assert_eq!(verdict(&captcha, &far.token(), 59).await, HumanVerdict::NoAnswer);
    assert_eq!(far.asked(), 0);
    assert_eq!(verdict(&captcha, &far.token(), 60).await, HumanVerdict::Human);
    assert_eq!(verdict(&captcha, &far.token(), 60).await, HumanVerdict::Human);
}

#[tokio::test]
async fn a_probe_that_fails_waits_another_minute() {
    let far = stand_in().await;
    let captcha = Captcha::new(far.config(Vendor::Turnstile));
    far.knobs().set_for(answer(500, ""), 4);
    for _ in 0..3 {
        verdict(&captcha, &far.token(), 0).await;
    }
    assert_eq!(verdict(&captcha, &far.token(), 60).await, HumanVerdict::NoAnswer);
    assert_eq!(verdict(&captcha, &far.token(), 119).await, HumanVerdict::NoAnswer);
    assert_eq!(far.asked(), 0);
    assert_eq!(verdict(&captcha, &far.token(), 120).await, HumanVerdict::Human);
}

#[tokio::test]
async fn an_answer_between_silences_starts_the_count_again() {
    let far = stand_in().await;
    let captcha = Captcha::new(far.config(Vendor::Turnstile));
    for _ in 0..3 {
        far.knobs().set_for(answer(500, ""), 2);
        for _ in 0..2 {
            assert_eq!(verdict(&captcha, &far.token(), 0).await, HumanVerdict::NoAnswer);
        }
        assert_eq!(verdict(&captcha, "made-up", 0).await, HumanVerdict::NotHuman);
    }
}

#[tokio::test]
async fn the_question_names_the_visitor_and_at_hcaptcha_the_site() {
    let from = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    for (vendor, names_site) in [(Vendor::HCaptcha, true), (Vendor::Turnstile, false)] {
        let far = stand_in().await;
        let token = far.token();
        let captcha = Captcha::new(Config { site_key: Some("site-1".to_owned()), ..far.config(vendor) });
        assert_eq!(captcha.check(token.clone(), from, NOW).await, HumanVerdict::Human);
        let mut fields = vec![("response".to_owned(), token), ("remoteip".to_owned(), "192.0.2.1".to_owned())];
        fields.extend(names_site.then(|| ("sitekey".to_owned(), "site-1".to_owned())));
        assert_eq!(far.last_question(), fields);
    }
}
