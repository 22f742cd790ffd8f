//! Two forms by one person within minutes: one enquiry, or two?

use super::{Enquiry, Lead, LeadKind};
use crate::contacts::PersonName;

/// What a second form is to the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Twin {
    /// The same again, or less: a double click.
    Same,
    /// The same wish with something added: the enquiry of both.
    Adds(Box<Enquiry>),
    /// Another wish.
    Other,
}

/// Compares a second form with the lead that the first one made.
///
/// A wish is the event's kind, day and package: where both name one and it differs, it is another wish. A message that
/// differs is added below the first, and a name that differs beside it, as long as both fit.
pub fn twin(first: &Lead, kind: LeadKind, second: &Enquiry) -> Twin {
    let before = &first.enquiry;
    let differs = first.kind != kind
        || contradicts(before.event_type.as_ref(), second.event_type.as_ref())
        || contradicts(before.event_date.as_ref(), second.event_date.as_ref())
        || contradicts(before.package.as_ref(), second.package.as_ref());
    if differs {
        return Twin::Other;
    }
    let Some(message) = joined(before.message.as_deref(), second.message.as_deref()) else {
        return Twin::Other;
    };
    let both = Enquiry {
        name: beside(&before.name, &second.name),
        email: before.email.clone().or_else(|| second.email.clone()),
        // A number that the numbering plan knows beats one that it does not.
        phone: match (&before.phone, &second.phone) {
            (Some(old), Some(new)) if new.is_checked() && new != old => Some(new.clone()),
            (None, new) => new.clone(),
            (old, _) => old.clone(),
        },
        event_type: before.event_type.clone().or_else(|| second.event_type.clone()),
        event_date: before.event_date.or(second.event_date),
        package: before.package.clone().or_else(|| second.package.clone()),
        message,
        language: before.language,
    };
    if both == *before { Twin::Same } else { Twin::Adds(Box::new(both)) }
}

/// Both names, unless the first holds the second or they do not fit together; then the first.
fn beside(first: &PersonName, second: &PersonName) -> PersonName {
    let (a, b) = (first.as_str().to_lowercase(), second.as_str().to_lowercase());
    let both = (!a.contains(&b)).then(|| PersonName::parse(&format!("{} / {}", first.as_str(), second.as_str())).ok());
    both.flatten().unwrap_or_else(|| first.clone())
}

fn contradicts<T: PartialEq>(first: Option<&T>, second: Option<&T>) -> bool {
    matches!((first, second), (Some(first), Some(second)) if first != second)
}

/// Both messages as one, or `None` when they do not fit together.
fn joined(first: Option<&str>, second: Option<&str>) -> Option<Option<String>> {
    let both = match (first, second) {
        (None, second) => return Some(second.map(str::to_owned)),
        (Some(first), None) => first.to_owned(),
        (Some(first), Some(second)) if first.contains(second) => first.to_owned(),
        (Some(first), Some(second)) => format!("{first}\n\n{second}"),
    };
    (both.chars().count() <= Enquiry::MAX_MESSAGE_CHARS).then_some(Some(both))
}
