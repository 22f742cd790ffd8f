//! SQLite's words for what went wrong, in ours.

use std::sync::Arc;

use mrdj_core::error::{ErrorKind, PortError};

pub(super) const ADAPTER: &str = "sqlite";

/// The error of `operation`, classified by SQLite's primary result code.
pub(super) fn port_error(operation: &'static str, cause: sqlx::Error) -> PortError {
    let (kind, summary) = classify(&cause);
    PortError::new(kind, ADAPTER, operation, summary).because(cause)
}

/// The same of a cause that several have in common.
pub(super) fn shared_error(operation: &'static str, cause: &Arc<sqlx::Error>) -> PortError {
    let (kind, summary) = classify(cause);
    PortError::new(kind, ADAPTER, operation, summary).because(Arc::clone(cause))
}

fn classify(cause: &sqlx::Error) -> (ErrorKind, &'static str) {
    let code = match cause {
        sqlx::Error::Database(error) => error.code().and_then(|code| code.parse::<i32>().ok()),
        sqlx::Error::RowNotFound => return (ErrorKind::NotFound, "what should change is not there"),
        sqlx::Error::PoolTimedOut => return (ErrorKind::Unavailable, "every reader is busy"),
        sqlx::Error::Io(_) => return (ErrorKind::Unavailable, "the file cannot be reached"),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            return (ErrorKind::Corrupt, "a row is not what was once written");
        }
        _ => None,
    };
    // The low byte is the primary code; the rest says more precisely what the log gets anyway.
    match code.map(|code| code & 0xff) {
        Some(5 | 6) => (ErrorKind::Unavailable, "another process holds the file"),
        Some(8) => (ErrorKind::Unavailable, "the file may not be written"),
        Some(10) => (ErrorKind::Unavailable, "the disk does not do what it is told"),
        Some(11 | 26) => (ErrorKind::Corrupt, "the file is damaged, or no database"),
        Some(13) => (ErrorKind::Full, "the disk is full"),
        Some(14) => (ErrorKind::Unavailable, "the file cannot be opened"),
        Some(19) => (ErrorKind::Conflict, "it contradicts what is stored"),
        _ => (ErrorKind::Failed, "the statement failed"),
    }
}

/// What is stored cannot be read as what it should be.
pub(super) fn corrupt(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(what.into())
}
