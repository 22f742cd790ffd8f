//! A look at the store.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::observability::{Condition, Finding, Probe};
use tokio::time::timeout;

use super::open::Sqlite;

/// A file that another process holds is waited for much longer by whoever has something to write.
const PATIENCE: Duration = Duration::from_millis(1_500);

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
        match timeout(PATIENCE, looked).await {
            Ok(Ok(())) => Finding { condition: Condition::Up, note: "sqlite".to_owned() },
            Ok(Err(error)) => Finding { condition: Condition::Down, note: format!("sqlite: {}", error.summary) },
            Err(_) => Finding { condition: Condition::Down, note: "sqlite: the file does not answer".to_owned() },
        }
    }
}
