//! The variants of which pages may tell.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::experiments::personalization::{Page, Personalization};

/// The id of a variant that the content has, or had when something was counted for it; clones share the text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VariantId(Arc<str>);

impl VariantId {
    /// Takes one as a store gave it back.
    pub fn from_stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for VariantId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VariantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The variants of which pages may tell: those that the content has, the pages of cities among them.
#[derive(Clone, Debug)]
pub struct KnownVariants(Arc<BTreeSet<VariantId>>);

impl KnownVariants {
    /// Those of `content`.
    pub fn of(content: &Personalization) -> Self {
        let ids = content.pages().iter().map(Page::id);
        Self(Arc::new(ids.map(VariantId::from_stored).collect()))
    }

    /// The variant that is called so.
    pub(super) fn find(&self, id: &str) -> Option<&VariantId> {
        self.0.get(id)
    }
}
