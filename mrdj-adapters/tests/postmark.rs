//! Postmark on its contract, and its answers one by one.
#![cfg(all(feature = "postmark", feature = "sandbox"))]

mod postmark_house;

use std::time::Duration;

use mrdj_adapters::outbound::{self, Outbound};
use mrdj_adapters::postmark::{Config, Postmark, Sandbox};
use mrdj_adapters::sandbox::Mode;
use mrdj_core::contract::Case;
use mrdj_core::delivery::Recall;
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::messages::contract::{MAILER_CASES, MailerBench};
use mrdj_core::messages::{Mail, Mailer};
use mrdj_core::secret::Secret;
use postmark_house::{NOW, answer, bench, id, mail, mailer_of, refusal, sender, stand_in};

/// The cases of the contract, each a test of its own.
mod messages {
    use super::*;

    macro_rules! prove {
        ($($name:ident),* $(,)?) => {
            const PROVEN: &[&str] = &[$(stringify!($name)),*];
            $(
                #[tokio::test]
                async fn $name() {
                    run(stringify!($name)).await;
                }
            )*
        };
    }

    prove![
        mail_arrives_as_written,
        attachment_arrives_to_the_byte,
        refused_mail_is_given_up,
        wrong_key_is_a_setting,
        busy_mailer_is_tried_again,
        cut_line_is_asked_about,
        taken_mail_is_found,
        other_mail_is_not_found,
    ];

    async fn run(name: &str) {
        let case: &Case<MailerBench> = MAILER_CASES.iter().find(|case| case.name == name).expect("a case");
        (case.run)(bench().await).await.expect("the far side behaves");
    }

    #[test]
    fn no_case_is_left_out() {
        assert_eq!(MAILER_CASES.iter().map(|case| case.name).collect::<Vec<_>>(), PROVEN);
    }
}

async fn error_of(mode: Mode) -> PortError {
    let far = stand_in().await;
    far.knobs().set(mode);
    mailer_of(&far).send(&mail(1), NOW).await.expect_err("this answer is no success")
}

const ASK: Remedy = Remedy::AskFirst;
const LATER: Remedy = Remedy::LATER;
const STOP: Remedy = Remedy::GiveUp;

#[tokio::test]
async fn every_code_has_its_kind_and_its_remedy() {
    use ErrorKind::{Failed, Misconfigured, Rejected, Throttled, Unavailable};
    let rows = [
        (401, 10, Misconfigured, LATER),
        (422, 10, Misconfigured, LATER),
        (422, 11, Rejected, STOP),
        (503, 100, Unavailable, LATER),
        (422, 100, Unavailable, LATER),
        (422, 300, Rejected, STOP),
        (422, 400, Misconfigured, LATER),
        (422, 401, Misconfigured, LATER),
        (422, 402, Rejected, STOP),
        (422, 403, Rejected, STOP),
        (422, 405, Misconfigured, LATER),
        (422, 406, Rejected, STOP),
        (415, 409, Rejected, STOP),
        (422, 410, Rejected, STOP),
        (422, 411, Rejected, STOP),
        (422, 412, Misconfigured, LATER),
        (422, 413, Misconfigured, LATER),
        (429, 429, Throttled, LATER),
        (422, 429, Throttled, LATER),
        (422, 500, Rejected, STOP),
        (422, 503, Rejected, STOP),
        (422, 1101, Misconfigured, LATER),
        (422, 1235, Misconfigured, LATER),
        (422, 1236, Misconfigured, LATER),
        (200, 300, Rejected, STOP),
        (500, 0, Failed, ASK),
    ];
    for (status, code, kind, remedy) in rows {
        let error = error_of(refusal(status, code, "told of jan@example.com")).await;
        assert_eq!((error.kind, error.remedy), (kind, remedy), "{status}, code {code}");
        let shown = error.to_string();
        assert!(shown.contains(&format!("{status}, code {code}: ")) && !shown.contains('@'), "{shown}");
    }
}

#[tokio::test]
async fn a_status_without_a_code_tells_by_itself() {
    use ErrorKind::{Failed, Misconfigured, Rejected, Throttled, Unavailable};
    let rows = [
        (204, Failed, ASK),
        (302, Misconfigured, LATER),
        (400, Rejected, STOP),
        (401, Misconfigured, LATER),
        (404, Misconfigured, LATER),
        (408, Failed, LATER),
        (413, Rejected, STOP),
        (422, Rejected, STOP),
        (429, Throttled, LATER),
        (500, Failed, ASK),
        (502, Unavailable, ASK),
        (503, Unavailable, LATER),
        (504, Unavailable, ASK),
    ];
    for (status, kind, remedy) in rows {
        let error = error_of(answer(status, "<html>jan@example.com</html>")).await;
        assert_eq!((error.kind, error.remedy), (kind, remedy), "{status}");
        assert!(!error.to_string().contains('@'), "{error}");
    }
}

#[tokio::test]
async fn a_success_that_confirms_nothing_is_asked_about() {
    for body in ["", "OK", "{}", r#"{"ErrorCode":0}"#, r#"{"ErrorCode":0,"MessageID":""}"#, r#"{"MessageID":"x"}"#] {
        let error = error_of(answer(200, body)).await;
        assert_eq!((error.kind, error.remedy), (ErrorKind::Failed, ASK), "{body}");
    }
}

#[tokio::test]
async fn a_mailbox_that_is_inactive_gets_nothing() {
    let far = stand_in().await;
    far.deactivate("INFO@example.com");
    let error = mailer_of(&far).send(&mail(1), NOW).await.expect_err("inactive");
    assert_eq!((error.kind, error.remedy), (ErrorKind::Rejected, STOP));
    assert_eq!(error.summary, "422, code 406: inactive recipient");
    assert_eq!(far.sent_count(), 0);
}

#[tokio::test]
async fn a_success_that_leaves_the_recipient_out_is_none() {
    let message = "Message OK, but will not deliver to these inactive addresses: info@example.com.";
    let body = format!(r#"{{"ErrorCode":0,"Message":"{message}","MessageID":"x"}}"#);
    let error = error_of(answer(200, &body)).await;
    assert_eq!((error.kind, error.remedy), (ErrorKind::Rejected, STOP));
    assert_eq!(error.summary, "inactive recipient");
}

#[tokio::test]
async fn silence_is_asked_about_and_a_closed_door_is_not() {
    let far = stand_in().await;
    far.knobs().set(Mode::Stall);
    let hasty = outbound::Config { timeout: Duration::from_millis(200), ..outbound::Config::default() };
    let mailer = Postmark::new(far.config(sender()), Outbound::new(hasty));
    let error = mailer.send(&mail(1), NOW).await.expect_err("silence");
    assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, ASK));
    let config = far.config(sender());
    far.stop().await;
    let mailer = Postmark::new(config, Outbound::new(outbound::Config::default()));
    let error = mailer.send(&mail(1), NOW).await.expect_err("a closed door");
    assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, LATER));
}

#[tokio::test]
async fn a_line_that_is_cut_before_anything_was_taken_leaves_nothing_to_find() {
    let far = stand_in().await;
    far.knobs().set_for(Mode::CutBeforeAccepting, 1);
    let mailer = mailer_of(&far);
    assert_eq!(mailer.send(&mail(1), NOW).await.expect_err("cut").remedy, ASK);
    assert_eq!(mailer.find_sent(id(1), NOW).await.expect("an answer"), None);
    assert_eq!(mailer.recall(), Recall::LookUp);
}

#[tokio::test]
async fn a_question_that_is_refused_leaves_the_doubt() {
    let modes = [refusal(422, 700, "x"), answer(200, "OK"), answer(500, ""), refusal(401, 10, "x"), answer(404, "")];
    for mode in modes {
        let far = stand_in().await;
        far.knobs().set(mode.clone());
        let error = mailer_of(&far).find_sent(id(1), NOW).await.expect_err("no answer");
        assert_ne!(error.remedy, STOP, "{mode:?}");
    }
}

#[tokio::test]
async fn a_search_that_ignores_the_filter_finds_nobody_elses_mail() {
    let other = format!(r#"{{"TotalCount":1,"Messages":[{{"MessageID":"x","Metadata":{{"delivery":"{}"}}}}]}}"#, id(2));
    let far = stand_in().await;
    far.knobs().set(answer(200, &other));
    assert_eq!(mailer_of(&far).find_sent(id(1), NOW).await.expect("an answer"), None);
    assert!(mailer_of(&far).find_sent(id(2), NOW).await.expect("an answer").is_some());
    far.knobs().set(answer(200, r#"{"TotalCount":1,"Messages":[{"MessageID":"x","Metadata":null}]}"#));
    assert!(mailer_of(&far).find_sent(id(1), NOW).await.expect("an answer").is_some());
}

#[tokio::test]
async fn what_leaves_is_marked_and_follows_nobody() {
    let far = stand_in().await;
    let receipt = mailer_of(&far).send(&mail(1), NOW).await.expect("a receipt");
    let [sent] = <[_; 1]>::try_from(far.sent()).expect("one mail");
    assert_eq!((sent.message_id, sent.tag.as_deref()), (receipt.0, Some("lead.notice")));
    assert_eq!((sent.from.as_str(), sent.stream.as_str()), ("\"Voorbeeld\" <dj@example.com>", "outbound"));
    let metadata: Vec<_> = sent.metadata.into_iter().collect();
    let marks = [("delivery".to_owned(), id(1).to_string()), ("reference".to_owned(), "web-20261121-0abc".to_owned())];
    assert_eq!(metadata, marks);
}

#[tokio::test]
async fn another_token_is_a_setting_and_another_stream_too() {
    let far = stand_in().await;
    let with = |config| Postmark::new(config, Outbound::new(outbound::Config::default()));
    let config = Config { token: Secret::from("not-the-token".to_owned()), ..far.config(sender()) };
    let error = with(config).send(&mail(1), NOW).await.expect_err("another token");
    assert_eq!((error.kind, error.summary.as_str()), (ErrorKind::Misconfigured, "401, code 10: the token is refused"));
    let config = Config { stream: "elsewhere".to_owned(), ..far.config(sender()) };
    let error = with(config).send(&mail(1), NOW).await.expect_err("another stream");
    assert_eq!(error.kind, ErrorKind::Misconfigured);
    assert_eq!(error.summary, "422, code 1235: the stream does not exist");
    assert_eq!((far.sent_count(), far.request_count()), (0, 2));
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_a_setting() {
    let far = stand_in().await;
    let config = Config { token: Secret::from("a\nb".to_owned()), ..far.config(sender()) };
    let mailer = Postmark::new(config, Outbound::new(outbound::Config::default()));
    let error = mailer.send(&mail(1), NOW).await.expect_err("no header");
    assert_eq!((error.kind, error.remedy), (ErrorKind::Misconfigured, LATER));
    assert_eq!(far.request_count(), 0);
}

#[tokio::test]
async fn a_mail_whose_reference_is_long_still_leaves() {
    let far = stand_in().await;
    let mail = Mail { reference: "é".repeat(200), ..mail(1) };
    mailer_of(&far).send(&mail, NOW).await.expect("a receipt");
    assert_eq!(far.sent()[0].metadata["reference"].chars().count(), 80);
}

/// The stand-in itself, as somebody with a terminal sees it.
mod sandbox {
    use super::*;
    use serde_json::{Value, json};

    fn message() -> Value {
        json!({ "From": "dj@example.com", "To": "jan@example.com", "Subject": "x", "TextBody": "x" })
    }

    async fn post(far: &Sandbox, headers: &[(&'static str, &str)], body: &Value) -> (u16, Value) {
        let url = far.base().join("email");
        let call = Outbound::new(outbound::Config::default()).post(url).json(body);
        let call = headers.iter().fold(call, |call, (name, value)| call.header(name, value));
        let answer = call.send(NOW).await.expect("an answer");
        (answer.status, serde_json::from_slice(&answer.body).expect("JSON"))
    }

    const TOKEN: (&str, &str) = ("X-Postmark-Server-Token", Sandbox::TOKEN);
    const JSON: (&str, &str) = ("Accept", "application/json");

    #[tokio::test]
    async fn a_file_is_looked_at_before_it_is_taken_and_shown_after() {
        let far = stand_in().await;
        let with = |name: &str, content: &str| {
            let mut message = message();
            message["Attachments"] = json!([{ "Name": name, "Content": content, "ContentType": "text/plain" }]);
            message
        };
        for (name, content, code) in [("a.exe", "eA==", 411), ("a.txt", "no base64", 300), ("", "eA==", 300)] {
            let (status, body) = post(&far, &[TOKEN, JSON], &with(name, content)).await;
            assert_eq!((status, &body["ErrorCode"]), (422, &json!(code)), "{name} {content}");
        }
        let (status, _) = post(&far, &[TOKEN, JSON], &with("a.txt", "eA==")).await;
        assert_eq!(status, 200);
        let shown = serde_json::to_value(&far.sent()[0].attachments).expect("JSON");
        assert_eq!(shown, json!([{ "name": "a.txt", "contentType": "text/plain", "content": "eA==" }]));
    }

    #[tokio::test]
    async fn the_token_comes_before_the_headers_and_both_before_the_message() {
        let far = stand_in().await;
        for headers in [&[][..], &[JSON], &[JSON, ("X-Postmark-Server-Token", "x")]] {
            let (status, body) = post(&far, headers, &json!([])).await;
            assert_eq!((status, &body["ErrorCode"]), (401, &json!(10)), "{headers:?}");
        }
        let (status, body) = post(&far, &[TOKEN], &json!([])).await;
        assert_eq!((status, &body["ErrorCode"]), (415, &json!(409)));
        let (status, body) = post(&far, &[TOKEN, JSON], &json!([])).await;
        assert_eq!((status, &body["ErrorCode"]), (422, &json!(402)));
    }

    #[tokio::test]
    async fn what_the_real_one_refuses_is_refused() {
        let far = stand_in().await;
        let many: serde_json::Map<_, _> = (0..11).map(|n| (format!("k{n}"), json!("v"))).collect();
        let crowd = vec!["jan@example.com"; 51].join(",");
        let faults = [
            (300, json!({ "TextBody": null })),
            (300, json!({ "To": "" })),
            (300, json!({ "To": crowd })),
            (300, json!({ "Metadata": many })),
            (300, json!({ "Metadata": { "k".repeat(21): "v" } })),
            (300, json!({ "Metadata": { "k": "v".repeat(81) } })),
            (300, json!({ "Metadata": { "k": "v", "K": "v" } })),
            (403, json!({ "Metadata": { "k": 1 } })),
            (403, json!({ "htmlBody": "x" })),
            (1235, json!({ "MessageStream": "elsewhere" })),
            (1236, json!({ "MessageStream": "inbound" })),
        ];
        for (code, fault) in faults {
            let mut body = message();
            body.as_object_mut().expect("an object").extend(fault.as_object().expect("an object").clone());
            let (status, answer) = post(&far, &[TOKEN, JSON], &body).await;
            assert_eq!((status, &answer["ErrorCode"]), (422, &json!(code)), "{fault}");
        }
        assert_eq!(far.sent_count(), 0);
    }

    #[tokio::test]
    async fn a_mail_of_more_than_ten_megabytes_is_too_large() {
        let mut body = message();
        body["TextBody"] = json!("x".repeat(11 * 1024 * 1024));
        assert_eq!(post(&stand_in().await, &[TOKEN, JSON], &body).await.0, 413);
    }

    #[tokio::test]
    async fn a_mail_for_some_who_are_inactive_is_taken() {
        let far = stand_in().await;
        far.deactivate("jan@example.com");
        let mut body = message();
        body["To"] = json!("jan@example.com, zoe@example.com");
        let (status, answer) = post(&far, &[TOKEN, JSON], &body).await;
        assert_eq!((status, &answer["ErrorCode"], far.sent_count()), (200, &json!(0), 1));
        let text = "Message OK, but will not deliver to these inactive addresses: jan@example.com.";
        assert_eq!(answer["Message"], json!(text));
    }

    #[tokio::test]
    async fn the_test_token_passes_every_check_and_keeps_nothing() {
        let far = stand_in().await;
        let test = ("X-Postmark-Server-Token", "POSTMARK_API_TEST");
        let (status, answer) = post(&far, &[test, JSON], &message()).await;
        assert_eq!((status, &answer["Message"]), (200, &json!("Test job accepted")));
        let (status, _) = post(&far, &[test, JSON], &json!({ "From": "dj@example.com" })).await;
        assert_eq!((status, far.sent_count()), (422, 0));
    }

    #[tokio::test]
    async fn it_shows_what_it_took_and_forgets_it_when_told() {
        let far = stand_in().await;
        let house = Outbound::new(outbound::Config::default());
        let at = |path: &str| far.base().join(path);
        house.post(at("inactive")).json(&json!({ "addresses": ["piet@example.com"] })).send(NOW).await.expect("done");
        mailer_of(&far).send(&mail(1), NOW).await.expect("a receipt");
        let shown: Value =
            serde_json::from_slice(&house.get(at("sent")).send(NOW).await.expect("an answer").body).expect("JSON");
        assert_eq!((&shown["sent"], &shown["mails"][0]["to"]), (&json!(1), &json!("info@example.com")));
        let order = json!({ "mode": "answer", "status": 503, "times": 1 });
        house.post(at("mode")).json(&order).send(NOW).await.expect("done");
        assert!(mailer_of(&far).send(&mail(2), NOW).await.is_err());
        house.post(at("reset")).send(NOW).await.expect("done");
        assert_eq!((far.sent_count(), far.request_count()), (0, 0));
    }
}
