//! Links in the pages lead somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sample::root;

/// Every page that is written for readers.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    collect(&root().join("docs"), &mut pages);
    collect(&root().join("examples"), &mut pages);
    assert!(pages.len() > 20, "the pages are no longer where this test looks");
    pages
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

fn read(page: &Path) -> String {
    fs::read_to_string(page).unwrap_or_else(|cause| panic!("{}: {cause}", page.display()))
}

/// What the links of a page name, but for other hosts.
fn targets(text: &str) -> Vec<&str> {
    let ends = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    ends.filter(|target| !target.contains("://") && !target.contains(' ')).collect()
}

/// The headings of a page as links name them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let kept = |sign: &char| sign.is_alphanumeric() || ['-', '_'].contains(sign);
    let anchor = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    headings.map(|line| anchor(line).chars().filter(kept).collect()).collect()
}

fn leads_somewhere(page: &Path, target: &str) -> bool {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let beside = page.parent().expect("a page lies in a folder");
    let there = if file.is_empty() { page.to_owned() } else { beside.join(file) };
    there.exists() && (anchor.is_empty() || anchors(&read(&there)).iter().any(|heading| heading == anchor))
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = read(&page);
        let lost = targets(&text).into_iter().filter(|target| !leads_somewhere(&page, target));
        broken.extend(lost.map(|target| format!("{}: {target}", page.display())));
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_page_of_the_handbook_is_named_on_the_first() {
    let first = read(&root().join("README.md"));
    let entries = fs::read_dir(root().join("docs")).expect("a folder").map(|entry| entry.expect("an entry"));
    let names = entries.map(|entry| format!("(docs/{})", entry.file_name().to_string_lossy()));
    let missing: Vec<_> = names.filter(|name| !first.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_link_that_leads_nowhere_is_seen() {
    let page = root().join("docs/scaling.md");
    assert!(leads_somewhere(&page, "postgres.md#updates") && leads_somewhere(&page, "../README.md"));
    assert!(!leads_somewhere(&page, "postgres.md#nowhere") && !leads_somewhere(&page, "nowhere.md"));
    assert_eq!(targets("[a](b.md#c) and [d](https://example.com)"), ["b.md#c"]);
    assert_eq!(anchors("# Who does what\n## `mrdj work`, alone?\n"), ["who-does-what", "mrdj-work-alone"]);
}
