//! What visitors are shown, read at the start.

use std::fs;
use std::path::Path;

use mrdj_core::experiments::personalization::Personalization;

use super::StartError;
use crate::Personalizer;

/// Chooses from the content of `folder`, or from the sample.
pub(super) fn personalizer(folder: Option<&Path>) -> Result<Personalizer, StartError> {
    let content = match folder {
        None => Personalization::sample(),
        Some(folder) => read(folder)?,
    };
    Ok(Personalizer::new(content))
}

fn read(folder: &Path) -> Result<Personalization, StartError> {
    let text = |name| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|cause| StartError::File {
            what: format!("PERSONALIZATION_PATH: {} cannot be read", path.display()),
            cause,
        })
    };
    let (variants, cities) = (text(Personalization::VARIANTS_FILE)?, text(Personalization::CITIES_FILE)?);
    Personalization::parse(&variants, &cities).map_err(|invalid| {
        StartError::Setting(format!("PERSONALIZATION_PATH, {}, is wrong in these places:\n{invalid}", folder.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_its_own_is_read_and_what_is_wrong_with_it_is_told_with_file_and_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
        let said = || personalizer(Some(folder.path())).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said().contains("variants.json cannot be read"), "{}", said());
        let [(name, variants), _] = Personalization::SAMPLE_FILES;
        write(name, variants);
        assert!(said().contains("cities.json cannot be read"), "{}", said());
        write(Personalization::CITIES_FILE, r#"[{"slug": "heeze", "intro": {"nl": "Daar", "en": 7}}]"#);
        let told: Vec<_> = said().lines().skip(1).map(str::to_owned).collect();
        assert_eq!(told, ["cities.json: [0].name: is missing", "cities.json: [0].intro.en: is no text"]);
        write(Personalization::CITIES_FILE, "[]");
        assert_eq!(said(), "");
    }
}
