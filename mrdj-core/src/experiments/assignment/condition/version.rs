//! Versions, padded so that comparing them as text is comparing them.

use std::cmp::Ordering;

use super::super::Value;

/// The version that others are compared with.
#[derive(Debug)]
pub(in super::super) struct Version {
    padded: Padded,
    /// The same as one number, where it is plain.
    plain: Option<u64>,
}

impl Version {
    pub(super) fn new(value: &Value) -> Self {
        with_text(value, |text| Self { padded: Padded::new(text), plain: plain(text) })
    }

    /// How `value` compares with it, UTF-16 unit by unit.
    pub(super) fn order(&self, value: &Value) -> Ordering {
        with_text(value, |text| match (self.plain, plain(text)) {
            (Some(own), Some(other)) => other.cmp(&own),
            _ => Padded::new(text).order(&self.padded),
        })
    }
}

/// What is plain, as most versions are: three numbers that fill no more than their columns, with no zero before them.
/// In one number they compare as their padded texts do.
fn plain(version: &str) -> Option<u64> {
    let (mut before, mut number, mut digits, mut parts) = (0, 0, 0, 1);
    for sign in version.strip_prefix('v').unwrap_or(version).bytes() {
        match sign {
            b'0'..=b'9' if digits < 5 && (digits == 0 || number > 0) => {
                number = number * 10 + u64::from(sign - b'0');
                digits += 1;
            }
            b'-' | b'.' if digits > 0 && parts < 3 => {
                (before, number, digits, parts) = (before * 100_000 + number, 0, 0, parts + 1);
            }
            _ => return None,
        }
    }
    (parts == 3 && digits > 0).then_some(before * 100_000 + number)
}

/// What counts as a version: a number, or a text that is not empty; anything else is `0`.
fn with_text<T>(value: &Value, read: impl FnOnce(&str) -> T) -> T {
    match value {
        Value::Number(_) => value.with_text(read),
        Value::Text(text) if !text.is_empty() => read(text),
        _ => read("0"),
    }
}

/// As long as nobody's version is.
const ROOM: usize = 64;

/// A padded version: without the leading `v` and what follows a plus, numbers in columns of five, the parts joined with
/// dashes, and a tilde behind a version of three parts, so that a release comes after its previews.
#[derive(Debug)]
struct Padded {
    bytes: [u8; ROOM],
    len: usize,
    /// The whole, where it is too long.
    long: Vec<u8>,
}

impl Padded {
    fn new(version: &str) -> Self {
        let mut padded = Self { bytes: [0; ROOM], len: 0, long: Vec::new() };
        let version = without_build(version.strip_prefix('v').unwrap_or(version));
        let mut parts = 0;
        for part in version.as_bytes().split(|sign| matches!(sign, b'-' | b'.')) {
            if parts > 0 {
                padded.write(b"-");
            }
            if !part.is_empty() && part.iter().all(u8::is_ascii_digit) {
                padded.write(b"    ".get(part.len() - 1..).unwrap_or_default());
            }
            padded.write(part);
            parts += 1;
        }
        if parts == 3 {
            padded.write(b"-~");
        }
        padded
    }

    fn write(&mut self, text: &[u8]) {
        let end = self.len + text.len();
        match self.bytes.get_mut(self.len..end) {
            Some(place) if self.long.is_empty() => {
                place.copy_from_slice(text);
                self.len = end;
            }
            _ => self.long = [self.as_bytes(), text].concat(),
        }
    }

    fn as_bytes(&self) -> &[u8] {
        if self.long.is_empty() { &self.bytes[..self.len] } else { &self.long }
    }

    fn order(&self, other: &Self) -> Ordering {
        let (one, other) = (self.as_bytes(), other.as_bytes());
        if one.is_ascii() && other.is_ascii() {
            return one.cmp(other);
        }
        let text = |bytes| str::from_utf8(bytes).expect("text was cut between its letters only");
        text(one).encode_utf16().cmp(text(other).encode_utf16())
    }
}

/// A plus begins the build, unless a line ends behind it.
fn without_build(version: &str) -> &str {
    if !version.as_bytes().contains(&b'+') {
        return version;
    }
    let line = version.rfind(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(0);
    version[line..].find('+').map_or(version, |plus| &version[..line + plus])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Plain ones mostly, and what is nearly plain.
    const VERSION: &str = "v?(0|[1-9][0-9]{0,4}|0[0-9]|[0-9]{6})([.-](0|[1-9][0-9]{0,4}|x)){1,3}";

    fn text(version: &str) -> String {
        String::from_utf8(Padded::new(version).as_bytes().to_vec()).expect("text")
    }

    #[test]
    fn a_version_is_padded() {
        assert_eq!(text("v1.2.3"), "    1-    2-    3-~");
        assert_eq!(text("1.2.3-rc.1+build123"), "    1-    2-    3-rc-    1");
        assert_eq!(text("123456.99999.10"), "123456-99999-   10-~");
        assert_eq!(text("1..x"), "    1--x-~");
        assert_eq!(text("+1\n+2"), "+1\n");
        assert_eq!(text(&"é.".repeat(50)), "é-".repeat(50));
    }

    proptest! {
        #[test]
        fn plain_versions_compare_as_their_padded_texts(one in VERSION, other in VERSION) {
            let padded = Padded::new(&one).order(&Padded::new(&other));
            prop_assert_eq!(Version::new(&other.as_str().into()).order(&one.as_str().into()), padded);
        }
    }

    #[test]
    fn what_is_plain_is_three_numbers() {
        assert_eq!(plain("v1.20-99999"), Some(10_002_099_999));
        for other in ["", "1.2", "1.2.", "1.2.3.4", "1.02.3", "1..3", "1.2.123456", "1.2.3-rc", "1.2.3+1", "vv1.2.3"] {
            assert_eq!(plain(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_version_is_zero_and_a_number_is_one() {
        let order = |value: Value, version: &str| Version::new(&version.into()).order(&value);
        assert_eq!([Value::Null, false.into(), "".into()].map(|value| order(value, "0")), [Ordering::Equal; 3]);
        assert_eq!(order(1.5.into(), "1.5"), Ordering::Equal);
    }

    #[test]
    fn versions_compare_as_people_count() {
        let ascending = ["0.9.9", "1.0.0-alpha", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.2.0", "1.10.0", "2.0.0"];
        for pair in ascending.windows(2) {
            assert_eq!(Version::new(&pair[0].into()).order(&pair[1].into()), Ordering::Greater, "{pair:?}");
        }
    }
}
