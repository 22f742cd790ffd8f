//! What a visitor chose so far.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::leads::{Fault, FaultCode, Faults};

/// What a visitor chose so far, and how far he came in which form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Visitor {
    /// What was chosen: `date`, `location`, `eventType`, `package` and `pricing`, each null until it is.
    pub selections: Selections,
    /// The pages that were done, the one that was touched last at the end.
    pub progress: Vec<Progress>,
}

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Selections {
    /// The day.
    pub date: Option<String>,
    /// The place.
    pub location: Option<String>,
    /// What for.
    pub event_type: Option<String>,
    /// The package, as the site describes it.
    pub package: Option<Map<String, Value>>,
    /// The price, as the site has it.
    pub pricing: Option<Map<String, Value>>,
}

/// One page of one form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Which form; the site's own name for it, at most 64 characters.
    pub flow_id: String,
    /// Which page.
    pub step_id: String,
    /// Always true: what is not complete is not kept.
    pub is_complete: bool,
    /// What was typed, trimmed.
    pub payload: Map<String, Value>,
    /// When it was done first.
    pub created_at: Timestamp,
    /// When it was done last.
    pub updated_at: Timestamp,
}

impl Visitor {
    /// For so long it is kept after the last change.
    pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
    /// The longest name of a form, and the longest text of a choice, in characters.
    pub const MAX_CHARS: usize = 200;

    /// The same with what `chosen` says, key by key; what it does not name stays.
    pub fn choose(&self, chosen: &Map<String, Value>) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut next = self.clone();
        let selections = &mut next.selections;
        let texts = [
            ("selections.date", "date", &mut selections.date),
            ("selections.location", "location", &mut selections.location),
            ("selections.eventType", "eventType", &mut selections.event_type),
        ];
        for (field, key, place) in texts {
            if let Some(value) = chosen.get(key) {
                text(value).map_or_else(|code| faults.push(Fault { field, code }), |value| *place = value);
            }
        }
        let objects = [
            ("selections.package", "package", &mut selections.package),
            ("selections.pricing", "pricing", &mut selections.pricing),
        ];
        for (field, key, place) in objects {
            match chosen.get(key) {
                None => {}
                Some(Value::Null) => *place = None,
                Some(Value::Object(value)) => *place = Some(value.clone()),
                Some(_) => faults.push(Fault { field, code: FaultCode::NotAnObject }),
            }
        }
        let known = ["date", "location", "eventType", "package", "pricing"];
        if !known.iter().any(|key| chosen.contains_key(*key)) {
            faults.push(Fault { field: "selections", code: FaultCode::Missing });
        }
        if faults.is_empty() { Ok(next) } else { Err(Faults(faults)) }
    }

    /// The same with a page of a form done at `now`.
    #[must_use]
    pub fn done(&self, flow_id: &str, step_id: &str, payload: &Map<String, Value>, now: Timestamp) -> Self {
        let mut next = self.clone();
        let is_it = |one: &Progress| one.flow_id == flow_id && one.step_id == step_id;
        let before = next.progress.iter().position(is_it).map(|at| next.progress.remove(at));
        next.progress.push(Progress {
            flow_id: flow_id.to_owned(),
            step_id: step_id.to_owned(),
            is_complete: true,
            payload: payload.iter().map(|(key, value)| (key.clone(), trimmed(value))).collect(),
            created_at: before.map_or(now, |before| before.created_at),
            updated_at: now,
        });
        next
    }

    /// The pages of one form.
    pub fn of_flow<'v>(&'v self, flow_id: &'v str) -> impl Iterator<Item = &'v Progress> {
        self.progress.iter().filter(move |one| one.flow_id == flow_id)
    }
}

fn text(value: &Value) -> Result<Option<String>, FaultCode> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.chars().count() > Visitor::MAX_CHARS => Err(FaultCode::TooLong(Visitor::MAX_CHARS)),
        Value::String(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        _ => Err(FaultCode::NotText),
    }
}

/// The same with no white space around any text in it; a body is not nested so deep that this could go too deep.
fn trimmed(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.trim().to_owned()),
        Value::Array(values) => Value::Array(values.iter().map(trimmed).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), trimmed(value))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).expect("an object")
    }

    #[test]
    fn choices_are_merged_key_by_key() {
        let chosen = object(json!({"date": " 2027-06-19 ", "package": {"id": 7, "name": "Zilver"}, "colour": "blue"}));
        let first = Visitor::default().choose(&chosen).expect("choices");
        assert_eq!(first.selections.date.as_deref(), Some("2027-06-19"));
        let second = first.choose(&object(json!({"location": "Breda", "date": "", "pricing": null}))).expect("choices");
        let selections = json!({
            "date": null, "location": "Breda", "eventType": null, "package": {"id": 7, "name": "Zilver"}, "pricing": null,
        });
        assert_eq!(serde_json::to_value(&second.selections).expect("plain data"), selections);
    }

    #[test]
    fn what_cannot_be_chosen_is_named_and_changes_nothing() {
        let bad = object(json!({"date": 7, "location": "x".repeat(201), "package": "silver", "pricing": []}));
        let faults = Visitor::default().choose(&bad).expect_err("all of it").0;
        let fields: Vec<_> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["selections.date", "selections.location", "selections.package", "selections.pricing"]);
        let nothing = Visitor::default().choose(&object(json!({"colour": "blue"}))).expect_err("nothing").0;
        assert_eq!(nothing, [Fault { field: "selections", code: FaultCode::Missing }]);
    }

    #[test]
    fn a_page_that_is_done_again_keeps_its_first_moment_and_comes_last() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        let payload = object(json!({"eventType": " Feest ", "guests": [" a "]}));
        let visitor =
            Visitor::default().done("f", "event-details", &payload, at(1)).done("f", "review", &payload, at(2));
        let visitor = visitor.done("f", "event-details", &payload, at(3)).done("g", "review", &payload, at(4));
        let told: Vec<_> =
            visitor.of_flow("f").map(|one| (one.step_id.as_str(), one.created_at, one.updated_at)).collect();
        assert_eq!(told, [("review", at(2), at(2)), ("event-details", at(1), at(3))]);
        assert_eq!(visitor.progress[0].payload, object(json!({"eventType": "Feest", "guests": ["a"]})));
    }
}
