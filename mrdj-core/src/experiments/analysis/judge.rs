//! From figures to a verdict.

use super::guardrail::GuardReading;
use super::{Cause, Comparison, Counts, Figures, Goal, GuardState, Interval, Plan, Share, Verdict, Wait};

impl Counts {
    /// The verdict that these readings allow.
    pub(super) fn judge(
        &self,
        plan: &Plan,
        shares: &[Share],
        cause: Option<Cause>,
        guardrails: &[GuardReading],
        comparisons: &[Comparison],
    ) -> Verdict {
        if let Some(cause) = cause {
            return Verdict::Frozen { cause };
        }
        if let Some(broken) = self.broken(guardrails) {
            return broken;
        }
        let wait = self.until_minimum(plan);
        if wait != Wait::None {
            // Whoever waits for the least would be told of the rest only then.
            return Verdict::TooEarly {
                wait: self.proven(comparisons).map_or(wait.and(self.until_planned(plan, shares)), |_| wait),
            };
        }
        self.proven(comparisons).unwrap_or_else(|| self.unproven(plan, shares, comparisons))
    }

    fn broken(&self, guardrails: &[GuardReading]) -> Option<Verdict> {
        let place = guardrails.iter().position(|reading| reading.state == GuardState::Broken)?;
        let guardrail = &self.guardrails[place / (self.arms.len() - 1)];
        Some(Verdict::GuardrailBroken {
            metric: guardrail.metric.name.clone(),
            variant: self.name(guardrails[place].variant),
            margin: guardrail.margin,
        })
    }

    /// What is proven of the challengers: that the best is better, or that all are worse.
    fn proven(&self, comparisons: &[Comparison]) -> Option<Verdict> {
        let gain = |uplift: &Interval| match self.metric.goal {
            Goal::Higher => *uplift,
            Goal::Lower => uplift.mirrored(),
        };
        let better = |place: &usize| gain(&comparisons[*place].evidence.uplift).is_above(0.0);
        if let Some(place) = self.best(&mut (0..comparisons.len()).filter(better)) {
            let (variant, baseline) = (self.name(place + 1), self.name(0));
            return Some(Verdict::Better { variant, baseline, uplift: comparisons[place].evidence.uplift });
        }
        let all_worse = comparisons.iter().all(|one| gain(&one.evidence.uplift).is_below(0.0));
        let place = self.best(&mut (0..comparisons.len())).filter(|_| all_worse)?;
        let (variant, baseline) = (self.name(place + 1), self.name(0));
        Some(Verdict::Worse { baseline, variant, uplift: comparisons[place].evidence.uplift })
    }

    fn unproven(&self, plan: &Plan, shares: &[Share], comparisons: &[Comparison]) -> Verdict {
        let wait = self.until_planned(plan, shares);
        match self.best(&mut (0..comparisons.len())) {
            Some(place) if wait == Wait::None => {
                Verdict::NoDifference { variant: self.name(place + 1), uplift: comparisons[place].evidence.uplift }
            }
            _ => Verdict::TooEarly { wait },
        }
    }

    /// The challenger with the best figure, of some; counted from 0.
    fn best(&self, places: &mut dyn Iterator<Item = usize>) -> Option<usize> {
        let figure = |place: &usize| {
            let figure = self.figures[place + 1].per_visitor();
            if self.metric.goal == Goal::Higher { figure } else { -figure }
        };
        places.max_by(|a, b| figure(a).total_cmp(&figure(b)))
    }

    fn name(&self, variant: usize) -> String {
        self.arms[variant].name.clone()
    }

    /// How long it takes until the least is there: days, conversions, and visitors of the variant that has fewest.
    fn until_minimum(&self, plan: &Plan) -> Wait {
        let days = Wait::for_days(plan.minimum_days.saturating_sub(self.days_run));
        let all: Vec<_> = self.figures.iter().collect();
        let counted: u64 = all.iter().map(|one| one.conversions()).sum();
        let missing = plan.minimum_conversions as f64 * all.len() as f64 - counted as f64;
        let fewest = all.iter().map(|one| one.visitors()).min().unwrap_or(0) as f64;
        let pace = fewest / f64::from(self.days_run.max(1));
        let visitors = Wait::for_count(plan.minimum_visitors as f64 - fewest, pace);
        days.and(Wait::for_count(missing, self.pace(&all, plan))).and(visitors)
    }

    /// How long it takes until all that was planned is there, for the challenger that needs most.
    fn until_planned(&self, plan: &Plan, shares: &[Share]) -> Wait {
        let waits = shares.iter().enumerate().map(|(place, share)| {
            let pair = [&self.figures[0], &self.figures[place + 1]];
            let counted: u64 = pair.iter().map(|one| one.conversions()).sum();
            let missing = plan.conversions(*share, shares.len()) as f64 - counted as f64;
            Wait::for_count(missing, self.pace(&pair, plan))
        });
        waits.fold(Wait::None, Wait::and)
    }

    /// The conversions of some variants in a day: as counted, and as planned where none were counted yet.
    fn pace(&self, of: &[&Figures], plan: &Plan) -> f64 {
        let days = f64::from(self.days_run.max(1));
        let conversions: u64 = of.iter().map(|one| one.conversions()).sum();
        let visitors: u64 = of.iter().map(|one| one.visitors()).sum();
        if conversions > 0 { conversions as f64 / days } else { visitors as f64 * plan.baseline / days }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::analysis::{Arm, Guardrail, Metric};
    use crate::messages::Language;

    /// Two variants or more with 10,000 visitors each, after half a year.
    fn counts(conversions: &[u64]) -> Counts {
        let names = ["A", "B", "C"].iter().zip(conversions);
        Counts {
            arms: names.map(|(name, _)| Arm { name: (*name).to_owned(), weight: 1.0 }).collect(),
            metric: Metric::rate("aanvragen"),
            figures: conversions.iter().map(|n| Figures::counted(10_000, *n).expect("figures")).collect(),
            guardrails: Vec::new(),
            days_run: 180,
            days: Vec::new(),
            sources: Vec::new(),
        }
    }

    fn said(counts: &Counts) -> [String; 2] {
        let verdict = counts.analyze(&Plan::new(0.02, 0.33).expect("a plan")).expect("an analysis").verdict;
        [Language::En, Language::Nl].map(|language| verdict.sentence(language))
    }

    #[test]
    fn a_proven_winner_is_named_with_its_bounds() {
        assert_eq!(
            said(&counts(&[200, 300])),
            ["B is better than A: 11 % to 104 % more.", "B is beter dan A: 11 % tot 104 % meer."]
        );
    }

    #[test]
    fn of_several_winners_the_best_is_named() {
        assert!(said(&counts(&[200, 320, 400]))[0].starts_with("C is better than A"));
    }

    #[test]
    fn where_all_are_worse_the_old_one_stays() {
        assert!(said(&counts(&[300, 180]))[0].starts_with("A stays: B does worse, "));
        assert!(said(&counts(&[300, 180, 310]))[0].starts_with("Too early"));
    }

    #[test]
    fn a_lucky_hour_is_no_green_light() {
        let lucky = Counts { days_run: 1, ..counts(&[20, 80]) };
        assert_eq!(
            said(&lucky),
            [
                "Too early to say: at this rate it needs about 13 more days.",
                "Te vroeg om iets te zeggen: in dit tempo duurt het nog ongeveer 13 dagen.",
            ]
        );
        let few = Counts {
            figures: vec![Figures::counted(500, 0).expect("f"), Figures::counted(500, 25).expect("f")],
            ..counts(&[0, 0])
        };
        assert!(said(&few)[0].starts_with("Too early"), "{:?}", said(&few));
    }

    #[test]
    fn nothing_is_concluded_before_each_variant_has_its_visitors() {
        let seen = |visitors, conversions| Figures::counted(visitors, conversions).expect("figures");
        let mut uneven = Counts { figures: vec![seen(20_000, 400), seen(10_000, 300)], ..counts(&[0, 0]) };
        uneven.arms[0].weight = 2.0;
        let verdict = |least| {
            let plan = Plan { minimum_visitors: least, ..Plan::new(0.02, 0.33).expect("a plan") };
            uneven.analyze(&plan).expect("an analysis").verdict
        };
        assert!(matches!(verdict(10_000), Verdict::Better { .. }));
        // The challenger has 10,000 in 180 days, whatever the baseline has.
        assert_eq!(verdict(12_000), Verdict::TooEarly { wait: Wait::Days(36) });
        assert_eq!(verdict(20_000), Verdict::TooEarly { wait: Wait::Days(180) });
    }

    #[test]
    fn what_was_planned_and_shows_nothing_is_said_to_show_nothing() {
        let said = said(&counts(&[500, 505]));
        assert!(said[0].starts_with("No difference visible: B has at most "), "{said:?}");
        assert!(said[1].starts_with("Geen verschil te zien: B heeft hooguit "), "{said:?}");
    }

    #[test]
    fn nobody_yet_is_said_so() {
        let nobody = Counts { figures: vec![Figures::default(); 2], days_run: 0, ..counts(&[0, 0]) };
        assert_eq!(said(&nobody)[1], "Te vroeg om iets te zeggen: er is nog niemand geteld.");
    }

    #[test]
    fn a_broken_guardrail_comes_before_a_winner() {
        let figures = vec![Figures::counted(10_000, 300).expect("f"), Figures::counted(10_000, 120).expect("f")];
        let guardrail = Guardrail { metric: Metric::rate("boekingen"), margin: 0.1, figures };
        let broken = Counts { guardrails: vec![guardrail], ..counts(&[200, 300]) };
        assert_eq!(
            said(&broken),
            [
                "Stop: with B, “boekingen” is worse by more than the 10 % that is allowed.",
                "Stop: met B is “boekingen” meer dan de toegestane 10 % slechter.",
            ]
        );
    }

    #[test]
    fn a_wrong_division_comes_before_everything() {
        let figures = vec![Figures::counted(10_000, 200).expect("f"), Figures::counted(8_000, 300).expect("f")];
        let said = said(&Counts { figures, ..counts(&[0, 0]) });
        assert!(said[0].starts_with("Frozen: visitors are not divided as planned. B has too few"), "{said:?}");
        assert!(said[1].starts_with("Bevroren: "), "{said:?}");
    }

    #[test]
    fn where_less_is_better_fewer_win() {
        let metric = Metric::rate("afzeggingen").better_when_lower();
        let fewer = Counts { metric, ..counts(&[300, 180]) };
        assert!(said(&fewer)[0].starts_with("B is better than A: "), "{:?}", said(&fewer));
        assert!(said(&fewer)[0].ends_with(" % less."), "{:?}", said(&fewer));
    }

    #[test]
    fn figures_of_another_measure_are_named() {
        let figures = vec![Figures::counted(10, 1).expect("f"), Figures::valued(10, 1, 100.0, 10_000.0).expect("f")];
        let fault = Counts { figures, ..counts(&[0, 0]) }.analyze(&Plan::new(0.02, 0.33).expect("a plan")).unwrap_err();
        assert_eq!(fault.to_string(), "figures[1].sum_cents: a rate has none");
    }
}
