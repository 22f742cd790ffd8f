//! Numbers as JavaScript reads and writes them.

use std::fmt::{self, Write};

/// Below this every whole number has a `f64` of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The number as an integer, where it is one that nothing was rounded for.
pub(super) fn whole(number: f64) -> Option<i64> {
    (number.abs() < EXACT && number.fract() == 0.0).then_some(number as i64)
}

/// What the key of a field counts to, where JavaScript takes it for a place in a list: `0`, `17`, not `017`.
pub(super) fn index(key: &str) -> Option<u32> {
    let canonical = key == "0" || !key.starts_with(['0', '+']);
    key.parse().ok().filter(|index| canonical && *index != u32::MAX)
}

/// The text of a number, on the stack.
pub(super) struct Digits {
    bytes: [u8; 32],
    len: usize,
}

impl Digits {
    /// What `String(number)` gives.
    pub(super) fn of(number: f64) -> Self {
        let mut digits = Self { bytes: [0; 32], len: 0 };
        digits.spell(number).expect("no number takes more than 25 signs");
        digits
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).expect("only text was written")
    }

    fn spell(&mut self, number: f64) -> fmt::Result {
        if let Some(whole) = whole(number) {
            return write!(self, "{whole}");
        }
        if number.is_nan() {
            return self.write_str("NaN");
        }
        if number < 0.0 {
            self.write_char('-')?;
        }
        if number.is_infinite() {
            return self.write_str("Infinity");
        }
        let mut shortest = Self { bytes: [0; 32], len: 0 };
        write!(shortest, "{:e}", number.abs())?;
        let (digits, exponent) = shortest.as_str().split_once('e').expect("it is written with an exponent");
        let (first, rest) = digits.split_once('.').unwrap_or((digits, ""));
        self.place(first, rest, exponent.parse().expect("an exponent is a number"))
    }

    /// Writes the digits `first` and `rest`, of which `first` counts ten to the power of `exponent`.
    fn place(&mut self, first: &str, rest: &str, exponent: i32) -> fmt::Result {
        match usize::try_from(exponent) {
            Ok(moved) if moved <= 20 && rest.len() <= moved => {
                write!(self, "{first}{rest}{:0<zeros$}", "", zeros = moved - rest.len())
            }
            Ok(moved) if moved <= 20 => write!(self, "{first}{}.{}", &rest[..moved], &rest[moved..]),
            Err(_) if exponent >= -6 => {
                write!(self, "0.{:0<zeros$}{first}{rest}", "", zeros = exponent.unsigned_abs() as usize - 1)
            }
            _ if rest.is_empty() => write!(self, "{first}e{exponent:+}"),
            _ => write!(self, "{first}.{rest}e{exponent:+}"),
        }
    }
}

impl Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// What `Number(text)` gives.
pub(super) fn read(text: &str) -> f64 {
    let text = text.trim_matches(is_space);
    match text {
        "" => return 0.0,
        "Infinity" | "+Infinity" => return f64::INFINITY,
        "-Infinity" => return f64::NEG_INFINITY,
        _ => {}
    }
    for (prefixes, radix) in [(["0x", "0X"], 16), (["0o", "0O"], 8), (["0b", "0B"], 2)] {
        if let Some(digits) = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)) {
            return whole_of(digits, radix).unwrap_or(f64::NAN);
        }
    }
    let decimal = text.bytes().all(|sign| sign.is_ascii_digit() || b".eE+-".contains(&sign));
    if decimal { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

fn whole_of(digits: &str, radix: u32) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    let short = u128::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'));
    let long =
        || digits.chars().try_fold(0.0, |sum, digit| Some(sum * f64::from(radix) + f64::from(digit.to_digit(radix)?)));
    short.map(|number| number as f64).or_else(long)
}

/// What `parseInt(text)` gives, where that is a number that can count variations.
pub(super) fn parse_int(text: &str) -> Option<u32> {
    let text = text.trim_start_matches(is_space);
    let (negative, text) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let (radix, text) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(rest) => (16, rest),
        None => (10, text),
    };
    let end = text.find(|sign: char| !sign.is_digit(radix)).unwrap_or(text.len());
    let number = u32::from_str_radix(&text[..end], radix).ok()?;
    (!negative || number == 0).then_some(number)
}

/// What JavaScript skips around a number.
pub(super) fn is_space(sign: char) -> bool {
    sign == '\u{feff}' || (sign.is_whitespace() && sign != '\u{85}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        let written = [
            (0.0, "0"),
            (-0.0, "0"),
            (123.0, "123"),
            (-4.5, "-4.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e20, "100000000000000000000"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (0.000_001, "0.000001"),
            (-0.000_001_234_567_890_123_456_7, "-0.0000012345678901234567"),
            (1e-7, "1e-7"),
            (1.25e-9, "1.25e-9"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (number, text) in written {
            assert_eq!(Digits::of(number).as_str(), text);
        }
    }

    #[test]
    fn text_is_read_as_javascript_reads_it() {
        let read_as = [
            ("", 0.0),
            (" \u{feff}12\n", 12.0),
            ("+1.5e3", 1_500.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("0x1F", 31.0),
            ("0b11", 3.0),
            ("0o17", 15.0),
            ("-Infinity", f64::NEG_INFINITY),
            ("1e400", f64::INFINITY),
        ];
        for (text, number) in read_as {
            assert_eq!(read(text), number, "{text}");
        }
        for text in [".", "1_0", "inf", "nan", "-0x1", "0x", "0x+1", "12px", "1 2", "\u{85}1", "e5"] {
            assert!(read(text).is_nan(), "{text}");
        }
    }

    #[test]
    fn only_digits_in_front_count_when_an_integer_is_parsed() {
        let parsed = ["1", " 01", "1.9", "2abc", "0x10", "-0", "", "-1", "abc", "99999999999"].map(parse_int);
        assert_eq!(parsed, [Some(1), Some(1), Some(1), Some(2), Some(16), Some(0), None, None, None, None]);
    }
}
