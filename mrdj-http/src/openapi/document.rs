//! The document, put together.

use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;

use super::common::{self, Door};
use crate::app::Shared;
use crate::problem::ProblemDocument;
use crate::routes;

#[derive(OpenApi)]
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
        (routes::public(), Door::Open),
        (routes::docs(), Door::Open),
        (routes::operator(), Door::Operator),
    ];
    let whole = rooms.into_iter().fold(Frame::openapi(), |whole, (room, door)| whole.merge_from(behind(room, door)));
    let mut whole = serde_json::to_value(whole).expect("a document is plain data");
    whole["servers"] = json!([
        { "url": format!("{mounted_at}/"), "description": "Direct" },
        { "url": format!("{mounted_at}/api"), "description": "The same routes below /api" },
    ]);
    whole["components"]["securitySchemes"] = common::security_schemes();
    whole["components"]["headers"] = common::headers();
    whole
}

/// The document of one group of routes, with what its door adds.
fn behind(routes: OpenApiRouter<Shared>, door: Door) -> Document {
    let mut document = serde_json::to_value(routes.into_openapi()).expect("a document is plain data");
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            common::complete(operation, path, method, door);
        }
    }
    serde_json::from_value(document).expect("what is added is of the document's own shape")
}
