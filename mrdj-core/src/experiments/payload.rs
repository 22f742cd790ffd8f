//! Experiments in GrowthBook's words.

use serde_json::{Value, json};

use super::{Experiment, Status};

impl Experiment {
    /// The experiment as GrowthBook's SDKs read it, a site's own and the one of this library: each variation's value is its
    /// key.
    ///
    /// One that shows nothing for now is not active; one that was stopped with a winner gives everybody that.
    ///
    /// ```
    /// use mrdj_core::experiments::Experiment;
    ///
    /// let draft = &Experiment::samples()[0];
    /// let payload = draft.payload();
    /// assert_eq!((&payload["key"], &payload["active"]), (&"hero_cta_variant".into(), &false.into()));
    /// ```
    pub fn payload(&self) -> Value {
        let definition = &self.definition;
        let each = |value: fn(&super::Variation) -> Value| definition.variations.iter().map(value).collect::<Vec<_>>();
        let mut payload = json!({
            "key": self.key,
            "name": definition.name,
            "status": if matches!(self.status, Status::Stopped { .. }) { "stopped" } else { "running" },
            "active": self.is_exposing() || self.winner().is_some(),
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
            payload["condition"] = condition.clone();
        }
        if let Some(winner) = self.winner() {
            payload["force"] = json!(winner);
            // Who took part and who did not gets what won.
            payload["condition"] = json!({});
            payload["coverage"] = json!(1);
        }
        payload
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
    fn what_runs_is_active_with_its_weights() {
        let expected = json!({
            "key": "hero", "name": "Hero", "status": "running", "active": true, "phase": "1",
            "variations": ["control", "face"], "weights": [0.5, 0.5],
            "meta": [{ "key": "control", "name": "control" }, { "key": "face", "name": "A face" }],
            "coverage": 1.0, "hashAttribute": "id", "hashVersion": 2, "seed": "hero",
        });
        assert_eq!(running().payload(), expected);
    }

    #[test]
    fn what_shows_nothing_is_not_active_and_a_winner_is_for_everybody() {
        let step = |step| running().step(&step, "rik", Timestamp::UNIX_EPOCH).expect("a step").payload();
        let stop = |winner: Option<&str>| step(Step::Stop { winner: winner.map(str::to_owned) });
        for payload in [draft().payload(), step(Step::Pause), step(Step::Freeze { reason: String::new() }), stop(None)]
        {
            assert_eq!((&payload["active"], payload.get("force")), (&json!(false), None), "{payload}");
        }
        let won = stop(Some("face"));
        assert_eq!((&won["active"], &won["force"], &won["status"]), (&json!(true), &json!(1), &json!("stopped")));
    }
}
