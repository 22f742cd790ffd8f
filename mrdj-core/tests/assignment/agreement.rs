//! Generated questions with the answers of GrowthBook's JavaScript SDK 1.8.0.
//!
//! `sdk_answers.jsonl` holds one case a line: a payload, a visitor, and what the SDK says of every feature and experiment.
//! `ASSIGNMENT_CASES` names another file of the same shape, for a run over more of them than are kept here.

use std::collections::BTreeMap;
use std::fs;

use mrdj_core::experiments::assignment::{
    Attributes, Catalogue, Exposures, LoadOptions, PageUrl, StickyDocument, Value, Visitor,
};
use serde::Deserialize;
use serde_json::{Value as Json, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    payload: Value,
    attributes: Attributes,
    url: Option<String>,
    #[serde(default)]
    forced_variations: BTreeMap<String, i32>,
    #[serde(default)]
    forced_values: BTreeMap<String, Value>,
    sticky: Option<Vec<StickyDocument>>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    qa_mode: bool,
    #[serde(default = "yes")]
    enabled: bool,
    overrides: Option<Value>,
    features: BTreeMap<String, Json>,
    experiments: BTreeMap<String, Json>,
}

const fn yes() -> bool {
    true
}

/// What the SDK would say.
fn answer(result: &Json, exposures: &Exposures<'_>, sticky: &[StickyDocument]) -> Json {
    let tracks: Vec<_> = exposures.iter().collect();
    json!({ "result": result, "tracks": tracks, "sticky": sticky })
}

/// Numbers as JavaScript has them, of one kind only.
fn plain(json: &Json) -> Json {
    let value: Value = serde_json::from_value(json.clone()).expect("JSON is a value");
    serde_json::to_value(value).expect("a value is JSON")
}

impl Case {
    /// What differs from the SDK's answers, and how many of these there are.
    fn differences(&self) -> (Vec<String>, usize) {
        let options = LoadOptions { overrides: self.overrides.as_ref(), ..LoadOptions::default() };
        let loaded = Catalogue::load_with(&self.payload.to_string(), options).expect("a payload");
        let page = self.url.as_deref().map(PageUrl::new);
        let variations: Vec<_> = self.forced_variations.iter().map(|(key, at)| (key.as_str(), *at)).collect();
        let values: Vec<_> = self.forced_values.iter().map(|(id, value)| (id.as_str(), value.clone())).collect();
        let groups: Vec<_> = self.groups.iter().map(String::as_str).collect();
        let visitor = Visitor {
            page: page.as_ref(),
            forced_variations: &variations,
            forced_values: &values,
            sticky: self.sticky.as_deref(),
            groups: &groups,
            enabled: self.enabled,
            qa_mode: self.qa_mode,
            ..Visitor::new(&self.attributes)
        };
        let features = self.features.iter().map(|(id, expected)| {
            let found = loaded.catalogue.feature(id, &visitor);
            let result = serde_json::to_value(&found).expect("a result is JSON");
            (id, expected, answer(&result, &found.exposures, &found.sticky))
        });
        let experiments = self.experiments.iter().map(|(key, expected)| {
            let found = loaded.catalogue.experiment(key, &visitor).expect("the experiment is there");
            let result = serde_json::to_value(found.result).expect("a result is JSON");
            (key, expected, answer(&result, &found.exposures, &found.sticky))
        });
        // Where JavaScript throws, it is enough that something is answered here.
        let all: Vec<_> =
            features.chain(experiments).filter(|(_, expected, _)| expected.get("throws").is_none()).collect();
        let differs = all.iter().filter(|(_, expected, found)| plain(expected) != plain(found));
        let told =
            |(id, expected, found): &(&String, &Json, Json)| format!("{id}\n  SDK:  {expected}\n  here: {found}");
        (differs.map(told).collect(), all.len())
    }
}

#[test]
fn the_sdk_gives_the_same_answers() {
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/assignment/sdk_answers.jsonl").to_owned();
    let file = std::env::var("ASSIGNMENT_CASES").unwrap_or(kept);
    let text = fs::read_to_string(&file).expect("the cases are kept beside this test");
    let (mut asked, mut differing) = (0, Vec::new());
    for (at, line) in text.lines().enumerate() {
        let case: Case = serde_json::from_str(line).expect("a case");
        let (differences, answers) = case.differences();
        asked += answers;
        differing.extend(differences.into_iter().map(|difference| format!("line {}: {difference}", at + 1)));
    }
    assert!(asked > 500, "only {asked} answers are there to be compared");
    println!("{asked} answers compared");
    let few = differing.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(differing.is_empty(), "{} of {asked} differ:\n{few}", differing.len());
}
