//! Reading sources: files, and what their `use` lines name.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
pub(crate) struct Source {
    /// Its path from the root, with `/` between the parts.
    pub(crate) path: String,
    /// Everything in it.
    pub(crate) text: String,
}

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `folder`.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    files.sort();
    files.iter().map(|file| Source { path: from_root(file), text: fs::read_to_string(file).expect("text") }).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    // A folder that is not there yet holds no file.
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn from_root(file: &Path) -> String {
    let parts = file.strip_prefix(root()).expect("below the root").components();
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

impl Source {
    /// The lines of code: no comments, and nothing of the file's own tests.
    pub(crate) fn code(&self) -> String {
        let code = self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Every path that its `use` lines name, with `self` and `super` resolved: `crate::leads::Lead`.
    pub(crate) fn uses(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for statement in self.code().split(';') {
            let statement: String = statement.split_whitespace().collect::<Vec<_>>().join(" ");
            let begins = statement.rfind("use ").filter(|at| statement[..*at].ends_with([' ', '}', ']']) || *at == 0);
            if let Some(at) = begins {
                let tree = statement[at + 4..].split(" as ").collect::<Vec<_>>();
                // A new name ends where the next path begins.
                let tree = tree.iter().enumerate().map(|(n, part)| if n == 0 { *part } else { after_name(part) });
                expand(&tree.collect::<String>().replace(' ', ""), "", &mut paths);
            }
        }
        paths.into_iter().map(|path| self.resolve(&path)).collect()
    }

    fn resolve(&self, path: &str) -> String {
        let (_, module) = self.path.split_once("/src/").unwrap_or(("", &self.path));
        let mut module: Vec<_> = module.trim_end_matches(".rs").split('/').collect();
        if module.last() == Some(&"mod") {
            module.pop();
        }
        let mut rest = path;
        let relative = rest.starts_with("super::") || rest.starts_with("self::");
        rest = rest.strip_prefix("self::").unwrap_or(rest);
        while let Some(outer) = rest.strip_prefix("super::") {
            module.pop();
            rest = outer;
        }
        if relative { format!("crate::{}::{rest}", module.join("::")) } else { path.to_owned() }
    }
}

/// What follows the new name after an `as`.
fn after_name(text: &str) -> &str {
    text.find([',', '}']).map_or("", |end| &text[end..])
}

/// Writes out the braces of one `use` tree.
fn expand(tree: &str, before: &str, paths: &mut Vec<String>) {
    let Some((head, group)) = tree.split_once('{') else {
        let path = format!("{before}{tree}");
        paths.push(path.strip_suffix("::self").unwrap_or(&path).to_owned());
        return;
    };
    let (mut depth, mut part) = (0, String::new());
    for sign in group.chars() {
        match (sign, depth) {
            ('}', 0) | (',', 0) => {
                if !part.is_empty() {
                    expand(&part, &format!("{before}{head}"), paths);
                }
                part.clear();
                continue;
            }
            ('{', _) => depth += 1,
            ('}', _) => depth -= 1,
            _ => {}
        }
        part.push(sign);
    }
}

#[test]
fn use_lines_are_read_with_their_braces_and_relatives() {
    let text = "//! use nothing::here;\nuse std::{fmt as f, io::{self, Read as R}};\npub use super::{\n    Lead,\n    twin::Twin,\n};\n\
                use crate::store::Store;\nfn f() {}\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n";
    let source = Source { path: "mrdj-core/src/leads/form.rs".to_owned(), text: text.to_owned() };
    let expected = [
        "std::fmt",
        "std::io",
        "std::io::Read",
        "crate::leads::Lead",
        "crate::leads::twin::Twin",
        "crate::store::Store",
    ];
    assert_eq!(source.uses(), expected);
}
