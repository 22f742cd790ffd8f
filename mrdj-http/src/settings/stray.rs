//! Keys that look like ours and are not.

use std::collections::BTreeSet;
use std::fmt;

use super::{CATALOGUE, Setting, Source, Sources};

/// Nobody else's keys begin like this.
const PREFIXES: &[&str] = &[
    "BUSINESS_",
    "CALENDAR_",
    "CIRCUIT_",
    "CONFIG_DASHBOARD_",
    "CONTACT_RATE_",
    "CORS_",
    "DATABASE_POOL_",
    "DELIVERY_",
    "HCAPTCHA_",
    "MAIL_",
    "RATE_LIMIT_",
    "RENTGUY_",
    "TRUSTED_PROX",
    "TURNSTILE_",
    "UPSTASH_",
];

/// A key that was set and is read by nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// The key.
    pub key: String,
    /// Where it stands.
    pub source: Source,
    /// What was probably meant.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for Stray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}) is no setting", self.key, self.source)?;
        match self.nearest {
            Some(nearest) => write!(f, "; did you mean {nearest}?"),
            None => Ok(()),
        }
    }
}

/// The keys in `sources` that nothing reads: those with a prefix of ours, and in the managed file all others too.
pub fn strays(sources: &Sources) -> Vec<Stray> {
    let mut seen = BTreeSet::new();
    let keys = sources.layers.iter().flat_map(|(source, values)| values.keys().map(|key| (*source, key)));
    keys.filter(|(source, key)| {
        let ours = *source == Source::Managed || PREFIXES.iter().any(|prefix| key.starts_with(prefix));
        ours && !is_read(key)
    })
    .filter(|(_, key)| seen.insert(*key))
    .map(|(source, key)| Stray { key: key.clone(), source, nearest: nearest(key) })
    .collect()
}

fn is_read(key: &str) -> bool {
    let by_file = || key.strip_suffix("_FILE").and_then(Setting::find).is_some_and(|setting| setting.secret);
    Setting::find(key).is_some() || by_file()
}

fn nearest(key: &str) -> Option<&'static str> {
    let (steps, nearest) = CATALOGUE.iter().map(|setting| (distance(key, setting.key), setting.key)).min()?;
    (steps <= 3.max(key.len() / 3)).then_some(nearest)
}

/// How many letters must be added, dropped or replaced to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, a) in one.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (to, b) in other.bytes().enumerate() {
            let replaced = corner + usize::from(a != b);
            corner = row[to + 1];
            row[to + 1] = replaced.min(corner + 1).min(row[to] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_close() {
        let cases = [("", ""), ("abc", "abc"), ("abc", "ac"), ("ac", "abc"), ("kitten", "sitting"), ("", "four")];
        assert_eq!(cases.map(|(one, other)| distance(one, other)), [0, 0, 1, 1, 3, 4]);
    }
}
