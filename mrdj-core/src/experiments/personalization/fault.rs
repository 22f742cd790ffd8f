//! What is wrong with the content.

use std::fmt;

/// One thing that is wrong with the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentFault {
    /// The file.
    pub file: &'static str,
    /// Where in it, e.g. `[3].name` or `variants[0].hero.title.en`; empty for the whole file.
    pub path: String,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for ContentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, path, what } = self;
        if path.is_empty() { write!(f, "{file}: {what}") } else { write!(f, "{file}: {path}: {what}") }
    }
}

/// Everything that is wrong with the content, at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct InvalidContent(pub Vec<ContentFault>);
