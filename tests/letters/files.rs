//! The calendar file that goes along.

use jiff::civil::date;
use mrdj_core::bookings::{EventTime, Party, Step};

use crate::scene::Scene;

/// The lines of the file that came with the newest letter for jan, and its media type.
async fn file(scene: &Scene) -> (Vec<String>, String) {
    let letter = scene.letters("jan").await.pop().expect("a letter");
    let file = letter.attachments.into_iter().next().unwrap_or_else(|| panic!("no file with {:?}", letter.tag));
    assert_eq!(file.name, "booking.ics");
    let text = String::from_utf8(file.content).expect("UTF-8");
    (text.split("\r\n").map(str::to_owned).collect(), file.content_type)
}

fn value(lines: &[String], name: &str) -> String {
    let found = lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    found.unwrap_or_else(|| panic!("{name} in {lines:?}")).to_owned()
}

#[tokio::test]
async fn a_change_and_a_cancellation_are_later_versions_of_what_was_agreed() {
    let scene = Scene::at("2026-05-01T12:00:00Z").await;
    let id = scene.agree("jan", "2026-06-20").await;
    let (agreed, media_type) = file(&scene).await;
    assert_eq!(media_type, "text/calendar; charset=utf-8; method=PUBLISH");
    assert!(agreed.contains(&"DTSTART;VALUE=DATE:20260620".to_owned()) && value(&agreed, "STATUS") == "CONFIRMED");
    scene.step(id, Step::PayDeposit).await;
    scene.move_to(id, EventTime::Day(date(2026, 6, 27))).await;
    let (changed, _) = file(&scene).await;
    assert!(changed.contains(&"DTSTART;VALUE=DATE:20260627".to_owned()));
    scene.step(id, Step::Cancel { by: Party::Client }).await;
    let (cancelled, media_type) = file(&scene).await;
    assert_eq!(media_type, "text/calendar; charset=utf-8; method=CANCEL");
    assert_eq!((value(&cancelled, "METHOD"), value(&cancelled, "STATUS")), ("CANCEL".into(), "CANCELLED".into()));
    let all = [agreed, changed, cancelled];
    assert!(all.iter().all(|lines| value(lines, "UID") == id.to_string()));
    let sequence = |lines: &Vec<String>| value(lines, "SEQUENCE").parse::<u32>().expect("a number");
    assert!(all.iter().map(sequence).is_sorted_by(|before, after| before < after));
}

#[tokio::test]
async fn what_was_never_agreed_brings_no_file_along() {
    let scene = Scene::at("2026-05-01T12:00:00Z").await;
    let id = scene.book("jan", "2026-06-20").await;
    scene.step(id, Step::Offer { until: scene.then(24 * 7) }).await;
    scene.work().await;
    scene.step(id, Step::Cancel { by: Party::Business }).await;
    let letters = scene.letters("jan").await;
    assert_eq!(letters.last().and_then(|letter| letter.tag.as_deref()), Some("booking.cancelled"));
    assert!(letters.iter().all(|letter| letter.attachments.is_empty()));
}
