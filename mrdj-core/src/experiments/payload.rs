//! Experiments and flags in GrowthBook's words.

use serde_json::{Map, Value, json};

use super::{Experiment, Flag, Status};

/// The features that GrowthBook's SDKs read, a site's own and [`assignment`](super::assignment) alike: `own` as they were given,
/// then every flag, then every experiment that was started, under its key. Of two with one name the later counts.
///
/// ```
/// use mrdj_core::experiments::{Flag, features};
///
/// let features = features(serde_json::Map::new(), &[Flag::parse("callback", "20%").expect("a flag")], &[]);
/// assert_eq!(features["callback"]["rules"][0]["coverage"], 0.2);
/// ```
pub fn features<'e>(
    own: Map<String, Value>,
    flags: &[Flag],
    experiments: impl IntoIterator<Item = &'e Experiment>,
) -> Map<String, Value> {
    let mut features = own;
    features.extend(flags.iter().map(|flag| (flag.name.clone(), flag.feature())));
    let started = experiments.into_iter().filter(|experiment| experiment.status != Status::Draft);
    features.extend(started.map(|experiment| (experiment.key.to_string(), experiment.feature())));
    features
}

impl Experiment {
    /// The experiment as a feature: its value is the key of a variation, and the first one's where nothing is tried.
    ///
    /// One that shows nothing for now has no rule; one that was stopped with a winner gives everybody that.
    ///
    /// ```
    /// use mrdj_core::experiments::Experiment;
    ///
    /// let feature = Experiment::samples()[0].feature();
    /// assert_eq!(feature, serde_json::json!({ "defaultValue": "control", "rules": [] }));
    /// ```
    pub fn feature(&self) -> Value {
        let rules: Vec<Value> = match self.winner() {
            // Who took part and who did not gets what won.
            Some(winner) => vec![json!({ "force": self.definition.variations[usize::from(winner)].key })],
            None if self.is_exposing() => vec![self.rule()],
            None => Vec::new(),
        };
        json!({ "defaultValue": self.definition.variations.first().map(|first| &first.key), "rules": rules })
    }

    fn rule(&self) -> Value {
        let definition = &self.definition;
        let each = |value: fn(&super::Variation) -> Value| definition.variations.iter().map(value).collect::<Vec<_>>();
        let mut rule = json!({
            "key": self.key,
            "name": definition.name,
            "phase": self.phase.to_string(),
            "variations": each(|one| json!(one.key)),
            "weights": each(|one| json!(one.weight)),
            "meta": each(|one| json!({ "key": one.key, "name": one.name })),
            "coverage": definition.split.coverage,
            "hashAttribute": definition.split.hash_attribute,
            "hashVersion": definition.split.hash_version,
            "seed": definition.split.seed,
        });
        if let Some(condition) = &definition.condition {
            rule["condition"] = condition.clone();
        }
        rule
    }

    /// The place of the variation that won.
    pub fn winner(&self) -> Option<u8> {
        match &self.status {
            Status::Stopped { winner } => self.definition.place_of(winner.as_deref()?),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::experiments::Step;
    use crate::experiments::fixture::{draft, running};

    #[test]
    fn what_runs_is_a_rule_with_its_weights() {
        let expected = json!({ "defaultValue": "control", "rules": [{
            "key": "hero", "name": "Hero", "phase": "1", "variations": ["control", "face"], "weights": [0.5, 0.5],
            "meta": [{ "key": "control", "name": "control" }, { "key": "face", "name": "A face" }],
            "coverage": 1.0, "hashAttribute": "id", "hashVersion": 2, "seed": "hero",
        }] });
        assert_eq!(running().feature(), expected);
    }

    #[test]
    fn what_shows_nothing_has_no_rule_and_a_winner_is_for_everybody() {
        let step = |step| running().step(&step, "rik", Timestamp::UNIX_EPOCH).expect("a step").feature();
        let stop = |winner: Option<&str>| step(Step::Stop { winner: winner.map(str::to_owned) });
        for feature in [draft().feature(), step(Step::Pause), step(Step::Freeze { reason: String::new() }), stop(None)]
        {
            assert_eq!(feature, json!({ "defaultValue": "control", "rules": [] }));
        }
        assert_eq!(stop(Some("face")), json!({ "defaultValue": "control", "rules": [{ "force": "face" }] }));
    }

    #[test]
    fn an_experiment_goes_before_a_flag_and_a_flag_before_what_was_given_and_a_draft_is_told_to_nobody() {
        let own =
            json!({ "hero": { "defaultValue": 1 }, "other": { "defaultValue": 2 }, "draft": { "defaultValue": 3 } });
        let Value::Object(own) = own else { panic!("an object") };
        let flags = ["hero", "other"].map(|name| Flag::parse(name, "on").expect("a flag"));
        let mut unknown = draft();
        unknown.key = crate::experiments::ExperimentKey::parse("draft").expect("a key");
        let features = features(own, &flags, &[running(), unknown]);
        assert_eq!(features["hero"]["defaultValue"], "control");
        assert_eq!(features["other"], json!({ "defaultValue": true }));
        assert_eq!(features["draft"], json!({ "defaultValue": 3 }));
    }
}
