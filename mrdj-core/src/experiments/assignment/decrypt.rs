//! Payloads that are encrypted on their way.

use aes::Aes128;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};

use crate::secret::Secret;

/// The text of `sealed`, which is two parts in base64 with a dot between them: where AES-128-CBC begins, and what it made.
/// Nothing, where the key is no key or does not fit.
pub(super) fn decrypt(sealed: &str, key: &Secret) -> Option<String> {
    let key = STANDARD.decode(key.reveal()).ok()?;
    let mut parts = sealed.split('.').map(|part| STANDARD.decode(part).ok());
    let (begin, sealed) = (parts.next()??, parts.next()??);
    let cipher = Decryptor::<Aes128>::new_from_slices(&key, &begin).ok()?;
    let open = cipher.decrypt_padded_vec::<Pkcs7>(&sealed).ok()?;
    String::from_utf8(open).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "Zvwv/+uhpFDznZ6SX28Yjg==";
    const SEALED: &str = "m5ylFM6ndyOJA2OPadubkw==.Uu7ViqgKEt/dWvCyhI46q088PkAEJbnXKf3KPZjf9IEQQ+A8fojNoxw4wIbPX3aj";

    fn opened(sealed: &str, key: &str) -> Option<String> {
        decrypt(sealed, &Secret::from(key.to_owned()))
    }

    #[test]
    fn the_published_text_is_opened() {
        assert_eq!(opened(SEALED, KEY).as_deref(), Some(r#"{"feature":{"defaultValue":true}}"#));
    }

    #[test]
    fn another_key_and_another_text_open_nothing() {
        for key in ["Zvwv/+uhpFDznZ6SX39Yjg==", "Zvwv/+uhpFDznZ6S", "", "no base64"] {
            assert_eq!(opened(SEALED, key), None, "{key}");
        }
        for sealed in ["", ".", "m5ylFM6ndyOJA2OPadubkw==", "AAAA.AAAA", "m5ylFM6ndyOJA2OPadubkw==.", &SEALED[..60]] {
            assert_eq!(opened(sealed, KEY), None, "{sealed}");
        }
    }
}
