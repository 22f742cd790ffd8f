//! Which page fits a visit, and why.

use super::{City, Page, Source};

/// Why a page was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason<'c> {
    /// Which text said it.
    pub source: Source,
    /// The content's own word that was found in it.
    pub term: &'c str,
    /// Which of [`Page::terms`] it is.
    pub term_nr: usize,
    /// What all that speaks for the page is worth.
    pub score: u32,
}

/// How a page was chosen; the names are those that the site knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchType {
    /// A city was meant.
    City,
    /// A variant was meant.
    Manual,
    /// Nothing was.
    Default,
}

impl MatchType {
    /// Its name in an answer.
    pub const fn name(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Manual => "manual",
            Self::Default => "default",
        }
    }
}

/// Which page fits a visit, and why; it holds nothing that a visitor wrote.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'c> {
    /// The page.
    pub page: &'c Page,
    /// Why it fits best; `None` when nothing did.
    pub reason: Option<Reason<'c>>,
    pub(super) city: Option<&'c Page>,
    pub(super) found: u64,
}

impl<'c> Choice<'c> {
    /// How the page was chosen.
    pub fn match_type(&self) -> MatchType {
        match (&self.reason, self.page.city()) {
            (None, _) => MatchType::Default,
            (Some(_), Some(_)) => MatchType::City,
            (Some(_), None) => MatchType::Manual,
        }
    }

    /// The city that was meant most, if any was: also beside a variant, whose page may name it.
    pub fn city(&self) -> Option<&'c City> {
        self.city.and_then(Page::city)
    }

    /// The page of that city.
    pub fn city_page(&self) -> Option<&'c Page> {
        self.city
    }

    /// Every term of the page that was found, in the content's order.
    pub fn terms(&self) -> impl Iterator<Item = &'c str> + use<'c> {
        let page = self.page;
        self.found_terms().map(move |nr| page.terms()[nr].as_str())
    }

    /// The places of those terms among [`Page::terms`].
    pub fn found_terms(&self) -> impl Iterator<Item = usize> + use<> {
        let found = self.found;
        (0..64).filter(move |nr| found & (1 << nr) != 0)
    }
}
