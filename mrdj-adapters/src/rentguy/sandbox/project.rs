//! How RentGuy reads and tells a project.

use jiff::civil::{Date, DateTime, Time};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::dialect::{Form, Unread};

/// The day that the stand-in lives in.
const TODAY: Date = jiff::civil::date(2026, 11, 21);

/// A project as the stand-in stored it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredProject {
    /// Its own id.
    pub id: u64,
    /// What it is called.
    pub name: String,
    /// The person's name.
    pub client_name: String,
    /// The first day.
    pub start_date: Date,
    /// The last day.
    pub end_date: Date,
    /// What is written there.
    pub notes: Option<String>,
}

impl StoredProject {
    /// Reads `fields` as the project `id`.
    pub(super) fn read(id: u64, fields: Map<String, Value>) -> Result<Self, Unread> {
        let mut form = Form::of(fields);
        let project = Self {
            id,
            name: form.required_text("name"),
            client_name: form.required_text("client_name"),
            start_date: form.day("start_date"),
            end_date: form.day("end_date"),
            notes: form.optional_text("notes"),
        };
        form.finish(project)
    }

    /// Whether its columns can hold it.
    pub(super) fn fits(&self) -> bool {
        let fits = |text: &str, max| !text.contains('\0') && text.chars().count() <= max;
        let notes = self.notes.as_deref().unwrap_or_default();
        fits(&self.name, 200) && fits(&self.client_name, 200) && fits(notes, 1000)
    }

    /// As it tells of it.
    pub(super) fn told(&self) -> Value {
        let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days());
        let status = match () {
            () if TODAY < self.start_date => "upcoming",
            () if TODAY <= self.end_date => "active",
            () => "completed",
        };
        json!({
            "id": self.id, "name": self.name, "client_name": self.client_name,
            "start_date": self.start_date, "end_date": self.end_date, "notes": self.notes,
            "status": status, "days_until_start": days(TODAY, self.start_date),
            "duration_days": days(self.start_date, self.end_date) + 1,
            "inventory_risk": "ok", "inventory_alerts": [],
        })
    }
}

impl Form {
    /// A plain day, or a moment that is the midnight at which one begins.
    fn day(&mut self, name: &str) -> Date {
        let Some(value) = self.field(name) else {
            self.missing(name);
            return TODAY;
        };
        let text = value.as_str().unwrap_or_default();
        if let (false, Ok(day)) = (text.contains('T'), text.parse::<Date>()) {
            return day;
        }
        let refused = match text.trim_end_matches('Z').parse::<DateTime>() {
            Ok(moment) if moment.time() == Time::midnight() => return moment.date(),
            Ok(_) => {
                self.refuse(name, "date_from_datetime_inexact", "Datetimes provided to dates should have zero time")
            }
            Err(_) => self.refuse(name, "date_from_datetime_parsing", "Input should be a valid date or datetime"),
        };
        refused.unwrap_or(TODAY)
    }
}
