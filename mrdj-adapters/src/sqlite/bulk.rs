//! Many rows by few statements.
//!
//! A statement for any number of rows would be prepared anew for each number, and one that reads its rows out of a JSON
//! parameter spends most of its time on JSON: measured, twice the processor time per lead. So rows go in lots of fixed
//! sizes, each with a statement of its own that is prepared once.

use std::fmt::Write;

use sqlx::AssertSqlSafe;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection, SqliteRow};

/// The sizes of lots, largest first.
const LOTS: [usize; 7] = [64, 32, 16, 8, 4, 2, 1];

/// A statement on its way to be run.
pub(super) type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

/// What stands before and after the rows of a statement.
#[derive(Clone, Copy)]
pub(super) struct Bulk {
    /// Up to and with the word `VALUES`.
    pub(super) head: &'static str,
    /// The values of one row: `$n` counts by itself, so `?` stands for each.
    pub(super) row: &'static str,
    /// What follows the rows.
    pub(super) tail: &'static str,
}

impl Bulk {
    /// Runs the statement for all `rows`, of which `bind` binds one, and gives the rows it returns.
    pub(super) async fn run<R>(
        self,
        connection: &mut SqliteConnection,
        rows: &[R],
        bind: impl for<'q> Fn(Bound<'q>, &'q R) -> Bound<'q>,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let (mut rest, mut returned) = (rows, Vec::new());
        for lot in LOTS {
            while rest.len() >= lot {
                let (now, later) = rest.split_at(lot);
                let query = sqlx::query(AssertSqlSafe(self.sql(lot)));
                let query = now.iter().fold(query, &bind);
                returned.extend(query.fetch_all(&mut *connection).await?);
                rest = later;
            }
        }
        Ok(returned)
    }

    fn sql(self, rows: usize) -> String {
        let Self { head, row, tail } = self;
        let mut sql = String::with_capacity(head.len() + (row.len() + 4) * rows + tail.len() + 2);
        sql.push_str(head);
        for n in 0..rows {
            let comma = if n == 0 { ' ' } else { ',' };
            write!(sql, "{comma}({row})").expect("a string takes everything");
        }
        sql.push(' ');
        sql.push_str(tail);
        sql
    }
}
