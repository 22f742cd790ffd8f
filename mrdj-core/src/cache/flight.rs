//! One computation per key, however many ask for its outcome.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use crate::error::{ErrorKind, PortError};

/// How a flight ended, for all who wait for it.
pub(super) type Landing = Result<Arc<str>, Arc<PortError>>;

type Flight = Shared<BoxFuture<'static, Landing>>;

/// The flights that are under way; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Flights(Arc<Mutex<Airspace>>);

#[derive(Debug, Default)]
struct Airspace {
    by_key: HashMap<String, (u64, WeakShared<BoxFuture<'static, Landing>>)>,
    departures: u64,
}

impl Flights {
    /// Joins the flight under `key`, or starts one with `work`.
    ///
    /// Whoever waits keeps it in the air, so that a caller who goes away does not let the others down. When all have gone
    /// it is dropped. A panic is an error like any other, told to everybody.
    pub(super) async fn join(
        &self,
        key: &str,
        work: impl Future<Output = Result<String, PortError>> + Send + 'static,
    ) -> Landing {
        let flight = self.board(key, work);
        flight.await
    }

    fn board(&self, key: &str, work: impl Future<Output = Result<String, PortError>> + Send + 'static) -> Flight {
        let mut airspace = self.airspace();
        if let Some(flight) = airspace.by_key.get(key).and_then(|(_, flight)| flight.upgrade()) {
            return flight;
        }
        airspace.departures += 1;
        let number = airspace.departures;
        let slot = Slot { flights: self.clone(), key: key.to_owned(), number };
        let flight = async move {
            let _slot = slot;
            let ended = AssertUnwindSafe(work).catch_unwind().await;
            let panicked = || PortError::new(ErrorKind::Failed, "cache", "compute", "the computation panicked");
            ended.unwrap_or_else(|_| Err(panicked())).map(Arc::from).map_err(Arc::new)
        };
        let flight = flight.boxed().shared();
        let weak = flight.downgrade().expect("a flight that nobody has polled has not ended");
        airspace.by_key.insert(key.to_owned(), (number, weak));
        flight
    }

    fn airspace(&self) -> MutexGuard<'_, Airspace> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A flight's place under its key, given back when it has landed or was dropped.
struct Slot {
    flights: Flights,
    key: String,
    number: u64,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut airspace = self.flights.airspace();
        if airspace.by_key.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            airspace.by_key.remove(&self.key);
        }
    }
}
