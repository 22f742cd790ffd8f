//! What holds for every payload and every visitor.

use mrdj_core::experiments::assignment::{Attributes, Catalogue, PageUrl, StickyDocument, Value, Visitor};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value as Json, json};

/// Every word that means something in a payload, and some that mean nothing.
const WORDS: &[&str] = &[
    "features",
    "experiments",
    "savedGroups",
    "contextualBandits",
    "defaultValue",
    "rules",
    "id",
    "condition",
    "parentConditions",
    "gate",
    "force",
    "variations",
    "contextualVariations",
    "contextualBanditRef",
    "contexts",
    "leafId",
    "weights",
    "key",
    "hashAttribute",
    "fallbackAttribute",
    "hashVersion",
    "disableStickyBucketing",
    "bucketVersion",
    "minBucketVersion",
    "range",
    "coverage",
    "namespace",
    "ranges",
    "meta",
    "name",
    "passthrough",
    "filters",
    "attribute",
    "seed",
    "tracks",
    "experiment",
    "result",
    "status",
    "active",
    "url",
    "urlPatterns",
    "include",
    "type",
    "pattern",
    "groups",
    "attributeKey",
    "values",
    "list",
    "simple",
    "regex",
    "draft",
    "$and",
    "$or",
    "$nor",
    "$not",
    "$savedGroup",
    "$eq",
    "$ne",
    "$lt",
    "$lte",
    "$gt",
    "$gte",
    "$in",
    "$nin",
    "$ini",
    "$nini",
    "$all",
    "$alli",
    "$exists",
    "$size",
    "$elemMatch",
    "$regex",
    "$regexi",
    "$type",
    "$veq",
    "$vne",
    "$vgt",
    "$vgte",
    "$vlt",
    "$vlte",
    "$inGroup",
    "$notInGroup",
    "$foo",
    "a",
    "b",
    "a.b",
    "value",
    "1",
    "",
    "1.2.3",
    "(?=a)",
    "^[a-z]+$",
    "é😀",
    "*.example.com/*",
];

fn leaf() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        select(&[-1.0, 0.0, 0.5, 1.0, 2.0, 1e300, -1e-300][..]).prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        select(WORDS).prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ]
}

/// Any JSON, with words that lead deep into a payload.
fn any_json() -> impl Strategy<Value = Json> {
    leaf().prop_recursive(7, 96, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Json::from),
            vec((select(WORDS), inner), 0..6).prop_map(|fields| {
                Json::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

/// A payload whose shape is right down to its rules.
fn payload() -> impl Strategy<Value = Json> {
    let named = || proptest::collection::btree_map(select(&["a", "b", "c"][..]), any_json(), 0..4);
    let rules = proptest::collection::btree_map(select(&["a", "b", "c"][..]), vec(named_rule(), 0..3), 0..4);
    (rules, vec(named_rule(), 0..3), named(), named()).prop_map(|(features, experiments, groups, bandits)| {
        let features: serde_json::Map<_, _> =
            features.into_iter().map(|(id, rules)| (id.to_owned(), json!({ "rules": rules }))).collect();
        json!({ "features": features, "experiments": experiments, "savedGroups": groups, "contextualBandits": bandits })
    })
}

fn named_rule() -> impl Strategy<Value = Json> {
    let fields = vec((select(WORDS), any_json()), 0..6);
    (fields, any::<bool>()).prop_map(|(fields, tries)| {
        let mut rule: serde_json::Map<_, _> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if tries {
            rule.insert("variations".to_owned(), json!(["control", "party"]));
            rule.insert("key".to_owned(), json!("a"));
        }
        Json::Object(rule)
    })
}

/// Asks everything of a catalogue.
fn ask_all(catalogue: &Catalogue, visitor: &Visitor<'_>) -> Vec<String> {
    let features = catalogue.features().map(|id| {
        let result = catalogue.feature(id, visitor);
        format!("{} {:?}", serde_json::to_string(&result).expect("a result is JSON"), result.sticky)
    });
    let experiments = catalogue.experiments().filter_map(|experiment| catalogue.experiment(&experiment.key, visitor));
    let experiments = experiments.map(|run| serde_json::to_string(&run.result).expect("a result is JSON"));
    features.chain(experiments).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_payload_and_no_attributes_panic(
        payload in prop_oneof![payload(), any_json()],
        attributes in any_json(),
        url in prop_oneof![any::<String>(), select(WORDS).prop_map(str::to_owned)],
        sticky: bool,
    ) {
        let attributes = Attributes::parse(&attributes.to_string()).unwrap_or_default();
        let page = PageUrl::new(&url);
        let documents = [StickyDocument {
            attribute_name: "id".to_owned(),
            attribute_value: "1".to_owned(),
            assignments: [("a__0".to_owned(), "1".to_owned())].into(),
        }];
        let visitor = Visitor {
            page: Some(&page),
            sticky: sticky.then_some(&documents),
            ..Visitor::new(&attributes)
        };
        if let Ok(loaded) = Catalogue::load(&payload.to_string()) {
            ask_all(&loaded.catalogue, &visitor);
            for warning in loaded.warnings {
                prop_assert!(!warning.path.is_empty() && !warning.what.is_empty());
            }
        }
    }

    #[test]
    fn no_text_is_a_payload_that_panics(text: String) {
        let is_object = serde_json::from_str::<Json>(&text).is_ok_and(|json| json.is_object());
        prop_assert_eq!(Catalogue::load(&text).is_ok(), is_object);
    }

    #[test]
    fn equal_attributes_get_equal_answers(payload in payload(), attributes in vec((select(WORDS), any_json()), 0..6)) {
        let catalogue = Catalogue::load(&payload.to_string()).expect("a payload").catalogue;
        let value = |json: &Json| serde_json::from_value::<Value>(json.clone()).expect("JSON");
        let mut once = Attributes::new();
        for (name, json) in attributes.iter().rev() {
            once.set(name, value(json));
        }
        let mut again = Attributes::new();
        for (name, json) in &attributes {
            again.set(name, value(json));
        }
        // What is set twice ends as it is set last, so both are brought to the same end.
        for (name, json) in &attributes {
            once.set(name, value(json));
        }
        prop_assert_eq!(ask_all(&catalogue, &Visitor::new(&once)), ask_all(&catalogue, &Visitor::new(&again)));
    }

    #[test]
    fn more_coverage_moves_nobody_who_is_in(
        id: String,
        weights in vec(0.01_f64..1.0, 2..5),
        coverages in (0.0_f64..=1.0, 0.0_f64..=1.0),
        version in 1..=2,
    ) {
        let sum: f64 = weights.iter().sum();
        let weights: Vec<_> = weights.iter().map(|weight| weight / sum).collect();
        let seen = |coverage: f64| {
            let payload = json!({ "experiments": [{
                "key": "a", "variations": weights, "weights": weights, "coverage": coverage, "hashVersion": version,
            }] });
            let catalogue = Catalogue::load(&payload.to_string()).expect("a payload").catalogue;
            let attributes = Attributes::new().with("id", id.as_str());
            let result = catalogue.experiment("a", &Visitor::new(&attributes)).expect("the experiment is there").result;
            result.in_experiment.then_some(result.variation.id)
        };
        let (less, more) = (coverages.0.min(coverages.1), coverages.0.max(coverages.1));
        if let Some(before) = seen(less) {
            prop_assert_eq!(seen(more), Some(before));
        }
    }

    #[test]
    fn who_is_remembered_sees_the_same_whatever_the_weights(id in "[a-zé😀]{1,9}", first in 0.01_f64..0.99, at: Index) {
        let payload = |first: f64| {
            let rule = json!({
                "key": "hero", "variations": ["control", "party"], "weights": [first, 1.0 - first],
                "meta": [{ "key": "control" }, { "key": "party" }],
            });
            Catalogue::load(&json!({ "features": { "hero": { "rules": [rule] } } }).to_string()).expect("a payload").catalogue
        };
        let attributes = Attributes::new().with("id", id.as_str());
        let new = Visitor { sticky: Some(&[]), ..Visitor::new(&attributes) };
        let (before, after) = (payload(first), payload([0.01, 0.5, 0.99][at.index(3)]));
        let seen = before.feature("hero", &new);
        let known = Visitor { sticky: Some(&seen.sticky), ..new };
        let again = after.feature("hero", &known);
        prop_assert_eq!((again.value, again.sticky.len()), (seen.value, 0));
        prop_assert!(again.experiment.is_some_and(|result| result.sticky_bucket_used));
    }
}
