//! The file of settings that the program itself writes.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{parse_dotenv, quote};

const HEADER: &str = "# Written by mrdj; a change by hand is kept, a comment is not.\n";

/// The managed file: readable by its owner alone, and at every moment whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedFile {
    path: PathBuf,
}

impl ManagedFile {
    /// The file at `path`, which need not be there yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stands in it; nothing when it is not there.
    pub fn read(&self) -> io::Result<BTreeMap<String, String>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => parse_dotenv(&text).map_err(|invalid| io::Error::new(ErrorKind::InvalidData, invalid)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(error),
        }
    }

    /// Reads it, lets `change` decide, and writes it when something changed; processes that do so wait for each other.
    pub fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> io::Result<T> {
        let folder = self.folder();
        fs::create_dir_all(folder)?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(self.beside("lock"))?;
        lock.lock()?;
        let before = self.read()?;
        let mut after = before.clone();
        let outcome = change(&mut after);
        if after != before {
            self.write(&after)?;
            // The new name is on disk once its folder is.
            File::open(folder)?.sync_all()?;
        }
        Ok(outcome)
    }

    fn write(&self, values: &BTreeMap<String, String>) -> io::Result<()> {
        let mut text = HEADER.to_owned();
        for (key, value) in values {
            if value.contains('\0') || key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return Err(io::Error::new(ErrorKind::InvalidInput, format!("{key:?} or its value cannot be written")));
            }
            text.push_str(&format!("{key}={}\n", quote(value)));
        }
        let fresh = self.beside("new");
        // What a crash left behind may have another mode.
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private().write(true).create_new(true).open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(ending);
        name.into()
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::tempdir;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn what_is_written_reads_back_equal(
            values in proptest::collection::btree_map("[A-Z][A-Z0-9_]{0,20}", "[\\s\\PC'\"#$\\\\=]*", 0..8),
        ) {
            let folder = tempdir().expect("a folder");
            let file = ManagedFile::at(folder.path().join("managed.env"));
            file.change(|all| all.clone_from(&values)).expect("written");
            prop_assert_eq!(file.read().expect("readable"), values);
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_it_even_after_a_crash_left_an_open_one() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempdir().expect("a folder");
        let file = ManagedFile::at(folder.path().join("data/managed.env"));
        fs::create_dir(folder.path().join("data")).expect("made");
        let left = folder.path().join("data/managed.env.new");
        fs::write(&left, "half").expect("written");
        fs::set_permissions(&left, fs::Permissions::from_mode(0o644)).expect("opened");
        file.change(|all| all.insert("MAIL_API_KEY".to_owned(), "not-a-real-key".to_owned())).expect("written");
        let mode = fs::metadata(file.path()).expect("there").permissions().mode();
        assert_eq!((mode & 0o777, left.exists()), (0o600, false));
    }

    #[test]
    fn what_cannot_be_written_leaves_the_file_as_it_was() {
        let folder = tempdir().expect("a folder");
        let file = ManagedFile::at(folder.path().join("managed.env"));
        file.change(|all| all.insert("KEPT".to_owned(), "1".to_owned())).expect("written");
        let refused = file.change(|all| all.insert("BAD".to_owned(), "nul\0".to_owned()));
        assert_eq!(refused.map_err(|error| error.kind()), Err(ErrorKind::InvalidInput));
        assert_eq!(file.read().expect("readable").into_keys().collect::<Vec<_>>(), ["KEPT"]);
    }

    #[test]
    fn two_writers_at_once_lose_nothing() {
        let folder = tempdir().expect("a folder");
        let file = ManagedFile::at(folder.path().join("managed.env"));
        std::thread::scope(|scope| {
            for at in 0..16 {
                let file = &file;
                scope
                    .spawn(move || file.change(|all| all.insert(format!("KEY_{at}"), String::new())).expect("written"));
            }
        });
        assert_eq!(file.read().expect("readable").len(), 16);
    }
}
