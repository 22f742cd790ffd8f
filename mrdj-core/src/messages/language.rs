//! The languages we speak.

use serde::{Deserialize, Serialize};

/// A language we have every template in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch, unless asked otherwise.
    #[default]
    Nl,
    /// English.
    En,
}

impl Language {
    /// Every one of them, in the order of their declaration.
    pub const ALL: [Self; 2] = [Self::Nl, Self::En];

    /// The first language of an `Accept-Language` header or a form's field that we speak; Dutch when there is none.
    ///
    /// ```
    /// use mrdj_core::messages::Language;
    ///
    /// assert_eq!(Language::prefer("en-GB,nl;q=0.5"), Language::En);
    /// assert_eq!(Language::prefer("fr-BE, de"), Language::Nl);
    /// ```
    pub fn prefer(text: &str) -> Self {
        let wishes = text.split(',').filter_map(|wish| {
            let (tag, quality) =
                wish.split_once(";q=").map_or((wish, 1.0), |(tag, q)| (tag, q.trim().parse().unwrap_or(0.0)));
            match tag.trim().get(..2)?.to_ascii_lowercase().as_str() {
                "nl" => Some((Self::Nl, quality)),
                "en" => Some((Self::En, quality)),
                _ => None,
            }
        });
        // `max_by` keeps the last of equals; the first is wished for more.
        let first = wishes.reduce(|best, wish| if wish.1 > best.1 { wish } else { best });
        first.map_or(Self::default(), |(language, _)| language)
    }

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
        }
    }
}
