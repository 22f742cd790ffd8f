//! The proof of the content: whatever is wrong with it is told with its file and its place.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Personalization;

fn variants() -> Value {
    serde_json::from_str(Personalization::SAMPLE_FILES[0].1).expect("the sample")
}

fn cities() -> Value {
    serde_json::from_str(Personalization::SAMPLE_FILES[1].1).expect("the sample")
}

/// What is said of these files, a line each.
fn faults(variants: &str, cities: &str) -> Vec<String> {
    let faults = Personalization::parse(variants, cities).err().map(|invalid| invalid.to_string()).unwrap_or_default();
    faults.lines().map(str::to_owned).collect()
}

/// The same of the sample with `value` at `place`; a null takes away what is there.
fn with(file: &str, place: &str, value: &Value) -> Vec<String> {
    let (mut variants, mut cities) = (variants(), cities());
    let whole = if file == "variants.json" { &mut variants } else { &mut cities };
    match whole.pointer_mut(place) {
        Some(there) => *there = value.clone(),
        None => {
            let (above, name) = place.rsplit_once('/').expect("a pointer");
            whole.pointer_mut(above).expect("an object")[name] = value.clone();
        }
    }
    faults(&variants.to_string(), &cities.to_string())
}

const NAME: &str = "is no name of 1 to 64 small letters, digits, - and _";

#[test]
fn the_sample_is_right() {
    assert_eq!(faults(&variants().to_string(), &cities().to_string()), Vec::<String>::new());
    assert_eq!(faults(&variants().to_string(), "[]"), Vec::<String>::new());
}

#[test]
fn every_fault_of_the_variants_names_its_file_and_path() {
    let long = json!({"nl": "x".repeat(121), "en": "x"});
    let html = json!({"nl": "x", "en": "<b>x</b>"});
    for (place, value, told) in [
        ("/defaultVariantId", json!(null), "defaultVariantId: is missing"),
        ("/defaultVariantId", json!("nobody"), "defaultVariantId: is the id of no variant"),
        ("/defaultVariantId", json!(7), format!("defaultVariantId: {NAME}").as_str()),
        ("/colour", json!("blue"), "colour: is not known here, as defaultVariantId, city, variants are"),
        ("/city", json!(null), "city: is missing"),
        (
            "/city/hero/title",
            json!({"nl": "{city}", "en": "x"}),
            "city.hero.title: does not name the city: {city} stands for it",
        ),
        ("/city/hero/title/nl", json!(null), "city.hero.title.nl: is missing"),
        ("/variants", json!({}), "variants: is no list"),
        ("/variants", json!([]), "variants: has 0 items; there are 1 to 100"),
        ("/variants/1", json!("x"), "variants[1]: is no object"),
        ("/variants/1/id", json!(null), "variants[1].id: is missing"),
        ("/variants/1/id", json!("Romantic Wedding"), format!("variants[1].id: {NAME}").as_str()),
        ("/variants/1/id", json!("default_master"), "variants[1].id: another has the same"),
        ("/variants/1/id", json!("city_x"), "variants[1].id: begins with city_, as the pages of cities do"),
        ("/variants/1/experimentId", json!(7), format!("variants[1].experimentId: {NAME}").as_str()),
        ("/variants/1/keywords", json!("dj"), "variants[1].keywords: is no list"),
        ("/variants/1/keywords", json!(vec!["x"; 33]), "variants[1].keywords: has 33 items; there are 0 to 32"),
        ("/variants/1/keywords/2", json!(7), "variants[1].keywords[2]: is no text"),
        ("/variants/1/keywords/2", json!(" "), "variants[1].keywords[2]: is empty"),
        ("/variants/1/keywords/2", json!("?!"), "variants[1].keywords[2]: holds neither letter nor digit"),
        ("/variants/1/keywords/2", json!("x".repeat(101)), "variants[1].keywords[2]: is longer than 100 characters"),
        (
            "/variants/1/intentTags/0",
            json!("Brúiloft-DJ"),
            "variants[1].intentTags[0]: is there twice, when case and accents are left off",
        ),
        ("/variants/2/label", json!("Feest"), "variants[2].label: is no object"),
        ("/variants/2/label", long, "variants[2].label.nl: is longer than 120 characters"),
        ("/variants/2/label", html, "variants[2].label.en: holds < or >: a text is no HTML"),
        ("/variants/2/label/de", json!("x"), "variants[2].label.de: is not known here, as nl, en are"),
        ("/variants/2/hero", json!(null), "variants[2].hero: is missing"),
        ("/variants/2/hero", json!([]), "variants[2].hero: is no object"),
        ("/variants/2/hero/title/en", json!(null), "variants[2].hero.title.en: is missing"),
        (
            "/variants/2/hero/title/en",
            json!("a\u{7}b"),
            "variants[2].hero.title.en: contains characters that cannot be stored",
        ),
        ("/variants/2/hero/badges", json!([]), "variants[2].hero.badges: has 0 items; there are 1 to 5"),
        ("/variants/2/hero/badges/1/nl", json!(true), "variants[2].hero.badges[1].nl: is no text"),
        (
            "/variants/2/features/items/0/icon",
            json!("Ring!"),
            format!("variants[2].features.items[0].icon: {NAME}").as_str(),
        ),
        ("/variants/2/features/items/0/title/nl", json!(""), "variants[2].features.items[0].title.nl: is empty"),
    ] {
        let said = with("variants.json", place, &value);
        assert!(said.contains(&format!("variants.json: {told}")), "{place} {value}: {said:#?}");
    }
    let mut wordless = variants();
    wordless["variants"][3]["keywords"] = json!([]);
    wordless["variants"][3]["intentTags"] = json!(null);
    let told = "variants.json: variants[3]: no word leads to it: give it keywords or intentTags";
    assert_eq!(faults(&wordless.to_string(), "[]"), [told]);
}

#[test]
fn every_fault_of_the_cities_names_its_file_and_path() {
    let intro = json!({"nl": "Daar", "en": "There"});
    for (place, value, told) in [
        ("", json!({}), "is no list"),
        ("/3", json!(null), "[3]: is no object"),
        ("/3/name", json!(null), "[3].name: is missing"),
        ("/3/name", json!(7), "[3].name: is no text"),
        ("/3/name", json!("-"), "[3].name: holds neither letter nor digit"),
        ("/3/slug", json!("Den Bosch"), format!("[3].slug: {NAME}").as_str()),
        ("/3/slug", json!("eindhoven"), "[3].slug: another has the same"),
        ("/3/aliases", json!("den bosch"), "[3].aliases: is no list"),
        (
            "/3/aliases/0",
            json!("s hertogenbosch"),
            "[3].aliases[0]: is there twice, when case and accents are left off",
        ),
        ("/3/intro", json!("Daar"), "[3].intro: is no object"),
        ("/3/intro/en", json!(null), "[3].intro.en: is missing"),
        ("/3/intro", json!({"translations": intro}), "[3].intro.translations: is not known here, as nl, en are"),
        ("/3/venues", json!([]), "[3].venues: is not known here, as slug, name, aliases, intro are"),
    ] {
        let said = with("cities.json", place, &value);
        let told = format!("cities.json: {told}");
        assert!(said.contains(&told), "{place} {value}: {said:#?}");
    }
}

#[test]
fn all_faults_of_both_files_come_at_once() {
    let (mut variants, mut cities) = (variants(), cities());
    variants["variants"][0]["hero"]["title"]["en"] = json!("");
    variants["variants"][4]["pricing"] = json!(null);
    cities[0]["name"] = json!(null);
    cities[16]["intro"]["nl"] = json!(7);
    assert_eq!(
        faults(&variants.to_string(), &cities.to_string()),
        [
            "variants.json: variants[0].hero.title.en: is empty",
            "variants.json: variants[4].pricing: is missing",
            "cities.json: [0].name: is missing",
            "cities.json: [16].intro.nl: is no text",
        ]
    );
}

#[test]
fn what_is_no_json_is_told_with_its_line() {
    let said = faults("{\n  \"variants\": [\n}", "");
    assert_eq!(said[0], "variants.json: is no JSON: expected value at line 3 column 1");
    assert_eq!(said[1], "cities.json: is no JSON: EOF while parsing a value at line 1 column 0");
}

/// The places of everything in `value`, as pointers.
fn places(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| places(value, &format!("{here}/{name}"), all));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(nr, item)| places(item, &format!("{here}/{nr}"), all));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_content_breaks_the_reader(
        of_cities in any::<bool>(),
        place in any::<prop::sample::Index>(),
        value in prop::sample::select(vec![
            json!(null), json!(true), json!(0), json!(""), json!("x"), json!([]), json!({}), json!([[]]), json!({"nl": "x"}),
            json!({"nl": "x", "en": "x"}), json!(vec!["x"; 300]), json!(vec![json!({}); 300]),
        ]),
    ) {
        let (file, whole) = if of_cities { ("cities.json", cities()) } else { ("variants.json", variants()) };
        let mut all = Vec::new();
        places(&whole, "", &mut all);
        let said = with(file, &all[place.index(all.len())], &value);
        prop_assert!(said.iter().all(|line| line.starts_with(file)), "{:?}", said);
    }
}
