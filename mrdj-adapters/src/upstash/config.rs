//! Where it is, which token.

use std::time::Duration;

use mrdj_core::secret::Secret;

use crate::outbound::BaseUrl;
use crate::redis::Space;

/// How to reach a database of Upstash.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it is (`UPSTASH_REDIS_REST_URL`).
    pub base: BaseUrl,
    /// The token that may write (`UPSTASH_REDIS_REST_TOKEN`).
    pub token: Secret,
    /// Which part of it is ours.
    pub space: Space,
    /// How long a command may take.
    pub timeout: Duration,
}

impl Config {
    /// Two seconds per command.
    pub fn new(base: BaseUrl, token: Secret, space: Space) -> Self {
        Self { base, token, space, timeout: Duration::from_secs(2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_never_printed() {
        let base = "https://redis.example.com".parse().expect("an address");
        let space = Space::new("mr-dj", "test").expect("two words");
        let config = Config::new(base, Secret::from("not-a-real-token".to_owned()), space);
        assert!(!format!("{config:?}").contains("not-a-real-token"), "{config:?}");
    }
}
