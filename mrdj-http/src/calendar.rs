//! Who may read the crew's calendar.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mrdj_core::limits::Limit;
use mrdj_core::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq};

/// For so long a token that was right is not counted as a try.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// The door of the crew's calendar: whoever brings one of its tokens may read it.
#[derive(Clone)]
pub struct CalendarDoor(Arc<Lock>);

struct Lock {
    tokens: Vec<[u8; 32]>,
    /// Until when each token, having been right, is believed without counting.
    remembered: Mutex<Vec<Option<Timestamp>>>,
}

impl CalendarDoor {
    /// A door that any of `tokens` opens, so that one can follow another; none without tokens.
    pub fn new(tokens: &[Secret]) -> Option<Self> {
        let remembered = Mutex::new(vec![None; tokens.len()]);
        let lock = Lock { tokens: tokens.iter().map(digest).collect(), remembered };
        (!tokens.is_empty()).then(|| Self(Arc::new(lock)))
    }

    /// Which token it is, if any; all are looked at, for as long as each other.
    pub(crate) fn find(&self, given: &Secret) -> Option<usize> {
        let given = digest(given);
        let mut found = u32::MAX;
        for (place, token) in (0_u32..).zip(&self.0.tokens) {
            found.conditional_assign(&place, token.ct_eq(&given));
        }
        usize::try_from(found).ok().filter(|place| *place < self.0.tokens.len())
    }

    /// Whether that token was right not long before `now`.
    pub(crate) fn remembers(&self, token: usize, now: Timestamp) -> bool {
        let remembered = self.0.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.get(token).copied().flatten().is_some_and(|until| now < until)
    }

    /// Notes that it was right at `now`.
    pub(crate) fn remember(&self, token: usize, now: Timestamp) {
        let mut remembered = self.0.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = remembered.get_mut(token) {
            *until = now.checked_add(REMEMBERED_FOR).ok();
        }
    }

    /// How many tokens one address may try: as many as passwords.
    pub(crate) const fn tries(&self) -> Limit {
        Limit { max: 5, window: SignedDuration::from_mins(1) }
    }

    /// How long the answer to a wrong one is held back.
    pub(crate) const fn pause(&self) -> Duration {
        Duration::from_millis(500)
    }
}

/// Digests are as long as each other, whatever was given.
fn digest(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.reveal()).into()
}

impl fmt::Debug for CalendarDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CalendarDoor({} tokens)", self.0.tokens.len())
    }
}
