//! Bookings as projects, which is what RentGuy has for them.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::partners::{BookingCard, BookingCrm, BookingPut, BookingState, BookingWatch, CardReceipt};
use serde::de::DeserializeOwned;

use super::ServiceAccount;
use super::error::Operation;
use super::notes::marked;
use super::session::Session;
use super::wire_project::{NewProject, Project};
use crate::outbound::{Answer, Outbound};

/// RentGuy's projects in the role of the CRM's bookings.
///
/// They have no id of ours and recognise nothing that comes twice, so the mark in their notes is searched first. A project
/// can neither be cancelled nor deleted: its name says that it is off, its days stay, and a person sees to the rest.
#[derive(Clone, Debug)]
pub struct Projects {
    session: Session,
}

impl Projects {
    /// The projects that `account` keeps, called through `outbound`.
    ///
    /// RentGuy tells of all projects at once, so that `outbound` should take a large answer: about half a KiB for each.
    pub fn new(account: ServiceAccount, outbound: Outbound) -> Self {
        Self { session: Session::new(account, outbound) }
    }

    async fn list(&self, now: Timestamp) -> Result<Vec<Project>, PortError> {
        let url = self.session.at("projects");
        let answer = self.session.send(Operation::ReadBookings, now, |outbound| outbound.get(url.clone())).await?;
        read(Operation::ReadBookings, &answer)
    }

    /// The projects that are this booking, the first created first; more than one if somebody copied it.
    async fn of(&self, card: &BookingCard, now: Timestamp) -> Result<Vec<Project>, PortError> {
        let mut projects = self.list(now).await?;
        projects.retain(|project| project.mark().is_some_and(|mark| mark.booking == card.booking));
        projects.sort_by_key(|project| project.id.as_u64());
        Ok(projects)
    }

    async fn create(&self, card: &BookingCard, now: Timestamp) -> Result<BookingPut, PortError> {
        let project = NewProject::of(card, notes("", card)?);
        let url = self.session.at("projects");
        let begin = |outbound: &Outbound| outbound.post(url.clone()).json(&project);
        let answer = self.session.send(Operation::PutBooking, now, begin).await?;
        confirmed(&answer, card)
    }

    async fn update(&self, project: &Project, card: &BookingCard, now: Timestamp) -> Result<BookingPut, PortError> {
        let url = self.session.at(&format!("projects/{}/dates", project.id));
        // What is left out is wiped, what people wrote in the notes included.
        let whole = NewProject::of(card, notes(project.notes(), card)?);
        let begin = |outbound: &Outbound| outbound.put(url.clone()).json(&whole);
        let answer = self.session.send(Operation::PutBooking, now, begin).await?;
        confirmed(&answer, card)
    }
}

#[async_trait]
impl BookingCrm for Projects {
    async fn put_booking(&self, card: &BookingCard, now: Timestamp) -> Result<BookingPut, PortError> {
        let there = self.of(card, now).await?;
        let Some(first) = there.first() else {
            if card.is_cancelled() {
                return Ok(BookingPut::Left { reason: "it is off, and the CRM has no project of it".to_owned() });
            }
            return self.create(card, now).await;
        };
        let older = |project: &&Project| project.mark().is_some_and(|mark| mark.version < card.version);
        for project in there.iter().filter(older) {
            self.update(project, card, now).await?;
        }
        Ok(kept(first))
    }
}

#[async_trait]
impl BookingWatch for Projects {
    async fn booking_states(&self, from: Date, now: Timestamp) -> Result<Vec<BookingState>, PortError> {
        let projects = self.list(now).await?;
        let states = projects.into_iter().filter_map(Project::state);
        // A day that cannot be read is told, so that somebody sees it.
        Ok(states.filter(|state| state.last_day.is_none_or(|day| day >= from)).collect())
    }
}

fn notes(there: &str, card: &BookingCard) -> Result<String, PortError> {
    let full = || Operation::PutBooking.error(ErrorKind::Rejected, "the notes of the project are full");
    marked(there, card).ok_or_else(full)
}

fn confirmed(answer: &Answer, card: &BookingCard) -> Result<BookingPut, PortError> {
    let project: Project = read(Operation::PutBooking, answer)?;
    let ours = project.mark().is_some_and(|mark| (mark.booking, mark.version) == (card.booking, card.version));
    if ours { Ok(kept(&project)) } else { Err(Operation::PutBooking.unconfirmed(answer.status)) }
}

fn kept(project: &Project) -> BookingPut {
    BookingPut::Kept(CardReceipt { id: Some(project.id.to_string()) })
}

fn read<T: DeserializeOwned>(operation: Operation, answer: &Answer) -> Result<T, PortError> {
    serde_json::from_slice(&answer.body).map_err(|_| operation.unconfirmed(answer.status))
}
