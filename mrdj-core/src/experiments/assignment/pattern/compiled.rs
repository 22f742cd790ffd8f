//! A pattern that is ready to be used.

use regex::{Regex, RegexBuilder};

use super::translation::translate;

/// The memory that one pattern may take, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// A pattern that was compiled when the payload was loaded.
///
/// It learns at its first uses and takes memory for that; later uses take none.
#[derive(Debug)]
pub(in super::super) struct Pattern(Regex);

/// Why a pattern cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in super::super) enum PatternFault {
    /// JavaScript refuses it, too.
    #[error("is no regular expression")]
    Invalid,
    /// JavaScript knows it; a look-around, for example.
    #[error("is a regular expression that is not known here, and matches nothing")]
    Unknown,
}

impl Pattern {
    pub(in super::super) fn new(source: &str, any_case: bool) -> Result<Self, PatternFault> {
        let mut builder = RegexBuilder::new(&translate(source)?);
        // What the translation let pass and the engine refuses is too large, or nests too deep.
        builder.case_insensitive(any_case).size_limit(MOST_BYTES).build().map(Self).map_err(|_| PatternFault::Unknown)
    }

    pub(in super::super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(source: &str, text: &str) -> bool {
        Pattern::new(source, false).unwrap_or_else(|fault| panic!("{source} {fault}")).matches(text)
    }

    #[test]
    fn patterns_mean_what_they_mean_to_javascript() {
        let cases = [
            (r"^/events?/(\d+)$", "/events/12", true),
            (r"^/events?/(\d+)$", "/events/١", false),
            (r"a.c", "a\nc", false),
            (r"a.c", "a\u{85}c", true),
            (r"[\w.-]+@example\.com$", "j.d@example.com", true),
            (r"^\w+$", "é", false),
            (r"\bfeest\b", "een feest!", true),
            (r"^\s$", "\u{feff}", true),
            (r"^\S$", "\u{85}", true),
            (r"^[^]$", "\n", true),
            (r"[]", "a", false),
            (r"^[a&&b[-]$", "[", true),
            (r"^a{,2}$", "a{,2}", true),
            (r"^a{2}b{1,}c{0,1}$", "aab", true),
            (r"^{x}]$", "{x}]", true),
            (r"^\/\-\u00e9\x41\cJ\0$", "/-éA\n\0", true),
            (r"^\ud83d\ude00$", "😀", true),
            (r"(?<jaar>\d{4})-(?:0|1)", "2027-0", true),
            (r"^[\d-x]+$", "1-x", true),
            (r"\p", "p", true),
            (r"\a\u", "au", true),
            (r"#x y$", "#x y", true),
            ("", "", true),
        ];
        for (source, text, expected) in cases {
            assert_eq!(found(source, text), expected, "{source} in {text}");
        }
        assert!(Pattern::new("^straße|ÉCLAIR$", true).expect("a pattern").matches("Éclair"));
    }

    #[test]
    fn what_javascript_refuses_and_what_is_not_known_are_told_apart() {
        for source in
            ["(", ")", "a)", "[a", "*a", "a**", "^*", r"\b+", "a{2,1}", "[b-a]", "(?i)a", "(?<1>a)", "\\", "[\\", "(?"]
        {
            assert_eq!(Pattern::new(source, false).err(), Some(PatternFault::Invalid), "{source}");
        }
        let nested = "(".repeat(999) + &")".repeat(999);
        let unknown = [
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?<!a)",
            r"(a)\1",
            r"(?<n>a)\k<n>",
            r"\ud83d",
            r"\01",
            "(?:a{999}){999}",
            &nested,
        ];
        for source in unknown {
            assert_eq!(Pattern::new(source, false).err(), Some(PatternFault::Unknown), "{source}");
        }
    }

    proptest! {
        #[test]
        fn no_pattern_and_no_text_panics(source in r"[\[\](){}?*+|^$.\\ab0-9dwsDWSbBuxck<>=!,é😀 -]{0,16}", text: String) {
            if let Ok(pattern) = Pattern::new(&source, true) {
                pattern.matches(&text);
            }
        }
    }
}
