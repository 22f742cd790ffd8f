//! Phone numbers.

use serde::{Deserialize, Serialize};

/// A phone number as it is dialled from anywhere (E.164), or as it was typed where the numbering plan does not know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Phone {
    text: String,
    checked: bool,
}

/// The text holds no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number")]
pub struct InvalidPhone;

impl Phone {
    /// A number that the numbering plan knows, in E.164: `+31612345678`.
    pub fn known(e164: String) -> Self {
        Self { text: e164, checked: true }
    }

    /// A number that the numbering plan does not know, kept as it was typed.
    pub fn unknown(text: String) -> Self {
        Self { text, checked: false }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the numbering plan knows it.
    pub const fn is_checked(&self) -> bool {
        self.checked
    }

    /// Brings `text` down to what may be dialled: 6 to 20 ASCII digits, signs for reading allowed, a leading plus kept.
    ///
    /// Everything before the numbering plan is asked; `00` in front becomes `+`.
    ///
    /// ```
    /// use mrdj_core::contacts::Phone;
    ///
    /// assert_eq!(Phone::dialled(" 06-12 34 56 78 ").as_deref(), Ok("0612345678"));
    /// assert_eq!(Phone::dialled("0032 (0)470 12 34 56").as_deref(), Ok("+320470123456"));
    /// assert!(Phone::dialled("0612345678 bel mij").is_err());
    /// ```
    pub fn dialled(text: &str) -> Result<String, InvalidPhone> {
        let text = text.trim();
        let (plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
        if !rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}')) {
            return Err(InvalidPhone);
        }
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if !(6..=20).contains(&digits.len()) {
            return Err(InvalidPhone);
        }
        Ok(match (plus, digits.strip_prefix("00")) {
            (true, _) => format!("+{digits}"),
            (false, Some(abroad)) => format!("+{abroad}"),
            (false, None) => digits,
        })
    }
}
