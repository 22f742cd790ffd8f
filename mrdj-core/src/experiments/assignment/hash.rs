//! The number between 0 and 1 that decides for a visitor, the same on every visit.

use std::fmt::{self, Write};
use std::hash::Hasher;

use super::Value;

/// FNV-1a with 32 bits over UTF-16 units, as JavaScript counts text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fnv(u32);

impl Fnv {
    pub(super) const EMPTY: Self = Self(0x811c_9dc5);

    /// The hash after `text`, too.
    pub(super) fn text(self, text: &str) -> Self {
        if text.is_ascii() { self.bytes(text.as_bytes()) } else { Self(text.encode_utf16().fold(self.0, step)) }
    }

    /// The same for ASCII.
    fn bytes(self, text: &[u8]) -> Self {
        Self(text.iter().fold(self.0, |state, byte| step(state, u16::from(*byte))))
    }

    /// The hash after the text of `value`, too.
    fn value(mut self, value: &Value) -> Self {
        value.spell(&mut self).expect("a hash takes everything");
        self
    }

    pub(super) const fn number(self) -> u32 {
        self.0
    }
}

const fn step(state: u32, unit: u16) -> u32 {
    (state ^ unit as u32).wrapping_mul(0x0100_0193)
}

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        *self = self.text(text);
        Ok(())
    }
}

/// Finds what the payload names: by FNV-1a with 64 bits, since nobody whom it must be guarded against writes those names.
pub(super) struct ByName(u64);

impl Default for ByName {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for ByName {
    fn write(&mut self, text: &[u8]) {
        self.0 = text.iter().fold(self.0, |state, byte| (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Which formula makes the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HashVersion {
    /// In thousandths; biased where experiments share visitors, kept for those that began with it.
    V1,
    /// In ten thousandths.
    V2,
    /// One that is not known here: nobody gets a number.
    Unknown,
}

/// What sets one experiment's numbers apart from another's.
#[derive(Clone, Debug)]
pub(super) struct Seed {
    text: Box<str>,
    /// The hash of the text, which is where version 2 begins.
    begun: Fnv,
}

impl Seed {
    pub(super) fn new(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        Self { begun: Fnv::EMPTY.text(&text), text }
    }

    /// The number of the visitor whose attribute is `value`.
    pub(super) fn number(&self, value: &Value, version: HashVersion) -> Option<f64> {
        match version {
            HashVersion::V1 => Some(thousandths(Fnv::EMPTY.value(value).text(&self.text))),
            HashVersion::V2 => Some(ten_thousandths(self.begun.value(value))),
            HashVersion::Unknown => None,
        }
    }
}

fn thousandths(hash: Fnv) -> f64 {
    f64::from(hash.number() % 1_000) / 1_000.0
}

fn ten_thousandths(hash: Fnv) -> f64 {
    // Ten digits at most, both halves at once and without the machinery of formatting.
    let (mut digits, mut high, mut low) = ([b'0'; 10], hash.number() / 100_000, hash.number() % 100_000);
    for at in (0..5).rev() {
        digits[at] += (high % 10) as u8;
        digits[5 + at] += (low % 10) as u8;
        (high, low) = (high / 10, low / 10);
    }
    let first = digits.iter().position(|digit| *digit != b'0').unwrap_or(9);
    f64::from(Fnv::EMPTY.bytes(&digits[first..]).number() % 10_000) / 10_000.0
}

/// The number of `value` under `seed`, from 0 to below 1; nothing for a `version` other than 1 and 2.
///
/// ```
/// use mrdj_core::experiments::assignment::hash;
///
/// assert_eq!(hash("", "a", 1), Some(0.22));
/// assert_eq!(hash("seed", "a", 2), Some(0.0505));
/// assert_eq!(hash("abc", "def", 99), None);
/// ```
pub fn hash(seed: &str, value: &str, version: u32) -> Option<f64> {
    match version {
        1 => Some(thousandths(Fnv::EMPTY.text(value).text(seed))),
        2 => Some(ten_thousandths(Fnv::EMPTY.text(seed).text(value))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        let hashes = ["", "a", "foobar"].map(|text| Fnv::EMPTY.text(text).number());
        assert_eq!(hashes, [0x811c_9dc5, 0xe40c_292c, 0xbf9c_f968]);
    }

    #[test]
    fn the_published_numbers_come_out() {
        let published = [
            ("", "a", 1, 0.22),
            ("", "b", 1, 0.077),
            ("b", "a", 1, 0.946),
            ("ef", "d", 1, 0.652),
            ("asdf", "8952klfjas09ujk", 1, 0.549),
            ("", "123", 1, 0.011),
            ("", "___)((*\":&", 1, 0.563),
            ("seed", "a", 2, 0.0505),
            ("seed", "b", 2, 0.2696),
            ("foo", "ab", 2, 0.2575),
            ("foo", "def", 2, 0.2019),
            ("89123klj", "8952klfjas09ujkasdf", 2, 0.124),
            ("90850943850283058242805", "123", 2, 0.7516),
            ("()**(%$##$%#$#", "___)((*\":&", 2, 0.0128),
        ];
        for (seed, value, version, number) in published {
            assert_eq!(hash(seed, value, version), Some(number), "{seed} {value}");
        }
    }

    #[test]
    fn an_experiments_first_visitors_are_numbered_as_published() {
        let numbers = (1..=9).map(|id: u32| hash("my-test", &id.to_string(), 1));
        let published = [0.969, 0.122, 0.095, 0.848, 0.653, 0.990, 0.067, 0.516, 0.249];
        assert!(numbers.eq(published.map(Some)));
    }

    #[test]
    fn a_hash_of_few_digits_is_written_as_it_is() {
        for (hash, text) in [(0, "0"), (7, "7"), (99_999, "99999"), (100_000, "100000"), (u32::MAX, "4294967295")] {
            let number = f64::from(Fnv::EMPTY.text(text).number() % 10_000) / 10_000.0;
            assert_eq!(ten_thousandths(Fnv(hash)), number, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_is_hashed_by_its_utf_16_units_however_it_is_cut(text: String, more: String) {
            let units = text.encode_utf16().chain(more.encode_utf16()).fold(0x811c_9dc5, step);
            prop_assert_eq!(Fnv::EMPTY.text(&text).text(&more).number(), units);
        }

        #[test]
        fn a_seed_numbers_values_as_their_text(seed: String, id: u32, version in 1_u32..=2) {
            let known = if version == 1 { HashVersion::V1 } else { HashVersion::V2 };
            let number = Seed::new(&*seed).number(&f64::from(id).into(), known);
            prop_assert_eq!(number, hash(&seed, &id.to_string(), version));
        }
    }
}
