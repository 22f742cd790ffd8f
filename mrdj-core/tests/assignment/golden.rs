//! Assignments that never change: a visitor who sees one variation today sees it tomorrow.
//!
//! `golden.json` holds experiments, visitors, and for each pair the place of the variation, or a dash for who is out. The
//! file is not rendered by this code: whoever has to change it moves people.

use mrdj_core::experiments::assignment::{Attributes, Catalogue, Value, Visitor};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Golden {
    visitors: Vec<Value>,
    assignments: Vec<Assignments>,
}

#[derive(Deserialize)]
struct Assignments {
    experiment: Value,
    variations: String,
}

fn alone(experiment: &Value) -> Catalogue {
    let payload = json!({ "experiments": [experiment] });
    Catalogue::load(&payload.to_string()).expect("a payload").catalogue
}

/// The place of the variation that who is known by `id` sees.
fn seen(catalogue: &Catalogue, key: &str, id: &Value) -> Option<usize> {
    let attributes = Attributes::new().with("id", id.clone());
    let run = catalogue.experiment(key, &Visitor::new(&attributes)).expect("the experiment is there");
    run.result.in_experiment.then_some(run.result.variation.id)
}

#[test]
fn no_visitor_moves() {
    let golden: Golden = serde_json::from_str(include_str!("golden.json")).expect("the golden file");
    let mut moved = Vec::new();
    for Assignments { experiment, variations } in &golden.assignments {
        let key = experiment.get("key").and_then(|key| if let Value::Text(key) = key { Some(&**key) } else { None });
        let (key, catalogue) = (key.expect("an experiment has a key"), alone(experiment));
        assert_eq!(variations.len(), golden.visitors.len(), "{key}");
        for (id, before) in golden.visitors.iter().zip(variations.chars()) {
            let now = seen(&catalogue, key, id)
                .map_or('-', |at| char::from(b'0' + u8::try_from(at).expect("a few variations")));
            if now != before {
                moved.push(format!("{key}: {id} moved from {before} to {now}"));
            }
        }
    }
    assert!(moved.is_empty(), "{} moved:\n{}", moved.len(), moved.join("\n"));
}

#[test]
fn ten_thousand_visitors_are_shared_fairly() {
    for version in [1, 2] {
        let fields = json!({ "key": "half and half", "variations": [0, 1], "hashVersion": version });
        let catalogue = alone(&serde_json::from_value(fields).expect("JSON"));
        let second = (0..10_000)
            .filter(|nr| seen(&catalogue, "half and half", &format!("visitor-{nr}").into()) == Some(1))
            .count();
        assert!((4_900..=5_100).contains(&second), "version {version}: {second} of 10,000");
    }
}
