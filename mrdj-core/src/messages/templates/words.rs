//! The words that letters look up.

use jiff::civil::{Date, Weekday};

use crate::leads::{EventType, LeadKind, Mark};
use crate::messages::Language;

/// A line of a list in a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// What it is.
    pub(super) label: &'static str,
    /// What we know of it.
    pub(super) value: String,
}

/// Picks the Dutch or the English.
pub(super) const fn pick<'a>(language: Language, nl: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}

/// The row of `value`, if there is one.
pub(super) fn row(language: Language, nl: &'static str, en: &'static str, value: Option<String>) -> Option<Row> {
    value.map(|value| Row { label: pick(language, nl, en), value })
}

/// Our own word for a kind that has one; what a visitor made up has none.
pub(super) fn kind(kind: &EventType, language: Language) -> Option<&'static str> {
    let (nl, en) = match kind.as_str() {
        "bruiloft" => ("bruiloft", "wedding"),
        "bedrijfsfeest" => ("bedrijfsfeest", "company party"),
        "verjaardag" => ("verjaardag", "birthday"),
        "jubileum" => ("jubileum", "anniversary"),
        "feest" => ("feest", "party"),
        "festival" => ("festival", "festival"),
        "schoolfeest" => ("schoolfeest", "school party"),
        "anders" => ("iets anders", "something else"),
        _ => return None,
    };
    Some(pick(language, nl, en))
}

/// A civil day, written out: `zaterdag 20 juni 2026`.
pub fn day(date: Date, language: Language) -> String {
    const MONTHS: [(&str, &str); 12] = [
        ("januari", "January"),
        ("februari", "February"),
        ("maart", "March"),
        ("april", "April"),
        ("mei", "May"),
        ("juni", "June"),
        ("juli", "July"),
        ("augustus", "August"),
        ("september", "September"),
        ("oktober", "October"),
        ("november", "November"),
        ("december", "December"),
    ];
    let weekday = match date.weekday() {
        Weekday::Monday => ("maandag", "Monday"),
        Weekday::Tuesday => ("dinsdag", "Tuesday"),
        Weekday::Wednesday => ("woensdag", "Wednesday"),
        Weekday::Thursday => ("donderdag", "Thursday"),
        Weekday::Friday => ("vrijdag", "Friday"),
        Weekday::Saturday => ("zaterdag", "Saturday"),
        Weekday::Sunday => ("zondag", "Sunday"),
    };
    // A civil date's month is 1 to 12.
    let month = usize::try_from(date.month() - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default();
    let pick = |(nl, en)| pick(language, nl, en);
    format!("{} {} {} {}", pick(weekday), date.day(), pick(month), date.year())
}

/// Which form was filled in.
pub(super) const fn form(kind: LeadKind, language: Language) -> &'static str {
    match kind {
        LeadKind::Contact => pick(language, "contactformulier", "contact form"),
        LeadKind::CallBack => pick(language, "terugbelverzoek", "call-back request"),
    }
}

/// What was noticed, for those who judge it.
pub(super) const fn mark(mark: Mark, language: Language) -> &'static str {
    let (nl, en) = match mark {
        Mark::Honeypot => ("het verborgen veld is ingevuld", "the hidden field was filled in"),
        Mark::Links => ("er staan links in", "there are links in it"),
        Mark::Markup => ("er staat HTML in", "there is HTML in it"),
        Mark::SpamWords => ("er staan woorden van spam in", "it uses words of spam"),
        Mark::Repetition => ("een teken herhaalt zich vaak", "one sign is repeated often"),
        Mark::NameIsLink => ("de naam is een webadres", "the name is a web address"),
        Mark::NotHuman => ("de controle op mensen is niet gehaald", "the human check failed"),
        Mark::NoHumanToken => ("de controle op mensen is overgeslagen", "the human check was skipped"),
        Mark::HumanCheckAway => ("de controle op mensen gaf geen antwoord", "the human check gave no answer"),
        Mark::PastDate => ("de datum is voorbij", "the date is in the past"),
        Mark::UnknownPhone => ("het telefoonnummer is onbekend", "the phone number is unknown"),
        Mark::Extended => ("er is later iets bij gekomen", "something was added later"),
    };
    pick(language, nl, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_written_in_the_language() {
        assert_eq!(day(date(2026, 6, 20), Language::Nl), "zaterdag 20 juni 2026");
        assert_eq!(day(date(2026, 12, 1), Language::En), "Tuesday 1 December 2026");
    }

    #[test]
    fn a_kind_has_words_exactly_when_it_has_a_name_of_its_own() {
        let texts = [
            "wedding",
            "bedrijfsfeest",
            "birthday",
            "jubileum",
            "feest",
            "festival",
            "prom",
            "anders",
            "Silent disco",
            "evil.example",
        ];
        for text in texts {
            let parsed = EventType::parse(text).expect("a kind");
            for language in [Language::Nl, Language::En] {
                assert_eq!(kind(&parsed, language).is_some(), parsed.is_known(), "{text}");
            }
        }
    }
}
