//! How files are called, and what no source holds.

use crate::source::{Source, sources};

const FOLDERS: [&str; 6] = ["mrdj-core", "mrdj-adapters", "mrdj-http", "tests", "examples", "benches"];

/// Every source of the house but this guard, which has to name what it forbids.
fn all() -> Vec<Source> {
    let all: Vec<_> = FOLDERS.iter().flat_map(|folder| sources(folder)).collect();
    assert!(all.len() > 100, "the sources are no longer where this test looks");
    all.into_iter().filter(|source| !source.path.ends_with("tests/architecture/manners.rs")).collect()
}

#[test]
fn no_file_is_a_drawer() {
    let drawers = ["util", "utils", "common", "types", "helper", "helpers", "misc"];
    let is_drawer =
        |source: &Source| source.path.trim_end_matches(".rs").split('/').any(|part| drawers.contains(&part));
    let found: Vec<_> = all().into_iter().filter(is_drawer).map(|source| source.path).collect();
    assert!(found.is_empty(), "a file is named after what is in it: {found:?}");
}

#[test]
fn nothing_is_left_for_later_or_silenced() {
    let forbidden =
        ["#[allow", "#![allow", "#[ignore", "```ignore", "TODO", "FIXME", "XXX", "dbg!(", "todo!(", "unimplemented!("];
    let mut found = Vec::new();
    for source in all() {
        for (number, line) in source.text.lines().enumerate() {
            let words = forbidden.iter().filter(|word| line.contains(**word));
            found.extend(words.map(|word| format!("{}:{}: {word}", source.path, number + 1)));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn doors_hold_no_code() {
    let code = ["fn ", "struct ", "enum ", "trait ", "impl "];
    // The harness of the proof is a page of its own.
    let doors = all().into_iter().filter(|source| source.path.contains("/src/") && source.path.ends_with("/mod.rs"));
    let mut found = Vec::new();
    for source in doors.filter(|source| source.path != "mrdj-core/src/contract/mod.rs") {
        let lines = source.code();
        let written = lines.lines().map(|line| line.trim_start().trim_start_matches("pub "));
        found.extend(
            written
                .filter(|line| code.iter().any(|word| line.starts_with(word)))
                .map(|line| format!("{}: {line}", source.path)),
        );
    }
    assert!(found.is_empty(), "a door holds documentation and exports: {found:#?}");
}

#[test]
fn errors_speak_in_lower_case_without_a_full_stop() {
    let mut found = Vec::new();
    for source in all() {
        let messages = source.text.lines().filter_map(|line| line.trim_start().strip_prefix("#[error(\""));
        for message in messages.filter_map(|rest| rest.split('"').next()) {
            if message.starts_with(|first: char| first.is_uppercase()) || message.ends_with('.') {
                found.push(format!("{}: {message}", source.path));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
