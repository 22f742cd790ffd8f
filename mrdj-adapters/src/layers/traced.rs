//! Tells the log of every call.

use async_trait::async_trait;
use jiff::SignedDuration;
use mrdj_core::error::{PortError, Remedy};
use tracing::{debug, warn};

use super::{Around, Call};

/// Writes one line per call: port, operation, how long, how it ended. What a call carries is never written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traced;

#[async_trait]
impl Around for Traced {
    fn after(&self, call: Call, took: SignedDuration, error: Option<&PortError>) -> Result<(), PortError> {
        let Call { port, operation } = call;
        let took_us = i64::try_from(took.as_micros()).unwrap_or(i64::MAX);
        match error {
            None => debug!(port, operation, took_us, outcome = "ok", "{port} {operation} ended well"),
            Some(error) => warn!(
                port,
                operation,
                took_us,
                outcome = error.kind.word(),
                remedy = word(error.remedy),
                error.adapter,
                error.summary,
                "{port} {operation} failed: {}",
                error.kind
            ),
        }
        Ok(())
    }
}

fn word(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::GiveUp => "give_up",
        Remedy::TryAgain { .. } => "try_again",
        Remedy::AskFirst => "ask_first",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use mrdj_core::contacts::{ContactBook, ContactKey, MockContactBook};
    use mrdj_core::error::ErrorKind;
    use mrdj_core::mocks::{FakeClock, FakeLog};
    use tracing::Level;

    use super::*;
    use crate::layers::Wrapped;

    #[tokio::test]
    async fn a_call_is_told_without_what_it_carries() {
        let mut book = MockContactBook::new();
        let mut answers =
            vec![Err(PortError::new(ErrorKind::Unavailable, "mock", "find", "the file is away")), Ok(None)];
        book.expect_find().returning(move |_| answers.pop().expect("two calls are made"));
        let traced = Wrapped::new(Arc::new(book), Arc::new(Traced), Arc::new(FakeClock::default()));
        let (lines, key) =
            (FakeLog::from_level(Level::TRACE), ContactKey::from_stored("mail:jan@example.com".to_owned()));

        let guard = tracing::subscriber::set_default(lines.clone());
        traced.find(&key).await.expect("the first is well");
        traced.find(&key).await.expect_err("the second is away");
        drop(guard);

        let lines = lines.lines();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].starts_with("DEBUG message=contact_book find ended well"), "{}", lines[0]);
        assert!(lines[1].starts_with("WARN message=contact_book find failed: unavailable"), "{}", lines[1]);
        for field in ["port=\"contact_book\"", "operation=\"find\"", "remedy=\"try_again\"", "the file is away"] {
            assert!(lines[1].contains(field), "{field} is missing in {}", lines[1]);
        }
        assert!(lines.iter().all(|line| !line.contains("jan@")), "{lines:?}");
    }
}
