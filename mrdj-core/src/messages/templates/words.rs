//! The words that letters look up.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

use crate::bookings::{EventTime, Stage};
use crate::contacts::PersonName;
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

/// How a letter to a customer begins: by his name, where it looks like one.
pub(super) fn greeting(name: &PersonName, language: Language) -> String {
    match name.greeting() {
        Some(name) => format!("{} {name},", pick(language, "Beste", "Dear")),
        None => pick(language, "Hallo,", "Hello,").to_owned(),
    }
}

/// Our own word for a kind that has one; what a visitor made up has none.
pub(in crate::messages) fn kind(kind: &EventType, language: Language) -> Option<&'static str> {
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

/// A moment on the clocks of `zone`: `zaterdag 20 juni 2026 om 13:00 uur`.
pub(super) fn moment(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let time = zone.to_datetime(at);
    match language {
        Language::Nl => format!("{} om {} uur", day(time.date(), language), clock(time)),
        Language::En => format!("{} at {}", day(time.date(), language), clock(time)),
    }
}

/// The hours of an event, where they are known: `20:00 tot 01:00 uur`; on which clocks, where they are not those of `zone`.
pub(super) fn hours(time: &EventTime, zone: &TimeZone, language: Language) -> Option<String> {
    let hours = time.hours()?;
    let (start, end) = (hours.start(), hours.end());
    // A night ends the next morning, as everybody knows; what lasts for a day or more names the day of its end.
    let tomorrow = start.date().tomorrow().is_ok_and(|tomorrow| tomorrow == end.date());
    let one_night = end.date() == start.date() || (tomorrow && end.time() < start.time());
    let last = if one_night { String::new() } else { format!("{} ", day(end.date(), language)) };
    let name = hours.zone().iana_name().filter(|name| zone.iana_name() != Some(name));
    let elsewhere = name.map(|name| format!(" ({name})")).unwrap_or_default();
    Some(match language {
        Language::Nl => format!("{} tot {last}{} uur{elsewhere}", clock(start), clock(end)),
        Language::En => format!("{} to {last}{}{elsewhere}", clock(start), clock(end)),
    })
}

fn clock(time: DateTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Which form was filled in.
pub(super) const fn form(kind: LeadKind, language: Language) -> &'static str {
    match kind {
        LeadKind::Contact => pick(language, "contactformulier", "contact form"),
        LeadKind::CallBack => pick(language, "terugbelverzoek", "call-back request"),
    }
}

/// How far a booking has come.
pub(super) const fn stage(stage: &Stage, language: Language) -> &'static str {
    let (nl, en) = match stage {
        Stage::Waiting => ("in de rij", "in line"),
        Stage::Held { .. } => ("vastgehouden", "held"),
        Stage::Offered { .. } => ("voorgesteld", "offered"),
        Stage::Agreed => ("afgesproken", "agreed"),
        Stage::Deposit => ("aanbetaald", "deposit paid"),
        Stage::Done => ("gehouden", "done"),
        Stage::Expired => ("verlopen", "expired"),
        Stage::Cancelled { .. } => ("geannuleerd", "cancelled"),
    };
    pick(language, nl, en)
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
    use crate::bookings::EventHours;
    use jiff::civil::date;

    #[test]
    fn a_day_is_written_in_the_language() {
        assert_eq!(day(date(2026, 6, 20), Language::Nl), "zaterdag 20 juni 2026");
        assert_eq!(day(date(2026, 12, 1), Language::En), "Tuesday 1 December 2026");
    }

    fn evening(end: DateTime, zone: &str) -> EventTime {
        let zone = TimeZone::get(zone).expect("a zone of the list");
        EventTime::Hours(EventHours::new(date(2026, 6, 20).at(20, 0, 0, 0), end, zone).expect("hours"))
    }

    #[test]
    fn hours_are_those_on_the_wall() {
        let amsterdam = TimeZone::get("Europe/Amsterdam").expect("a zone of the list");
        let said = |time: &EventTime, language| hours(time, &amsterdam, language);
        let night = evening(date(2026, 6, 21).at(1, 30, 0, 0), "Europe/Amsterdam");
        assert_eq!(said(&night, Language::Nl).as_deref(), Some("20:00 tot 01:30 uur"));
        assert_eq!(said(&night, Language::En).as_deref(), Some("20:00 to 01:30"));
        let long = evening(date(2026, 6, 21).at(20, 0, 0, 0), "Europe/London");
        assert_eq!(
            said(&long, Language::Nl).as_deref(),
            Some("20:00 tot zondag 21 juni 2026 20:00 uur (Europe/London)")
        );
        assert_eq!(said(&EventTime::Day(date(2026, 6, 20)), Language::Nl), None);
    }

    #[test]
    fn a_moment_is_told_on_the_clocks_of_the_business() {
        let at = "2026-10-25T01:30:00Z".parse().expect("a moment");
        let amsterdam = TimeZone::get("Europe/Amsterdam").expect("a zone of the list");
        assert_eq!(moment(at, &amsterdam, Language::Nl), "zondag 25 oktober 2026 om 02:30 uur");
        assert_eq!(moment(at, &amsterdam, Language::En), "Sunday 25 October 2026 at 02:30");
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
