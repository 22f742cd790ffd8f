//! The OpenAPI document says what the server does.

use std::collections::BTreeSet;

use axum::body::Body;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mrdj_http::openapi;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::house::{Answer, House, PASSWORD, login, request};

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    let all = paths.flat_map(|(path, item)| {
        item.as_object()
            .expect("operations")
            .iter()
            .map(|(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    all.collect()
}

#[test]
fn it_is_openapi_3_1_with_licence_servers_and_doors() {
    let document = openapi::document("/shop");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{}", document["openapi"]);
    assert_eq!(document["info"]["license"], json!({"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"}));
    let servers: Vec<_> =
        document["servers"].as_array().expect("servers").iter().map(|server| &server["url"]).collect();
    assert_eq!(servers, ["/shop/", "/shop/api"]);
    assert_eq!(document["components"]["securitySchemes"]["operator"]["scheme"], "basic");
}

#[test]
fn it_names_every_promised_route() {
    let document = openapi::document("");
    let named: BTreeSet<_> =
        operations(&document).into_iter().map(|(path, method, _)| format!("{method} {path}")).collect();
    let promised = [
        "delete /bookings/{bookingId}",
        "get /bookings",
        "get /bookings/{bookingId}",
        "get /calendar.ics",
        "get /packages",
        "get /personalization/figures",
        "get /personalization/keyword",
        "get /personalize",
        "post /experiments/assign",
        "post /experiments/exposures",
        "post /personalization/events",
        "post /personalization/keyword",
        "post /personalize",
        "post /availability/check",
        "post /booking",
        "post /bookings",
        "post /bookings/{bookingId}/steps",
        "delete /owner/queues/{queue}/dlq/{id}",
        "delete /owner/queues/{queue}/jobs/{id}",
        "delete /blocked-days/{blockId}",
        "delete /bookings/{bookingId}/files/{fileId}",
        "delete /session",
        "get /blocked-days",
        "get /bookings/{bookingId}/files/{fileId}",
        "get /my-booking/{bookingId}",
        "get /my-booking/{bookingId}/calendar.ics",
        "get /my-booking/{bookingId}/files/{fileId}",
        "get /resources",
        "get /session",
        "patch /bookings/{bookingId}",
        "patch /session",
        "post /blocked-days",
        "post /booking-steps/validate",
        "post /bookings/{bookingId}/files",
        "post /my-booking/{bookingId}",
        "post /my-booking/{bookingId}/files",
        "put /resources/{resourceId}",
        "get /",
        "get /docs",
        "get /docs.json",
        "get /features",
        "get /features/{clientKey}",
        "get /health",
        "get /healthz",
        "get /integrations/events",
        "get /integrations/events/{partner}/{eventId}",
        "get /integrations/rentguy/status",
        "get /leads",
        "get /leads/{leadId}",
        "get /metrics",
        "get /metrics/queues",
        "get /owner/queues",
        "get /owner/queues/{queue}/dlq",
        "get /owner/queues/{queue}/jobs",
        "get /owner/queues/{queue}/jobs/{id}",
        "get /owner/queues/{queue}/stats",
        "get /readyz",
        "post /callback-request",
        "post /contact",
        "post /dashboard/api/integrations/rentguy/flush",
        "post /integrations/postmark/webhook",
        "post /integrations/{partner}/webhook",
        "post /leads/{leadId}/release",
        "post /owner/queues/{queue}/dlq/{id}/replay",
        "post /owner/queues/{queue}/jobs/{id}/accept",
        "post /owner/queues/{queue}/jobs/{id}/retry",
        "post /owner/queues/{queue}/pause",
        "post /owner/queues/{queue}/resume",
    ];
    assert_eq!(named, promised.into_iter().map(str::to_owned).collect());
}

#[test]
fn every_operation_field_and_answer_is_described() {
    let document = openapi::document("");
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().expect("an id");
        assert!(ids.insert(id), "{id} is there twice");
        assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{method} {path}");
        for (status, answer) in operation["responses"].as_object().expect("answers") {
            assert!(answer["description"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path} {status}");
        }
        assert!(operation.get("parameters").is_none_or(Value::is_array), "{method} {path}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{method} {path}: {parameter}");
            let schema = &parameter["schema"];
            assert!(schema["type"].is_string() || schema["$ref"].is_string(), "{method} {path}: {parameter}");
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        for (field, shape) in schema["properties"].as_object().into_iter().flatten() {
            let parts = shape["oneOf"].as_array().into_iter().flatten();
            assert!([shape].into_iter().chain(parts).any(|part| part["description"].is_string()), "{name}.{field}");
        }
    }
}

#[test]
fn every_link_in_it_leads_somewhere() {
    fn links<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| links(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| links(item, found)),
            _ => {}
        }
    }
    let document = openapi::document("");
    let mut found = Vec::new();
    links(&document, &mut found);
    assert!(found.len() > 100);
    for link in found {
        let pointer = link.strip_prefix('#').expect("a link inside the document");
        assert!(document.pointer(pointer).is_some(), "{link}");
    }
}

/// A body made of the document's own examples.
fn example(document: &Value, operation: &Value) -> Option<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let link = schema["$ref"].as_str()?;
    let shape = document.pointer(&link[1..])?;
    let fields = shape["properties"].as_object()?.iter();
    let shown = fields.filter_map(|(name, field)| Some((name.clone(), field.get("example")?.clone())));
    Some(Value::Object(shown.collect::<Map<_, _>>()))
}

fn check(operation: &Value, answer: &Answer, place: &str) {
    let status = answer.status.as_u16().to_string();
    let documented = &operation["responses"][&status];
    assert!(documented.is_object(), "{place}: {status} is not in the document");
    let media_type = answer.header("content-type").split(';').next().unwrap_or_default();
    match documented["content"].as_object() {
        Some(content) => assert!(content.contains_key(media_type), "{place}: {status} came as {media_type}"),
        None => assert!(answer.body.is_empty(), "{place}: {status} has a body"),
    }
}

#[tokio::test]
async fn every_documented_route_answers_as_documented() {
    let mut house = House::new();
    house.app.rules.contact.max = 10;
    let client = house.client();
    let document = openapi::document("");
    let id = client.post_json("/contact", crate::house::SAMPLE).await.json()["contactId"].as_str().map(str::to_owned);
    let lead_id = id.expect("an id");
    let job = client.operate("GET", "/owner/queues/crm/jobs").await.json()["jobs"][0]["id"].as_str().map(str::to_owned);
    let ids = [job.expect("a delivery"), uuid::Uuid::nil().to_string(), "no-id".to_owned(), "%ff".to_owned()];
    let mut seen = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        for (lead, job, queue) in [(&lead_id, &ids[0], "crm"), (&ids[1], &ids[1], "unknown"), (&ids[3], &ids[2], "%ff")]
        {
            let path = path.replace("{leadId}", lead).replace("{id}", job).replace("{queue}", queue);
            let path =
                path.replace("{partner}", if queue == "crm" { "rentguy" } else { queue }).replace("{eventId}", job);
            for path in [path.clone(), format!("{path}?limit=0&status=odd&standing=odd"), format!("/api{path}")] {
                for password in [Some(PASSWORD), None] {
                    let place = format!("{method} {path}");
                    let mut request = request(&method.to_uppercase(), &path).header("content-type", "application/json");
                    if let Some(password) = password {
                        request = request.header("authorization", login(password));
                    }
                    let body =
                        example(&document, operation).filter(|_| password.is_some()).unwrap_or_else(|| json!({}));
                    let answer = client.send(request.body(Body::from(body.to_string())).expect("a request")).await;
                    check(operation, &answer, &place);
                    seen.insert(answer.status.as_u16());
                }
            }
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [200, 201, 204, 400, 401, 404, 409, 415, 422, 429]);
}

#[tokio::test]
async fn the_examples_of_the_forms_are_taken_in() {
    let document = openapi::document("");
    for path in ["/contact", "/callback-request"] {
        let body = example(&document, &document["paths"][path]["post"]).expect("an example");
        let answer = House::new().client().post_json(path, body.to_string()).await;
        assert_eq!(answer.status, 200, "{body}");
    }
}

#[tokio::test]
async fn the_served_document_is_the_same_at_both_places() {
    let client = House::new().client();
    for path in ["/docs.json", "/api/docs.json"] {
        let answer = client.get(path).await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.json(), openapi::document(""));
    }
}

#[tokio::test]
async fn the_page_shows_every_route_and_fetches_nothing() {
    let answer = House::new().client().get("/docs").await;
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let html = String::from_utf8(answer.body.to_vec()).expect("text");
    for (path, _, operation) in operations(&openapi::document("")) {
        assert!(html.contains(&format!("<code>{path}</code>")), "{path}");
        assert!(html.contains(&format!("id=\"{}\"", operation["operationId"].as_str().expect("an id"))));
    }
    for fetch in ["<script", "<link", "<img", "src=", "@import", "url(", "href=\"http", "href=http"] {
        assert!(!html.contains(fetch), "{fetch}");
    }
    let style = html.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).expect("a style").0;
    let digest = BASE64_STANDARD.encode(Sha256::digest(style));
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && policy.ends_with(&format!("style-src 'sha256-{digest}'")),
        "{policy}"
    );
}
