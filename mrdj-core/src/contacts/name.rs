//! Names of people.

use serde::{Deserialize, Serialize};

use crate::text::{Line, LineFault};

/// The name a person gave: one line of 1 to 200 characters, as the CRM takes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(String);

/// The text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// It is empty, too long, or holds characters that nobody types.
    #[error(transparent)]
    Line(#[from] LineFault),
    /// It begins with a sign that a spreadsheet takes for a formula.
    #[error("begins with a character that a spreadsheet takes for a formula")]
    Formula,
}

impl PersonName {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 200;

    /// Parses `text`, trimming it and folding its white space.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let line = Line::parse(text, Self::MAX_CHARS)?;
        if line.starts_with(['=', '+', '-', '@']) {
            return Err(InvalidName::Formula);
        }
        Ok(Self(line))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as a mail may greet with it: only when it looks like a name, so that no address or slogan is reflected.
    ///
    /// ```
    /// use mrdj_core::contacts::PersonName;
    ///
    /// let greets = |text| PersonName::parse(text).expect("a name").greeting().map(str::to_owned);
    /// assert_eq!(greets("Jan en Marie d'Hondt-Jansen").as_deref(), Some("Jan en Marie d'Hondt-Jansen"));
    /// assert_eq!(greets("win at evil.example"), None);
    /// ```
    pub fn greeting(&self) -> Option<&str> {
        let fits = self.0.chars().count() <= 60;
        let letters = self.0.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’' | '&'));
        (fits && letters).then_some(self.0.as_str())
    }
}
