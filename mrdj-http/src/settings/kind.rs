//! What a setting takes.

use std::fmt;

/// What a value must be; [`fmt::Display`] says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// One line of visible ASCII, fit for a header.
    Word {
        /// So many characters at most.
        max: usize,
    },
    /// What may stand between the colons of a key.
    Label,
    /// A whole number from `min` to `max`.
    Number {
        /// Of what; may be empty.
        unit: &'static str,
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// Yes or no.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Secrets, separated by commas.
    Secrets,
    /// Names with what each of them has, separated by commas.
    Pairs,
    /// A place in the file system.
    Path,
    /// An address of this machine.
    Address,
    /// Where the store of record is.
    Database,
    /// Where Redis is.
    RedisAddress,
    /// A time zone of the IANA list.
    Zone,
    /// The base of an address of the web.
    Url,
    /// A mail address.
    Mailbox,
    /// A country.
    Region,
    /// Networks, separated by commas.
    Networks,
    /// Origins of web pages, separated by commas.
    Origins,
    /// A filter of log lines.
    Filter,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Word { max } => write!(f, "a word of at most {max} characters"),
            Self::Label => f.write_str("1 to 64 letters, digits, `-` and `_`"),
            Self::Number { unit: "", min, max } => write!(f, "a whole number from {min} to {max}"),
            Self::Number { unit, min, max } => write!(f, "a whole number of {unit} from {min} to {max}"),
            Self::Switch => f.write_str("`true` or `false`"),
            Self::Choice(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
                f.write_str(&words.join(" or "))
            }
            Self::Secrets => f.write_str("secrets separated by commas, the current one first"),
            Self::Pairs => f.write_str("a list like `name=value, name=value`"),
            Self::Path => f.write_str("a path"),
            Self::Address => f.write_str("an IP address, or `localhost`"),
            Self::Database => f.write_str("`sqlite://` and a path, or `postgres://` and an address"),
            Self::RedisAddress => f.write_str("`redis://` or `rediss://` and a host"),
            Self::Zone => f.write_str("a time zone, like `Europe/Amsterdam`"),
            Self::Url => f.write_str("an address that begins with `http://` or `https://`"),
            Self::Mailbox => f.write_str("a mail address"),
            Self::Region => f.write_str("a country of two letters, like `NL`"),
            Self::Networks => f.write_str("networks separated by commas, like `10.0.0.0/8, ::1`"),
            Self::Origins => f.write_str("origins separated by commas, like `https://www.example.com`"),
            Self::Filter => f.write_str("a level, or a filter of levels"),
        }
    }
}
