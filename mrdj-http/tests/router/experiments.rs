//! Operators define experiments, see them through, and read what they say.

use axum::body::Body;
use jiff::tz::{self, TimeZone};
use jiff::{SignedDuration, Timestamp};
use mrdj_core::chance::Chance;
use mrdj_core::clock::Clock;
use mrdj_core::experiments::{
    Conversion, Experiment, ExperimentKey, Exposure, ExposureLog, Goal, Seen, Shown, VisitorId,
};
use mrdj_core::id::Id;
use mrdj_core::mocks::FakeChance;
use mrdj_core::store::{Change, Changes, Store};
use mrdj_http::openapi;
use serde_json::{Value, json};

use crate::house::{Answer, Client, House, PASSWORD, login, request};

/// A definition that is taken, with some of its fields changed.
pub(crate) fn form(changes: &Value) -> Value {
    let mut form = json!({
        "key": "hero", "name": "Hero", "hypothesis": "A face sells better than a stage.",
        "variations": [{ "key": "control", "name": "A stage" }, { "key": "face", "name": "A face" }],
        "goal": "enquiries", "guardrails": ["bookings"], "minimumSample": 500, "smallestEffect": 0.4,
    });
    for (field, value) in changes.as_object().expect("an object") {
        form[field] = value.clone();
    }
    form
}

/// A business with an experiment.
struct Trial {
    house: House,
    client: Client,
    chance: FakeChance,
}

impl Trial {
    /// One that was just started.
    async fn running(changes: &Value) -> Self {
        let trial = Self::draft(changes).await;
        trial.step(&json!({ "step": "start" })).await;
        trial
    }

    async fn draft(changes: &Value) -> Self {
        let house = House::new();
        let client = house.client();
        let answer = client.operate_with("POST", "/experiments", &form(changes)).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        Self { house, client, chance: FakeChance::seeded(11) }
    }

    async fn step(&self, step: &Value) -> Value {
        let answer = self.client.operate_with("POST", "/experiments/hero/steps", step).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.json()
    }

    async fn experiment(&self) -> Experiment {
        let key = ExperimentKey::parse("hero").expect("a key");
        self.house.app.experiments.find(&key).await.expect("a look").expect("it is kept")
    }

    fn now(&self) -> Timestamp {
        self.house.clock.now()
    }

    fn zone() -> TimeZone {
        TimeZone::fixed(tz::offset(1))
    }

    /// That somebody sees a variation now.
    fn view(&self, experiment: &Experiment, place: usize, visitor: Option<VisitorId>) -> Exposure {
        let key = &experiment.definition.variations[place].key;
        let id = Id::new(self.now(), &self.chance);
        experiment.exposure(id, key, visitor, self.now(), &Self::zone()).expect("it runs")
    }

    /// That somebody who saw something asks now, or books for so many cents.
    fn won(&self, seen: Seen, goal: Goal, value_cents: u64) -> Conversion {
        let (now, day) = (self.now(), self.now().to_zoned(Self::zone()).date());
        Conversion { id: Id::<()>::new(now, &self.chance).uuid(), goal, seen, sent_at: now, value_cents, at: now, day }
    }

    /// Days on which so many people see a variation, of whom such parts of a thousand ask; one in four of them books.
    async fn days_pass(&self, days: u32, per_day: u64, per_mille: &[u64]) {
        let experiment = self.experiment().await;
        let chance = |one_in: u64| self.chance.bits() % one_in;
        for _ in 0..days {
            self.house.clock.advance(SignedDuration::from_hours(24));
            let (mut views, mut changes) = (Vec::new(), Changes::new());
            for _ in 0..per_day {
                let (visitor, place) = (VisitorId::new(&self.chance), (chance(per_mille.len() as u64)) as usize);
                views.push(self.view(&experiment, place, Some(visitor)));
                let mut win = |goal, cents| {
                    let won = self.won(Seen::by(visitor), goal, cents);
                    changes = std::mem::take(&mut changes).with(Change::Convert(Box::new(won)));
                };
                if chance(1_000) < per_mille[place] {
                    win(Goal::Enquiry, 0);
                    if chance(4) == 0 {
                        win(Goal::Booking, [79_500, 99_500, 129_500][chance(3) as usize]);
                    }
                }
            }
            self.house.memory.record(&views).await.expect("they are counted");
            self.house.memory.commit(changes).await.expect("they are counted");
        }
    }

    async fn get(&self, path: &str, language: &str) -> Answer {
        let request = request("GET", path).header("authorization", login(PASSWORD)).header("accept-language", language);
        self.client.send(request.body(Body::empty()).expect("a request")).await
    }

    async fn page(&self, path: &str, language: &str) -> String {
        let answer = self.get(path, language).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "text/html; charset=utf-8"),
            "{answer:?}"
        );
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'none'"), "{policy}");
        assert!(policy.contains("style-src 'sha256-") && !policy.contains("script-src"), "{policy}");
        let page = String::from_utf8(answer.body.to_vec()).expect("UTF-8");
        for never in ["<script", " style=", "javascript:", "http://", "https://"] {
            assert!(!page.contains(never), "{never} in {page}");
        }
        page
    }
}

/// The fields of a problem's details.
fn fields(answer: &Answer, status: u16) -> Vec<String> {
    let details = answer.problem(status)["details"].clone();
    let details = details.as_array().cloned().unwrap_or_default();
    details.iter().map(|detail| detail["field"].as_str().expect("a field").to_owned()).collect()
}

#[tokio::test]
async fn an_experiment_goes_from_a_draft_to_a_winner_under_the_operators_name() {
    let client = House::new().client();
    let made = client.operate_with("POST", "/experiments", &form(&json!({}))).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (201, "experiments/hero"));
    assert_eq!((&made.json()["status"], &made.json()["phase"]), (&json!("draft"), &json!(0)));
    let reworded = form(&json!({ "hypothesis": "Faces sell." }));
    let changed = client.operate_with("PUT", "/experiments/hero", &reworded).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["version"]), (200, &json!(2)));
    for step in [json!({ "step": "start" }), json!({ "step": "pause" }), json!({ "step": " resume ", "winner": "" })] {
        assert_eq!(client.operate_with("POST", "/experiments/hero/steps", &step).await.status, 200, "{step}");
    }
    let frozen =
        client.operate_with("POST", "/experiments/hero/steps", &json!({ "step": "freeze", "reason": "a bot" })).await;
    assert_eq!((&frozen.json()["status"], &frozen.json()["frozen"]), (&json!("frozen"), &json!("a bot")));
    let mut anew = form(&json!({ "goal": "bookings", "guardrails": [] }));
    anew.as_object_mut().expect("an object").remove("key");
    let begin = json!({ "step": "begin", "definition": anew });
    assert_eq!(client.operate_with("POST", "/experiments/hero/steps", &begin).await.json()["phase"], 2);
    client.operate_with("POST", "/experiments/hero/steps", &json!({ "step": "stop", "winner": "face" })).await;
    let over = client.operate("GET", "/experiments/hero").await.json();
    assert_eq!((&over["status"], &over["winner"]), (&json!("stopped"), &json!("face")));
    let life: Vec<_> = over["life"].as_array().expect("lines").iter().map(|line| line["what"].clone()).collect();
    assert_eq!(life, ["created", "changed", "started", "paused", "resumed", "frozen", "begun", "stopped"]);
    assert!(over["life"].as_array().expect("lines").iter().all(|line| line["by"] == "admin"), "{over}");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_definition_is_told_at_once() {
    let client = House::new().client();
    let wrong = form(&json!({ "key": "samples", "name": 7, "goal": "clicks", "typicalValueCents": 1 }));
    let answer = client.operate_with("POST", "/experiments", &wrong).await;
    assert_eq!(fields(&answer, 422), ["name", "goal", "typicalValueCents", "key"]);
    for key in ["assign", "exposures", "samples", ".."] {
        let answer = client.operate_with("POST", "/experiments", &form(&json!({ "key": key }))).await;
        assert_eq!(fields(&answer, 422), ["key"], "{key}");
        assert!(answer.json()["details"][0]["message"].as_str().is_some_and(|text| text.contains("route")));
    }
    assert_eq!(client.operate("GET", "/experiments").await.json(), json!({ "experiments": [] }));
    for (body, status) in [("{", 400), ("[]", 400), ("{\"name\": \"\\ud800\"}", 400)] {
        let sent = request("POST", "/experiments").header("authorization", login(PASSWORD));
        let sent = sent.header("content-type", "application/json").body(Body::from(body)).expect("a request");
        client.send(sent).await.problem(status);
    }
    client.operate("POST", "/experiments").await.problem(415);
}

#[tokio::test]
async fn what_cannot_be_done_now_is_refused_with_its_reason() {
    let trial = Trial::draft(&json!({})).await;
    let client = &trial.client;
    client.operate_with("POST", "/experiments", &form(&json!({}))).await.problem(409);
    let step = |step: Value| async move { client.operate_with("POST", "/experiments/hero/steps", &step).await };
    let refused = step(json!({ "step": "pause" })).await.problem(409);
    assert_eq!(refused["detail"], "an experiment that is draft cannot pause");
    step(json!({ "step": "start" })).await;
    assert_eq!(fields(&step(json!({ "step": "stop", "winner": "nobody" })).await, 422), ["winner"]);
    let moved = form(&json!({ "coverage": 0.5 }));
    let refused = client.operate_with("PUT", "/experiments/hero", &moved).await.problem(409);
    assert!(refused["detail"].as_str().is_some_and(|text| text.starts_with("coverage decides")), "{refused}");
    let renamed = client.operate_with("PUT", "/experiments/hero", &form(&json!({ "key": "other" }))).await;
    assert_eq!(fields(&renamed, 422), ["key"]);
    let shown = client.operate("GET", "/experiments/hero").await.json()["definition"].clone();
    let same = client.operate_with("PUT", "/experiments/hero", &shown).await.problem(409);
    assert_eq!(same["detail"], "nothing changes", "what is shown can be sent again");
}

#[tokio::test]
async fn all_faults_of_a_step_come_back_at_once() {
    let trial = Trial::running(&json!({})).await;
    let faults = |step: Value| {
        let client = trial.client.clone();
        async move { fields(&client.operate_with("POST", "/experiments/hero/steps", &step).await, 422) }
    };
    let wrong = json!({ "step": 7, "winner": ["a"], "reason": {}, "definition": { "name": "Hero", "goal": 3 } });
    let expected = ["step", "winner", "reason", "definition.hypothesis", "definition.variations", "definition.goal"];
    assert_eq!(faults(wrong).await[..6], expected);
    assert_eq!(faults(json!({})).await, ["step"]);
    assert_eq!(faults(json!({ "step": "dance" })).await, ["step"]);
    assert_eq!(faults(json!({ "step": "freeze" })).await, ["reason"]);
    assert_eq!(faults(json!({ "step": "freeze", "reason": "x".repeat(501) })).await, ["reason"]);
    assert_eq!(faults(json!({ "step": "begin" })).await, ["definition"]);
    assert_eq!(faults(json!({ "step": "begin", "definition": 7 })).await, ["definition"]);
    let other = form(&json!({ "key": "other" }));
    assert_eq!(faults(json!({ "step": "begin", "definition": other })).await, ["definition.key"]);
    assert_eq!(trial.experiment().await.version, 2, "nothing was changed");
}

#[tokio::test]
async fn what_nobody_made_is_not_found() {
    let client = House::new().client();
    for path in [
        "/experiments/nobody",
        "/experiments/nobody/figures",
        "/dashboard/experiments/nobody",
        "/experiments/two%20words",
    ] {
        client.operate("GET", path).await.problem(404);
        assert_eq!(client.get(path).await.status, 401, "{path}");
    }
    client.operate_with("PUT", "/experiments/nobody", &form(&json!({}))).await.problem(404);
    client.operate_with("POST", "/experiments/nobody/steps", &json!({ "step": "start" })).await.problem(404);
}

#[tokio::test]
async fn a_draft_has_a_page_and_no_figures() {
    let trial = Trial::draft(&json!({})).await;
    trial.get("/experiments/hero/figures", "en").await.problem(404);
    let page = trial.page("/dashboard/experiments/hero", "en").await;
    assert!(page.contains("This is a draft: nobody sees it yet.") && page.contains("A face"), "{page}");
    assert!(!page.contains("<svg"));
    trial.get("/dashboard/experiments/hero?phase=1", "en").await.problem(404);
    let list = trial.get("/experiments", "en").await.json();
    assert_eq!(
        (&list["experiments"][0]["status"], &list["experiments"][0]["sentence"]),
        (&json!("draft"), &Value::Null)
    );
}

#[tokio::test]
async fn the_samples_can_be_made_and_started_as_they_are() {
    let client = House::new().client();
    let samples = client.operate("GET", "/experiments/samples").await.json();
    let samples = samples["definitions"].as_array().expect("samples").clone();
    assert_eq!(samples.len(), 12);
    for sample in samples {
        assert_eq!(client.operate_with("POST", "/experiments", &sample).await.status, 201, "{sample}");
        let steps = format!("/experiments/{}/steps", sample["key"].as_str().expect("a key"));
        assert_eq!(client.operate_with("POST", &steps, &json!({ "step": "start" })).await.status, 200);
    }
    assert_eq!(client.operate("GET", "/experiments").await.json()["experiments"].as_array().map(Vec::len), Some(12));
    assert_eq!(client.operate("GET", "/dashboard/experiments").await.status, 200);
}

#[tokio::test]
async fn figures_say_what_may_be_concluded_in_the_readers_language() {
    let trial = Trial::running(&json!({})).await;
    let nobody = trial.get("/experiments/hero/figures", "nl").await.json();
    assert_eq!(nobody["sentence"], "Te vroeg om iets te zeggen: er is nog niemand geteld.");
    trial.days_pass(30, 12, &[30, 40]).await;
    let told = trial.get("/experiments/hero/figures", "en-GB").await.json();
    let sentence = told["sentence"].as_str().expect("a sentence");
    assert!(sentence.starts_with("Too early to say: at this rate it needs about "), "{sentence}");
    assert_eq!((&told["of"], &told["phase"], &told["daysRun"]), (&json!("people"), &json!(1), &json!(30)));
    assert_eq!(told["plan"]["minimumVisitors"], 500);
    let exposed: u64 =
        told["variations"].as_array().expect("variations").iter().filter_map(|one| one["exposed"].as_u64()).sum();
    assert_eq!(exposed, 360);
    assert_eq!(told["overTime"][1]["rate"].as_array().map(Vec::len), Some(31));
    let listed = trial.get("/experiments", "en").await.json()["experiments"][0]["sentence"].clone();
    assert_eq!(listed, told["sentence"]);

    trial.step(&json!({ "step": "begin", "definition": form(&json!({})) })).await;
    let of = |query: &'static str| trial.get(query, "en");
    let latest = of("/experiments/hero/figures").await.json();
    assert_eq!((&latest["phase"], &latest["of"]), (&json!(2), &json!("views")));
    let first = of("/experiments/hero/figures?phase=1").await.json();
    assert_eq!(first["sentence"], "It ended before anything could be concluded.");
    assert_eq!(of("/experiments/hero/figures?of=people").await.json()["of"], "people");
    of("/experiments/hero/figures?phase=3").await.problem(404);
    for wrong in ["?of=everybody", "?phase=x", "?phase=70000", "?until=now"] {
        trial.get(&format!("/experiments/hero/figures{wrong}"), "en").await.problem(400);
    }
}

#[tokio::test]
async fn every_member_of_the_figures_is_in_the_document() {
    let trial = Trial::running(&json!({ "guardrails": ["bookings", "revenue"] })).await;
    trial.days_pass(20, 20, &[40, 60]).await;
    let told = trial.get("/experiments/hero/figures", "nl").await.json();
    let document = openapi::document("");
    let schemas = &document["components"]["schemas"];
    let members = |schema: &str, value: &Value| {
        let named: Vec<_> = schemas[schema]["properties"].as_object().expect("properties").keys().cloned().collect();
        let sent: Vec<_> = value.as_object().expect("an object").keys().cloned().collect();
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        assert_eq!(sorted(named), sorted(sent), "{schema}");
    };
    members("FiguresView", &told);
    members("PlanView", &told["plan"]);
    members("VariationFiguresView", &told["variations"][0]);
    members("AnalysisView", &told["analysis"]);
    members("SentencesView", &told["sentences"]);
    members("SeriesView", &told["overTime"][1]);
    members("PointView", &told["overTime"][1]["uplift"][0]);
    members("RangeView", &told["overTime"][1]["uplift"][0]["interval"]);
    members("ExperimentView", &trial.get("/experiments/hero", "nl").await.json());
}

#[tokio::test]
async fn pages_that_tell_of_more_than_they_showed_are_told_politely() {
    let trial = Trial::running(&json!({})).await;
    trial.house.clock.advance(SignedDuration::from_hours(1));
    let key = ExperimentKey::parse("hero").expect("a key");
    let seen = Seen::on_page([Shown { experiment: key, variation: 1 }]);
    let changes = Changes::new().with(Change::Convert(Box::new(trial.won(seen, Goal::Enquiry, 0))));
    trial.house.memory.commit(changes).await.expect("it is counted");
    let told = trial.get("/experiments/hero/figures", "nl").await;
    assert_eq!((told.status.as_u16(), &told.json()["analysis"]), (200, &Value::Null));
    assert_eq!(told.json()["unreadable"]["field"], "conversions");
    let page = trial.page("/dashboard/experiments/hero", "nl").await;
    assert!(page.contains("meer aanvragen dan weergaven"), "{page}");
}

#[tokio::test]
async fn nine_months_are_a_page_with_a_sentence_a_table_and_two_plots() {
    let names = json!({
        "name": "<script>alert(1)</script> & \"first\" button", "hypothesis": "</style><img src=x onerror=alert(1)>",
        "variations": [
            { "key": "control", "name": "Contact" },
            { "key": "date", "name": "Is mijn datum vrij?" },
            { "key": "evil", "name": "<svg onload=alert(1)>" },
        ],
        "guardrails": ["bookings", "revenue"],
    });
    let trial = Trial::running(&names).await;
    trial.days_pass(274, 30, &[20, 46, 22]).await;
    let page = trial.page("/dashboard/experiments/hero", "nl").await;
    assert!(page.contains("&lt;script&gt;alert(1)") || page.contains("&#60;script&#62;alert(1)"), "{page}");
    assert!(!page.contains("<img") && !page.contains("<svg onload"), "{page}");
    assert_eq!(
        (page.matches("<svg ").count(), page.matches("<desc ").count(), page.matches("</title>").count()),
        (2, 2, 3)
    );
    for said in [
        "Is mijn datum vrij? is beter dan Contact: ",
        "Kans de beste te zijn",
        "Verwacht verlies",
        "geen verschil",
        "Zoals gepland.",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert_eq!(page.matches("class=\"line\"").count(), 5, "three rates and two differences");
    let english = trial.page("/dashboard/experiments/hero", "en").await;
    assert!(english.contains("Is mijn datum vrij? is better than Contact: "), "{english}");
    assert!(english.contains("<html lang=\"en\">"));
    let overview = trial.page("/dashboard/experiments", "nl").await;
    assert!(
        overview.contains("Is mijn datum vrij? is beter dan Contact: ")
            && overview.contains("href=\"experiments/hero\"")
    );
    trial.page("/api/dashboard/experiments/hero?of=views", "nl").await;
}

#[tokio::test]
async fn every_state_of_an_experiment_has_a_page() {
    let trial = Trial::running(&json!({ "goal": "revenue", "guardrails": ["enquiries"] })).await;
    trial.page("/dashboard/experiments/hero", "nl").await;
    trial.days_pass(40, 20, &[60, 90]).await;
    let page = trial.page("/dashboard/experiments/hero", "en").await;
    assert!(page.contains("revenue per visitor") && page.contains("€"), "{page}");
    trial.step(&json!({ "step": "freeze", "reason": "<b>twice</b>" })).await;
    let frozen = trial.page("/dashboard/experiments/hero", "nl").await;
    assert!(frozen.contains("Bevroren: ") && !frozen.contains("<b>twice"), "{frozen}");
    trial.step(&json!({ "step": "begin", "definition": form(&json!({})) })).await;
    let anew = trial.page("/dashboard/experiments/hero", "nl").await;
    assert!(anew.contains("?phase=1") && anew.contains("Fase 2"), "{anew}");
    trial.page("/dashboard/experiments/hero?phase=1&of=people", "nl").await;
    trial.step(&json!({ "step": "stop", "winner": "face" })).await;
    assert!(trial.page("/dashboard/experiments/hero", "nl").await.contains("Gekozen: <strong>A face</strong>"));
}
