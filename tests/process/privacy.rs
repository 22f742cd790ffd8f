//! Who asked is told to the store, the mailbox and the CRM: no log, no figure and no error names him.

use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_adapters::sandbox::Mode;
use mrdj_harness::{Answer, Server, post, talk, trial, until};
use serde_json::{Value, json};

use crate::harness::House;

const PATIENCE: Duration = Duration::from_secs(30);
/// What only the visitor and the business know.
const PLANTED: [&str; 6] = ["Zacharias", "zach", "31612987654", "0612987654", "geheim-feest", "wrong-guess"];

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("privacy::no_log_and_no_figure_names_who_asked", nobody_is_named)]
}

fn form() -> Value {
    json!({
        "name": "Zacharias van den Heuvel", "email": "zach@example.com", "phone": "0612987654",
        "eventType": "Bruiloft", "eventDate": "2030-06-20", "message": "Het geheim-feest van Zacharias",
    })
}

async fn send(server: &Server, form: &Value) -> Answer {
    post(server.address, "/contact", "application/json", form.to_string().as_bytes()).await.expect("an answer")
}

/// What the operator's page at `path` says, in whose name `login` is the header.
async fn operate(server: &Server, path: &str, login: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {login}\r\n\r\n");
    talk(server.address, request.as_bytes()).await.expect("an answer")
}

async fn nobody_is_named() {
    let house = House::new().await;
    let told =
        [("CONFIG_DASHBOARD_ENABLED", "true"), ("CONFIG_DASHBOARD_PASS", "example-password"), ("LOG_LEVEL", "debug")];
    let server = house.serve_with(&told, None).await;
    // A partner that quotes us says of each what it was sent.
    let quoting = |status| Mode::Answer {
        status,
        retry_after_s: None,
        body: Some(json!({"detail": "no zach@example.com here", "Message": "Zacharias, 0612987654"}).to_string()),
    };
    let moods = [
        Mode::DatabaseDown,
        Mode::CutBeforeAccepting,
        Mode::CutAfterAccepting,
        quoting(500),
        quoting(422),
        Mode::Healthy,
    ];
    for (n, mood) in moods.into_iter().enumerate() {
        house.partners.both(&mood);
        let mut form = form();
        form["email"] = json!(format!("zach-{n}@example.com"));
        assert_eq!(send(&server, &form).await.status, 200);
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    let mut wrong = form();
    wrong["eventDate"] = json!("zach@example.com");
    assert_eq!(send(&server, &wrong).await.status, 422);
    server.get("/leads?email=zach@example.com&name=Zacharias").await;
    // "admin:wrong-guess", and the one that fits.
    assert_eq!(operate(&server, "/metrics", "YWRtaW46d3JvbmctZ3Vlc3M=").await.status, 401);
    let login = "YWRtaW46ZXhhbXBsZS1wYXNzd29yZA==";
    let mut metrics = String::new();
    until("a card has arrived, and is counted", PATIENCE, async || {
        let answer = operate(&server, "/metrics", login).await;
        metrics = String::from_utf8_lossy(&answer.body).into_owned();
        metrics.contains("mrdj_deliveries_total{queue=\"crm\",outcome=\"delivered\"}")
    })
    .await;
    let queues = operate(&server, "/owner/queues", login).await;
    let log = server.stop().await.said;
    let shown = [
        ("the log", log),
        ("the figures", metrics),
        ("the queues", String::from_utf8_lossy(&queues.body).into_owned()),
    ];
    for (place, shown) in shown {
        assert!(shown.len() > 100, "{place} says something: {shown}");
        let named = PLANTED.iter().find(|word| shown.to_lowercase().contains(&word.to_lowercase()));
        assert_eq!(named, None, "{place} names who asked: {shown}");
    }
}
