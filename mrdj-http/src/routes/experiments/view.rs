//! Experiments as operators see them.

use jiff::Timestamp;
use mrdj_core::experiments::{Experiment, LifeLine, Status};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::forms::ExperimentForm;

/// An experiment with everything that is known of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExperimentView {
    /// What it is called by; it never changes.
    #[schema(example = "hero")]
    key: String,
    /// Its id, under which subscribers hear of it.
    id: Uuid,
    /// `draft`, `running`, `paused`, `frozen` or `stopped`.
    #[schema(example = "running")]
    status: &'static str,
    /// The key of the variation that won, where one did.
    #[schema(required = true)]
    winner: Option<String>,
    /// Why its figures are not to be believed, where they are not.
    #[schema(required = true)]
    frozen: Option<String>,
    /// Its latest phase, from 1; 0 before it was started.
    phase: u16,
    /// When it was made.
    created_at: Timestamp,
    /// When it was started.
    #[schema(required = true)]
    started_at: Option<Timestamp>,
    /// When its latest phase began.
    #[schema(required = true)]
    phase_at: Option<Timestamp>,
    /// When it was stopped.
    #[schema(required = true)]
    stopped_at: Option<Timestamp>,
    /// Counts its changes, from 1.
    version: u32,
    /// What it tries and how it is judged, as it can be sent again.
    #[schema(value_type = ExperimentForm)]
    definition: Value,
    /// What happened to it, oldest first.
    life: Vec<LifeLineView>,
}

/// One line of an experiment's life.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LifeLineView {
    /// When.
    at: Timestamp,
    /// Who: an operator's name, or `system`.
    #[schema(example = "admin")]
    by: String,
    /// What: `created`, `started`, `paused`, `resumed`, `frozen`, `stopped`, `changed`, or `begun` of a new phase.
    #[schema(example = "started")]
    what: &'static str,
    /// What more is to know.
    #[schema(example = "phase 1")]
    note: String,
}

impl From<&LifeLine> for LifeLineView {
    fn from(line: &LifeLine) -> Self {
        Self { at: line.at, by: line.by.clone(), what: line.what.word(), note: line.note.clone() }
    }
}

impl From<&Experiment> for ExperimentView {
    fn from(experiment: &Experiment) -> Self {
        let winner = match &experiment.status {
            Status::Stopped { winner } => winner.clone(),
            Status::Draft | Status::Running | Status::Paused => None,
        };
        Self {
            key: experiment.key.to_string(),
            id: experiment.id.uuid(),
            status: experiment.word(),
            winner,
            frozen: experiment.frozen.clone(),
            phase: experiment.phase,
            created_at: experiment.created_at,
            started_at: experiment.started_at,
            phase_at: experiment.phase_at,
            stopped_at: experiment.stopped_at,
            version: experiment.version,
            definition: definition(experiment),
            life: experiment.life.iter().map(Into::into).collect(),
        }
    }
}

/// The definition of `experiment` as it can be sent again.
pub(super) fn definition(experiment: &Experiment) -> Value {
    let mut shown = serde_json::to_value(&experiment.definition).expect("a definition is plain data");
    shown["key"] = json!(experiment.key);
    shown
}

/// An experiment in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExperimentLine {
    /// What it is called by.
    #[schema(example = "hero")]
    key: String,
    /// What people call it.
    #[schema(example = "Hero")]
    name: String,
    /// `draft`, `running`, `paused`, `frozen` or `stopped`.
    #[schema(example = "running")]
    status: &'static str,
    /// Its latest phase, from 1; 0 before it was started.
    phase: u16,
    /// What its figures say, in Dutch, or in English when `Accept-Language` prefers it; null before it was started.
    #[schema(
        required = true,
        example = "Te vroeg om iets te zeggen: in dit tempo duurt het nog ongeveer negen maanden."
    )]
    sentence: Option<String>,
}

impl ExperimentLine {
    /// The line of `experiment`, with what its figures say.
    pub(super) fn of(experiment: &Experiment, sentence: Option<String>) -> Self {
        Self {
            key: experiment.key.to_string(),
            name: experiment.definition.name.clone(),
            status: experiment.word(),
            phase: experiment.phase,
            sentence,
        }
    }
}

/// All experiments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExperimentList {
    /// Each, by key.
    pub(super) experiments: Vec<ExperimentLine>,
}

/// Experiments to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleExperiments {
    /// Each as it can be sent.
    #[schema(value_type = Vec<ExperimentForm>)]
    pub(super) definitions: Vec<Value>,
}
