//! Where settings come from.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{Fallback, Fault, Faults, ManagedFile, Setting, parse_dotenv};

/// Reads a whole file as text; a test gives its own.
pub type FileReader = Box<dyn Fn(&Path) -> io::Result<String> + Send + Sync>;

/// Where a value stands, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The environment the process was started with.
    Process,
    /// The file that the program itself writes.
    Managed,
    /// The file `.env`.
    Dotenv,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Process => "environment",
            Self::Managed => "managed file",
            Self::Dotenv => ".env",
        })
    }
}

/// Everything that settings are read from, as maps.
pub struct Sources {
    pub(super) layers: Vec<(Source, BTreeMap<String, String>)>,
    pub(super) managed: ManagedFile,
    reader: FileReader,
}

/// A value as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) value: String,
    pub(super) source: Source,
    /// The key it was found under, `<KEY>_FILE` included.
    pub(super) key: String,
}

/// The managed file lies where these say, so that it cannot say it itself.
const LOCATING: [&str; 2] = ["DATA_DIR", "MANAGED_ENV_PATH"];

impl Sources {
    /// Reads the environment of this process, the managed file, and the file at `dotenv` where one is given.
    ///
    /// The only place that reads the environment. A `.env` or managed file that is not there is an empty one.
    pub fn of_process(dotenv: Option<&Path>) -> Result<Self, Faults> {
        let reader: FileReader = Box::new(|path: &Path| std::fs::read_to_string(path));
        let (process, unreadable) = split(std::env::vars_os());
        let mut faults: Vec<_> = unreadable.into_iter().map(|key| Fault::new(key, "is not UTF-8")).collect();
        let dotenv = match dotenv.map(|path| read_layer(path, &reader)).transpose() {
            Ok(values) => values.unwrap_or_default(),
            Err(fault) => {
                faults.push(fault);
                BTreeMap::new()
            }
        };
        match Self::gather(process, dotenv, reader) {
            Ok(sources) if faults.is_empty() => Ok(sources),
            Ok(_) => Err(Faults(faults)),
            Err(Faults(more)) => Err(Faults(faults.into_iter().chain(more).collect())),
        }
    }

    /// Puts `process` and `dotenv` together with the managed file they point to, which `reader` reads.
    pub fn gather(
        process: BTreeMap<String, String>,
        dotenv: BTreeMap<String, String>,
        reader: FileReader,
    ) -> Result<Self, Faults> {
        let named = |key| [&process, &dotenv].into_iter().find_map(|layer| layer.get(key).filter(|v| !v.is_empty()));
        let path = named("MANAGED_ENV_PATH").map_or_else(
            || Path::new(named("DATA_DIR").map_or(default_data_dir(), String::as_str)).join("managed.env"),
            PathBuf::from,
        );
        let managed = read_layer(&path, &reader).map_err(|fault| Faults(vec![fault]))?;
        let misplaced: Vec<_> = LOCATING
            .iter()
            .filter(|key| managed.contains_key(**key))
            .map(|key| Fault::new(*key, format!("cannot be set in {}, which lies where it says", path.display())))
            .collect();
        if !misplaced.is_empty() {
            return Err(Faults(misplaced));
        }
        let layers = vec![(Source::Process, process), (Source::Managed, managed), (Source::Dotenv, dotenv)];
        Ok(Self { layers, managed: ManagedFile::at(path), reader })
    }

    /// The strongest value of `setting`; in one source, the key itself and `<KEY>_FILE` exclude each other.
    pub(super) fn find(&self, setting: &Setting) -> Result<Option<Found>, Fault> {
        let file_key = format!("{}_FILE", setting.key);
        for (source, values) in &self.layers {
            let filled = |key: &str| values.get(key).filter(|value| !value.trim().is_empty());
            let by_file = filled(&file_key).filter(|_| setting.secret);
            let (key, value) = match (filled(setting.key), by_file) {
                (None, None) => continue,
                (Some(_), Some(_)) => return Err(Fault::new(file_key, format!("is set beside {}", setting.key))),
                (Some(value), None) => (setting.key.to_owned(), value.clone()),
                (None, Some(path)) => (file_key.clone(), self.read_secret(&file_key, Path::new(path))?),
            };
            return Ok(Some(Found { value, source: *source, key }));
        }
        Ok(None)
    }

    fn read_secret(&self, key: &str, path: &Path) -> Result<String, Fault> {
        let text = (self.reader)(path)
            .map_err(|error| Fault::new(key, format!("names {}, which {}", path.display(), cannot(&error))))?;
        // Editors and `echo` end a file with a line break that is no part of the secret.
        let secret = text.strip_suffix('\n').unwrap_or(&text);
        let secret = secret.strip_suffix('\r').unwrap_or(secret);
        if secret.is_empty() {
            return Err(Fault::new(key, format!("names {}, which is empty", path.display())));
        }
        Ok(secret.to_owned())
    }
}

fn default_data_dir() -> &'static str {
    match Setting::find("DATA_DIR").map(|setting| setting.default) {
        Some(Fallback::Is(path)) => path,
        _ => ".",
    }
}

/// The variables that are text, and of the others those keys that are ours.
fn split(
    vars: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
) -> (BTreeMap<String, String>, Vec<String>) {
    let (mut values, mut unreadable) = (BTreeMap::new(), Vec::new());
    for (key, value) in vars {
        let Ok(key) = key.into_string() else { continue };
        match value.into_string() {
            Ok(value) => drop(values.insert(key, value)),
            Err(_) if Setting::find(key.strip_suffix("_FILE").unwrap_or(&key)).is_some() => unreadable.push(key),
            Err(_) => {}
        }
    }
    (values, unreadable)
}

fn read_layer(path: &Path, reader: &FileReader) -> Result<BTreeMap<String, String>, Fault> {
    let text = match reader(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(Fault::new(path.display().to_string(), cannot(&error))),
    };
    parse_dotenv(&text).map_err(|invalid| Fault::new(path.display().to_string(), invalid.to_string()))
}

fn cannot(error: &io::Error) -> String {
    format!("cannot be read: {}", error.kind())
}
