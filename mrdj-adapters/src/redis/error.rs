//! Redis' words for what went wrong, in ours.

use mrdj_core::error::{Cause, ErrorKind, PortError};

/// Why a command got no good reply. It never shows a key or a value: a refusal is told by its code alone.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: ErrorKind,
    summary: String,
    cause: Option<Cause>,
}

impl Fault {
    /// Something on the way, or on our side.
    pub(crate) fn new(kind: ErrorKind, summary: impl Into<String>) -> Self {
        Self { kind, summary: summary.into(), cause: None }
    }

    /// Redis itself said no. Only its first word is kept: what follows may repeat what it was sent.
    pub(crate) fn refused(message: &str) -> Self {
        let code = message.split_whitespace().next().unwrap_or_default();
        let is_code = (1..=20).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_uppercase());
        let code = if is_code { code } else { "ERR" };
        Self::new(kind_of(code), code)
    }

    /// The reply is none that the command could have.
    pub(crate) fn unreadable() -> Self {
        Self::new(ErrorKind::Failed, "the reply cannot be read")
    }

    /// The same, with what caused it, which must hold no key and no value.
    pub(crate) fn because(self, cause: impl Into<Cause>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// What went wrong, in a word or a few.
    #[cfg(all(feature = "redis", feature = "upstash", feature = "sandbox"))]
    pub(crate) fn summary(&self) -> &str {
        &self.summary
    }

    /// Whether Redis refused with this code.
    pub(super) fn is(&self, code: &str) -> bool {
        self.summary == code
    }

    /// The same as a port says it.
    pub(super) fn into_port_error(self, adapter: &'static str, operation: &'static str) -> PortError {
        let error = PortError::new(self.kind, adapter, operation, self.summary);
        match self.cause {
            Some(cause) => error.because(cause),
            None => error,
        }
    }
}

fn kind_of(code: &str) -> ErrorKind {
    match code {
        "NOAUTH" | "WRONGPASS" | "NOPERM" | "DENIED" => ErrorKind::Misconfigured,
        "OOM" => ErrorKind::Full,
        "BUSY" | "CLUSTERDOWN" | "LOADING" | "MASTERDOWN" | "READONLY" | "TRYAGAIN" => ErrorKind::Unavailable,
        _ => ErrorKind::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(message: &str) -> (ErrorKind, String) {
        let error = Fault::refused(message).into_port_error("redis", "take");
        (error.kind, error.to_string())
    }

    #[test]
    fn a_refusal_is_sorted_by_its_code() {
        let kind = |message| told(message).0;
        assert_eq!(kind("WRONGPASS invalid username-password pair"), ErrorKind::Misconfigured);
        assert_eq!(kind("OOM command not allowed when used memory > 'maxmemory'."), ErrorKind::Full);
        assert_eq!(kind("LOADING Redis is loading the dataset in memory"), ErrorKind::Unavailable);
        assert_eq!(kind("ERR syntax error"), ErrorKind::Failed);
        assert!(Fault::refused("NOSCRIPT No matching script.").is("NOSCRIPT"));
    }

    #[test]
    fn a_refusal_that_repeats_what_it_was_sent_is_told_by_its_code_alone() {
        let message = "ERR unknown command 'GTE', with args beginning with: 'jan@example.com'";
        assert_eq!(told(message).1, "redis could not take: ERR");
        assert_eq!(told("jan@example.com is unknown").1, "redis could not take: ERR");
    }
}
