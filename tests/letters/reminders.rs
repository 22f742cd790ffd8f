//! Reminders leave at nine where the business is: once, and never too late.

use jiff::SignedDuration;
use jiff::civil::date;
use mrdj_core::bookings::{EventHours, EventTime, Party, Step};

use crate::scene::{Scene, amsterdam, moment};

const KINDS: [&str; 3] = ["booking.reminder.week_before", "booking.reminder.day_before", "booking.reminder.morning_of"];

#[tokio::test]
async fn each_reminder_leaves_once_and_on_time_with_two_workers() {
    for (start, day, planned) in [
        (
            "2026-05-01T12:00:00Z",
            "2026-06-20",
            ["2026-06-13T07:00:00Z", "2026-06-19T07:00:00Z", "2026-06-20T07:00:00Z"],
        ),
        // The clock goes back on the 25th.
        (
            "2026-09-01T12:00:00Z",
            "2026-10-31",
            ["2026-10-24T07:00:00Z", "2026-10-30T08:00:00Z", "2026-10-31T08:00:00Z"],
        ),
    ] {
        let scene = Scene::at(start).await;
        scene.agree("jan", day).await;
        scene.told("jan").await;
        for (kind, due) in KINDS.into_iter().zip(planned.map(moment)) {
            scene.wait_until(due - SignedDuration::from_secs(1));
            assert_eq!(scene.told("jan").await, [""; 0], "{kind} of {day} is early");
            scene.wait_until(due);
            assert_eq!(scene.told("jan").await, [kind], "{day}");
        }
        scene.pass(24);
        assert_eq!(scene.told("jan").await, [""; 0], "once each");
    }
}

#[tokio::test]
async fn an_event_that_was_moved_is_announced_on_its_new_day_alone() {
    let scene = Scene::at("2026-05-01T12:00:00Z").await;
    let id = scene.agree("jan", "2026-06-20").await;
    scene.move_to(id, EventTime::Day(date(2026, 6, 27))).await;
    // Other hours of the same day are no other day.
    let day = date(2026, 6, 27);
    let hours = EventHours::new(day.at(20, 0, 0, 0), day.at(23, 0, 0, 0), amsterdam()).expect("hours");
    scene.move_to(id, EventTime::Hours(hours)).await;
    scene.told("jan").await;
    for (due, kind) in
        [("2026-06-20T07:00:00Z", KINDS[0]), ("2026-06-26T07:00:00Z", KINDS[1]), ("2026-06-27T07:00:00Z", KINDS[2])]
    {
        scene.wait_until(moment(due) - SignedDuration::from_secs(1));
        assert_eq!(scene.told("jan").await, [""; 0], "nothing of the old day");
        scene.wait_until(moment(due));
        assert_eq!(scene.told("jan").await, [kind]);
    }
    for kind in KINDS {
        assert_eq!(scene.skipped(kind).await, ["the event was moved to another day"], "{kind}");
    }
}

#[tokio::test]
async fn a_booking_that_was_called_off_is_not_announced() {
    let scene = Scene::at("2026-06-12T12:00:00Z").await;
    let id = scene.agree("jan", "2026-06-20").await;
    scene.step(id, Step::Cancel { by: Party::Client }).await;
    scene.told("jan").await;
    for _ in 0..9 {
        scene.pass(24);
        assert_eq!(scene.told("jan").await, [""; 0]);
    }
    for kind in KINDS {
        assert_eq!(scene.skipped(kind).await, ["the booking is cancelled by now"], "{kind}");
    }
}

#[tokio::test]
async fn a_reminder_that_could_not_leave_in_time_stays_away() {
    for (back, left, late) in [
        // The mailer was away until the day before: the week's says less than the day's.
        ("2026-06-19T07:00:00Z", vec![KINDS[1]], vec![KINDS[0]]),
        ("2026-06-18T07:00:00Z", vec![KINDS[0]], vec![]),
        // After midnight nobody says "tomorrow".
        ("2026-06-19T22:00:00Z", vec![], vec![KINDS[0], KINDS[1]]),
        ("2026-06-20T09:59:59Z", vec![KINDS[2]], vec![KINDS[0], KINDS[1]]),
        ("2026-06-20T10:00:00Z", vec![], KINDS.to_vec()),
    ] {
        let scene = Scene::at("2026-05-01T12:00:00Z").await;
        scene.agree("jan", "2026-06-20").await;
        scene.told("jan").await;
        scene.wait_until(moment(back));
        assert_eq!(scene.told("jan").await, left, "{back}");
        for kind in KINDS {
            let reasons = if late.contains(&kind) { vec!["it is too late for this reminder"] } else { vec![] };
            assert_eq!(scene.skipped(kind).await, reasons, "{kind} at {back}");
        }
    }
}
