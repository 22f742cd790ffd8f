//! One page of the form.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::bookings::{BookingForm, LooseTime};
use crate::contacts::{EmailAddress, PersonName};
use crate::leads::{EventType, Fault, FaultCode, Faults, Loose, Scales, field, line_fault, name_fault, noted};

/// One page of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WizardStep {
    /// What for, and when: `eventType` and `eventDate`.
    EventDetails,
    /// Which package: `packageId`.
    PackageSelection,
    /// Who: `name`, `email` and `phone`.
    ContactDetails,
    /// That all of it is right: `confirmation` is true.
    Review,
}

/// Why a page is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStep {
    /// These fields are wrong.
    #[error(transparent)]
    Invalid(#[from] Faults),
    /// Two spellings of one field stand in it at once.
    #[error("a field comes under two of its names")]
    Unreadable,
}

impl WizardStep {
    /// The page of that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "event-details" => Some(Self::EventDetails),
            "package-selection" => Some(Self::PackageSelection),
            "contact-details" => Some(Self::ContactDetails),
            "review" => Some(Self::Review),
            _ => None,
        }
    }

    /// Looks whether `payload` says all that the page asks, or tells everything that is wrong with it.
    pub fn check(
        self,
        payload: &Map<String, Value>,
        scales: Scales<'_>,
        is_package: impl Fn(&str) -> bool,
    ) -> Result<(), BadStep> {
        let form = BookingForm::deserialize(Value::Object(payload.clone())).map_err(|_| BadStep::Unreadable)?;
        let mut faults = Vec::new();
        match self {
            Self::EventDetails => event_details(&form, &mut faults),
            Self::PackageSelection => {
                let package =
                    form.package(is_package).and_then(|package| package.map(Some).ok_or(missing("packageId")));
                noted(&mut faults, package);
            }
            Self::ContactDetails => contact_details(&form, scales, &mut faults),
            Self::Review if payload.get("confirmation") == Some(&Value::Bool(true)) => {}
            Self::Review => faults.push(Fault { field: "confirmation", code: FaultCode::NotConfirmed }),
        }
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults).into()) }
    }
}

const fn missing(field: &'static str) -> Fault {
    Fault { field, code: FaultCode::Missing }
}

fn event_details(form: &BookingForm, faults: &mut Vec<Fault>) {
    field(faults, "eventType", &form.event_type, true, |text| {
        EventType::parse(text).map_err(|fault| line_fault(fault.0))
    });
    let absent = Loose::Absent;
    let day = match &form.event_date {
        LooseTime::Day(day) => day,
        LooseTime::Absent => &absent,
        LooseTime::Range { .. } => &Loose::NotText,
    };
    // Exactly so: what a page of the form hands to the next is data, and no longer what somebody typed.
    field(faults, "eventDate", day, true, |text| {
        let day = if text.len() == 10 { text.parse::<jiff::civil::Date>().ok() } else { None };
        day.ok_or(FaultCode::NotDate)
    });
}

fn contact_details(form: &BookingForm, scales: Scales<'_>, faults: &mut Vec<Fault>) {
    field(faults, "name", &form.name, true, |text| PersonName::parse(text).map_err(name_fault));
    field(faults, "email", &form.email, true, |text| EmailAddress::parse(text).map_err(|_| FaultCode::NotEmail));
    field(faults, "phone", &form.phone, true, |text| scales.phones.normalize(text).map_err(|_| FaultCode::NotPhone));
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;
    use crate::contacts::AsDialled;
    use crate::messages::Language;

    fn faults(step: &str, payload: &Value) -> Vec<(&'static str, FaultCode)> {
        let scales = Scales { phones: &AsDialled, zone: &TimeZone::UTC, language: Language::Nl };
        let step = WizardStep::parse(step).expect("a page");
        let payload = payload.as_object().expect("an object");
        match step.check(payload, scales, |package| package == "silver") {
            Ok(()) => Vec::new(),
            Err(BadStep::Invalid(faults)) => faults.0.into_iter().map(|fault| (fault.field, fault.code)).collect(),
            Err(BadStep::Unreadable) => panic!("it can be read"),
        }
    }

    #[test]
    fn each_page_asks_what_it_asks_and_nothing_else() {
        let right = [
            ("event-details", json!({"eventType": "Bruiloft", "eventDate": "2027-06-19", "colour": "blue"})),
            ("package-selection", json!({"packageId": "silver"})),
            ("contact-details", json!({"name": "Jan", "email": "jan@example.com", "phone": "0612345678"})),
            ("review", json!({"confirmation": true})),
        ];
        for (step, payload) in right {
            assert_eq!(faults(step, &payload), [], "{step}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        use FaultCode::{Missing, NotConfirmed, NotDate, NotEmail, NotPhone, NotText, Unknown};
        let wrong = [
            ("event-details", json!({}), vec![("eventType", Missing), ("eventDate", Missing)]),
            ("event-details", json!({"eventType": "x", "eventDate": "19-06-2027"}), vec![("eventDate", NotDate)]),
            ("event-details", json!({"eventType": "x", "eventDate": "2027-02-30"}), vec![("eventDate", NotDate)]),
            ("package-selection", json!({"packageId": "tin"}), vec![("packageId", Unknown)]),
            ("package-selection", json!({"packageId": " "}), vec![("packageId", Missing)]),
            (
                "contact-details",
                json!({"name": 7, "email": "x", "phone": "y"}),
                vec![("name", NotText), ("email", NotEmail), ("phone", NotPhone)],
            ),
            ("review", json!({"confirmation": "true"}), vec![("confirmation", NotConfirmed)]),
            ("review", json!({}), vec![("confirmation", NotConfirmed)]),
        ];
        for (step, payload, expected) in wrong {
            assert_eq!(faults(step, &payload), expected, "{step} {payload}");
        }
        assert_eq!(WizardStep::parse("payment"), None);
    }
}
