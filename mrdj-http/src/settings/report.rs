//! What is set, for people to read.

use std::fmt::Write;

use super::{CATALOGUE, Fallback, Setting, Settings, Sources, strays};

/// Tells for each key of the catalogue what holds and where it comes from; a secret is `***`.
pub fn report(sources: &Sources) -> String {
    let faults = Settings::parse(sources).err().map(|faults| faults.0).unwrap_or_default();
    let width = CATALOGUE.iter().map(|setting| setting.key.len()).max().unwrap_or(0);
    let mut page = String::new();
    for setting in CATALOGUE {
        let by_file = format!("{}_FILE", setting.key);
        let wrong = faults.iter().any(|fault| fault.key == setting.key || fault.key == by_file);
        let (value, from) =
            if wrong { ("wrong".to_owned(), "see below".to_owned()) } else { holding(setting, sources) };
        line(&mut page, &format!("{:width$}  {value}  ({from})", setting.key));
    }
    for stray in strays(sources) {
        line(&mut page, &format!("warning: {stray}"));
    }
    page
}

fn line(page: &mut String, text: &str) {
    writeln!(page, "{text}").expect("a string takes what it is given");
}

/// The value that holds, and from where.
fn holding(setting: &Setting, sources: &Sources) -> (String, String) {
    match sources.find(setting).ok().flatten() {
        Some(found) => {
            let value = if setting.secret { "***".to_owned() } else { format!("{:?}", found.value.trim()) };
            let by = if found.key == setting.key { String::new() } else { format!(" by {}", found.key) };
            (value, format!("{}{by}", found.source))
        }
        None => match setting.default {
            Fallback::Unset => ("-".to_owned(), "unset".to_owned()),
            Fallback::Is(text) => (format!("{text:?}"), "default".to_owned()),
            Fallback::Follows(words) => (words.replace('`', ""), "default".to_owned()),
        },
    }
}
