//! One phase of an experiment, from its beginning to its end.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Ask, NoSuchPhase};
use crate::experiments::{Definition, Experiment, ExperimentEvent, Status};

/// One phase of an experiment.
pub(super) struct Span<'e> {
    pub(super) phase: u16,
    pub(super) definition: &'e Definition,
    pub(super) frozen: Option<&'e str>,
    /// The civil day on which it began.
    pub(super) from: Date,
    /// The civil day on which it ended, or today.
    pub(super) until: Date,
    /// The whole days that it was shown.
    pub(super) days_run: u32,
    pub(super) is_over: bool,
}

impl<'e> Span<'e> {
    /// The phase of `experiment` that is asked for.
    pub(super) fn of(experiment: &'e Experiment, ask: &Ask<'_>) -> Result<Self, NoSuchPhase> {
        let phase = ask.phase.unwrap_or(experiment.phase);
        let past = usize::from(phase).checked_sub(1).and_then(|place| experiment.earlier.get(place));
        let (definition, frozen, begun_at, ended_at) = match past {
            Some(past) => (&past.definition, &past.frozen, past.begun_at, Some(past.ended_at)),
            None if phase == experiment.phase => {
                let begun_at = experiment.phase_at.ok_or(NoSuchPhase)?;
                (&experiment.definition, &experiment.frozen, begun_at, experiment.stopped_at)
            }
            None => return Err(NoSuchPhase),
        };
        let day = |at: Timestamp| at.to_zoned(ask.zone.clone()).date();
        let from = day(begun_at);
        Ok(Self {
            phase,
            definition,
            frozen: frozen.as_deref(),
            from,
            until: day(ended_at.unwrap_or(ask.now)).max(from),
            days_run: whole_days(experiment.shown_for(phase, ask.now)),
            is_over: past.is_some() || matches!(experiment.status, Status::Stopped { .. }),
        })
    }
}

impl Experiment {
    /// For how long `phase` was shown, until `now`: without the time in which it was paused, frozen or over.
    fn shown_for(&self, phase: u16, now: Timestamp) -> SignedDuration {
        let (mut number, mut since, mut shown) = (0_u16, None, SignedDuration::ZERO);
        for line in &self.life {
            let begins = matches!(line.what, ExperimentEvent::Started | ExperimentEvent::Begun);
            number = number.saturating_add(u16::from(begins));
            match line.what {
                ExperimentEvent::Created | ExperimentEvent::Changed => {}
                ExperimentEvent::Started | ExperimentEvent::Begun | ExperimentEvent::Resumed => {
                    shown += stretch(since.take(), line.at);
                    since = (number == phase).then_some(line.at);
                }
                ExperimentEvent::Paused | ExperimentEvent::Frozen | ExperimentEvent::Stopped => {
                    shown += stretch(since.take(), line.at);
                }
            }
        }
        shown + stretch(since, now)
    }
}

/// From one moment to another; clocks that were set back take nothing away.
fn stretch(since: Option<Timestamp>, until: Timestamp) -> SignedDuration {
    since.map_or(SignedDuration::ZERO, |since| until.duration_since(since).max(SignedDuration::ZERO))
}

fn whole_days(time: SignedDuration) -> u32 {
    u32::try_from(time.as_hours() / 24).unwrap_or(u32::MAX)
}
