//! Nanoseconds for one assignment, here and by GrowthBook's own crate, on the same payload and visitor.
//!
//! Run it in this folder with `cargo bench`. Both are asked what is loaded already, and both answer the same, which is
//! checked first.

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use growthbook_rust::growthbook::GrowthBook;
use growthbook_rust::model_public::GrowthBookAttribute;
use mrdj_core::experiments::assignment::{Attributes, Catalogue, Visitor};
use serde_json::{Value, json};

/// What is asked, and of which feature.
const QUESTIONS: [(&str, &str); 6] = [
    ("a flag for a fifth", "callback"),
    ("an experiment for all", "open"),
    ("an experiment for one country", "local"),
    ("an experiment with five conditions", "hero"),
    ("the last of ten rules", "price"),
    ("an experiment behind another feature", "behind"),
];

fn features() -> Value {
    let targeting = json!({
        "country": { "$in": ["NL", "BE", "DE"] },
        "age": { "$gte": 18 },
        "tags": { "$elemMatch": { "$eq": "wedding" } },
        "app": { "$vgte": "1.2.0" },
        "visitor.kind": { "$ne": "bot" },
    });
    let experiment = |key: &str, condition: &Value| {
        json!({
            "key": key, "variations": ["plain", "party"], "weights": [0.5, 0.5], "coverage": 1, "hashVersion": 2,
            "meta": [{ "key": "control" }, { "key": "party" }], "condition": condition,
        })
    };
    let mut rules: Vec<_> =
        (0..9).map(|nr| json!({ "condition": { "country": format!("X{nr}") }, "force": "nobody" })).collect();
    rules.push(experiment("price-test", &targeting));
    let mut behind = experiment("behind-test", &json!({ "country": "NL" }));
    // GrowthBook asks the other feature first.
    behind["parentConditions"] = json!([{ "id": "open", "condition": { "value": { "$exists": true } } }]);
    json!({
        "callback": { "defaultValue": false, "rules": [{ "force": true, "coverage": 0.2, "hashVersion": 2 }] },
        "open": { "defaultValue": "plain", "rules": [experiment("open-test", &json!({}))] },
        "local": { "defaultValue": "plain", "rules": [experiment("local-test", &json!({ "country": "NL" }))] },
        "hero": { "defaultValue": "plain", "rules": [experiment("hero-test", &targeting)] },
        "price": { "defaultValue": "plain", "rules": rules },
        "behind": { "defaultValue": "plain", "rules": [behind] },
    })
}

fn visitor() -> Value {
    json!({
        "id": "0198f0a2-7c3e-7a11-9c1d-2f6b1a9e0c11", "country": "NL", "age": 31, "tags": ["music", "wedding"],
        "app": "1.10.3", "visitor": { "kind": "person" }, "premium": false, "language": "nl",
    })
}

fn assignment(criterion: &mut Criterion) {
    let payload = json!({ "features": features() }).to_string();
    let loaded = Catalogue::load(&payload).expect("a payload");
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    let attributes = Attributes::parse(&visitor().to_string()).expect("attributes");
    let ours = Visitor::new(&attributes);

    let peer = GrowthBook {
        forced_variations: None,
        features: serde_json::from_value(features()).expect("features"),
        attributes: None,
        sticky_bucket_service: None,
        saved_groups: HashMap::new(),
    };
    let theirs = Some(GrowthBookAttribute::from(visitor()).expect("attributes"));

    for (name, feature) in QUESTIONS {
        let answer = loaded.catalogue.feature(feature, &ours);
        let other = peer.check(feature, &theirs);
        let value = serde_json::to_value(answer.value).expect("JSON");
        assert_eq!((&value, answer.source.word()), (&other.value, other.source.as_str()), "{feature}");

        let mut group = criterion.benchmark_group(name);
        group.bench_function("here", |bench| {
            bench.iter(|| loaded.catalogue.feature(black_box(feature), black_box(&ours)).on());
        });
        group.bench_function("growthbook-rust", |bench| {
            bench.iter(|| peer.check(black_box(feature), black_box(&theirs)).on);
        });
        group.finish();
    }

    let text = visitor().to_string();
    criterion.bench_function("attributes read from JSON", |bench| bench.iter(|| Attributes::parse(black_box(&text))));
    criterion.bench_function("payload loaded", |bench| bench.iter(|| Catalogue::load(black_box(&payload))));
}

criterion_group!(benches, assignment);
criterion_main!(benches);
