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
    use std::fmt::{Debug, Write};
    use std::sync::{Arc, Mutex};

    use mrdj_core::contacts::{ContactBook, ContactKey, MockContactBook};
    use mrdj_core::error::ErrorKind;
    use mrdj_core::mocks::FakeClock;
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::*;
    use crate::layers::Wrapped;

    /// Keeps each line of the log with all its fields.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<String>>>);

    struct Line(String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            write!(self.0, " {field}={value:?}").expect("a string takes everything");
        }
    }

    impl Subscriber for Lines {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            let mut line = Line(event.metadata().level().to_string());
            event.record(&mut line);
            self.0.lock().expect("no test panics holding it").push(line.0);
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[tokio::test]
    async fn a_call_is_told_without_what_it_carries() {
        let mut book = MockContactBook::new();
        let mut answers =
            vec![Err(PortError::new(ErrorKind::Unavailable, "mock", "find", "the file is away")), Ok(None)];
        book.expect_find().returning(move |_| answers.pop().expect("two calls are made"));
        let traced = Wrapped::new(Arc::new(book), Arc::new(Traced), Arc::new(FakeClock::default()));
        let (lines, key) = (Lines::default(), ContactKey::from_stored("mail:jan@example.com".to_owned()));

        let guard = tracing::subscriber::set_default(lines.clone());
        traced.find(&key).await.expect("the first is well");
        traced.find(&key).await.expect_err("the second is away");
        drop(guard);

        let lines = lines.0.lock().expect("no test panics holding it").clone();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].starts_with("DEBUG message=contact_book find ended well"), "{}", lines[0]);
        assert!(lines[1].starts_with("WARN message=contact_book find failed: unavailable"), "{}", lines[1]);
        for field in ["port=\"contact_book\"", "operation=\"find\"", "remedy=\"try_again\"", "the file is away"] {
            assert!(lines[1].contains(field), "{field} is missing in {}", lines[1]);
        }
        assert!(lines.iter().all(|line| !line.contains("jan@")), "{lines:?}");
    }
}
