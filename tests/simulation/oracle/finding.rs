//! What the oracle may find.

use std::fmt;

/// In which way something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something did not arrive, or is not in the store.
    Lost,
    /// Something is there more often than it should.
    Twice,
    /// Something is there or is said that has no reason.
    Wrong,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) kind: Kind,
    words: String,
}

impl Finding {
    /// Something is lost.
    pub(crate) fn lost(words: impl Into<String>) -> Self {
        Self { kind: Kind::Lost, words: words.into() }
    }

    /// Something is there twice.
    pub(crate) fn twice(words: impl Into<String>) -> Self {
        Self { kind: Kind::Twice, words: words.into() }
    }

    /// Something is wrong.
    pub(crate) fn wrong(words: impl Into<String>) -> Self {
        Self { kind: Kind::Wrong, words: words.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.words)
    }
}
