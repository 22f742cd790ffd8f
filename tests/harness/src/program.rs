//! The programs under test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

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
    /// The test command of the whole workspace builds it beside the tests; a run of one test by hand may find an old one.
    pub fn path(self) -> PathBuf {
        let own = env::current_exe().expect("a test knows its own file");
        let profile = own.parent().and_then(Path::parent).expect("a test lies in <target>/<profile>/deps");
        let program = profile.join(if self == Self::Example { "examples/server" } else { "mrdj" });
        if !is_fresh(&program) {
            build(profile);
        }
        assert!(program.exists(), "{} is not there", program.display());
        program
    }
}

/// Builds what the test command builds, so that everything but the last step is there already.
fn build(profile: &Path) {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--workspace", "--all-features", "--bins", "--examples"]).current_dir(WORKSPACE);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let built = cargo.arg("--target-dir").arg(profile.parent().unwrap_or(profile)).status();
    assert!(built.is_ok_and(|status| status.success()), "the programs cannot be built");
}

/// Whether it is newer than everything that it is built from.
///
/// What cargo writes down about a program lies beside it only when it was built for its own sake.
fn is_fresh(program: &Path) -> bool {
    let sources = ["mrdj-core", "mrdj-adapters", "mrdj-http", "examples"];
    let newest = sources.iter().filter_map(|part| newest(&Path::new(WORKSPACE).join(part))).max();
    changed(program).is_some_and(|built| newest <= Some(built))
}

/// When something in this folder was last changed.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    entries.filter_map(|path| if path.is_dir() { newest(&path) } else { changed(&path) }).max()
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}
