//! What the business reads about a booking: everything that was said, defanged.

use super::booking::View;
use super::house::{House, one_line};
use super::words::{self, Row, pick, row};
use crate::bookings::Booking;
use crate::messages::BookingLetter;
use crate::messages::defang::{defang, defang_line};

/// What a notice about `booking` says, in the language in which its client wants his answer.
pub(super) fn view<'a>(house: &'a House, booking: &'a Booking, letter: BookingLetter) -> View<'a> {
    let language = booking.client.language;
    let message = booking.event.message.as_deref().map(defang).unwrap_or_default();
    let (subject, line) = opening(booking, letter);
    let page = house.page_of("bookings", booking.reference.as_str());
    let reply = pick(
        language,
        "Antwoord op deze mail en je antwoord gaat naar de klant.",
        "Reply to this mail and your answer goes to the client.",
    );
    View {
        tag: language.tag(),
        subject: one_line(&format!("{subject}: {} ({})", about(booking), booking.reference)),
        greeting: None,
        lines: vec![line.to_owned()],
        rows: rows(house, booking),
        message: message.lines().map(str::to_owned).collect(),
        message_label: pick(language, "Bericht", "Message"),
        link: page.map(|page| (pick(language, "Bekijk de boeking", "See the booking"), page)),
        after: vec![reply.to_owned()],
        closing: None,
        small: Some(pick(
            language,
            "Links en adressen in wat de klant schreef zijn onklaar gemaakt: [.] is een punt, [:] een dubbelepunt, [at] een apenstaartje.",
            "Links and addresses in what the client wrote are disarmed: [.] is a dot, [:] a colon, [at] an at sign.",
        )),
    }
}

fn opening(booking: &Booking, letter: BookingLetter) -> (&'static str, &'static str) {
    let pick = |nl, en| pick(booking.client.language, nl, en);
    match letter {
        BookingLetter::LatePayment => (
            pick("Te late aanbetaling", "Late deposit"),
            pick(
                "Er kwam een aanbetaling voor een avond die niet meer wordt vastgehouden. Er is niets veranderd: beslis zelf wat ermee gebeurt.",
                "A deposit came for an evening that is not kept any more. Nothing has changed: decide yourself what becomes of it.",
            ),
        ),
        BookingLetter::Accepted => (
            pick("Akkoord van de klant", "The client agrees"),
            pick("De klant is akkoord met je aanbod.", "The client has agreed to your offer."),
        ),
        BookingLetter::Altered => (
            pick("Wijziging door de klant", "Change by the client"),
            pick(
                "De klant heeft deze boeking gewijzigd. Zo is ze nu:",
                "The client has changed this booking. This is how it is now:",
            ),
        ),
        BookingLetter::Withdrawn => (
            pick("Annulering door de klant", "Cancellation by the client"),
            pick(
                "De klant heeft deze boeking geannuleerd. De avond is weer vrij.",
                "The client has cancelled this booking. The evening is free again.",
            ),
        ),
        _ => (pick("Nieuwe boeking", "New booking"), pick("Er is een nieuwe boeking.", "There is a new booking.")),
    }
}

/// Our own words alone, as everywhere in a subject.
fn about(booking: &Booking) -> String {
    let language = booking.client.language;
    let kind = words::kind(&booking.event.kind, language).map(str::to_owned);
    let parts: Vec<_> = kind.into_iter().chain([words::day(booking.event.time.day(), language)]).collect();
    parts.join(", ")
}

fn rows(house: &House, booking: &Booking) -> Vec<Row> {
    let (client, event) = (&booking.client, &booking.event);
    let language = client.language;
    let kind = words::kind(&event.kind, language).map_or_else(|| defang_line(event.kind.as_str()), str::to_owned);
    let rows = [
        row(language, "Naam", "Name", Some(defang_line(client.name.as_str()))),
        row(language, "E-mail", "E-mail", Some(defang_line(client.email.as_str()))),
        row(language, "Telefoon", "Phone", Some(defang_line(client.phone.as_str()))),
        row(language, "Gelegenheid", "Occasion", Some(kind)),
        row(language, "Datum", "Date", Some(words::day(event.time.day(), language))),
        row(language, "Tijd", "Time", words::hours(&event.time, &house.zone, language)),
        row(language, "Plaats", "Place", event.place.as_deref().map(defang_line)),
        row(language, "Pakket", "Package", event.package.as_deref().map(defang_line)),
        row(language, "Stand", "Stage", Some(words::stage(&booking.stage, language).to_owned())),
        row(language, "Antwoord in", "Answer in", Some(pick(language, "Nederlands", "English").to_owned())),
        row(language, "Kenmerk", "Reference", Some(one_line(booking.reference.as_str()))),
    ];
    rows.into_iter().flatten().collect()
}
