//! Postgres' words for what went wrong, in ours.

use std::io;
use std::sync::Arc;

use mrdj_core::error::{Cause, ErrorKind, PortError};
use sqlx::postgres::PgDatabaseError;
use thiserror::Error;

pub(super) const ADAPTER: &str = "postgres";

/// The error of `operation`, classified by SQLSTATE.
pub(super) fn port_error(operation: &'static str, cause: sqlx::Error) -> PortError {
    let (kind, summary) = classify(&cause);
    let told = Answer::of(&cause).map(Cause::from);
    PortError::new(kind, ADAPTER, operation, summary).because(told.unwrap_or_else(|| cause.into()))
}

/// The same of a cause that several have in common.
pub(super) fn shared_error(operation: &'static str, cause: &Arc<sqlx::Error>) -> PortError {
    let (kind, summary) = classify(cause);
    let told = Answer::of(cause).map(Cause::from);
    PortError::new(kind, ADAPTER, operation, summary).because(told.unwrap_or_else(|| Arc::clone(cause).into()))
}

/// What of an answer may be logged. Its detail is left out: it quotes rows, and people are in them.
#[derive(Debug, Error)]
#[error("{message} ({state}{})", of.as_ref().map(|of| format!(", {of}")).unwrap_or_default())]
struct Answer {
    state: String,
    message: String,
    /// The constraint or table that it is about.
    of: Option<String>,
}

impl Answer {
    fn of(cause: &sqlx::Error) -> Option<Self> {
        let answer = cause.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
        let of = answer.constraint().or(answer.table()).map(str::to_owned);
        Some(Self { state: answer.code().to_owned(), message: answer.message().to_owned(), of })
    }
}

/// Whether the server itself said what was wrong, so that the line is whole and the transaction undone.
pub(super) fn was_answered(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Database(_) => !matches!(classify(cause), (ErrorKind::Unavailable, _)),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::PoolTimedOut => false,
        _ => true,
    }
}

/// Whether the line itself is gone, which one that lay idle may have been for long.
///
/// An answer that is overdue is no such thing: whoever waited for it once has no time to wait for it again.
pub(super) fn was_cut(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => false,
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|state| state.starts_with("08") || state.starts_with("57P"))
        }
        _ => false,
    }
}

/// rustls tells of a certificate in the middle of reading.
fn is_mistrusted(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.to_string().contains("certificate"))
}

fn classify(cause: &sqlx::Error) -> (ErrorKind, &'static str) {
    match cause {
        sqlx::Error::Database(error) => by_state(error.code().as_deref().unwrap_or_default()),
        sqlx::Error::RowNotFound => (ErrorKind::NotFound, "what should change is not there"),
        sqlx::Error::PoolTimedOut => (ErrorKind::Unavailable, "no connection within the time for it"),
        sqlx::Error::Io(error) if is_mistrusted(error) => {
            (ErrorKind::Misconfigured, "the server's certificate is not to be trusted")
        }
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => (ErrorKind::Unavailable, "the database cannot be reached"),
        // The one thing that sqlx tells by this text alone.
        sqlx::Error::Tls(error) if error.to_string().contains("does not support") => {
            (ErrorKind::Misconfigured, "the server does not speak TLS, without which it is not to be trusted")
        }
        sqlx::Error::Tls(_) => {
            (ErrorKind::Misconfigured, "TLS cannot be set up: no certificate can be read from the authority's file")
        }
        sqlx::Error::PoolClosed => (ErrorKind::Unavailable, "the store is closed"),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            (ErrorKind::Corrupt, "a row is not what was once written")
        }
        _ => (ErrorKind::Failed, "the statement failed"),
    }
}

/// By class first, by code where a class holds several things; from Postgres' appendix A.
fn by_state(state: &str) -> (ErrorKind, &'static str) {
    match (state.get(..2).unwrap_or_default(), state) {
        (_, "53100") => (ErrorKind::Full, "the disk is full"),
        (_, "57014") => (ErrorKind::Unavailable, "the statement took too long"),
        (_, "55P03") => (ErrorKind::Unavailable, "another transaction holds it"),
        (_, "25006") => (ErrorKind::Unavailable, "the server only reads, as a standby does"),
        ("08" | "53" | "57" | "58", _) => (ErrorKind::Unavailable, "the database is not there for us now"),
        ("28", _) => (ErrorKind::Misconfigured, "the database refuses the user or the password"),
        ("3D", _) => (ErrorKind::Misconfigured, "there is no such database"),
        (_, "42501") => (ErrorKind::Misconfigured, "the user may not do that"),
        (_, "42P01" | "42703") | ("3F", _) => {
            (ErrorKind::Misconfigured, "the schema is not ours, or of another version")
        }
        ("23", _) => (ErrorKind::Conflict, "it contradicts what is stored"),
        ("40", _) => (ErrorKind::Failed, "another transaction was in the way"),
        ("XX", _) => (ErrorKind::Corrupt, "the database is damaged"),
        _ => (ErrorKind::Failed, "the statement failed"),
    }
}

/// What is stored cannot be read as what it should be.
pub(super) fn corrupt(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(what.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_told_apart() {
        let cases = [
            ("57P01", ErrorKind::Unavailable),
            ("57P03", ErrorKind::Unavailable),
            ("53300", ErrorKind::Unavailable),
            ("53100", ErrorKind::Full),
            ("28P01", ErrorKind::Misconfigured),
            ("23505", ErrorKind::Conflict),
            ("40P01", ErrorKind::Failed),
            ("", ErrorKind::Failed),
        ];
        for (state, kind) in cases {
            assert_eq!(by_state(state).0, kind, "{state}");
        }
    }
}
