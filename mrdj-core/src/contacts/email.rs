//! Mail addresses.

use email_address::Options;
use serde::{Deserialize, Serialize};

/// An address a person can be written to; holding one proves it was parsed.
///
/// ```
/// use mrdj_core::contacts::EmailAddress;
///
/// let address = EmailAddress::parse("  Jan.Jansen@Example.COM ").expect("an address");
/// assert_eq!(address.as_str(), "Jan.Jansen@example.com");
/// assert!(EmailAddress::parse("jan@localhost").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// The text is no mail address, or is longer than 254 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address")]
pub struct InvalidEmail;

/// What a mail server takes (RFC 5321, 4.5.3.1.3, less the brackets).
const MAX_BYTES: usize = 254;

impl EmailAddress {
    /// Parses `text`, trimming it and lower-casing the domain.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        // Quoted local parts are legal and only ever seen in attacks on mail headers.
        if text.len() > MAX_BYTES || text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '"' || c == ',') {
            return Err(InvalidEmail);
        }
        // Lower case first, since it may be longer or hold what no domain does (`İ`): what is kept must parse again.
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let text = format!("{local}@{}", domain.to_lowercase());
        let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
        let parsed = email_address::EmailAddress::parse_with_options(&text, options);
        if text.len() > MAX_BYTES || parsed.is_err() {
            return Err(InvalidEmail);
        }
        Ok(Self(text))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one mailbox behind all its spellings, so that a budget cannot be dodged: lower case, no `+tag`, and where
    /// the provider ignores dots, no dots.
    ///
    /// ```
    /// use mrdj_core::contacts::EmailAddress;
    ///
    /// let address = EmailAddress::parse("J.a.n+spam@googlemail.com").expect("an address");
    /// assert_eq!(address.mailbox(), "jan@gmail.com");
    /// ```
    pub fn mailbox(&self) -> String {
        let lower = self.0.to_lowercase();
        // Parsing guarantees the sign; without it the whole is the mailbox.
        let Some((local, domain)) = lower.rsplit_once('@') else {
            return lower;
        };
        let local = local.split_once('+').map_or(local, |(name, _)| name);
        match domain {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            _ => format!("{local}@{domain}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_reach_nobody_are_refused() {
        let texts = ["", "jan", "@example.com", "jan@", "jan@example", "jan@[192.0.2.1]", "Jan <jan@example.com>"];
        for text in texts {
            assert_eq!(EmailAddress::parse(text), Err(InvalidEmail), "{text}");
        }
    }

    #[test]
    fn a_header_cannot_be_smuggled_in() {
        for text in ["jan@example.com\r\nBcc: all@example.com", "\"a\nb\"@example.com", "a@example.com,b@example.com"] {
            assert_eq!(EmailAddress::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn what_was_parsed_parses_again() {
        // Lower case may be longer, or no letter any more, and a store parses what it gives back.
        for domain in ["İ.example".to_owned(), format!("{}.example", "Ⱥ".repeat(31)), "ÉÉN.example".to_owned()] {
            if let Ok(address) = EmailAddress::parse(&format!("jan@{domain}")) {
                assert_eq!(EmailAddress::parse(address.as_str()).as_ref(), Ok(&address), "{domain}");
            }
        }
        assert!(EmailAddress::parse("jan@ÉÉN.example").is_ok());
    }

    #[test]
    fn the_longest_address_has_254_bytes() {
        let domain = format!("{0}.{0}.{0}.example", "d".repeat(60));
        let address = |local: usize| format!("{}@{domain}", "a".repeat(local));
        assert_eq!(address(63).len(), 254);
        assert!(EmailAddress::parse(&address(63)).is_ok());
        assert_eq!(EmailAddress::parse(&address(64)), Err(InvalidEmail));
    }
}
