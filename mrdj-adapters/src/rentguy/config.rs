//! Where RentGuy is, which key, which tenant.

use std::fmt;
use std::str::FromStr;

use mrdj_core::contacts::EmailAddress;
use mrdj_core::secret::Secret;
use url::Url;

use crate::outbound::BaseUrl;

/// How to reach RentGuy.
#[derive(Clone, Debug)]
pub struct Config {
    base: BaseUrl,
    key: Secret,
    workspace: Workspace,
    ready: Vec<Url>,
}

impl Config {
    /// The CRM at `base`, to which `leads` is appended and never a version (`RENTGUY_API_BASE_URL`).
    ///
    /// Whether it is ready is asked at `readyz` beside the version: below `/api` for `/api/v1`, and at the root.
    pub fn new(base: BaseUrl, key: Secret, workspace: Workspace) -> Self {
        let ready = ready_beside(&base);
        Self { base, key, workspace, ready }
    }

    /// The same, asking at `url` whether it is ready.
    #[must_use]
    pub fn ready_at(mut self, url: Url) -> Self {
        self.ready = vec![url];
        self
    }

    /// Where cards are put.
    pub(super) fn leads(&self) -> Url {
        self.base.join("leads")
    }

    /// Where bookings are put, in the dialect that takes them.
    pub(super) fn bookings(&self) -> Url {
        self.base.join("bookings")
    }

    pub(super) const fn key(&self) -> &Secret {
        &self.key
    }

    pub(super) fn workspace(&self) -> &str {
        &self.workspace.0
    }

    /// Where to ask whether it is ready, the likelier place first.
    pub(super) fn ready(&self) -> &[Url] {
        &self.ready
    }
}

/// Who keeps projects: an account of the role `planner`, which a person logs in with, too.
#[derive(Clone, Debug)]
pub struct ServiceAccount {
    /// The base that `auth/login` and `projects` are appended to, version included (`RENTGUY_PROJECTS_BASE_URL`).
    pub base: BaseUrl,
    /// Its mail address (`RENTGUY_LOGIN_EMAIL`).
    pub email: EmailAddress,
    /// Its password (`RENTGUY_LOGIN_PASSWORD`).
    pub password: Secret,
}

pub(super) fn ready_beside(base: &BaseUrl) -> Vec<Url> {
    let path = base.path();
    let above = match path.rsplit_once('/') {
        Some((above, last)) if is_version(last) => above,
        _ => path,
    };
    let mut places = vec![base.at_origin(&format!("{above}/readyz"))];
    if !above.is_empty() {
        places.push(base.at_origin("readyz"));
    }
    places
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// The tenant that the cards belong to (`RENTGUY_WORKSPACE_ID`).
///
/// RentGuy takes any name and makes a tenant of it, and an empty one for its default, so a name that is one is all that can
/// be checked here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace(String);

/// The text is no tenant's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not 1 to {} letters, digits, dots, dashes or underscores", Workspace::MAX_CHARS)]
pub struct InvalidWorkspace;

impl Workspace {
    /// The longest name that RentGuy stores.
    pub const MAX_CHARS: usize = 100;
}

impl FromStr for Workspace {
    type Err = InvalidWorkspace;

    fn from_str(text: &str) -> Result<Self, InvalidWorkspace> {
        let sound = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        let fits = (1..=Self::MAX_CHARS).contains(&text.len());
        if sound && fits { Ok(Self(text.to_owned())) } else { Err(InvalidWorkspace) }
    }
}

impl fmt::Display for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(base: &str) -> Config {
        let base = base.parse().expect("an address");
        Config::new(base, Secret::from("not-a-real-key".to_owned()), "mr-dj".parse().expect("a workspace"))
    }

    fn ready(base: &str) -> Vec<String> {
        config(base).ready().iter().map(Url::to_string).collect()
    }

    #[test]
    fn leads_is_appended_and_never_a_version() {
        let leads = |base| config(base).leads().to_string();
        assert_eq!(leads("http://127.0.0.1:5050"), "http://127.0.0.1:5050/leads");
        assert_eq!(leads("https://crm.example.com/api/v1/"), "https://crm.example.com/api/v1/leads");
    }

    #[test]
    fn readiness_is_asked_beside_the_version() {
        assert_eq!(ready("http://127.0.0.1:5050"), ["http://127.0.0.1:5050/readyz"]);
        assert_eq!(ready("http://127.0.0.1:8000/v1/"), ["http://127.0.0.1:8000/readyz"]);
        let behind_a_proxy = ["https://crm.example.com/api/readyz", "https://crm.example.com/readyz"];
        assert_eq!(ready("https://crm.example.com/api/v1"), behind_a_proxy);
        assert_eq!(ready("https://crm.example.com/api"), behind_a_proxy);
    }

    #[test]
    fn readiness_may_be_asked_elsewhere() {
        let url: Url = "https://crm.example.com/status".parse().expect("an address");
        assert_eq!(config("https://crm.example.com/v1").ready_at(url.clone()).ready(), [url]);
    }

    #[test]
    fn a_workspace_is_a_name_that_a_header_and_the_crm_can_hold() {
        assert!("mr-dj".parse::<Workspace>().is_ok());
        assert!("w".repeat(100).parse::<Workspace>().is_ok());
        for text in ["", " ", "mr dj", "mr-dj\r\nX-Other: 1", "mr-dÿ", &"w".repeat(101)] {
            assert_eq!(text.parse::<Workspace>(), Err(InvalidWorkspace), "{text:?}");
        }
    }

    #[test]
    fn the_key_is_never_printed() {
        assert!(!format!("{:?}", config("http://127.0.0.1:5050")).contains("not-a-real-key"));
    }
}
