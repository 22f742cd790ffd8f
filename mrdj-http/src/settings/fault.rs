//! What is wrong with the settings.

use std::fmt;

/// One thing that is wrong; it never shows the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key as it was given, `<KEY>_FILE` included; for a file that cannot be read, its path.
    pub key: String,
    /// What is wrong, as the rest of a sentence that begins with the key.
    pub what: String,
}

impl Fault {
    /// A fault of `key`.
    pub fn new(key: impl Into<String>, what: impl Into<String>) -> Self {
        Self { key: key.into(), what: what.into() }
    }
}

/// Everything that is wrong, in one message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("one setting is wrong")?,
            count => write!(f, "{count} settings are wrong")?,
        }
        self.0.iter().try_for_each(|fault| write!(f, "\n  {}: {}", fault.key, fault.what))
    }
}
