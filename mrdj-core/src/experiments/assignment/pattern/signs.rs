//! The signs of a pattern, one after the other.

use super::PatternFault;

/// What is left to read of a pattern.
pub(super) struct Signs<'p>(&'p str);

impl<'p> Signs<'p> {
    pub(super) const fn new(source: &'p str) -> Self {
        Self(source)
    }

    pub(super) fn take(&mut self) -> Option<char> {
        let mut signs = self.0.chars();
        let sign = signs.next();
        self.0 = signs.as_str();
        sign
    }

    pub(super) const fn rest(&self) -> &'p str {
        self.0
    }

    /// Skips `text` where it comes next.
    pub(super) fn skip(&mut self, text: &str) -> bool {
        let rest = self.0.strip_prefix(text);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Takes what comes before `end`, and skips that.
    pub(super) fn until(&mut self, end: char) -> Option<&'p str> {
        let (before, rest) = self.0.split_once(end)?;
        self.0 = rest;
        Some(before)
    }

    /// The one character that a backslash and `sign` stand for.
    pub(super) fn escaped(&mut self, sign: char) -> Result<char, PatternFault> {
        let octal = self.0.starts_with(|next: char| next.is_ascii_digit());
        Ok(match sign {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\u{b}',
            'f' => '\u{c}',
            '0' if !octal => '\0',
            '0'..='9' => return Err(PatternFault::Unknown),
            'c' => return self.control(),
            'x' => self.hex(2).and_then(char::from_u32).unwrap_or(sign),
            'u' => return self.unit(),
            _ => sign,
        })
    }

    fn control(&mut self) -> Result<char, PatternFault> {
        match self.take() {
            Some(letter) if letter.is_ascii_alphabetic() => Ok(char::from(letter as u8 % 32)),
            _ => Err(PatternFault::Unknown),
        }
    }

    /// A character by its UTF-16 units. Half of one alone is in no text that reaches this far.
    fn unit(&mut self) -> Result<char, PatternFault> {
        let Some(first) = self.hex(4) else { return Ok('u') };
        if let Some(sign) = char::from_u32(first) {
            return Ok(sign);
        }
        let second = if self.skip("\\u") { self.hex(4) } else { None };
        let units = [first, second.unwrap_or_default()].map(|unit| u16::try_from(unit).unwrap_or_default());
        char::decode_utf16(units).next().and_then(Result::ok).ok_or(PatternFault::Unknown)
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let (text, rest) = self.0.split_at_checked(digits)?;
        let number = text.chars().try_fold(0, |sum, digit| Some(sum * 16 + digit.to_digit(16)?))?;
        self.0 = rest;
        Some(number)
    }
}
