//! Input that no visitor means: each gets a clear answer, and nothing is committed.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use mrdj_core::store::MockStore;
use mrdj_http::router;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::house::{House, request};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// A house whose store fails the test when anything reaches it.
fn untouched() -> House {
    let mut house = House::new();
    let mut store = MockStore::new();
    store.expect_commit().never();
    house.app.intake.store = Arc::new(store);
    house.app.rules.contact.max = 0;
    house
}

fn form_with(field: &str, value: &serde_json::Value) -> Vec<u8> {
    let mut form = json!({
        "name": "Test User", "email": "test@example.com", "phone": "0612345678", "eventType": "Bruiloft",
    });
    form[field] = value.clone();
    form.to_string().into_bytes()
}

fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let sample = |field: &str| {
        format!(r#"{{"name":"Jan","email":"jan@example.com","phone":"0612345678","eventType":"feest",{field}}}"#)
    };
    vec![
        (JSON, b"".to_vec()),
        (JSON, b"{".to_vec()),
        (JSON, b"null".to_vec()),
        (JSON, b"\"text\"".to_vec()),
        (JSON, br#"["Jan","jan@example.com","0612345678","feest"]"#.to_vec()),
        (JSON, b"{\"name\":\"Jan\",}".to_vec()),
        (JSON, b"{\"name\":\"\xff\xfe\"}".to_vec()),
        (JSON, br#"{"name":"Jan"} trailing"#.to_vec()),
        (JSON, sample(r#""message":"\ud800""#).into_bytes()),
        (JSON, sample(r#""unknown":"\udc00\ud800""#).into_bytes()),
        (JSON, sample("\"message\":\"a\u{0}b\"").into_bytes()),
        (JSON, sample(r#""budget":1e999"#).into_bytes()),
        (JSON, deep("[", "]").into_bytes()),
        (JSON, sample(&format!(r#""unknown":{}"#, deep("[", "]"))).into_bytes()),
        (JSON, format!(r#"{{"name":{}1{}}}"#, "{\"a\":".repeat(10_000), "}".repeat(10_000)).into_bytes()),
        (JSON, sample(r#""hCaptchaToken":"a","h-captcha-response":"b""#).into_bytes()),
        (FORM, b"name=%ff".to_vec()),
        (FORM, b"name=\xff".to_vec()),
    ]
}

#[tokio::test]
async fn what_cannot_be_read_is_400() {
    let client = untouched().client();
    for (media_type, body) in unreadable() {
        let request = request("POST", "/contact").header("content-type", media_type);
        let answer = client.send(request.body(Body::from(body.clone())).expect("a request")).await;
        assert_eq!(answer.status, 400, "{}", String::from_utf8_lossy(&body[..body.len().min(80)]));
        answer.problem(400);
    }
}

#[tokio::test]
async fn what_no_field_can_hold_is_422_with_the_field() {
    let client = untouched().client();
    let faults = [
        ("name", json!(7)),
        ("name", json!(["Jan"])),
        ("name", json!({"first": "Jan"})),
        ("name", json!("")),
        ("name", json!("Jan\u{0}sen")),
        ("name", json!("Jan \u{202e}nesnaJ")),
        ("name", json!("Jan\r\nBcc: all@example.com")),
        ("name", json!("=HYPERLINK(\"https://evil.example\")")),
        ("name", json!("@SUM(A1)")),
        ("name", json!("J".repeat(201))),
        ("email", json!("test@example.com\r\nBcc: all@example.com")),
        ("email", json!("test@example.com,all@example.com")),
        ("email", json!(true)),
        ("phone", json!("bel mij")),
        ("phone", json!("12345")),
        ("phone", json!(612345678)),
        ("eventType", json!("feest\u{7}")),
        ("eventType", json!("f".repeat(101))),
        ("eventDate", json!("2025-02-31")),
        ("eventDate", json!("gisteren")),
        ("eventDate", json!(20_251_231)),
        ("message", json!("a".repeat(2_001))),
        ("message", json!([])),
        ("packageId", json!("gold\ndigger")),
    ];
    for (field, value) in faults {
        let problem = client.post_json("/contact", form_with(field, &value)).await.problem(422);
        let details = problem["details"].as_array().expect("details");
        assert_eq!((details.len(), &details[0]["field"]), (1, &json!(field)), "{value}");
    }
}

#[tokio::test]
async fn another_media_type_is_415() {
    let client = untouched().client();
    let media_types =
        ["text/plain", "text/json", "multipart/form-data; boundary=x", "application/json; charset=utf-16", ""];
    for media_type in media_types {
        let request = request("POST", "/contact").header("content-type", media_type);
        client.send(request.body(Body::from(form_with("name", &json!("Jan")))).expect("a request")).await.problem(415);
    }
    let without = request("POST", "/contact").body(Body::from("{}")).expect("a request");
    client.send(without).await.problem(415);
}

#[tokio::test]
async fn an_idempotency_key_that_is_none_is_400() {
    let client = untouched().client();
    let long = "k".repeat(256);
    for key in ["\"\"", "", "two words", long.as_str()] {
        let request = request("POST", "/contact").header("content-type", JSON).header("idempotency-key", key);
        client.send(request.body(Body::from(form_with("name", &json!("Jan")))).expect("a request")).await.problem(400);
    }
}

#[tokio::test]
async fn a_body_above_one_megabyte_is_413() {
    let client = untouched().client();
    for length in [1_000_001, 10_000_000] {
        client.post_json("/contact", form_with("message", &json!("a".repeat(length)))).await.problem(413);
    }
    let just = client.post_json("/contact", form_with("message", &json!("a".repeat(900_000)))).await;
    just.problem(422);
}

#[tokio::test]
async fn ten_megabytes_over_a_line_are_read_away_so_that_the_answer_is_heard() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = router(untouched().app).into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    for chunked in [false, true] {
        let mut line = TcpStream::connect(address).await.expect("a line");
        let length = if chunked { "transfer-encoding: chunked" } else { "content-length: 10000000" };
        let head = format!(
            "POST /contact HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {JSON}\r\n{length}\r\n\r\n"
        );
        line.write_all(head.as_bytes()).await.expect("sent");
        let chunk = [b'['; 100_000];
        for _ in 0..100 {
            if chunked {
                line.write_all(b"186a0\r\n").await.expect("sent");
            }
            line.write_all(&chunk).await.expect("sent");
            if chunked {
                line.write_all(b"\r\n").await.expect("sent");
            }
        }
        if chunked {
            line.write_all(b"0\r\n\r\n").await.expect("sent");
        }
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    }
    server.abort();
}
