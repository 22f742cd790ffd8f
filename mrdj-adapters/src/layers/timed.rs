//! Measures every call.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use mrdj_core::error::{ErrorKind, PortError};

use super::{Around, Call};

/// Takes durations, e.g. into a histogram.
pub trait Recorder: Send + Sync {
    /// Takes one call: how long it took, and what happened if it failed.
    fn record(&self, call: Call, took: SignedDuration, outcome: Result<(), ErrorKind>);
}

/// Hands the duration and the outcome of every call to a recorder.
#[derive(Clone)]
pub struct Timed(Arc<dyn Recorder>);

impl Timed {
    /// Hands them to `recorder`.
    pub fn new(recorder: Arc<dyn Recorder>) -> Self {
        Self(recorder)
    }
}

#[async_trait]
impl Around for Timed {
    fn after(&self, call: Call, took: SignedDuration, error: Option<&PortError>) -> Result<(), PortError> {
        self.0.record(call, took, error.map_or(Ok(()), |error| Err(error.kind)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use mrdj_core::mocks::FakeClock;
    use mrdj_core::store::{Changes, Commit, MockStore, Store};

    use super::*;
    use crate::layers::Wrapped;

    type Entry = (Call, SignedDuration, Result<(), ErrorKind>);

    #[derive(Default)]
    struct Book(Mutex<Vec<Entry>>);

    impl Recorder for Book {
        fn record(&self, call: Call, took: SignedDuration, outcome: Result<(), ErrorKind>) {
            self.0.lock().expect("no test panics holding it").push((call, took, outcome));
        }
    }

    #[tokio::test]
    async fn every_call_is_recorded_with_its_duration_and_outcome() {
        let (clock, book) = (FakeClock::default(), Arc::new(Book::default()));
        let mut store = MockStore::new();
        let hand = clock.clone();
        let mut answers = vec![Err(PortError::new(ErrorKind::Full, "mock", "commit", "no room")), Ok(Commit::Done)];
        store.expect_commit().times(2).returning(move |_| {
            hand.advance(SignedDuration::from_millis(30));
            answers.pop().expect("two calls are made")
        });
        let timed = Wrapped::new(Arc::new(store), Arc::new(Timed::new(book.clone())), Arc::new(clock));
        assert_eq!(timed.commit(Changes::new()).await.expect("the first is well"), Commit::Done);
        timed.commit(Changes::new()).await.expect_err("the second has no room");

        let call = Call { port: "store", operation: "commit" };
        let took = SignedDuration::from_millis(30);
        let recorded = book.0.lock().expect("no test panics holding it").clone();
        assert_eq!(recorded, [(call, took, Ok(())), (call, took, Err(ErrorKind::Full))]);
    }
}
