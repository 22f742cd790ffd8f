//! The crew subscribes to its calendar, and nobody else does.

use axum::body::Body;
use jiff::SignedDuration;
use mrdj_core::secret::Secret;
use mrdj_http::CalendarDoor;
use serde_json::{Value, json};

use crate::house::{Answer, Client, House, request};

const TOKEN: &str = "not-a-real-token-0001";
const NEXT: &str = "not-a-real-token-0002";

/// A house whose calendar is open for both tokens.
fn open() -> House {
    let mut house = House::new();
    house.app.calendar = CalendarDoor::new(&[TOKEN, NEXT].map(|token| Secret::from(token.to_owned())));
    house
}

async fn subscribe(client: &Client, token: &str) -> Answer {
    client.get(&format!("/calendar.ics?token={token}")).await
}

/// The lines of the calendar, put together again where they were folded.
async fn lines(client: &Client) -> Vec<String> {
    let answer = subscribe(client, TOKEN).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/calendar; charset=utf-8"));
    let text = String::from_utf8(answer.body.to_vec()).expect("UTF-8").replace("\r\n ", "");
    text.lines().map(str::to_owned).collect()
}

fn count(lines: &[String], line: &str) -> usize {
    lines.iter().filter(|one| *one == line).count()
}

async fn book(house: &House, who: &str, fields: Value) -> String {
    let mut wish = json!({
        "name": "Zoë van Voorbeeld", "email": format!("{who}@example.com"), "phone": "0612345678", "waitBehind": true,
        "eventType": "Bruiloft", "packageId": "silver", "location": "Zaal, Dorpsstraat 1; zie evil.example",
    });
    wish.as_object_mut().expect("fields").extend(fields.as_object().expect("fields").clone());
    let answer = house.client().post_json("/bookings", wish.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    house.clock.advance(SignedDuration::from_millis(1));
    format!("/bookings/{}", answer.json()["bookingId"].as_str().expect("an id"))
}

#[tokio::test]
async fn without_a_token_of_its_own_there_is_no_calendar() {
    let client = House::new().client();
    subscribe(&client, TOKEN).await.problem(404);
    client.operate("GET", "/calendar.ics").await.problem(404);
}

#[tokio::test]
async fn any_of_its_tokens_opens_it_and_nothing_else_does() {
    let client = open().client();
    for token in [TOKEN, NEXT] {
        assert_eq!(subscribe(&client, token).await.status, 200);
        for scheme in ["Bearer", "bearer"] {
            let bearer = request("GET", "/api/calendar.ics").header("authorization", format!("{scheme} {token}"));
            assert_eq!(client.send(bearer.body(Body::empty()).expect("a request")).await.status, 200);
        }
    }
    let answer = client.get("/calendar.ics").await;
    answer.problem(401);
    assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
    client.operate("GET", "/calendar.ics").await.problem(401);
    let elsewhere = client.at("192.0.2.7");
    for wrong in ["", "not-a-real-token-000", "NOT-A-REAL-TOKEN-0001", "not-a-real-token-0001%2Cnot-a-real-token-0002"]
    {
        subscribe(&elsewhere, wrong).await.problem(401);
    }
    client.get("/calendar.ics?token=one&token=two").await.problem(400);
}

#[tokio::test]
async fn a_guesser_is_slowed_and_locks_no_subscriber_out() {
    let house = open();
    let client = house.client();
    assert_eq!(subscribe(&client, TOKEN).await.status, 200);
    for _ in 0..4 {
        subscribe(&client, "not-a-real-token-of-his").await.problem(401);
    }
    let slowed = subscribe(&client, "not-a-real-token-of-his").await;
    slowed.problem(429);
    assert_ne!(slowed.header("retry-after"), "");
    subscribe(&client, NEXT).await.problem(429);
    assert_eq!(subscribe(&client, TOKEN).await.status, 200, "it was right a while ago");
    assert_eq!(subscribe(&client.at("192.0.2.7"), NEXT).await.status, 200, "another address");
    house.clock.advance(SignedDuration::from_mins(1));
    subscribe(&client, "not-a-real-token-of-his").await.problem(401);
}

#[tokio::test]
async fn it_shows_what_the_crew_needs_and_no_more() {
    let house = open();
    let path = book(&house, "zoe", json!({"eventDate": "2026-12-31", "hours": "20:00-02:00"})).await;
    let held = lines(&house.client()).await;
    assert_eq!((count(&held, "STATUS:TENTATIVE"), count(&held, "SUMMARY:Optie: bruiloft\\, Zoë")), (1, 1), "{held:?}");
    assert_eq!(count(&held, "LOCATION:Zaal\\, Dorpsstraat 1\\; zie evil[.]example"), 1, "{held:?}");
    for word in ["offer", "agree"] {
        house.client().operate_with("POST", &format!("{path}/steps"), &json!({"step": word})).await;
    }
    let agreed = lines(&house.client()).await;
    assert_eq!((count(&agreed, "STATUS:CONFIRMED"), count(&agreed, "SUMMARY:bruiloft\\, Zoë")), (1, 1), "{agreed:?}");
    assert!(agreed.iter().any(|line| line.starts_with("DESCRIPTION:Pakket: silver\\nKenmerk: bk-")), "{agreed:?}");
    let whole = agreed.join("\n");
    for private in ["Voorbeeld", "zoe@", "612345678", "ORGANIZER", "ATTENDEE"] {
        assert!(!whole.contains(private), "{private} in {whole}");
    }
    house.client().operate("DELETE", &path).await;
    let cancelled = lines(&house.client()).await;
    assert_eq!(count(&cancelled, "STATUS:CANCELLED"), 1);
    let uid = |lines: &[String]| lines.iter().find(|line| line.starts_with("UID:")).cloned();
    assert!(uid(&held).is_some() && uid(&held) == uid(&cancelled));
    house.clock.advance(SignedDuration::from_hours(24 * 61));
    assert_eq!(count(&lines(&house.client()).await, "BEGIN:VEVENT"), 0, "called off long ago");
}

#[tokio::test]
async fn it_reaches_sixty_days_back_and_two_years_ahead() {
    let house = open();
    for (who, day) in [("a", "2026-11-22"), ("b", "2028-11-20"), ("c", "2028-11-22")] {
        book(&house, who, json!({"eventDate": day})).await;
    }
    book(&house, "d", json!({"eventDate": "2026-11-22"})).await;
    let shown = lines(&house.client()).await;
    assert_eq!(count(&shown, "BEGIN:VEVENT"), 2, "one lies too far ahead, and one stands in line: {shown:?}");
    house.clock.advance(SignedDuration::from_hours(24 * 62));
    assert_eq!(count(&lines(&house.client()).await, "BEGIN:VEVENT"), 2, "the first has left, the last has come");
}

#[tokio::test]
async fn what_a_program_has_already_is_not_sent_again() {
    let house = open();
    let path = book(&house, "jan", json!({"eventDate": "2026-12-31"})).await;
    let client = house.client();
    let first = subscribe(&client, TOKEN).await;
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let again = async |tag: &str| {
        let request = request("GET", &format!("/calendar.ics?token={TOKEN}")).header("if-none-match", tag);
        client.send(request.body(Body::empty()).expect("a request")).await
    };
    for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let answer = again(&known).await;
        assert_eq!((answer.status.as_u16(), answer.body.len(), answer.header("etag")), (304, 0, tag.as_str()));
    }
    assert_eq!(again("\"other\"").await.body, first.body);
    house.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(again(&tag).await.status, 304, "an hour changes nothing");
    house.client().operate("DELETE", &path).await;
    assert_eq!(again(&tag).await.status, 200);
}
