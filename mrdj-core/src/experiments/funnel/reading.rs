//! What a page sent, read.

use serde_json::{Map, Value};

use super::{KnownVariants, PageEventId, PageEventKind, VariantId};
use crate::leads::{Fault, FaultCode, Faults};

/// What a page tells.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) id: Option<PageEventId>,
    pub(super) kind: PageEventKind,
    pub(super) variant: VariantId,
}

/// Reads `type`, `variantId` and `eventId`, or says everything that is wrong with them. Pages send more, about visitors
/// even: that is left unread.
pub(super) fn read(form: &Map<String, Value>, variants: &KnownVariants) -> Result<Told, Faults> {
    let mut faults = Vec::new();
    let kind = required(form, "type", PageEventKind::parse, FaultCode::Unknown, &mut faults);
    let variant = required(form, "variantId", |text| variants.find(text).cloned(), FaultCode::Unknown, &mut faults);
    let id = optional(form, "eventId", |text| text.parse().ok(), FaultCode::NotId, &mut faults);
    match (kind, variant) {
        (Some(kind), Some(variant)) if faults.is_empty() => Ok(Told { id, kind, variant }),
        _ => Err(Faults(faults)),
    }
}

fn required<T>(
    form: &Map<String, Value>,
    field: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
    wrong: FaultCode,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let before = faults.len();
    let read = optional(form, field, parse, wrong, faults);
    if read.is_none() && faults.len() == before {
        faults.push(Fault { field, code: FaultCode::Missing });
    }
    read
}

/// What `field` holds; nothing, null and an empty text are one.
fn optional<T>(
    form: &Map<String, Value>,
    field: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
    wrong: FaultCode,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let code = match form.get(field) {
        None | Some(Value::Null) => return None,
        Some(Value::String(text)) if text.is_empty() => return None,
        Some(Value::String(text)) => match parse(text) {
            Some(read) => return Some(read),
            None => wrong,
        },
        Some(_) => FaultCode::NotText,
    };
    faults.push(Fault { field, code });
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::experiments::personalization::Personalization;

    fn read_json(form: &Value) -> Result<Told, Vec<(&'static str, FaultCode)>> {
        let variants = KnownVariants::of(&Personalization::sample());
        let form = form.as_object().expect("cases send objects");
        read(form, &variants).map_err(|faults| faults.0.iter().map(|fault| (fault.field, fault.code)).collect())
    }

    #[test]
    fn what_the_page_tells_is_read_and_nothing_else() {
        let id = "019aa5b0-0000-4000-8000-000000000001";
        let told = read_json(&json!({
            "type": "form_start", "variantId": "city_eindhoven", "eventId": id,
            "keyword": 7, "payload": "none of our business", "context": [{"deep": true}],
        }));
        let told = told.expect("whole");
        assert_eq!((told.kind, told.variant.as_str()), (PageEventKind::FormStart, "city_eindhoven"));
        assert_eq!(told.id.map(|id| id.to_string()), Some(id.to_owned()));
        let told = read_json(&json!({"type": "impression", "variantId": "default_master", "eventId": null}));
        assert_eq!(told.expect("whole").id, None);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        use FaultCode::{Missing, NotId, NotText, Unknown};
        for (form, faults) in [
            (json!({}), vec![("type", Missing), ("variantId", Missing)]),
            (json!({"type": "", "variantId": null, "eventId": ""}), vec![("type", Missing), ("variantId", Missing)]),
            (
                json!({"type": "Impression", "variantId": "city_Eindhoven", "eventId": "7"}),
                vec![("type", Unknown), ("variantId", Unknown), ("eventId", NotId)],
            ),
            (
                json!({"type": 7, "variantId": ["default_master"], "eventId": {}}),
                vec![("type", NotText), ("variantId", NotText), ("eventId", NotText)],
            ),
            (json!({"type": "impression", "variantId": "default_master", "eventId": "no"}), vec![("eventId", NotId)]),
        ] {
            assert_eq!(read_json(&form).expect_err("wrong"), faults, "{form}");
        }
    }

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for kind in PageEventKind::ALL {
            assert_eq!(PageEventKind::parse(kind.word()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("a word"), kind.word(), "stores read it back");
        }
    }
}
