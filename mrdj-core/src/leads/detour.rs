//! The way around a store that is away.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use super::lately::Lately;
use super::{IntakeError, LeadId, Receipt, Spool, Spooled, Visit};
use crate::contacts::ContactKey;
use crate::delivery::{Allowance, Bell, Breaker, BreakerRule};
use crate::error::{ErrorKind, PortError};
use crate::store::Commit;

/// A store that failed is left alone for a little longer than whoever drains waits between two tries, so that it is the
/// drain that waits for a store that is slow to fail, and no visitor.
const REST: BreakerRule = BreakerRule { failures: 1, cooldown: SignedDuration::from_secs(3) };
/// For so long one request may try a store that was away, before another does.
const TRY: SignedDuration = SignedDuration::from_secs(15);

/// Leads enquiries to the spool, and knows meanwhile what can be known without the store.
pub struct Detour {
    pub(super) spool: Arc<dyn Spool>,
    bell: Arc<dyn Bell>,
    breaker: Mutex<Breaker>,
    lately: Mutex<Lately>,
    /// How often this process put something into the spool or saw something there; the first stands for what an earlier
    /// process may have left.
    landed: AtomicU64,
    /// How many those were when the spool was last seen empty.
    emptied: AtomicU64,
}

impl Detour {
    /// Leads to `spool`, and wakes whoever drains it by `bell`.
    pub fn new(spool: Arc<dyn Spool>, bell: Arc<dyn Bell>) -> Self {
        Self {
            spool,
            bell,
            breaker: Mutex::default(),
            lately: Mutex::default(),
            landed: AtomicU64::new(1),
            emptied: AtomicU64::new(0),
        }
    }

    /// Whether a request may try the store; of those that come while it is known to be away, one at a time may.
    pub(super) fn may_try(&self, now: Timestamp) -> bool {
        let mut breaker = unpoisoned(&self.breaker);
        match breaker.allowance(now) {
            Allowance::Everything => true,
            Allowance::Probe => {
                breaker.probing(now.checked_add(TRY).unwrap_or(Timestamp::MAX));
                true
            }
            Allowance::Nothing => false,
        }
    }

    /// Takes the next try at a store that is known to be away, so that no visitor's request waits for it.
    pub(super) fn take_try(&self, now: Timestamp) {
        unpoisoned(&self.breaker).probing(now.checked_add(TRY).unwrap_or(Timestamp::MAX));
    }

    /// The store took or refused something: it is there.
    pub(super) fn store_answered(&self) {
        if unpoisoned(&self.breaker).answered() {
            info!("the store of record is back");
        }
    }

    /// The store failed; says whether an enquiry goes to the spool because of that.
    ///
    /// It does not when the store is there and refuses this one thing. A row that cannot be read says nothing about the
    /// store as a whole.
    pub(super) fn store_failed(&self, error: &PortError, now: Timestamp) -> bool {
        match error.kind {
            ErrorKind::NotFound | ErrorKind::Conflict | ErrorKind::Rejected => return false,
            ErrorKind::Corrupt => {}
            ErrorKind::Failed
            | ErrorKind::Throttled
            | ErrorKind::Unavailable
            | ErrorKind::Misconfigured
            | ErrorKind::Full => {
                if unpoisoned(&self.breaker).outage(REST, error.kind.word(), now) {
                    warn!(error = %error, "the store of record is away, enquiries go to the spool: {error}");
                }
            }
        }
        true
    }

    /// Remembers what went into the store.
    pub(super) fn note(&self, taken: Spooled) {
        unpoisoned(&self.lately).note(taken);
    }

    /// Whether the spool may hold something.
    pub(super) fn holds_something(&self) -> bool {
        self.landed.load(Ordering::Acquire) != self.emptied.load(Ordering::Acquire)
    }

    /// What to hand to [`Detour::seen_empty`]; taken before looking.
    pub(super) fn stamp(&self) -> u64 {
        self.landed.load(Ordering::Acquire)
    }

    /// The spool was empty some time after `stamp` was taken; what was put there since is not overlooked.
    pub(super) fn seen_empty(&self, stamp: u64) {
        self.emptied.store(stamp, Ordering::Release);
    }

    /// The spool holds something, perhaps of another process.
    pub(super) fn seen_waiting(&self) {
        self.landed.fetch_add(1, Ordering::AcqRel);
    }

    /// Puts an enquiry into the spool; see [`Spool::append`].
    pub(super) async fn append(&self, spooled: &Spooled, newest: Option<LeadId>) -> Result<Commit, PortError> {
        let commit = self.spool.append(spooled, newest).await?;
        self.landed.fetch_add(1, Ordering::AcqRel);
        self.bell.ring();
        Ok(commit)
    }

    /// The receipt that was given under the caller's key, as far as the spool and this process know.
    pub(super) async fn answered(&self, visit: &Visit, now: Timestamp) -> Result<Option<Receipt>, IntakeError> {
        let Some((key, fingerprint)) = &visit.key else {
            return Ok(None);
        };
        let spooled = self.spool.find_key(key, now).await?;
        let Some(known) = spooled.or_else(|| unpoisoned(&self.lately).find_key(key, now)) else {
            return Ok(None);
        };
        let same = known.key.is_some_and(|(_, asked)| asked == *fingerprint);
        if same { Ok(Some(known.receipt)) } else { Err(IntakeError::KeyReused) }
    }

    /// The last enquiry of one person that this process brought into the store.
    pub(super) fn lately_of(&self, contact: &ContactKey) -> Option<Spooled> {
        unpoisoned(&self.lately).newest_of(contact)
    }
}

/// Nothing here can stop halfway, so that a panic elsewhere in the thread leaves the state whole.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
