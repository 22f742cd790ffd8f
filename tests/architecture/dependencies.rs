//! What the core depends on.

use std::collections::BTreeSet;
use std::process::Command;

use crate::source::root;

/// The crates that the core may bring along, each with a line of its own.
const ALLOWED: &str = include_str!("core_dependencies.txt");

#[test]
fn the_core_brings_along_what_is_listed_and_nothing_else() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let tree = Command::new(cargo)
        .args([
            "tree",
            "--package",
            "mrdj-core",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--locked",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs this test, so that it can be started");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).expect("names of crates are text");
    let brought: BTreeSet<_> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let allowed: BTreeSet<_> = ALLOWED.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let unlisted: Vec<_> = brought.difference(&allowed).collect();
    let gone: Vec<_> = allowed.difference(&brought).collect();
    assert!(
        unlisted.is_empty() && gone.is_empty(),
        "tests/architecture/core_dependencies.txt does not hold; unlisted: {unlisted:?}, no longer there: {gone:?}"
    );
}
