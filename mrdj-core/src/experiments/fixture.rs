//! An experiment for the tests of this room.

use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::{Definition, Experiment, Step};
use crate::id::Id;

const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);

/// A draft that tries a face beside what there is.
pub(super) fn draft() -> Experiment {
    let form = json!({
        "key": "hero", "name": "Hero", "hypothesis": "A face sells better than a stage.",
        "variations": [{ "key": "control" }, { "key": "face", "name": "A face" }],
        "goal": "bookings", "guardrails": ["enquiries"], "minimumSample": 500, "smallestEffect": 0.2,
    });
    let (key, definition) = Definition::read(&form).expect("a definition");
    Experiment::draft(Id::from_uuid(Uuid::from_u128(7)), key, definition, "rik", NOON)
}

/// The same, in its first phase.
pub(super) fn running() -> Experiment {
    draft().step(&Step::Start, "rik", NOON).expect("a draft can be started")
}
