//! Files that belong to a booking: a contract, a floor plan, a list of what must be played.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BookingId, Party};
use crate::id::Id;
use crate::text::Line;

/// The id of an [`Attachment`].
pub type AttachmentId = Id<Attachment>;

/// A file that belongs to a booking; its bytes are kept beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id, which is all that it is stored and asked for by.
    pub id: AttachmentId,
    /// Whose.
    pub booking: BookingId,
    /// What its sender called it, to be shown and never to be looked up: one line of at most 120 characters, without the
    /// signs that a file system reads.
    pub name: String,
    /// What it is, by its content.
    pub kind: FileKind,
    /// How many bytes it has, from 1 to [`Attachment::MAX_BYTES`].
    pub bytes: u32,
    /// Who sent it.
    pub by: Party,
    /// When.
    pub at: Timestamp,
}

/// A file that cannot be attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFile {
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// It has more than [`Attachment::MAX_BYTES`].
    #[error("a file has at most 10 MB")]
    TooLarge,
    /// By its content it is none of the kinds that are taken.
    #[error("a file is a PDF, a JPEG, PNG or WebP picture, or plain text")]
    UnknownKind,
    /// The booking has [`Attachment::MOST`] already.
    #[error("a booking has at most 20 files")]
    TooMany,
}

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A PDF.
    Pdf,
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A WebP picture.
    Webp,
    /// Plain text in UTF-8.
    Text,
}

impl Attachment {
    /// The largest file, in bytes: 10 MB.
    pub const MAX_BYTES: usize = 10 * 1024 * 1024;
    /// So many files belong to one booking at most.
    pub const MOST: usize = 20;
    /// The longest name, in characters.
    pub const MAX_NAME_CHARS: usize = 120;

    /// What a file is called that its sender called `name`: the last part of a path, and never empty.
    pub(super) fn name_of(name: &str, kind: FileKind) -> String {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let safe: String = last.chars().filter(|sign| !sign.is_control() && !"<>:\"|?*".contains(*sign)).collect();
        let safe: String = safe.trim_matches(['.', ' ']).chars().take(Self::MAX_NAME_CHARS).collect();
        Line::parse(&safe, Self::MAX_NAME_CHARS).unwrap_or_else(|_| format!("file.{}", kind.extension()))
    }
}

impl FileKind {
    /// Looks into a file; `None` when it is none of the kinds that are taken.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => std::str::from_utf8(bytes).is_ok_and(is_plain).then_some(Self::Text),
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// What names of such files end in.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Text => "txt",
        }
    }
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|sign| !sign.is_control() || matches!(sign, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_is_in_it_and_not_what_it_is_called() {
        let cases: &[(&[u8], Option<FileKind>)] = &[
            (b"%PDF-1.7\n...", Some(FileKind::Pdf)),
            (&[0xFF, 0xD8, 0xFF, 0xE0, 1], Some(FileKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n....", Some(FileKind::Png)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(FileKind::Webp)),
            ("Dancing Queen – één keer\n".as_bytes(), Some(FileKind::Text)),
            (b"MZ\x90\0\x03", None),
            (b"PK\x03\x04", None),
            (b"GIF89a\x01\0", None),
            (&[0xFF, 0xFE, b'a', 0], None),
        ];
        for (bytes, kind) in cases {
            assert_eq!(FileKind::of(bytes), *kind, "{bytes:?}");
        }
    }

    #[test]
    fn a_name_is_shown_and_never_a_path() {
        let cases = [
            ("contract.pdf", "contract.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\jan\\plan.pdf", "plan.pdf"),
            ("..", "file.pdf"),
            ("", "file.pdf"),
            (" a\u{202E}fdp.exe ", "file.pdf"),
            ("a\r\nContent-Type: x\"", "aContent-Type x"),
        ];
        for (name, shown) in cases {
            assert_eq!(Attachment::name_of(name, FileKind::Pdf), shown, "{name:?}");
        }
        assert_eq!(Attachment::name_of(&"é".repeat(500), FileKind::Pdf).chars().count(), 120);
    }
}
