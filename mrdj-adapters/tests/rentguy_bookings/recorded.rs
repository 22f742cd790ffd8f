//! The stand-in's projects and logins against what was recorded of the real one.

use mrdj_adapters::outbound::Call;
use mrdj_adapters::rentguy::Sandbox;
use mrdj_core::secret::Secret;
use serde_json::{Value, json};
use url::Url;

use crate::NOW;
use crate::moods::outbound;

fn at(far: &Sandbox, path: &str) -> Url {
    format!("{}{path}", far.url()).parse().expect("an address")
}

async fn said(call: Call) -> (u16, Value) {
    let answer = call.send(NOW).await.expect("an answer");
    let body = String::from_utf8(answer.body).expect("text");
    (answer.status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
}

async fn log_in(far: &Sandbox, login: &Value) -> (u16, Value) {
    said(outbound().post(at(far, "/api/v1/auth/login")).json(login)).await
}

async fn token(far: &Sandbox) -> Secret {
    let (status, body) = log_in(far, &json!({ "email": Sandbox::EMAIL, "password": Sandbox::PASSWORD })).await;
    assert_eq!((status, &body["token_type"]), (200, &json!("bearer")));
    Secret::from(body["access_token"].as_str().expect("a token").to_owned())
}

fn project() -> Value {
    json!({
        "name": "Zomerfeest", "client_name": "Vereniging", "start_date": "2027-08-15", "end_date": "2027-08-16",
        "notes": "Bel eerst",
    })
}

fn project_with(name: &str, value: Value) -> Value {
    let mut project = project();
    project[name] = value;
    project
}

async fn create(far: &Sandbox, token: &Secret, project: &Value) -> (u16, Value) {
    said(outbound().post(at(far, "/api/v1/projects")).bearer(token).json(project)).await
}

#[tokio::test]
async fn a_login_is_json_and_there_is_no_refresh() {
    let far = Sandbox::start().await.expect("a stand-in");
    token(&far).await;
    let refused = log_in(&far, &json!({ "email": Sandbox::EMAIL, "password": "another-password" })).await;
    assert_eq!(refused, (401, json!({ "detail": "Invalid credentials" })));
    assert_eq!(log_in(&far, &json!({ "email": "no address", "password": "x" })).await.0, 422);
    let form = outbound().post(at(&far, "/api/v1/auth/login")).form(&[("email", Sandbox::EMAIL)]);
    assert_eq!(said(form).await.0, 422);
    assert_eq!(said(outbound().post(at(&far, "/api/v1/auth/refresh"))).await.0, 404);
}

#[tokio::test]
async fn who_is_not_logged_in_hears_that_first() {
    let far = Sandbox::start().await.expect("a stand-in");
    let projects = || at(&far, "/api/v1/projects");
    let nobody = (401, json!({ "detail": "Not authenticated" }));
    let stranger = (401, json!({ "detail": "Invalid token" }));
    let rubbish = Secret::from("rubbish".to_owned());
    assert_eq!(said(outbound().get(projects())).await, nobody);
    assert_eq!(said(outbound().get(projects()).bearer(&rubbish)).await, stranger);
    assert_eq!(said(outbound().post(projects()).json(&json!({}))).await, nobody, "before its body is looked at");
    let valid = token(&far).await;
    assert_eq!(said(outbound().get(projects()).bearer(&valid)).await, (200, json!([])));
    far.end_sessions();
    assert_eq!(said(outbound().get(projects()).bearer(&valid)).await, stranger);
}

#[tokio::test]
async fn the_same_project_twice_is_two() {
    let far = Sandbox::start().await.expect("a stand-in");
    let token = token(&far).await;
    let (status, first) = create(&far, &token, &project()).await;
    assert_eq!(status, 200);
    let expected = json!({
        "id": 1, "name": "Zomerfeest", "client_name": "Vereniging", "start_date": "2027-08-15", "end_date": "2027-08-16",
        "notes": "Bel eerst", "status": "upcoming", "days_until_start": 267, "duration_days": 2,
        "inventory_risk": "ok", "inventory_alerts": [],
    });
    assert_eq!(first, expected);
    assert_eq!(create(&far, &token, &project()).await.1["id"], 2);
    let (_, list) = said(outbound().get(at(&far, "/api/v1/projects")).bearer(&token)).await;
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    let one = |path| said(outbound().get(at(&far, path)).bearer(&token));
    assert_eq!(one("/api/v1/projects/1").await, (200, json!({ "project": expected, "items": [] })));
    assert_eq!(one("/api/v1/projects/9").await, (404, json!({ "detail": "Project not found" })));
    assert_eq!(one("/api/v1/projects/x").await.0, 422);
}

#[tokio::test]
async fn days_are_plain_and_too_long_a_text_is_an_error_of_its_own() {
    let far = Sandbox::start().await.expect("a stand-in");
    let token = token(&far).await;
    let (status, body) = create(&far, &token, &project_with("start_date", json!("2027-08-15T20:00:00Z"))).await;
    assert_eq!((status, &body["detail"][0]["type"]), (422, &json!("date_from_datetime_inexact")));
    let (status, body) = create(&far, &token, &json!({ "name": "x" })).await;
    let places: Vec<_> =
        body["detail"].as_array().expect("faults").iter().map(|fault| fault["loc"][1].clone()).collect();
    assert_eq!((status, places), (422, vec![json!("client_name"), json!("start_date"), json!("end_date")]));
    let (status, body) = create(&far, &token, &project_with("end_date", json!("2027-08-01"))).await;
    assert_eq!((status, &body["duration_days"]), (200, &json!(-13)), "an end before its beginning is taken");
    for (field, chars) in [("name", 201), ("client_name", 201), ("notes", 1001)] {
        let long = project_with(field, json!("x".repeat(chars)));
        assert_eq!(create(&far, &token, &long).await, (500, json!("Internal Server Error")), "{field}");
    }
}

#[tokio::test]
async fn days_are_moved_with_the_whole_project_and_what_is_left_out_is_wiped() {
    let far = Sandbox::start().await.expect("a stand-in");
    let token = token(&far).await;
    create(&far, &token, &project()).await;
    let dates = |body: Value| said(outbound().put(at(&far, "/api/v1/projects/1/dates")).bearer(&token).json(&body));
    assert_eq!(dates(json!({ "start_date": "2027-09-01", "end_date": "2027-09-01" })).await.0, 422);
    let mut without = project_with("start_date", json!("2027-08-16"));
    without.as_object_mut().expect("an object").remove("notes");
    let (status, moved) = dates(without).await;
    assert_eq!((status, &moved["start_date"], &moved["notes"]), (200, &json!("2027-08-16"), &Value::Null));
    far.refuse_moves(Some("planner_conflict"));
    let (status, body) = dates(project()).await;
    assert_eq!((status, &body["detail"]["error"]), (409, &json!("planner_conflict")));
    let elsewhere = outbound().put(at(&far, "/api/v1/projects/1")).bearer(&token).json(&project());
    assert_eq!(said(elsewhere).await.0, 405);
}

#[tokio::test]
async fn the_mock_delivers_any_body_of_who_has_its_key() {
    let far = Sandbox::start().await.expect("a stand-in");
    let key = Secret::from(Sandbox::MOCK_KEY.to_owned());
    let post = || outbound().post(at(&far, "/bookings"));
    for body in [json!({}), json!([]), json!({ "bookingId": "1" })] {
        assert_eq!(said(post().bearer(&key).json(&body)).await, (201, json!({ "delivered": true })));
    }
    assert_eq!(said(post().json(&json!({}))).await.1["error"], "missing-auth");
    let stranger = Secret::from("another-key".to_owned());
    let (status, body) = said(post().bearer(&stranger).json(&json!({}))).await;
    assert_eq!((status, &body["error"]), (403, &json!("invalid-api-key")));
    assert_eq!(far.bookings().len(), 3);
    assert_eq!(said(outbound().post(at(&far, "/v1/bookings")).json(&json!({}))).await.0, 404, "the real one has none");
}

#[tokio::test]
async fn what_only_asks_is_turned_by_knobs_of_its_own() {
    let far = Sandbox::start().await.expect("a stand-in");
    let token = token(&far).await;
    let order = json!({ "mode": "answer", "status": 503, "times": 1 });
    assert_eq!(said(outbound().post(at(&far, "/reading/mode")).json(&order)).await.0, 204);
    assert_eq!(create(&far, &token, &project()).await.0, 200);
    let list = || said(outbound().get(at(&far, "/api/v1/projects")).bearer(&token));
    assert_eq!((list().await.0, list().await.0), (503, 200));
}
