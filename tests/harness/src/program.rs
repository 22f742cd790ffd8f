//! The programs under test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A program of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The example `server`: an embedded store, and stand-ins for partners without a key.
    Example,
    /// The binary `mrdj`.
    Mrdj,
}

impl Program {
    /// Where it lies; it is built when it is not there or older than its sources.
    ///
    /// The test command builds it beside the tests; a run of one test by hand may find an old one.
    pub fn path(self) -> PathBuf {
        let own = env::current_exe().expect("a test knows its own file");
        let profile = own.parent().and_then(Path::parent).expect("a test lies in <target>/<profile>/deps");
        let program = profile.join(if self == Self::Example { "examples/server" } else { "mrdj" });
        if !is_fresh(&program) {
            self.build(profile);
        }
        assert!(program.exists(), "{} is not there", program.display());
        program
    }

    fn build(self, profile: &Path) {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let what: &[&str] = match self {
            Self::Example => &["--package", "mrdj", "--example", "server"],
            Self::Mrdj => &["--package", "mrdj-http", "--features", "server", "--bin", "mrdj"],
        };
        cargo.arg("build").args(what).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        let built = cargo.arg("--target-dir").arg(profile.parent().unwrap_or(profile)).status();
        assert!(built.is_ok_and(|status| status.success()), "{self:?} cannot be built");
    }
}

/// Whether it is newer than everything that it was built from, as cargo wrote it down.
fn is_fresh(program: &Path) -> bool {
    let changed = |file: &Path| fs::metadata(file).and_then(|metadata| metadata.modified()).ok();
    let (Some(built), Ok(listed)) = (changed(program), fs::read_to_string(program.with_extension("d"))) else {
        return false;
    };
    let sources = listed.split_once(": ").map_or("", |(_, sources)| sources);
    sources.split_whitespace().all(|source| changed(Path::new(source)).is_some_and(|changed| changed <= built))
}
