//! Files of `KEY=value` lines.
//!
//! Written as a POSIX shell reads them, so that `. managed.env` gives the same values. Read a little wider: a value may
//! hold spaces without quotes, and nothing is ever replaced by another variable's value.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// A line that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} {what}")]
pub struct InvalidFile {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it; no part of its value.
    pub what: &'static str,
}

/// Reads all keys of `text`; of a repeated one the last holds.
///
/// ```
/// let values = mrdj_http::settings::parse_dotenv("# a comment\nBUSINESS_NAME=Mister DJ # loud\nMAIL_STREAM='a $b'\n");
/// let values = values.expect("three lines");
/// assert_eq!((&*values["BUSINESS_NAME"], &*values["MAIL_STREAM"]), ("Mister DJ", "a $b"));
/// ```
pub fn parse_dotenv(text: &str) -> Result<BTreeMap<String, String>, InvalidFile> {
    let mut scan = Scan { rest: text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable(), line: 1 };
    let mut values = BTreeMap::new();
    loop {
        scan.skip(char::is_whitespace);
        match scan.rest.peek() {
            None => return Ok(values),
            Some('#') => scan.skip(|c| c != '\n'),
            Some(_) => {
                let key = scan.key()?;
                values.insert(key, scan.value()?);
            }
        }
    }
}

/// Writes `value` so that [`parse_dotenv`] and a POSIX shell read it back equal.
pub fn quote(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@,+%=".contains(c);
    if value.chars().all(plain) { value.to_owned() } else { format!("'{}'", value.replace('\'', r"'\''")) }
}

struct Scan<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
}

impl Scan<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.next();
        self.line += usize::from(c == Some('\n'));
        c
    }

    fn skip(&mut self, which: impl Fn(char) -> bool) {
        while self.rest.peek().is_some_and(|c| which(*c)) {
            self.next();
        }
    }

    fn fault<T>(&self, what: &'static str) -> Result<T, InvalidFile> {
        Err(InvalidFile { line: self.line, what })
    }

    fn key(&mut self) -> Result<String, InvalidFile> {
        let mut key = String::new();
        while let Some(c) = self.rest.peek().copied() {
            match c {
                '=' => break,
                '\n' => return self.fault("holds no ="),
                _ => key.extend(self.next()),
            }
        }
        if self.next().is_none() {
            return self.fault("holds no =");
        }
        let key = key.trim();
        let key = key.strip_prefix("export ").unwrap_or(key).trim();
        let sound = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if key.is_empty() || !key.chars().all(sound) {
            return self.fault("begins with something else than a key");
        }
        Ok(key.to_owned())
    }

    fn value(&mut self) -> Result<String, InvalidFile> {
        let blank = |c| c == ' ' || c == '\t';
        let gap = self.rest.peek().copied().is_some_and(blank);
        self.skip(blank);
        match self.rest.peek() {
            Some('\'' | '"') => self.pieces(),
            _ => Ok(self.plain(gap)),
        }
    }

    /// The rest of the line as it stands, without its comment: an apostrophe in a name opens nothing.
    fn plain(&mut self, gap: bool) -> String {
        let mut line = String::from(if gap { " " } else { "" });
        while self.rest.peek().is_some_and(|c| *c != '\n') {
            line.extend(self.next());
        }
        let comment = line.match_indices('#').map(|(at, _)| at).find(|at| line[..*at].ends_with([' ', '\t']));
        line[..comment.unwrap_or(line.len())].trim().to_owned()
    }

    fn pieces(&mut self) -> Result<String, InvalidFile> {
        let mut value = String::new();
        loop {
            match self.rest.peek() {
                None | Some('\n') => return Ok(value),
                Some(' ' | '\t' | '\r') => {
                    self.skip(|c| c != '\n' && c.is_whitespace());
                    return match self.rest.peek() {
                        None | Some('\n' | '#') => Ok(value),
                        Some(_) => self.fault("goes on after its closing quote"),
                    };
                }
                Some('\'' | '"') => self.quoted(&mut value)?,
                Some('\\') => {
                    self.next();
                    value.extend(self.next());
                }
                Some(_) => value.extend(self.next()),
            }
        }
    }

    fn quoted(&mut self, value: &mut String) -> Result<(), InvalidFile> {
        let (begun, end) = (self.line, self.next());
        loop {
            match self.next() {
                None => return Err(InvalidFile { line: begun, what: "opens a quote that nothing closes" }),
                c if c == end => return Ok(()),
                Some('\\') if end == Some('"') => match self.next() {
                    Some('n') => value.push('\n'),
                    Some(c) if "\"\\$`".contains(c) => value.push(c),
                    c => {
                        value.push('\\');
                        value.extend(c);
                    }
                },
                Some(c) => value.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        parse_dotenv(text).expect("readable").remove("KEY").expect("KEY is there")
    }

    proptest! {
        #[test]
        fn a_quoted_value_reads_back_equal(value in "\\PC*|[\\s'\"#$\\\\`=a]*") {
            prop_assert_eq!(read(&format!("BEFORE=1\nKEY={}\nAFTER=2\n", quote(&value))), value);
        }
    }

    #[test]
    fn a_shell_reads_what_was_written() {
        for value in ["it's", "a#b # c", "line\nbreak", "$HOME `id` \\n", "\"both\" 'kinds'", " space "] {
            let script = format!("KEY={}\nprintf %s \"$KEY\"", quote(value));
            let output = std::process::Command::new("sh").args(["-c", &script]).output().expect("sh runs");
            assert_eq!(String::from_utf8_lossy(&output.stdout), value);
        }
    }

    #[test]
    fn what_people_write_by_hand_is_read() {
        assert_eq!(read("export KEY=a"), "a");
        assert_eq!(read("KEY = Mister DJ  \r\n"), "Mister DJ");
        assert_eq!(read("KEY=\"a\\n\\\"b\\\" \\$c \\d\" # said"), "a\n\"b\" $c \\d");
        assert_eq!(read("KEY=a#b"), "a#b");
        assert_eq!(read("KEY=#b"), "#b");
        assert_eq!(read("KEY= # nothing"), "");
        assert_eq!(read("KEY=Jan's band\nB=Piet's band"), "Jan's band");
        assert_eq!(read(r"KEY=C:\data"), r"C:\data");
        assert_eq!(read("KEY="), "");
        assert_eq!(read("\u{feff}KEY=1\nKEY=2"), "2");
    }

    #[test]
    fn a_broken_line_is_named_without_its_value() {
        let fault = |text| parse_dotenv(text).expect_err("broken").to_string();
        assert_eq!(fault("A=1\nsecret words\nB=2"), "line 2 holds no =");
        assert_eq!(fault("A=1\nB='x\ny\nz"), "line 2 opens a quote that nothing closes");
        assert_eq!(fault("A='x' y"), "line 1 goes on after its closing quote");
        assert_eq!(fault("\n\nA B=secret"), "line 3 begins with something else than a key");
    }
}
