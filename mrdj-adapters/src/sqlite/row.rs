//! Values as columns keep them.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::error::corrupt;

/// A moment as a column keeps it: microseconds since 1970.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A length of time as a column keeps it, in microseconds; what is longer than a column holds is as long as that.
pub(super) fn length(time: SignedDuration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// A moment from its column.
pub(super) fn moment(row: &SqliteRow, column: &str) -> Result<Timestamp, sqlx::Error> {
    at(row.try_get(column)?)
}

/// A moment from what its column keeps.
pub(super) fn at(micros: i64) -> Result<Timestamp, sqlx::Error> {
    Timestamp::from_microsecond(micros).map_err(|_| corrupt("a moment lies outside of time"))
}

/// A UUID from its column.
pub(super) fn uuid(row: &SqliteRow, column: &str) -> Result<Uuid, sqlx::Error> {
    Uuid::from_slice(row.try_get(column)?).map_err(|_| corrupt("an id has not 16 bytes"))
}

/// A word of one of our enums from its column.
pub(super) fn word<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    let word: &str = row.try_get(column)?;
    serde_json::from_value(serde_json::Value::from(word)).map_err(|_| corrupt("a word is not one of ours"))
}

/// A JSON value from its column.
pub(super) fn json<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(row.try_get(column)?).map_err(|_| corrupt("a JSON column is damaged"))
}

/// Rows as one JSON parameter, so that any number of them is one statement.
pub(super) fn json_list<T: serde::Serialize>(rows: &[T]) -> String {
    serde_json::to_string(rows).expect("rows are plain data")
}

/// An id as its column keeps it.
pub(super) fn bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

/// An id as `unhex` reads it.
pub(super) fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// A value that may not be there, from the parts of its row.
pub(super) fn maybe<T>(
    row: &SqliteRow,
    column: &str,
    read: impl FnOnce(&SqliteRow, &str) -> Result<T, sqlx::Error>,
) -> Result<Option<T>, sqlx::Error> {
    use sqlx::ValueRef;
    if row.try_get_raw(column)?.is_null() { Ok(None) } else { read(row, column).map(Some) }
}
