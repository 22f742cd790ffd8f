//! What another feature must be first.

use super::Value;
use super::condition::{Condition, condition};
use super::fields::Fields;
use super::loading::{Loading, Place};

/// What another feature must be first.
#[derive(Debug)]
pub(super) struct Prerequisite {
    /// The other feature.
    pub(super) id: Box<str>,
    /// Where it stands, if it is there.
    pub(super) feature: Option<usize>,
    /// What must hold of its value.
    pub(super) condition: Condition,
    /// Whether the whole feature is off otherwise, and not just this rule.
    pub(super) gate: bool,
}

impl Prerequisite {
    /// Reads `parentConditions`; what is no list cannot be met.
    pub(super) fn read_list(fields: &Fields<'_>, loading: &mut Loading<'_>) -> Box<[Self]> {
        let place = fields.place.field("parentConditions");
        match fields.some("parentConditions") {
            None => Box::default(),
            Some(Value::List(items)) => {
                items.iter().enumerate().map(|(at, item)| Self::read(item, place.index(at), loading)).collect()
            }
            Some(_) => {
                loading.warn(place, "is no list, and cannot be met");
                Box::new([Self { id: "".into(), feature: None, condition: Condition::Never, gate: false }])
            }
        }
    }

    fn read(value: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Self {
        let id = value.get("id").map(Value::spelled).unwrap_or_default();
        let feature = loading.features.get(id.as_str()).copied();
        if feature.is_none() {
            loading.warn(place.field("id"), "names a feature that is not there: its value is nothing");
        }
        let condition = match value.get("condition").filter(|condition| condition.is_truthy()) {
            Some(source) => condition(source, place.field("condition"), loading),
            // JavaScript finds no fields in nothing, and fails.
            None if *value == Value::Null => Condition::Never,
            None => Condition::always(),
        };
        Self { id: id.into(), feature, condition, gate: value.get("gate").is_some_and(Value::is_truthy) }
    }
}
