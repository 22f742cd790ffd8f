//! The dialect that takes bookings as such.

use mrdj_adapters::rentguy::Sandbox;
use mrdj_adapters::sandbox::Mode;
use mrdj_core::bookings::{EventHours, EventTime, Party, Stage};
use mrdj_core::error::{ErrorKind, Remedy};
use mrdj_core::partners::{BookingCard, BookingCrm, BookingPut, CardReceipt};
use serde_json::json;

use crate::NOW;
use crate::far::{booking, posted_to};

#[tokio::test]
async fn a_booking_is_written_in_its_words() {
    let far = Sandbox::start().await.expect("a stand-in");
    let start = jiff::civil::date(2027, 8, 15).at(20, 0, 0, 0);
    let end = jiff::civil::date(2027, 8, 16).at(1, 30, 0, 0);
    let hours =
        EventHours::new(start, end, jiff::tz::TimeZone::get("Europe/Amsterdam").expect("a zone")).expect("hours");
    let card = BookingCard { time: EventTime::Hours(hours), ..booking() };
    let put = posted_to(&far, Sandbox::MOCK_KEY).put_booking(&card, NOW).await.expect("delivered");
    assert_eq!(put, BookingPut::Kept(CardReceipt { id: None }));
    let expected = json!({
        "bookingId": "019aa5b0-0000-7000-8000-000000000007", "status": "agreed", "eventType": "bruiloft",
        "eventDate": "2027-08-15", "eventEndDate": "2027-08-15", "eventTimeZone": "Europe/Amsterdam",
        "packageId": "gold", "source": "website", "persisted": true,
        "contact": { "name": "Jan Jansen", "email": "jan@example.com", "phone": "+31612345678" },
        "notes": "bk-20261121-0123456789\n2027-08-15 20:00 - 2027-08-16 01:30\nZaal 't Hoekje, Breda\nTot dan",
    });
    assert_eq!(far.bookings(), [expected]);
}

#[tokio::test]
async fn one_that_is_off_is_sent_again_under_its_id() {
    let far = Sandbox::start().await.expect("a stand-in");
    let crm = posted_to(&far, Sandbox::MOCK_KEY);
    crm.put_booking(&booking(), NOW).await.expect("delivered");
    let off = BookingCard { version: 3, stage: Stage::Cancelled { by: Party::Business }, ..booking() };
    crm.put_booking(&off, NOW).await.expect("delivered");
    let told: Vec<_> =
        far.bookings().into_iter().map(|body| (body["bookingId"].clone(), body["status"].clone())).collect();
    let id = json!("019aa5b0-0000-7000-8000-000000000007");
    assert_eq!(told, [(id.clone(), json!("agreed")), (id, json!("cancelled"))]);
}

#[tokio::test]
async fn a_key_that_it_does_not_know_is_a_setting() {
    let far = Sandbox::start().await.expect("a stand-in");
    let error = posted_to(&far, "another-key").put_booking(&booking(), NOW).await.expect_err("refused");
    assert_eq!((error.kind, error.summary.as_str()), (ErrorKind::Misconfigured, "403: the key is refused"));
}

#[tokio::test]
async fn a_success_that_does_not_say_so_is_asked_about() {
    for body in ["<html>welcome</html>", "", "{}", r#"{"delivered":false}"#] {
        let far = Sandbox::start().await.expect("a stand-in");
        far.knobs().set(Mode::Answer { status: 200, retry_after_s: None, body: Some(body.to_owned()) });
        let crm = posted_to(&far, Sandbox::MOCK_KEY);
        let error = crm.put_booking(&booking(), NOW).await.expect_err("nobody knows");
        assert_eq!((error.kind, error.remedy), (ErrorKind::Failed, Remedy::AskFirst), "{body}");
    }
}
