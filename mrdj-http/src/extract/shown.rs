//! What a page says that it showed.

use serde_json::{Map, Value};

/// The field of a form that says it.
const FIELD: &str = "shown";
/// So many variations a page shows.
const MOST: usize = 20;

/// What a page says that it showed to the sender of a form: experiments with the key of a variation.
///
/// A page without script writes `hero=face, button=control` into a hidden field; one with script may send an object. Whatever
/// else it is says nothing: no form is refused for it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SaidShown(Vec<(String, String)>);

impl SaidShown {
    /// What the field of a form says.
    pub(super) fn of(form: &Map<String, Value>) -> Self {
        let pairs = match form.get(FIELD) {
            Some(Value::String(text)) => text.split(',').filter_map(|pair| pair.split_once('=')).map(owned).collect(),
            Some(Value::Object(fields)) => {
                fields.iter().filter_map(|(key, value)| Some(owned((key, value.as_str()?)))).collect()
            }
            _ => Vec::new(),
        };
        Self(pairs.into_iter().take(MOST).collect())
    }

    /// Whether it says nothing.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each experiment with its variation.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(experiment, variation)| (experiment.as_str(), variation.as_str()))
    }
}

fn owned((experiment, variation): (impl AsRef<str>, &str)) -> (String, String) {
    (experiment.as_ref().trim().to_owned(), variation.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(shown: &Value) -> Vec<(String, String)> {
        let Value::Object(form) = json!({ "name": "Jan", "shown": shown }) else { panic!("a form") };
        SaidShown::of(&form).0
    }

    #[test]
    fn a_text_and_an_object_say_the_same() {
        let expected = [("button", "control"), ("hero", "face")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(said(&json!("button=control, hero = face,")), expected);
        assert_eq!(said(&json!({ "button": "control", "hero": "face", "odd": 7 })), expected);
    }

    #[test]
    fn anything_else_says_nothing_and_not_endlessly_much() {
        for odd in [json!(null), json!(7), json!(["hero"]), json!("hero"), json!({ "hero": { "face": true } })] {
            assert_eq!(said(&odd), [], "{odd}");
        }
        assert_eq!(said(&json!("a=b,".repeat(1_000))).len(), MOST);
    }
}
