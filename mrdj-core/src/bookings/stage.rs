//! How far a booking has come.

use jiff::Timestamp;
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
    /// The hold has run out, and the evening goes to who comes next.
    #[error("the hold has run out")]
    HoldOver,
    /// A hold ends later than now, and not later than the event.
    #[error("a hold ends in the future, and not later than the event")]
    UntilOutOfRange,
    /// An event is held before it is done.
    #[error("the event is not over yet")]
    NotOver,
    /// A hold runs out at its end.
    #[error("the hold has not run out yet")]
    NotDue,
    /// Nobody holds the evening who was not asked already.
    #[error("nobody holds the evening who could be asked to decide")]
    NobodyToChallenge,
    /// What was agreed, day, hours and package, is changed together.
    #[error("day, hours and package were agreed; ask the business to change them")]
    Agreed,
}

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

    /// Whether it is a hold or an offer that still runs at `now`.
    pub fn is_running(&self, now: Timestamp) -> bool {
        self.until().is_some_and(|until| now < until)
    }

    /// Whether another client wants the same evening, and this one was asked to decide.
    pub const fn is_challenged(&self) -> bool {
        matches!(self, Self::Held { challenged: true, .. } | Self::Offered { challenged: true, .. })
    }

    /// Whether nothing is agreed yet, and it has not ended either.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Waiting | Self::Held { .. } | Self::Offered { .. })
    }

    /// Whether day, hours and package were agreed.
    pub const fn is_agreed(&self) -> bool {
        matches!(self, Self::Agreed | Self::Deposit)
    }

    /// Whether nothing will come after it.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Done | Self::Expired | Self::Cancelled { .. })
    }

    /// The stage after `step` was taken at `now`, of an event that ends at `over`.
    pub fn take(&self, step: &Step, now: Timestamp, over: Timestamp) -> Result<Self, StepRefused> {
        let due = |at: Timestamp, refused| if at <= now { Ok(()) } else { Err(refused) };
        match (self, step) {
            (Self::Waiting, Step::Promote { until }) => Ok(Self::held(within(*until, now, over)?)),
            (Self::Held { .. } | Self::Offered { .. }, _) if step.needs_hold() => self.hold(step, now, over),
            (Self::Held { until, .. } | Self::Offered { until, .. }, Step::Expire) => {
                due(*until, StepRefused::NotDue).map(|()| Self::Expired)
            }
            (Self::Waiting, Step::Expire) => due(over, StepRefused::NotDue).map(|()| Self::Expired),
            (Self::Agreed, Step::PayDeposit) => Ok(Self::Deposit),
            (Self::Expired | Self::Cancelled { .. }, Step::PayDeposit) => Err(StepRefused::LatePayment),
            (Self::Agreed | Self::Deposit, Step::Finish) => due(over, StepRefused::NotOver).map(|()| Self::Done),
            (from, Step::Cancel { by }) if !from.is_final() => Ok(Self::Cancelled { by: *by }),
            (from, step) => Err(StepRefused::NotFromHere { from: from.word(), step: step.word() }),
        }
    }

    /// The stage after a step that only a hold which still runs can take.
    fn hold(&self, step: &Step, now: Timestamp, over: Timestamp) -> Result<Self, StepRefused> {
        let until = self.until().filter(|until| now < *until);
        let Some(until) = until else {
            return Err(if *step == Step::PayDeposit { StepRefused::LatePayment } else { StepRefused::HoldOver });
        };
        match step {
            Step::Prolong { until } => Ok(self.kept(within(*until, now, over)?, false)),
            Step::Challenge { before } => Ok(self.kept(within(*before, now, Timestamp::MAX)?.min(until), true)),
            Step::Offer { until } => Ok(Self::Offered { until: within(*until, now, over)?, challenged: false }),
            Step::Agree => Ok(Self::Agreed),
            _ => Err(StepRefused::NotFromHere { from: self.word(), step: step.word() }),
        }
    }

    /// The same hold or offer, until then.
    pub(super) const fn kept(&self, until: Timestamp, challenged: bool) -> Self {
        match self {
            Self::Offered { .. } => Self::Offered { until, challenged },
            _ => Self::Held { until, challenged },
        }
    }

    /// An evening that is kept until then, and that nobody else has asked for.
    pub const fn held(until: Timestamp) -> Self {
        Self::Held { until, challenged: false }
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

    /// Whether it begins at a hold that still runs, where it begins at a hold.
    const fn needs_hold(&self) -> bool {
        matches!(
            self,
            Self::Prolong { .. } | Self::Challenge { .. } | Self::Offer { .. } | Self::Agree | Self::PayDeposit
        )
    }
}

fn within(until: Timestamp, now: Timestamp, over: Timestamp) -> Result<Timestamp, StepRefused> {
    if now < until && until <= over { Ok(until) } else { Err(StepRefused::UntilOutOfRange) }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

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
    fn a_hold_ends_in_the_future_and_not_later_than_the_event() {
        for until in [9, 10, OVER + 1] {
            let promoted = Stage::Waiting.take(&Step::Promote { until: at(until) }, at(10), at(OVER));
            assert_eq!(promoted, Err(StepRefused::UntilOutOfRange), "{until}");
        }
        assert!(Stage::Waiting.take(&Step::Promote { until: at(OVER) }, at(10), at(OVER)).is_ok());
    }

    #[test]
    fn a_hold_that_ran_out_is_not_revived_and_money_for_it_comes_late() {
        for stage in [Stage::held(at(100)), Stage::Offered { until: at(100), challenged: true }] {
            let after = |step| stage.take(&step, at(100), at(OVER));
            let until = at(200);
            for step in [Step::Prolong { until }, Step::Offer { until }, Step::Challenge { before: until }, Step::Agree]
            {
                assert_eq!(after(step), Err(StepRefused::HoldOver));
            }
            assert_eq!(after(Step::PayDeposit), Err(StepRefused::LatePayment));
            assert_eq!(after(Step::Cancel { by: Party::Client }), Ok(Stage::Cancelled { by: Party::Client }));
        }
    }
}
