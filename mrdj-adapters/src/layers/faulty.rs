//! Breaks calls, by a seed.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use jiff::SignedDuration;
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use tracing::warn;

use super::{Around, Call};

/// How often calls break: `0.0` never, `1.0` always.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// The call is not made: nobody answers, and trying again is safe.
    pub before: f64,
    /// The call takes effect and its answer is lost: nobody knows, so one has to ask.
    pub after: f64,
}

/// Breaks calls as often as its rates say; the same seed breaks the same calls of a sequence.
#[derive(Debug)]
pub struct Faulty {
    seed: u64,
    rates: Rates,
    rolls: AtomicU64,
}

impl Faulty {
    /// Breaks calls by `seed`; every fault names it, so that a run can be repeated.
    pub fn seeded(seed: u64, rates: Rates) -> Self {
        Self { seed, rates, rolls: AtomicU64::new(0) }
    }

    fn breaks(&self, rate: f64) -> bool {
        let roll = self.rolls.fetch_add(1, Ordering::Relaxed);
        spread(self.seed, roll) < rate
    }

    fn fault(&self, call: Call, what: &str) -> PortError {
        let Call { port, operation } = call;
        let seed = self.seed;
        warn!(port, operation, seed, "a fault of seed {seed} in {port} {operation}: {what}");
        PortError::new(ErrorKind::Unavailable, "faulty", operation, format!("{what} (seed {seed})"))
    }
}

/// The `n`th number in `0.0..1.0` of `seed` (SplitMix64).
fn spread(seed: u64, n: u64) -> f64 {
    let state = seed.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    // The top 53 bits are all that an f64 holds exactly.
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[async_trait]
impl Around for Faulty {
    async fn before(&self, call: Call) -> Result<(), PortError> {
        if self.breaks(self.rates.before) { Err(self.fault(call, "nobody answers")) } else { Ok(()) }
    }

    fn after(&self, call: Call, _took: SignedDuration, error: Option<&PortError>) -> Result<(), PortError> {
        if self.breaks(self.rates.after) && error.is_none() {
            return Err(self.fault(call, "the answer is lost").remedy(Remedy::AskFirst));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use mrdj_core::mocks::FakeClock;
    use mrdj_core::store::{Changes, Commit, MockStore, Store};

    use super::*;
    use crate::layers::Wrapped;

    /// How a call ended, and whether it took effect.
    #[derive(Debug, PartialEq)]
    enum End {
        Well,
        NotMade,
        AnswerLost,
    }

    /// What happens to `calls` calls of a store that never fails.
    async fn ends(seed: u64, rates: Rates, calls: usize) -> Vec<End> {
        let made = Arc::new(AtomicU64::new(0));
        let mut store = MockStore::new();
        let counter = made.clone();
        store.expect_commit().returning(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok(Commit::Done)
        });
        let store =
            Wrapped::new(Arc::new(store), Arc::new(Faulty::seeded(seed, rates)), Arc::new(FakeClock::default()));
        let mut ends = Vec::new();
        for _ in 0..calls {
            let before = made.load(Ordering::Relaxed);
            let answer = store.commit(Changes::new()).await;
            let took_effect = made.load(Ordering::Relaxed) > before;
            ends.push(match answer.map_err(|error| (error.kind, error.remedy)) {
                Ok(_) if took_effect => End::Well,
                Err((ErrorKind::Unavailable, Remedy::LATER)) if !took_effect => End::NotMade,
                Err((ErrorKind::Unavailable, Remedy::AskFirst)) if took_effect => End::AnswerLost,
                other => panic!("no fault of ours: {other:?}, took effect: {took_effect}"),
            });
        }
        ends
    }

    const RATES: Rates = Rates { before: 0.3, after: 0.3 };

    #[tokio::test]
    async fn both_kinds_of_fault_occur_as_often_as_asked() {
        let ends = ends(7, RATES, 2_000).await;
        let share = |kind: End| ends.iter().filter(|end| **end == kind).count() as f64 / ends.len() as f64;
        assert!((0.25..0.35).contains(&share(End::NotMade)), "{}", share(End::NotMade));
        // Only what was made can lose its answer.
        assert!((0.16..0.26).contains(&share(End::AnswerLost)), "{}", share(End::AnswerLost));
    }

    #[tokio::test]
    async fn a_seed_repeats_its_faults_and_another_has_others() {
        let first = ends(7, RATES, 200).await;
        assert_eq!(ends(7, RATES, 200).await, first);
        assert_ne!(ends(8, RATES, 200).await, first);
    }

    #[tokio::test]
    async fn at_rate_one_nothing_gets_through_and_at_zero_everything() {
        let all = |before, after| ends(7, Rates { before, after }, 100);
        assert!(all(0.0, 0.0).await.iter().all(|end| *end == End::Well));
        assert!(all(1.0, 0.0).await.iter().all(|end| *end == End::NotMade));
        assert!(all(0.0, 1.0).await.iter().all(|end| *end == End::AnswerLost));
    }

    #[test]
    fn a_fault_names_its_seed() {
        let faulty = Faulty::seeded(4_711, RATES);
        let fault = faulty.fault(Call { port: "store", operation: "commit" }, "nobody answers");
        assert_eq!(fault.to_string(), "faulty could not commit: nobody answers (seed 4711)");
    }
}
