//! A look at the store.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::observability::{Condition, Finding, Probe};

use super::open::Sqlite;

#[async_trait]
impl Probe for Sqlite {
    fn name(&self) -> &'static str {
        "store"
    }

    fn required(&self) -> bool {
        true
    }

    async fn look(&self, _: Timestamp) -> Finding {
        // Takes the right to write, without writing: a file that another holds shows there and not among the readers.
        let looked = self.0.writer.write(|connection| {
            Box::pin(async move { sqlx::query("SELECT count(*) FROM queue").execute(connection).await.map(drop) })
        });
        match looked.await {
            Ok(()) => Finding { condition: Condition::Up, note: "sqlite".to_owned() },
            Err(error) => Finding { condition: Condition::Down, note: format!("sqlite: {}", error.summary) },
        }
    }
}
