//! Operators look at enquiries and queues, and steer them.

use jiff::SignedDuration;
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{AttemptOutcome, DeliveryQueue, Ending, LeaseAsk, QueueName, Settlement};
use mrdj_core::error::ErrorKind;
use serde_json::{Value, json};

use crate::house::{Client, House, PASSWORD, SAMPLE, login, request};

/// A clear enquiry with the mails and the card that it owes.
async fn with_lead() -> (House, Client, Value) {
    let house = House::new();
    let client = house.client();
    let receipt = client.post_json("/contact", SAMPLE).await.json();
    (house, client, receipt)
}

/// Lets every due delivery of `queue` end the same way.
async fn end(house: &House, queue: &'static str, ending: Ending, outcome: AttemptOutcome) {
    let now = house.clock.now();
    let ask = LeaseAsk { queue: QueueName::new(queue), limit: 10, term: SignedDuration::from_secs(60), now };
    let leased = house.memory.lease(&ask).await.expect("leases");
    assert!(!leased.is_empty());
    let settlements = leased.iter().map(|delivery| Settlement {
        token: delivery.token(),
        ending: ending.clone(),
        attempt: delivery.tried(outcome, now..now + SignedDuration::from_millis(12), "said the partner"),
    });
    house.memory.settle(settlements.collect(), now).await.expect("settled");
}

fn dead() -> Ending {
    Ending::Dead { reason: "refused".to_owned() }
}

async fn first_job(client: &Client, queue: &str) -> Value {
    client.operate("GET", &format!("/owner/queues/{queue}/jobs")).await.json()["jobs"][0].clone()
}

async fn job_path(client: &Client, queue: &str) -> String {
    let id = first_job(client, queue).await["id"].as_str().expect("a delivery").to_owned();
    format!("/owner/queues/{queue}/jobs/{id}")
}

#[tokio::test]
async fn an_enquiry_shows_every_delivery_and_attempt() {
    let (house, client, receipt) = with_lead().await;
    end(&house, "crm", dead(), AttemptOutcome::Failed(ErrorKind::Rejected)).await;
    for name in ["contactId", "leadId"] {
        let path = format!("/leads/{}", receipt[name].as_str().expect("an id"));
        let shown = client.operate("GET", &path).await.json();
        assert_eq!(shown["lead"]["phone"], "+31612345678");
        assert_eq!(shown["lead"]["marks"], json!(["past_date"]));
        let timeline = shown["timeline"].as_array().expect("a timeline");
        let of = |kind| timeline.iter().find(|entry| entry["job"]["kind"] == kind).expect("a delivery");
        assert_eq!((timeline.len(), &of("lead.confirmation")["attempts"]), (3, &json!([])));
        assert_eq!(of("lead.notice")["job"]["status"], "waiting");
        let card = of("lead.card");
        assert_eq!((&card["job"]["status"], &card["job"]["reason"]), (&json!("dead"), &json!("refused")));
        let attempt = json!({
            "number": 1, "startedAt": "2026-11-21T12:00:00Z", "tookMs": 12,
            "outcome": "failed: rejected", "summary": "said the partner",
        });
        assert_eq!(card["attempts"], json!([attempt]));
    }
    client.operate("GET", "/leads/web-20261121-nobody").await.problem(404);
}

#[tokio::test]
async fn a_held_back_enquiry_is_released_once() {
    let house = House::new();
    let client = house.client();
    let junk = SAMPLE.replace("Test bericht", "<b>casino</b> https://evil.example");
    let receipt = client.post_json("/contact", junk).await.json();
    let clear = client.post_json("/contact", SAMPLE.replace("test@", "other@")).await.json();
    let held = client.operate("GET", "/leads?standing=suspicious").await.json();
    assert_eq!((held["leads"].as_array().map(Vec::len), &held["leads"][0]["id"]), (Some(1), &receipt["contactId"]));
    let path = format!("/leads/{}", receipt["contactId"].as_str().expect("an id"));
    assert_eq!(client.operate("GET", &path).await.json()["timeline"], json!([]));
    let released = client.operate("POST", &format!("{path}/release")).await;
    assert_eq!((released.status.as_u16(), &released.json()["standing"]), (200, &json!("released")));
    assert_eq!(client.operate("GET", &path).await.json()["timeline"].as_array().map(Vec::len), Some(3));
    client.operate("POST", &format!("{path}/release")).await.problem(409);
    client.operate("POST", &format!("/leads/{}/release", clear["leadId"].as_str().expect("an id"))).await.problem(409);
    client.operate("POST", "/leads/nobody/release").await.problem(404);
}

#[tokio::test]
async fn following_the_pages_shows_each_enquiry_once() {
    let house = House::new();
    let client = house.client();
    for n in 0..5 {
        client.post_json("/contact", SAMPLE.replace("test@", &format!("test{n}@"))).await;
        house.clock.advance(SignedDuration::from_secs(1));
    }
    let (mut path, mut seen) = ("/leads?limit=2".to_owned(), Vec::new());
    loop {
        let page = client.operate("GET", &path).await.json();
        seen.extend(page["leads"].as_array().expect("leads").iter().map(|lead| lead["email"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/leads?limit=2&before={next}");
    }
    let newest_first: Vec<_> = (0..5).rev().map(|n| json!(format!("test{n}@example.com"))).collect();
    assert_eq!(seen, newest_first);
}

#[tokio::test]
async fn a_parameter_that_a_list_does_not_know_is_refused() {
    let house = House::new();
    let client = house.client();
    for list in ["/leads", "/owner/queues/crm/jobs", "/owner/queues/crm/dlq"] {
        assert_eq!(client.operate("GET", list).await.status.as_u16(), 200, "{list}");
        for unknown in ["nobody=knows", "limit=0", "limit=many"] {
            client.operate("GET", &format!("{list}?{unknown}")).await.problem(400);
        }
    }
}

#[tokio::test]
async fn every_queue_is_shown_with_its_figures() {
    let (_house, client, _) = with_lead().await;
    for path in ["/owner/queues", "/metrics/queues"] {
        let shown = client.operate("GET", path).await.json();
        assert_eq!(shown["generatedAt"], "2026-11-21T12:00:00Z");
        let names: Vec<_> = shown["queues"].as_array().expect("queues").iter().map(|queue| &queue["queue"]).collect();
        assert_eq!(names, ["crm", "mail"]);
        let mail = &shown["queues"][1];
        assert_eq!((&mail["configured"], &mail["holding"]["reason"]), (&json!(false), &json!("not_configured")));
        assert_eq!(
            mail["counts"],
            json!({"waiting": 2, "delayed": 0, "active": 0, "held": 2, "inDoubt": 0, "dead": 0})
        );
    }
    let crm = client.operate("GET", "/owner/queues/crm/stats").await.json();
    assert_eq!((&crm["configured"], &crm["holding"], &crm["queueSize"]), (&json!(true), &Value::Null, &json!(1)));
    client.operate("GET", "/owner/queues/unknown/stats").await.problem(404);
}

#[tokio::test]
async fn a_queue_is_paused_and_resumed() {
    let (_house, client, _) = with_lead().await;
    assert_eq!(client.operate("POST", "/owner/queues/crm/pause").await.status, 204);
    let paused = client.operate("GET", "/owner/queues/crm/stats").await.json();
    assert_eq!((&paused["holding"]["reason"], &paused["counts"]["held"]), (&json!("paused"), &json!(1)));
    assert_eq!(client.operate("POST", "/owner/queues/crm/resume").await.status, 204);
    assert_eq!(client.operate("GET", "/owner/queues/crm/stats").await.json()["holding"], Value::Null);
    client.operate("POST", "/owner/queues/unknown/pause").await.problem(404);
}

#[tokio::test]
async fn a_dead_letter_is_replayed_or_forgotten() {
    let (house, client, _) = with_lead().await;
    assert_eq!(client.operate("GET", "/owner/queues/crm/dlq").await.json()["jobs"], json!([]));
    let id = first_job(&client, "crm").await["id"].as_str().expect("a delivery").to_owned();
    let letter = format!("/owner/queues/crm/dlq/{id}");
    client.operate("POST", &format!("{letter}/replay")).await.problem(409);
    client.operate("DELETE", &letter).await.problem(409);
    end(&house, "crm", dead(), AttemptOutcome::Failed(ErrorKind::Rejected)).await;
    assert_eq!(client.operate("GET", "/owner/queues/crm/dlq").await.json()["jobs"][0]["id"], id);
    let replayed = client.operate("POST", &format!("{letter}/replay")).await.json();
    assert_eq!((&replayed["status"], &replayed["failures"]), (&json!("waiting"), &json!(0)));
    end(&house, "crm", dead(), AttemptOutcome::Failed(ErrorKind::Rejected)).await;
    assert_eq!(client.operate("DELETE", &letter).await.status, 204);
    client.operate("DELETE", &letter).await.problem(404);
}

#[tokio::test]
async fn a_doubt_is_settled_by_a_person() {
    let (house, client, _) = with_lead().await;
    end(&house, "crm", Ending::InDoubt { ask_at: None, counted: true }, AttemptOutcome::Unknown).await;
    let path = job_path(&client, "crm").await;
    assert_eq!(client.operate("GET", &path).await.json()["job"]["status"], "in_doubt");
    assert_eq!(client.operate("POST", &format!("{path}/accept")).await.json()["status"], "done");
    client.operate("POST", &format!("{path}/accept")).await.problem(409);
    client.operate("POST", &format!("{path}/retry")).await.problem(409);
}

#[tokio::test]
async fn a_delivery_is_found_in_its_own_queue_alone() {
    let (_house, client, _) = with_lead().await;
    let path = job_path(&client, "crm").await;
    assert_eq!(client.operate("GET", &path).await.status, 200);
    let elsewhere = path.replace("/crm/", "/mail/");
    client.operate("GET", &elsewhere).await.problem(404);
    client.operate("POST", &format!("{elsewhere}/retry")).await.problem(404);
    client.operate("DELETE", &elsewhere).await.problem(404);
    assert_eq!(client.operate("DELETE", &path).await.status, 204);
    client.operate("GET", &path).await.problem(404);
}

#[tokio::test]
async fn deliveries_are_listed_by_state_and_subject() {
    let (_house, client, receipt) = with_lead().await;
    let subject = receipt["contactId"].as_str().expect("an id");
    let count = async |query: &str| {
        let page = client.operate("GET", &format!("/owner/queues/mail/jobs?{query}")).await.json();
        page["jobs"].as_array().map(Vec::len)
    };
    assert_eq!(count("").await, Some(2));
    assert_eq!(count("limit=1").await, Some(1));
    assert_eq!(count(&format!("status=waiting&subject={subject}")).await, Some(2));
    assert_eq!(count(&format!("subject={}", uuid::Uuid::nil())).await, Some(0));
    assert_eq!(count("status=in_doubt").await, Some(0));
    for wrong in
        ["limit=0", "limit=201", "limit=-1", "status=odd", "subject=odd", "after=odd", "statu=dead", "limit=1&limit=2"]
    {
        client.operate("GET", &format!("/owner/queues/mail/jobs?{wrong}")).await.problem(400);
    }
}

#[tokio::test]
async fn the_crm_status_has_the_shape_that_the_dashboard_reads() {
    let (house, client, receipt) = with_lead().await;
    let waiting = client.operate("GET", "/integrations/rentguy/status").await.json();
    let next = json!({
        "resource": "lead.card", "enqueuedAt": "2026-11-21T12:00:00Z", "attempts": 0,
        "dedupeKey": format!("crm:lead.card:{}:1", receipt["contactId"].as_str().expect("an id")),
        "nextAttemptAt": "2026-11-21T12:00:00Z", "lastError": null,
    });
    assert_eq!(waiting["nextInQueue"], next);
    assert_eq!((&waiting["lastSyncSuccess"], &waiting["lastSyncError"]), (&Value::Null, &Value::Null));
    house.clock.advance(SignedDuration::from_hours(2));
    end(&house, "crm", Ending::Delivered { receipt: None }, AttemptOutcome::Delivered).await;
    client.post_json("/contact", SAMPLE.replace("test@", "other@")).await;
    house.clock.advance(SignedDuration::from_secs(30));
    end(&house, "crm", dead(), AttemptOutcome::Failed(ErrorKind::Rejected)).await;
    let expected = json!({
        "configured": true, "workspaceId": "mr-dj", "queueSize": 0, "activeJobs": 0,
        "metrics": {
            "retryAgeP95": 0,
            "counts": {"waiting": 0, "delayed": 0, "active": 0, "held": 0, "inDoubt": 0, "dead": 1},
        },
        "deadLetterCount": 1,
        "lastSyncSuccess": {"at": "2026-11-21T14:00:00Z", "resource": "lead.card", "attempts": 1},
        "lastSyncError": {"at": "2026-11-21T14:00:30Z", "resource": "lead.card", "message": "refused", "attempts": 1},
        "nextInQueue": null,
    });
    assert_eq!(client.operate("GET", "/integrations/rentguy/status").await.json(), expected);
}

async fn flush(client: &Client, body: &str) -> crate::house::Answer {
    let request = request("POST", "/dashboard/api/integrations/rentguy/flush").header("authorization", login(PASSWORD));
    let request = request.header("content-type", "application/json").body(body.to_owned().into());
    client.send(request.expect("a request")).await
}

#[tokio::test]
async fn a_flush_makes_what_waits_due() {
    let (house, client, _) = with_lead().await;
    end(&house, "crm", dead(), AttemptOutcome::Failed(ErrorKind::Rejected)).await;
    let done = json!({"configured": true, "attempted": 1, "delivered": 0, "remaining": 1});
    assert_eq!(flush(&client, r#"{"limit":500}"#).await.json(), done);
    for body in ["", "{}", "null", r#"{"limit":7.0}"#] {
        assert_eq!(flush(&client, body).await.json()["attempted"], 0, "{body}");
    }
    for body in [
        r#"{"limit":0}"#,
        r#"{"limit":501}"#,
        r#"{"limit":"many"}"#,
        r#"{"limit":-1}"#,
        r#"{"limit":1.5}"#,
        r#"{"limit":null}"#,
    ] {
        assert_eq!(flush(&client, body).await.problem(422)["details"][0]["field"], "limit", "{body}");
    }
    flush(&client, "{").await.problem(400);
}

#[tokio::test]
async fn a_flush_of_a_crm_that_is_not_set_up_does_nothing() {
    let (mut house, _, _) = with_lead().await;
    house.app.rentguy.queue = QueueName::new("mail");
    let nothing = json!({"configured": false, "attempted": 0, "delivered": 0, "remaining": 2});
    assert_eq!(flush(&house.client(), "").await.json(), nothing);
}
