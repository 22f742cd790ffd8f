//! A payload, attributes and an address, in three lines of bytes: whatever they hold, something comes of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mrdj_core::experiments::assignment::{Attributes, Catalogue, PageUrl, StickyDocument, Value, Visitor};

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(4, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (payload, attributes, url, sticky) = (line(), line(), line(), line());
    let Ok(loaded) = Catalogue::load(payload) else { return };
    let attributes = Attributes::parse(attributes).unwrap_or_default();
    let page = PageUrl::new(url);
    let documents: Option<Vec<StickyDocument>> = serde_json::from_str(sticky).ok();
    let visitor = Visitor {
        page: Some(&page),
        sticky: documents.as_deref(),
        forced_values: &[("forced", Value::Null)],
        ..Visitor::new(&attributes)
    };
    for id in loaded.catalogue.features() {
        let once = serde_json::to_string(&loaded.catalogue.feature(id, &visitor)).expect("a result is JSON");
        let again = serde_json::to_string(&loaded.catalogue.feature(id, &visitor)).expect("a result is JSON");
        assert_eq!(once, again, "the same question has the same answer");
    }
    for experiment in loaded.catalogue.experiments() {
        let run = loaded.catalogue.experiment(&experiment.key, &visitor).expect("the experiment is there");
        assert!(!run.result.hash_used || run.result.hash_value.is_some());
    }
});
