//! Bringing what was spooled into the store.

use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use super::service::{ROUNDS, crossed};
use super::{Detour, Intake, Spooled};
use crate::error::{ErrorKind, PortError};
use crate::idempotency::IdempotencyRecord;
use crate::store::{Change, Changes, Commit, Refusal};

/// So many are looked at in one turn.
const LOT: usize = 64;
/// For so long others pass an enquiry that the store refused.
const ASIDE: SignedDuration = SignedDuration::from_mins(10);

/// What one turn of draining did.
#[derive(Debug, Default)]
pub struct Drained {
    /// So many enquiries are in the store now, and no longer in the spool.
    pub brought: usize,
    /// So many were set aside, because the store refused them.
    pub aside: usize,
    /// Why the turn ended before it came to the end: the store is away.
    pub stopped: Option<PortError>,
}

/// When an enquiry came into the store.
#[derive(PartialEq, Eq)]
enum Brought {
    Now,
    Before,
}

/// What an error of the store means for the enquiry that met it.
enum Fate {
    /// The store is away, for this one as for all.
    Wait,
    /// The store refuses this one.
    Aside,
    /// It is this one, or it is the store: the next one will tell.
    Unclear,
}

impl Fate {
    const fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::NotFound | ErrorKind::Conflict | ErrorKind::Rejected | ErrorKind::Corrupt => Self::Aside,
            ErrorKind::Failed => Self::Unclear,
            ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Misconfigured | ErrorKind::Full => Self::Wait,
        }
    }
}

impl Intake {
    /// Takes one turn at bringing what waits in the spool into the store, the first first.
    ///
    /// Each is decided against the store as it is then, under the id that its receipt named. One that the store has
    /// already, because a commit had happened of which no answer came, is only forgotten here: killed at any moment,
    /// the next turn does nothing twice. The turn ends when the store is away; what the store refuses is set aside for
    /// a while and lets the others pass. An error is one of the spool.
    pub async fn drain(&self) -> Result<Drained, PortError> {
        let Some(detour) = &self.detour else {
            return Ok(Drained::default());
        };
        let (stamp, now) = (detour.stamp(), self.clock.now());
        let lot = detour.spool.oldest(LOT, now).await?;
        if lot.is_empty() {
            if detour.spool.figures().await?.waiting == 0 {
                detour.seen_empty(stamp);
            }
            return Ok(Drained::default());
        }
        detour.seen_waiting();
        detour.take_try(now);
        let drained = self.bring_all(detour, &lot, now).await?;
        if let Some(error) = &drained.stopped {
            // A store may be slow to fail, so that by now it is later.
            detour.store_failed(error, self.clock.now());
        }
        Ok(drained)
    }

    /// Brings one after the other into the store, and forgets each at once: whoever adds to it next finds it there.
    async fn bring_all(&self, detour: &Detour, lot: &[Spooled], now: Timestamp) -> Result<Drained, PortError> {
        let (mut drained, mut unclear) = (Drained::default(), Vec::new());
        for spooled in lot {
            match self.bring(spooled).await {
                Ok(brought) => {
                    if brought == Brought::Now {
                        // The store takes this one, so it was not the store.
                        drained.aside += unclear.len();
                        set_aside(detour, unclear.drain(..), now).await?;
                    }
                    detour.spool.remove(spooled.lead.id).await?;
                    drained.brought += 1;
                }
                Err(error) => match Fate::of(error.kind) {
                    Fate::Aside => {
                        drained.aside += 1;
                        set_aside(detour, [(spooled, error)], now).await?;
                    }
                    Fate::Unclear => unclear.push((spooled, error)),
                    Fate::Wait => return Ok(Drained { stopped: Some(error), ..drained }),
                },
            }
        }
        Ok(Drained { stopped: unclear.pop().map(|(_, error)| error), ..drained })
    }

    /// Brings one enquiry into the store, unless it is there.
    async fn bring(&self, spooled: &Spooled) -> Result<Brought, PortError> {
        let id = spooled.lead.id;
        let mut key = spooled.key.as_ref();
        for _ in 0..ROUNDS {
            if self.leads.find(id).await?.is_some() {
                return Ok(Brought::Before);
            }
            let changes = self.decide_spooled(spooled).await?;
            let answer = IdempotencyRecord::of(key, &spooled.receipt, spooled.at());
            let changes = changes.with_all(answer.map(Change::Remember));
            if changes == Changes::new() {
                return Ok(Brought::Before);
            }
            match self.commit(changes).await {
                Ok(Commit::Done) => {
                    info!(lead.id = %id, "lead {id} is in the store, out of the spool");
                    self.bell.ring();
                    self.note(|| spooled.clone());
                    return Ok(Brought::Now);
                }
                Ok(Commit::Refused(Refusal::KeyTaken)) if self.is_answered(spooled).await? => {
                    return Ok(Brought::Before);
                }
                // The key went to another request that the store knew and the spool did not.
                Ok(Commit::Refused(Refusal::KeyTaken)) => key = None,
                Ok(Commit::Refused(_)) => {}
                // Somebody else who drains the same spool was faster.
                Err(error) if error.kind == ErrorKind::Conflict && self.leads.find(id).await?.is_some() => {
                    return Ok(Brought::Before);
                }
                Err(error) => return Err(error),
            }
        }
        Err(crossed())
    }

    /// What is to be committed: an addition to the enquiry that its receipt names, or an enquiry of its own.
    ///
    /// It is one of its own under the id that its receipt names even where the store knows a twin by now, so that every
    /// receipt leads to an enquiry.
    async fn decide_spooled(&self, spooled: &Spooled) -> Result<Changes, PortError> {
        let at = spooled.at();
        let first = match &spooled.added_to {
            Some(first) => self.leads.find(first.id).await?,
            None => None,
        };
        let joined = first.and_then(|first| self.join(&first, &spooled.lead, at));
        Ok(joined.map_or_else(|| self.insert(&spooled.lead, at), |(_, changes)| changes))
    }

    /// Whether the store answered the same request before the spool did.
    async fn is_answered(&self, spooled: &Spooled) -> Result<bool, PortError> {
        let Some((key, fingerprint)) = &spooled.key else {
            return Ok(false);
        };
        let record = self.answers.recall(key, spooled.at()).await?;
        let same = record.is_some_and(|record| record.fingerprint == *fingerprint);
        if same {
            let id = spooled.lead.id;
            info!(lead.id = %id, "lead {id} repeats a request that the store has answered");
        }
        Ok(same)
    }
}

async fn set_aside(
    detour: &Detour,
    refused: impl IntoIterator<Item = (&Spooled, PortError)>,
    now: Timestamp,
) -> Result<(), PortError> {
    let until = now.checked_add(ASIDE).unwrap_or(Timestamp::MAX);
    for (spooled, error) in refused {
        let id = spooled.lead.id;
        warn!(lead.id = %id, error = %error, "lead {id} is set aside in the spool, the store refuses it: {error}");
        detour.spool.set_aside(id, &format!("{}: {}", error.kind, error.summary), until).await?;
    }
    Ok(())
}
