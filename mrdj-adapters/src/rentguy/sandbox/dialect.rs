//! How RentGuy reads a body, and what it says about one it cannot read.

use serde_json::error::Category;
use serde_json::{Map, Value, json};

use super::book::Mailed;

/// A card as it reads one.
#[derive(Debug)]
pub(super) struct Lead {
    pub(super) lead_id: String,
    pub(super) source: String,
    pub(super) status: String,
    pub(super) event_type: Option<String>,
    pub(super) mailed: Mailed,
    pub(super) contact: Map<String, Value>,
}

/// Why it reads none.
#[derive(Debug)]
pub(super) enum Unread {
    /// The bytes are no text.
    NotText,
    /// The text holds half a character, which is read and then cannot be stored.
    HalfACharacter,
    /// These faults, in its words.
    Faults(Vec<Value>),
}

/// Reads `body` as a card, as [`object`] reads it.
pub(super) fn read(body: &[u8], is_json: bool) -> Result<Lead, Unread> {
    lead(object(body, is_json)?)
}

/// Reads `body`, which it takes for JSON only when `is_json` says so.
pub(super) fn object(body: &[u8], is_json: bool) -> Result<Map<String, Value>, Unread> {
    if body.is_empty() {
        return Err(one(fault("missing", &["body"], "Field required", &Value::Null)));
    }
    let text = std::str::from_utf8(body).map_err(|_| Unread::NotText)?;
    let value = if is_json { serde_json::from_str(text).map_err(|e| unparsed(&e, text))? } else { json!(text) };
    match value {
        Value::Object(fields) => Ok(fields),
        Value::Null => Err(one(fault("missing", &["body"], "Field required", &Value::Null))),
        other => {
            let message = "Input should be a valid dictionary or object to extract fields from";
            Err(one(fault("model_attributes_type", &["body"], message, &other)))
        }
    }
}

fn unparsed(error: &serde_json::Error, text: &str) -> Unread {
    // The real one's parser takes lone surrogates, and its database does not.
    if error.to_string().contains("surrogate") || error.to_string().contains("hex escape") {
        return Unread::HalfACharacter;
    }
    let at = match error.classify() {
        Category::Eof => text.chars().count(),
        _ => error.column().saturating_sub(1),
    };
    one(json!({
        "type": "json_invalid", "loc": ["body", at], "msg": "JSON decode error",
        "input": {}, "ctx": { "error": "Expecting value" },
    }))
}

fn lead(fields: Map<String, Value>) -> Result<Lead, Unread> {
    let mut form = Form::of(fields);
    let lead = Lead {
        lead_id: form.required_text("leadId"),
        source: form.required_text("source"),
        contact: form.contact(),
        status: form.text_or("status", "new"),
        event_type: form.optional_text("eventType"),
        mailed: Mailed {
            event_date: form.optional_text("eventDate"),
            package_id: form.optional_text("packageId"),
            message: form.optional_text("message"),
        },
    };
    form.truth("persisted");
    form.finish(lead)
}

/// Takes fields and gathers faults.
pub(super) struct Form {
    fields: Map<String, Value>,
    faults: Vec<Value>,
}

impl Form {
    pub(super) const fn of(fields: Map<String, Value>) -> Self {
        Self { fields, faults: Vec::new() }
    }

    /// `taken`, unless there are faults.
    pub(super) fn finish<T>(self, taken: T) -> Result<T, Unread> {
        if self.faults.is_empty() { Ok(taken) } else { Err(Unread::Faults(self.faults)) }
    }

    pub(super) fn required_text(&mut self, name: &str) -> String {
        if !self.fields.contains_key(name) {
            self.missing(name);
            return String::new();
        }
        self.text_or(name, "")
    }

    fn text_or(&mut self, name: &str, default: &str) -> String {
        match self.fields.get(name) {
            None => default.to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(_) => self.refuse(name, "string_type", "Input should be a valid string").unwrap_or_default(),
        }
    }

    pub(super) fn optional_text(&mut self, name: &str) -> Option<String> {
        match self.fields.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => self.refuse(name, "string_type", "Input should be a valid string"),
        }
    }

    /// What stands under `name`.
    pub(super) fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    fn contact(&mut self) -> Map<String, Value> {
        match self.fields.get("contact") {
            Some(Value::Object(contact)) => return contact.clone(),
            Some(_) => self.refuse::<()>("contact", "dict_type", "Input should be a valid dictionary"),
            None => {
                self.missing("contact");
                None
            }
        };
        Map::new()
    }

    /// Many words are a truth value there.
    fn truth(&mut self, name: &str) {
        const WORDS: [&str; 12] = ["true", "t", "yes", "y", "on", "1", "false", "f", "no", "n", "off", "0"];
        let unclear = "Input should be a valid boolean, unable to interpret input";
        let _refused: Option<()> = match self.fields.get(name) {
            None | Some(Value::Bool(_)) => None,
            Some(Value::String(word)) if WORDS.contains(&word.to_lowercase().as_str()) => None,
            Some(Value::Number(number)) if matches!(number.as_f64(), Some(0.0 | 1.0)) => None,
            Some(Value::String(_) | Value::Number(_)) => self.refuse(name, "bool_parsing", unclear),
            Some(_) => self.refuse(name, "bool_type", "Input should be a valid boolean"),
        };
    }

    pub(super) fn missing(&mut self, name: &str) {
        let whole = Value::Object(self.fields.clone());
        self.faults.push(fault("missing", &["body", name], "Field required", &whole));
    }

    pub(super) fn refuse<T>(&mut self, name: &str, kind: &str, message: &str) -> Option<T> {
        self.faults.push(fault(kind, &["body", name], message, &self.fields[name]));
        None
    }
}

fn fault(kind: &str, place: &[&str], message: &str, input: &Value) -> Value {
    json!({ "type": kind, "loc": place, "msg": message, "input": input })
}

fn one(fault: Value) -> Unread {
    Unread::Faults(vec![fault])
}
