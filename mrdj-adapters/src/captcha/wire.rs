//! The words of both checkers, and what they mean.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Config, Vendor};

/// A token as they take it: a form, the one form that both take.
#[derive(Serialize)]
pub(super) struct Question<'a> {
    secret: &'a str,
    response: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    remoteip: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sitekey: Option<&'a str>,
}

impl<'a> Question<'a> {
    pub(super) fn of(token: &'a str, from: Option<IpAddr>, config: &'a Config) -> Self {
        let sitekey = config.site_key.as_deref().filter(|_| config.vendor == Vendor::HCaptcha);
        Self { secret: config.secret.reveal(), response: token, remoteip: from, sitekey }
    }
}

/// What they answer.
#[derive(Debug, Deserialize)]
pub(super) struct Reply {
    success: bool,
    #[serde(rename = "error-codes", default)]
    codes: Option<Vec<String>>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A person is there.
    Human,
    /// The token is wrong, old or used.
    BadToken,
    /// The checker has trouble of its own.
    Trouble,
    /// Our key, or something else that we set, is wrong.
    BadSetting,
}

impl Reply {
    /// What it means; a wrong setting explains everything else.
    ///
    /// | Code | Meaning |
    /// | --- | --- |
    /// | `…-input-secret`, `sitekey-secret-mismatch`, `not-using-dummy-…` | a setting |
    /// | `internal-error` | trouble |
    /// | `…-response`, `timeout-or-duplicate`, `bad-request` | the token |
    /// | none, or one that nobody knows | a setting: a person should look |
    pub(super) fn meaning(&self) -> Meaning {
        if self.success {
            return Meaning::Human;
        }
        let codes = self.codes.as_deref().unwrap_or_default();
        let has = |meaning| codes.iter().any(|code| meaning_of(code) == meaning);
        match () {
            () if has(Meaning::BadSetting) => Meaning::BadSetting,
            () if has(Meaning::Trouble) => Meaning::Trouble,
            () if has(Meaning::BadToken) => Meaning::BadToken,
            () => Meaning::BadSetting,
        }
    }
}

fn meaning_of(code: &str) -> Meaning {
    match code {
        "internal-error" => Meaning::Trouble,
        "missing-input-response"
        | "invalid-input-response"
        | "timeout-or-duplicate"
        | "invalid-or-already-seen-response"
        | "already-seen-response"
        | "expired-input-response"
        // The token is the one part of our question that a stranger writes.
        | "bad-request" => Meaning::BadToken,
        _ => Meaning::BadSetting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(body: &str) -> Meaning {
        serde_json::from_str::<Reply>(body).expect("a reply").meaning()
    }

    #[test]
    fn a_success_is_a_person() {
        let body = r#"{"success":true,"challenge_ts":"2026-11-21T12:00:00Z","hostname":"example.com","credit":true}"#;
        assert_eq!(meaning(body), Meaning::Human);
        assert_eq!(meaning(r#"{"success":true,"error-codes":[]}"#), Meaning::Human);
    }

    #[test]
    fn every_code_has_its_meaning() {
        let rows = [
            ("missing-input-secret", Meaning::BadSetting),
            ("invalid-input-secret", Meaning::BadSetting),
            ("sitekey-secret-mismatch", Meaning::BadSetting),
            ("not-using-dummy-passcode", Meaning::BadSetting),
            ("not-using-dummy-secret", Meaning::BadSetting),
            ("a-new-code", Meaning::BadSetting),
            ("internal-error", Meaning::Trouble),
            ("missing-input-response", Meaning::BadToken),
            ("invalid-input-response", Meaning::BadToken),
            ("timeout-or-duplicate", Meaning::BadToken),
            ("invalid-or-already-seen-response", Meaning::BadToken),
            ("already-seen-response", Meaning::BadToken),
            ("expired-input-response", Meaning::BadToken),
            ("bad-request", Meaning::BadToken),
        ];
        for (code, expected) in rows {
            assert_eq!(meaning(&format!(r#"{{"success":false,"error-codes":["{code}"]}}"#)), expected, "{code}");
        }
    }

    #[test]
    fn a_wrong_key_explains_a_refused_token() {
        let body = r#"{"success":false,"error-codes":["invalid-input-response","invalid-input-secret"]}"#;
        assert_eq!(meaning(body), Meaning::BadSetting);
        for body in [r#"{"success":false}"#, r#"{"success":false,"error-codes":null}"#] {
            assert_eq!(meaning(body), Meaning::BadSetting, "{body}");
        }
    }
}
