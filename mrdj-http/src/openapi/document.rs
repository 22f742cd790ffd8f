//! The document, put together.

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use super::answers::{self, Door};
use crate::problem::ProblemDocument;
use crate::routes;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "mrdj",
        description = "Enquiries come in from a website, are never lost, and reach mailbox and CRM once. Times are UTC \
            (RFC 3339), days are civil days, durations and sizes name their unit.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(ProblemDocument)),
    tags(
        (name = "forms", description = "What visitors send"),
        (name = "bookings", description = "Evenings on their way from wish to agreement"),
        (name = "client", description = "A client's own page, behind the link that was mailed"),
        (name = "visitor", description = "What a visitor chose so far"),
        (name = "experiments", description = "What a visitor is shown, and which of it sells"),
        (name = "leads", description = "Enquiries, for operators"),
        (name = "queues", description = "Deliveries to partners, for operators"),
        (name = "integrations", description = "Partners"),
        (name = "observability", description = "Health and figures"),
        (name = "docs", description = "This document"),
    ),
)]
struct Frame;

/// The OpenAPI 3.1 document of the router when it is nested under `mounted_at`; empty at the root.
pub fn document(mounted_at: &str) -> Value {
    let rooms = [
        (routes::contact_form(), Door::Form),
        (routes::call_back_form(), Door::Form),
        (routes::booking_forms(), Door::Form),
        (routes::client_forms(), Door::Form),
        (routes::client_pages(), Door::Open),
        (routes::visitor_forms(), Door::Form),
        (routes::public(), Door::Open),
        (routes::personalization(), Door::Open),
        (routes::variants(), Door::Open),
        (routes::views(), Door::Form),
        (routes::docs(), Door::Open),
        (routes::operator(), Door::Operator),
        (routes::uploads(), Door::Operator),
    ];
    let mut whole = plain(<Frame as utoipa::OpenApi>::openapi());
    for (room, door) in rooms {
        let mut room = plain(room.into_openapi());
        complete(&mut room, door);
        move_into(&mut whole, &mut room, "/paths");
        move_into(&mut whole, &mut room, "/components/schemas");
    }
    whole["servers"] = json!([
        { "url": format!("{mounted_at}/"), "description": "Direct" },
        { "url": format!("{mounted_at}/api"), "description": "The same routes below /api" },
    ]);
    whole["components"]["securitySchemes"] = answers::security_schemes();
    whole["components"]["headers"] = answers::headers();
    whole
}

fn plain(document: OpenApi) -> Value {
    serde_json::to_value(document).expect("a document is plain data")
}

/// Adds to every operation of one group what its door brings along.
fn complete(room: &mut Value, door: Door) {
    for (path, item) in room["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            answers::complete(operation, path, method, door);
        }
    }
}

/// Moves the members at `place` from one document to the other; of a path that lies in both, each brings its methods.
fn move_into(whole: &mut Value, room: &mut Value, place: &str) {
    let taken = room.pointer_mut(place).and_then(Value::as_object_mut).map(std::mem::take).unwrap_or_default();
    let Some(members) = whole.pointer_mut(place).and_then(Value::as_object_mut) else { return };
    for (name, member) in taken {
        match (members.get_mut(&name).and_then(Value::as_object_mut), member) {
            (Some(known), Value::Object(more)) => known.extend(more),
            (_, member) => {
                members.insert(name, member);
            }
        }
    }
}
