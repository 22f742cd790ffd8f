//! Which keys are ours.

/// Our part of a Redis that others may use, too: a namespace and an environment.
///
/// ```
/// use mrdj_adapters::redis::Space;
///
/// assert!(Space::new("mr-dj", "production").is_ok());
/// assert!(Space::new("mr:dj", "production").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    namespace: String,
    environment: String,
}

/// The text cannot stand between the colons of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("has 1 to 64 letters, digits, - and _")]
pub struct InvalidSpace;

impl Space {
    /// The part of `environment` in `namespace`.
    pub fn new(namespace: &str, environment: &str) -> Result<Self, InvalidSpace> {
        Ok(Self { namespace: Self::word(namespace)?, environment: Self::word(environment)? })
    }

    /// One of its two words.
    pub fn word(text: &str) -> Result<String, InvalidSpace> {
        let sound = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if sound { Ok(text.to_owned()) } else { Err(InvalidSpace) }
    }

    /// A cached value: *namespace : environment : key*.
    pub(super) fn cache(&self, key: &str) -> String {
        format!("{}:{}:{key}", self.namespace, self.environment)
    }

    /// Anything else. A namespace holds no dot, so that no cached value has such a key.
    pub(super) fn of(&self, room: &str, key: &str) -> String {
        format!("{}.{room}:{}:{key}", self.namespace, self.environment)
    }

    /// The channel of the bell.
    #[cfg(feature = "redis")]
    pub(super) fn bell(&self) -> String {
        format!("{}.bell:{}", self.namespace, self.environment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_would_end_its_part_of_a_key_is_refused() {
        for word in ["", "a:b", "a.b", "a*", "a b", "é", &"a".repeat(65)] {
            assert_eq!(Space::word(word), Err(InvalidSpace), "{word:?}");
        }
        assert!(Space::new(&"a".repeat(64), "A-1_z").is_ok());
    }

    #[test]
    fn no_cached_value_has_the_key_of_something_else() {
        let space = Space::new("mr-dj", "test").expect("two words");
        assert_eq!(space.cache("leads:overview:1:ab"), "mr-dj:test:leads:overview:1:ab");
        assert_eq!(space.of("limits", "192.0.2.1"), "mr-dj.limits:test:192.0.2.1");
        assert!(!space.of("limits", "").starts_with(&space.cache("")));
    }
}
