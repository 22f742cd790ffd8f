//! What can be booked, and the days on which it is not there.

use serde_json::{Value, json};

use crate::house::{Client, House};

async fn wish(client: &Client, who: &str, day: &str) -> u16 {
    let wish = json!({
        "name": "Jan", "email": format!("{who}@example.com"), "phone": "0612345678", "eventType": "Feest", "eventDate": day,
    });
    client.post_json("/bookings", wish.to_string()).await.status.as_u16()
}

#[tokio::test]
async fn a_second_dj_is_hired_and_retires() {
    let client = House::new().client();
    let names = async || -> Vec<Value> {
        let list = client.operate("GET", "/resources").await.json();
        list["resources"].as_array().expect("a list").iter().map(|one| one["id"].clone()).collect()
    };
    assert_eq!(names().await, ["dj-1"]);
    let hired = client.operate_with("PUT", "/resources/dj-2", &json!({"name": "DJ Sam", "kind": "performer"})).await;
    assert_eq!((hired.status.as_u16(), &hired.json()["beforeMin"]), (200, &json!(90)));
    assert_eq!(names().await, ["dj-1", "dj-2"]);
    assert_eq!((wish(&client, "a", "2026-12-31").await, wish(&client, "b", "2026-12-31").await), (201, 201));
    let retired = json!({"name": "DJ Sam", "kind": "performer", "retired": true});
    client.operate_with("PUT", "/resources/dj-2", &retired).await;
    assert_eq!((wish(&client, "c", "2027-01-01").await, wish(&client, "d", "2027-01-01").await), (201, 409));
}

#[tokio::test]
async fn what_a_resource_cannot_be_is_named() {
    let client = House::new().client();
    let put = async |path: &str, body: Value| client.operate_with("PUT", path, &body).await;
    let bad = json!({"name": "x".repeat(101), "kind": "performer", "units": 2, "beforeMin": 721});
    let problem = put("/resources/dj-2", bad).await.problem(422);
    let fields: Vec<_> = problem["details"].as_array().expect("a list").iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["name", "units", "before"]);
    put("/resources/DJ%202", json!({"name": "x", "kind": "performer"})).await.problem(422);
    let problem = put("/resources/dj-2", json!({"kind": "dancer", "travelMin": "60", "retired": 1})).await.problem(422);
    let fields: Vec<_> = problem["details"].as_array().expect("a list").iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["name", "kind", "travelMin", "retired"]);
    assert_eq!(client.operate("GET", "/resources").await.json()["resources"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn days_are_blocked_and_freed() {
    let client = House::new().client();
    let block = json!({"resource": "dj-1", "day": "2026-12-31", "reason": "ski"});
    let blocked = client.operate_with("POST", "/blocked-days", &block).await;
    assert_eq!(blocked.status, 201);
    assert_eq!(wish(&client, "a", "2026-12-31").await, 409);
    let listed = client.operate("GET", "/blocked-days?from=2026-12-01&to=2027-01-01").await.json();
    assert_eq!(listed["blocks"][0]["reason"], "ski");
    let asked = client.post_json("/availability/check", json!({"eventDate": "2026-12-31"}).to_string()).await;
    assert!(!String::from_utf8_lossy(&asked.body).contains("ski"), "why is the business's own affair");
    let id = blocked.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(client.operate("DELETE", &format!("/blocked-days/{id}")).await.status, 204);
    assert_eq!(wish(&client, "a", "2026-12-31").await, 201);
    let booked =
        client.operate("GET", "/bookings").await.json()["bookings"][0]["id"].as_str().expect("an id").to_owned();
    client.operate("DELETE", &format!("/blocked-days/{booked}")).await.problem(404);
    assert_eq!(wish(&client, "b", "2026-12-31").await, 409, "what is booked stays so");
    let unknown = json!({"resource": "dj-9", "day": "2026-12-31"});
    client.operate_with("POST", "/blocked-days", &unknown).await.problem(404);
    let bad = json!({"resource": 7, "day": "soon", "reason": "x".repeat(201)});
    let problem = client.operate_with("POST", "/blocked-days", &bad).await.problem(422);
    assert_eq!(problem["details"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn an_operator_changes_a_booking_and_challenges_a_hold() {
    let client = House::new().client();
    assert_eq!(wish(&client, "jan", "2026-12-31").await, 201);
    let mut behind = json!({
        "name": "Piet", "email": "piet@example.com", "phone": "0612345679", "eventType": "Feest", "eventDate": "2026-12-31",
    });
    behind["waitBehind"] = json!(true);
    let waiting = client.post_json("/bookings", behind.to_string()).await.json();
    let id = |booking: &Value| booking["bookingId"].as_str().expect("an id").to_owned();
    let path = format!("/bookings/{}", id(&waiting));
    let held = client.operate("GET", "/bookings?stage=held").await.json()["bookings"][0].clone();
    assert_eq!(client.operate_with("POST", &format!("{path}/steps"), &json!({"step": "challenge"})).await.status, 200);
    let holder = format!("/bookings/{}", held["id"].as_str().expect("an id"));
    assert_eq!(client.operate("GET", &holder).await.json()["booking"]["challenged"], true);
    client.operate_with("POST", &format!("{path}/steps"), &json!({"step": "promote"})).await.problem(409);

    let moved =
        client.operate_with("PATCH", &holder, &json!({"eventDate": "2027-01-02", "location": "Breda"})).await.json();
    assert_eq!((&moved["eventDate"], &moved["location"]), (&json!("2027-01-02"), &json!("Breda")));
    assert_eq!(client.operate("GET", &path).await.json()["booking"]["stage"], "held", "the line moved up");
    let problem =
        client.operate_with("PATCH", &holder, &json!({"eventDate": "soon", "packageId": "tin"})).await.problem(422);
    assert_eq!(problem["details"].as_array().map(Vec::len), Some(2));
}
