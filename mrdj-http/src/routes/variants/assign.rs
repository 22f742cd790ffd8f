//! A page asks who sees which variant.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::response::{AppendHeaders, IntoResponse, Response};
use mrdj_core::experiments::assignment::{Attributes, Exposures, FeatureResult, PageUrl, Visitor};
use mrdj_core::experiments::{Exposure, ExposureId, VisitorId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::reading::{Reading, text};
use crate::app::{App, Shared};
use crate::extract::{BeaconBody, Key, Visiting, read_told};
use crate::problem::Problem;
use crate::variants::Compiled;

/// So many features are asked for at once.
const MOST_FEATURES: usize = 50;
/// So many attributes are heard.
const MOST_ATTRIBUTES: usize = 50;

/// What a page asks.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the parts are read one by one")]
pub(crate) struct Assign {
    /// What is known of the visitor, for targeting: at most 50 fields. `id` is given here, whatever is sent.
    #[schema(value_type = Object, required = false, example = json!({"country": "NL", "device": "phone"}))]
    attributes: Option<Value>,
    /// The page's address, at most 2,000 characters: `?hero=1` in it shows a variation without counting it.
    #[schema(value_type = String, required = false, example = "https://example.com/")]
    url: Option<String>,
    /// Which features; all of them where none is named.
    #[schema(value_type = Vec<String>, required = false, max_items = 50, example = json!(["hero_cta_variant"]))]
    features: Option<Vec<String>>,
    /// Whether the visitor agreed to be known again: `true` sets a cookie for 180 days, `false` takes it back. Who agreed once
    /// need not be asked again.
    #[schema(value_type = bool, required = false, example = true)]
    consent: Option<bool>,
    /// Whether what comes of the experiments is shown now, so that it counts. A page that shows some of it later tells of that by
    /// `/experiments/exposures`.
    #[schema(value_type = bool, required = false, example = true)]
    record: Option<bool>,
}

/// What a visitor gets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Assigned {
    /// Each feature that was asked for; one that nobody made is off.
    features: BTreeMap<String, Given>,
    /// Whether the visitor is known again.
    known: bool,
    /// How many views were taken to be counted.
    recorded: usize,
    /// The experiments that the visitor takes part in: what a form hands on in its field `shown`.
    #[schema(example = "hero_cta_variant=variant_a")]
    shown: String,
}

/// What a visitor gets of one feature.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Given {
    /// The value; null where there is none.
    value: Value,
    /// Whether it is on.
    on: bool,
    /// Why: `defaultValue`, `force`, `override`, `experiment`, `prerequisite`, `cyclicPrerequisite` or `unknownFeature`.
    #[schema(example = "experiment")]
    source: &'static str,
    /// The experiment that decided; null where none did.
    #[schema(required = true)]
    experiment: Option<Tried>,
}

/// The experiment that decided.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tried {
    /// The experiment.
    #[schema(example = "hero_cta_variant")]
    key: String,
    /// The variation's key.
    #[schema(example = "variant_a")]
    variation: String,
    /// Whether the visitor takes part; who does not sees the first.
    in_experiment: bool,
}

struct Asked<'b> {
    attributes: Attributes,
    page: Option<PageUrl>,
    features: Option<Vec<&'b str>>,
    record: bool,
}

/// Decide what a visitor sees.
///
/// A site's own GrowthBook SDK decides the same for the same `id`. Who agreed is told apart by a cookie, everybody else by a
/// key that is good for one day and stands nowhere.
#[utoipa::path(
    post, path = "/experiments/assign", tag = "experiments", operation_id = "assign",
    request_body(content = Assign, content_type = "application/json"),
    responses(
        (status = 200, description = "What the visitor gets", body = Assigned),
        (status = 503, description = "Experiments are switched off", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn assign(
    State(app): State<Shared>,
    visiting: Visiting,
    headers: HeaderMap,
    key: Key,
    BeaconBody(body): BeaconBody,
) -> Result<Response, Problem> {
    // Nothing is made by this; a key that is none is still a mistake.
    key.within("assign")?;
    let body = read_told(&headers, &body)?;
    let consent = body.get("consent").and_then(Value::as_bool);
    let visitor = visiting.counted(consent, &app);
    let answer = decide(&app, &visiting, &body, visitor).await;
    // Who agrees no longer is heard whatever else is wrong with the question, and who agrees is known once something was decided.
    let cookie = visiting.cookie(visitor).filter(|_| answer.is_ok() || visitor.is_none());
    let cookie = AppendHeaders(cookie.map(|cookie| (SET_COOKIE, cookie)));
    Ok((cookie, [(CACHE_CONTROL, "no-store")], answer).into_response())
}

async fn decide(
    app: &App,
    visiting: &Visiting,
    body: &Map<String, Value>,
    visitor: Option<VisitorId>,
) -> Result<Json<Assigned>, Problem> {
    let asked = read(body)?;
    let compiled = app.variants.at(app.clock.now()).await;
    let attributes = visiting.named(asked.attributes, visitor, app);
    let asking = Visitor { page: asked.page.as_ref(), ..Visitor::new(&attributes) };
    app.require("experiments", &compiled, &asking)?;
    let names = asked.features.unwrap_or_else(|| compiled.catalogue.features().collect());
    let mut features = BTreeMap::new();
    let mut views: Vec<Exposure> = Vec::new();
    for name in names {
        let result = compiled.catalogue.feature(name, &asking);
        for view in seen(app, &compiled, &result.exposures, visitor) {
            // Several features may rest on one experiment, which is shown once.
            if views.iter().all(|known| known.experiment != view.experiment) {
                views.push(view);
            }
        }
        features.insert(name.to_owned(), Given::of(&result));
    }
    let shown = shown(&features);
    let mut recorded = 0;
    for view in views.into_iter().filter(|_| asked.record) {
        recorded += usize::from(app.exposures.record(view).await);
    }
    Ok(Json(Assigned { features, known: visitor.is_some(), recorded, shown }))
}

/// What a form says that its sender saw, as the field `shown` takes it.
fn shown(features: &BTreeMap<String, Given>) -> String {
    let tried = features.values().filter_map(|given| given.experiment.as_ref()).filter(|tried| tried.in_experiment);
    let pairs: BTreeSet<_> = tried.map(|tried| format!("{}={}", tried.key, tried.variation)).collect();
    pairs.into_iter().collect::<Vec<_>>().join(",")
}

fn read(body: &Map<String, Value>) -> Result<Asked<'_>, Problem> {
    let mut reading = Reading::of(body);
    reading.only(&["attributes", "url", "features", "consent", "record"]);
    let few = |value: &Value| value.as_object().is_some_and(|fields| fields.len() <= MOST_ATTRIBUTES);
    let known = |value: &Value| Attributes::parse(&value.to_string()).ok().filter(|_| few(value));
    let attributes = reading.perhaps("attributes", "an object of at most 50 fields", known).unwrap_or_default();
    let page = reading.perhaps("url", "a text of at most 2000 characters", text(2_000)).map(PageUrl::new);
    let features = reading.perhaps("features", "a list of at most 50 names", names);
    // It was heard before.
    let _ = reading.perhaps("consent", "true or false", Value::as_bool);
    let record = reading.perhaps("record", "true or false", Value::as_bool).unwrap_or(false);
    reading.end(Some(Asked { attributes, page, features, record }))
}

fn names(value: &Value) -> Option<Vec<&str>> {
    let list = value.as_array().filter(|list| list.len() <= MOST_FEATURES)?;
    list.iter().map(text(200)).collect()
}

/// The views that come of an answer, of experiments that are ours.
fn seen(app: &App, compiled: &Compiled, exposures: &Exposures<'_>, visitor: Option<VisitorId>) -> Vec<Exposure> {
    let (now, zone) = (app.clock.now(), &app.bookings.rules.zone);
    let ours = exposures.iter().filter_map(|exposure| {
        let experiment = compiled.experiment(exposure.experiment_id)?;
        let id = ExposureId::new(now, &*app.chance);
        experiment.exposure(id, exposure.variation_id, visitor, now, zone).ok()
    });
    ours.collect()
}

impl Given {
    fn of(result: &FeatureResult<'_>) -> Self {
        let experiment = result.experiment.as_ref().map(|tried| Tried {
            key: tried.experiment.key.to_string(),
            variation: tried.variation.key.to_string(),
            in_experiment: tried.in_experiment,
        });
        let value = serde_json::to_value(result.value).unwrap_or_default();
        Self { value, on: result.on(), source: result.source.word(), experiment }
    }
}
