//! A city, and how a page is made for it.

use serde_json::Value;

use super::page::Written;
use super::reading::Reading;
use super::shape::{CITY, localize, names};
use crate::messages::Language;

/// What stands for the city's name in the texts that all cities share.
const BLANK: &str = "{city}";

/// A city in which we play.
#[derive(Clone, Debug)]
pub struct City {
    slug: String,
    name: String,
    written: Written,
}

impl City {
    pub(super) fn new(slug: String, name: String, written: Written) -> Self {
        Self { slug, name, written }
    }

    /// What addresses call it, e.g. `den-bosch`.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A JSON object with `slug`, `name` and a line about it (`intro`).
    pub fn json(&self, language: Language) -> &str {
        self.written.in_language(language)
    }
}

/// What a city's page says instead of the default; its title names the city.
pub(super) fn city_texts(reading: &mut Reading, json: &Value) -> Option<[Value; 2]> {
    let members = reading.object(json, "city", &names(CITY))?;
    let texts = localize(reading, members, "city", CITY);
    let nameless = texts.iter().filter_map(|page| page["hero"]["title"].as_str()).any(|title| !title.contains(BLANK));
    if nameless {
        reading.fault("city.hero.title", format!("does not name the city: {BLANK} stands for it"));
    }
    Some(texts)
}

/// Lays the texts of `over` over those of `page`.
pub(super) fn lay_over(page: &mut Value, over: &Value) {
    match (page, over) {
        (Value::Object(page), Value::Object(over)) => {
            for (name, over) in over {
                lay_over(page.entry(name).or_insert(Value::Null), over);
            }
        }
        (page, over) => *page = over.clone(),
    }
}

/// Puts the name of a city where it is left blank.
pub(super) fn fill_in(page: &mut Value, name: &str) {
    match page {
        Value::String(text) if text.contains(BLANK) => *text = text.replace(BLANK, name),
        Value::Object(members) => members.values_mut().for_each(|value| fill_in(value, name)),
        Value::Array(items) => items.iter_mut().for_each(|value| fill_in(value, name)),
        _ => {}
    }
}
