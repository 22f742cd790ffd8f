//! A page tells who saw which variant.

use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use jiff::Timestamp;
use mrdj_core::experiments::assignment::{Attributes, Visitor};
use mrdj_core::experiments::{ExperimentKey, Exposure, ExposureId, NotShown, VisitorId};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::reading::{Reading, text};
use crate::app::{App, Shared};
use crate::extract::{BeaconBody, Key, Visiting, read_told};
use crate::problem::Problem;
use crate::variants::Compiled;

/// So many views are told of at once.
const MOST_VIEWS: usize = 20;

/// What a page tells.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the parts are read one by one")]
pub(crate) struct Views {
    /// What was shown, 1 to 20 of them.
    #[schema(min_items = 1, max_items = 20)]
    exposures: Vec<View>,
    /// `false` when the visitor agrees to be known no longer, which takes the cookie back. Nobody becomes known by this.
    #[schema(value_type = bool, required = false, example = false)]
    consent: Option<bool>,
}

/// A variation that was shown.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the parts are read one by one")]
pub(crate) struct View {
    /// The experiment: `experiment.key` of GrowthBook's `trackingCallback`.
    #[schema(example = "hero_cta_variant")]
    experiment: String,
    /// The variation's key: `result.key` there.
    #[schema(example = "variant_a")]
    variation: String,
    /// Names this view, so that telling it twice counts once; made here where it is left out.
    #[schema(value_type = Uuid, required = false)]
    event_id: Option<Uuid>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Taken {
    /// How many views were taken to be counted; those of an experiment that shows nothing for now are not.
    #[schema(example = 1)]
    recorded: usize,
}

/// Tell who saw which variant.
///
/// It is counted within a second or so, once for each visitor in each phase of an experiment. It may be sent by
/// `navigator.sendBeacon`, as `text/plain` too.
#[utoipa::path(
    post, path = "/experiments/exposures", tag = "experiments", operation_id = "expose",
    request_body(content = Views, content_type = "application/json"),
    responses(
        (status = 201, description = "It is counted within a second or so", body = Taken),
        (status = 503, description = "Experiments are switched off", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn expose(
    State(app): State<Shared>,
    visiting: Visiting,
    headers: HeaderMap,
    key: Key,
    BeaconBody(body): BeaconBody,
) -> Result<Response, Problem> {
    // Views bring their own ids; a key that is none is still a mistake.
    key.within("exposures")?;
    let body = read_told(&headers, &body)?;
    let mut reading = Reading::of(&body);
    reading.only(&["exposures", "consent"]);
    let consent = reading.perhaps("consent", "true or false", Value::as_bool);
    let visitor = visiting.known(consent);
    let cookie = AppendHeaders(visiting.cookie(visitor).map(|cookie| (SET_COOKIE, cookie)));
    // Who agrees no longer is heard whatever else is wrong with what is told.
    Ok((cookie, take(&app, &visiting, reading, visitor).await).into_response())
}

async fn take(
    app: &App,
    visiting: &Visiting,
    mut reading: Reading<'_>,
    visitor: Option<VisitorId>,
) -> Result<(StatusCode, Json<Taken>), Problem> {
    let now = app.clock.now();
    let compiled = app.variants.at(now).await;
    let attributes = visiting.named(Attributes::new(), visitor, app);
    app.require("experiments", &compiled, &Visitor::new(&attributes))?;
    let views = views(&mut reading, &Scene { app, compiled: &compiled, visitor, now });
    let mut taken = Taken { recorded: 0 };
    for view in reading.end(views)? {
        taken.recorded += usize::from(app.exposures.record(view).await);
    }
    Ok((StatusCode::CREATED, Json(taken)))
}

/// What views are read against.
struct Scene<'a> {
    app: &'a App,
    compiled: &'a Compiled,
    visitor: Option<VisitorId>,
    now: Timestamp,
}

/// Every view that counts, or nothing where one is wrong.
fn views(reading: &mut Reading<'_>, scene: &Scene<'_>) -> Option<Vec<Exposure>> {
    let list = |value| Value::as_array(value).filter(|list| (1..=MOST_VIEWS).contains(&list.len()));
    let list = reading.needed("exposures", "a list of 1 to 20 views", list)?;
    let mut views = Vec::with_capacity(list.len());
    for (nr, view) in list.iter().enumerate() {
        let Some(view) = view.as_object() else {
            reading.fault(&format!("exposures[{nr}]"), "has to be an object");
            continue;
        };
        let mut inside = Reading::inside(view, format!("exposures[{nr}]."));
        views.extend(read_view(&mut inside, scene));
        reading.with(inside);
    }
    Some(views)
}

fn read_view(reading: &mut Reading<'_>, scene: &Scene<'_>) -> Option<Exposure> {
    reading.only(&["experiment", "variation", "eventId"]);
    let id = reading.perhaps("eventId", "a UUID", |id| id.as_str()?.parse::<Uuid>().ok());
    let variation = reading.needed("variation", "the key of a variation", text(200));
    let experiment = reading.needed("experiment", "the key of an experiment that was started", |key| {
        scene.compiled.experiment(key.as_str()?).filter(|known| known.phase > 0)
    })?;
    let id = id.map_or_else(|| ExposureId::new(scene.now, &*scene.app.chance), |id| id_of(id, &experiment.key));
    let zone = &scene.app.bookings.rules.zone;
    match experiment.exposure(id, variation?, scene.visitor, scene.now, zone) {
        Ok(exposure) => Some(exposure),
        // It was shown by a page that was older than that.
        Err(NotShown::NotRunning) => None,
        Err(NotShown::NoSuchVariation) => {
            reading.fault("variation", "is none of that experiment");
            None
        }
    }
}

/// One view of a page may show variations of several experiments.
fn id_of(event: Uuid, experiment: &ExperimentKey) -> ExposureId {
    let digest = Sha256::new().chain_update(event.as_bytes()).chain_update(experiment.as_str()).finalize();
    let bytes = std::array::from_fn(|place| digest[place]);
    ExposureId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
