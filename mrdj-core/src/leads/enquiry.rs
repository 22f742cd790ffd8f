//! The form once it is parsed: values that prove they were looked at.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::form::{EnquiryForm, Fault, FaultCode, Faults, Loose};
use super::{EventType, LeadKind, parse_event_date};
use crate::contacts::{ContactKey, EmailAddress, InvalidName, PersonName, Phone, PhoneNormalizer};
use crate::messages::Language;
use crate::text::{Line, LineFault, clean};

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
        let message = field(&mut faults, "message", &form.message, false, parse_message);
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

fn field<T>(
    faults: &mut Vec<Fault>,
    field: &'static str,
    value: &Loose,
    required: bool,
    parse: impl FnOnce(&str) -> Result<T, FaultCode>,
) -> Option<T> {
    let result = match (value, value.filled()) {
        (_, Some(text)) => parse(text).map(Some),
        (Loose::NotText, _) => Err(FaultCode::NotText),
        _ if required => Err(FaultCode::Missing),
        _ => Ok(None),
    };
    result.unwrap_or_else(|code| {
        faults.push(Fault { field, code });
        None
    })
}

fn parse_message(text: &str) -> Result<String, FaultCode> {
    let message = clean(text);
    if message.chars().count() > Enquiry::MAX_MESSAGE_CHARS {
        return Err(FaultCode::TooLong(Enquiry::MAX_MESSAGE_CHARS));
    }
    Ok(message)
}

fn line_fault(fault: LineFault) -> FaultCode {
    match fault {
        LineFault::Empty => FaultCode::Missing,
        LineFault::TooLong { max } => FaultCode::TooLong(max),
        LineFault::Unprintable => FaultCode::Unprintable,
    }
}

fn name_fault(fault: InvalidName) -> FaultCode {
    match fault {
        InvalidName::Line(fault) => line_fault(fault),
        InvalidName::Formula => FaultCode::Formula,
    }
}
