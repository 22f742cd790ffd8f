//! What operators send about experiments, as the OpenAPI document describes it; `mrdj_core::experiments::Definition` reads it.

use utoipa::ToSchema;

/// What an experiment tries and how it will be judged. A field that is not named here is a fault.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; another type reads it")]
pub(crate) struct ExperimentForm {
    /// What it is called by; it never changes, and may be left out where the address names it. `assign`, `exposures` and
    /// `samples` are the names of routes, `experiments` and `personalization` of switches.
    #[schema(pattern = "^[A-Za-z0-9_.-]{1,80}$", max_length = 80, example = "hero")]
    key: String,
    /// What people call it.
    #[schema(max_length = 120, example = "Hero")]
    name: String,
    /// What is believed and why.
    #[schema(max_length = 1000, example = "A face sells better than a stage.")]
    hypothesis: String,
    /// What it tries, two to ten things; the first is what the others are compared with.
    #[schema(min_items = 2, max_items = 10, example = json!([{ "key": "control", "name": "A stage" }, { "key": "face", "name": "A face" }]))]
    variations: Vec<VariationForm>,
    /// The part of the visitors who take part.
    #[schema(value_type = f64, required = false, minimum = 0.0001, maximum = 1, default = 1.0)]
    coverage: Option<f64>,
    /// The attribute that visitors are told apart by.
    #[schema(value_type = String, required = false, pattern = "^[A-Za-z0-9_.-]{1,80}$", default = "id")]
    hash_attribute: Option<String>,
    /// How it is hashed, by GrowthBook's rules.
    #[schema(value_type = u8, required = false, minimum = 1, maximum = 2, default = 2)]
    hash_version: Option<u8>,
    /// What it is hashed with; the key when nothing is said.
    #[schema(value_type = String, required = false, max_length = 80)]
    seed: Option<String>,
    /// Who takes part: a targeting condition in GrowthBook's words; everybody when nothing is said.
    #[schema(value_type = Object, required = false)]
    condition: Option<serde_json::Value>,
    /// What it is to raise: `enquiries`, `bookings` or `revenue`.
    #[schema(pattern = "^(enquiries|bookings|revenue)$", example = "enquiries")]
    goal: String,
    /// What it may not lower, of the same words.
    #[schema(value_type = Vec<String>, required = false, example = json!(["bookings"]))]
    guardrails: Option<Vec<String>>,
    /// So many visitors each variation has at least before anything is concluded.
    #[schema(minimum = 1, maximum = 10_000_000, example = 500)]
    minimum_sample: u64,
    /// The smallest difference that is worth finding, as a part of what is there today: 0.2 is a fifth more.
    #[schema(minimum = 0.01, maximum = 10, example = 0.2)]
    smallest_effect: f64,
    /// What a booking is usually worth, in euro cents; revenue is measured by it.
    #[schema(value_type = u64, required = false, minimum = 100, maximum = 100_000_000, default = 100_000)]
    typical_value_cents: Option<u64>,
}

/// One of the things that an experiment tries.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; another type reads it")]
pub(crate) struct VariationForm {
    /// What it is called by.
    #[schema(pattern = "^[A-Za-z0-9_.-]{1,80}$", max_length = 80, example = "face")]
    key: String,
    /// What people call it; the key when nothing is said.
    #[schema(value_type = String, required = false, max_length = 120, example = "A face")]
    name: Option<String>,
    /// The part of the visitors who see it; all weights together are 1, and equal when nothing is said.
    #[schema(value_type = f64, required = false, minimum = 0.0001, maximum = 1)]
    weight: Option<f64>,
}

/// A step of an experiment.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the fields are read one by one")]
pub(crate) struct ExperimentStepForm {
    /// Which: `start`, `pause`, `resume`, `freeze`, `stop`, or `begin`, a new phase that counts anew.
    #[schema(pattern = "^(start|pause|resume|freeze|stop|begin)$", example = "start")]
    step: String,
    /// Of `stop`: the key of the variation that won; nothing where none did.
    #[schema(value_type = String, required = false, pattern = "^[A-Za-z0-9_.-]{1,80}$")]
    winner: Option<String>,
    /// Of `freeze`: why its figures are not to be believed, without personal data.
    #[schema(value_type = String, required = false, max_length = 500)]
    reason: Option<String>,
    /// Of `begin`: a whole definition.
    #[schema(value_type = ExperimentForm, required = false)]
    definition: Option<ExperimentForm>,
}
