//! How a partner behaves, and what it says in its own dialect when it does not take something.

use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::{ErrorKind, PortError, Remedy};

use crate::dice::Dice;
use crate::fault::Fault;

/// How a partner meets one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Takes it and says so.
    Well,
    /// No line can be opened.
    Away,
    /// It says that it is away: 503.
    Closed,
    /// Somebody in between says that it is away: 502. It may have taken it.
    Gateway { taken: bool },
    /// An error of its own: 500. It may have taken it.
    Failing { taken: bool },
    /// It asks for fewer calls: 429.
    Busy,
    /// It refuses our key: 401.
    WrongKey,
    /// The line dies. It may have taken it.
    Cut { taken: bool },
    /// Not a word until our own patience ends. It may have taken it.
    Silent { taken: bool },
    /// Not a word, ever, and nobody notices but the worker's deadline. It may have taken it.
    Stalled { taken: bool },
}

impl Mood {
    /// A mood for one request.
    pub(crate) fn of_a_moment(dice: &Dice) -> Self {
        let taken = dice.falls(0.5);
        match dice.below(11) {
            0 => Self::Away,
            1 => Self::Closed,
            2 => Self::Gateway { taken },
            3 => Self::Failing { taken },
            4 => Self::Busy,
            5 => Self::Silent { taken },
            6 | 7 => Self::Stalled { taken },
            _ => Self::Cut { taken },
        }
    }

    /// A mood for minutes or hours.
    pub(crate) fn of_a_spell(dice: &Dice) -> Self {
        match dice.below(10) {
            0 | 1 => Self::Away,
            2 | 3 => Self::Closed,
            4 => Self::Gateway { taken: false },
            5 => Self::Failing { taken: false },
            6 => Self::Busy,
            7 => Self::WrongKey,
            8 => Self::Silent { taken: false },
            _ => Self::Stalled { taken: false },
        }
    }

    /// Under which name it is counted; `None` where nothing goes wrong.
    pub(crate) const fn fault(self) -> Option<Fault> {
        let fault = match self {
            Self::Well => return None,
            Self::Away | Self::Closed => Fault::Away,
            Self::Gateway { taken: false } | Self::Cut { taken: false } => Fault::CutOff,
            Self::Gateway { taken: true } | Self::Cut { taken: true } => Fault::CutOffAfterTaking,
            Self::Failing { taken: false } => Fault::Failing,
            Self::Failing { taken: true } => Fault::FailingAfterTaking,
            Self::Busy => Fault::Busy,
            Self::WrongKey => Fault::KeyRefused,
            Self::Silent { taken: false } | Self::Stalled { taken: false } => Fault::Silent,
            Self::Silent { taken: true } | Self::Stalled { taken: true } => Fault::SilentAfterTaking,
        };
        Some(fault)
    }

    /// Whether the request took effect.
    pub(crate) const fn takes(self) -> bool {
        match self {
            Self::Well => true,
            Self::Away | Self::Closed | Self::Busy | Self::WrongKey => false,
            Self::Gateway { taken }
            | Self::Failing { taken }
            | Self::Cut { taken }
            | Self::Silent { taken }
            | Self::Stalled { taken } => taken,
        }
    }
}

/// What sets the partners' dialects apart: RentGuy and Postmark mean different things by the same status.
#[derive(Clone, Copy)]
pub(crate) struct Dialect {
    /// Who speaks.
    pub(crate) name: &'static str,
    /// What helps after a 500.
    pub(crate) after_500: Remedy,
    /// How long it wants to be left alone when it is busy, where the adapter knows.
    pub(crate) busy_for: Option<SignedDuration>,
}

impl Dialect {
    /// What the adapter makes of `mood`; `None` where all is well.
    pub(crate) fn error(&self, mood: Mood, operation: &'static str, now: Timestamp) -> Option<PortError> {
        let no_sooner_than = self.busy_for.and_then(|wait| now.checked_add(wait).ok());
        let (kind, remedy, summary) = match mood {
            Mood::Well => return None,
            Mood::Away => (ErrorKind::Unavailable, Remedy::LATER, "no line could be opened"),
            Mood::Closed => (ErrorKind::Unavailable, Remedy::LATER, "503"),
            Mood::Gateway { .. } => (ErrorKind::Unavailable, Remedy::AskFirst, "502"),
            Mood::Failing { .. } => (ErrorKind::Failed, self.after_500, "500"),
            Mood::Busy => (ErrorKind::Throttled, Remedy::TryAgain { no_sooner_than }, "429"),
            Mood::WrongKey => (ErrorKind::Misconfigured, Remedy::LATER, "401"),
            Mood::Cut { .. } => (ErrorKind::Unavailable, Remedy::AskFirst, "the line was cut"),
            Mood::Silent { .. } | Mood::Stalled { .. } => {
                (ErrorKind::Unavailable, Remedy::AskFirst, "no answer in time")
            }
        };
        Some(PortError::new(kind, self.name, operation, summary).remedy(remedy))
    }

    /// What it says to something that it will never take.
    pub(crate) fn refusal(&self, operation: &'static str) -> PortError {
        PortError::new(ErrorKind::Rejected, self.name, operation, "422: refused")
    }
}
