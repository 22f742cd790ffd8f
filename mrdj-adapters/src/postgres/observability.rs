//! A look at the store.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::observability::{Condition, Finding, Probe};

use super::open::Postgres;

/// A look takes no longer, whatever the database does.
const PATIENCE: Duration = Duration::from_millis(1_500);

#[async_trait]
impl Probe for Postgres {
    fn name(&self) -> &'static str {
        "store"
    }

    fn required(&self) -> bool {
        true
    }

    async fn look(&self, _: Timestamp) -> Finding {
        let down = |note: String| Finding { condition: Condition::Down, note };
        match tokio::time::timeout(PATIENCE, self.ask()).await {
            Ok(Ok(())) => Finding { condition: Condition::Up, note: "postgres".to_owned() },
            Ok(Err(error)) => down(format!("postgres: {}", error.summary)),
            Err(_) => down("postgres: no answer in time".to_owned()),
        }
    }
}
