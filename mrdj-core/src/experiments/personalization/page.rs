//! What a visitor may be shown.

use serde_json::Value;

use super::City;
use crate::messages::Language;

/// A page's content in every language, written out once.
#[derive(Clone, Debug)]
pub(super) struct Written([Box<str>; 2]);

impl Written {
    /// Writes out what is in the order of [`Language::ALL`].
    pub(super) fn of(values: &[Value; 2]) -> Self {
        Self([values[0].to_string().into(), values[1].to_string().into()])
    }

    /// What is written in `language`.
    pub(super) fn in_language(&self, language: Language) -> &str {
        &self.0[language as usize]
    }
}

/// A variant of the site, or a city's page: all that a visitor may be shown, and the words that lead to it.
#[derive(Clone, Debug)]
pub struct Page {
    pub(super) id: String,
    pub(super) experiment_id: Option<String>,
    pub(super) terms: Vec<String>,
    pub(super) city: Option<City>,
    pub(super) written: Written,
    pub(super) place: usize,
}

impl Page {
    /// The variant's id, or `city_` and the city's slug.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Which of [`Personalization::pages`](super::Personalization::pages) it is, from 0.
    pub fn place(&self) -> usize {
        self.place
    }

    /// The experiment that its texts take part in, where the content names one. Nobody is assigned to anything here.
    pub fn experiment_id(&self) -> Option<&str> {
        self.experiment_id.as_deref()
    }

    /// The words that lead to it, as the content writes them.
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// The city, when it is a city's page.
    pub fn city(&self) -> Option<&City> {
        self.city.as_ref()
    }

    /// The variant as a JSON object.
    pub fn json(&self, language: Language) -> &str {
        self.written.in_language(language)
    }
}
