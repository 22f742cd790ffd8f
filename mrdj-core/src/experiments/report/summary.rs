//! What figures say of one phase, in short.

use jiff::civil::Date;
use serde::Serialize;

use super::days::Days;
use super::span::Span;
use super::{Ask, Audience, NoSuchPhase};
use crate::experiments::analysis::{Analysis, Plan, Verdict};
use crate::experiments::{Aim, Experiment, ExperimentKey, Figures, Step, Tally};
use crate::messages::Language;

/// What figures say of one phase of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Of which experiment.
    pub experiment: ExperimentKey,
    /// Of which of its phases, from 1.
    pub phase: u16,
    /// Whom they count.
    pub of: Audience,
    /// The civil day on which the phase began.
    pub from: Date,
    /// The civil day on which it ended, or today.
    pub until: Date,
    /// The whole days that it was shown, without pauses and what came after it was frozen.
    pub days_run: u32,
    /// Why its figures are not to be believed, where somebody said so.
    pub frozen: Option<String>,
    /// What decides.
    pub goal: Aim,
    /// What was planned before the first visitor.
    pub plan: Plan,
    /// What was counted, the baseline first.
    pub variations: Vec<VariationFigures>,
    /// What that says; none where the figures contradict themselves.
    pub analysis: Option<Analysis>,
    /// The figure that cannot be, where there is one.
    pub unreadable: Option<Unreadable>,
    /// All of it in one sentence for an owner.
    pub sentences: Sentences,
}

/// What was counted of one variation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VariationFigures {
    /// What it is called by.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The part of the visitors who were to see it.
    pub weight: f64,
    /// How many saw it first.
    pub exposed: u64,
    /// How many of them met another variation later.
    pub crossed: u64,
    /// How many enquired.
    pub enquiries: u64,
    /// How many booked.
    pub bookings: u64,
    /// What all of them booked, in euro cents.
    pub value_cents: u64,
}

/// A figure that cannot be, so that nothing is read from any.
///
/// Pages tell what visitors saw who are not known again, and may tell of more enquiries than views.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unreadable {
    /// What people call the variation.
    pub variation: String,
    /// What was counted of it.
    pub aim: Aim,
    /// Which figure.
    pub field: String,
    /// What is wrong with it.
    pub message: &'static str,
}

/// One sentence in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sentences {
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

impl Sentences {
    /// The one in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

impl Experiment {
    /// What `figures` say of the phase that is asked for.
    pub fn summary(&self, figures: &Figures, ask: &Ask<'_>) -> Result<Summary, NoSuchPhase> {
        let span = Span::of(self, ask)?;
        let of = ask.of.unwrap_or_else(|| Days::audience(figures, span.phase));
        let days = Days::of(figures, span.phase, of, span.definition.variations.len());
        Ok(span.summary(&self.key, of, &days))
    }
}

impl Span<'_> {
    pub(super) fn summary(&self, experiment: &ExperimentKey, of: Audience, days: &Days) -> Summary {
        let plan = self.definition.plan(of);
        let read = self.counts(days).map(|counts| counts.analyze(&plan));
        let (analysis, unreadable) = match read {
            Ok(analysis) => (Some(analysis.expect("a definition's plan and figures fit together")), None),
            Err(unreadable) => (None, Some(unreadable)),
        };
        let counted = self.definition.variations.iter().zip(days.whole());
        Summary {
            experiment: experiment.clone(),
            phase: self.phase,
            of,
            from: self.from,
            until: self.until,
            days_run: self.days_run,
            frozen: self.frozen.map(str::to_owned),
            goal: self.definition.goal,
            plan,
            variations: counted
                .map(|(one, Tally { exposed, crossed, enquiries, bookings, value_cents, .. })| VariationFigures {
                    key: one.key.clone(),
                    name: one.name.clone(),
                    weight: one.weight,
                    exposed,
                    crossed,
                    enquiries,
                    bookings,
                    value_cents,
                })
                .collect(),
            sentences: self.said(analysis.as_ref(), unreadable.as_ref()),
            analysis,
            unreadable,
        }
    }
}

impl Summary {
    /// The step that the figures ask the system to take by itself: to freeze what is not divided as planned.
    pub fn asks_for(&self) -> Option<Step> {
        match &self.analysis.as_ref()?.verdict {
            Verdict::Frozen { cause } => {
                let cause = cause.sentence(Language::En);
                Some(Step::Freeze { reason: format!("visitors are not divided as planned. {cause}") })
            }
            _ => None,
        }
    }
}
