//! A page asks what to show.

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use mrdj_core::experiments::assignment::{Attributes, Visitor};

use super::forms::Visit;
use super::parameters::{read_form, read_query};
use super::view::Personalized;
use crate::app::{App, Shared};
use crate::extract::{Key, RawBody, Speaks, Visiting, has_already, read_object};
use crate::problem::Problem;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The answer follows from the address alone, which may say something about a visitor: his browser may keep it, nobody else.
const FOR_FIVE_MINUTES: HeaderValue = HeaderValue::from_static("private, max-age=300");
const BY_LANGUAGE: HeaderValue = HeaderValue::from_static("accept-language");

/// Choose what to show a visitor.
///
/// What fits best wins: a word counts when it stands there as a whole, whatever its case and accents. What is unknown leads to
/// the default, and parameters that are not named here are left alone. Nothing is stored.
#[utoipa::path(
    get, path = "/personalize", tag = "experiments", operation_id = "personalize", params(Visit),
    responses(
        (status = 200, description = "What to show, and why", body = Personalized),
        (status = 304, description = "It is what `If-None-Match` names"),
        (status = 503, description = "Personalisation is switched off", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn personalize(
    State(app): State<Shared>,
    visiting: Visiting,
    request: Request,
) -> Result<Response, Problem> {
    require(&app, &visiting).await?;
    Ok(by_query(&app, &request))
}

/// Choose what to show a visitor, by its other name.
#[utoipa::path(
    get, path = "/personalization/keyword", tag = "experiments", operation_id = "personalizeByItsOtherName", params(Visit),
    responses(
        (status = 200, description = "What to show, and why", body = Personalized),
        (status = 304, description = "It is what `If-None-Match` names"),
        (status = 503, description = "Personalisation is switched off", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn personalize_by_its_other_name(
    State(app): State<Shared>,
    visiting: Visiting,
    request: Request,
) -> Result<Response, Problem> {
    require(&app, &visiting).await?;
    Ok(by_query(&app, &request))
}

/// Choose what to show a visitor whose words are to stand in no address.
#[utoipa::path(
    post, path = "/personalize", tag = "experiments", operation_id = "personalizeByForm",
    request_body(content((Visit = "application/json"), (Visit = "application/x-www-form-urlencoded"))),
    responses(
        (status = 200, description = "What to show, and why", body = Personalized),
        (status = 415, description = "The body has another media type than is read here", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "A field is no text", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Personalisation is switched off", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn personalize_by_form(
    State(app): State<Shared>,
    visiting: Visiting,
    speaks: Speaks,
    headers: HeaderMap,
    key: Key,
    body: RawBody,
) -> Result<Response, Problem> {
    require(&app, &visiting).await?;
    by_form(&app, speaks, &headers, key, &body)
}

/// Choose what to show a visitor whose words are to stand in no address, by its other name.
#[utoipa::path(
    post, path = "/personalization/keyword", tag = "experiments", operation_id = "personalizeByFormByItsOtherName",
    request_body(content((Visit = "application/json"), (Visit = "application/x-www-form-urlencoded"))),
    responses(
        (status = 200, description = "What to show, and why", body = Personalized),
        (status = 415, description = "The body has another media type than is read here", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "A field is no text", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Personalisation is switched off", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn personalize_by_form_by_its_other_name(
    State(app): State<Shared>,
    visiting: Visiting,
    speaks: Speaks,
    headers: HeaderMap,
    key: Key,
    body: RawBody,
) -> Result<Response, Problem> {
    require(&app, &visiting).await?;
    by_form(&app, speaks, &headers, key, &body)
}

/// Refuses politely where a flag switches personalisation off for this visitor.
async fn require(app: &App, visiting: &Visiting) -> Result<(), Problem> {
    const NAME: &str = "personalization";
    let compiled = app.variants.at(app.clock.now()).await;
    if !compiled.knows(NAME) {
        return Ok(());
    }
    let visitor = visiting.counted(None, app);
    let attributes = visiting.named(Attributes::new(), visitor, app);
    app.require(NAME, &compiled, &Visitor::new(&attributes))
}

fn by_query(app: &App, request: &Request) -> Response {
    let mut clues = app.personalizer.clues();
    let named = read_query(request.uri().query().unwrap_or_default(), &mut clues);
    let language = named.unwrap_or_else(|| Speaks::of(request.headers()).0);
    let answer = app.personalizer.answer(&clues.choose(), language);
    let known = has_already(request.headers(), &answer.tag);
    let tag = HeaderValue::try_from(answer.tag).expect("hexadecimal digits between quotes are ASCII");
    let shared = [(ETAG, tag), (CACHE_CONTROL, FOR_FIVE_MINUTES), (VARY, BY_LANGUAGE)];
    if known {
        return (StatusCode::NOT_MODIFIED, shared).into_response();
    }
    (shared, [(CONTENT_TYPE, JSON)], answer.body).into_response()
}

fn by_form(
    app: &App,
    Speaks(preferred): Speaks,
    headers: &HeaderMap,
    key: Key,
    RawBody(body): &RawBody,
) -> Result<Response, Problem> {
    // Nothing is stored, so that every repetition is one anyway; a key that is none is still a mistake.
    key.within("personalize")?;
    let form = read_object(headers, body)?;
    let mut clues = app.personalizer.clues();
    let named = read_form(&form, &mut clues).map_err(|faults| Problem::invalid_form(&faults, preferred))?;
    let answer = app.personalizer.answer(&clues.choose(), named.unwrap_or(preferred));
    Ok(([(CONTENT_TYPE, JSON)], answer.body).into_response())
}
