//! Why no answer came.

use std::error::Error;
use std::fmt;

use mrdj_core::error::{Cause, ErrorKind, PortError, Remedy};
use mrdj_core::webhooks::NotCallable;

/// What went wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request could not be written down, e.g. because a key holds a line end.
    Unsendable,
    /// It leads where we do not call.
    NotCallable(NotCallable),
    /// No line came about: no such name, refused, no trust in the certificate, or not in time.
    Unreachable,
    /// The line stood, and no whole answer came in time.
    TimedOut,
    /// The line died before the whole answer was there.
    Cut,
    /// The answer is larger than agreed.
    TooLarge,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsendable => f.write_str("the request cannot be written"),
            Self::NotCallable(why) => write!(f, "it is not called: {why}"),
            Self::Unreachable => f.write_str("no line could be opened"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Cut => f.write_str("the line was cut"),
            Self::TooLarge => f.write_str("the answer is too large"),
        }
    }
}

/// A call that ended without a whole answer; it never shows the address, the query or a body.
#[derive(Debug, thiserror::Error)]
#[error("{fault}")]
pub struct OutboundError {
    /// What went wrong.
    pub fault: Fault,
    /// Whether the request may have arrived, and may have been acted upon.
    pub sent: bool,
    /// The status, where the answer had begun.
    pub status: Option<u16>,
    /// For the log.
    #[source]
    pub cause: Option<Cause>,
}

impl OutboundError {
    pub(super) fn unsendable(cause: reqwest::Error) -> Self {
        Self { fault: Fault::Unsendable, sent: false, status: None, cause: Some(cause.without_url().into()) }
    }

    pub(super) fn not_callable(why: NotCallable) -> Self {
        Self { fault: Fault::NotCallable(why), sent: false, status: None, cause: None }
    }

    /// No answer began.
    ///
    /// A line is opened before a request is written, so a failure to open it proves that nothing left. Anything later may
    /// have arrived: also the end of a line that was kept from an earlier call, which can come after the write.
    pub(super) fn unanswered(cause: reqwest::Error) -> Self {
        if let Some(why) = forbidden(&cause) {
            return Self::not_callable(why);
        }
        let (fault, sent) = match () {
            () if cause.is_connect() => (Fault::Unreachable, false),
            () if cause.is_timeout() => (Fault::TimedOut, true),
            () => (Fault::Cut, true),
        };
        Self { fault, sent, status: None, cause: Some(cause.without_url().into()) }
    }

    pub(super) fn broken_off(status: u16, cause: reqwest::Error) -> Self {
        let fault = if cause.is_timeout() { Fault::TimedOut } else { Fault::Cut };
        Self { fault, sent: true, status: Some(status), cause: Some(cause.without_url().into()) }
    }

    pub(super) fn too_large(status: u16) -> Self {
        Self { fault: Fault::TooLarge, sent: true, status: Some(status), cause: None }
    }

    /// The same as a port says it: what never left is tried again, what may have arrived is asked about first.
    pub fn into_port_error(self, adapter: &'static str, operation: &'static str) -> PortError {
        let kind = match self.fault {
            Fault::Unsendable | Fault::NotCallable(_) => ErrorKind::Misconfigured,
            Fault::Unreachable | Fault::TimedOut | Fault::Cut => ErrorKind::Unavailable,
            Fault::TooLarge => ErrorKind::Failed,
        };
        let remedy = if self.sent { Remedy::AskFirst } else { Remedy::LATER };
        PortError::new(kind, adapter, operation, self.fault.to_string()).remedy(remedy).because(self)
    }
}

/// Whether our own resolver said no, which is hidden below what the client makes of it.
fn forbidden(error: &reqwest::Error) -> Option<NotCallable> {
    let mut below = error.source();
    while let Some(cause) = below {
        if let Some(why) = cause.downcast_ref::<NotCallable>() {
            return Some(*why);
        }
        below = cause.source();
    }
    None
}
