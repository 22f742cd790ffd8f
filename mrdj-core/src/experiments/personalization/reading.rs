//! Reading a file of the content, collecting all that is wrong with it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::ContentFault;
use super::fold::fold;
use crate::messages::Language;
use crate::text::Line;

/// The longest term, in characters.
const MAX_TERM_CHARS: usize = 100;

/// A file that is being read, and what is wrong with it so far.
pub(super) struct Reading {
    file: &'static str,
    pub(super) faults: Vec<ContentFault>,
}

/// The path of member `name` below `path`.
pub(super) fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl Reading {
    pub(super) fn new(file: &'static str) -> Self {
        Self { file, faults: Vec::new() }
    }

    /// Notes that something is wrong at `path`.
    pub(super) fn fault(&mut self, path: &str, what: impl Into<String>) {
        self.faults.push(ContentFault { file: self.file, path: path.to_owned(), what: what.into() });
    }

    /// The file as JSON.
    pub(super) fn json(&mut self, text: &str) -> Option<Value> {
        let read = serde_json::from_str(text);
        read.map_err(|cause| self.fault("", format!("is no JSON: {cause}"))).ok()
    }

    /// The members of an object that has no others than `known`.
    pub(super) fn object<'v>(
        &mut self,
        value: &'v Value,
        path: &str,
        known: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(members) = value.as_object() else {
            self.fault(path, "is no object");
            return None;
        };
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            self.fault(&member(path, name), format!("is not known here, as {} are", known.join(", ")));
        }
        Some(members)
    }

    /// A list of `least` to `most` items, each with its path.
    pub(super) fn list<'v>(
        &mut self,
        value: &'v Value,
        path: &str,
        (least, most): (usize, usize),
    ) -> Option<Vec<(String, &'v Value)>> {
        let Some(items) = value.as_array() else {
            self.fault(path, "is no list");
            return None;
        };
        if !(least..=most).contains(&items.len()) {
            self.fault(path, format!("has {} items; there are {least} to {most}", items.len()));
        }
        Some(items.iter().take(most).enumerate().map(|(nr, item)| (format!("{path}[{nr}]"), item)).collect())
    }

    /// What must be there.
    pub(super) fn required<'v>(
        &mut self,
        members: &'v Map<String, Value>,
        path: &str,
        name: &str,
    ) -> Option<&'v Value> {
        let value = members.get(name).filter(|value| !value.is_null());
        if value.is_none() {
            self.fault(&member(path, name), "is missing");
        }
        value
    }

    /// One line of at most `max` characters that is no HTML.
    pub(super) fn line(&mut self, value: &Value, path: &str, max: usize) -> Option<String> {
        let Some(text) = value.as_str() else {
            self.fault(path, "is no text");
            return None;
        };
        if text.contains(['<', '>']) {
            self.fault(path, "holds < or >: a text is no HTML");
            return None;
        }
        Line::parse(text, max).map_err(|fault| self.fault(path, fault.to_string())).ok()
    }

    /// A line in every language, in the order of [`Language::ALL`].
    pub(super) fn texts(&mut self, value: &Value, path: &str, max: usize) -> Option<[String; 2]> {
        let tags = Language::ALL.map(Language::tag);
        let members = self.object(value, path, &tags)?;
        let read = tags.map(|tag| {
            let text = self.required(members, path, tag)?;
            self.line(text, &member(path, tag), max)
        });
        let [Some(nl), Some(en)] = read else { return None };
        Some([nl, en])
    }

    /// A name for programs: 1 to 64 small letters, digits, `-` and `_`.
    pub(super) fn word(&mut self, value: &Value, path: &str) -> Option<String> {
        let sane = |word: &&str| {
            let fits = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || matches!(sign, b'-' | b'_');
            (1..=64).contains(&word.len()) && word.bytes().all(fits)
        };
        let word = value.as_str().filter(sane).map(str::to_owned);
        if word.is_none() {
            self.fault(path, "is no name of 1 to 64 small letters, digits, - and _");
        }
        word
    }

    /// Words that lead to a page: at most `most` terms, none that is already among `known`.
    pub(super) fn terms(
        &mut self,
        value: &Value,
        path: &str,
        most: usize,
        known: &mut BTreeSet<String>,
    ) -> Vec<String> {
        let items = self.list(value, path, (0, most)).unwrap_or_default();
        items.into_iter().filter_map(|(path, item)| self.term(item, &path, known)).collect()
    }

    /// One term of its page.
    pub(super) fn term(&mut self, value: &Value, path: &str, known: &mut BTreeSet<String>) -> Option<String> {
        let term = self.line(value, path, MAX_TERM_CHARS)?;
        let mut folded = String::new();
        fold(&term, &mut folded);
        if folded.is_empty() {
            self.fault(path, "holds neither letter nor digit");
            return None;
        }
        if !known.insert(folded) {
            self.fault(path, "is there twice, when case and accents are left off");
            return None;
        }
        Some(term)
    }

    /// Notes that `name` is taken when it is.
    pub(super) fn unique(&mut self, taken: &mut BTreeSet<String>, name: &str, path: &str) {
        if !taken.insert(name.to_owned()) {
            self.fault(path, "another has the same");
        }
    }
}
