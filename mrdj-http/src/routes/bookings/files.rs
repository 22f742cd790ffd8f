//! Files that belong to a booking.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use mrdj_core::bookings::{Attachment, AttachmentId, Party};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::desk::find;
use super::problem;
use crate::app::Shared;
use crate::extract::{Parts, Path, Speaks};
use crate::problem::{Kind, Problem};

/// So much of a request is read that brings a file: the file, and what a form puts around it.
pub(crate) const MAX_UPLOAD_BYTES: usize = Attachment::MAX_BYTES + 64 * 1024;

/// A form with a file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the parts are read as they come")]
pub(crate) struct FileForm {
    /// A PDF, a JPEG, PNG or WebP picture, or plain text, told by its content; at most 10 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// A file of a booking.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileView {
    /// Its id.
    id: Uuid,
    /// What its sender called it.
    #[schema(example = "plattegrond.pdf")]
    name: String,
    /// What it is, by its content.
    #[schema(example = "application/pdf")]
    media_type: &'static str,
    /// How many bytes it has.
    bytes: u32,
    /// Who sent it: `client` or `business`.
    #[schema(example = "client")]
    by: &'static str,
    /// When.
    at: Timestamp,
}

impl From<Attachment> for FileView {
    fn from(file: Attachment) -> Self {
        let (media_type, by) = (file.kind.media_type(), file.by.word());
        Self { id: file.id.uuid(), name: file.name, media_type, bytes: file.bytes, by, at: file.at }
    }
}

/// Add a file to a booking.
#[utoipa::path(
    post, path = "/bookings/{bookingId}/files", tag = "bookings", operation_id = "addFile",
    params(("bookingId" = String, Path, description = "The booking's id, or the reference that the client was given")),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The file is kept", body = FileView)),
)]
pub(crate) async fn add_file(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path(booking_id): Path<String>,
    Parts(sent): Parts,
) -> Result<(StatusCode, Json<FileView>), Problem> {
    let booking = find(&app, &booking_id).await?;
    let (name, bytes) = read_file(sent).await?;
    let kept = app.bookings.attach(&booking, &name, bytes, Party::Business).await;
    kept.map(|file| (StatusCode::CREATED, Json(file.into()))).map_err(|error| problem(error, language))
}

/// Open a file of a booking, to be saved.
#[utoipa::path(
    get, path = "/bookings/{bookingId}/files/{fileId}", tag = "bookings", operation_id = "openFile",
    params(
        ("bookingId" = String, Path, description = "The booking's id, or the reference that the client was given"),
        ("fileId" = Uuid, Path, description = "The file's id"),
    ),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream")),
)]
pub(crate) async fn open_file(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path((booking_id, file_id)): Path<(String, Uuid)>,
) -> Result<Response, Problem> {
    let booking = find(&app, &booking_id).await?;
    let found = app.bookings.open_file(booking.id, AttachmentId::from_uuid(file_id)).await;
    let (file, bytes) = found.map_err(|error| problem(error, language))?;
    Ok(download(&file, bytes))
}

/// Throw a file of a booking away.
#[utoipa::path(
    delete, path = "/bookings/{bookingId}/files/{fileId}", tag = "bookings", operation_id = "removeFile",
    params(
        ("bookingId" = String, Path, description = "The booking's id, or the reference that the client was given"),
        ("fileId" = Uuid, Path, description = "The file's id"),
    ),
    responses((status = 204, description = "It is gone")),
)]
pub(crate) async fn remove_file(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path((booking_id, file_id)): Path<(String, Uuid)>,
) -> Result<StatusCode, Problem> {
    let booking = find(&app, &booking_id).await?;
    let gone = app.bookings.remove_file(booking.id, AttachmentId::from_uuid(file_id), Party::Business).await;
    gone.map(|()| StatusCode::NO_CONTENT).map_err(|error| problem(error, language))
}

/// The part `file` of a form, with what it is called; its bytes are counted as they come.
pub(crate) async fn read_file(mut sent: Multipart) -> Result<(String, Vec<u8>), Problem> {
    while let Some(mut part) = sent.next_field().await.map_err(unread)? {
        if part.name() != Some("file") {
            continue;
        }
        let name = part.file_name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(unread)? {
            if bytes.len() + chunk.len() > Attachment::MAX_BYTES {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        return Ok((name, bytes));
    }
    Err(Problem::new(Kind::Unreadable, "the form has no part called file"))
}

fn unread(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::new(Kind::Unreadable, "the form broke off, or is no form with files").because(error)
}

fn too_large() -> Problem {
    Problem::new(Kind::TooLarge, format!("a file has at most {} bytes", Attachment::MAX_BYTES))
}

/// A file on its way out: always to be saved, and never run.
pub(crate) fn download(file: &Attachment, bytes: Vec<u8>) -> Response {
    let name = percent(&file.name);
    let disposition = format!("attachment; filename=\"file.{}\"; filename*=UTF-8''{name}", file.kind.extension());
    let disposition = HeaderValue::from_str(&disposition).expect("an escaped name is plain ASCII");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(file.kind.media_type())),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, Body::from(bytes)).into_response()
}

/// Escapes everything that is not a plain letter or digit (RFC 8187).
fn percent(name: &str) -> String {
    let sign = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(sign).collect()
}
