//! Operators see experiments through.

use axum::Json;
use axum::extract::State;
use mrdj_core::experiments::{Definition, ExperimentKey, Step};
use mrdj_core::leads::{Fault, FaultCode, Loose};
use mrdj_core::messages::Language;
use serde::Deserialize;
use serde_json::Value;

use super::desk::{find, with_key};
use super::forms::ExperimentStepForm;
use super::refused::{Wrong, problem};
use super::view::ExperimentView;
use crate::app::Shared;
use crate::extract::{Operator, Path, Speaks, Submitted};
use crate::problem::Problem;

/// The longest reason, in characters.
const MAX_REASON_CHARS: usize = 500;

/// A step as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SentStep {
    step: Loose,
    winner: Loose,
    reason: Loose,
    definition: Value,
}

/// Take a step of an experiment.
///
/// A step that does not begin where the experiment is is 409, with the reason.
#[utoipa::path(
    post, path = "/experiments/{key}/steps", tag = "experiments", operation_id = "takeStepOfExperiment",
    params(("key" = String, Path, description = "What the experiment is called by", example = "hero")),
    request_body(content = ExperimentStepForm, content_type = "application/json"),
    responses((status = 200, description = "The experiment as it is now", body = ExperimentView)),
)]
pub(crate) async fn take_step_of_experiment(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Operator(by): Operator,
    Path(key): Path<String>,
    submitted: Submitted<SentStep>,
) -> Result<Json<ExperimentView>, Problem> {
    let key = find(&app, &key).await?.key;
    let step = submitted.form.read(&key, language)?;
    let taken = app.experiments.step(&key, &step, &by).await;
    app.variants.renew().await;
    taken.map(|experiment| Json((&experiment).into())).map_err(|error| problem(error, language))
}

impl SentStep {
    /// What was sent, whether the step needs it or not; else every fault of it.
    fn read(self, key: &ExperimentKey, language: Language) -> Result<Step, Problem> {
        let mut wrong = Wrong::default();
        let mut noted = |field, read: Result<Option<String>, FaultCode>| {
            read.unwrap_or_else(|code| {
                wrong.fault(Fault { field, code }, language);
                None
            })
        };
        let word = noted("step", text(&self.step).and_then(given));
        let winner = noted("winner", text(&self.winner));
        let needs_reason = word.as_deref() == Some("freeze");
        let reason = text(&self.reason).and_then(|reason| if needs_reason { given(reason) } else { Ok(reason) });
        let reason = noted("reason", reason.and_then(short));
        let definition = self.definition_for(word.as_deref() == Some("begin"), key, &mut wrong, language);
        let step = match word.as_deref() {
            Some("start") => Some(Step::Start),
            Some("pause") => Some(Step::Pause),
            Some("resume") => Some(Step::Resume),
            Some("freeze") => reason.map(|reason| Step::Freeze { reason }),
            Some("stop") => Some(Step::Stop { winner }),
            Some("begin") => definition.map(Box::new).map(Step::Begin),
            Some(_) => {
                wrong.fault(Fault { field: "step", code: FaultCode::Unknown }, language);
                None
            }
            None => None,
        };
        wrong.told()?;
        Ok(step.expect("where nothing is wrong there is a step"))
    }

    fn definition_for(
        self,
        needed: bool,
        key: &ExperimentKey,
        wrong: &mut Wrong,
        language: Language,
    ) -> Option<Definition> {
        let read = match self.definition {
            Value::Null => {
                if needed {
                    wrong.fault(Fault { field: "definition", code: FaultCode::Missing }, language);
                }
                return None;
            }
            Value::Object(form) => Definition::read(&with_key(form, key)),
            other => Definition::read(&other),
        };
        match read {
            Ok((own, _)) if own != *key => wrong.add("definition.key", "the key of an experiment does not change"),
            Ok((_, definition)) => return Some(definition),
            Err(faults) => wrong.definition("definition", faults.0),
        }
        None
    }
}

/// What a field says; one that a browser sends empty says nothing.
fn text(field: &Loose) -> Result<Option<String>, FaultCode> {
    match field {
        Loose::Text(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Loose::Absent => Ok(None),
        Loose::NotText => Err(FaultCode::NotText),
    }
}

fn given(text: Option<String>) -> Result<Option<String>, FaultCode> {
    text.map(Some).ok_or(FaultCode::Missing)
}

fn short(text: Option<String>) -> Result<Option<String>, FaultCode> {
    let fits = |text: &String| text.chars().count() <= MAX_REASON_CHARS;
    if text.as_ref().is_none_or(fits) { Ok(text) } else { Err(FaultCode::TooLong(MAX_REASON_CHARS)) }
}
