//! Prints when a failed delivery is tried again: by the promised policy, and by one that grows and is left partly to chance.
//!
//! ```sh
//! cargo run --example retry_schedule
//! ```

use jiff::{SignedDuration, Timestamp};
use mrdj_core::chance::Chance;
use mrdj_core::delivery::{Backoff, RetryPolicy};
use mrdj_core::mocks::FakeChance;

/// Where the dice begin; another seed gives other waits under `chance`.
const SEED: u64 = 2026;

fn main() {
    let promised = Backoff::default();
    print("promised: 5 attempts, 15 s apart", &promised);

    let growing = Backoff::exponential(9, SignedDuration::from_secs(2), SignedDuration::from_secs(60)).with_jitter(0.5);
    print("growing: 9 attempts, from 2 s, doubled up to 60 s, half of each wait left to chance", &growing);

    println!("What counts is what the partner answered: an outage spends none of these attempts.");
}

/// Prints one line for each failure: the shortest and the longest wait, one by seeded dice, and the sum of the longest.
fn print(title: &str, policy: &dyn RetryPolicy) {
    let chance = FakeChance::seeded(SEED);
    println!("{title}\n\n  failure   shortest    longest     chance   since the first, at most");
    let mut since = SignedDuration::ZERO;
    for failures in 1.. {
        let wait = |dice| policy.next(failures, Timestamp::UNIX_EPOCH, dice).map(since_epoch);
        // Dice stay below 1.0; this is as high as they get.
        let (Some(shortest), Some(longest), Some(rolled)) = (wait(0.0), wait(1.0), wait(chance.dice())) else {
            println!("  {failures:>7}   given up: a dead letter, which an operator may replay\n");
            return;
        };
        since += longest;
        let [shortest, longest, rolled, since] = [shortest, longest, rolled, since].map(|span| span.as_secs_f64());
        println!("  {failures:>7} {shortest:>8.1} s {longest:>8.1} s {rolled:>8.1} s {since:>8.1} s");
    }
}

fn since_epoch(at: Timestamp) -> SignedDuration {
    at.duration_since(Timestamp::UNIX_EPOCH)
}
