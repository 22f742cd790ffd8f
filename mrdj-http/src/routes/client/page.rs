//! The page itself.

use askama::Template;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use mrdj_core::bookings::{Attachment, Booking, EventTime, Package, Stage};
use mrdj_core::messages::{Language, written_day};

use super::words::{self, Words};
use crate::app::Shared;
use crate::middleware::page_policy;

const STYLE: &str = include_str!("page.css");

/// The client's page.
#[derive(Template)]
#[template(path = "my_booking.html")]
pub(super) struct Page<'p> {
    words: &'static Words,
    language: &'static str,
    style: &'static str,
    business: &'p str,
    id: String,
    token: &'p str,
    done: Option<&'static str>,
    faults: Vec<(&'static str, String)>,
    standing: &'static str,
    until: Option<(&'static str, String)>,
    facts: Vec<(&'static str, String)>,
    fields: Option<Fields>,
    packages: &'p [Package],
    can_agree: bool,
    terms_stay: bool,
    has_date: bool,
    is_final: bool,
    files: Vec<File>,
}

/// What stands in the form.
pub(super) struct Fields {
    /// Day and hours, where they can still be changed here.
    pub(super) when: Option<When>,
    pub(super) location: String,
    pub(super) package: String,
    pub(super) message: String,
}

/// When, as the form has it.
pub(super) struct When {
    pub(super) day: String,
    pub(super) start: String,
    pub(super) end: String,
}

struct File {
    id: String,
    name: String,
    size: String,
}

impl<'p> Page<'p> {
    /// The page of `booking` under `token`.
    pub(super) fn of(app: &'p Shared, booking: &Booking, files: &[Attachment], token: &'p str) -> Self {
        let language = booking.client.language;
        let zone = &app.bookings.rules.zone;
        let is_final = booking.stage.is_final();
        Self {
            words: words::words(language),
            language: language.tag(),
            style: STYLE,
            business: &app.rules.business,
            id: booking.id.to_string(),
            token,
            done: None,
            faults: Vec::new(),
            standing: words::standing(&booking.stage, language),
            until: booking.stage.until().map(|until| (words::until(language), moment(until, zone, language))),
            facts: facts(booking, &app.bookings.rules.packages),
            fields: (!is_final).then(|| Fields::of(booking, zone)),
            packages: &app.bookings.rules.packages,
            terms_stay: booking.stage.is_agreed(),
            can_agree: matches!(booking.stage, Stage::Offered { .. }),
            has_date: !booking.occupations().is_empty() && booking.stage != Stage::Waiting,
            is_final,
            files: files.iter().map(File::of).collect(),
        }
    }

    /// The same, telling what was done.
    pub(super) fn done(self, what: Option<&str>, language: Language) -> Self {
        Self { done: what.and_then(|what| words::done(what, language)), ..self }
    }

    /// The same with what is wrong, and with what was typed.
    pub(super) fn wrong(self, faults: Vec<(&'static str, String)>, typed: Option<Fields>) -> Self {
        let fields = typed.or(self.fields);
        Self { faults, fields, ..self }
    }

    /// The page as it is sent.
    pub(super) fn answer(&self, status: StatusCode) -> Response {
        html(status, &self.render().expect("a page of strings can always be written"))
    }
}

impl Fields {
    fn of(booking: &Booking, zone: &TimeZone) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            when: When::of(&booking.event.time, zone)
                .filter(|_| !booking.stage.is_agreed() && booking.stage != Stage::Waiting),
            location: text(&booking.event.place),
            package: text(&booking.event.package),
            message: text(&booking.event.message),
        }
    }
}

impl When {
    /// What a form with one day and two times of day can say; a feast of several days is changed together.
    fn of(time: &EventTime, zone: &TimeZone) -> Option<Self> {
        let day = time.day().to_string();
        let Some(hours) = time.hours() else { return Some(Self { day, start: String::new(), end: String::new() }) };
        let next = hours.start().date().tomorrow().ok()?;
        let overnight = hours.end().date() == next && hours.end().time() <= hours.start().time();
        let plain = hours.end().date() == hours.start().date() || overnight;
        let clock = |time: jiff::civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
        (plain && hours.zone() == zone).then(|| Self {
            day,
            start: clock(hours.start().time()),
            end: clock(hours.end().time()),
        })
    }
}

impl File {
    fn of(file: &Attachment) -> Self {
        let kilobytes = file.bytes.div_ceil(1024);
        Self { id: file.id.to_string(), name: file.name.clone(), size: format!("{kilobytes} kB") }
    }
}

fn facts(booking: &Booking, packages: &[Package]) -> Vec<(&'static str, String)> {
    let (language, event) = (booking.client.language, &booking.event);
    let words = words::words(language);
    let clock = |time: jiff::civil::DateTime| format!("{:02}:{:02}", time.hour(), time.minute());
    let hours = event.time.hours().map(|hours| format!("{} – {}", clock(hours.start()), clock(hours.end())));
    let package = event.package.as_ref().map(|id| {
        let known = packages.iter().find(|package| package.id == *id);
        known.map_or_else(|| id.clone(), |package| package.name.clone())
    });
    let rows = [
        (words.reference, Some(booking.reference.to_string())),
        (words.kind, Some(event.kind.to_string())),
        (words.day, Some(written_day(event.time.day(), language))),
        (words.hours, hours),
        (words.place, event.place.clone()),
        (words.package, package),
        (words.message, event.message.clone()),
    ];
    rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

fn moment(moment: jiff::Timestamp, zone: &TimeZone, language: Language) -> String {
    let local = moment.to_zoned(zone.clone());
    format!("{}, {:02}:{:02}", written_day(local.date(), language), local.hour(), local.minute())
}

/// The page that says that a link does not open.
#[derive(Template)]
#[template(path = "closed.html")]
struct Closed {
    words: &'static Words,
    language: &'static str,
    style: &'static str,
}

/// The page that says that a link does not open.
pub(super) fn closed(status: StatusCode, language: Language) -> Response {
    let page = Closed { words: words::words(language), language: language.tag(), style: STYLE };
    html(status, &page.render().expect("a page of strings can always be written"))
}

fn html(status: StatusCode, page: &str) -> Response {
    let policy = HeaderValue::from_str(&page_policy(STYLE, true)).expect("a policy is plain ASCII");
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")), (CONTENT_SECURITY_POLICY, policy)];
    (status, headers, page.to_owned()).into_response()
}
