//! Files that a client adds and opens.

use axum::extract::State;
use axum::response::Response;
use mrdj_core::bookings::{AttachmentId, Party};
use serde_json::Map;

use super::act::{back, refused};
use super::door::{LinkQuery, Opened};
use crate::app::Shared;
use crate::extract::{Key, Parts, Path};
use crate::problem::Problem;
use crate::routes::bookings::{FileForm, download, problem, read_file};

/// Add a file to the booking that the link opens.
#[utoipa::path(
    post, path = "/my-booking/{bookingId}/files", tag = "client", operation_id = "addMyFile",
    params(("bookingId" = String, Path, description = "The booking's id"), LinkQuery),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses(
        (status = 303, description = "Kept: back to the page"),
        (status = 404, description = "The link is not one of ours", body = String, content_type = "text/html"),
        (status = 410, description = "The link has run out", body = String, content_type = "text/html"),
        (status = 422, description = "The page with what is wrong", body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn add_my_file(
    State(app): State<Shared>,
    Opened { booking, link }: Opened,
    key: Key,
    Parts(sent): Parts,
) -> Result<Response, Problem> {
    key.within("my-booking/files")?;
    let (name, bytes) = read_file(sent).await?;
    match app.bookings.attach(&booking, &name, bytes, Party::Client).await {
        Ok(_) => Ok(back(&format!("../{}?token={}&done=sent", booking.id, link.token))),
        Err(error) => refused(&app, &booking, &link.token, error, &Map::new(), booking.client.language).await,
    }
}

/// Open a file of the booking that the link opens.
#[utoipa::path(
    get, path = "/my-booking/{bookingId}/files/{fileId}", tag = "client", operation_id = "openMyFile",
    params(
        ("bookingId" = String, Path, description = "The booking's id"),
        ("fileId" = uuid::Uuid, Path, description = "The file's id"),
        LinkQuery,
    ),
    responses(
        (status = 200, description = "The file, to be saved", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "The link is not one of ours, or there is no such file", body = String, content_type = "text/html"),
        (status = 410, description = "The link has run out", body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn open_my_file(
    State(app): State<Shared>,
    Opened { booking, .. }: Opened,
    Path((_booking_id, file_id)): Path<(String, uuid::Uuid)>,
) -> Result<Response, Problem> {
    let found = app.bookings.open_file(booking.id, AttachmentId::from_uuid(file_id)).await;
    let (file, bytes) = found.map_err(|error| problem(error, booking.client.language))?;
    Ok(download(&file, bytes))
}
