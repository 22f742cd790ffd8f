//! Who gets what, and who tells of it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use mrdj_core::experiments::{Cookieless, ExperimentBook, Flag};
use mrdj_core::secret::Secret;
use serde_json::{Map, Value};
use tracing::warn;

use super::StartError;
use super::house::file;
use crate::{Given, Variants};

/// The experiments of `book`, `flags`, and the features that stand in the file at `path`.
pub(super) fn variants(
    path: Option<&Path>,
    flags: &[Flag],
    book: Arc<dyn ExperimentBook>,
) -> Result<Variants, StartError> {
    let payload = path.map(read).transpose()?.unwrap_or_default();
    let given = Given { payload, flags: flags.to_vec() };
    let wrong = |invalid| StartError::Setting(format!("FEATURES_PATH: {invalid}"));
    for warning in given.warnings().map_err(wrong)? {
        warn!("FEATURES_PATH: {warning}");
    }
    Variants::new(given, book).map_err(wrong)
}

fn read(path: &Path) -> Result<Map<String, Value>, StartError> {
    let text = fs::read_to_string(path)
        .map_err(|cause| file(&format!("FEATURES_PATH: {} cannot be read", path.display()), cause))?;
    let wrong = |what: String| StartError::Setting(format!("FEATURES_PATH, {}, {what}", path.display()));
    let read = serde_json::from_str(&text)
        .map_err(|cause| wrong(format!("is no JSON, in line {} at {}", cause.line(), cause.column())))?;
    match read {
        Value::Object(payload) if payload.get("features").is_none_or(Value::is_object) => Ok(payload),
        Value::Object(_) => Err(wrong("holds features that are no object".to_owned())),
        _ => Err(wrong("is no JSON object".to_owned())),
    }
}

/// Tells visitors apart for a day, by the secret that the processes of one business share.
pub(super) fn cookieless(secret: &Secret) -> Result<Arc<Cookieless>, StartError> {
    let made = Cookieless::new(secret).map(Arc::new);
    made.map_err(|error| StartError::Setting(format!("CLIENT_LINK_SECRET: {error}")))
}

#[cfg(test)]
mod tests {
    use mrdj_adapters::memory::Memory;

    use super::*;

    #[test]
    fn what_cannot_be_read_stops_the_start_with_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("features.json");
        let said = || {
            let opened = variants(Some(&path), &[], Arc::new(Memory::new()));
            opened.err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert!(said().contains("features.json cannot be read"), "{}", said());
        for (text, what) in [
            ("{", "is no JSON, in line 1 at 1"),
            ("[]", "is no JSON object"),
            (r#"{"features": []}"#, "holds features that are no object"),
            (r#"{"encryptedFeatures": "abc"}"#, "cannot be decrypted"),
        ] {
            fs::write(&path, text).expect("a file");
            assert!(said().contains(what), "{text}: {}", said());
        }
        fs::write(&path, r#"{"features": {"odd": {"rules": [{"condition": {"$foo": 1}}]}}}"#).expect("a file");
        assert_eq!(said(), "", "what is odd is told, and no fault");
    }
}
