//! How far an experiment has come, and what may happen to it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::definition::Definition;
use super::{Experiment, Phase};

/// How far an experiment has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Status {
    /// It is written, and nobody sees it.
    Draft,
    /// Visitors see its variations.
    Running,
    /// Nobody sees them for a while; what comes of earlier visits is counted.
    Paused,
    /// It is over.
    Stopped {
        /// The variation that won, by its key; none where nothing was found.
        winner: Option<String>,
    },
}

/// What an operator, or the system by itself, does with an experiment.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Visitors see it from now on.
    Start,
    /// Nobody new sees it for a while.
    Pause,
    /// Visitors see it again.
    Resume,
    /// Its figures are not to be believed: visitors are not divided as planned.
    Freeze {
        /// Why, in words for operators; no personal data.
        reason: String,
    },
    /// It is over.
    Stop {
        /// The variation that won, by its key.
        winner: Option<String>,
    },
    /// It is described otherwise; while it runs nothing changes that moves visitors or that was planned.
    Change(Box<Definition>),
    /// It begins anew with another definition, and counts anew.
    Begin(Box<Definition>),
}

/// Why a step cannot be taken; nothing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// The experiment is not where this step begins.
    #[error("an experiment that is {from} cannot {step}")]
    NotFromHere {
        /// Where it is.
        from: &'static str,
        /// What was tried.
        step: &'static str,
    },
    /// While it runs nobody is moved to another variation.
    #[error("{0} decides who sees what, and changes with a new phase alone")]
    MovesVisitors(&'static str),
    /// What it is judged by is not chosen once figures are there.
    #[error("{0} was planned before the first visitor came, and changes with a new phase alone")]
    Planned(&'static str),
    /// It is described like this already.
    #[error("nothing changes")]
    NothingChanges,
    /// Figures that are not to be believed find no winner, and go on no further.
    #[error("it is frozen: begin a new phase, or stop it without a winner")]
    Frozen,
    /// No variation is called like the winner.
    #[error("it has no variation of that name")]
    NoSuchVariation,
}

/// What may happen to an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExperimentEvent {
    /// It was made.
    Created,
    /// It was started.
    Started,
    /// It was paused.
    Paused,
    /// It went on.
    Resumed,
    /// Its figures turned out not to be believed.
    Frozen,
    /// It was stopped.
    Stopped,
    /// It was described otherwise.
    Changed,
    /// A new phase began.
    Begun,
}

/// One line of an experiment's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeLine {
    /// When.
    pub at: Timestamp,
    /// Who: an operator's name, or `system`.
    pub by: String,
    /// What.
    pub what: ExperimentEvent,
    /// What more is to know; no personal data of visitors.
    pub note: String,
}

/// Something that became true of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentFact {
    /// What.
    pub event: ExperimentEvent,
    /// The experiment as it is now.
    pub experiment: Experiment,
}

impl Experiment {
    /// The same experiment after `step`, taken by `by` at `now`.
    pub fn step(&self, step: &Step, by: &str, now: Timestamp) -> Result<Self, StepRefused> {
        let mut next = self.clone();
        let note = next.take(step, now)?;
        next.version += 1;
        next.life.push(LifeLine::new(step.event(), by, note, now));
        Ok(next)
    }

    fn take(&mut self, step: &Step, now: Timestamp) -> Result<String, StepRefused> {
        let note = match (&self.status, step) {
            (Status::Draft, Step::Start) => {
                self.started_at = Some(now);
                self.begin(now)
            }
            (Status::Running, Step::Pause) => self.become_now(Status::Paused),
            (Status::Paused, Step::Resume) if self.frozen.is_some() => return Err(StepRefused::Frozen),
            (Status::Paused, Step::Resume) => self.become_now(Status::Running),
            (Status::Running | Status::Paused, Step::Freeze { reason }) if self.frozen.is_none() => {
                self.frozen = Some(reason.clone());
                reason.clone()
            }
            (Status::Running | Status::Paused, Step::Stop { winner }) => self.stop(winner.as_deref(), now)?,
            (Status::Draft | Status::Running | Status::Paused, Step::Change(definition)) => self.change(definition)?,
            (Status::Running | Status::Paused, Step::Begin(definition)) => {
                self.close(now);
                self.definition = (**definition).clone();
                self.begin(now)
            }
            _ => return Err(StepRefused::NotFromHere { from: self.word(), step: step.word() }),
        };
        Ok(note)
    }

    fn become_now(&mut self, status: Status) -> String {
        self.status = status;
        String::new()
    }

    /// The phase that runs is over, and can be looked up from now on.
    fn close(&mut self, now: Timestamp) {
        let (definition, begun_at) = (self.definition.clone(), self.phase_at.unwrap_or(self.created_at));
        self.earlier.push(Phase { definition, begun_at, ended_at: now, frozen: self.frozen.take() });
    }

    /// The next phase begins: what was wrong with the one before is no longer.
    fn begin(&mut self, now: Timestamp) -> String {
        self.phase = self.phase.saturating_add(1);
        self.phase_at = Some(now);
        self.frozen = None;
        self.status = Status::Running;
        format!("phase {}", self.phase)
    }

    fn stop(&mut self, winner: Option<&str>, now: Timestamp) -> Result<String, StepRefused> {
        if winner.is_some() && self.frozen.is_some() {
            return Err(StepRefused::Frozen);
        }
        if winner.is_some_and(|winner| self.definition.place_of(winner).is_none()) {
            return Err(StepRefused::NoSuchVariation);
        }
        self.stopped_at = Some(now);
        self.status = Status::Stopped { winner: winner.map(str::to_owned) };
        Ok(winner.map_or("without a winner".to_owned(), |winner| format!("{winner} won")))
    }

    fn change(&mut self, definition: &Definition) -> Result<String, StepRefused> {
        if self.definition == *definition {
            return Err(StepRefused::NothingChanges);
        }
        if self.status != Status::Draft {
            if let Some(field) = self.definition.moves(definition) {
                return Err(StepRefused::MovesVisitors(field));
            }
            if let Some(field) = self.definition.plans_otherwise(definition) {
                return Err(StepRefused::Planned(field));
            }
        }
        self.definition = definition.clone();
        Ok(String::new())
    }

    /// The word under which operators see how it is.
    pub fn word(&self) -> &'static str {
        if self.frozen.is_some() && self.status == Status::Running { "frozen" } else { self.status.word() }
    }
}

impl Status {
    /// The word under which it is stored and told.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped { .. } => "stopped",
        }
    }
}

impl Step {
    /// The word under which it is told.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Freeze { .. } => "freeze",
            Self::Stop { .. } => "stop",
            Self::Change(_) => "change",
            Self::Begin(_) => "begin a phase",
        }
    }

    /// What happened when it was taken.
    pub const fn event(&self) -> ExperimentEvent {
        match self {
            Self::Start => ExperimentEvent::Started,
            Self::Pause => ExperimentEvent::Paused,
            Self::Resume => ExperimentEvent::Resumed,
            Self::Freeze { .. } => ExperimentEvent::Frozen,
            Self::Stop { .. } => ExperimentEvent::Stopped,
            Self::Change(_) => ExperimentEvent::Changed,
            Self::Begin(_) => ExperimentEvent::Begun,
        }
    }
}

impl ExperimentEvent {
    /// The word under which it is stored and told: `experiment.<word>` to subscribers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Started => "started",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Frozen => "frozen",
            Self::Stopped => "stopped",
            Self::Changed => "changed",
            Self::Begun => "begun",
        }
    }
}

impl LifeLine {
    /// That `what` happened by `by` at `at`.
    pub(super) fn new(what: ExperimentEvent, by: &str, note: String, at: Timestamp) -> Self {
        Self { at, by: by.to_owned(), what, note }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::fixture::{draft, running};

    const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);

    fn steps() -> Vec<Step> {
        let mut reworded = draft().definition;
        reworded.hypothesis = "Another.".to_owned();
        let mut moved = reworded.clone();
        moved.variations.swap(0, 1);
        vec![
            Step::Start,
            Step::Pause,
            Step::Resume,
            Step::Freeze { reason: "too few see the second".to_owned() },
            Step::Stop { winner: Some("face".to_owned()) },
            Step::Stop { winner: None },
            Step::Change(Box::new(reworded)),
            Step::Change(Box::new(moved.clone())),
            Step::Begin(Box::new(moved)),
        ]
    }

    fn after(experiment: &Experiment, steps: &[Step]) -> Experiment {
        steps.iter().fold(experiment.clone(), |known, step| known.step(step, "rik", NOON).expect("a step"))
    }

    /// Row by row what each experiment becomes by each step.
    #[test]
    fn the_whole_table_of_steps() {
        let freeze = Step::Freeze { reason: "why".to_owned() };
        let experiments = [
            draft(),
            running(),
            after(&running(), &[Step::Pause]),
            after(&running(), std::slice::from_ref(&freeze)),
            after(&running(), &[freeze, Step::Pause]),
            after(&running(), &[Step::Stop { winner: None }]),
        ];
        let row = |experiment: &Experiment| {
            let cell = |step: &Step| match experiment.step(step, "rik", NOON) {
                Ok(next) => format!("{}/{}", next.word(), next.phase),
                Err(StepRefused::NotFromHere { .. }) => "-".to_owned(),
                Err(refused) => format!("{refused:?}"),
            };
            format!("{}: {}", experiment.word(), steps().iter().map(cell).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(
            experiments.each_ref().map(row),
            [
                "draft: running/1 - - - - - draft/0 draft/0 -",
                "running: - paused/1 - frozen/1 stopped/1 stopped/1 running/1 MovesVisitors(\"variations\") running/2",
                "paused: - - running/1 paused/1 stopped/1 stopped/1 paused/1 MovesVisitors(\"variations\") running/2",
                "frozen: - paused/1 - - Frozen stopped/1 frozen/1 MovesVisitors(\"variations\") running/2",
                "paused: - - Frozen - Frozen stopped/1 paused/1 MovesVisitors(\"variations\") running/2",
                "stopped: - - - - - - - - -",
            ]
        );
    }

    #[test]
    fn each_step_leaves_a_line_and_is_a_version() {
        let steps = [Step::Start, Step::Pause, Step::Stop { winner: Some("face".to_owned()) }];
        let over = after(&draft(), &steps);
        assert_eq!(over.version, 4);
        let life: Vec<_> = over.life.iter().map(|line| (line.what.word(), line.by.as_str(), &*line.note)).collect();
        let expected = [
            ("created", "rik", ""),
            ("started", "rik", "phase 1"),
            ("paused", "rik", ""),
            ("stopped", "rik", "face won"),
        ];
        assert_eq!(life, expected);
        assert_eq!((over.started_at, over.phase_at, over.stopped_at), (Some(NOON), Some(NOON), Some(NOON)));
        assert_eq!(over.status, Status::Stopped { winner: Some("face".to_owned()) });
    }

    #[test]
    fn while_it_runs_nobody_is_moved_and_no_plan_changes() {
        type Change = fn(&mut Definition);
        let changes: [(Change, StepRefused); 12] = [
            (|it| it.variations.truncate(1), StepRefused::MovesVisitors("variations")),
            (|it| it.variations[1].weight = 0.4, StepRefused::MovesVisitors("weight")),
            (|it| it.split.coverage = 0.5, StepRefused::MovesVisitors("coverage")),
            (|it| it.split.hash_attribute = "company".to_owned(), StepRefused::MovesVisitors("hashAttribute")),
            (|it| it.split.hash_version = 1, StepRefused::MovesVisitors("hashVersion")),
            (|it| it.split.seed = "other".to_owned(), StepRefused::MovesVisitors("seed")),
            (|it| it.condition = Some(serde_json::json!({})), StepRefused::MovesVisitors("condition")),
            (|it| it.goal = super::super::Aim::Revenue, StepRefused::Planned("goal")),
            (|it| it.guardrails.clear(), StepRefused::Planned("guardrails")),
            (|it| it.minimum_sample = 1, StepRefused::Planned("minimumSample")),
            (|it| it.typical_value_cents = 1, StepRefused::Planned("typicalValueCents")),
            (|_| {}, StepRefused::NothingChanges),
        ];
        for (change, refused) in changes {
            let mut definition = running().definition;
            change(&mut definition);
            let step = Step::Change(Box::new(definition));
            assert_eq!(running().step(&step, "rik", NOON).map(drop), Err(refused));
        }
    }

    #[test]
    fn what_is_frozen_shows_nothing_until_a_new_phase() {
        assert!(running().is_exposing());
        let frozen = after(&running(), &[Step::Freeze { reason: "why".to_owned() }]);
        assert!(!frozen.is_exposing() && frozen.frozen.as_deref() == Some("why"));
        let anew = after(&frozen, &[Step::Begin(Box::new(frozen.definition.clone()))]);
        assert!(anew.is_exposing() && anew.frozen.is_none() && anew.phase == 2);
    }

    #[test]
    fn a_phase_that_is_over_keeps_what_it_was_judged_by() {
        let frozen = after(&running(), &[Step::Freeze { reason: "why".to_owned() }]);
        let mut bolder = frozen.definition.clone();
        bolder.variations.swap(0, 1);
        let anew = frozen.step(&Step::Begin(Box::new(bolder.clone())), "rik", NOON).expect("it is not over");
        let first =
            Phase { definition: frozen.definition, begun_at: NOON, ended_at: NOON, frozen: Some("why".to_owned()) };
        assert_eq!((anew.earlier.as_slice(), &anew.definition), (&[first][..], &bolder));
    }

    #[test]
    fn a_winner_is_one_of_its_variations() {
        let stop = Step::Stop { winner: Some("nobody".to_owned()) };
        assert_eq!(running().step(&stop, "rik", NOON).map(drop), Err(StepRefused::NoSuchVariation));
    }
}
