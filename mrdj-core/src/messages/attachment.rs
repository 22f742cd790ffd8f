//! A file that goes along with a mail.

use std::fmt;

/// A file that goes along with a mail; holding one proves that it is bounded and that its name and type add no header.
///
/// ```
/// use mrdj_core::messages::Attachment;
///
/// let file = Attachment::new("booking.ics", "text/calendar; charset=utf-8; method=PUBLISH", b"BEGIN:VCALENDAR".to_vec());
/// assert_eq!(file.expect("an attachment").name(), "booking.ics");
/// assert!(Attachment::new("../booking.ics", "text/calendar", Vec::new()).is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    name: String,
    media_type: String,
    bytes: Vec<u8>,
}

/// Why a file cannot go along with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAttachment {
    /// The name is none that every system takes.
    #[error(
        "an attachment is named by 1 to 100 letters, digits, dots, hyphens and underscores, and not by a dot first"
    )]
    Name,
    /// The media type is none.
    #[error("an attachment has a media type of at most 200 visible characters, like text/plain")]
    MediaType,
    /// It holds more than [`Attachment::MAX_BYTES`].
    #[error("an attachment holds a megabyte at most")]
    TooLarge,
}

impl Attachment {
    /// The most bytes of one.
    pub const MAX_BYTES: usize = 1_000_000;
    const MAX_NAME: usize = 100;
    const MAX_MEDIA_TYPE: usize = 200;

    /// A file called `name`, of `media_type`, which holds `bytes`.
    pub fn new(
        name: impl Into<String>,
        media_type: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Result<Self, InvalidAttachment> {
        let (name, media_type) = (name.into(), media_type.into());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let named = (1..=Self::MAX_NAME).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain);
        let visible = media_type.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        match () {
            () if !named => Err(InvalidAttachment::Name),
            () if !visible || !media_type.contains('/') || media_type.len() > Self::MAX_MEDIA_TYPE => {
                Err(InvalidAttachment::MediaType)
            }
            () if bytes.len() > Self::MAX_BYTES => Err(InvalidAttachment::TooLarge),
            () => Ok(Self { name, media_type, bytes }),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is, e.g. `text/calendar; charset=utf-8; method=PUBLISH`.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// What it holds.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Attachment {
    /// Tells how much it holds and not what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes.len();
        f.debug_struct("Attachment").field("name", &self.name).field("bytes", &bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(name: &str, media_type: &str, bytes: usize) -> Result<Attachment, InvalidAttachment> {
        Attachment::new(name, media_type, vec![0; bytes])
    }

    #[test]
    fn a_name_leads_nowhere_and_adds_no_header() {
        for name in ["", ".profile", "a/b.ics", "a\\b.ics", "a b.ics", "a\r\nb", "a\"b", "é.ics", &"a".repeat(101)] {
            assert_eq!(made(name, "text/calendar", 1), Err(InvalidAttachment::Name), "{name:?}");
        }
        assert!(made(&"a".repeat(100), "text/calendar", 1).is_ok());
    }

    #[test]
    fn a_media_type_adds_no_header() {
        for media_type in ["", "text", "text/calendar\r\nBcc: x", "text/é", &format!("text/{}", "a".repeat(200))] {
            assert_eq!(made("a.ics", media_type, 1), Err(InvalidAttachment::MediaType), "{media_type:?}");
        }
    }

    #[test]
    fn a_megabyte_is_the_most() {
        assert!(made("a.ics", "text/calendar", Attachment::MAX_BYTES).is_ok());
        assert_eq!(made("a.ics", "text/calendar", Attachment::MAX_BYTES + 1), Err(InvalidAttachment::TooLarge));
    }
}
