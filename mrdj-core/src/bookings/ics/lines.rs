//! The content lines of a calendar file (RFC 5545, section 3.1).

/// So many octets a line may have, its end not counted.
const WIDTH: usize = 75;

/// A calendar file while it is written; what is added as text or address stays within its line.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    /// Adds a property whose value this house wrote.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// Adds a property whose value is text by anybody.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.add(name, &escape(text));
    }

    /// Adds a person: a name to be shown, and a mail address.
    pub(super) fn person(&mut self, name: &str, (shown, email): (&str, &str)) {
        self.add(&format!("{name};CN={}", quote(shown)), &format!("mailto:{}", percent(email)));
    }

    /// The whole file.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// Adds `line`, broken between characters where it is too wide; the space that begins a new line counts.
    fn fold(&mut self, line: &str) {
        let mut room = WIDTH;
        for sign in line.chars() {
            if sign.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = WIDTH - 1;
            }
            room -= sign.len_utf8();
            self.0.push(sign);
        }
        self.0.push_str("\r\n");
    }
}

/// Writes `text` as a value of the type TEXT.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in printable(text) {
        match sign {
            '\n' => escaped.push_str("\\n"),
            '\\' | ';' | ',' => escaped.extend(['\\', sign]),
            _ => escaped.push(sign),
        }
    }
    escaped
}

/// Writes `text` as a parameter in quotes (RFC 6868).
fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for sign in printable(text) {
        match sign {
            '\n' => quoted.push_str("^n"),
            '^' => quoted.push_str("^^"),
            '"' => quoted.push_str("^'"),
            _ => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

/// Writes a mail address as part of an URI (RFC 6068).
fn percent(email: &str) -> String {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~@+!$'*".contains(&octet);
    let mut written = String::with_capacity(email.len());
    for octet in email.bytes() {
        if plain(octet) {
            written.push(char::from(octet));
        } else {
            written.push_str(&format!("%{octet:02X}"));
        }
    }
    written
}

/// The signs of `text` without control characters but tabs; whatever some reader takes for a line's end is `\n`.
fn printable(text: &str) -> Vec<char> {
    let text = text.replace("\r\n", "\n");
    let ends = |sign| matches!(sign, '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let signs = text.chars().map(|sign| if ends(sign) { '\n' } else { sign });
    signs.filter(|sign| matches!(sign, '\n' | '\t') || !sign.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::proof::anything;
    use super::*;

    fn written(name: &str, text: &str) -> String {
        let mut lines = Lines::default();
        lines.text(name, text);
        lines.into_text()
    }

    #[test]
    fn signs_with_a_meaning_are_escaped() {
        for (text, expected) in [
            ("a\\b;c,d:e\"f", "a\\\\b\\;c\\,d:e\"f"),
            ("een\r\ntwee\rdrie\nvier", "een\\ntwee\\ndrie\\nvier"),
            ("\u{2028}\u{2029}\u{85}\u{0B}\u{0C}", "\\n\\n\\n\\n\\n"),
            ("a\0b\u{1b}c\u{7f}d\u{9b}e\tf", "abcde\tf"),
            ("", ""),
        ] {
            assert_eq!(escape(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_name_stays_within_its_quotes() {
        assert_eq!(quote("DJ \"Jan\"; x:y, ^\r\nEND:VEVENT"), "\"DJ ^'Jan^'; x:y, ^^^nEND:VEVENT\"");
    }

    #[test]
    fn an_address_stays_within_its_uri() {
        assert_eq!(percent("zoe+dj@example.com"), "zoe+dj@example.com");
        assert_eq!(percent("a?cc=b&c\r\nd;é%@example.com"), "a%3Fcc%3Db%26c%0D%0Ad%3B%C3%A9%25@example.com");
    }

    #[test]
    fn a_line_is_folded_after_seventy_five_octets_and_not_before() {
        let of = |octets: usize| "x".repeat(octets - "A:".len());
        assert_eq!(written("A", &of(75)), format!("A:{}\r\n", of(75)));
        assert_eq!(written("A", &of(76)), format!("A:{}\r\n x\r\n", of(75)));
        assert_eq!(written("A", &of(75 + 74)), format!("A:{}\r\n {}\r\n", of(75), "x".repeat(74)));
        assert_eq!(written("A", &of(75 + 75)), format!("A:{}\r\n {}\r\n x\r\n", of(75), "x".repeat(74)));
    }

    #[test]
    fn a_character_is_never_split() {
        for (sign, fits) in [("é", 71), ("€", 70), ("🎉", 69)] {
            for before in fits..75 {
                let (text, line) = (format!("{}{sign}z", "x".repeat(before - 2)), before + sign.len());
                let lines = written("A", &text);
                let first = lines.split("\r\n").next().expect("a line");
                assert_eq!(
                    first.len(),
                    if line < 75 {
                        line + 1
                    } else if line == 75 {
                        line
                    } else {
                        before
                    }
                );
                assert_eq!(lines.replace("\r\n ", ""), format!("A:{text}\r\n"));
            }
        }
    }

    #[test]
    fn a_fold_keeps_the_space_between_words() {
        let text = "Bedankt voor je boeking bij Mister DJ, we nemen 2 dagen vooraf contact op — é ü ñ test voor vouwen";
        let lines = written("DESCRIPTION", text);
        let lines: Vec<_> = lines.split_terminator("\r\n").collect();
        assert_eq!(lines.iter().map(|line| line.len()).collect::<Vec<_>>(), [75, 42]);
        assert!(lines[0].ends_with("vooraf") && lines[1].starts_with("  contact"), "{lines:?}");
    }

    /// Undoes [`escape`].
    fn read(escaped: &str) -> String {
        let mut signs = escaped.chars();
        let mut text = String::new();
        while let Some(sign) = signs.next() {
            let meant = if sign == '\\' { signs.next().expect("an escape is whole") } else { sign };
            text.push(if sign == '\\' && meant == 'n' { '\n' } else { meant });
        }
        text
    }

    proptest! {
        #[test]
        fn unfolding_gives_back_what_was_escaped(text in anything()) {
            let lines = written("SUMMARY", &text);
            prop_assert!(lines.split_terminator("\r\n").all(|line| line.len() <= WIDTH), "{lines:?}");
            let unfolded = lines.replace("\r\n ", "");
            prop_assert_eq!(&unfolded, &format!("SUMMARY:{}\r\n", escape(&text)));
            let value = unfolded.strip_prefix("SUMMARY:").and_then(|rest| rest.strip_suffix("\r\n")).expect("a value");
            prop_assert_eq!(read(value), printable(&text).into_iter().collect::<String>());
            prop_assert!(!value.contains(|sign: char| sign.is_control() && sign != '\t'), "{value:?}");
        }
    }
}
