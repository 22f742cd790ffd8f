//! Visitors send forms.

use std::sync::Arc;

use axum::extract::State;
use mrdj_core::leads::{LeadKind, Visit};
use mrdj_core::messages::Language;
use tracing::Instrument;

use super::{Accepted, CallBackForm, ContactForm};
use crate::app::Shared;
use crate::extract::{Client, Key, Speaks, Submitted, Visiting};
use crate::problem::{Kind, Problem};
use crate::routes::variants::seen;

/// Send an enquiry.
///
/// The answer comes once the enquiry is on disk with everything it owes; it waits for no partner. While the store of
/// record is away it waits in a spool on this server's disk, and the answer is 202. Every fault of the form comes back at
/// once. A double click within ten minutes is one enquiry.
#[utoipa::path(
    post, path = "/contact", tag = "forms", operation_id = "sendContactForm",
    request_body(content((ContactForm = "application/json"), (ContactForm = "application/x-www-form-urlencoded"))),
    responses(
        (status = 200, description = "The enquiry stands in the store of record", body = Accepted),
        (status = 202, description = "It stands in the spool, on disk, because that store is away", body = Accepted),
    ),
)]
pub(crate) async fn send_contact_form(
    State(app): State<Shared>,
    client: Client,
    visiting: Visiting,
    Speaks(language): Speaks,
    key: Key,
    submitted: Submitted,
) -> Result<Accepted, Problem> {
    submit(app, LeadKind::Contact, (client, visiting), language, key, submitted).await
}

/// Ask to be called back.
///
/// Likewise, with a name and a phone number alone.
#[utoipa::path(
    post, path = "/callback-request", tag = "forms", operation_id = "sendCallBackForm",
    request_body(content((CallBackForm = "application/json"), (CallBackForm = "application/x-www-form-urlencoded"))),
    responses(
        (status = 200, description = "The wish stands in the store of record", body = Accepted),
        (status = 202, description = "It stands in the spool, on disk, because that store is away", body = Accepted),
    ),
)]
pub(crate) async fn send_call_back_form(
    State(app): State<Shared>,
    client: Client,
    visiting: Visiting,
    Speaks(language): Speaks,
    key: Key,
    submitted: Submitted,
) -> Result<Accepted, Problem> {
    submit(app, LeadKind::CallBack, (client, visiting), language, key, submitted).await
}

async fn submit(
    app: Shared,
    kind: LeadKind,
    (client, visiting): (Client, Visiting),
    language: Language,
    key: Key,
    submitted: Submitted,
) -> Result<Accepted, Problem> {
    let key = key.within(kind.word())?.map(|key| (key, submitted.fingerprint));
    let seen = seen(&app, &visiting, &submitted.shown);
    let visit = Visit { key, address: client.address, language, seen };
    // A visitor who hangs up drops this future; what was begun is finished by a task of its own.
    let intake = Arc::clone(&app);
    let task = async move { intake.intake.submit(kind, &submitted.form, visit).await };
    let taken = tokio::spawn(task.in_current_span()).await;
    let receipt = taken
        .map_err(|cause| Problem::new(Kind::Fault, "the enquiry could not be taken in").because(cause))?
        .map_err(|error| Problem::of_intake(error, language))?;
    Ok(Accepted::tell(receipt, language))
}
