//! Where a partner lives.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// The address that a partner's paths are appended to, with or without a `/` at its end.
///
/// ```
/// use mrdj_adapters::outbound::BaseUrl;
///
/// let base: BaseUrl = "https://crm.example.com/api/v1/".parse().expect("an address");
/// assert_eq!(base.join("leads").as_str(), "https://crm.example.com/api/v1/leads");
/// assert_eq!(base.at_origin("readyz").as_str(), "https://crm.example.com/readyz");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// The text is no address that paths could be appended to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// It cannot be read as an absolute address.
    #[error("is not an absolute address")]
    Unreadable,
    /// Its scheme is something else.
    #[error("does not begin with http:// or https://")]
    Scheme,
    /// It carries a name or a password, which would end up in logs.
    #[error("holds a user or a password")]
    Credentials,
    /// It ends in a query or a fragment, which no path can follow.
    #[error("holds a query or a fragment")]
    Tail,
}

impl BaseUrl {
    /// The address of `path` below the base; each part between slashes is escaped.
    pub fn join(&self, path: &str) -> Url {
        append(self.0.clone(), path)
    }

    /// The address of `path` below the root of the host.
    pub fn at_origin(&self, path: &str) -> Url {
        let mut root = self.0.clone();
        root.set_path("");
        append(root, path)
    }

    /// The base's own path, without a slash at its end.
    pub fn path(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }
}

fn append(mut url: Url, path: &str) -> Url {
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.trim_start_matches('/').split('/'));
    }
    url
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidBaseUrl::Unreadable)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(InvalidBaseUrl::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl::Tail);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, path: &str) -> String {
        base.parse::<BaseUrl>().expect("an address").join(path).to_string()
    }

    #[test]
    fn a_slash_at_the_end_makes_no_difference() {
        for base in ["http://127.0.0.1:5050", "http://127.0.0.1:5050/"] {
            assert_eq!(joined(base, "leads"), "http://127.0.0.1:5050/leads");
        }
        for base in ["https://crm.example.com/v1", "https://crm.example.com/v1/"] {
            assert_eq!(joined(base, "leads"), "https://crm.example.com/v1/leads");
            assert_eq!(joined(base, "/messages/outbound"), "https://crm.example.com/v1/messages/outbound");
        }
    }

    #[test]
    fn a_path_cannot_leave_the_host() {
        assert_eq!(joined("https://crm.example.com/v1", "//evil.example"), "https://crm.example.com/v1/evil.example");
        assert_eq!(joined("https://crm.example.com/v1", "a?b#c"), "https://crm.example.com/v1/a%3Fb%23c");
    }

    #[test]
    fn an_address_that_is_no_base_is_refused() {
        let fault = |text: &str| text.parse::<BaseUrl>().map(|_| ());
        assert_eq!(fault("crm.example.com/v1"), Err(InvalidBaseUrl::Unreadable));
        assert_eq!(fault("ftp://crm.example.com"), Err(InvalidBaseUrl::Scheme));
        assert_eq!(fault("https://jan:geheim@crm.example.com"), Err(InvalidBaseUrl::Credentials));
        assert_eq!(fault("https://crm.example.com/?tenant=1"), Err(InvalidBaseUrl::Tail));
    }
}
