//! Lists that a value may be in.

use std::cmp::Ordering;

use super::super::Value;

/// The members of a list, sorted by what they are; lists and objects are in no list, as none is another.
#[derive(Debug, Default)]
pub(in super::super) struct Members {
    texts: Box<[Box<str>]>,
    numbers: Box<[f64]>,
    truths: [bool; 2],
    null: bool,
}

impl Members {
    pub(super) fn new(list: &[Value]) -> Self {
        Self::of(list, |text| text.into())
    }

    /// The same in lower case, for [`Members::hold_folded`].
    pub(super) fn folded(list: &[Value]) -> Self {
        Self::of(list, |text| text.to_lowercase().into())
    }

    fn of(list: &[Value], write: impl Fn(&str) -> Box<str>) -> Self {
        let mut texts: Vec<_> = list.iter().filter_map(Value::as_text).map(write).collect();
        texts.sort_unstable();
        texts.dedup();
        let number = |value: &Value| if let Value::Number(number) = value { Some(*number) } else { None };
        let mut numbers: Vec<_> = list.iter().filter_map(number).collect();
        numbers.sort_unstable_by(f64::total_cmp);
        let truths = [false, true].map(|truth| list.contains(&Value::Bool(truth)));
        Self { texts: texts.into(), numbers: numbers.into(), truths, null: list.contains(&Value::Null) }
    }

    /// Whether `value` is a member; of a list, whether one of its elements is.
    pub(super) fn hold(&self, value: &Value) -> bool {
        self.hold_by(value, |text| self.texts.binary_search_by(|known| (**known).cmp(text)).is_ok())
    }

    /// The same whatever the case of letters.
    pub(super) fn hold_folded(&self, value: &Value) -> bool {
        self.hold_by(value, |text| self.texts.binary_search_by(|known| compare_folded(text, known).reverse()).is_ok())
    }

    fn hold_by(&self, value: &Value, text_is_in: impl Fn(&str) -> bool) -> bool {
        let is_in = |value: &Value| match value {
            Value::Null => self.null,
            Value::Bool(truth) => self.truths[usize::from(*truth)],
            // Zero has two signs and is one number.
            Value::Number(number) => {
                let order = |known: &f64| known.partial_cmp(number).unwrap_or(Ordering::Less);
                self.numbers.binary_search_by(order).is_ok()
            }
            Value::Text(text) => text_is_in(text),
            Value::List(_) | Value::Object(_) => false,
        };
        match value {
            Value::List(items) => items.iter().any(is_in),
            _ => is_in(value),
        }
    }
}

/// How `text` in lower case compares with `lower`, which is.
pub(super) fn compare_folded(text: &str, lower: &str) -> Ordering {
    // The one letter whose lower case depends on its place in the word.
    if text.contains('Σ') {
        return text.to_lowercase().as_str().cmp(lower);
    }
    text.chars().flat_map(char::to_lowercase).cmp(lower.chars())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(json: &str) -> Vec<Value> {
        serde_json::from_str(json).expect("a list")
    }

    #[test]
    fn a_member_is_of_the_same_kind() {
        let members = Members::new(&list(r#"["b", "a", 2, -0.0, 10, true, null, [1], {}]"#));
        let held = ["a", "b", "c", "2", ""].map(|text| members.hold(&text.into()));
        assert_eq!(held, [true, true, false, false, false]);
        let held = [0.0, 2.0, 10.0, 1.0, f64::NAN].map(|number| members.hold(&number.into()));
        assert_eq!(held, [true, true, true, false, false]);
        assert_eq!([true, false].map(|truth| members.hold(&truth.into())), [true, false]);
        assert!(members.hold(&Value::Null) && !members.hold(&Value::Object(Vec::new())));
    }

    #[test]
    fn of_a_list_one_element_is_enough() {
        let members = Members::new(&list(r#"["a", 1]"#));
        assert!(members.hold(&Value::List(list(r#"["z", "a"]"#))));
        assert!(!members.hold(&Value::List(list(r#"["z", [1]]"#))));
        assert!(!members.hold(&Value::List(Vec::new())));
    }

    proptest! {
        #[test]
        fn letters_are_folded_as_text_is(text in "[a-zA-ZÀ-ſΑ-ωİı ]{0,9}", other in "[a-zA-ZΑ-ω]{0,4}") {
            let lower = text.to_lowercase();
            prop_assert_eq!(compare_folded(&text, &lower), Ordering::Equal);
            prop_assert!(Members::folded(&[other.as_str().into(), text.as_str().into()]).hold_folded(&text.to_uppercase().to_lowercase().into())
                || text.to_uppercase().to_lowercase() != lower);
        }
    }
}
