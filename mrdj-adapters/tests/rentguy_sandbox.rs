//! The stand-in for RentGuy against what was recorded of the real one.
#![cfg(all(feature = "rentguy", feature = "sandbox"))]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use mrdj_adapters::rentguy::Sandbox;
use mrdj_adapters::sandbox::Mode;
use serde_json::{Value, json};

/// What the stand-in said to one request on a line of its own.
struct Said {
    status: u16,
    head: String,
    body: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    fn has_header(&self, line: &str) -> bool {
        self.head.lines().any(|seen| seen.eq_ignore_ascii_case(line))
    }

    /// `type` and `loc` of every fault of a 422.
    fn faults(&self) -> Vec<(String, Value)> {
        assert_eq!(self.status, 422, "{}", self.body);
        let body = self.json();
        let faults = body["detail"].as_array().expect("a list of faults");
        faults.iter().map(|fault| (fault["type"].as_str().expect("a type").to_owned(), fault["loc"].clone())).collect()
    }
}

/// Sends bytes as they are, which a client of good manners would not.
async fn say(far: &Sandbox, method: &str, path: &str, headers: &[&str], body: impl Into<Vec<u8>>) -> Option<Said> {
    let body = body.into();
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: crm\r\nconnection: close\r\n");
    for header in headers {
        request += &format!("{header}\r\n");
    }
    request += &format!("content-length: {}\r\n\r\n", body.len());
    let bytes = [request.into_bytes(), body].concat();
    let address = far.url().trim_start_matches("http://").to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a line");
        stream.write_all(&bytes).expect("a line that takes the request");
        let mut answer = Vec::new();
        // A line that is cut may end in an error, and then there is no answer to look at.
        let _ended = stream.read_to_end(&mut answer);
        answer
    });
    let answer = String::from_utf8(answer.await.expect("a caller that does not panic")).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
    Some(Said { status, head: head.to_owned(), body: body.to_owned() })
}

async fn post_to(far: &Sandbox, workspace: &str, body: impl Into<Vec<u8>>) -> Said {
    let workspace = format!("X-RentGuy-Workspace: {workspace}");
    let headers = ["content-type: application/json", &workspace];
    say(far, "POST", "/v1/leads", &headers, body).await.expect("an answer")
}

async fn post(far: &Sandbox, body: impl Into<Vec<u8>>) -> Said {
    post_to(far, "mr-dj", body).await
}

async fn put(far: &Sandbox, lead: &Value) -> Said {
    post(far, lead.to_string()).await
}

async fn start() -> Sandbox {
    Sandbox::start().await.expect("a stand-in")
}

fn lead() -> Value {
    json!({
        "leadId": "web-1", "source": "website", "status": "new", "eventType": "bruiloft",
        "eventDate": "2027-08-15", "message": "Tot dan",
        "contact": { "name": "Jan Jansen", "email": "jan@example.com", "phone": "+31612345678" },
    })
}

/// The lead with `value` at `path`.
fn lead_with(path: &str, value: Value) -> Value {
    let mut lead = lead();
    *lead.pointer_mut(path).expect("a field") = value;
    lead
}

/// The lead with further fields.
fn lead_and(name: &str, value: Value) -> Value {
    let mut lead = lead();
    lead[name] = value;
    lead
}

fn assert_server_error(said: &Said) {
    assert_eq!((said.status, said.body.as_str()), (500, "Internal Server Error"));
    assert!(said.has_header("content-type: text/plain; charset=utf-8"), "{}", said.head);
}

#[tokio::test]
async fn a_new_card_and_the_same_again() {
    let far = start().await;
    let said = put(&far, &lead()).await;
    assert_eq!(said.status, 201);
    let expected = json!({
        "success": true, "leadId": 1, "externalId": "web-1", "status": "new",
        "message": "Lead created successfully from website", "emailSent": false,
    });
    assert_eq!(said.json(), expected);
    let mut repeated = expected;
    repeated["message"] = json!("Lead already exists (duplicate prevented)");
    for lead in [lead(), lead_with("/contact/name", json!("Somebody Else")), lead_with("/status", json!("contacted"))] {
        let said = put(&far, &lead).await;
        assert_eq!((said.status, said.json()), (201, repeated.clone()));
    }
    let card = far.card("web-1").expect("a card");
    assert_eq!((card.name.as_str(), card.status.as_str(), card.times), ("Jan Jansen", "new", 4));
}

#[tokio::test]
async fn a_tenant_is_any_name_and_a_reference_belongs_to_one_of_them() {
    let far = start().await;
    assert_eq!(put(&far, &lead()).await.status, 201);
    assert_server_error(&post_to(&far, "mrdj", lead().to_string()).await);
    assert_server_error(&post_to(&far, "MR-DJ", lead().to_string()).await);
    let other = lead_with("/leadId", json!("web-2")).to_string();
    assert_eq!(post_to(&far, "no-such-tenant", other).await.status, 201);
    assert_eq!(far.card("web-2").expect("a card").workspace, "no-such-tenant");
    assert_eq!(far.card_count(), 2);
}

#[tokio::test]
async fn no_tenant_is_the_default_one_and_of_two_the_first_counts() {
    let far = start().await;
    let json = "content-type: application/json";
    let header = "X-RentGuy-Workspace:";
    let cases = [(vec![json], "mr-dj"), (vec![json, header], "mr-dj")];
    for (n, (headers, workspace)) in cases.into_iter().enumerate() {
        let lead = lead_with("/leadId", json!(format!("web-{n}"))).to_string();
        assert_eq!(say(&far, "POST", "/v1/leads", &headers, lead).await.expect("an answer").status, 201);
        assert_eq!(far.card(&format!("web-{n}")).expect("a card").workspace, workspace);
    }
    let two = [json, "X-RentGuy-Workspace: first", "X-RentGuy-Workspace: second"];
    let lead = lead_with("/leadId", json!("web-9")).to_string();
    assert_eq!(say(&far, "POST", "/v1/leads", &two, lead).await.expect("an answer").status, 201);
    assert_eq!(far.card("web-9").expect("a card").workspace, "first");
}

#[tokio::test]
async fn a_key_is_not_looked_at() {
    let far = start().await;
    let headers = ["content-type: application/json", "authorization: Bearer nonsense"];
    let said = say(&far, "POST", "/v1/leads", &headers, lead().to_string()).await.expect("an answer");
    assert_eq!(said.status, 201);
    assert!(far.requests()[0].bearer);
}

#[tokio::test]
async fn missing_fields_are_named_with_the_whole_body() {
    let far = start().await;
    let said = put(&far, &json!({})).await;
    let missing = |field| json!({ "type": "missing", "loc": ["body", field], "msg": "Field required", "input": {} });
    assert_eq!(said.status, 422);
    assert_eq!(said.json(), json!({ "detail": [missing("leadId"), missing("source"), missing("contact")] }));
}

#[tokio::test]
async fn wrong_types_are_named_with_what_was_sent() {
    let far = start().await;
    let said = put(&far, &lead_with("/leadId", json!(10))).await;
    let fault = json!({
        "type": "string_type", "loc": ["body", "leadId"], "msg": "Input should be a valid string", "input": 10,
    });
    assert_eq!((said.status, said.json()), (422, json!({ "detail": [fault] })));
    let cases = [
        ("contact", json!("A"), "dict_type"),
        ("status", json!(null), "string_type"),
        ("eventDate", json!(20_270_815), "string_type"),
        ("persisted", json!("perhaps"), "bool_parsing"),
    ];
    for (field, value, kind) in cases {
        let said = put(&far, &lead_and(field, value)).await;
        assert_eq!(said.faults(), [(kind.to_owned(), json!(["body", field]))]);
    }
    assert_eq!(far.card_count(), 0);
}

#[tokio::test]
async fn what_it_is_lenient_about_is_taken() {
    let far = start().await;
    let cases = [
        ("web-a", "/contact", json!({}), "Unknown"),
        ("web-b", "/contact/name", json!(7), "7"),
        ("web-c", "/eventDate", json!("tomorrow"), "Jan Jansen"),
        ("web-d", "/status", json!("banana"), "Jan Jansen"),
        ("web-e", "/contact/email", json!("not an email"), "Jan Jansen"),
        ("web-f", "/contact/name", json!("🎧"), "🎧"),
    ];
    for (reference, path, value, name) in cases {
        let mut lead = lead_with(path, value);
        lead["leadId"] = json!(reference);
        lead["eventEndDate"] = json!("unknown fields are ignored");
        lead["persisted"] = json!("yes");
        assert_eq!(put(&far, &lead).await.status, 201, "{reference}");
        assert_eq!(far.card(reference).expect("a card").name, name);
    }
}

#[tokio::test]
async fn an_empty_reference_is_one_card_for_all() {
    let far = start().await;
    for _ in 0..2 {
        assert_eq!(put(&far, &lead_with("/leadId", json!(""))).await.status, 201);
    }
    assert_eq!(far.card("").expect("a card").times, 2);
}

#[tokio::test]
async fn what_its_database_cannot_hold_is_a_500() {
    let far = start().await;
    let long = |n| json!("é".repeat(n));
    let cases = [
        ("/contact/name", json!(null)),
        ("/contact/name", json!({ "first": "Jan" })),
        ("/contact/name", long(201)),
        ("/contact/phone", long(51)),
        ("/contact/email", long(256)),
        ("/leadId", long(121)),
        ("/source", long(121)),
        ("/status", long(51)),
        ("/eventType", long(101)),
        ("/contact/name", json!("Jan\0Jansen")),
    ];
    for (path, value) in cases {
        assert_server_error(&put(&far, &lead_with(path, value)).await);
    }
    assert_server_error(&post_to(&far, &"w".repeat(101), lead().to_string()).await);
    let surrogate = lead().to_string().replace("Jan Jansen", r"Jan \ud800 Jansen");
    assert_server_error(&post(&far, surrogate).await);
    assert_eq!(far.card_count(), 0);
    let mut fits = lead();
    fits["leadId"] = long(120);
    fits["contact"] = json!({ "name": "é".repeat(200), "email": "e".repeat(255) });
    assert_eq!(put(&far, &fits).await.status, 201);
}

#[tokio::test]
async fn what_is_no_body_of_its_own_is_told_so() {
    let far = start().await;
    assert_eq!(post(&far, r#"{"leadId":"#).await.faults(), [("json_invalid".to_owned(), json!(["body", 10]))]);
    assert_eq!(post(&far, "").await.faults(), [("missing".to_owned(), json!(["body"]))]);
    assert_eq!(post(&far, "[1]").await.faults(), [("model_attributes_type".to_owned(), json!(["body"]))]);
    for kind in ["content-type: text/plain", "content-type: application/x-www-form-urlencoded"] {
        let said = say(&far, "POST", "/v1/leads", &[kind], lead().to_string()).await.expect("an answer");
        assert_eq!(said.faults(), [("model_attributes_type".to_owned(), json!(["body"]))]);
        assert_eq!(said.json()["detail"][0]["input"], json!(lead().to_string()));
    }
    for bytes in [b"{\"leadId\":\"\xff\"}".to_vec(), b"\x1f\x8b\x08\x00".to_vec()] {
        let said = post(&far, bytes).await;
        assert_eq!((said.status, said.json()), (400, json!({ "detail": "There was an error parsing the body" })));
    }
}

#[tokio::test]
async fn a_message_may_be_as_large_as_it_likes() {
    let far = start().await;
    let said = put(&far, &lead_with("/message", json!("x".repeat(3_000_000)))).await;
    assert_eq!(said.status, 201, "{}", said.body);
}

#[tokio::test]
async fn other_paths_and_methods_are_answered_as_by_the_real_one() {
    let far = start().await;
    for method in ["GET", "PUT"] {
        let said = say(&far, method, "/v1/leads", &[], "").await.expect("an answer");
        assert_eq!(said.status, 405);
        assert!(said.has_header("allow: POST"), "{}", said.head);
    }
    let said = say(&far, "POST", "/v1/leads/", &[], "").await.expect("an answer");
    assert_eq!(said.status, 307);
    assert!(said.has_header("location: /v1/leads"), "{}", said.head);
    for path in ["/api/v1/leads", "/v1/bookings", "/health"] {
        assert_eq!(say(&far, "POST", path, &[], "").await.expect("an answer").status, 404, "{path}");
    }
}

#[tokio::test]
async fn without_its_database_it_lives_and_is_not_ready() {
    let far = start().await;
    far.knobs().set(Mode::DatabaseDown);
    assert_server_error(&put(&far, &lead()).await);
    assert_eq!(put(&far, &json!({})).await.faults().len(), 3, "a body is read before the database is asked");
    let said = say(&far, "GET", "/readyz", &[], "").await.expect("an answer");
    assert_eq!((said.status, said.json()), (503, json!({ "detail": "database not available" })));
    assert_eq!(say(&far, "GET", "/healthz", &[], "").await.expect("an answer").status, 200);
    far.knobs().set(Mode::Healthy);
    assert_eq!(say(&far, "GET", "/readyz", &[], "").await.expect("an answer").status, 200);
    let said = put(&far, &lead()).await;
    assert_eq!(said.json()["message"], "Lead created successfully from website");
}

#[tokio::test]
async fn it_is_turned_and_read_over_http() {
    let far = start().await;
    let json = ["content-type: application/json"];
    let order = r#"{"mode":"answer","status":429,"retry_after_s":30,"times":1}"#;
    assert_eq!(say(&far, "POST", "/mode", &json, order).await.expect("an answer").status, 204);
    let shown = say(&far, "GET", "/mode", &[], "").await.expect("an answer").json();
    assert_eq!(shown, serde_json::from_str::<Value>(order).expect("JSON"));
    let said = put(&far, &lead()).await;
    assert_eq!(said.status, 429);
    assert!(said.has_header("retry-after: 30"), "{}", said.head);
    for _ in 0..2 {
        assert_eq!(put(&far, &lead()).await.status, 201);
    }
    let shown = say(&far, "GET", "/deliveries", &[], "").await.expect("an answer").json();
    assert_eq!(shown["received"], 3);
    assert_eq!(shown["requests"].as_array().map(Vec::len), Some(3));
    assert_eq!(shown["requests"][0], json!({ "workspace": "mr-dj", "bearer": false, "body": lead() }));
    assert_eq!(shown["cards"].as_array().map(Vec::len), Some(1));
    assert_eq!((&shown["cards"][0]["externalId"], &shown["cards"][0]["times"]), (&json!("web-1"), &json!(2)));
    assert_eq!(say(&far, "POST", "/mode", &json, r#"{"mode":"explode"}"#).await.expect("an answer").status, 422);
    assert_eq!(say(&far, "POST", "/reset", &[], "").await.expect("an answer").status, 204);
    assert_eq!((far.card_count(), far.request_count()), (0, 0));
}

#[tokio::test]
async fn a_cut_is_the_end_of_the_line_and_no_answer() {
    let far = start().await;
    let json = ["content-type: application/json"];
    far.knobs().set_for(Mode::CutBeforeAccepting, 1);
    assert!(say(&far, "POST", "/v1/leads", &json, lead().to_string()).await.is_none());
    assert_eq!((far.card_count(), far.request_count()), (0, 1));
    far.knobs().set_for(Mode::CutAfterAccepting, 1);
    assert!(say(&far, "POST", "/v1/leads", &json, lead().to_string()).await.is_none());
    assert_eq!((far.card_count(), far.request_count()), (1, 2));
    assert_eq!(put(&far, &lead()).await.json()["message"], "Lead already exists (duplicate prevented)");
}

#[tokio::test]
async fn an_answer_twice_is_twice_on_the_line() {
    let far = start().await;
    far.knobs().set_for(Mode::AnswerTwice, 1);
    let said = put(&far, &lead()).await;
    let (first, second) = said.body.split_once("HTTP/1.1 201 Created").expect("a second answer");
    assert!(second.ends_with(first), "the same body: {}", said.body);
    assert_eq!(far.card("web-1").expect("a card").times, 1, "it is taken once");
    assert!(!put(&far, &lead()).await.body.contains("HTTP/1.1"));
}

#[tokio::test]
async fn a_stand_in_that_goes_away_cuts_every_line_and_frees_its_port() {
    let far = start().await;
    let address = far.url().trim_start_matches("http://").to_owned();
    far.knobs().set(Mode::Stall);
    let waiting = TcpStream::connect(&address).expect("a line");
    let head = "POST /v1/leads HTTP/1.1\r\nhost: crm\r\ncontent-length: 2\r\n\r\n{}";
    (&waiting).write_all(head.as_bytes()).expect("a line that takes the request");
    while far.request_count() == 0 {
        tokio::task::yield_now().await;
    }
    far.stop().await;
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = Vec::new();
        let _ended = (&waiting).read_to_end(&mut answer);
        let _closed = waiting.shutdown(Shutdown::Both);
        answer
    });
    assert!(answer.await.expect("a caller that does not panic").is_empty(), "the silent line was cut");
    let again = Sandbox::start_at(address.parse().expect("an address")).await;
    assert!(again.is_ok(), "the port is free: {again:?}");
}
