//! The notice: to the business, everything the visitor said, defanged.

use askama::Template;

use super::house::{House, Letter, one_line};
use super::words::{self, Row, pick, row};
use crate::leads::{Lead, LeadKind};
use crate::messages::Language;
use crate::messages::defang::{defang, defang_line};

/// What a notice says.
struct View<'a> {
    tag: &'static str,
    subject: String,
    house: &'a str,
    extended: bool,
    rows: Vec<Row>,
    /// The visitor's message by lines, so that each can be quoted.
    message: Vec<String>,
    score: u8,
    marks: Vec<&'static str>,
    replies: bool,
    page: Option<String>,
}

/// The notice of `lead` to the business, in the language in which the visitor wants his answer.
///
/// `extended` tells that a second form added to an enquiry the business already heard of. Everything a visitor typed is
/// defanged; the subject holds our own words only.
pub fn notice(house: &House, lead: &Lead, extended: bool) -> Letter {
    let view = View::of(house, lead, extended);
    let (subject, view) = (&view.subject, &view);
    match lead.language() {
        Language::Nl => Letter::write(subject, &NlText { view }, &NlHtml { view }),
        Language::En => Letter::write(subject, &EnText { view }, &EnHtml { view }),
    }
}

impl<'a> View<'a> {
    fn of(house: &'a House, lead: &'a Lead, extended: bool) -> Self {
        let language = lead.language();
        let message = lead.enquiry.message.as_deref().map(defang).unwrap_or_default();
        Self {
            tag: language.tag(),
            subject: subject(lead, extended),
            house: &house.name,
            extended,
            rows: rows(lead),
            message: message.lines().map(str::to_owned).collect(),
            score: lead.score,
            marks: lead.marks.iter().map(|mark| words::mark(*mark, language)).collect(),
            replies: lead.email().is_some(),
            page: house.page_of("leads", lead.reference.as_str()),
        }
    }
}

fn subject(lead: &Lead, extended: bool) -> String {
    let language = lead.language();
    let what = match (extended, lead.kind) {
        (true, _) => pick(language, "Aanvulling op een aanvraag", "Addition to an enquiry"),
        (false, LeadKind::Contact) => pick(language, "Nieuwe aanvraag", "New enquiry"),
        (false, LeadKind::CallBack) => pick(language, "Nieuw terugbelverzoek", "New call-back request"),
    };
    let kind = lead.event_type().and_then(|kind| words::kind(kind, language));
    let day = lead.event_date().map(|date| words::day(date, language));
    let about: Vec<_> = kind.map(str::to_owned).into_iter().chain(day).collect();
    let colon = if about.is_empty() { "" } else { ": " };
    one_line(&format!("{what}{colon}{} ({})", about.join(", "), lead.reference))
}

fn rows(lead: &Lead) -> Vec<Row> {
    let language = lead.language();
    let enquiry = &lead.enquiry;
    let kind = lead.event_type().map(|kind| match words::kind(kind, language) {
        Some(word) => word.to_owned(),
        None => defang_line(kind.as_str()),
    });
    let rows = [
        row(language, "Naam", "Name", Some(defang_line(lead.name().as_str()))),
        row(language, "E-mail", "E-mail", lead.email().map(|email| defang_line(email.as_str()))),
        row(language, "Telefoon", "Phone", lead.phone().map(|phone| defang_line(phone.as_str()))),
        row(language, "Gelegenheid", "Occasion", kind),
        row(language, "Datum", "Date", lead.event_date().map(|date| words::day(date, language))),
        row(language, "Pakket", "Package", enquiry.package.as_deref().map(defang_line)),
        row(language, "Via", "By", Some(words::form(lead.kind, language).to_owned())),
        row(language, "Antwoord in", "Answer in", Some(pick(language, "Nederlands", "English").to_owned())),
        row(language, "Bron", "Source", Some(defang_line(&lead.source))),
        row(language, "Kenmerk", "Reference", Some(one_line(lead.reference.as_str()))),
    ];
    rows.into_iter().flatten().collect()
}

#[derive(Template)]
#[template(path = "notice.nl.txt")]
struct NlText<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "notice.nl.html")]
struct NlHtml<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "notice.en.txt")]
struct EnText<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "notice.en.html")]
struct EnHtml<'a> {
    view: &'a View<'a>,
}
