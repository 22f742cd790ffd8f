//! What a page says: which texts there are, and in which sections.

use serde_json::{Map, Value};

use super::reading::{Reading, member};
use Shape::{List, Name, Names, Section, Sections, Text};

/// What stands in a place.
pub(super) enum Shape {
    /// A line in every language, of at most so many characters.
    Text(usize),
    /// Several such lines, at most so many.
    List(usize),
    /// A name for programs.
    Name,
    /// Several names, at most so many.
    Names(usize),
    /// Places of its own.
    Section(&'static [Place]),
    /// Several of them, at most so many.
    Sections(&'static [Place], usize),
}

/// A place on a page.
pub(super) struct Place {
    name: &'static str,
    shape: Shape,
    required: bool,
}

const fn given(name: &'static str, shape: Shape) -> Place {
    Place { name, shape, required: true }
}

const fn perhaps(name: &'static str, shape: Shape) -> Place {
    Place { name, shape, required: false }
}

const TITLE: Shape = Text(120);
const LINE: Shape = Text(300);

const METRIC: &[Place] = &[given("label", TITLE), given("value", TITLE)];
const FEATURE: &[Place] = &[given("title", TITLE), given("icon", Name), given("description", LINE)];

/// The sections of a variant, as the site shows them.
pub(super) const VARIANT: &[Place] = &[
    given("label", TITLE),
    given(
        "hero",
        Section(&[
            given("eyebrow", TITLE),
            given("title", TITLE),
            given("subtitle", LINE),
            given("ctaPrimaryText", TITLE),
            given("ctaSecondaryText", TITLE),
            given("badges", List(5)),
            perhaps("socialProof", LINE),
            perhaps("metrics", Sections(METRIC, 4)),
        ]),
    ),
    given("features", Section(&[given("title", TITLE), given("caption", LINE), given("items", Sections(FEATURE, 6))])),
    perhaps("cro", Section(&[perhaps("urgency", LINE), perhaps("guarantee", LINE), given("valueDrivers", List(4))])),
    perhaps(
        "testimonials",
        Section(&[
            given("headline", TITLE),
            given("subheadline", LINE),
            perhaps("highlightCategory", Name),
            perhaps("testimonialIds", Names(12)),
        ]),
    ),
    given(
        "pricing",
        Section(&[
            given("headline", TITLE),
            given("subheadline", LINE),
            perhaps("highlightPackage", Name),
            perhaps("guaranteeCopy", LINE),
            perhaps("valueEmphasis", List(4)),
        ]),
    ),
    given(
        "leadCapture",
        Section(&[
            given("formHeadline", TITLE),
            given("formCopy", LINE),
            given("successMessage", LINE),
            perhaps("defaultMessage", LINE),
            perhaps("defaultEventType", TITLE),
            perhaps("defaultPackageId", Name),
        ]),
    ),
];

/// What a city's page says instead of the default.
pub(super) const CITY: &[Place] = &[
    given("label", TITLE),
    given("hero", Section(&[given("eyebrow", TITLE), given("title", TITLE)])),
    given("leadCapture", Section(&[given("formHeadline", TITLE)])),
];

/// The names of `places`.
pub(super) fn names(places: &[Place]) -> Vec<&'static str> {
    places.iter().map(|place| place.name).collect()
}

/// The places of `members` in every language, in the order of `Language::ALL`; what is wrong is noted, and left out.
pub(super) fn localize(
    reading: &mut Reading,
    members: &Map<String, Value>,
    path: &str,
    places: &[Place],
) -> [Value; 2] {
    let mut localized = [Map::new(), Map::new()];
    for place in places {
        let value = match members.get(place.name) {
            None | Some(Value::Null) if !place.required => continue,
            _ => reading.required(members, path, place.name),
        };
        let path = member(path, place.name);
        let Some(texts) = value.and_then(|value| read(reading, value, &path, &place.shape)) else { continue };
        for (page, text) in localized.iter_mut().zip(texts) {
            page.insert(place.name.to_owned(), text);
        }
    }
    localized.map(Value::Object)
}

fn read(reading: &mut Reading, value: &Value, path: &str, shape: &Shape) -> Option<[Value; 2]> {
    match shape {
        Text(max) => reading.texts(value, path, *max).map(|texts| texts.map(Value::String)),
        List(most) => each(reading, value, path, *most, &TITLE),
        Name => reading.word(value, path).map(|name| [Value::String(name.clone()), Value::String(name)]),
        Names(most) => each(reading, value, path, *most, &Name),
        Section(places) => {
            let members = reading.object(value, path, &names(places))?;
            Some(localize(reading, members, path, places))
        }
        Sections(places, most) => each(reading, value, path, *most, &Section(places)),
    }
}

fn each(reading: &mut Reading, value: &Value, path: &str, most: usize, shape: &Shape) -> Option<[Value; 2]> {
    let mut localized = [Vec::new(), Vec::new()];
    for (path, item) in reading.list(value, path, (1, most))? {
        let Some(texts) = read(reading, item, &path, shape) else { continue };
        for (list, text) in localized.iter_mut().zip(texts) {
            list.push(text);
        }
    }
    Some(localized.map(Value::Array))
}
