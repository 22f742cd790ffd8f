//! What operators do with experiments.

use mrdj_core::clock::Clock;
use mrdj_core::delivery::{DeliveryDesk, Filter};
use mrdj_core::experiments::{ExperimentError, Status, Step, StepRefused};
use serde_json::json;

use crate::scene::{Scene, form, hero};

#[tokio::test]
async fn an_experiment_goes_from_a_draft_to_a_winner_and_each_step_is_told() {
    let scene = Scene::new();
    let draft = scene.experiments.create(&form(), "rik").await.expect("a draft");
    let mut steps = vec![Step::Start, Step::Pause, Step::Resume];
    steps.push(Step::Stop { winner: Some("face".to_owned()) });
    for step in &steps {
        scene.experiments.step(&hero(), step, "rik").await.expect("a step");
    }
    let over = scene.experiments.find(&hero()).await.expect("a look").expect("it is kept");
    assert_eq!(over.status, Status::Stopped { winner: Some("face".to_owned()) });
    assert_eq!(scene.experiments.list().await.expect("a list"), [over]);

    let filter = Filter { subject: Some(draft.id.uuid()), ..Filter::default() };
    let owed = DeliveryDesk::list(&*scene.store, &filter, 100, scene.clock.now()).await.expect("what is owed");
    let mut told: Vec<_> = owed.iter().map(|owed| (owed.edition, owed.kind.as_str())).collect();
    told.sort_unstable();
    let expected = ["created", "started", "paused", "resumed", "stopped"].map(|word| format!("experiment.{word}"));
    assert_eq!(told, (1..).zip(expected.iter().map(String::as_str)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_definition_that_is_wrong_is_told_in_every_place_and_keeps_nothing() {
    let scene = Scene::new();
    let mut wrong = form();
    (wrong["name"], wrong["goal"]) = (json!(7), json!("clicks"));
    let Err(ExperimentError::Invalid(faults)) = scene.experiments.create(&wrong, "rik").await else {
        panic!("it is wrong");
    };
    let fields: Vec<_> = faults.0.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["name", "goal"]);
    assert!(scene.experiments.list().await.expect("a list").is_empty());
}

#[tokio::test]
async fn a_key_names_one_experiment_for_ever() {
    let scene = Scene::new();
    scene.running().await;
    assert!(matches!(scene.experiments.create(&form(), "rik").await, Err(ExperimentError::KeyTaken)));
    let mut renamed = form();
    renamed["key"] = json!("other");
    assert!(matches!(scene.experiments.change(&hero(), &renamed, "rik").await, Err(ExperimentError::OtherKey)));
    let other = mrdj_core::experiments::ExperimentKey::parse("other").expect("a key");
    let unknown = scene.experiments.step(&other, &Step::Start, "rik").await;
    assert!(matches!(unknown, Err(ExperimentError::Unknown)));
}

#[tokio::test]
async fn what_moves_visitors_takes_a_new_phase_which_counts_anew() {
    let scene = Scene::new();
    let hero_1 = scene.running().await;
    let visitor = scene.visitor();
    let record =
        async |view| mrdj_core::experiments::ExposureLog::record(&*scene.store, &[view]).await.expect("recorded");
    assert_eq!(record(scene.view(&hero_1, Some(visitor))).await, 1);
    let mut half = form();
    half["coverage"] = json!(0.5);
    let refused = scene.experiments.change(&hero(), &half, "rik").await;
    let moves = StepRefused::MovesVisitors("coverage");
    assert!(matches!(refused, Err(ExperimentError::Step(step)) if step == moves));
    let hero_2 = scene.experiments.begin(&hero(), &half, "rik").await.expect("a new phase");
    assert_eq!(record(scene.view(&hero_2, Some(visitor))).await, 1);
    let figures = scene.experiments.figures(&hero()).await.expect("figures");
    let phases: Vec<_> = figures.iter().map(|(cell, tally)| (cell.phase, tally.exposed)).collect();
    assert_eq!(phases, [(1, 1), (2, 1)]);
}
