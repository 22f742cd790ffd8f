//! Every proof that `docs/promises.md` names is a test in the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The least that the page held when this was written; fewer mean that its tables are no longer read.
const LEAST: usize = 60;

/// The last cells of the page's rows: `` `path/to/file.rs::name` ``.
fn proofs(page: &str) -> Vec<(String, String)> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Promise |"));
    let rows = rows.filter(|line| !line.starts_with("| --- |"));
    rows.map(|row| proof(row).unwrap_or_else(|| panic!("this row names no proof: {row}"))).collect()
}

fn proof(row: &str) -> Option<(String, String)> {
    let cell = row.trim_end().strip_suffix("` |")?;
    let (_, cell) = cell.rsplit_once("| `")?;
    let (path, name) = cell.rsplit_once("::")?;
    (path.ends_with(".rs") && !name.is_empty()).then(|| (path.to_owned(), name.to_owned()))
}

/// Whether `source` has a test of that name: marked as one, or a function that the file's own list of cases or trials names.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let defines = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ").and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with('('))
    };
    let Some(place) = lines.iter().position(|line| defines(line)) else {
        return false;
    };
    let above = lines[..place].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("///"));
    let marked = above.into_iter().any(|line| line.starts_with("#[") && line.contains("test"));
    marked || listed(source, name)
}

/// Whether a list of cases names it.
fn listed(source: &str, name: &str) -> bool {
    let lists = source.split("cases![").skip(1).filter_map(|rest| rest.split(']').next());
    lists.flat_map(|list| list.split(',')).any(|case| case.trim() == name)
}

/// Whether a trial has this name: said where it is made, or held in a constant that one is made with.
fn is_trial(source: &str, name: &str) -> bool {
    let literal = format!("::{name}\"");
    let mut before = source.match_indices(&literal).filter_map(|(place, _)| source[..place].rsplit_once('"'));
    before.any(|(before, _)| makes_a_trial(before) || constant(before).is_some_and(|held| is_used(source, held)))
}

/// Whether what follows this text is the name of a trial.
fn makes_a_trial(before: &str) -> bool {
    ["trial(", "fault("].iter().any(|maker| before.trim_end().ends_with(maker))
}

/// The constant whose value follows this text.
fn constant(before: &str) -> Option<&str> {
    let (_, held) = before.trim_end().strip_suffix(": &str =")?.rsplit_once("const ")?;
    Some(held)
}

/// Whether a trial is made with this constant, or a name that begins with it is put together.
fn is_used(source: &str, held: &str) -> bool {
    let mut places = source.match_indices(held);
    places.any(|(place, _)| makes_a_trial(&source[..place]) || source[place..].starts_with(&format!("{held}}}::")))
}

#[test]
fn every_proof_on_the_page_is_a_test_in_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/promises.md")).expect("the page of promises");
    let proofs = proofs(&page);
    assert!(proofs.len() >= LEAST, "only {} proofs are read from the page", proofs.len());
    let is_there = |(path, name): &&(String, String)| {
        let source = fs::read_to_string(root.join(path)).unwrap_or_default();
        has_test(&source, name) || is_trial(&source, name)
    };
    let missing: Vec<_> = proofs.iter().filter(|proof| !is_there(proof)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
    let distinct: BTreeSet<_> = proofs.iter().collect();
    assert_eq!(distinct.len(), proofs.len(), "a proof stands twice");
}

#[test]
fn a_function_that_nothing_runs_is_no_proof() {
    let source = "\
        #[test]\n/// Says why.\nfn kept() {}\n\
        #[tokio::test]\nasync fn kept_later() {}\n\
        #[cfg_attr(test, test)]\nfn kept_twice() {}\n\
        pub const CASES: &[Case] = cases![\n    first,\n    second\n];\nasync fn second(bench: Bench) {}\n\
        vec![trial(\"kill::whatever_happens\", run)]\n\
        fn helper() {}\nfn kept_in_vain() {}\n";
    assert!(["kept", "kept_later", "kept_twice", "second"].iter().all(|name| has_test(source, name)));
    assert!(["first", "helper", "kept_in_vain", "kep", "third"].iter().all(|name| !has_test(source, name)));
    assert!(is_trial(source, "whatever_happens") && !is_trial(source, "happens"));
}

#[test]
fn a_name_that_no_trial_has_is_no_proof() {
    let source = "\
        const HELD: &str = \"start::held\";\nconst PARTS: &str = \"start::in_parts\";\nconst IDLE: &str = \"start::idle\";\n\
        vec![fault(\"start::broken\", run), needs(trial(HELD, run), \"a::program\", there)]\n\
        trial(&format!(\"{PARTS}::{part}\"), run)\nprintln!(\"start::told\")\n";
    assert!(["held", "in_parts", "broken"].iter().all(|name| is_trial(source, name)));
    assert!(["idle", "told", "program"].iter().all(|name| !is_trial(source, name)));
}

#[test]
fn a_row_without_a_proof_is_not_passed_over() {
    assert_eq!(
        proofs("| Promise | Proof |\n| --- | --- |\n| it | `tests/a.rs::b` |"),
        [("tests/a.rs".into(), "b".into())]
    );
    assert_eq!(proof("| it holds | see above |"), None);
    assert_eq!(proof("| it holds | `tests/a.rs` |"), None);
}
