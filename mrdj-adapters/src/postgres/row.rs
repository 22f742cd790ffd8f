//! Values as columns keep them.

use jiff::{SignedDuration, Timestamp};
use mrdj_core::contacts::{EmailAddress, PersonName, Phone};
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::error::corrupt;

/// A length of time as a column keeps it, in microseconds; what is longer than a column holds is as long as that.
pub(super) fn length(time: SignedDuration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// A moment as a column keeps it: microseconds since 1970.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A number that Postgres, which counts in signed ones, may be too small for.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// One column of many rows, to be handed over as an array.
pub(super) fn column<'r, R, T>(rows: &'r [R], value: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// A moment from its column.
pub(super) fn moment(row: &PgRow, column: &str) -> Result<Timestamp, sqlx::Error> {
    as_moment(row.try_get(column)?)
}

/// A moment that may not be there.
pub(super) fn maybe_moment(row: &PgRow, column: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    row.try_get::<Option<i64>, _>(column)?.map(as_moment).transpose()
}

fn as_moment(micros: i64) -> Result<Timestamp, sqlx::Error> {
    Timestamp::from_microsecond(micros).map_err(|_| corrupt("a moment lies outside of time"))
}

/// A number that is never below zero, from its column.
pub(super) fn whole<T: TryFrom<i64>>(row: &PgRow, column: &str) -> Result<T, sqlx::Error> {
    T::try_from(row.try_get(column)?).map_err(|_| corrupt("a number is out of its range"))
}

/// A word of one of our enums from its column.
pub(super) fn word<T: DeserializeOwned>(row: &PgRow, column: &str) -> Result<T, sqlx::Error> {
    let word: &str = row.try_get(column)?;
    serde_json::from_value(serde_json::Value::from(word)).map_err(|_| corrupt("a word is not one of ours"))
}

/// A JSON value from its column.
pub(super) fn json<T: DeserializeOwned>(row: &PgRow, column: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(row.try_get(column)?).map_err(|_| corrupt("a JSON column is damaged"))
}

/// The column `name`.
pub(super) fn name(row: &PgRow) -> Result<PersonName, sqlx::Error> {
    PersonName::parse(row.try_get("name")?).map_err(|_| corrupt("a name is none"))
}

/// The column `email`.
pub(super) fn email(row: &PgRow) -> Result<Option<EmailAddress>, sqlx::Error> {
    let text: Option<&str> = row.try_get("email")?;
    text.map(|text| EmailAddress::parse(text).map_err(|_| corrupt("a mail address is none"))).transpose()
}

/// The columns `phone` and `phone_checked`.
pub(super) fn phone(row: &PgRow) -> Result<Option<Phone>, sqlx::Error> {
    let text: Option<String> = row.try_get("phone")?;
    let checked: bool = row.try_get("phone_checked")?;
    Ok(text.map(|text| if checked { Phone::known(text) } else { Phone::unknown(text) }))
}
