//! Reading the catalogue's keys one by one, collecting all that is wrong.

use std::fmt::Display;

use jiff::SignedDuration;
use mrdj_core::delivery::Backoff;
use mrdj_core::limits::Limit;
use mrdj_core::secret::Secret;

use super::{Fallback, Fault, Faults, Kind, Setting, Sources};

/// Reads settings from sources and goes on after a fault, with the default in place of what was wrong.
pub(super) struct Reader<'a> {
    sources: &'a Sources,
    faults: Vec<Fault>,
}

/// A reading of one value: the type, or what is wrong with the text.
pub(super) type Read<T> = Result<T, String>;

impl<'a> Reader<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, faults: Vec::new() }
    }

    /// `value`, unless something was wrong with any key.
    pub(super) fn finish<T>(self, value: T) -> Result<T, Faults> {
        if self.faults.is_empty() { Ok(value) } else { Err(Faults(self.faults)) }
    }

    /// Notes that something is wrong with `key`.
    pub(super) fn fault(&mut self, key: &str, what: impl Into<String>) {
        self.faults.push(Fault::new(key, what));
    }

    /// What is set under `key`, if anything.
    pub(super) fn given<T>(&mut self, key: &str, read: impl Fn(&str) -> Read<T>) -> Option<T> {
        let setting = setting(key);
        match self.sources.find(setting) {
            Ok(None) => None,
            Ok(Some(found)) => read(found.value.trim()).map_err(|what| self.fault(&found.key, what)).ok(),
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    /// What is set under `key`, else its default.
    pub(super) fn value<T>(&mut self, key: &str, read: impl Fn(&str) -> Read<T>) -> T {
        let Fallback::Is(default) = setting(key).default else { panic!("{key} has a default of its own") };
        self.given(key, &read).unwrap_or_else(|| read(default).expect("a test reads every default of the catalogue"))
    }

    /// The secret under `key`, as it stands: a blank may be part of it, a line break is a wrong file.
    pub(super) fn secret(&mut self, key: &str) -> Option<Secret> {
        let found = self.sources.find(setting(key)).map_err(|fault| self.faults.push(fault)).ok()??;
        if found.value.chars().any(char::is_control) {
            self.fault(&found.key, "holds a line break or another control character");
            return None;
        }
        Some(Secret::from(found.value))
    }

    pub(super) fn number(&mut self, key: &str) -> u64 {
        let kind = setting(key).kind;
        let Kind::Number { min, max, .. } = kind else { panic!("{key} is a number") };
        self.value(key, |text| {
            let number = text.parse().ok().filter(|number| (min..=max).contains(number));
            number.ok_or_else(|| not(text, kind))
        })
    }

    pub(super) fn count(&mut self, key: &str) -> u32 {
        u32::try_from(self.number(key)).expect("a test holds every range of the catalogue below 2^32")
    }

    pub(super) fn millis(&mut self, key: &str) -> SignedDuration {
        SignedDuration::from_millis(i64::from(self.count(key)))
    }

    /// So many days; none of them is no end.
    pub(super) fn days(&mut self, key: &str) -> Option<SignedDuration> {
        let days = self.count(key);
        (days > 0).then(|| SignedDuration::from_hours(i64::from(days) * 24))
    }

    /// The limit under `<prefix>_MAX` and `<prefix>_WINDOW_MS`.
    pub(super) fn limit(&mut self, prefix: &str) -> Limit {
        Limit { max: self.count(&format!("{prefix}_MAX")), window: self.millis(&format!("{prefix}_WINDOW_MS")) }
    }

    /// The policy under `<prefix>_RETRY_ATTEMPTS` and `<prefix>_RETRY_DELAY_MS`.
    pub(super) fn retry(&mut self, prefix: &str) -> Backoff {
        let attempts = self.count(&format!("{prefix}_RETRY_ATTEMPTS"));
        Backoff::fixed(attempts, self.millis(&format!("{prefix}_RETRY_DELAY_MS")))
    }

    pub(super) fn word(&mut self, key: &str) -> String {
        let kind = setting(key).kind;
        let Kind::Word { max } = kind else { panic!("{key} is a word") };
        self.value(key, |text| {
            let fits = text.len() <= max && text.chars().all(|c| c.is_ascii_graphic());
            if fits { Ok(text.to_owned()) } else { Err(not(text, kind)) }
        })
    }
}

/// Says that `text`, which is no secret, is none of `kind`.
pub(super) fn not(text: &str, kind: impl Display) -> String {
    format!("{text:?} is not {kind}")
}

fn setting(key: &str) -> &'static Setting {
    Setting::find(key).unwrap_or_else(|| panic!("{key} is not in the catalogue"))
}
