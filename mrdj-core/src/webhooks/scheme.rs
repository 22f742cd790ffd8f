//! How senders write their signatures.

use base64::Engine;
use jiff::Timestamp;

use super::key::{BASE64, Tag};
use super::{MessageId, Refusal, hex};

/// The header of Standard Webhooks with the id of the message.
pub const ID_HEADER: &str = "webhook-id";
/// The header of Standard Webhooks with the moment of sending, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header of Standard Webhooks with the signatures.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// How a sender signs: what, where it is written, and in which signs.
///
/// | Scheme | Header | Signed text | Written as |
/// | --- | --- | --- | --- |
/// | `Stamped` | `t=<seconds>,v1=<hex>` | `<seconds>.<body>` | hex |
/// | `Standard` | `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64>` | `<id>.<seconds>.<body>` | base64 |
/// | `Untimed` | `sha256=<hex>` | `<body>` | hex |
///
/// All of them sign with HMAC-SHA256. Where a header may hold several signatures, one that holds is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Moment and digest in one header.
    Stamped {
        /// Its name, in lower case.
        header: &'static str,
    },
    /// Standard Webhooks 1.0, with keys that both sides know.
    Standard,
    /// A digest of the body alone: nothing tells a repetition from the first time but the memory of it.
    Untimed {
        /// Its name, in lower case.
        header: &'static str,
    },
}

/// What a message says of its own signature; nothing of it is believed yet.
#[derive(Debug)]
pub(super) struct Claim {
    /// What was signed before the body.
    pub(super) before: Vec<u8>,
    /// Under which id it was sent, if ids are signed.
    pub(super) id: Option<MessageId>,
    /// When it was signed, if moments are.
    pub(super) at: Option<Timestamp>,
    /// Any of these may be the right one; what has not the length of one is not among them.
    pub(super) tags: Vec<Tag>,
}

impl Scheme {
    /// The form of our own partners: `X-MRDJ-Signature: t=…,v1=…`.
    pub const MRDJ: Self = Self::Stamped { header: "x-mrdj-signature" };
    /// The form of GitHub and Meta: `X-Hub-Signature-256: sha256=…`.
    pub const HUB: Self = Self::Untimed { header: "x-hub-signature-256" };

    /// Reads what the headers claim; they are asked for in lower case.
    pub(super) fn read<'a>(self, header: impl Fn(&str) -> Option<&'a [u8]>) -> Result<Claim, Refusal> {
        let given = |name| header(name).map(<[u8]>::trim_ascii).filter(|value| !value.is_empty());
        match self {
            Self::Stamped { header } => stamped(given(header).ok_or(Refusal::MissingSignature)?),
            Self::Standard => {
                let signature = given(SIGNATURE_HEADER).ok_or(Refusal::MissingSignature)?;
                standard(given(ID_HEADER), given(TIMESTAMP_HEADER), signature)
            }
            Self::Untimed { header } => untimed(given(header).ok_or(Refusal::MissingSignature)?),
        }
    }
}

fn stamped(signature: &[u8]) -> Result<Claim, Refusal> {
    let seconds = fields(signature, b"t").next().ok_or(Refusal::MissingTimestamp)?;
    let tags = all(fields(signature, b"v1"), hex::decode)?;
    Ok(Claim { before: [seconds, b"."].concat(), id: None, at: Some(moment(seconds)?), tags })
}

fn standard(id: Option<&[u8]>, seconds: Option<&[u8]>, signature: &[u8]) -> Result<Claim, Refusal> {
    let id = id.ok_or(Refusal::MissingId)?;
    let seconds = seconds.ok_or(Refusal::MissingTimestamp)?;
    let versions = signature.split(u8::is_ascii_whitespace).filter_map(|one| one.strip_prefix(b"v1,"));
    let tags = all(versions.filter(|text| !text.is_empty()), base64)?;
    let (at, before) = (moment(seconds)?, [id, b".", seconds, b"."].concat());
    Ok(Claim { before, id: Some(MessageId::read(id)?), at: Some(at), tags })
}

fn untimed(signature: &[u8]) -> Result<Claim, Refusal> {
    let tags = all(fields(signature, b"sha256"), hex::decode)?;
    Ok(Claim { before: Vec::new(), id: None, at: None, tags })
}

/// The values called `name` in a list like `name=value, other=value`, without those that are empty.
fn fields<'a>(list: &'a [u8], name: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let value = move |field: &'a [u8]| {
        let at = field.iter().position(|sign| *sign == b'=')?;
        (field[..at].trim_ascii() == name).then(|| field[at + 1..].trim_ascii())
    };
    list.split(|sign| *sign == b',').filter_map(value).filter(|value| !value.is_empty())
}

/// The digests that `texts` write; that there is no text at all is a fault of its own.
fn all<'a>(
    texts: impl Iterator<Item = &'a [u8]>,
    decode: impl Fn(&[u8]) -> Option<[u8; 32]>,
) -> Result<Vec<Tag>, Refusal> {
    let mut texts = texts.peekable();
    texts.peek().ok_or(Refusal::MissingDigest)?;
    Ok(texts.filter_map(decode).map(|bytes| Tag::new(bytes.into())).collect())
}

fn base64(text: &[u8]) -> Option<[u8; 32]> {
    BASE64.decode(text).ok()?.try_into().ok()
}

/// Reads seconds since 1970; a number that names no moment is far away from any.
fn moment(seconds: &[u8]) -> Result<Timestamp, Refusal> {
    let digits = seconds.iter().all(u8::is_ascii_digit).then_some(seconds);
    let digits = digits.and_then(|digits| str::from_utf8(digits).ok()).ok_or(Refusal::InvalidTimestamp)?;
    let seconds = digits.parse().map_err(|_| Refusal::TimestampOutOfRange)?;
    Timestamp::from_second(seconds).map_err(|_| Refusal::TimestampOutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_any_order_with_spaces_and_strangers() {
        let read = |list: &'static str| fields(list.as_bytes(), b"v1").collect::<Vec<_>>();
        for list in ["t=1,v1=ab", "v1=ab,t=1", " v1 = ab , t=1", "v0=cd,v1=ab,", ",,=,x,v1=ab,v1=", "V1=cd;v1=cd,v1=ab"]
        {
            assert_eq!(read(list), [b"ab"], "{list}");
        }
        assert_eq!(read("v1=ab,v2=cd,v1=ef"), [b"ab", b"ef"]);
        assert_eq!(read("v1=a=b"), [b"a=b"]);
    }

    #[test]
    fn a_moment_has_digits_alone() {
        assert_eq!(moment(b"1760000000").map(Timestamp::as_second), Ok(1_760_000_000));
        for text in ["+1760000000", "-1", "1760000000.0", "0x10", "1e9", "now", "１"] {
            assert_eq!(moment(text.as_bytes()), Err(Refusal::InvalidTimestamp), "{text}");
        }
        for text in ["1760000000000", &"9".repeat(40)] {
            assert_eq!(moment(text.as_bytes()), Err(Refusal::TimestampOutOfRange), "{text}");
        }
    }
}
