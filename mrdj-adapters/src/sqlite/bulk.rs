//! Many rows by few statements.
//!
//! A statement that reads its rows out of a JSON parameter spends most of its time on JSON: measured, twice the processor
//! time per lead. So values are bound one by one, a lot of rows to a statement. Each number of rows up to a lot is prepared
//! once and kept: a statement more or less is a change of threads more or less, which is what a batch waits for.

use std::fmt::Write;

use sqlx::AssertSqlSafe;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection, SqliteRow};

/// So many rows go into one statement at most.
const LOT: usize = 64;
/// Statements that the writing connection keeps prepared: the bulk ones in every size, and the rest.
pub(super) const PREPARED: usize = 6 * LOT;

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
        let mut returned = Vec::new();
        for lot in rows.chunks(LOT) {
            let query = lot.iter().fold(sqlx::query(AssertSqlSafe(self.sql(lot.len()))), &bind);
            returned.extend(query.fetch_all(&mut *connection).await?);
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
