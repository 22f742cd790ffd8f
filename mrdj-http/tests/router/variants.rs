//! Pages ask who sees which variant, tell who saw one, and what comes of it is counted.

use axum::body::Body;
use jiff::SignedDuration;
use mrdj_core::experiments::{ExperimentKey, ExposureLog, Flag, Step, Tally};
use mrdj_http::{Given, Variants};
use serde_json::{Map, Value, json};

use crate::house::{Answer, Client, House, request};

fn form() -> Value {
    json!({
        "key": "hero", "name": "Hero", "hypothesis": "A face sells better than a stage.",
        "variations": [{ "key": "control" }, { "key": "face" }],
        "goal": "enquiries", "minimumSample": 500, "smallestEffect": 0.2,
    })
}

fn hero() -> ExperimentKey {
    ExperimentKey::parse("hero").expect("a key")
}

/// A house with an experiment that runs.
async fn running() -> House {
    let house = House::new();
    house.app.experiments.create(&form(), "rik").await.expect("a draft");
    house.app.experiments.step(&hero(), &Step::Start, "rik").await.expect("it starts");
    house
}

/// A house with these switches.
fn switched(flags: &[(&str, &str)]) -> House {
    let mut house = House::new();
    let flags = flags.iter().map(|(name, share)| Flag::parse(name, share).expect("a flag")).collect();
    let given = Given { payload: Map::new(), flags };
    house.app.variants = Variants::new(given, house.memory.clone()).expect("a payload");
    house
}

/// What was counted of each variation, by people or by views.
async fn counted(house: &House, anonymous: bool) -> [Tally; 2] {
    house.app.exposures.close().await;
    let mut sums = [Tally::default(); 2];
    for (cell, tally) in house.memory.figures(&hero()).await.expect("figures") {
        if cell.anonymous == anonymous {
            sums[usize::from(cell.variation)] += tally;
        }
    }
    sums
}

async fn asked(client: &Client, body: Value) -> Value {
    let answer = client.post_json("/experiments/assign", body.to_string()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// The same again, by the visitor whom an earlier answer named.
async fn with_cookie(client: &Client, path: &str, cookie: &str, body: &Value) -> Answer {
    let request = request("POST", path).header("content-type", "application/json").header("cookie", cookie);
    client.send(request.body(Body::from(body.to_string())).expect("a request")).await
}

fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn who_agrees_is_known_again_and_counted_once_with_what_comes_of_it() {
    let house = running().await;
    let client = house.client();
    let body = json!({ "features": ["hero"], "consent": true, "record": true });
    let first = client.post_json("/experiments/assign", body.to_string()).await;
    let cookie = cookie_of(&first);
    assert!(cookie.starts_with("mr-dj-visitor=") && first.header("set-cookie").contains("; HttpOnly; SameSite=Lax"));
    let given = &first.json()["features"]["hero"];
    assert_eq!((&given["source"], &given["experiment"]["key"]), (&json!("experiment"), &json!("hero")));
    let variation = usize::from(given["value"] == "face");
    for _ in 0..5 {
        // Elsewhere, by another browser's name and on another day: the cookie decides.
        house.clock.advance(SignedDuration::from_hours(24));
        let body = json!({ "features": ["hero"], "record": true });
        let again = with_cookie(&client.at("203.0.113.9"), "/experiments/assign", &cookie, &body).await;
        assert_eq!((again.json()["known"].clone(), &again.json()["features"]["hero"]), (json!(true), given));
        assert_eq!(again.header("set-cookie"), "", "it lives no longer than what it names");
    }
    let enquiry = json!({ "name": "Test User", "email": "test@example.com", "phone": "0612345678",
        "eventType": "Bruiloft", "eventDate": "2027-06-19", "message": "Test" });
    let sent = with_cookie(&client, "/contact", &cookie, &enquiry).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    let sums = counted(&house, false).await;
    assert_eq!(sums[variation], Tally { exposed: 1, enquiries: 1, ..Tally::default() });
    assert_eq!(sums[1 - variation], Tally::default());
    assert_eq!(counted(&house, true).await, [Tally::default(); 2]);
}

#[tokio::test]
async fn who_does_not_agree_is_named_nowhere_and_sees_the_same_all_day() {
    let house = running().await;
    let client = house.client().at("198.51.100.7");
    let body = json!({ "features": ["hero"], "record": true });
    let first = client.post_json("/experiments/assign", body.to_string()).await;
    assert_eq!((first.header("set-cookie"), &first.json()["known"]), ("", &json!(false)));
    let second = asked(&client, body).await;
    assert_eq!(second["features"], first.json()["features"]);
    let value = second["features"]["hero"]["value"].as_str().expect("a variation").to_owned();
    let enquiry = json!({ "name": "Test User", "email": "test@example.com", "phone": "0612345678",
        "eventType": "Bruiloft", "eventDate": "2027-06-19", "message": "Test", "shown": format!("hero={value}, odd") });
    assert_eq!(client.post_json("/contact", enquiry.to_string()).await.status, 200);
    assert_eq!(second["shown"], format!("hero={value}"));
    let sums = counted(&house, true).await;
    assert_eq!(sums[usize::from(value == "face")], Tally { exposed: 2, enquiries: 1, ..Tally::default() }, "views");
    assert_eq!(counted(&house, false).await, [Tally::default(); 2], "nobody is known");
}

#[tokio::test]
async fn who_could_not_be_known_again_is_nobody() {
    let house = running().await;
    let elsewhere = request("POST", "/experiments/assign").header("content-type", "application/json");
    let elsewhere = elsewhere.header("sec-fetch-site", "cross-site");
    let body = json!({ "features": ["hero", "hero"], "consent": true, "record": true });
    let given = house.client().send(elsewhere.body(Body::from(body.to_string())).expect("a request")).await;
    assert_eq!(
        (given.header("set-cookie"), &given.json()["known"], &given.json()["recorded"]),
        ("", &json!(false), &json!(1))
    );
    let view = json!({ "exposures": [{ "experiment": "hero", "variation": "face" }], "consent": true });
    let told = house.client().post_json("/experiments/exposures", view.to_string()).await;
    assert_eq!((told.status.as_u16(), told.header("set-cookie")), (201, ""), "nobody becomes known by it");
    let people = counted(&house, false).await;
    assert_eq!(people, [Tally::default(); 2]);
    assert_eq!(counted(&house, true).await.map(|tally| tally.exposed).iter().sum::<u64>(), 2);
}

#[tokio::test]
async fn who_agrees_no_longer_is_heard_while_experiments_are_off() {
    let house = switched(&[("experiments", "off")]);
    let cookie = "mr-dj-visitor=3f2b8c1e-5d4a-4b6f-9a7e-0c1d2e3f4a5b";
    for path in ["/experiments/assign", "/experiments/exposures"] {
        let last = with_cookie(&house.client(), path, cookie, &json!({ "consent": false })).await;
        assert_eq!(last.problem(503)["code"], "feature_off");
        assert!(last.header("set-cookie").starts_with("mr-dj-visitor=; Path=/; Max-Age=0;"), "{last:?}");
    }
}

#[tokio::test]
async fn who_agrees_no_longer_is_forgotten_by_the_browser() {
    let house = running().await;
    let first = house.client().post_json("/experiments/assign", r#"{"consent": true}"#).await;
    let body = json!({ "consent": false });
    let last = with_cookie(&house.client(), "/experiments/assign", &cookie_of(&first), &body).await;
    assert_eq!(last.json()["known"], false);
    assert!(last.header("set-cookie").starts_with("mr-dj-visitor=; Path=/; Max-Age=0;"), "{last:?}");
}

#[tokio::test]
async fn a_view_told_twice_counts_once_and_a_beacon_is_heard() {
    let house = running().await;
    let client = house.client();
    let view = json!({ "exposures": [{ "experiment": "hero", "variation": "face",
        "eventId": "019aa5b0-0000-7000-8000-000000000001" }] });
    for _ in 0..3 {
        let told = client.post_json("/experiments/exposures", view.to_string()).await;
        assert_eq!((told.status.as_u16(), told.json()), (201, json!({ "recorded": 1 })));
    }
    let beacon = request("POST", "/experiments/exposures").header("content-type", "text/plain;charset=UTF-8");
    let told = client.send(beacon.body(Body::from(view.to_string())).expect("a request")).await;
    assert_eq!(told.status, 201, "{told:?}");
    assert_eq!(counted(&house, true).await[1], Tally { exposed: 1, ..Tally::default() });
}

#[tokio::test]
async fn one_view_of_a_page_may_show_several_experiments() {
    let house = running().await;
    let mut other = form();
    other["key"] = json!("button");
    let button = house.app.experiments.create(&other, "rik").await.expect("a draft").key;
    house.app.experiments.step(&button, &Step::Start, "rik").await.expect("it starts");
    let view = |key: &str| json!({ "experiment": key, "variation": "face", "eventId": "019aa5b0-0000-7000-8000-000000000001" });
    let body = json!({ "exposures": [view("hero"), view("button")] });
    for _ in 0..2 {
        assert_eq!(house.client().post_json("/experiments/exposures", body.to_string()).await.json()["recorded"], 2);
    }
    assert_eq!(counted(&house, true).await[1].exposed, 1);
    let of_button: u64 = house.memory.figures(&button).await.expect("figures").values().map(|one| one.exposed).sum();
    assert_eq!(of_button, 1);
}

#[tokio::test]
async fn every_fault_of_what_a_page_tells_is_named_and_nothing_is_counted() {
    let house = running().await;
    let body = json!({ "consent": "yes", "exposures": [
        { "experiment": "hero", "variation": "face" },
        { "experiment": "nobody", "variation": "face", "eventId": "7" },
        { "experiment": "hero", "variation": "stage", "<b>": 1 },
        7,
    ] });
    let told = house.client().post_json("/experiments/exposures", body.to_string()).await.problem(422);
    let fields: Vec<_> = told["details"].as_array().expect("details").iter().map(|one| one["field"].clone()).collect();
    let expected = [
        "consent",
        "exposures[1].eventId",
        "exposures[1].experiment",
        "exposures[2].<b>",
        "exposures[2].variation",
        "exposures[3]",
    ];
    assert_eq!(fields, expected);
    let odd = json!({ "attributes": [], "url": 7, "features": "hero", "record": "no", "consent": 1, "surprise": 1 });
    let told = house.client().post_json("/experiments/assign", odd.to_string()).await.problem(422);
    assert_eq!(told["details"].as_array().map(Vec::len), Some(6), "{told}");
    house.client().post_json("/experiments/assign", "[").await.problem(400);
    house.client().post_json("/experiments/exposures", r#"{"exposures": []}"#).await.problem(422);
    assert_eq!(counted(&house, true).await, [Tally::default(); 2]);
}

#[tokio::test]
async fn a_step_of_an_operator_reaches_visitors_of_other_processes_soon() {
    let house = running().await;
    let client = house.client();
    let source = async |client: &Client| {
        let given = asked(client, json!({ "features": ["hero"] })).await;
        given["features"]["hero"]["source"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(source(&client).await, "experiment");
    house.app.experiments.step(&hero(), &Step::Pause, "rik").await.expect("it pauses");
    assert_eq!(source(&client).await, "experiment", "it is not read again for every visitor");
    house.clock.advance(SignedDuration::from_secs(11));
    // Who comes then sees what was known, and those after them what is new.
    source(&client).await;
    while source(&client).await == "experiment" {
        tokio::task::yield_now().await;
    }
    assert_eq!(source(&client).await, "defaultValue");
    let told =
        client.post_json("/experiments/exposures", r#"{"exposures": [{"experiment": "hero", "variation": "face"}]}"#);
    assert_eq!(told.await.json()["recorded"], 0, "of an older page");
}

#[tokio::test]
async fn a_step_of_an_operator_holds_at_once_where_it_was_taken() {
    let house = House::new();
    let client = house.client();
    let source = async || asked(&client, json!({ "features": ["hero"] })).await["features"]["hero"]["source"].clone();
    assert_eq!(source().await, "unknownFeature");
    assert_eq!(client.operate_with("POST", "/experiments", &form()).await.status, 201);
    for (step, expected) in [("start", "experiment"), ("pause", "defaultValue"), ("resume", "experiment")] {
        let taken = client.operate_with("POST", "/experiments/hero/steps", &json!({ "step": step })).await;
        assert_eq!((taken.status.as_u16(), source().await), (200, json!(expected)), "{step}");
    }
    let over =
        client.operate_with("POST", "/experiments/hero/steps", &json!({ "step": "stop", "winner": "face" })).await;
    assert_eq!(over.status, 200, "{over:?}");
    let given = asked(&client, json!({ "features": ["hero"], "record": true })).await;
    assert_eq!((&given["features"]["hero"]["value"], &given["recorded"]), (&json!("face"), &json!(0)));
}

#[tokio::test]
async fn a_site_s_own_sdk_reads_what_is_decided_here() {
    let house = running().await;
    let client = house.client();
    let payload = client.get("/features/sdk-anything").await;
    let rule = &payload.json()["features"]["hero"]["rules"][0];
    assert_eq!((&rule["key"], &rule["variations"]), (&json!("hero"), &json!(["control", "face"])));
    assert_eq!(payload.header("cache-control"), "public, max-age=10");
    let tag = payload.header("etag").to_owned();
    let known = request("GET", "/features").header("if-none-match", &tag).body(Body::empty()).expect("a request");
    let known = client.send(known).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));

    // The same visitor gets the same from the payload that was read.
    let loaded = mrdj_core::experiments::assignment::Catalogue::load(&payload.json().to_string()).expect("a payload");
    let first = client.post_json("/experiments/assign", r#"{"consent": true}"#).await;
    let id = cookie_of(&first).trim_start_matches("mr-dj-visitor=").to_owned();
    let attributes = mrdj_core::experiments::assignment::Attributes::new().with("id", id);
    let visitor = mrdj_core::experiments::assignment::Visitor::new(&attributes);
    let value = loaded.catalogue.feature("hero", &visitor).text_or("").to_owned();
    assert_eq!(first.json()["features"]["hero"]["value"], value);
}

#[tokio::test]
async fn what_is_switched_off_answers_politely() {
    let house = switched(&[("personalization", "off"), ("experiments", "0%"), ("video", "on")]);
    let client = house.client();
    let posts =
        [("/experiments/assign", "{}"), ("/experiments/exposures", r#"{"exposures": []}"#), ("/personalize", "{}")];
    for (path, body) in posts {
        let told = client.post_json(path, body).await.problem(503);
        assert_eq!((&told["code"], &told["error"]), (&json!("feature_off"), &json!("Dit staat nu uit")), "{path}");
    }
    for path in ["/features", "/features/any", "/personalize?keyword=bruiloft", "/personalization/keyword"] {
        client.get(path).await.problem(503);
    }
}

#[tokio::test]
async fn a_part_without_experiments_leaves_the_payload_to_the_others() {
    let house = switched(&[("experiments", "50%")]);
    assert_eq!(house.client().get("/features").await.status, 200);
}

#[tokio::test]
async fn a_flag_is_on_for_a_part_of_the_visitors_and_what_nobody_made_is_off() {
    let house = switched(&[("video", "50%"), ("callback", "on")]);
    let mut on = 0;
    for host in 0..100 {
        let client = house.client().at(&format!("203.0.113.{host}"));
        let given = asked(&client, json!({ "features": ["video", "callback", "nobody"] })).await;
        on += usize::from(given["features"]["video"]["on"] == true);
        assert_eq!(given["features"]["callback"]["on"], true);
        assert_eq!(given["features"]["nobody"]["source"], "unknownFeature");
    }
    assert!((30..70).contains(&on), "{on}");
}
