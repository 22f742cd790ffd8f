//! The confirmation: to the customer, in our words.

use askama::Template;

use super::house::{House, Letter, one_line};
use super::words::{self, Row, row};
use crate::leads::{Lead, LeadKind};
use crate::messages::Language;

/// What a confirmation says.
struct View<'a> {
    tag: &'static str,
    subject: String,
    greeting: String,
    call_back: bool,
    asked: Vec<Row>,
    reference: &'a str,
    house: &'a str,
    phone: Option<&'a str>,
}

/// The confirmation of `lead`, to whoever's mailbox it names.
///
/// It says what was asked in our own words: a kind we have a word for, the day, the reference, and what happens next.
/// Of what was typed it repeats at most a name that looks like one.
pub fn confirmation(house: &House, lead: &Lead) -> Letter {
    let view = View::of(house, lead);
    let (subject, view) = (&view.subject, &view);
    match lead.language() {
        Language::Nl => Letter::write(subject, &NlText { view }, &NlHtml { view }),
        Language::En => Letter::write(subject, &EnText { view }, &EnHtml { view }),
    }
}

impl<'a> View<'a> {
    fn of(house: &'a House, lead: &'a Lead) -> Self {
        let language = lead.language();
        let subject = match language {
            Language::Nl => format!("Je aanvraag bij {} ({})", house.name, lead.reference),
            Language::En => format!("Your enquiry at {} ({})", house.name, lead.reference),
        };
        let kind = lead.event_type().and_then(|kind| words::kind(kind, language));
        let day = lead.event_date().map(|date| words::day(date, language));
        let asked =
            [row(language, "Gelegenheid", "Occasion", kind.map(str::to_owned)), row(language, "Datum", "Date", day)];
        Self {
            tag: language.tag(),
            subject: one_line(&subject),
            greeting: words::greeting(lead.name(), language),
            call_back: lead.kind == LeadKind::CallBack,
            asked: asked.into_iter().flatten().collect(),
            reference: lead.reference.as_str(),
            house: &house.name,
            phone: house.phone.as_deref(),
        }
    }
}

#[derive(Template)]
#[template(path = "confirmation.nl.txt")]
struct NlText<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "confirmation.nl.html")]
struct NlHtml<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "confirmation.en.txt")]
struct EnText<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "confirmation.en.html")]
struct EnHtml<'a> {
    view: &'a View<'a>,
}
