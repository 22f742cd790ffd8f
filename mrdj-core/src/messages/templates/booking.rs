//! The letters about a booking: one page, seventeen contents.

use askama::Template;

use super::house::{House, Letter, is_web, one_line};
use super::words::{self, Row, pick, row};
use super::{notices, sentences};
use crate::bookings::{Booking, Stage};
use crate::messages::defang::defang_line;
use crate::messages::{BookingLetter, Language};

/// What a letter about a booking is about, besides the booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// Which letter.
    pub letter: BookingLetter,
    /// Where the client sees his booking, if there is such a place.
    pub link: Option<String>,
    /// Whether a calendar file goes along.
    pub with_file: bool,
}

/// What a page says.
pub(super) struct View<'a> {
    pub(super) tag: &'static str,
    pub(super) subject: String,
    pub(super) greeting: Option<String>,
    pub(super) lines: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// What the client wrote, by lines, so that each can be quoted.
    pub(super) message: Vec<String>,
    pub(super) message_label: &'static str,
    /// What a link says, and where it leads.
    pub(super) link: Option<(&'static str, String)>,
    pub(super) after: Vec<String>,
    /// Who greets, and with which words.
    pub(super) closing: Option<(&'static str, &'a str)>,
    pub(super) small: Option<&'static str>,
}

/// The letter about `booking` that `occasion` asks for.
///
/// What a client reads before we spoke to him holds nothing that was typed but a name that looks like one, since a
/// stranger may have booked in his name; what comes after repeats place and package, defanged. What the business reads
/// holds everything, defanged.
pub fn booking_letter(house: &House, booking: &Booking, occasion: &Occasion) -> Letter {
    let view = if occasion.letter.is_for_client() {
        View::for_client(house, booking, occasion)
    } else {
        notices::view(house, booking, occasion.letter)
    };
    Letter::write(&one_line(&view.subject), &Text { view: &view }, &Html { view: &view })
}

impl<'a> View<'a> {
    fn for_client(house: &'a House, booking: &'a Booking, occasion: &Occasion) -> Self {
        let language = booking.client.language;
        let said = sentences::of(house, booking, occasion);
        let link = occasion.link.clone().filter(|link| is_web(link));
        Self {
            tag: language.tag(),
            subject: one_line(&format!("{} ({})", said.subject, booking.reference)),
            greeting: Some(words::greeting(&booking.client.name, language)),
            lines: said.lines,
            rows: rows(house, booking, is_known(booking)),
            message: Vec::new(),
            message_label: "",
            link: link.map(|link| (pick(language, "Bekijk je boeking", "See your booking"), link)),
            after: vec![questions(house, language)],
            closing: Some((pick(language, "Met vriendelijke groet,", "Kind regards,"), &house.name)),
            small: said.stranger.then(|| sentences::not_you(language)),
        }
    }
}

/// Whether we have spoken to the client, so that it is his booking and nobody else's.
const fn is_known(booking: &Booking) -> bool {
    matches!(booking.stage, Stage::Agreed | Stage::Deposit | Stage::Done)
}

/// What is booked; `place_too` where what was typed may be repeated.
fn rows(house: &House, booking: &Booking, place_too: bool) -> Vec<Row> {
    let (language, event) = (booking.client.language, &booking.event);
    let typed = |text: &Option<String>| text.as_deref().filter(|_| place_too).map(defang_line);
    let rows = [
        row(language, "Gelegenheid", "Occasion", words::kind(&event.kind, language).map(str::to_owned)),
        row(language, "Datum", "Date", Some(words::day(event.time.day(), language))),
        row(language, "Tijd", "Time", words::hours(&event.time, &house.zone, language)),
        row(language, "Plaats", "Place", typed(&event.place)),
        row(language, "Pakket", "Package", typed(&event.package)),
        row(language, "Kenmerk", "Reference", Some(one_line(booking.reference.as_str()))),
    ];
    rows.into_iter().flatten().collect()
}

fn questions(house: &House, language: Language) -> String {
    match (&house.phone, language) {
        (Some(phone), Language::Nl) => format!("Vragen? Antwoord op deze mail, of bel {phone} en noem je kenmerk."),
        (Some(phone), Language::En) => {
            format!("Questions? Reply to this mail, or call {phone} and mention your reference.")
        }
        (None, language) => {
            pick(language, "Vragen? Antwoord op deze mail.", "Questions? Reply to this mail.").to_owned()
        }
    }
}

#[derive(Template)]
#[template(path = "booking.txt")]
struct Text<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "booking.html")]
struct Html<'a> {
    view: &'a View<'a>,
}
