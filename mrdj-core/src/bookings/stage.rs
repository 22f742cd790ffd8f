//! How far a booking has come.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far a booking has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Stage {
    /// It stands in line behind a hold of somebody else, and takes nothing.
    Waiting,
    /// The evening is kept until then.
    Held {
        /// Until when.
        until: Timestamp,
        /// Whether another client wants the same evening, and this one was asked to decide.
        challenged: bool,
    },
    /// It was offered, and the evening is kept until then.
    Offered {
        /// Until when.
        until: Timestamp,
        /// Whether another client wants the same evening, and this one was asked to decide.
        challenged: bool,
    },
    /// The client has agreed.
    Agreed,
    /// The deposit was paid.
    Deposit,
    /// The event was held.
    Done,
    /// Nobody decided in time.
    Expired,
    /// It was called off.
    Cancelled {
        /// By whom.
        by: Party,
    },
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The client.
    Client,
    /// The business.
    Business,
    /// The system by itself, as when a hold runs out.
    System,
}

impl Party {
    /// The word under which it is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Business => "business",
            Self::System => "system",
        }
    }
}

/// One step of a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// From the line into the hold.
    Promote {
        /// Until when the evening is kept.
        until: Timestamp,
    },
    /// The hold is kept for longer, or shorter.
    Prolong {
        /// Until when.
        until: Timestamp,
    },
    /// Another client wants the same evening: decide before this moment.
    Challenge {
        /// The moment; a hold that ends sooner stays so.
        before: Timestamp,
    },
    /// The business makes its offer.
    Offer {
        /// Until when it stands.
        until: Timestamp,
    },
    /// The client agrees.
    Agree,
    /// The deposit came in.
    PayDeposit,
    /// The event was held.
    Finish,
    /// Nobody decided in time.
    Expire,
    /// It is called off.
    Cancel {
        /// By whom.
        by: Party,
    },
}

/// Why a step cannot be taken; nothing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum StepRefused {
    /// The booking is not where this step begins.
    #[error("a booking that is {from} cannot {step}")]
    NotFromHere {
        /// Where it is.
        from: &'static str,
        /// What was tried.
        step: &'static str,
    },
    /// Money came for an evening that is not kept any more: a person decides what becomes of it.
    #[error("the deposit came after the hold had ended, and the evening is not kept any more")]
    LatePayment,
    /// The hold has run out: prolong it first, if the evening is still free.
    #[error("the hold has run out; prolong it first")]
    HoldOver,
    /// A hold ends later than now.
    #[error("a hold ends in the future, and within a year")]
    UntilOutOfRange,
    /// An event is held before it is done.
    #[error("the event is not over yet")]
    NotOver,
    /// A hold runs out at its end.
    #[error("the hold has not run out yet")]
    NotDue,
}

/// The longest hold.
const LONGEST_HOLD: SignedDuration = SignedDuration::from_hours(24 * 366);

impl Stage {
    /// The word under which it is stored and shown.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held { .. } => "held",
            Self::Offered { .. } => "offered",
            Self::Agreed => "agreed",
            Self::Deposit => "deposit",
            Self::Done => "done",
            Self::Expired => "expired",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Until when the evening is kept, where that ends by itself.
    pub const fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Held { until, .. } | Self::Offered { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// Whether nothing will come after it.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Done | Self::Expired | Self::Cancelled { .. })
    }

    /// The stage after `step` was taken at `now`, of an event that ends at `over`.
    pub fn take(&self, step: &Step, now: Timestamp, over: Timestamp) -> Result<Self, StepRefused> {
        match (self, step) {
            (Self::Waiting, Step::Promote { until }) => {
                Ok(Self::Held { until: future(*until, now)?, challenged: false })
            }
            (Self::Held { .. }, Step::Prolong { until }) => {
                Ok(Self::Held { until: future(*until, now)?, challenged: false })
            }
            (Self::Offered { .. }, Step::Prolong { until }) => {
                Ok(Self::Offered { until: future(*until, now)?, challenged: false })
            }
            (Self::Held { until, .. }, Step::Challenge { before }) => {
                Ok(Self::Held { until: future(*before, now)?.min(*until), challenged: true })
            }
            (Self::Offered { until, .. }, Step::Challenge { before }) => {
                Ok(Self::Offered { until: future(*before, now)?.min(*until), challenged: true })
            }
            (Self::Held { .. } | Self::Offered { .. }, Step::Offer { until }) => {
                Ok(Self::Offered { until: future(*until, now)?, challenged: false })
            }
            (Self::Held { until, .. } | Self::Offered { until, .. }, Step::Expire) => {
                if *until <= now {
                    Ok(Self::Expired)
                } else {
                    Err(StepRefused::NotDue)
                }
            }
            (Self::Waiting, Step::Expire) => {
                if over <= now {
                    Ok(Self::Expired)
                } else {
                    Err(StepRefused::NotDue)
                }
            }
            (Self::Held { until, .. } | Self::Offered { until, .. }, Step::Agree) => {
                if now < *until {
                    Ok(Self::Agreed)
                } else {
                    Err(StepRefused::HoldOver)
                }
            }
            (Self::Agreed, Step::PayDeposit) => Ok(Self::Deposit),
            (Self::Expired | Self::Cancelled { .. }, Step::PayDeposit) => Err(StepRefused::LatePayment),
            (Self::Agreed | Self::Deposit, Step::Finish) => {
                if over <= now {
                    Ok(Self::Done)
                } else {
                    Err(StepRefused::NotOver)
                }
            }
            (from, Step::Cancel { by }) if !from.is_final() => Ok(Self::Cancelled { by: *by }),
            (from, step) => Err(StepRefused::NotFromHere { from: from.word(), step: step.word() }),
        }
    }
}

impl Step {
    /// The word under which it is stored and shown.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Promote { .. } => "promote",
            Self::Prolong { .. } => "prolong",
            Self::Challenge { .. } => "challenge",
            Self::Offer { .. } => "offer",
            Self::Agree => "agree",
            Self::PayDeposit => "pay_deposit",
            Self::Finish => "finish",
            Self::Expire => "expire",
            Self::Cancel { .. } => "cancel",
        }
    }
}

fn future(until: Timestamp, now: Timestamp) -> Result<Timestamp, StepRefused> {
    let length = until.duration_since(now);
    if length > SignedDuration::ZERO && length <= LONGEST_HOLD { Ok(until) } else { Err(StepRefused::UntilOutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    const OVER: i64 = 1_000;

    fn stages() -> Vec<Stage> {
        let until = at(100);
        vec![
            Stage::Waiting,
            Stage::Held { until, challenged: false },
            Stage::Offered { until, challenged: false },
            Stage::Agreed,
            Stage::Deposit,
            Stage::Done,
            Stage::Expired,
            Stage::Cancelled { by: Party::Client },
        ]
    }

    fn steps() -> Vec<Step> {
        let until = at(200);
        vec![
            Step::Promote { until },
            Step::Prolong { until },
            Step::Challenge { before: at(50) },
            Step::Offer { until },
            Step::Agree,
            Step::PayDeposit,
            Step::Finish,
            Step::Expire,
            Step::Cancel { by: Party::Business },
        ]
    }

    /// Row by row what each stage becomes by each step, while holds run and the event lies ahead.
    #[test]
    fn the_whole_table_of_steps() {
        let table: Vec<String> = stages()
            .iter()
            .map(|stage| {
                let cells = steps()
                    .iter()
                    .map(|step| match stage.take(step, at(10), at(OVER)) {
                        Ok(next) => next.word().to_owned(),
                        Err(StepRefused::NotFromHere { .. }) => "-".to_owned(),
                        Err(refused) => format!("{refused:?}"),
                    })
                    .collect::<Vec<_>>();
                format!("{}: {}", stage.word(), cells.join(" "))
            })
            .collect();
        assert_eq!(
            table,
            [
                "waiting: held - - - - - - NotDue cancelled",
                "held: - held held offered agreed - - NotDue cancelled",
                "offered: - offered offered offered agreed - - NotDue cancelled",
                "agreed: - - - - - deposit NotOver - cancelled",
                "deposit: - - - - - - NotOver - cancelled",
                "done: - - - - - - - - -",
                "expired: - - - - - LatePayment - - -",
                "cancelled: - - - - - LatePayment - - -",
            ]
        );
    }

    #[test]
    fn a_hold_ends_at_its_moment_and_an_event_is_done_when_it_is_over() {
        let held = Stage::Held { until: at(100), challenged: false };
        assert_eq!(held.take(&Step::Expire, at(99), at(OVER)), Err(StepRefused::NotDue));
        assert_eq!(held.take(&Step::Expire, at(100), at(OVER)), Ok(Stage::Expired));
        assert_eq!(held.take(&Step::Agree, at(100), at(OVER)), Err(StepRefused::HoldOver));
        assert_eq!(Stage::Deposit.take(&Step::Finish, at(OVER), at(OVER)), Ok(Stage::Done));
    }

    #[test]
    fn a_challenge_shortens_a_hold_and_never_prolongs_it() {
        let held = |until| Stage::Held { until: at(until), challenged: false };
        let challenge = Step::Challenge { before: at(34) };
        assert_eq!(held(100).take(&challenge, at(10), at(OVER)), Ok(Stage::Held { until: at(34), challenged: true }));
        assert_eq!(held(20).take(&challenge, at(10), at(OVER)), Ok(Stage::Held { until: at(20), challenged: true }));
    }

    #[test]
    fn a_hold_ends_in_the_future_and_within_a_year() {
        for until in [9, 10, 10 + 24 * 367] {
            let prolonged = Stage::Waiting.take(&Step::Promote { until: at(until) }, at(10), at(OVER));
            assert_eq!(prolonged, Err(StepRefused::UntilOutOfRange), "{until}");
        }
    }
}
