//! What a visitor chose so far.

use axum::body::Body;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::house::{Answer, Client, House, request};

async fn send(client: &Client, method: &str, path: &str, cookie: Option<&str>, body: &Value) -> Answer {
    let mut request = request(method, path).header("content-type", "application/json");
    if let Some(cookie) = cookie {
        request = request.header("cookie", format!("other=1; {cookie}; more=2"));
    }
    client.send(request.body(Body::from(body.to_string())).expect("a request")).await
}

/// The pair `name=value` of the cookie that came back.
fn cookie(answer: &Answer) -> String {
    let whole = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400"] {
        assert!(whole.contains(part), "{part} in {whole}");
    }
    whole.split(';').next().expect("a pair").to_owned()
}

const NOTHING: &str = r#"{"date":null,"location":null,"eventType":null,"package":null,"pricing":null}"#;

#[tokio::test]
async fn choices_are_kept_for_a_day_after_the_last_change() {
    let house = House::new();
    let client = house.client();
    let nothing: Value = serde_json::from_str(NOTHING).expect("JSON");
    let first = client.get("/session").await;
    assert_eq!((first.json()["selections"].clone(), first.header("set-cookie")), (nothing.clone(), ""));
    let chosen = json!({"selections": {"date": " 2027-06-19 ", "package": {"id": 7, "name": "Zilver"}}});
    let kept = send(&client, "PATCH", "/session", None, &chosen).await;
    let cookie = cookie(&kept);
    let more = json!({"selections": {"location": "Breda", "date": ""}});
    send(&client, "PATCH", "/session", Some(&cookie), &more).await;
    house.clock.advance(SignedDuration::from_hours(23));
    let shown = send(&client, "GET", "/session", Some(&cookie), &Value::Null).await.json();
    assert_eq!((&shown["selections"]["location"], &shown["selections"]["package"]["id"]), (&json!("Breda"), &json!(7)));
    assert_eq!(shown["selections"]["date"], Value::Null);
    house.clock.advance(SignedDuration::from_hours(2));
    let gone = send(&client, "GET", "/session", Some(&cookie), &Value::Null).await.json();
    assert_eq!(gone["selections"], nothing);
}

#[tokio::test]
async fn an_id_that_somebody_made_up_is_nobody_s() {
    let client = House::new().client();
    let made_up = format!("mr-dj-session={}", "0".repeat(64));
    let kept = send(&client, "PATCH", "/session", Some(&made_up), &json!({"selections": {"location": "Breda"}})).await;
    assert_ne!(cookie(&kept), made_up);
    let theirs = send(&client, "GET", "/session", Some(&made_up), &Value::Null).await.json();
    assert_eq!(theirs["selections"]["location"], Value::Null);
}

#[tokio::test]
async fn what_was_chosen_is_forgotten_on_request() {
    let client = House::new().client();
    let kept = send(&client, "PATCH", "/session", None, &json!({"selections": {"location": "Breda"}})).await;
    let cookie = cookie(&kept);
    assert_eq!(send(&client, "DELETE", "/session", Some(&cookie), &Value::Null).await.status, 200);
    let shown = send(&client, "GET", "/session", Some(&cookie), &Value::Null).await.json();
    assert_eq!(shown["selections"]["location"], Value::Null);
}

#[tokio::test]
async fn wrong_choices_are_named() {
    let client = House::new().client();
    for (body, field) in [
        (json!({}), "selections"),
        (json!({"selections": {}}), "selections"),
        (json!({"selections": {"date": 7}}), "selections.date"),
        (json!({"selections": {"package": "silver"}}), "selections.package"),
    ] {
        let problem = send(&client, "PATCH", "/session", None, &body).await.problem(422);
        assert_eq!(problem["details"][0]["field"], field, "{body}");
    }
    let much = json!({"selections": {"package": {"text": "x".repeat(20_000)}}});
    send(&client, "PATCH", "/session", None, &much).await.problem(413);
}

#[tokio::test]
async fn pages_of_the_form_are_checked_and_kept_for_their_visitor_alone() {
    let client = House::new().client();
    let page = |step: &str, payload: Value| json!({"flowId": "booking", "stepId": step, "payload": payload});
    let event = page("event-details", json!({"eventType": " Bruiloft ", "eventDate": "2027-06-19", "guests": 80}));
    let first = send(&client, "POST", "/booking-steps/validate", None, &event).await;
    assert_eq!(first.status, 200, "{}", first.json());
    let cookie = cookie(&first);
    let contact = page("contact-details", json!({"name": "Jan", "email": "jan@example.com", "phone": "0612345678"}));
    let second = send(&client, "POST", "/booking-steps/validate", Some(&cookie), &contact).await.json();
    let steps: Vec<_> =
        second["progress"].as_array().expect("a list").iter().map(|one| one["stepId"].clone()).collect();
    assert_eq!(steps, ["event-details", "contact-details"]);
    assert_eq!(second["progress"][0]["payload"]["eventType"], "Bruiloft");
    // Who knows the name of the form learns nothing.
    let review = page("review", json!({"confirmation": true}));
    let stranger = send(&client, "POST", "/booking-steps/validate", None, &review).await.json();
    assert_eq!(stranger["progress"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn wrong_pages_are_named_and_not_kept() {
    let client = House::new().client();
    let ask = async |body: Value| send(&client, "POST", "/booking-steps/validate", None, &body).await;
    ask(json!({"stepId": "review"})).await.problem(400);
    ask(json!({"flowId": " ", "stepId": "review"})).await.problem(400);
    let field = async |body: Value| ask(body).await.problem(422)["details"][0]["field"].clone();
    assert_eq!(field(json!({"flowId": "f", "stepId": "payment"})).await, "stepId");
    assert_eq!(field(json!({"flowId": "f".repeat(65), "stepId": "review"})).await, "flowId");
    assert_eq!(field(json!({"flowId": "f", "stepId": "review", "payload": []})).await, "payload");
    assert_eq!(
        field(json!({"flowId": "f", "stepId": "review", "payload": {"confirmation": "true"}})).await,
        "confirmation"
    );
    let wrong = json!({"flowId": "f", "stepId": "event-details", "payload": {"eventDate": "19-06-2027"}});
    let problem = ask(wrong).await.problem(422);
    assert_eq!(problem["details"].as_array().map(Vec::len), Some(2));
}
