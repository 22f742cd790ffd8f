//! The proof of the choice: whole words alone, the best first, and nothing but our own in the answer.

use proptest::prelude::*;

use super::{Personalization, Source};
use crate::messages::Language;

const SOURCES: [Source; 10] = [
    Source::Keyword,
    Source::Search,
    Source::UtmTerm,
    Source::Persona,
    Source::Intent,
    Source::City,
    Source::UtmCampaign,
    Source::Landing,
    Source::UtmSource,
    Source::Referrer,
];

/// The page that `clues` lead to, and the reason: source, term and score.
fn chosen<'c>(content: &'c Personalization, clues: &[(Source, &str)]) -> (&'c str, Option<(Source, &'c str, u32)>) {
    let mut heard = content.clues();
    clues.iter().for_each(|(source, text)| heard.add(*source, text));
    let choice = heard.choose();
    (choice.page.id(), choice.reason.map(|reason| (reason.source, reason.term, reason.score)))
}

fn for_keyword(text: &str) -> String {
    chosen(&Personalization::sample(), &[(Source::Keyword, text)]).0.to_owned()
}

#[test]
fn the_sample_holds_five_variants_and_seventeen_cities_in_two_languages() {
    let content = Personalization::sample();
    let cities = content.pages().iter().filter(|page| page.city().is_some()).count();
    assert_eq!((content.pages().len() - cities, cities), (5, 17));
    for page in content.pages() {
        let texts = Language::ALL.map(|language| page.json(language));
        assert_ne!(texts[0], texts[1], "{}", page.id());
        assert!(texts.iter().all(|text| !text.contains("{city}")), "{}", page.id());
        assert!(page.city().is_none_or(|city| texts.iter().all(|text| text.contains(city.name()))), "{}", page.id());
    }
}

#[test]
fn a_word_leads_to_its_variant_and_tells_why() {
    let content = Personalization::sample();
    let wedding = chosen(&content, &[(Source::Keyword, "bruiloft")]);
    assert_eq!(wedding, ("romantic_wedding", Some((Source::Keyword, "bruiloft", 140))));
    let phrase = chosen(&content, &[(Source::UtmTerm, "goedkope bruiloft dj gezocht")]);
    assert_eq!(phrase, ("romantic_wedding", Some((Source::UtmTerm, "bruiloft dj", 101))));
    assert_eq!(chosen(&content, &[(Source::Keyword, "stofzuiger")]), ("default_master", None));
    assert_eq!(chosen(&content, &[]), ("default_master", None));
}

#[test]
fn a_city_is_named() {
    for text in ["dj eindhoven", "DJ EINDHOVEN", "dj-eindhoven", "dj+eindhoven", "dj,eindhoven", "Eíndhóven"] {
        assert_eq!(for_keyword(text), "city_eindhoven", "{text}");
    }
    for text in ["'s-Hertogenbosch", "s hertogenbosch", "dj Den Bosch", "’s‑Hertogenbosch"] {
        assert_eq!(for_keyword(text), "city_den-bosch", "{text}");
    }
    assert_eq!(for_keyword("feest in bergen op zoom"), "city_bergen-op-zoom");
    assert_eq!(for_keyword("bergen op een zoom"), "default_master");
}

/// A town whose name holds the letters of "event" and of "dev", one that holds "oven" and one that holds "den".
fn with_deventer() -> Personalization {
    let [(_, variants), _] = Personalization::SAMPLE_FILES;
    let town = |slug: &str, name: &str| {
        format!(r#"{{"slug": "{slug}", "name": "{name}", "intro": {{"nl": "Daar", "en": "There"}}}}"#)
    };
    let towns = [("deventer", "Deventer"), ("eindhoven", "Eindhoven"), ("den-bosch", "Den Bosch"), ("oss", "Oss")];
    let towns = towns.map(|(slug, name)| town(slug, name)).join(",");
    Personalization::parse(variants, &format!("[{towns}]")).expect("four towns")
}

#[test]
fn no_event_is_sent_to_deventer() {
    let content = with_deventer();
    let keywords = content.pages().iter().filter(|page| page.city().is_none()).flat_map(|page| page.terms());
    let others = ["event", "dev", "even", "den", "oven", "ossen", "eindhovense"].map(str::to_owned);
    for text in keywords.cloned().chain(others) {
        let (id, _) = chosen(&content, &[(Source::Keyword, &text)]);
        assert!(!id.starts_with("city_"), "{text} leads to {id}");
    }
    assert_eq!(chosen(&content, &[(Source::Keyword, "event deventer")]).0, "city_deventer");
    let bosch = chosen(&content, &[(Source::Landing, "/dj-den-bosch")]);
    assert_eq!(bosch, ("city_den-bosch", Some((Source::Landing, "Den Bosch", 50))));
}

#[test]
fn every_keyword_of_the_sample_leads_home() {
    let content = Personalization::sample();
    for page in content.pages() {
        for term in page.terms() {
            assert_eq!(chosen(&content, &[(Source::Keyword, term)]).0, page.id(), "{term}");
            let shouted = format!("  ¡{}! ", term.to_uppercase());
            assert_eq!(chosen(&content, &[(Source::Search, &shouted)]).0, page.id(), "{shouted}");
        }
    }
}

#[test]
fn what_was_asked_for_goes_before_where_somebody_comes_from() {
    let content = Personalization::sample();
    let clues = [
        (Source::Referrer, "https://trouwen.example.com/festival"),
        (Source::UtmCampaign, "zakelijk_2026"),
        (Source::Keyword, "verjaardag in tilburg"),
    ];
    let of = |some: &[(Source, &'static str)]| chosen(&content, some).0;
    assert_eq!(of(&clues[..1]), "romantic_wedding");
    assert_eq!(of(&clues[..2]), "corporate_energy");
    assert_eq!(of(&clues), "city_tilburg");
    assert_eq!(of(&[(Source::City, "Breda"), (Source::Persona, "bruidspaar")]), "romantic_wedding");
    // The site's own name says nothing about a visit.
    assert_eq!(of(&[(Source::Landing, "https://bruiloft-dj.example.com")]), "default_master");
    assert_eq!(of(&[(Source::Landing, "https://dj.example.com/bruiloft-dj?x=1")]), "romantic_wedding");
}

#[test]
fn a_variant_that_fits_better_still_knows_the_city() {
    let content = Personalization::sample();
    let mut clues = content.clues();
    clues.add(Source::Keyword, "bruiloft dj in Eindhoven");
    let choice = clues.choose();
    assert_eq!((choice.page.id(), choice.match_type().name()), ("romantic_wedding", "manual"));
    assert_eq!(choice.city().map(|city| city.slug()), Some("eindhoven"));
    assert_eq!(choice.terms().collect::<Vec<_>>(), ["bruiloft dj", "bruiloft"]);
    assert_eq!(choice.reason.map(|reason| reason.score), Some(101));
}

#[test]
fn of_equals_the_first_of_the_content_wins() {
    let content = Personalization::sample();
    for (text, id) in [
        ("bruiloft verjaardag", "romantic_wedding"),
        ("verjaardag bruiloft", "romantic_wedding"),
        ("festival verjaardag", "luxury_private"),
        ("tilburg breda", "city_tilburg"),
        ("breda tilburg", "city_tilburg"),
    ] {
        assert_eq!(for_keyword(text), id, "{text}");
        assert_eq!(chosen(&content, &[(Source::Search, text)]).0, id);
    }
}

#[test]
fn endless_input_is_read_to_its_bound() {
    let content = Personalization::sample();
    let late = format!("{} bruiloft", "dj ".repeat(100_000));
    assert_eq!(chosen(&content, &[(Source::Keyword, &late)]).0, "default_master");
    let wishes = ",".repeat(1_000_000) + "bruiloft";
    assert_eq!(chosen(&content, &[(Source::Keyword, &wishes)]).0, "default_master");
    let everything: Vec<_> = content.pages().iter().flat_map(|page| page.terms()).map(String::as_str).collect();
    for many in everything.chunks(10) {
        let all: Vec<_> = many.iter().map(|term| (Source::Referrer, *term)).collect();
        assert!(chosen(&content, &all).1.is_some());
    }
}

/// Texts of strangers, among them some that come close to ours.
fn texts() -> impl Strategy<Value = Vec<(Source, String)>> {
    let near = prop::sample::select(vec![
        "dj",
        "bruiloft",
        "Eindhoven",
        "event",
        "den bosch",
        "zakelijk",
        "op zoom",
        "bergen",
        "-",
        "é",
        "feest",
        "oss",
    ]);
    let text = prop_oneof![any::<String>(), prop::collection::vec(near, 0..8).prop_map(|words| words.join(" "))];
    prop::collection::vec((prop::sample::select(SOURCES.to_vec()), text), 0..6)
}

fn borrowed(texts: &[(Source, String)]) -> Vec<(Source, &str)> {
    texts.iter().map(|(source, text)| (*source, text.as_str())).collect()
}

proptest! {
    #[test]
    fn any_input_gives_one_of_ours_for_a_term_of_its_own(texts in texts()) {
        let content = Personalization::sample();
        let (id, reason) = chosen(&content, &borrowed(&texts));
        let page = content.pages().iter().find(|page| page.id() == id).expect("one of ours");
        match reason {
            None => prop_assert_eq!(page.id(), content.default_page().id()),
            Some((_, term, score)) => {
                prop_assert!(page.terms().iter().any(|own| own == term));
                prop_assert!((20..=223).contains(&score));
            }
        }
    }

    #[test]
    fn the_order_of_texts_does_not_matter(texts in texts(), turned in any::<prop::sample::Index>()) {
        let content = Personalization::sample();
        let mut other = borrowed(&texts);
        let there = chosen(&content, &other);
        if !other.is_empty() {
            other.rotate_left(turned.index(texts.len()));
            other.reverse();
        }
        prop_assert_eq!(there, chosen(&content, &other));
    }

    #[test]
    fn a_term_inside_a_longer_word_is_not_found(before in "[a-z]{0,3}", after in "[a-z]{1,3}") {
        let content = Personalization::sample();
        let terms = content.pages().iter().flat_map(|page| page.terms());
        let plain: Vec<_> = terms.filter(|term| term.bytes().all(|sign| sign.is_ascii_lowercase())).collect();
        for term in &plain {
            let longer = format!("{before}{term}{after}");
            let is_another = plain.iter().any(|other| **other == longer);
            prop_assert!(is_another || chosen(&content, &[(Source::Keyword, &longer)]).1.is_none(), "{}", longer);
        }
    }
}
