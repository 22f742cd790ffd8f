//! Junk: a score with reasons.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Enquiry, HumanVerdict};

/// Something that was noticed about an enquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The field that people do not see was filled in.
    Honeypot,
    /// There are links in it.
    Links,
    /// There is HTML in it.
    Markup,
    /// It uses the words of those who sell to form owners.
    SpamWords,
    /// One sign stands seven times in a row.
    Repetition,
    /// The name holds an address of the web.
    NameIsLink,
    /// The human check failed.
    NotHuman,
    /// The human check was asked for and no token came.
    NoHumanToken,
    /// The human check gave no answer.
    HumanCheckAway,
    /// The day lies in the past; enquiries about past dates happen.
    PastDate,
    /// The numbering plan does not know the phone number.
    UnknownPhone,
    /// A second form added to it.
    Extended,
}

impl Mark {
    /// What it adds to the score.
    pub const fn weight(self) -> u8 {
        match self {
            Self::Honeypot => 80,
            Self::NameIsLink | Self::NotHuman | Self::NoHumanToken => 60,
            Self::SpamWords | Self::Markup => 40,
            Self::Links => 30,
            Self::Repetition => 20,
            Self::UnknownPhone | Self::HumanCheckAway => 10,
            Self::PastDate | Self::Extended => 0,
        }
    }
}

/// When an enquiry counts as junk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JunkRule {
    /// From this score on, 1 to 100, it is suspicious.
    pub threshold: u8,
    /// Whether a human check is set up, so that a missing token means something.
    pub human_check: bool,
}

impl Default for JunkRule {
    /// Suspicious from 60 on, no human check.
    fn default() -> Self {
        Self { threshold: 60, human_check: false }
    }
}

/// Whole words only: a customer named Seong sells no SEO.
const SPAM_WORDS: &[&str] = &[
    "viagra",
    "cialis",
    "loan",
    "loans",
    "betting",
    "casino",
    "gambling",
    "forex",
    "crypto",
    "bitcoin",
    "seo",
    "backlink",
    "backlinks",
    "porn",
    "escort",
];
const SPAM_PHRASES: &[&str] = &["credit repair", "marketing services", "guest post", "first page of google"];

/// Scores `enquiry`: the sum of its marks' weights, at most 100, and the marks.
pub fn score(
    enquiry: &Enquiry,
    honeypot: bool,
    human: Option<HumanVerdict>,
    rule: JunkRule,
    today: Date,
) -> (u8, Vec<Mark>) {
    let name = enquiry.name.as_str();
    let message = enquiry.message.as_deref().unwrap_or_default();
    let kind = enquiry.event_type.as_ref().map_or("", |kind| kind.as_str());
    let all = format!("{name}\n{kind}\n{}\n{message}", enquiry.package.as_deref().unwrap_or_default()).to_lowercase();
    let human_mark = match human {
        Some(HumanVerdict::NotHuman) => Some(Mark::NotHuman),
        Some(HumanVerdict::NoAnswer) => Some(Mark::HumanCheckAway),
        None if rule.human_check => Some(Mark::NoHumanToken),
        _ => None,
    };
    let noticed = [
        (honeypot, Mark::Honeypot),
        (has_link(name), Mark::NameIsLink),
        (has_link(message) || has_link(kind), Mark::Links),
        (has_markup(&all), Mark::Markup),
        (has_spam_words(&all), Mark::SpamWords),
        (has_repetition(&all), Mark::Repetition),
        (enquiry.phone.as_ref().is_some_and(|phone| !phone.is_checked()), Mark::UnknownPhone),
        (enquiry.event_date.is_some_and(|day| day < today), Mark::PastDate),
    ];
    let marks: Vec<_> = noticed.into_iter().filter_map(|(is, mark)| is.then_some(mark)).chain(human_mark).collect();
    let sum = marks.iter().fold(0_u8, |sum, mark| sum.saturating_add(mark.weight()));
    (sum.min(100), marks)
}

fn has_link(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("://")
        || lower.split(|c: char| !c.is_alphanumeric() && c != '.').any(|word| word.starts_with("www."))
}

fn has_markup(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = &text[at + 1..];
        let tag = rest.strip_prefix('/').unwrap_or(rest);
        tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!') && rest.contains('>')
    })
}

fn has_spam_words(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| SPAM_WORDS.contains(&word))
        || SPAM_PHRASES.iter().any(|phrase| text.contains(phrase))
}

fn has_repetition(text: &str) -> bool {
    let mut run = (None, 0);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        run = if run.0 == Some(c) { (Some(c), run.1 + 1) } else { (Some(c), 1) };
        if run.1 >= 7 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::contacts::{PersonName, Phone};
    use crate::leads::EventType;
    use crate::messages::Language;

    fn enquiry(name: &str, message: &str) -> Enquiry {
        Enquiry {
            name: PersonName::parse(name).expect("a name"),
            email: None,
            phone: Some(Phone::known("+31612345678".to_owned())),
            event_type: Some(EventType::parse("Bruiloft").expect("a kind")),
            event_date: Some(date(2027, 6, 19)),
            package: None,
            message: Some(message.to_owned()),
            language: Language::Nl,
        }
    }

    fn judged(name: &str, message: &str) -> (u8, Vec<Mark>) {
        score(&enquiry(name, message), false, None, JunkRule::default(), date(2026, 11, 21))
    }

    #[test]
    fn an_ordinary_enquiry_has_no_mark() {
        assert_eq!(
            judged("Jan en Marie Jansen", "Wij trouwen! Budget < 1000 euro, kan dat? 1.500 ook > ok"),
            (0, vec![])
        );
    }

    #[test]
    fn words_are_whole_words() {
        assert_eq!(
            judged("Seong Loanda", "Is de locatie (Casinoplein) bereikbaar? Escorteren hoeft niet."),
            (0, vec![])
        );
        assert_eq!(judged("Jan", "cheap SEO!"), (40, vec![Mark::SpamWords]));
    }

    #[test]
    fn what_sellers_send_is_suspicious() {
        let (score, marks) = judged("Bob", "<a href='http://evil.example'>Backlinks</a> and crypto");
        assert_eq!((score, marks), (100, vec![Mark::Links, Mark::Markup, Mark::SpamWords]));
        assert_eq!(judged("www.evil.example", "hoi").1, [Mark::NameIsLink]);
        assert!(judged("www.evil.example", "hoi").0 >= JunkRule::default().threshold);
    }

    #[test]
    fn one_link_alone_is_not_suspicious() {
        let (score, marks) = judged("Jan", "Onze locatie: https://locatie.example/zaal");
        assert_eq!(marks, [Mark::Links]);
        assert!(score < JunkRule::default().threshold);
    }

    #[test]
    fn a_past_date_is_marked_and_weighs_nothing() {
        let past = Enquiry { event_date: Some(date(2025, 12, 31)), ..enquiry("Jan", "hoi") };
        let today = |day| score(&past, false, None, JunkRule::default(), day);
        assert_eq!(today(date(2026, 11, 21)), (0, vec![Mark::PastDate]));
        assert_eq!(today(date(2025, 12, 31)), (0, vec![]));
    }

    #[test]
    fn a_checker_that_is_away_holds_nobody_back() {
        let rule = JunkRule { human_check: true, ..JunkRule::default() };
        let with = |verdict| score(&enquiry("Jan", "hoi"), false, verdict, rule, date(2026, 11, 21));
        assert_eq!(with(Some(HumanVerdict::Human)), (0, vec![]));
        assert!(with(Some(HumanVerdict::NoAnswer)).0 < rule.threshold);
        assert!(with(Some(HumanVerdict::NotHuman)).0 >= rule.threshold);
        assert!(with(None).0 >= rule.threshold);
    }

    #[test]
    fn the_field_nobody_sees_and_the_long_run_weigh() {
        let filled = score(&enquiry("Jan", "hoi"), true, None, JunkRule::default(), date(2026, 11, 21));
        assert_eq!(filled, (80, vec![Mark::Honeypot]));
        assert_eq!(judged("Jan", "aaa aaaa").1, [Mark::Repetition]);
        assert_eq!(judged("Jan", "aaaaaa baaaaaa").1, []);
    }
}
