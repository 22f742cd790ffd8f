//! The CRM RentGuy on its contract, and its answers one by one.
#![cfg(all(feature = "rentguy", feature = "sandbox"))]

mod rentguy_house;

use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::rentguy::Sandbox;
use mrdj_adapters::sandbox::Mode;
use mrdj_core::contract::Case;
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::partners::contract::{CASES, CrmBench};
use mrdj_core::partners::{Card, Crm};
use rentguy_house::{NOW, bench, card, crm_at, crm_of};

/// The cases of the contract, each a test of its own.
mod partners {
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
        card_arrives_as_written,
        card_twice_is_one_card,
        refused_card_is_given_up,
        wrong_setting_is_misconfigured,
        busy_crm_is_tried_again,
        cut_line_leaves_one_card,
    ];

    async fn run(name: &str) {
        let case: &Case<CrmBench> = CASES.iter().find(|case| case.name == name).expect("a case of the contract");
        (case.run)(bench().await).await.expect("the far side behaves");
    }

    #[test]
    fn no_case_is_left_out() {
        assert_eq!(CASES.iter().map(|case| case.name).collect::<Vec<_>>(), PROVEN);
    }
}

fn answer(status: u16, body: &str) -> Mode {
    Mode::Answer { status, retry_after_s: None, body: Some(body.to_owned()) }
}

async fn error_of(mode: Mode) -> PortError {
    let far = Sandbox::start().await.expect("a stand-in");
    far.knobs().set(mode);
    let outcome = crm_of(&far).put_card(&card(), NOW).await;
    outcome.expect_err("this answer is no success")
}

async fn summary_of(status: u16, body: &str) -> (ErrorKind, Remedy, String) {
    let error = error_of(answer(status, body)).await;
    (error.kind, error.remedy, error.summary)
}

#[tokio::test]
async fn a_receipt_names_their_id() {
    let far = Sandbox::start().await.expect("a stand-in");
    let receipt = crm_of(&far).put_card(&card(), NOW).await.expect("a receipt");
    assert_eq!(receipt.id, far.card(&card().reference).map(|card| card.id.to_string()));
}

#[tokio::test]
async fn the_mocks_yes_is_a_receipt_without_an_id() {
    for status in [200, 201, 202] {
        let far = Sandbox::start().await.expect("a stand-in");
        far.knobs().set(answer(status, r#"{"delivered":true}"#));
        let receipt = crm_of(&far).put_card(&card(), NOW).await.expect("a receipt");
        assert_eq!(receipt.id, None);
    }
}

#[tokio::test]
async fn a_success_that_does_not_confirm_our_card_is_asked_about() {
    let other = r#"{"success":true,"leadId":7,"externalId":"web-of-somebody-else","status":"new"}"#;
    for (status, body) in [(201, other), (200, "<html>welcome</html>"), (204, ""), (201, "{}"), (200, "[1]")] {
        let (kind, remedy, _) = summary_of(status, body).await;
        assert_eq!((kind, remedy), (ErrorKind::Failed, Remedy::AskFirst), "{status} {body}");
    }
}

#[tokio::test]
async fn what_every_card_would_hear_is_a_setting() {
    let answers = [
        (301, ""),
        (307, ""),
        (308, ""),
        (400, r#"{"error":"missing-workspace","message":"no workspace"}"#),
        (401, r#"{"error":"missing-auth"}"#),
        (401, r#"{"detail":"Not authenticated"}"#),
        (403, r#"{"error":"invalid-api-key"}"#),
        (404, r#"{"detail":"Not Found"}"#),
        (405, r#"{"detail":"Method Not Allowed"}"#),
        (409, r#"{"error":"workspace-mismatch"}"#),
        (422, r#"{"detail":[{"type":"missing","loc":["header","X-Tenant-ID"],"msg":"Field required","input":null}]}"#),
    ];
    for (status, body) in answers {
        let (kind, remedy, summary) = summary_of(status, body).await;
        assert_eq!(kind, ErrorKind::Misconfigured, "{status} {body}");
        assert_ne!(remedy, Remedy::GiveUp, "{status} {body}");
        assert!(summary.starts_with(&status.to_string()), "{summary}");
    }
}

#[tokio::test]
async fn what_this_card_alone_would_hear_again_is_a_refusal() {
    let answers = [
        (400, r#"{"detail":"There was an error parsing the body"}"#, "400"),
        (400, "<html>SyntaxError: at JSON.parse</html>", "400"),
        (400, r#"{"error":"unknown-simulation"}"#, "400: unknown-simulation"),
        (409, r#"{"detail":"Requested time slot is not available"}"#, "409"),
        (410, "", "410"),
        (413, "<html>too large</html>", "413"),
        (415, "", "415"),
        (
            422,
            r#"{"detail":[{"type":"string_type","loc":["body","leadId"],"msg":"…","input":10},
                {"type":"dict_type","loc":["body","contact"],"msg":"…","input":"Jan Jansen"}]}"#,
            "422: body.leadId string_type, body.contact dict_type",
        ),
        (422, "unreadable", "422"),
    ];
    for (status, body, expected) in answers {
        let (kind, remedy, summary) = summary_of(status, body).await;
        assert_eq!((kind, remedy), (ErrorKind::Rejected, Remedy::GiveUp), "{status} {body}");
        assert_eq!(summary, expected);
    }
}

#[tokio::test]
async fn a_throttle_names_the_moment_or_means_a_minute() {
    for (retry_after_s, expected_s) in [(Some(7), 7), (Some(300), 300), (None, 60)] {
        let error = error_of(Mode::Answer { status: 429, retry_after_s, body: None }).await;
        let at = NOW + SignedDuration::from_secs(expected_s);
        assert_eq!(error.kind, ErrorKind::Throttled);
        assert_eq!(error.remedy, Remedy::TryAgain { no_sooner_than: Some(at) });
    }
}

#[tokio::test]
async fn a_500_while_it_is_ready_is_a_failure() {
    for body in ["Internal Server Error", r#"{"error":"server-error","message":"simulated"}"#] {
        let (kind, remedy, summary) = summary_of(500, body).await;
        assert_eq!((kind, remedy, summary.as_str()), (ErrorKind::Failed, Remedy::LATER, "500"));
    }
}

#[tokio::test]
async fn a_500_while_its_database_is_away_is_an_outage() {
    let error = error_of(Mode::DatabaseDown).await;
    assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::LATER), "{error}");
}

#[tokio::test]
async fn a_gateway_that_misses_it_is_an_outage() {
    for (status, remedy) in [(502, Remedy::AskFirst), (503, Remedy::LATER), (504, Remedy::AskFirst)] {
        let error = error_of(answer(status, "<html>bad gateway</html>")).await;
        assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, remedy), "{status}");
    }
    let error = error_of(Mode::Answer { status: 503, retry_after_s: Some(120), body: None }).await;
    let at: Timestamp = NOW + SignedDuration::from_secs(120);
    assert_eq!(error.remedy, Remedy::TryAgain { no_sooner_than: Some(at) });
}

#[tokio::test]
async fn other_errors_of_its_own_are_failures() {
    for (status, remedy) in
        [(408, Remedy::LATER), (425, Remedy::LATER), (501, Remedy::AskFirst), (520, Remedy::AskFirst)]
    {
        let error = error_of(answer(status, "")).await;
        assert_eq!((error.kind, error.remedy), (ErrorKind::Failed, remedy), "{status}");
    }
}

#[tokio::test]
async fn a_refused_line_is_an_outage_and_nothing_left() {
    let far = Sandbox::start().await.expect("a stand-in");
    let crm = crm_of(&far);
    far.stop().await;
    let error = crm.put_card(&card(), NOW).await.expect_err("nobody is there");
    assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::LATER), "{error}");
}

#[tokio::test]
async fn a_silent_line_is_an_outage_that_is_asked_about() {
    let error = error_of(Mode::Stall).await;
    assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::AskFirst), "{error}");
}

#[tokio::test]
async fn a_line_cut_before_the_card_was_taken_is_mended_by_the_same_card() {
    let far = Sandbox::start().await.expect("a stand-in");
    let crm = crm_of(&far);
    far.knobs().set_for(Mode::CutBeforeAccepting, 1);
    let error = crm.put_card(&card(), NOW).await.expect_err("the line was cut");
    assert_eq!((error.remedy, far.card_count()), (Remedy::AskFirst, 0), "{error}");
    crm.put_card(&card(), NOW).await.expect("a receipt");
    assert_eq!((far.card_count(), far.request_count()), (1, 2));
}

#[tokio::test]
async fn a_line_cut_on_reuse_is_asked_about_too() {
    let far = Sandbox::start().await.expect("a stand-in");
    let crm = crm_of(&far);
    crm.put_card(&card(), NOW).await.expect("a receipt, and a line that is kept");
    far.knobs().set_for(Mode::CutAfterAccepting, 1);
    let second = Card { reference: "web-20261121-second".to_owned(), ..card() };
    let error = crm.put_card(&second, NOW).await.expect_err("the line was cut");
    assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::AskFirst), "{error}");
    assert_eq!(far.request_count(), 2, "nothing is sent again behind our back");
}

#[tokio::test]
async fn an_answer_that_comes_twice_is_not_taken_for_the_next_ones() {
    let far = Sandbox::start().await.expect("a stand-in");
    let crm = crm_of(&far);
    far.knobs().set(Mode::AnswerTwice);
    for n in 1..=5 {
        let card = Card { reference: format!("web-20261121-{n}"), ..card() };
        let receipt = crm.put_card(&card, NOW).await.expect("a receipt of this card");
        assert_eq!(receipt.id, Some(n.to_string()));
    }
}

#[tokio::test]
async fn an_answer_that_comes_late_is_waited_for() {
    let far = Sandbox::start().await.expect("a stand-in");
    far.knobs().set(Mode::Slow { ms: 20 });
    let receipt = crm_of(&far).put_card(&card(), NOW).await.expect("a receipt");
    assert_eq!(receipt.id.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_card_that_would_not_be_itself_there_never_leaves() {
    let far = Sandbox::start().await.expect("a stand-in");
    for reference in [String::new(), "r".repeat(121), "web-\0-1".to_owned()] {
        let card = Card { reference, ..card() };
        let error = crm_of(&far).put_card(&card, NOW).await.expect_err("no such reference");
        assert_eq!((error.kind, error.remedy), (ErrorKind::Rejected, Remedy::GiveUp), "{error}");
    }
    assert_eq!(far.request_count(), 0);
}

#[tokio::test]
async fn a_card_that_is_too_long_arrives_cut_to_what_it_can_store() {
    let far = Sandbox::start().await.expect("a stand-in");
    let long = Card { reference: "r".repeat(120), source: "é".repeat(500), event_type: "x\0".repeat(200), ..card() };
    crm_of(&far).put_card(&long, NOW).await.expect("a receipt");
    let stored = far.card(&long.reference).expect("a card");
    assert_eq!(stored.source, "é".repeat(120));
    assert_eq!(stored.event_type, Some("x".repeat(100)));
}

#[tokio::test]
async fn key_and_workspace_are_sent_with_every_card() {
    let far = Sandbox::start().await.expect("a stand-in");
    crm_of(&far).put_card(&card(), NOW).await.expect("a receipt");
    let seen = far.requests().pop().expect("a request");
    assert_eq!((seen.workspace.as_deref(), seen.bearer), (Some("mr-dj"), true));
    assert_eq!(seen.body["persisted"], true);
    assert_eq!(seen.body["eventDate"], "2027-08-15");
}

#[tokio::test]
async fn a_base_with_a_slash_or_of_another_branch_shows_as_a_setting() {
    let far = Sandbox::start().await.expect("a stand-in");
    crm_at(&format!("{}/v1/", far.url())).put_card(&card(), NOW).await.expect("a receipt");
    for base in [far.url(), format!("{}/api/v1", far.url())] {
        let error = crm_at(&base).put_card(&card(), NOW).await.expect_err("no cards are taken there");
        assert_eq!(error.kind, ErrorKind::Misconfigured, "{error}");
    }
}

#[tokio::test]
async fn no_error_shows_what_the_visitor_wrote() {
    let echo =
        r#"{"detail":[{"type":"string_type","loc":["body","jan@example.com"],"msg":"Jan Jansen","input":"Jan"}]}"#;
    let mut modes = vec![Mode::Stall, Mode::CutAfterAccepting, Mode::DatabaseDown, answer(201, echo)];
    modes.extend([301, 400, 401, 404, 409, 413, 422, 429, 500, 503].map(|status| answer(status, echo)));
    for mode in modes {
        let error = error_of(mode.clone()).await;
        let shown = format!("{error} {error:?}");
        for secret in ["Jan", "jan@example.com", "0612345678", "not-a-real-key", "/v1/leads"] {
            assert!(!shown.contains(secret), "{mode:?} shows {secret}: {shown}");
        }
    }
}
