//! Text that a stranger wrote, made harmless.

use crate::text::clean;

/// Writes `text` so that no mail program makes a link of anything in it, and a person still reads what was meant.
///
/// One rule for each sign that makes a link, whatever stands around it:
///
/// | Typed | Written | Why |
/// | --- | --- | --- |
/// | `https://evil.example` | `https[:]//evil[.]example` | schemes and hosts |
/// | `javascript:alert(1)` | `javascript[:]alert(1)` | schemes without slashes |
/// | `jan@example.com` | `jan[at]example[.]com` | mail programs link addresses |
/// | `\\server\share` | `\ \server\share` | Outlook links shares |
/// | `1.500`, `20:30`, `Tot dan.` | the same | people write these |
///
/// Signs that a browser reads as a dot, a colon or an at sign (`。`, `：`, `＠`) count as such. Direction overrides and
/// control characters are taken out. Defanging twice is defanging once.
///
/// ```
/// use mrdj_core::messages::defang;
///
/// assert_eq!(defang("zie www.evil.example/a om 20:30."), "zie www[.]evil[.]example/a om 20:30.");
/// ```
pub fn defang(text: &str) -> String {
    // Some mail programs break lines at these; a quote mark in front of each line must not be dodged.
    let text = clean(&text.replace(['\u{2028}', '\u{2029}'], "\n"));
    text.split_inclusive(char::is_whitespace).map(defang_word).collect()
}

/// The same, for a place that takes one line.
pub(super) fn defang_line(text: &str) -> String {
    defang(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn defang_word(word: &str) -> String {
    let signs: Vec<char> = word.chars().collect();
    let dots = signs.iter().filter(|c| is_dot(**c)).count();
    let mut written = String::with_capacity(word.len() + 8);
    for (at, sign) in signs.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|at| signs.get(at)).copied();
        let after = signs.get(at + 1).copied().filter(|c| !c.is_whitespace());
        match (before, sign, after) {
            (_, '\\', Some('\\')) => written.push_str("\\ "),
            (Some(before), _, Some(after)) => match stand_in(before, sign, after, dots) {
                Some(harmless) => written.push_str(harmless),
                None => written.push(sign),
            },
            _ => written.push(sign),
        }
    }
    written
}

/// What is written for `sign` between two others, where it could make a link.
fn stand_in(before: char, sign: char, after: char, dots: usize) -> Option<&'static str> {
    let numbers = before.is_ascii_digit() && after.is_ascii_digit();
    if before == '[' || after == ']' {
        return None;
    }
    match sign {
        // A price or a time has at most two; an address of the Internet has three.
        _ if is_dot(sign) && numbers && dots < 3 => None,
        _ if is_dot(sign) && (after.is_alphanumeric() || !after.is_ascii() || matches!(after, '-' | '_' | '%')) => {
            Some("[.]")
        }
        ':' | '\u{FF1A}' | '\u{FE55}' if !numbers => Some("[:]"),
        '@' | '\u{FF20}' | '\u{FE6B}' => Some("[at]"),
        _ => None,
    }
}

/// The full stop, and what becomes one when a browser maps a host name (UTS 46).
fn is_dot(sign: char) -> bool {
    matches!(sign, '.' | '\u{2024}' | '\u{3002}' | '\u{FE52}' | '\u{FF0E}' | '\u{FF61}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use linkify::LinkFinder;
    use proptest::prelude::*;

    fn links(text: &str) -> Vec<String> {
        let mut finder = LinkFinder::new();
        finder.url_must_have_scheme(false);
        finder.links(text).map(|link| link.as_str().to_owned()).collect()
    }

    #[test]
    fn the_judge_of_these_tests_sees_links() {
        for text in ["https://evil.example/a", "www.evil.example", "jan@example.com", "a evil.co b"] {
            assert_eq!(links(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_makes_a_link_is_taken_apart() {
        let cases = [
            ("HTTPS://evil.example", "HTTPS[:]//evil[.]example"),
            ("http：//evil。example", "http[:]//evil[.]example"),
            ("mailto:jan@example.com", "mailto[:]jan[at]example[.]com"),
            ("data:text/html,x", "data[:]text/html,x"),
            ("192.0.2.1/x", "192[.]0[.]2[.]1/x"),
            ("1.2.evil.example", "1[.]2[.]evil[.]example"),
            ("3.nl", "3[.]nl"),
            ("evil.\u{200b}example", "evil[.]\u{200b}example"),
            ("evil\u{202e}.example", "evil[.]example"),
            (r"\\server\share", r"\ \server\share"),
            ("<a href=\"//evil.example\">", "<a href=\"//evil[.]example\">"),
        ];
        for (typed, written) in cases {
            assert_eq!(defang(typed), written, "{typed}");
        }
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        let texts =
            ["Om 20:30, tot dan.", "€ 1.500,00", "1.500.000", "8.30 uur", "Nou... ja", "@ home", "a: b", "(ja.)"];
        for text in texts {
            assert_eq!(defang(text), text);
        }
    }

    #[test]
    fn a_line_separator_is_a_line_end() {
        assert_eq!(defang("a\u{2028}b\u{2029}c"), "a\nb\nc");
        assert_eq!(defang_line("a\u{2028}b\n c"), "a b c");
    }

    proptest! {
        #[test]
        fn nothing_is_a_link_afterwards(text in r"([a-z0-9@:/\\.\[\] -]|https?://|www\.|[a-z]+\.(nl|com)|\PC){0,40}") {
            prop_assert_eq!(links(&defang(&text)), Vec::<String>::new());
        }

        #[test]
        fn twice_is_once(text in r"([a-z0-9@:/\\.\[\] -]|\PC){0,40}") {
            let once = defang(&text);
            prop_assert_eq!(defang(&once), once);
        }
    }
}
