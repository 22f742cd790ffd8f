//! Who is asked about.

use super::page::PageUrl;
use super::sticky::StickyDocument;
use super::{Attributes, Value};

/// Who is asked about, and what is decided for them beforehand. It borrows everything.
///
/// ```
/// use mrdj_core::experiments::assignment::{Attributes, PageUrl, Visitor};
///
/// let attributes = Attributes::new().with("id", "visitor-1");
/// let page = PageUrl::new("https://example.com/?hero=1");
/// let visitor = Visitor { page: Some(&page), ..Visitor::new(&attributes) };
/// # let _ = visitor;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Visitor<'a> {
    /// What is known about them.
    pub attributes: &'a Attributes,
    /// The page they look at.
    pub page: Option<&'a PageUrl>,
    /// Experiments whose variation is given by its place; one that is not there puts the visitor out.
    pub forced_variations: &'a [(&'a str, i32)],
    /// Features whose value is given.
    pub forced_values: &'a [(&'a str, Value)],
    /// What they saw before, where that is stored; nothing is remembered otherwise.
    pub sticky: Option<&'a [StickyDocument]>,
    /// The older word for targeting: groups that they are in.
    pub groups: &'a [&'a str],
    /// Whether experiments run for them at all.
    pub enabled: bool,
    /// Whether they test the site: they see what they force, and are in no experiment.
    pub qa_mode: bool,
}

impl<'a> Visitor<'a> {
    /// A visitor with nothing decided beforehand.
    pub const fn new(attributes: &'a Attributes) -> Self {
        Self {
            attributes,
            page: None,
            forced_variations: &[],
            forced_values: &[],
            sticky: None,
            groups: &[],
            enabled: true,
            qa_mode: false,
        }
    }

    /// The variation that is given for an experiment.
    pub(super) fn forced_variation(&self, key: &str) -> Option<i32> {
        self.forced_variations.iter().rfind(|(known, _)| *known == key).map(|(_, at)| *at)
    }

    /// The value that is given for a feature.
    pub(super) fn forced_value(&self, id: &str) -> Option<&'a Value> {
        self.forced_values.iter().rfind(|(known, _)| *known == id).map(|(_, value)| value)
    }
}
