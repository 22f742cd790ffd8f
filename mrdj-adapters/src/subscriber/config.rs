//! Where a subscriber is, and which secrets it knows.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use mrdj_core::secret::Secret;
use mrdj_core::webhooks::AddressRule;
use url::Url;

/// The whole address that events are sent to; it may hold a key, so that it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct HookUrl(pub(super) Url);

/// The text is no address that events could be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHookUrl {
    /// It cannot be read as an absolute address.
    #[error("is not an absolute address")]
    Unreadable,
    /// Its scheme is something else.
    #[error("does not begin with https:// or http://")]
    Scheme,
    /// It holds a name or a password, which belong elsewhere.
    #[error("holds a user or a password")]
    Credentials,
}

impl FromStr for HookUrl {
    type Err = InvalidHookUrl;

    fn from_str(text: &str) -> Result<Self, InvalidHookUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidHookUrl::Unreadable)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(InvalidHookUrl::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidHookUrl::Credentials);
        }
        Ok(Self(url))
    }
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HookUrl({})", self.0.host_str().unwrap_or_default())
    }
}

/// How to reach a subscriber.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it is.
    pub url: HookUrl,
    /// What events are signed with, current first: each signs, so that the subscriber takes a new one over when it likes.
    pub secrets: Vec<Secret>,
    /// Where we may call.
    pub rule: AddressRule,
    /// How long a call may take.
    pub timeout: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_whole_and_never_shown() {
        let url: HookUrl = "https://n8n.example.com/webhook/not-a-real-key?way=in".parse().expect("an address");
        assert_eq!(url.0.path(), "/webhook/not-a-real-key");
        assert_eq!(format!("{url:?}"), "HookUrl(n8n.example.com)");
        let fault = |text: &str| text.parse::<HookUrl>().err();
        assert_eq!(fault("n8n.example.com"), Some(InvalidHookUrl::Unreadable));
        assert_eq!(fault("ftp://n8n.example.com"), Some(InvalidHookUrl::Scheme));
        assert_eq!(fault("https://jan:word@n8n.example.com"), Some(InvalidHookUrl::Credentials));
    }
}
