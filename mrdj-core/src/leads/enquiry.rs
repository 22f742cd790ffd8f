//! The form once it is parsed: values that prove they were looked at.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::form::{EnquiryForm, Fault, FaultCode, Faults, Loose};
use super::{EventType, LeadKind, parse_event_date};
use crate::contacts::{ContactKey, EmailAddress, InvalidName, PersonName, Phone, PhoneNormalizer};
use crate::messages::Language;
use crate::text::{Line, LineFault, passage};

/// What was asked, by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enquiry {
    /// Who asks.
    pub name: PersonName,
    /// Their mailbox.
    pub email: Option<EmailAddress>,
    /// Their phone.
    pub phone: Option<Phone>,
    /// What for.
    pub event_type: Option<EventType>,
    /// Which civil day, the same in every zone.
    pub event_date: Option<Date>,
    /// Which package, at most 100 characters.
    pub package: Option<String>,
    /// What they wrote, at most 2,000 characters.
    pub message: Option<String>,
    /// The language to answer in.
    pub language: Language,
}

/// What a form is measured with.
#[derive(Clone, Copy)]
pub struct Scales<'a> {
    /// Knows the numbering plans.
    pub phones: &'a dyn PhoneNormalizer,
    /// The business's civil time.
    pub zone: &'a TimeZone,
    /// The language to answer in when the form names none.
    pub language: Language,
}

impl Enquiry {
    /// The longest message, in characters.
    pub const MAX_MESSAGE_CHARS: usize = 2_000;
    /// The longest name of a package, in characters.
    pub const MAX_PACKAGE_CHARS: usize = 100;

    /// Parses `form`, or tells everything that is wrong with it.
    pub fn parse(form: &EnquiryForm, kind: LeadKind, scales: Scales<'_>) -> Result<Self, Faults> {
        let contact = kind == LeadKind::Contact;
        let mut faults = Vec::new();
        let name = field(&mut faults, "name", &form.name, true, |text| PersonName::parse(text).map_err(name_fault));
        let email = field(&mut faults, "email", &form.email, contact, |text| {
            EmailAddress::parse(text).map_err(|_| FaultCode::NotEmail)
        });
        let phone = field(&mut faults, "phone", &form.phone, true, |text| {
            scales.phones.normalize(text).map_err(|_| FaultCode::NotPhone)
        });
        let event_type = field(&mut faults, "eventType", &form.event_type, contact, |text| {
            EventType::parse(text).map_err(|fault| line_fault(fault.0))
        });
        let event_date = field(&mut faults, "eventDate", &form.event_date, false, |text| {
            parse_event_date(text, scales.zone).map_err(|_| FaultCode::NotDate)
        });
        let message = field(&mut faults, "message", &form.message, false, |text| {
            passage(text, Self::MAX_MESSAGE_CHARS).map_err(line_fault)
        });
        let package = field(&mut faults, "packageId", &form.package_id, false, |text| {
            Line::parse(text, Self::MAX_PACKAGE_CHARS).map_err(line_fault)
        });
        match (name, faults.is_empty()) {
            (Some(name), true) => Ok(Self {
                name,
                email,
                phone,
                event_type,
                event_date,
                package,
                message: message.filter(|text| !text.is_empty()),
                language: form.language.filled().map_or(scales.language, Language::prefer),
            }),
            _ => Err(Faults(faults)),
        }
    }

    /// What finds the person again; every parsed form names a mailbox or a phone.
    pub fn contact_key(&self) -> Option<ContactKey> {
        ContactKey::of(self.email.as_ref(), self.phone.as_ref())
    }
}

/// Parses one field; what is wrong with it joins the `faults`.
pub(crate) fn field<T>(
    faults: &mut Vec<Fault>,
    field: &'static str,
    value: &Loose,
    required: bool,
    parse: impl FnOnce(&str) -> Result<T, FaultCode>,
) -> Option<T> {
    noted(faults, read(field, value, required, parse))
}

/// What was read; what is wrong with it joins the `faults`.
pub(crate) fn noted<T>(faults: &mut Vec<Fault>, read: Result<Option<T>, Fault>) -> Option<T> {
    read.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    })
}

/// Parses one field that has to say something.
pub(crate) fn required<'t, T>(
    field: &'static str,
    value: &'t Loose,
    parse: impl FnOnce(&'t str) -> Result<T, FaultCode>,
) -> Result<T, Fault> {
    read(field, value, true, parse)?.ok_or(Fault { field, code: FaultCode::Missing })
}

/// Parses one field; white space alone is nothing.
pub(crate) fn read<'t, T>(
    field: &'static str,
    value: &'t Loose,
    required: bool,
    parse: impl FnOnce(&'t str) -> Result<T, FaultCode>,
) -> Result<Option<T>, Fault> {
    let read = match (value, value.filled()) {
        (_, Some(text)) => parse(text).map(Some),
        (Loose::NotText, _) => Err(FaultCode::NotText),
        _ if required => Err(FaultCode::Missing),
        _ => Ok(None),
    };
    read.map_err(|code| Fault { field, code })
}

/// What is wrong with a field that should be one line.
pub(crate) fn line_fault(fault: LineFault) -> FaultCode {
    match fault {
        LineFault::Empty => FaultCode::Missing,
        LineFault::TooLong { max } => FaultCode::TooLong(max),
        LineFault::Unprintable => FaultCode::Unprintable,
    }
}

/// What is wrong with a field that should be a name.
pub(crate) fn name_fault(fault: InvalidName) -> FaultCode {
    match fault {
        InvalidName::Line(fault) => line_fault(fault),
        InvalidName::Formula => FaultCode::Formula,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::contacts::AsDialled;

    fn parse(kind: LeadKind, json: &str) -> Result<Enquiry, Faults> {
        let form = serde_json::from_str(json).expect("a form");
        Enquiry::parse(&form, kind, Scales { phones: &AsDialled, zone: &TimeZone::UTC, language: Language::Nl })
    }

    fn faults(json: &str) -> Vec<(&'static str, FaultCode)> {
        let faults = parse(LeadKind::Contact, json).expect_err("a faulty form").0;
        faults.into_iter().map(|fault| (fault.field, fault.code)).collect()
    }

    #[test]
    fn all_faults_come_back_at_once() {
        let expected = [
            ("name", FaultCode::Missing),
            ("email", FaultCode::NotEmail),
            ("phone", FaultCode::NotPhone),
            ("eventType", FaultCode::NotText),
            ("eventDate", FaultCode::NotDate),
            ("message", FaultCode::NotText),
            ("packageId", FaultCode::TooLong(100)),
        ];
        let package = "p".repeat(101);
        let form = format!(
            r#"{{"name":" ","email":"jan","phone":"bel mij","eventType":["x"],"eventDate":"2025-02-31","message":7,
            "packageId":"{package}"}}"#
        );
        assert_eq!(faults(&form), expected);
    }

    #[test]
    fn null_and_nothing_are_the_same() {
        let enquiry = r#"{"name":"Jan","email":"jan@example.com","phone":"0612345678","eventType":"Feest""#;
        let with = parse(LeadKind::Contact, &format!(r#"{enquiry},"message":null,"eventDate":"","packageId":" "}}"#));
        assert_eq!(with, parse(LeadKind::Contact, &format!("{enquiry}}}")));
        assert_eq!(with.map(|enquiry| (enquiry.message, enquiry.event_date)), Ok((None, None)));
    }

    #[test]
    fn a_call_back_needs_a_name_and_a_phone_alone() {
        let enquiry = parse(LeadKind::CallBack, r#"{"name":"Jan","phone":"0612345678"}"#).expect("an enquiry");
        assert_eq!(enquiry.contact_key().map(|key| key.as_str().to_owned()).as_deref(), Some("tel:0612345678"));
        let faults = parse(LeadKind::CallBack, "{}").expect_err("a faulty form").0;
        assert_eq!(faults.iter().map(|fault| fault.field).collect::<Vec<_>>(), ["name", "phone"]);
    }

    #[test]
    fn the_longest_texts_fit_and_one_more_does_not() {
        let form = |name: usize, message: usize| {
            let (name, message) = ("é".repeat(name), "m".repeat(message));
            format!(
                r#"{{"name":"{name}","email":"jan@example.com","phone":"0612345678","eventType":"Feest",
                "message":"{message}"}}"#
            )
        };
        assert!(parse(LeadKind::Contact, &form(200, 2_000)).is_ok());
        assert_eq!(faults(&form(201, 2_000)), [("name", FaultCode::TooLong(200))]);
        assert_eq!(faults(&form(200, 2_001)), [("message", FaultCode::TooLong(2_000))]);
    }

    #[test]
    fn what_nobody_types_is_refused_in_a_line_and_cleaned_out_of_a_message() {
        let form = |name: &str, message: &str| {
            format!(
                r#"{{"name":"{name}","email":"jan@example.com","phone":"0612345678","eventType":"Feest",
                "eventDate":"2027-06-19","message":"{message}"}}"#
            )
        };
        for name in ["Jan\\u0000", "Jan\\r\\nBcc: x", "\\u202Enaj"] {
            assert_eq!(faults(&form(name, "hoi")), [("name", FaultCode::Unprintable)], "{name}");
        }
        assert_eq!(faults(&form("=HYPERLINK(1)", "hoi")), [("name", FaultCode::Formula)]);
        let enquiry =
            parse(LeadKind::Contact, &form("Jan", "een\\u0000 \\u202Etwee\\r\\ndrie\\u0007")).expect("an enquiry");
        assert_eq!(enquiry.message.as_deref(), Some("een twee\ndrie"));
        assert_eq!(enquiry.event_date, Some(date(2027, 6, 19)));
    }

    #[test]
    fn the_form_s_language_wins_over_the_browser_s() {
        let form = r#"{"name":"Jan","phone":"0612345678","language":"en"}"#;
        assert_eq!(parse(LeadKind::CallBack, form).map(|enquiry| enquiry.language), Ok(Language::En));
    }
}
