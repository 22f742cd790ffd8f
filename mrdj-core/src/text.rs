//! Text that was typed by a stranger.

/// Crockford's alphabet: no letter that is mistaken for another when read out on the phone.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The lowest `5 * digits` bits of `number`, five to a digit of Crockford's alphabet.
pub(crate) fn base32(number: u128, digits: u32) -> String {
    (0..digits).rev().map(|n| char::from(ALPHABET[(number >> (n * 5)) as usize & 31])).collect()
}

/// Parses single lines; a namespace, since the result is plain text with a promise.
pub(crate) struct Line;

/// Why a text cannot be one line of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// Nothing is left after trimming.
    #[error("is empty")]
    Empty,
    /// It has more characters than its place takes.
    #[error("is longer than {max} characters")]
    TooLong {
        /// So many would fit.
        max: usize,
    },
    /// It holds control characters or turns the direction of writing around.
    #[error("contains characters that cannot be stored")]
    Unprintable,
}

impl Line {
    /// Trims `text`, folds its white space, and checks that it is one line of at most `max` characters.
    pub(crate) fn parse(text: &str, max: usize) -> Result<String, LineFault> {
        let text = text.trim();
        if text.chars().any(|c| c.is_control() && c != '\t') || text.chars().any(turns_direction) {
            return Err(LineFault::Unprintable);
        }
        let folded = fold_spaces(text);
        if folded.is_empty() {
            return Err(LineFault::Empty);
        }
        if folded.chars().count() > max {
            return Err(LineFault::TooLong { max });
        }
        Ok(folded)
    }
}

fn fold_spaces(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Embeddings, overrides and isolates of the bidirectional algorithm (Unicode UAX 9); plain marks are left alone.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Takes a longer text, cleaned, that has at most `max` characters then.
pub(crate) fn passage(text: &str, max: usize) -> Result<String, LineFault> {
    let text = clean(text);
    if text.chars().count() > max { Err(LineFault::TooLong { max }) } else { Ok(text) }
}

/// Takes out of a longer text what no partner can store: control characters but line ends and tabs, and direction overrides.
pub(crate) fn clean(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = unix.chars().filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || turns_direction(*c)));
    kept.collect::<String>().trim().to_owned()
}
