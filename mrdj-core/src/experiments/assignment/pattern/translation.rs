//! From JavaScript's notation into that of the engine.

use super::PatternFault;
use super::class::{class, set};
use super::signs::Signs;

/// Translates a pattern.
pub(super) fn translate(source: &str) -> Result<String, PatternFault> {
    let written = String::with_capacity(source.len() + 16);
    Translation { signs: Signs::new(source), written, open: 0, repeatable: false }.run()
}

struct Translation<'p> {
    signs: Signs<'p>,
    written: String,
    /// How many groups are open.
    open: usize,
    /// Whether what was written last can be repeated.
    repeatable: bool,
}

impl Translation<'_> {
    fn run(mut self) -> Result<String, PatternFault> {
        while let Some(sign) = self.signs.take() {
            match sign {
                '\\' => self.escape()?,
                '[' => {
                    let class = class(&mut self.signs)?;
                    self.write(&class, true);
                }
                '(' => self.group()?,
                ')' => self.close()?,
                '*' => self.repeat("*")?,
                '+' => self.repeat("+")?,
                '?' => self.repeat("?")?,
                '{' => self.braces()?,
                '|' => self.write("|", false),
                '^' => self.write("^", false),
                '$' => self.write("$", false),
                '.' => self.write(r"[^\n\r\x{2028}\x{2029}]", true),
                _ => self.literal(sign),
            }
        }
        if self.open > 0 { Err(PatternFault::Invalid) } else { Ok(self.written) }
    }

    fn write(&mut self, text: &str, repeatable: bool) {
        self.written.push_str(text);
        self.repeatable = repeatable;
    }

    fn literal(&mut self, sign: char) {
        let escaped = regex::escape(sign.encode_utf8(&mut [0; 4]));
        self.write(&escaped, true);
    }

    fn escape(&mut self) -> Result<(), PatternFault> {
        let sign = self.signs.take().ok_or(PatternFault::Invalid)?;
        if let Some(set) = set(sign) {
            // No letter folds into these to JavaScript.
            self.write(&format!("(?-i:{set})"), true);
            return Ok(());
        }
        match sign {
            'b' => self.write(r"(?-u:\b)", false),
            'B' => self.write(r"(?-u:\B)", false),
            'k' if self.written.contains("(?:") => return Err(PatternFault::Unknown),
            _ => {
                let sign = self.signs.escaped(sign)?;
                self.literal(sign);
            }
        }
        Ok(())
    }

    fn group(&mut self) -> Result<(), PatternFault> {
        if ["?=", "?!", "?<=", "?<!"].iter().any(|look| self.signs.rest().starts_with(look)) {
            return Err(PatternFault::Unknown);
        }
        if self.signs.skip("?<") {
            let name = self.signs.until('>').ok_or(PatternFault::Invalid)?;
            let is_letter = |sign: char| sign.is_alphabetic() || "_$".contains(sign);
            let is_name = name.starts_with(is_letter) && name.chars().all(|sign| is_letter(sign) || sign.is_numeric());
            if !is_name {
                return Err(PatternFault::Invalid);
            }
        } else if !self.signs.skip("?:") && self.signs.rest().starts_with('?') {
            return Err(PatternFault::Invalid);
        }
        self.open += 1;
        self.write("(?:", false);
        Ok(())
    }

    fn close(&mut self) -> Result<(), PatternFault> {
        self.open = self.open.checked_sub(1).ok_or(PatternFault::Invalid)?;
        self.write(")", true);
        Ok(())
    }

    fn repeat(&mut self, times: &str) -> Result<(), PatternFault> {
        if !self.repeatable {
            return Err(PatternFault::Invalid);
        }
        let lazy = if self.signs.skip("?") { "?" } else { "" };
        self.write(times, false);
        self.write(lazy, false);
        Ok(())
    }

    /// `{2}`, `{2,}` and `{2,3}` repeat; any other brace is a brace.
    fn braces(&mut self) -> Result<(), PatternFault> {
        let inner = self.signs.rest().split_once('}').map_or("", |(inner, _)| inner);
        let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
        let digits = |text: &str| text.bytes().all(|sign| sign.is_ascii_digit());
        if least.is_empty() || !digits(least) || !digits(most) {
            self.literal('{');
            return Ok(());
        }
        let count = |text: &str| text.parse().unwrap_or(u32::MAX);
        if !most.is_empty() && count(least) > count(most) {
            return Err(PatternFault::Invalid);
        }
        self.signs.until('}');
        self.repeat(&format!("{{{inner}}}"))
    }
}
