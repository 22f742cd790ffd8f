//! The form as a stranger sends it, and everything that is wrong with it.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::messages::Language;

/// One field as it was sent: text, nothing, or something that is no text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Loose {
    /// Not there, or null.
    #[default]
    Absent,
    /// Text.
    Text(String),
    /// A number, a truth value, a list or an object.
    NotText,
}

impl Loose {
    /// The text, when there is any but white space.
    pub(crate) fn filled(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }
}

impl From<&str> for Loose {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Loose, E> {
        Ok(Loose::Text(text))
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Absent)
    }

    fn visit_none<E>(self) -> Result<Loose, E> {
        Ok(Loose::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Loose, D::Error> {
        Loose::deserialize(deserializer)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Loose, E> {
        Ok(Loose::NotText)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Loose, E> {
        Ok(Loose::NotText)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Loose, E> {
        Ok(Loose::NotText)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Loose, E> {
        Ok(Loose::NotText)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::NotText)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::NotText)
    }
}

/// A contact form, field by field as it was sent; unknown fields are nobody's business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnquiryForm {
    /// Who asks; required.
    pub name: Loose,
    /// Their mailbox; required on the contact form.
    pub email: Loose,
    /// Their phone; required.
    pub phone: Loose,
    /// What for; required on the contact form.
    pub event_type: Loose,
    /// Which day.
    pub event_date: Loose,
    /// What they write, at most 2,000 characters.
    pub message: Loose,
    /// Which package, at most 100 characters.
    pub package_id: Loose,
    /// The language to answer in: `nl` or `en`.
    pub language: Loose,
    /// A field that people do not see; whoever fills it in is none.
    pub website: Loose,
    /// Cloudflare's token that a person is there.
    #[serde(rename = "cf-turnstile-response")]
    pub turnstile: Loose,
    /// hCaptcha's token that a person is there.
    #[serde(rename = "hCaptchaToken", alias = "h-captcha-response")]
    pub hcaptcha: Loose,
}

impl EnquiryForm {
    /// The token of the human check, if any came.
    pub fn human_token(&self) -> Option<&str> {
        self.hcaptcha.filled().or_else(|| self.turnstile.filled())
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// Nothing was given.
    Missing,
    /// It is no text.
    NotText,
    /// It is longer than this many characters.
    TooLong(usize),
    /// It holds characters that nobody types.
    Unprintable,
    /// It begins like a formula of a spreadsheet.
    Formula,
    /// It is no mail address.
    NotEmail,
    /// It is no phone number.
    NotPhone,
    /// It is no date.
    NotDate,
    /// It is no time of day, or no time zone.
    NotTime,
    /// It is no moment with its offset from UTC.
    NotMoment,
    /// It lies in the past.
    InThePast,
    /// An event would end before it begins, or take longer than three days.
    NotHours,
    /// It names nothing that there is.
    Unknown,
    /// It is neither true nor false.
    NotTruth,
    /// It is not confirmed.
    NotConfirmed,
    /// It is no object.
    NotAnObject,
    /// It is no whole number from 0 to 65,535.
    NotNumber,
    /// It is no UUID.
    NotId,
}

/// One thing that is wrong with a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The field, as the form calls it.
    pub field: &'static str,
    /// What is wrong with it.
    pub code: FaultCode,
}

impl Fault {
    /// What is wrong, in words for the visitor.
    pub fn message(&self, language: Language) -> String {
        let (nl, en) = match self.code {
            FaultCode::Missing => ("Dit veld is verplicht", "This field is required"),
            FaultCode::NotText => ("Dit veld moet tekst zijn", "This field must be text"),
            FaultCode::TooLong(max) => {
                return match language {
                    Language::Nl => format!("Gebruik hoogstens {max} tekens"),
                    Language::En => format!("Use at most {max} characters"),
                };
            }
            FaultCode::Unprintable => {
                ("Dit veld bevat tekens die we niet kunnen bewaren", "This field contains characters we cannot keep")
            }
            FaultCode::Formula => ("Begin niet met =, +, - of @", "Do not begin with =, +, - or @"),
            FaultCode::NotEmail => ("Vul een geldig e-mailadres in", "Enter a valid e-mail address"),
            FaultCode::NotPhone => ("Vul een geldig telefoonnummer in", "Enter a valid phone number"),
            FaultCode::NotDate => {
                ("Vul een bestaande datum in, zoals 2026-06-20", "Enter an existing date, like 2026-06-20")
            }
            FaultCode::NotTime => ("Vul een tijd in, zoals 20:00", "Enter a time, like 20:00"),
            FaultCode::NotMoment => {
                ("Vul een moment in, zoals 2027-06-19T20:00:00+02:00", "Enter a moment, like 2027-06-19T20:00:00+02:00")
            }
            FaultCode::InThePast => ("Kies een dag in de toekomst", "Choose a day in the future"),
            FaultCode::NotHours => (
                "Een feest eindigt na het begin, en duurt hoogstens drie dagen",
                "An event ends after it begins, and takes three days at most",
            ),
            FaultCode::Unknown => ("Dit kennen we niet", "We do not know this"),
            FaultCode::NotTruth => ("Vul true of false in", "Enter true or false"),
            FaultCode::NotConfirmed => ("Bevestig dat alles klopt", "Confirm that everything is right"),
            FaultCode::NotAnObject => ("Dit moet een object zijn", "This must be an object"),
            FaultCode::NotNumber => ("Vul een heel getal in", "Enter a whole number"),
            FaultCode::NotId => ("Dit moet een UUID zijn", "This must be a UUID"),
        };
        match language {
            Language::Nl => nl.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// Everything that is wrong with a form, at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", in_words(.0.len()))]
pub struct Faults(pub Vec<Fault>);

fn in_words(faults: usize) -> String {
    match faults {
        1 => "one field of the form is wrong".to_owned(),
        many => format!("{many} fields of the form are wrong"),
    }
}
