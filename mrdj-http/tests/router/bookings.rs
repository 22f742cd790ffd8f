//! Evenings are asked about, asked for, and seen through.

use jiff::SignedDuration;
use mrdj_core::bookings::Package;
use serde_json::{Value, json};

use crate::house::{Client, House};

fn wish(who: &str, day: &str) -> Value {
    json!({
        "name": "Jan Jansen", "email": format!("{who}@example.com"), "phone": "0612345678",
        "eventType": "Bruiloft", "eventDate": day, "packageId": "silver",
    })
}

async fn book(client: &Client, who: &str, day: &str) -> Value {
    let answer = client.post_json("/bookings", wish(who, day).to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer.json()
}

#[tokio::test]
async fn the_last_evening_of_the_year_is_told_as_that_evening() {
    let client = House::new().client();
    let made = book(&client, "jan", "2026-12-31").await;
    assert_eq!(
        (&made["eventDate"], &made["status"], &made["stage"]),
        (&json!("2026-12-31"), &json!("pending"), &json!("held"))
    );
    assert_eq!((&made["requestedPackage"], &made["persisted"]), (&json!("silver"), &json!(true)));
    let shown = client.operate("GET", &format!("/bookings/{}", made["reference"].as_str().expect("text"))).await.json();
    assert_eq!((&shown["booking"]["eventDate"], &shown["booking"]["start"]), (&json!("2026-12-31"), &Value::Null));
    assert_eq!(shown["history"][0]["event"], "created");
}

#[tokio::test]
async fn both_names_of_the_route_do_the_same() {
    let client = House::new().client();
    for (n, path) in ["/booking", "/bookings", "/api/booking", "/api/bookings"].iter().enumerate() {
        let who = format!("client-{n}");
        let answer = client.post_json(path, wish(&who, &format!("2027-01-0{}", n + 1)).to_string()).await;
        assert_eq!(answer.status, 201, "{path}");
    }
    assert_eq!(client.operate("GET", "/bookings").await.json()["bookings"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn an_evening_that_is_held_is_a_conflict_that_says_why() {
    let client = House::new().client();
    book(&client, "jan", "2026-12-31").await;
    let problem = client.post_json("/bookings", wish("piet", "2026-12-31").to_string()).await.problem(409);
    assert_eq!(problem["details"][0]["field"], "eventDate");
    assert_eq!(problem["details"][0]["message"], "Deze avond wordt voor iemand anders vastgehouden");
    let mut behind = wish("piet", "2026-12-31");
    behind["waitBehind"] = json!(true);
    let waiting = client.post_json("/bookings", behind.to_string()).await;
    assert_eq!((waiting.status.as_u16(), &waiting.json()["stage"]), (201, &json!("waiting")));
}

#[tokio::test]
async fn a_question_about_an_evening_is_answered_by_the_same_rule() {
    let client = House::new().client();
    let ask = async |fields: Value| client.post_json("/availability/check", fields.to_string()).await;
    let free = ask(json!({"eventDate": "2026-12-31"})).await.json();
    assert_eq!(free, json!({"success": true, "available": true, "eventDate": "2026-12-31", "reasons": []}));
    book(&client, "jan", "2026-12-31").await;
    let held = ask(json!({"eventDate": "2026-12-31", "email": "piet@example.com"})).await.json();
    assert_eq!((&held["available"], &held["reasons"][0]["code"]), (&json!(false), &json!("held")));
    assert_eq!(held["reasons"][0]["until"], "2026-11-24T12:00:00Z");
    let problem = ask(json!({"eventDate": "2026-02-31", "location": 7})).await.problem(422);
    let fields: Vec<_> = problem["details"].as_array().expect("a list").iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["eventDate", "location"]);
}

#[tokio::test]
async fn every_fault_of_a_wish_is_named_and_nothing_is_stored() {
    let client = House::new().client();
    let bad = json!({
        "name": "", "email": "x", "phone": "x", "eventType": 3, "eventDate": "2026-12-31", "startTime": "25:00",
        "endTime": "02:00", "packageId": "platinum", "waitBehind": "perhaps", "message": [],
    });
    let problem = client.post_json("/bookings", bad.to_string()).await.problem(422);
    let fields: Vec<_> = problem["details"].as_array().expect("a list").iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["name", "email", "phone", "eventType", "startTime", "packageId", "message", "waitBehind"]);
    assert_eq!(client.operate("GET", "/bookings").await.json(), json!({"bookings": [], "next": null}));
}

#[tokio::test]
async fn an_operator_sees_a_booking_through() {
    let house = House::new();
    let client = house.client();
    let made = book(&client, "jan", "2026-12-31").await;
    let path = format!("/bookings/{}", made["bookingId"].as_str().expect("text"));
    house.clock.advance(SignedDuration::from_micros(1));
    let step = async |fields: Value| {
        let answer = client.operate_with("POST", &format!("{path}/steps"), &fields).await;
        // Lines of a history lie in the order of their moments.
        house.clock.advance(SignedDuration::from_micros(1));
        answer
    };
    let offered = step(json!({"step": "offer"})).await.json();
    assert_eq!((&offered["stage"], &offered["until"]), (&json!("offered"), &json!("2026-11-28T12:00:00.000001Z")));
    assert_eq!(step(json!({"step": "agree"})).await.json()["stage"], "agreed");
    step(json!({"step": "agree"})).await.problem(409);
    let problem = step(json!({"step": "dance"})).await.problem(422);
    assert_eq!(problem["details"][0]["field"], "step");
    let problem = step(json!({"step": "offer", "until": "soon"})).await.problem(422);
    assert_eq!(problem["details"][0]["field"], "until");
    let problem = step(json!({"step": 7, "until": "soon"})).await.problem(422);
    assert_eq!((&problem["details"][0]["field"], &problem["details"][1]["field"]), (&json!("step"), &json!("until")));
    let problem = step(json!({"step": "cancel", "until": "soon"})).await.problem(422);
    assert_eq!(problem["details"][0]["field"], "until", "also where it says nothing");
    let message = problem["details"][0]["message"].as_str().expect("words").to_owned();
    step(json!({"step": "prolong", "until": message.rsplit(' ').next()})).await.problem(409);
    assert_eq!(client.operate("DELETE", &path).await.status, 204);
    client.operate("DELETE", &path).await.problem(409);
    let late = step(json!({"step": "pay_deposit"})).await.problem(409);
    assert!(late["detail"].as_str().expect("text").contains("after the hold had ended"), "{late}");
    book(&client, "piet", "2026-12-31").await;
    let events: Vec<_> = client.operate("GET", &path).await.json()["history"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|line| line["event"].as_str().expect("text").to_owned())
        .collect();
    assert_eq!(events.first().map(String::as_str), Some("created"));
    assert!(events.contains(&"late_payment".to_owned()));
    client.operate("GET", "/bookings/bk-20261121-0000000000").await.problem(404);
}

#[tokio::test]
async fn packages_are_listed_with_their_prices() {
    let packages = House::new().client().get("/packages").await.json();
    let prices: Vec<_> =
        packages["packages"].as_array().expect("a list").iter().map(|one| one["price"].as_f64()).collect();
    assert_eq!(prices, [Some(795.0), Some(995.0), Some(1_295.0)]);
    assert_eq!(packages["packages"][1]["popular"], true);
    assert_eq!(packages["packages"].as_array().map(Vec::len), Some(Package::samples().len()));
}
