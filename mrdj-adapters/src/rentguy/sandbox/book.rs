//! What the stand-in has stored and seen.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::dialect::Lead;
use super::planning::Planning;
use crate::sandbox::Record;

/// A card as the stand-in stored it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredCard {
    /// Its own id.
    pub id: u64,
    /// Our reference.
    pub external_id: String,
    /// The tenant.
    pub workspace: String,
    /// The person's name.
    pub name: String,
    /// Their mailbox.
    pub email: Option<String>,
    /// Their phone.
    pub phone: Option<String>,
    /// Where it came from.
    pub source: String,
    /// What it began as.
    pub status: String,
    /// What for.
    pub event_type: Option<String>,
    /// The rest of the card, which goes into a mail to the staff and into no table.
    pub mailed: Mailed,
    /// How often it was put there.
    pub times: u64,
}

/// What only the mail to the staff holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mailed {
    /// The day, as it was written.
    pub event_date: Option<String>,
    /// The package.
    pub package_id: Option<String>,
    /// What the visitor wrote.
    pub message: Option<String>,
}

/// A request for a card as it arrived, whatever became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenRequest {
    /// The tenant's header.
    pub workspace: Option<String>,
    /// Whether it brought a bearer.
    pub bearer: bool,
    /// The body: as JSON where it was, else as text.
    pub body: Value,
}

/// The same as it is kept: in bytes, since a tree takes many times as much.
#[derive(Debug)]
pub(super) struct RawRequest {
    pub(super) workspace: Option<String>,
    pub(super) bearer: bool,
    pub(super) body: Box<[u8]>,
}

impl From<&RawRequest> for SeenRequest {
    fn from(raw: &RawRequest) -> Self {
        let as_text = |_| Value::from(String::from_utf8_lossy(&raw.body));
        let body = serde_json::from_slice(&raw.body).unwrap_or_else(as_text);
        Self { workspace: raw.workspace.clone(), bearer: raw.bearer, body }
    }
}

/// The tables.
#[derive(Debug, Default)]
pub(super) struct Book {
    cards: Vec<StoredCard>,
    by_external_id: HashMap<String, usize>,
    pub(super) planning: Planning,
    /// What came by the mock's route, each as it came.
    pub(super) bookings: Vec<Value>,
    pub(super) seen: Record<RawRequest>,
}

/// The database refuses: one answer for everything it cannot hold.
#[derive(Debug)]
pub(super) struct DatabaseError;

impl Book {
    pub(super) fn cards(&self) -> &[StoredCard] {
        &self.cards
    }

    pub(super) fn card(&self, external_id: &str) -> Option<&StoredCard> {
        self.by_external_id.get(external_id).map(|at| &self.cards[*at])
    }

    /// Stores `lead` for `workspace`, or finds it; `true` beside it when it is new.
    ///
    /// It looks for (reference, tenant), and its index is on the reference alone: another tenant's clashes.
    pub(super) fn put(&mut self, lead: Lead, workspace: &str) -> Result<(&StoredCard, bool), DatabaseError> {
        if lead.lead_id.contains('\0') {
            return Err(DatabaseError);
        }
        if let Some(at) = self.by_external_id.get(&lead.lead_id).copied() {
            let card = &mut self.cards[at];
            if card.workspace != workspace {
                return Err(DatabaseError);
            }
            card.times += 1;
            return Ok((card, false));
        }
        let card = row(lead, workspace, self.cards.len() as u64 + 1)?;
        self.by_external_id.insert(card.external_id.clone(), self.cards.len());
        self.cards.push(card);
        Ok((&self.cards[self.cards.len() - 1], true))
    }
}

fn row(lead: Lead, workspace: &str, id: u64) -> Result<StoredCard, DatabaseError> {
    let optional = |text: Option<String>, max| text.map(|text| column(text, max)).transpose();
    Ok(StoredCard {
        id,
        external_id: column(lead.lead_id, 120)?,
        workspace: column(workspace.to_owned(), 100)?,
        name: column(name(&lead.contact)?, 200)?,
        email: optional(scalar(lead.contact.get("email"))?, 255)?,
        phone: optional(scalar(lead.contact.get("phone"))?, 50)?,
        source: column(lead.source, 120)?,
        status: column(if lead.status.is_empty() { "new".to_owned() } else { lead.status }, 50)?,
        event_type: optional(lead.event_type, 100)?,
        mailed: lead.mailed,
        times: 1,
    })
}

/// A text column: no NUL, and so many characters.
fn column(text: String, max: usize) -> Result<String, DatabaseError> {
    if text.contains('\0') || text.chars().count() > max { Err(DatabaseError) } else { Ok(text) }
}

fn name(contact: &serde_json::Map<String, Value>) -> Result<String, DatabaseError> {
    match contact.get("name") {
        None => Ok("Unknown".to_owned()),
        Some(name) => scalar(Some(name))?.ok_or(DatabaseError),
    }
}

/// Text and numbers can be bound to a text column, null to one that may be null.
fn scalar(value: Option<&Value>) -> Result<Option<String>, DatabaseError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(DatabaseError),
    }
}
