//! RentGuy's words.

use std::borrow::Cow;

use jiff::civil::Date;
use mrdj_core::partners::Card;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// The longest reference it stores.
pub(super) const MAX_LEAD_ID_CHARS: usize = 120;

/// A card as it takes it. It checks no length before its database does, and then fails as if that were away.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewLead<'a> {
    /// Our reference; the number that it answers under the same name is its own.
    lead_id: &'a str,
    source: Cow<'a, str>,
    status: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_type: Option<Cow<'a, str>>,
    /// The civil day alone, `2026-11-21`: a moment would make it another day in another zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    package_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'a, str>>,
    /// That the enquiry is safe with us.
    persisted: bool,
    contact: Contact<'a>,
}

/// The person. A name of null is an error there, so the name is always sent.
#[derive(Debug, Serialize)]
struct Contact<'a> {
    name: Cow<'a, str>,
    email: Option<Cow<'a, str>>,
    phone: Option<Cow<'a, str>>,
}

impl<'a> From<&'a Card> for NewLead<'a> {
    fn from(card: &'a Card) -> Self {
        Self {
            lead_id: &card.reference,
            source: fit(&card.source, 120),
            status: fit(&card.status, 50),
            event_type: Some(fit(&card.event_type, 100)).filter(|text| !text.is_empty()),
            event_date: card.event_date,
            package_id: card.package.as_deref().map(|text| fit(text, usize::MAX)),
            message: card.message.as_deref().map(|text| fit(text, usize::MAX)),
            persisted: true,
            contact: Contact {
                name: fit(card.name.as_str(), 200),
                email: card.email.as_ref().map(|email| fit(email.as_str(), 255)),
                phone: card.phone.as_ref().map(|phone| fit(phone.as_str(), 50)),
            },
        }
    }
}

/// What its database can hold of `text`: no NUL, and at most `max` characters.
pub(super) fn fit(text: &str, max: usize) -> Cow<'_, str> {
    let text = if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) };
    match (text.char_indices().nth(max).map(|(end, _)| end), text) {
        (None, text) => text,
        (Some(end), Cow::Borrowed(text)) => Cow::Borrowed(&text[..end]),
        (Some(end), Cow::Owned(mut text)) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    }
}

/// What it answers to a card: the first form is RentGuy's, `delivered` that of its mock.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    #[serde(default)]
    success: bool,
    lead_id: Option<Number>,
    external_id: Option<String>,
    #[serde(default)]
    delivered: bool,
}

impl Receipt {
    /// Its own id for the card `reference`, or `None` when the answer does not confirm that card.
    pub(super) fn confirms(self, reference: &str) -> Option<Option<String>> {
        match self.external_id {
            Some(external) if self.success && external == reference => Some(self.lead_id.map(|id| id.to_string())),
            None if self.delivered => Some(None),
            _ => None,
        }
    }
}

/// What it says when it refuses: `error` of its mock, `detail` of RentGuy.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    error: Value,
    #[serde(default)]
    detail: Value,
}

impl Refusal {
    /// Reads `body`, of which nothing is certain.
    pub(super) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// The mock's word for it.
    pub(super) fn word(&self) -> Option<&str> {
        self.error.as_str().filter(|word| is_code(word))
    }

    /// What stands in the way of a project on its days.
    pub(super) fn conflict(&self) -> Option<&str> {
        self.detail["error"].as_str().filter(|word| is_code(word))
    }

    /// What is wrong with which field, without the values, which it repeats.
    pub(super) fn faults(&self) -> Vec<FieldFault> {
        let faults = self.detail.as_array().map(Vec::as_slice).unwrap_or_default();
        faults.iter().take(8).map(FieldFault::read).collect()
    }
}

/// One fault of one field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FieldFault {
    place: Vec<String>,
    kind: String,
}

impl FieldFault {
    fn read(fault: &Value) -> Self {
        let place = fault["loc"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self { place: place.iter().map(code).collect(), kind: code(&fault["type"]) }
    }

    /// Whether it is about a header and so about a setting.
    pub(super) fn is_in_header(&self) -> bool {
        self.place.first().is_some_and(|part| part == "header")
    }
}

impl std::fmt::Display for FieldFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.place.join("."), self.kind)
    }
}

/// The text of a code, or `?` where something else stands: it may be what a visitor wrote.
fn code(value: &Value) -> String {
    match value {
        Value::String(text) if is_code(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => "?".to_owned(),
    }
}

fn is_code(text: &str) -> bool {
    let sound = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    sound && (1..=40).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use mrdj_core::contacts::{EmailAddress, PersonName, Phone};
    use serde_json::json;

    use super::*;

    fn card() -> Card {
        Card {
            reference: "web-20261121-0abc".to_owned(),
            source: "website".to_owned(),
            status: "new".to_owned(),
            name: PersonName::parse("Jan en Marie Jansen").expect("a name"),
            email: EmailAddress::parse("jan@example.com").ok(),
            phone: Some(Phone::known("+31612345678".to_owned())),
            event_type: "bruiloft".to_owned(),
            event_date: Some(jiff::civil::date(2027, 8, 15)),
            package: Some("gold".to_owned()),
            message: Some("Tot dan".to_owned()),
        }
    }

    #[test]
    fn a_card_is_written_in_their_words() {
        let written = serde_json::to_value(NewLead::from(&card())).expect("JSON");
        let expected = json!({
            "leadId": "web-20261121-0abc", "source": "website", "status": "new", "eventType": "bruiloft",
            "eventDate": "2027-08-15", "packageId": "gold", "message": "Tot dan", "persisted": true,
            "contact": { "name": "Jan en Marie Jansen", "email": "jan@example.com", "phone": "+31612345678" },
        });
        assert_eq!(written, expected);
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let card = Card { event_type: String::new(), event_date: None, package: None, message: None, ..card() };
        let written = serde_json::to_value(NewLead::from(&card)).expect("JSON");
        for field in ["eventType", "eventDate", "packageId", "message"] {
            assert_eq!(written.get(field), None, "{field}");
        }
    }

    #[test]
    fn texts_are_cut_by_characters() {
        assert_eq!(fit("éééé", 3), "ééé");
        assert_eq!(fit("ééé", 3), "ééé");
        assert_eq!(fit("a\0b\0cd", 3), "abc");
        assert_eq!(fit("\0", 3), "");
    }

    #[test]
    fn every_field_fits_their_columns() {
        let long = "é".repeat(300);
        let card = Card {
            source: long.clone(),
            status: long.clone(),
            event_type: long.clone(),
            phone: Some(Phone::unknown(long)),
            ..card()
        };
        let written = serde_json::to_value(NewLead::from(&card)).expect("JSON");
        let chars = |text: &Value| text.as_str().map(|text| text.chars().count());
        let seen = ["source", "status", "eventType"].map(|field| chars(&written[field]));
        assert_eq!(seen, [Some(120), Some(50), Some(100)]);
        assert_eq!(chars(&written["contact"]["phone"]), Some(50));
    }

    #[test]
    fn a_receipt_confirms_one_card() {
        let confirms = |body: Value| serde_json::from_value::<Receipt>(body).expect("a receipt").confirms("web-1");
        let id = Some(Some("7".to_owned()));
        assert_eq!(confirms(json!({ "success": true, "leadId": 7, "externalId": "web-1" })), id);
        assert_eq!(confirms(json!({ "delivered": true })), Some(None));
        assert_eq!(confirms(json!({ "success": true, "leadId": 7, "externalId": "web-2" })), None);
        assert_eq!(confirms(json!({ "success": false, "leadId": 7, "externalId": "web-1" })), None);
        assert_eq!(confirms(json!({})), None);
    }

    #[test]
    fn a_refusal_is_read_without_what_the_visitor_wrote() {
        let body = json!({ "detail": [
            { "type": "string_type", "loc": ["body", "contact", "jan@example.com"], "input": "Jan Jansen" },
            { "type": "not a code: Jan", "loc": "body" },
        ] });
        let faults = Refusal::read(body.to_string().as_bytes()).faults();
        assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), ["body.contact.? string_type", " ?"]);
    }
}
