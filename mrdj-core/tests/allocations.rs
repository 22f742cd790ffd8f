//! One assignment with targeting takes no memory.

use std::hint::black_box;

use mrdj_core::experiments::assignment::{Attributes, Catalogue, PageUrl, Visitor};

const PAYLOAD: &str = r#"{
    "features": {
        "market": { "defaultValue": "nl" },
        "hero": {
            "defaultValue": "plain",
            "rules": [
                { "id": "staff", "condition": { "email": { "$regex": "@example\\.org$" } }, "force": "party" },
                {
                    "id": "test",
                    "parentConditions": [{ "id": "market", "condition": { "value": "nl" } }],
                    "filters": [{ "seed": "pool", "ranges": [[0, 1]] }],
                    "condition": {
                        "country": { "$in": ["NL", "BE"] },
                        "age": { "$gte": 18, "$lt": "120" },
                        "tags": { "$elemMatch": { "$ini": ["WEDDING"] }, "$size": { "$gt": 0 } },
                        "app": { "$vgte": "1.2.0" },
                        "visitor.kind": { "$ne": "bot" },
                        "$or": [{ "id": { "$inGroup": "known" } }, { "$not": { "premium": true } }]
                    },
                    "key": "hero-test",
                    "variations": ["plain", "party"],
                    "hashVersion": 2,
                    "meta": [{ "key": "control" }, { "key": "party" }]
                }
            ]
        },
        "callback": { "defaultValue": false, "rules": [{ "force": true, "coverage": 0.2, "hashAttribute": "nr" }] }
    },
    "experiments": [{
        "key": "price", "variations": [1, 2, 3], "namespace": ["site", 0, 1],
        "urlPatterns": [{ "include": true, "type": "simple", "pattern": "example.com/*" }]
    }],
    "savedGroups": { "known": ["visitor-1", "visitor-2", "visitor-3"] }
}"#;

const VISITOR: &str = r#"{
    "id": "0198f0a2-7c3e-7a11-9c1d-2f6b1a9e0c11", "nr": 4211.5, "country": "NL", "age": 31, "tags": ["Wedding", "music"],
    "app": "1.10.3", "visitor": { "kind": "person" }, "email": "jan@example.com", "premium": false
}"#;

#[test]
fn asking_takes_no_memory() {
    let loaded = Catalogue::load(PAYLOAD).expect("a payload");
    assert_eq!(loaded.warnings, []);
    let attributes = Attributes::parse(VISITOR).expect("attributes");
    let page = PageUrl::new("https://example.com/feest?utm_source=mail");
    let visitor = Visitor { page: Some(&page), ..Visitor::new(&attributes) };
    let ask = || {
        let hero = loaded.catalogue.feature("hero", black_box(&visitor));
        let price = loaded.catalogue.experiment("price", black_box(&visitor)).expect("the experiment is there");
        let callback = loaded.catalogue.feature("callback", black_box(&visitor));
        (hero.exposures.len() + price.exposures.len(), black_box(callback).on())
    };
    // Patterns learn at their first use.
    assert_eq!(ask().0, 2, "both experiments are reached");
    let taken = allocation_counter::measure(|| {
        for _ in 0..1_000 {
            black_box(ask());
        }
    });
    assert_eq!((taken.count_total, taken.bytes_total), (0, 0));
}

#[test]
fn the_counter_counts() {
    let taken = allocation_counter::measure(|| drop(black_box(vec![1_u8])));
    assert_eq!(taken.count_total, 1);
}
