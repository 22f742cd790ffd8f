//! Where Postmark is, which key, who sends.

use std::fmt;
use std::str::FromStr;

use mrdj_core::contacts::EmailAddress;
use mrdj_core::secret::Secret;

use crate::outbound::BaseUrl;

/// How to reach Postmark, and as whom.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it is (`MAIL_API_BASE_URL`).
    pub base: BaseUrl,
    /// The server's token (`MAIL_API_KEY`).
    pub token: Secret,
    /// Who sends (`MAIL_FROM_ADDRESS`); Postmark has to know the address.
    pub from: Sender,
    /// Who is answered when a mail names nobody (`MAIL_REPLY_TO`).
    pub reply_to: Option<EmailAddress>,
    /// The stream that mails leave by (`MAIL_STREAM`).
    pub stream: String,
}

impl Config {
    /// Postmark itself.
    pub const BASE: &str = "https://api.postmarkapp.com";
    /// The stream that every server has.
    pub const STREAM: &str = "outbound";

    /// Postmark itself, by its ordinary stream.
    pub fn new(token: Secret, from: Sender) -> Self {
        let base = Self::BASE.parse().expect("the address of Postmark is written here and is a base");
        Self { base, token, from, reply_to: None, stream: Self::STREAM.to_owned() }
    }
}

/// Who sends: an address, with or without a name before it.
///
/// ```
/// use mrdj_adapters::postmark::Sender;
///
/// let sender: Sender = "Mister Voorbeeld <info@example.com>".parse().expect("a sender");
/// assert_eq!(sender.to_string(), "\"Mister Voorbeeld\" <info@example.com>");
/// assert_eq!("info@example.com".parse::<Sender>().expect("a sender").to_string(), "info@example.com");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    name: Option<String>,
    address: EmailAddress,
}

/// The text names no sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is neither an address nor a name with an address, like Jan <jan@example.com>")]
pub struct InvalidSender;

impl Sender {
    /// The address.
    pub const fn address(&self) -> &EmailAddress {
        &self.address
    }
}

impl FromStr for Sender {
    type Err = InvalidSender;

    fn from_str(text: &str) -> Result<Self, InvalidSender> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.split_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
            None => ("", text),
        };
        // What would have to be escaped in a header is in nobody's name.
        if name.chars().any(|c| c.is_control() || matches!(c, '"' | '\\' | '<' | '>')) {
            return Err(InvalidSender);
        }
        let address = EmailAddress::parse(address).map_err(|_| InvalidSender)?;
        Ok(Self { name: Some(name.to_owned()).filter(|name| !name.is_empty()), address })
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "\"{name}\" <{}>", self.address.as_str()),
            None => f.write_str(self.address.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_a_name_or_none() {
        let written = |text: &str| text.parse::<Sender>().map(|sender| sender.to_string());
        let named = Ok("\"Voorbeeld, Jansen & Zn\" <info@example.com>".to_owned());
        assert_eq!(written("\"Voorbeeld, Jansen & Zn\" <info@example.com>"), named);
        assert_eq!(written(" Voorbeeld, Jansen & Zn <info@example.com> "), named);
        assert_eq!(written("<info@EXAMPLE.com>"), Ok("info@example.com".to_owned()));
    }

    #[test]
    fn what_could_become_another_header_is_no_sender() {
        let texts =
            ["", "Jan", "Jan <jan>", "J\r\nBcc: x <jan@example.com>", "J\"x <jan@example.com>", "<a@example.com"];
        for text in texts {
            assert_eq!(text.parse::<Sender>(), Err(InvalidSender), "{text:?}");
        }
    }

    #[test]
    fn the_token_is_never_printed() {
        let sender = "info@example.com".parse().expect("a sender");
        let config = Config::new(Secret::from("not-a-real-token".to_owned()), sender);
        assert!(!format!("{config:?}").contains("not-a-real-token"));
    }
}
