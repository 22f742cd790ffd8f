//! RentGuy's words for logging in and for projects.

use std::borrow::Cow;

use jiff::civil::Date;
use mrdj_core::partners::{BookingCard, BookingState};
use mrdj_core::secret::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::ServiceAccount;
use super::notes::Mark;
use super::wire::fit;

/// Who logs in.
#[derive(Serialize)]
pub(super) struct Login<'a> {
    email: &'a str,
    password: &'a str,
}

impl<'a> From<&'a ServiceAccount> for Login<'a> {
    fn from(account: &'a ServiceAccount) -> Self {
        Self { email: account.email.as_str(), password: account.password.reveal() }
    }
}

/// What it answers: a token for an hour.
#[derive(Deserialize)]
pub(super) struct Token {
    pub(super) access_token: Secret,
}

/// A project as it takes one: to create it, and whole again to change anything of it. What is left out is wiped.
#[derive(Debug, Serialize)]
pub(super) struct NewProject<'a> {
    name: String,
    client_name: Cow<'a, str>,
    /// Plain days: it takes no hours, which stand in the notes.
    start_date: Date,
    end_date: Date,
    notes: String,
}

impl<'a> NewProject<'a> {
    /// The project of `card`, with `notes`.
    ///
    /// It cannot be cancelled there, so its name says that it is off.
    pub(super) fn of(card: &'a BookingCard, notes: String) -> Self {
        let off = if card.is_cancelled() { "CANCELLED " } else { "" };
        let name = format!("{off}{} {}", card.event_type, card.reference);
        Self {
            name: fit(&name, 200).into_owned(),
            client_name: fit(card.name.as_str(), 200),
            start_date: card.time.day(),
            end_date: card.time.last_day(),
            notes,
        }
    }
}

/// A project as it tells of one, as far as we read it; most of them are not ours.
#[derive(Debug, Deserialize)]
pub(super) struct Project {
    pub(super) id: Number,
    #[serde(default)]
    start_date: Option<String>,
    #[serde(default)]
    end_date: Option<String>,
    #[serde(default)]
    notes: Option<String>,
    #[serde(default)]
    status: Option<String>,
}

impl Project {
    /// Which booking it is, if it is one of ours.
    pub(super) fn mark(&self) -> Option<Mark> {
        Mark::read(self.notes())
    }

    pub(super) fn notes(&self) -> &str {
        self.notes.as_deref().unwrap_or_default()
    }

    /// What it says of our booking, if it is one of ours.
    pub(super) fn state(self) -> Option<BookingState> {
        let mark = self.mark()?;
        let day = |text: Option<String>| text.and_then(|text| text.parse::<Date>().ok());
        Some(BookingState {
            booking: mark.booking,
            id: self.id.to_string(),
            version: mark.version,
            first_day: day(self.start_date),
            last_day: day(self.end_date),
            status: self.status,
            // It does not say.
            changed_at: None,
        })
    }
}
