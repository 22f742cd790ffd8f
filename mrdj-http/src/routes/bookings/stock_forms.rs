//! What operators send about resources and blocked days, field by field, so that every fault is named.

use jiff::SignedDuration;
use jiff::civil::Date;
use mrdj_core::bookings::{Resource, ResourceId};
use mrdj_core::leads::{Fault, FaultCode, Faults};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The longest reason of a blocked day, in characters.
const MAX_REASON_CHARS: usize = 200;

/// What a resource is to be from now on; what is left out is as for a new one of its kind.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the fields are read one by one")]
pub(crate) struct ResourceForm {
    /// What people call it.
    #[schema(pattern = "^[A-Za-z][A-Za-z ]{0,99}$", max_length = 100, example = "DJ Sam")]
    name: String,
    /// `performer`, a DJ or set that an event cannot be without, or `equipment`.
    #[schema(pattern = "^(performer|equipment)$", example = "performer")]
    kind: String,
    /// How many there are; a performer is one.
    #[schema(minimum = 1, maximum = 1)]
    units: Option<u16>,
    /// Minutes before an event.
    #[schema(minimum = 0, maximum = 720)]
    before_min: Option<u16>,
    /// Minutes after an event.
    #[schema(minimum = 0, maximum = 720)]
    after_min: Option<u16>,
    /// Minutes between two places.
    #[schema(minimum = 0, maximum = 720)]
    travel_min: Option<u16>,
    /// Whether it takes no new bookings any more.
    retired: Option<bool>,
}

/// A day to block.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the fields are read one by one")]
pub(crate) struct BlockForm {
    /// What is not to be had.
    #[schema(pattern = "^dj-1$", example = "dj-1")]
    resource: String,
    /// On which day.
    #[schema(example = "2027-06-19")]
    day: Date,
    /// Why; visitors are told no more than that the day is blocked.
    #[schema(max_length = 200)]
    reason: Option<String>,
}

/// A day to block, read.
pub(super) struct ReadBlock {
    pub(super) resource: String,
    pub(super) day: Date,
    pub(super) reason: String,
}

/// Reads a resource, or tells everything that is wrong with the form; bounds are the resource's own affair.
pub(super) fn read_resource(form: &Map<String, Value>, id: ResourceId) -> Result<Resource, Faults> {
    let mut faults = Vec::new();
    let name = noted(&mut faults, "name", text(form.get("name")).and_then(given)).unwrap_or_default();
    let kind = noted(&mut faults, "kind", text(form.get("kind")).and_then(given));
    let usual = match kind.as_deref() {
        Some("equipment") => Resource::equipment(id, name, 1),
        Some("performer") | None => Resource::performer(id, name),
        Some(_) => {
            faults.push(Fault { field: "kind", code: FaultCode::Unknown });
            Resource::performer(id, name)
        }
    };
    let mut count = |field| noted(&mut faults, field, number(form.get(field))).flatten();
    let [units, before, after, travel] = ["units", "beforeMin", "afterMin", "travelMin"].map(&mut count);
    let minutes = |sent: Option<u16>, usual| sent.map_or(usual, |count| SignedDuration::from_mins(count.into()));
    let retired = noted(&mut faults, "retired", truth(form.get("retired"))).unwrap_or(usual.retired);
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    Ok(Resource {
        units: units.unwrap_or(usual.units),
        before: minutes(before, usual.before),
        after: minutes(after, usual.after),
        travel: minutes(travel, usual.travel),
        retired,
        ..usual
    })
}

/// Reads a day to block, or tells everything that is wrong with the form.
pub(super) fn read_block(form: &Map<String, Value>) -> Result<ReadBlock, Faults> {
    let mut faults = Vec::new();
    let resource = noted(&mut faults, "resource", text(form.get("resource")).and_then(given));
    let day = text(form.get("day")).and_then(given).and_then(|day| day.parse().map_err(|_| FaultCode::NotDate));
    let day = noted(&mut faults, "day", day);
    let reason = text(form.get("reason")).and_then(|reason| match reason {
        Some(reason) if reason.chars().count() > MAX_REASON_CHARS => Err(FaultCode::TooLong(MAX_REASON_CHARS)),
        reason => Ok(reason.unwrap_or_default()),
    });
    let reason = noted(&mut faults, "reason", reason);
    match (resource, day, reason) {
        (Some(resource), Some(day), Some(reason)) => Ok(ReadBlock { resource, day, reason }),
        _ => Err(Faults(faults)),
    }
}

fn noted<T>(faults: &mut Vec<Fault>, field: &'static str, read: Result<T, FaultCode>) -> Option<T> {
    read.map_err(|code| faults.push(Fault { field, code })).ok()
}

fn text(value: Option<&Value>) -> Result<Option<String>, FaultCode> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Some(_) => Err(FaultCode::NotText),
    }
}

fn given(text: Option<String>) -> Result<String, FaultCode> {
    text.ok_or(FaultCode::Missing)
}

fn number(value: Option<&Value>) -> Result<Option<u16>, FaultCode> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => {
            let whole = number.as_u64().and_then(|number| u16::try_from(number).ok());
            whole.map(Some).ok_or(FaultCode::NotNumber)
        }
        Some(_) => Err(FaultCode::NotNumber),
    }
}

fn truth(value: Option<&Value>) -> Result<bool, FaultCode> {
    match value {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(truth)) => Ok(*truth),
        Some(_) => Err(FaultCode::NotTruth),
    }
}
