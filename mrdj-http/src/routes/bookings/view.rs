//! Bookings as operators see them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use mrdj_core::bookings::{Booking, BookingEntry, Stage};
use mrdj_core::leads::Mark;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::FileView;
use crate::routes::partners::PartnerStatusView;

/// A booking with everything that is known of it; personal data.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BookingView {
    /// Its id.
    id: Uuid,
    /// What the client may quote.
    #[schema(example = "bk-20261121-0000000000")]
    reference: String,
    /// `waiting`, `held`, `offered`, `agreed`, `deposit`, `done`, `expired` or `cancelled`.
    #[schema(example = "held")]
    stage: &'static str,
    /// Until when the evening is kept, where that ends by itself.
    #[schema(required = true)]
    until: Option<Timestamp>,
    /// Whether the client was asked to decide, because another wants the evening.
    challenged: bool,
    /// Who books.
    name: String,
    /// Their mailbox.
    email: String,
    /// Their phone.
    phone: String,
    /// What for.
    #[schema(example = "bruiloft")]
    event_type: String,
    /// The civil day on which it begins.
    #[schema(example = "2027-06-19")]
    event_date: Date,
    /// When it begins, on the clocks of `timeZone`; null while the hours are not known.
    #[schema(required = true, value_type = Option<String>, example = "2027-06-19T20:00:00")]
    start: Option<DateTime>,
    /// When it ends, on the clocks of `timeZone`.
    #[schema(required = true, value_type = Option<String>, example = "2027-06-20T01:00:00")]
    end: Option<DateTime>,
    /// Whose clocks.
    #[schema(required = true, example = "Europe/Amsterdam")]
    time_zone: Option<String>,
    /// Where.
    #[schema(required = true)]
    location: Option<String>,
    /// Which package.
    #[schema(required = true)]
    package_id: Option<String>,
    /// What the client wrote.
    #[schema(required = true)]
    message: Option<String>,
    /// What it takes.
    resources: Vec<String>,
    /// `clear`, `suspicious` where it looked like junk and holds nothing, or `released` by a person.
    #[schema(example = "clear")]
    standing: &'static str,
    /// What was noticed about its form.
    #[schema(value_type = Vec<String>, example = json!(["links"]))]
    marks: Vec<Mark>,
    /// When it was made.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
    /// Counts its changes, from 1.
    version: u32,
}

impl From<Booking> for BookingView {
    fn from(booking: Booking) -> Self {
        let Booking {
            id,
            reference,
            client,
            event,
            takes,
            stage,
            standing,
            marks,
            created_at,
            changed_at,
            version,
            ..
        } = booking;
        let hours = event.time.hours();
        Self {
            id: id.uuid(),
            reference: reference.to_string(),
            stage: stage.word(),
            until: stage.until(),
            challenged: matches!(stage, Stage::Held { challenged: true, .. } | Stage::Offered { challenged: true, .. }),
            name: client.name.as_str().to_owned(),
            email: client.email.as_str().to_owned(),
            phone: client.phone.as_str().to_owned(),
            event_type: event.kind.to_string(),
            event_date: event.time.day(),
            start: hours.map(|hours| hours.start()),
            end: hours.map(|hours| hours.end()),
            time_zone: hours.and_then(|hours| hours.zone().iana_name()).map(str::to_owned),
            location: event.place,
            package_id: event.package,
            message: event.message,
            resources: takes.iter().map(|take| take.resource.to_string()).collect(),
            standing: standing.word(),
            marks,
            created_at,
            updated_at: changed_at,
            version,
        }
    }
}

/// One line of a booking's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryView {
    /// What happened.
    #[schema(example = "created")]
    event: &'static str,
    /// Who did it: `client`, `business` or `system`.
    #[schema(example = "client")]
    by: &'static str,
    /// When.
    at: Timestamp,
    /// What more is to know.
    note: String,
}

impl From<BookingEntry> for EntryView {
    fn from(entry: BookingEntry) -> Self {
        Self { event: entry.event.word(), by: entry.by.word(), at: entry.at, note: entry.note }
    }
}

/// A booking with its history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingWithHistory {
    /// The booking.
    pub(crate) booking: BookingView,
    /// What happened to it, oldest first.
    pub(crate) history: Vec<EntryView>,
    /// Its files, oldest first.
    pub(crate) files: Vec<FileView>,
    /// Where its client finds it: as good as a key, for the client alone.
    #[serde(rename = "clientLink")]
    #[schema(example = "/my-booking/019aa5b0-0000-7000-8000-000000000001?token=1810000000.abc")]
    pub(crate) client_link: String,
    /// How far it is at each partner that said so.
    pub(crate) partners: Vec<PartnerStatusView>,
}

/// A page of bookings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingPage {
    /// The bookings, newest first.
    pub(crate) bookings: Vec<BookingView>,
    /// What to hand over as `before` for the next page; null at the end.
    #[schema(required = true)]
    pub(crate) next: Option<Uuid>,
}
