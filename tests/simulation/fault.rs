//! The faults that are injected, by kind.

use std::collections::BTreeMap;
use std::fmt;

/// One kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// A port was called, and nothing came of it.
    CallNotMade,
    /// A call took effect, and its answer was lost.
    AnswerLost,
    /// A worker dropped dead in the middle.
    WorkerKilled,
    /// A worker was stopped in the middle, and went on later.
    WorkerStopped,
    /// A worker's clock is a second off.
    ClockOff,
    /// A partner did not answer the phone.
    Away,
    /// The line to a partner died.
    CutOff,
    /// The line died after the partner had taken what was sent.
    CutOffAfterTaking,
    /// A partner answered with an error of its own.
    Failing,
    /// It did so after it had taken what was sent.
    FailingAfterTaking,
    /// A partner asked for fewer calls.
    Busy,
    /// A partner refused our key.
    KeyRefused,
    /// A partner said nothing until patience ended.
    Silent,
    /// It said nothing after it had taken what was sent.
    SilentAfterTaking,
    /// A partner refused this one thing.
    Refusing,
}

/// How many faults there were of each kind.
pub(crate) type Faults = BTreeMap<Fault, u64>;

impl Fault {
    /// Every kind.
    pub(crate) const ALL: [Self; 15] = [
        Self::CallNotMade,
        Self::AnswerLost,
        Self::WorkerKilled,
        Self::WorkerStopped,
        Self::ClockOff,
        Self::Away,
        Self::CutOff,
        Self::CutOffAfterTaking,
        Self::Failing,
        Self::FailingAfterTaking,
        Self::Busy,
        Self::KeyRefused,
        Self::Silent,
        Self::SilentAfterTaking,
        Self::Refusing,
    ];
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CallNotMade => "calls not made",
            Self::AnswerLost => "answers lost",
            Self::WorkerKilled => "workers killed",
            Self::WorkerStopped => "workers stopped",
            Self::ClockOff => "clocks a second off",
            Self::Away => "partner away",
            Self::CutOff => "line cut",
            Self::CutOffAfterTaking => "line cut after taking",
            Self::Failing => "partner failing",
            Self::FailingAfterTaking => "partner failing after taking",
            Self::Busy => "partner busy",
            Self::KeyRefused => "key refused",
            Self::Silent => "partner silent",
            Self::SilentAfterTaking => "partner silent after taking",
            Self::Refusing => "partner refusing",
        })
    }
}
