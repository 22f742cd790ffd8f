//! Where Redis is, and how patient we are.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use mrdj_core::secret::Secret;
use url::Url;

use super::Space;

/// An address of the form `redis://[user][:password@]host[:port][/database]`, or `rediss://` for TLS; it prints as `***`.
///
/// ```
/// use mrdj_adapters::redis::RedisUrl;
///
/// let url: RedisUrl = "rediss://:not-a-real-password@redis.example.com:6380/1".parse().expect("an address");
/// assert_eq!(format!("{url:?}"), "***");
/// ```
#[derive(Clone)]
pub struct RedisUrl(Secret);

/// The text is no address of a Redis; it is told without the text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedisUrl {
    /// It cannot be read as an address.
    #[error("is not an address")]
    Unreadable,
    /// Its scheme is something else.
    #[error("does not begin with redis:// or rediss://")]
    Scheme,
    /// It names no host.
    #[error("names no host")]
    Host,
    /// What follows the host is no database.
    #[error("ends in something else than a database from 0 to 255")]
    Database,
}

impl RedisUrl {
    /// The address itself; only where a line is opened.
    pub(super) fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

impl FromStr for RedisUrl {
    type Err = InvalidRedisUrl;

    fn from_str(text: &str) -> Result<Self, InvalidRedisUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidRedisUrl::Unreadable)?;
        if !matches!(url.scheme(), "redis" | "rediss") {
            return Err(InvalidRedisUrl::Scheme);
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(InvalidRedisUrl::Host);
        }
        let database = url.path().trim_start_matches('/');
        let sound = database.is_empty() || database.parse::<u8>().is_ok();
        if !sound || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidRedisUrl::Database);
        }
        Ok(Self(Secret::from(String::from(url))))
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How to reach Redis.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it is, and with which password.
    pub url: RedisUrl,
    /// Which part of it is ours.
    pub space: Space,
    /// How many lines are open; a large value holds up only those behind it on its own.
    pub lines: usize,
    /// How long a command may take.
    pub timeout: Duration,
    /// How long opening a line may take.
    pub connect_timeout: Duration,
    /// How many commands wait at most per line; one more is refused.
    pub max_waiting: usize,
}

impl Config {
    /// Two lines, two seconds, ten thousand waiting.
    pub fn new(url: RedisUrl, space: Space) -> Self {
        let two = Duration::from_secs(2);
        Self { url, space, lines: 2, timeout: two, connect_timeout: two, max_waiting: 10_000 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<InvalidRedisUrl> {
        text.parse::<RedisUrl>().err()
    }

    #[test]
    fn an_address_is_read_with_or_without_its_parts() {
        for text in ["redis://127.0.0.1", "redis://redis.example.com:6379/", "rediss://jan:geheim@redis.example.com/15"]
        {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_told_by_what_is_wrong() {
        assert_eq!(fault("redis.example.com"), Some(InvalidRedisUrl::Unreadable));
        assert_eq!(fault("http://redis.example.com"), Some(InvalidRedisUrl::Scheme));
        assert_eq!(fault("redis:///0"), Some(InvalidRedisUrl::Host));
        for tail in ["/zero", "/256", "/0/1", "?db=1", "#0"] {
            assert_eq!(fault(&format!("redis://redis.example.com{tail}")), Some(InvalidRedisUrl::Database), "{tail}");
        }
    }

    #[test]
    fn the_password_is_never_printed() {
        let url = "redis://:geheim@redis.example.com".parse().expect("an address");
        let config = Config::new(url, Space::new("mr-dj", "test").expect("two words"));
        assert!(!format!("{config:?}").contains("geheim"), "{config:?}");
    }
}
