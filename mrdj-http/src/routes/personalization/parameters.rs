//! What a visit says about itself, under the names that sites and advertisements use.

use mrdj_core::experiments::personalization::{Clues, Source};
use mrdj_core::leads::{Fault, FaultCode, Faults};
use mrdj_core::messages::Language;
use serde_json::{Map, Value};

use crate::extract::decode;

const NAMES: [(&str, Source); 14] = [
    ("keyword", Source::Keyword),
    ("keywords", Source::Keyword),
    ("search", Source::Search),
    ("q", Source::Search),
    ("utm_term", Source::UtmTerm),
    ("persona", Source::Persona),
    ("intent", Source::Intent),
    ("city", Source::City),
    ("utm_campaign", Source::UtmCampaign),
    ("campaign", Source::UtmCampaign),
    ("landing", Source::Landing),
    ("utm_source", Source::UtmSource),
    ("source", Source::UtmSource),
    ("referrer", Source::Referrer),
];

/// The page's own language, where it is named.
const LANGUAGE: &str = "language";

/// Takes in what stands behind the question mark, and tells the language that it names.
///
/// Nothing in it is an error: advertisements add parameters of their own, and a page is shown whatever they hold.
pub(super) fn read_query(query: &str, clues: &mut Clues<'_>) -> Option<Language> {
    let mut language = None;
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if name == LANGUAGE {
            language = named(value);
        } else if let Some((_, source)) = NAMES.iter().find(|(known, _)| *known == name) {
            if value.contains('%') {
                clues.add(*source, &String::from_utf8_lossy(&decode(value.as_bytes())));
            } else {
                // A plus ends a word, as the space that it stands for.
                clues.add(*source, value);
            }
        }
    }
    language
}

/// Takes in the fields of a form, and tells the language that it names, or every field that is no text.
pub(super) fn read_form(form: &Map<String, Value>, clues: &mut Clues<'_>) -> Result<Option<Language>, Faults> {
    let mut faults = Vec::new();
    let mut text = |field: &'static str| match form.get(field) {
        Some(Value::String(text)) => Some(text.as_str()),
        None | Some(Value::Null) => None,
        Some(_) => {
            faults.push(Fault { field, code: FaultCode::NotText });
            None
        }
    };
    for (name, source) in NAMES {
        if let Some(text) = text(name) {
            clues.add(source, text);
        }
    }
    let language = text(LANGUAGE).and_then(named);
    if faults.is_empty() { Ok(language) } else { Err(Faults(faults)) }
}

/// The language of that tag, if it is one of ours; anything else leaves it to `Accept-Language`.
fn named(tag: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| tag.eq_ignore_ascii_case(language.tag()))
}
