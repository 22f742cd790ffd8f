//! Reads what a page tells, field by field, and gathers what is wrong with it.

use serde_json::{Map, Value};

use crate::problem::{Detail, Kind, Problem};

/// The fields that a page sent, and what is wrong with them so far.
pub(super) struct Reading<'b> {
    body: &'b Map<String, Value>,
    place: String,
    faults: Vec<Detail>,
}

impl<'b> Reading<'b> {
    pub(super) const fn of(body: &'b Map<String, Value>) -> Self {
        Self { body, place: String::new(), faults: Vec::new() }
    }

    /// The same for an object inside of this one; what is wrong there is handed back to [`Reading::with`].
    pub(super) const fn inside(body: &'b Map<String, Value>, place: String) -> Self {
        Self { body, place, faults: Vec::new() }
    }

    /// Takes over what is wrong inside.
    pub(super) fn with(&mut self, inner: Reading<'_>) {
        self.faults.extend(inner.faults);
    }

    /// Tells that a field is wrong.
    pub(super) fn fault(&mut self, field: &str, message: &str) {
        self.faults.push(Detail { field: format!("{}{field}", self.place), message: message.to_owned() });
    }

    /// Tells of fields that nobody knows: who mistypes one would else never hear of it.
    pub(super) fn only(&mut self, known: &[&str]) {
        let body = self.body;
        for field in body.keys().filter(|field| !known.contains(&field.as_str())) {
            // A name may be anything that somebody sent: it is told as far as it is short.
            let field: String = field.chars().take(40).collect();
            self.fault(&field, &format!("is not known here, as {} are", known.join(", ")));
        }
    }

    /// Reads a field that may be left out or null; `read` says nothing where it is not what `ought` says.
    pub(super) fn perhaps<T>(
        &mut self,
        field: &str,
        ought: &str,
        read: impl FnOnce(&'b Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.body.get(field).filter(|value| !value.is_null())?;
        let read = read(value);
        if read.is_none() {
            self.fault(field, &format!("has to be {ought}"));
        }
        read
    }

    /// Reads a field that has to be there.
    pub(super) fn needed<T>(
        &mut self,
        field: &str,
        ought: &str,
        read: impl FnOnce(&'b Value) -> Option<T>,
    ) -> Option<T> {
        if self.body.get(field).is_none_or(Value::is_null) {
            self.fault(field, "is required");
        }
        self.perhaps(field, ought, read)
    }

    /// What was read, where nothing is wrong with it.
    pub(super) fn end<T>(self, read: Option<T>) -> Result<T, Problem> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(Problem::new(Kind::InvalidInput, "what was sent is wrong in the places that are named")
                .details(self.faults)),
        }
    }
}

/// A text of at most so many characters.
pub(super) fn text(most: usize) -> impl Fn(&Value) -> Option<&str> {
    move |value| value.as_str().filter(|text| text.chars().count() <= most)
}
