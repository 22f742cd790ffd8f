//! The two dialects in which bookings are put there, each with its far side.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use mrdj_adapters::rentguy::{Config, PostedBookings, Projects, Sandbox, ServiceAccount, StoredProject};
use mrdj_adapters::sandbox::{Knobs, Mode};
use mrdj_core::bookings::{BookingId, BookingReference, EventTime, Stage};
use mrdj_core::contacts::{EmailAddress, PersonName, Phone};
use mrdj_core::leads::EventType;
use mrdj_core::partners::BookingCard;
use mrdj_core::partners::contract::Misbehaviour;
use mrdj_core::partners::contract_bookings::{BookingBench, FarBooking, FarBookings, WatchBench};
use mrdj_core::secret::Secret;
use serde_json::Value;

use crate::moods::{mode_of, outbound};

pub(crate) fn booking() -> BookingCard {
    BookingCard {
        booking: "019aa5b0-0000-7000-8000-000000000007".parse().expect("an id"),
        reference: BookingReference::from_text("bk-20261121-0123456789".to_owned()),
        version: 2,
        stage: Stage::Agreed,
        source: "website".to_owned(),
        name: PersonName::parse("Jan Jansen").expect("a name"),
        email: EmailAddress::parse("jan@example.com").expect("an address"),
        phone: Phone::known("+31612345678".to_owned()),
        event_type: EventType::parse("bruiloft").expect("a kind"),
        time: EventTime::Day(jiff::civil::date(2027, 8, 15)),
        place: Some("Zaal 't Hoekje, Breda".to_owned()),
        package: Some("gold".to_owned()),
        message: Some("Tot dan".to_owned()),
    }
}

pub(crate) fn projects_of(far: &Sandbox) -> Projects {
    projects_at(far.account())
}

pub(crate) fn projects_at(account: ServiceAccount) -> Projects {
    Projects::new(account, outbound())
}

pub(crate) fn posted_to(far: &Sandbox, key: &str) -> PostedBookings {
    let workspace = "mr-dj".parse().expect("a workspace");
    PostedBookings::new(Config::new(far.mock_base(), Secret::from(key.to_owned()), workspace), outbound())
}

pub(crate) async fn projects_bench() -> BookingBench {
    let far = Sandbox::start().await.expect("a stand-in");
    BookingBench { crm: Arc::new(projects_of(&far)), far: Arc::new(FarProjects { far, turns_reading: false }) }
}

pub(crate) async fn watch_bench() -> WatchBench {
    let far = Sandbox::start().await.expect("a stand-in");
    let projects = Arc::new(projects_of(&far));
    WatchBench { crm: projects.clone(), watch: projects, far: Arc::new(FarProjects { far, turns_reading: true }) }
}

pub(crate) async fn posted_bench() -> BookingBench {
    let far = Sandbox::start().await.expect("a stand-in");
    BookingBench { crm: Arc::new(posted_to(&far, Sandbox::MOCK_KEY)), far: Arc::new(FarMock(far)) }
}

/// Projects, of which what changes something misbehaves, or what asks.
struct FarProjects {
    far: Sandbox,
    turns_reading: bool,
}

impl FarProjects {
    fn knobs(&self) -> &Knobs {
        if self.turns_reading { self.far.reading_knobs() } else { self.far.knobs() }
    }
}

#[async_trait]
impl FarBookings for FarProjects {
    async fn count(&self) -> usize {
        self.far.projects().iter().filter(|project| notes(project).contains("[mrdj ")).count()
    }

    async fn booking(&self, booking: BookingId) -> Option<FarBooking> {
        let mark = format!("[mrdj {booking} ");
        let found = self.far.projects().into_iter().find(|project| notes(project).contains(&mark))?;
        Some(FarBooking {
            words: format!("{} {}", found.name, notes(&found)),
            name: found.client_name,
            first_day: found.start_date.to_string(),
            last_day: found.end_date.to_string(),
            is_off: found.name.starts_with("CANCELLED "),
        })
    }

    async fn annotate(&self, booking: BookingId, words: &str) -> bool {
        let mark = format!("[mrdj {booking} ");
        self.far.change_projects(|projects| {
            let ours = projects.iter_mut().filter(|project| notes(project).contains(&mark));
            ours.for_each(|project| project.notes = Some(format!("{}\n{words}", notes(project))));
        });
        true
    }

    async fn put_of_somebody_else(&self) {
        self.far.change_projects(|projects| projects.push(foreign(projects.len() as u64 + 1)));
    }

    async fn misbehave(&self, how: Misbehaviour) {
        self.behave().await;
        self.knobs().set(mode_of(how));
        if how == Misbehaviour::IsAway {
            // Its database is away for everybody.
            self.far.knobs().set(mode_of(how));
        }
    }

    async fn behave(&self) {
        self.far.knobs().set(Mode::Healthy);
        self.far.reading_knobs().set(Mode::Healthy);
    }
}

/// A project that is not ours.
pub(crate) fn foreign(id: u64) -> StoredProject {
    let day = jiff::civil::date(2027, 8, 15);
    let (name, client_name) = ("Zomerfeest".to_owned(), "Vereniging".to_owned());
    StoredProject { id, name, client_name, start_date: day, end_date: day, notes: None }
}

pub(crate) fn notes(project: &StoredProject) -> &str {
    project.notes.as_deref().unwrap_or_default()
}

/// The mock, which remembers every body: the last of an id is what is there of it.
struct FarMock(Sandbox);

impl FarMock {
    fn last(&self, booking: BookingId) -> Option<Value> {
        let id = booking.to_string();
        self.0.bookings().into_iter().rfind(|body| body["bookingId"] == id.as_str())
    }
}

#[async_trait]
impl FarBookings for FarMock {
    async fn count(&self) -> usize {
        let ids = self.0.bookings().into_iter().map(|body| body["bookingId"].to_string());
        ids.collect::<BTreeSet<_>>().len()
    }

    async fn booking(&self, booking: BookingId) -> Option<FarBooking> {
        let body = self.last(booking)?;
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Some(FarBooking {
            name: word(&body["contact"]["name"]),
            first_day: word(&body["eventDate"]),
            last_day: word(&body["eventEndDate"]),
            is_off: body["status"] == "cancelled",
            words: body.to_string(),
        })
    }

    async fn annotate(&self, _: BookingId, _: &str) -> bool {
        false
    }

    async fn put_of_somebody_else(&self) {}

    async fn misbehave(&self, how: Misbehaviour) {
        self.0.knobs().set(mode_of(how));
    }

    async fn behave(&self) {
        self.0.knobs().set(Mode::Healthy);
    }
}
