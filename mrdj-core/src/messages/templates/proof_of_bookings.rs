//! The proof of the letters about bookings: nothing a stranger wrote becomes a tag, a link or a header.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::proof::{LANGUAGES, NAUGHTY, links, read, skeleton, tags};
use super::{House, Letter, Occasion, booking_letter};
use crate::bookings::{Booking, EventTime, Party, Stage};
use crate::contacts::{EmailAddress, PersonName, Phone};
use crate::leads::EventType;
use crate::messages::fixture::{booking, house};
use crate::messages::{BookingLetter, Language};

const LINK: &str = "https://example.com/boeking/abc?t=1&u=2";
const PAGE: &str = "https://example.com/bookings/bk-20261121-0123456789";

/// The stage in which a letter leaves.
fn stage_of(letter: BookingLetter) -> Stage {
    let until = booking(Language::Nl).changed_at + SignedDuration::from_hours(72);
    match letter {
        BookingLetter::Received | BookingLetter::Promoted | BookingLetter::Notice | BookingLetter::Altered => {
            Stage::Held { until, challenged: false }
        }
        BookingLetter::Challenged => Stage::Held { until, challenged: true },
        BookingLetter::Offered | BookingLetter::FollowUp => Stage::Offered { until, challenged: false },
        BookingLetter::Agreed | BookingLetter::Accepted | BookingLetter::Changed | BookingLetter::Reminder(_) => {
            Stage::Agreed
        }
        BookingLetter::Expired | BookingLetter::LatePayment => Stage::Expired,
        BookingLetter::Cancelled | BookingLetter::Withdrawn => Stage::Cancelled { by: Party::Client },
    }
}

fn written(letter: BookingLetter, booking: &Booking) -> Letter {
    let occasion = Occasion { letter, link: Some(LINK.to_owned()), with_file: true };
    booking_letter(&house(), &Booking { stage: stage_of(letter), ..booking.clone() }, &occasion)
}

/// A booking in which a stranger filled every place he can reach with `text`.
fn hostile(text: &str, language: Language) -> Booking {
    let mut booking = booking(language);
    if let Ok(name) = PersonName::parse(text) {
        booking.client.name = name;
    }
    booking.client.phone = Phone::unknown(text.to_owned());
    booking.event.kind = EventType::from_stored(text.to_owned());
    booking.event.place = Some(text.to_owned());
    booking.event.package = Some(text.to_owned());
    booking.event.message = Some(format!("- {text}\n{text}"));
    booking
}

/// What must hold of every letter, whatever was typed.
fn check(text: &str, language: Language) {
    for letter in BookingLetter::ALL {
        let (typed, plain) = (written(letter, &hostile(text, language)), written(letter, &hostile("x", language)));
        assert_eq!(skeleton(&typed.html), skeleton(&plain.html), "a tag of {text:?} survives in {letter:?}");
        assert_eq!(tags(&typed.html).iter().filter(|tag| tag.contains("href")).count(), 1, "{letter:?}");
        let ours = if letter.is_for_client() { LINK } else { PAGE };
        for form in [&typed.text, &read(&typed.html)] {
            assert!(links(form).iter().all(|link| link == ours), "{text:?} is a link in {form}");
            assert!(!form.contains(['\r', '\u{202e}', '\u{2028}', '\u{2029}']), "{text:?} in {form}");
        }
        assert_eq!(typed.subject.lines().count(), 1);
        assert_eq!(typed.subject, plain.subject, "{text:?} in a subject");
    }
}

#[test]
fn nothing_naughty_survives_in_any_letter_about_a_booking() {
    for text in NAUGHTY {
        for language in LANGUAGES {
            check(text, language);
        }
    }
}

#[test]
fn what_anybody_can_have_sent_repeats_nothing_that_was_typed() {
    let open = [BookingLetter::Received, BookingLetter::Promoted, BookingLetter::Expired, BookingLetter::Challenged];
    for (letter, text) in open.into_iter().flat_map(|letter| NAUGHTY.iter().map(move |text| (letter, text))) {
        for language in LANGUAGES {
            let typed = hostile(text, language);
            let mut silent = hostile("0", language);
            if let Some(name) = typed.client.name.greeting() {
                silent.client.name = PersonName::parse(name).expect("a name");
            }
            assert_eq!(written(letter, &typed), written(letter, &silent), "{text:?} in {letter:?}");
        }
    }
}

#[test]
fn every_letter_says_its_own_in_each_language() {
    let mut subjects = BTreeSet::new();
    for (letter, language) in BookingLetter::ALL.into_iter().flat_map(|one| LANGUAGES.map(|language| (one, language))) {
        let letter = written(letter, &booking(language));
        assert!(letter.subject.ends_with("(bk-20261121-0123456789)"), "{}", letter.subject);
        assert!(letter.html.contains(&format!("<html lang=\"{}\">", language.tag())));
        assert!(!letter.text.contains("\n\n\n") && !letter.text.starts_with('\n'), "{}", letter.text);
        for form in [&letter.text, &letter.html] {
            assert!(!form.contains("  \n") && !form.contains("{{") && !form.contains("{%"), "{form}");
        }
        subjects.insert(letter.subject);
    }
    assert_eq!(subjects.len(), BookingLetter::ALL.len() * 2);
}

#[test]
fn without_a_place_for_it_there_is_no_link() {
    for link in [None, Some("javascript:alert(1)".to_owned())] {
        let occasion = Occasion { letter: BookingLetter::Received, link, with_file: false };
        let letter = booking_letter(&house(), &booking(Language::Nl), &occasion);
        assert!(!letter.html.contains("href") && links(&letter.text).is_empty(), "{}", letter.text);
    }
    let quiet = House { base_url: None, ..house() };
    let occasion = Occasion { letter: BookingLetter::Notice, link: None, with_file: false };
    assert!(!booking_letter(&quiet, &booking(Language::En), &occasion).html.contains("href"));
}

#[test]
fn a_full_dutch_agreement() {
    let letter = written(BookingLetter::Agreed, &booking(Language::Nl));
    assert_eq!(letter.subject, "Het is afgesproken (bk-20261121-0123456789)");
    let text = "\
Beste Jan d'Hondt,

Het is afgesproken: we zijn erbij. We kijken ernaar uit!
Open de bijlage en de avond staat in je agenda.

Gelegenheid: bruiloft
Datum: zaterdag 19 juni 2027
Tijd: 20:00 tot 01:00 uur
Plaats: Zaal Voorbeeld, Dorpsstraat 1
Pakket: silver
Kenmerk: bk-20261121-0123456789

Bekijk je boeking: https://example.com/boeking/abc?t=1&u=2

Vragen? Antwoord op deze mail, of bel 085 000 00 00 en noem je kenmerk.

Met vriendelijke groet,
Mister Voorbeeld & Zn
";
    assert_eq!(letter.text.trim_end(), text.trim_end());
}

#[test]
fn a_full_english_receipt_of_a_day_without_hours() {
    let mut booking = booking(Language::En);
    booking.event.time = EventTime::Day(booking.event.time.day());
    let occasion = Occasion { letter: BookingLetter::Received, link: None, with_file: false };
    let letter = booking_letter(&House { phone: None, ..house() }, &booking, &occasion);
    assert_eq!(letter.subject, "Your booking at Mister Voorbeeld & Zn (bk-20261121-0123456789)");
    let text = "\
Dear Jan d'Hondt,

Thank you for your booking at Mister Voorbeeld & Zn. We keep this evening for you until Tuesday 24 November 2026 at 13:00.
What happens next: we look at it and make you an offer. There is nothing you need to do.

Occasion: wedding
Date: Saturday 19 June 2027
Reference: bk-20261121-0123456789

Questions? Reply to this mail.

Kind regards,
Mister Voorbeeld & Zn

Did you not book anything? Then somebody else entered this address. You need not do anything.
";
    assert_eq!(letter.text.trim_end(), text.trim_end());
}

#[test]
fn a_full_dutch_notice_of_a_booking() {
    let mut booking = booking(Language::Nl);
    booking.client.email = EmailAddress::parse("jan@example.com").expect("an address");
    let letter = written(BookingLetter::Notice, &booking);
    assert_eq!(letter.subject, "Nieuwe boeking: bruiloft, zaterdag 19 juni 2027 (bk-20261121-0123456789)");
    let text = "\
Er is een nieuwe boeking.

Naam: Jan d'Hondt
E-mail: jan[at]example[.]com
Telefoon: +31612345678
Gelegenheid: bruiloft
Datum: zaterdag 19 juni 2027
Tijd: 20:00 tot 01:00 uur
Plaats: Zaal Voorbeeld, Dorpsstraat 1
Pakket: silver
Stand: vastgehouden
Antwoord in: Nederlands
Kenmerk: bk-20261121-0123456789

Bericht:
> Graag veel disco.
> 
> Zie example[.]com

Bekijk de boeking: https://example.com/bookings/bk-20261121-0123456789

Antwoord op deze mail en je antwoord gaat naar de klant.

Links en adressen in wat de klant schreef zijn onklaar gemaakt: [.] is een punt, [:] een dubbelepunt, [at] een apenstaartje.
";
    assert_eq!(letter.text.trim_end(), text.trim_end());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_text_at_all_survives_in_a_letter_about_a_booking(
        text in r"([<>&'\x22a-z/:.@{%} \n-]|\PC|https?://|[a-z]+\.nl){1,40}",
    ) {
        for language in LANGUAGES {
            check(&text, language);
        }
    }
}
