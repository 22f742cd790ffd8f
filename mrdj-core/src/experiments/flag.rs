//! Switches: on, off, or on for a part of the visitors.

use serde_json::{Value, json};

use super::key::is_key;

/// A switch, decided by the same rules as experiments: who is in a part of a hundred stays in when it grows.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    /// What it is called by, in the signs of an [`ExperimentKey`](super::ExperimentKey).
    pub name: String,
    /// For which part of the visitors it is on, from 0 to 1.
    pub share: f64,
}

/// The text is no flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFlag {
    /// The name holds other signs, or is too long.
    #[error("a name has 1 to 80 letters, digits, hyphens, underscores and full stops")]
    Name,
    /// It is neither on nor off nor a part.
    #[error("a flag is on, off, or a part from 0% to 100%")]
    Share,
}

impl Flag {
    /// Reads `on`, `off`, `true`, `false` or `12.5%`.
    ///
    /// ```
    /// use mrdj_core::experiments::{Flag, InvalidFlag};
    ///
    /// assert_eq!(Flag::parse("callback", "12.5%").map(|flag| flag.share), Ok(0.125));
    /// assert_eq!(Flag::parse("callback", "often"), Err(InvalidFlag::Share));
    /// ```
    pub fn parse(name: &str, text: &str) -> Result<Self, InvalidFlag> {
        if !is_key(name) {
            return Err(InvalidFlag::Name);
        }
        let share = match text.trim().to_ascii_lowercase().as_str() {
            "on" | "true" | "yes" | "1" => 1.0,
            "off" | "false" | "no" | "0" => 0.0,
            part => percent(part).ok_or(InvalidFlag::Share)?,
        };
        Ok(Self { name: name.to_owned(), share })
    }

    /// The flag as a feature of GrowthBook, whose value is yes or no.
    pub fn feature(&self) -> Value {
        if self.share <= 0.0 || self.share >= 1.0 {
            return json!({ "defaultValue": self.share > 0.0 });
        }
        let rule = json!({ "force": true, "coverage": self.share, "hashAttribute": "id", "hashVersion": 2 });
        json!({ "defaultValue": false, "rules": [rule] })
    }
}

fn percent(text: &str) -> Option<f64> {
    let number = text.strip_suffix('%')?.trim_end();
    // The parser knows words and exponents, too.
    let plain = number.bytes().all(|sign| sign.is_ascii_digit() || sign == b'.');
    let percent: f64 = number.parse().ok().filter(|_| plain)?;
    (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::assignment::{Attributes, Catalogue, Visitor};

    fn share(text: &str) -> Result<f64, InvalidFlag> {
        Flag::parse("video", text).map(|flag| flag.share)
    }

    #[test]
    fn a_flag_is_on_off_or_a_part() {
        let read = ["on", " OFF ", "true", "no", "0%", "100 %", "37.5%"].map(share);
        assert_eq!(read, [1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.375].map(Ok));
        for text in ["", "20", "%", "-1%", "101%", "1e1%", "nan%", "inf%", "maybe"] {
            assert_eq!(share(text), Err(InvalidFlag::Share), "{text:?}");
        }
        assert_eq!(Flag::parse("a b", "on"), Err(InvalidFlag::Name));
    }

    #[test]
    fn who_is_in_a_part_stays_in_when_it_grows() {
        let of = |text: &str| {
            let feature = Flag::parse("video", text).expect("a flag").feature();
            let payload = json!({ "features": { "video": feature } }).to_string();
            let catalogue = Catalogue::load(&payload).expect("a payload").catalogue;
            let is_on = |nr: &u32| {
                let attributes = Attributes::new().with("id", format!("visitor-{nr}"));
                catalogue.feature("video", &Visitor::new(&attributes)).on()
            };
            (0..10_000).filter(is_on).collect::<std::collections::BTreeSet<u32>>()
        };
        let (none, tenth, third, all) = (of("off"), of("10%"), of("33.3%"), of("on"));
        assert!(none.is_empty() && all.len() == 10_000);
        assert!(tenth.is_subset(&third));
        assert!((900..1_100).contains(&tenth.len()) && (3_200..3_460).contains(&third.len()));
    }
}
