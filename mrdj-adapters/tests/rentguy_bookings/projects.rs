//! Bookings as projects.

use jiff::civil::date;
use mrdj_adapters::rentguy::{Sandbox, ServiceAccount};
use mrdj_adapters::sandbox::Mode;
use mrdj_core::bookings::{EventTime, Party, Stage};
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::partners::{BookingCard, BookingCrm, BookingPut, BookingWatch, CardReceipt};
use mrdj_core::secret::Secret;

use crate::NOW;
use crate::far::{booking, foreign, notes, projects_at, projects_of};

fn answer(status: u16, body: &str) -> Mode {
    Mode::Answer { status, retry_after_s: None, body: Some(body.to_owned()) }
}

fn moved(version: u32) -> BookingCard {
    BookingCard { version, time: EventTime::Day(date(2027, 9, 1)), ..booking() }
}

fn cancelled(version: u32) -> BookingCard {
    BookingCard { version, stage: Stage::Cancelled { by: Party::Client }, ..booking() }
}

async fn put(far: &Sandbox, card: &BookingCard) -> Result<BookingPut, PortError> {
    projects_of(far).put_booking(card, NOW).await
}

fn kept(id: &str) -> BookingPut {
    BookingPut::Kept(CardReceipt { id: Some(id.to_owned()) })
}

#[tokio::test]
async fn a_booking_becomes_a_project_among_others() {
    let far = Sandbox::start().await.expect("a stand-in");
    far.change_projects(|projects| projects.extend([foreign(1), foreign(2)]));
    assert_eq!(put(&far, &booking()).await.expect("a project"), kept("3"));
    let project = far.projects().pop().expect("a project");
    assert_eq!(
        (project.name.as_str(), project.client_name.as_str()),
        ("bruiloft bk-20261121-0123456789", "Jan Jansen")
    );
    let mark = "[mrdj 019aa5b0-0000-7000-8000-000000000007 v2 bk-20261121-0123456789 agreed | 2027-08-15 | \
                Zaal 't Hoekje, Breda | gold]";
    assert_eq!(notes(&project), mark);
    assert_eq!(far.projects()[..2], [foreign(1), foreign(2)]);
}

#[tokio::test]
async fn the_account_logs_in_once_and_again_when_its_token_runs_out() {
    let far = Sandbox::start().await.expect("a stand-in");
    let crm = projects_of(&far);
    crm.put_booking(&booking(), NOW).await.expect("a project");
    crm.put_booking(&moved(3), NOW).await.expect("the same");
    assert_eq!(far.login_count(), 1);
    far.end_sessions();
    crm.put_booking(&moved(4), NOW).await.expect("the same");
    assert_eq!((far.login_count(), far.projects().len()), (2, 1));
}

#[tokio::test]
async fn an_account_that_is_refused_is_a_setting() {
    let far = Sandbox::start().await.expect("a stand-in");
    let account = ServiceAccount { password: Secret::from("another-password".to_owned()), ..far.account() };
    let error = projects_at(account).put_booking(&booking(), NOW).await.expect_err("refused");
    assert_eq!(error.to_string(), "rentguy could not log in: 401: the service account is refused");
    assert_eq!(error.kind, ErrorKind::Misconfigured);
    for (status, summary) in [
        (401, "401: the token of the service account is refused"),
        (403, "403: the service account may not do this"),
        (404, "404: nothing is taken at this address"),
    ] {
        far.knobs().set(answer(status, r#"{"detail":"Forbidden"}"#));
        let error = put(&far, &booking()).await.expect_err("refused");
        assert_eq!((error.kind, error.summary.as_str()), (ErrorKind::Misconfigured, summary));
    }
}

#[tokio::test]
async fn a_conflict_in_the_crm_is_named_for_a_person() {
    let far = Sandbox::start().await.expect("a stand-in");
    put(&far, &booking()).await.expect("a project");
    for conflict in ["planner_conflict", "insufficient_stock_on_move"] {
        far.refuse_moves(Some(conflict));
        let error = put(&far, &moved(3)).await.expect_err("a conflict");
        assert_eq!((error.kind, error.remedy), (ErrorKind::Rejected, Remedy::GiveUp));
        assert_eq!(error.summary, format!("409: {conflict}, so a person decides in the CRM"));
    }
    far.refuse_moves(None);
    put(&far, &moved(3)).await.expect("moved, once a person has decided");
    assert_eq!(far.projects()[0].start_date, date(2027, 9, 1));
}

#[tokio::test]
async fn an_older_edition_overwrites_nothing() {
    let far = Sandbox::start().await.expect("a stand-in");
    put(&far, &moved(3)).await.expect("a project");
    let before = far.projects();
    assert_eq!(put(&far, &booking()).await.expect("it is there"), kept("1"));
    assert_eq!(far.projects(), before);
}

#[tokio::test]
async fn what_somebody_moved_there_stays_until_the_next_edition() {
    let far = Sandbox::start().await.expect("a stand-in");
    put(&far, &booking()).await.expect("a project");
    far.change_projects(|projects| projects[0].end_date = date(2027, 8, 17));
    put(&far, &booking()).await.expect("it is there");
    assert_eq!(far.projects()[0].end_date, date(2027, 8, 17));
    put(&far, &moved(3)).await.expect("the next edition");
    assert_eq!(far.projects()[0].end_date, date(2027, 9, 1));
}

#[tokio::test]
async fn one_that_is_off_and_was_never_there_is_left_out() {
    let far = Sandbox::start().await.expect("a stand-in");
    let left = put(&far, &cancelled(3)).await.expect("nothing to do");
    assert_eq!(left, BookingPut::Left { reason: "it is off, and the CRM has no project of it".to_owned() });
    assert_eq!(far.projects(), []);
}

#[tokio::test]
async fn every_copy_of_one_that_is_off_says_so() {
    let far = Sandbox::start().await.expect("a stand-in");
    put(&far, &booking()).await.expect("a project");
    far.change_projects(|projects| {
        let copy = projects[0].clone();
        projects.extend([foreign(2), mrdj_adapters::rentguy::StoredProject { id: 3, ..copy }]);
    });
    assert_eq!(put(&far, &cancelled(3)).await.expect("both"), kept("1"), "the receipt stays that of the first");
    let names: Vec<_> = far.projects().into_iter().map(|project| project.name).collect();
    let off = "CANCELLED bruiloft bk-20261121-0123456789";
    assert_eq!(names, [off, "Zomerfeest", off]);
    let states = projects_of(&far).booking_states(date(2027, 1, 1), NOW).await.expect("states");
    assert_eq!(states.iter().map(|state| state.id.as_str()).collect::<Vec<_>>(), ["1", "3"], "and both are told");
}

#[tokio::test]
async fn notes_that_are_full_are_for_a_person() {
    let far = Sandbox::start().await.expect("a stand-in");
    put(&far, &booking()).await.expect("a project");
    let words = "x".repeat(1000);
    far.change_projects(|projects| projects[0].notes = Some(format!("{}{words}", notes(&projects[0]))));
    let error = put(&far, &moved(3)).await.expect_err("no room");
    assert_eq!((error.kind, error.summary.as_str()), (ErrorKind::Rejected, "the notes of the project are full"));
}

#[tokio::test]
async fn a_look_that_fails_creates_nothing_and_gives_up_no_booking() {
    let far = Sandbox::start().await.expect("a stand-in");
    let answers = [
        (200, "<html>welcome</html>", ErrorKind::Failed),
        (200, r#"{"projects":[]}"#, ErrorKind::Failed),
        (307, "", ErrorKind::Misconfigured),
        (400, "", ErrorKind::Misconfigured),
        (422, r#"{"detail":[{"type":"missing","loc":["query","page"]}]}"#, ErrorKind::Misconfigured),
        (500, "Internal Server Error", ErrorKind::Failed),
        (502, "", ErrorKind::Unavailable),
        (504, "", ErrorKind::Unavailable),
    ];
    let crm = projects_of(&far);
    crm.booking_states(date(2027, 1, 1), NOW).await.expect("a login, and none yet");
    for (status, body, kind) in answers {
        far.reading_knobs().set(answer(status, body));
        let error = crm.put_booking(&booking(), NOW).await.expect_err("nobody could tell whether it is there");
        assert_eq!((error.kind, error.remedy), (kind, Remedy::LATER), "{status} {body}: {error}");
    }
    assert_eq!(far.projects(), []);
}

#[tokio::test]
async fn a_project_without_its_days_is_told_all_the_same() {
    let far = Sandbox::start().await.expect("a stand-in");
    let crm = projects_of(&far);
    crm.booking_states(date(2027, 1, 1), NOW).await.expect("a login");
    let body = r#"[{"id":7,"notes":"[mrdj 019aa5b0-0000-7000-8000-000000000007 v2]"},{"id":8,"notes":null},{"id":9}]"#;
    far.reading_knobs().set(answer(200, body));
    let states = crm.booking_states(date(2027, 1, 1), NOW).await.expect("states");
    let told: Vec<_> = states.iter().map(|state| (state.id.as_str(), state.first_day, state.changed_at)).collect();
    assert_eq!(told, [("7", None, None)]);
}

#[tokio::test]
async fn no_error_shows_the_client_or_the_account() {
    let far = Sandbox::start().await.expect("a stand-in");
    let echo =
        r#"{"detail":[{"type":"string_type","loc":["body","jan@example.com"],"msg":"Jan","input":"Jan Jansen"}]}"#;
    let mut modes: Vec<_> =
        [200, 301, 400, 401, 404, 409, 413, 422, 429, 500, 503].map(|status| answer(status, echo)).into();
    modes.extend([Mode::CutAfterAccepting, Mode::DatabaseDown]);
    for knobs in [far.knobs(), far.reading_knobs()] {
        for mode in &modes {
            knobs.set(mode.clone());
            let Err(error) = put(&far, &booking()).await else { continue };
            let shown = format!("{error} {error:?}");
            for secret in ["Jan", "jan@example.com", "612345678", Sandbox::PASSWORD, Sandbox::EMAIL, "stand-in.token"] {
                assert!(!shown.contains(secret), "{mode:?} shows {secret}: {shown}");
            }
        }
        knobs.set(Mode::Healthy);
    }
}
