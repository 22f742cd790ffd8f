//! Whose check, where it is, which key.

use std::time::Duration;

use mrdj_core::secret::Secret;
use url::Url;

use crate::outbound::BaseUrl;

/// Who checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vendor {
    /// hCaptcha.
    HCaptcha,
    /// Cloudflare Turnstile.
    Turnstile,
}

impl Vendor {
    /// Its word, for logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HCaptcha => "hcaptcha",
            Self::Turnstile => "turnstile",
        }
    }

    const fn base(self) -> &'static str {
        match self {
            Self::HCaptcha => "https://api.hcaptcha.com",
            Self::Turnstile => "https://challenges.cloudflare.com/turnstile/v0",
        }
    }

    /// The longest token it gives out; whatever is longer is none of its own.
    pub(super) const fn max_token_chars(self) -> usize {
        match self {
            // It names no limit; its tokens have a few thousand signs.
            Self::HCaptcha => 8_192,
            Self::Turnstile => 2_048,
        }
    }
}

/// How to reach a checker.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whose check it is.
    pub vendor: Vendor,
    /// Where it is: its base, or the whole address that ends in `siteverify` (`HCAPTCHA_VERIFY_URL`).
    pub base: BaseUrl,
    /// Our key (`HCAPTCHA_SECRET_KEY`).
    pub secret: Secret,
    /// The key of the widget (`HCAPTCHA_SITE_KEY`): with it hCaptcha takes no token of another site.
    pub site_key: Option<String>,
    /// How long a check may take; never longer than [`Config::LONGEST`].
    pub timeout: Duration,
}

impl Config {
    /// What the port promises.
    pub const LONGEST: Duration = Duration::from_secs(2);

    /// The checker itself.
    pub fn new(vendor: Vendor, secret: Secret) -> Self {
        let base = vendor.base().parse().expect("the addresses of the checkers are written here and are bases");
        Self { vendor, base, secret, site_key: None, timeout: Self::LONGEST }
    }

    /// Where tokens are checked.
    pub(super) fn url(&self) -> Url {
        match self.base.path().rsplit('/').next() {
            Some("siteverify") => self.base.at_origin(self.base.path()),
            _ => self.base.join("siteverify"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(vendor: Vendor) -> Config {
        Config::new(vendor, Secret::from("not-a-real-key".to_owned()))
    }

    #[test]
    fn each_checker_has_its_address() {
        let url = |vendor| config(vendor).url().to_string();
        assert_eq!(url(Vendor::HCaptcha), "https://api.hcaptcha.com/siteverify");
        assert_eq!(url(Vendor::Turnstile), "https://challenges.cloudflare.com/turnstile/v0/siteverify");
    }

    #[test]
    fn a_whole_address_is_taken_as_it_is() {
        for base in ["https://hcaptcha.com/siteverify", "https://hcaptcha.com/siteverify/", "https://hcaptcha.com"] {
            let base = base.parse().expect("an address");
            let config = Config { base, ..config(Vendor::HCaptcha) };
            assert_eq!(config.url().as_str(), "https://hcaptcha.com/siteverify");
        }
    }

    #[test]
    fn the_key_is_never_printed() {
        assert!(!format!("{:?}", config(Vendor::Turnstile)).contains("not-a-real-key"));
    }
}
