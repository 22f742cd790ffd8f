//! Whatever is counted: an error that names its field, or figures without a gap.

use jiff::civil::date;
use proptest::prelude::prop;
use proptest::prelude::{Just, Strategy, any};
use proptest::{prop_assert, prop_assert_eq, prop_assume, prop_oneof, proptest};

use super::{
    Arm, Comparison, Counts, DayFigures, DayVisitors, Effect, Figures, Goal, Guardrail, Interval, Metric, Plan, Share,
    SourceVisitors, Tuning, Unit, asymptotic_evidence, chances, fixed_horizon, normal_posterior, points_over_time,
    rate_band, rate_evidence, uplift_over_time, value_evidence,
};
use crate::messages::Language;

/// Numbers as they come from a broken program.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), Just(f64::NAN), Just(f64::INFINITY), Just(-1.0), Just(0.0), 0.0..1.0, 0.0..1e6, 1e6..1e30]
}

/// Counts of every size, as often tiny as not.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..5, 0_u64..3_000, 0_u64..2_000_000_000, any::<u64>()]
}

/// Figures that can be: of rates, or of values with any spread.
fn figures(is_value: bool) -> impl Strategy<Value = Figures> {
    let visitors = prop_oneof![0_u64..5, 0_u64..3_000, 0_u64..=Figures::MOST_VISITORS];
    let parts = (visitors, 0.0..=1.0, 1.0..1e6, 0.0..=1.0, any::<bool>());
    parts.prop_map(move |(visitors, rate, cents, spread, any): (u64, f64, f64, f64, bool)| {
        let conversions = if any { (visitors as f64 * rate) as u64 } else { visitors.min(3) };
        if !is_value {
            return Figures::counted(visitors, conversions).expect("a rate");
        }
        let sum = cents * conversions as f64;
        let (least, most) = (sum * sum / conversions.max(1) as f64, sum * sum);
        Figures::valued(visitors, conversions, sum, least + (most - least) * spread).expect("a value")
    })
}

fn metric(is_value: bool) -> Metric {
    if is_value { Metric::value("revenue", 100_000.0) } else { Metric::rate("enquiries") }
}

fn counts() -> impl Strategy<Value = Counts> {
    (2_usize..5, any::<bool>(), any::<bool>()).prop_flat_map(|(arms, is_value, lower)| {
        let parts = (
            prop::collection::vec(1e-6..=1e6_f64, arms),
            prop::collection::vec(figures(is_value), arms),
            prop::collection::vec(figures(!is_value), arms),
            prop::collection::vec(prop::collection::vec(count(), arms), 0..6),
            0_u32..4_000,
            0.0..=1.0,
        );
        parts.prop_map(move |(weights, figures, guarded, days, days_run, margin)| {
            let sources =
                days.iter().map(|visitors| SourceVisitors { source: "x".to_owned(), visitors: visitors.clone() });
            let goal = |metric: Metric| if lower { metric.better_when_lower() } else { metric };
            Counts {
                arms: weights.iter().map(|weight| Arm { name: "B".to_owned(), weight: *weight }).collect(),
                metric: goal(metric(is_value)),
                figures,
                guardrails: vec![Guardrail { metric: goal(metric(!is_value)), margin, figures: guarded }],
                days_run,
                sources: sources.collect(),
                days: days.into_iter().map(|visitors| DayVisitors { day: date(2026, 11, 1), visitors }).collect(),
            }
        })
    })
}

/// Whether a chance is one.
fn is_chance(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

/// Whether an interval has two ends in order.
fn is_interval(interval: &Interval) -> bool {
    let finite = |end: Option<f64>| end.is_none_or(f64::is_finite);
    let ordered = interval.low.zip(interval.high).is_none_or(|(low, high)| low <= high);
    finite(interval.low) && finite(interval.high) && ordered
}

/// Three of whom nothing is known yet stand beside one of whom much is: they are better when none lies below it.
#[test]
fn a_narrow_belief_is_not_missed_by_broad_ones() {
    let nobody = || Figures::counted(0, 0).expect("figures");
    for (visitors, conversions) in [(603, 558), (60_300, 55_800), (1_000_000, 20_000), (1_000_000, 999_000)] {
        let variants = [nobody(), nobody(), Figures::counted(visitors, conversions).expect("figures"), nobody()];
        let all = chances(&variants, Goal::Higher).expect("rates");
        let (hits, whole) = (conversions as f64 + 1.0, visitors as f64 + 2.0);
        // The third moment of a beta distribution.
        let below: f64 = (0..3).map(|n| (hits + f64::from(n)) / (whole + f64::from(n))).product();
        assert!((all[2].to_be_best - below).abs() < 0.005, "{below} {all:?}");
        assert!((all[0].to_be_best - (1.0 - below) / 3.0).abs() < 0.005, "{below} {all:?}");
    }
}

proptest! {
    #[test]
    fn figures_that_cannot_be_are_named(
        visitors in count(), conversions in count(), sum in number(), squares in number(),
    ) {
        match Figures::valued(visitors, conversions, sum, squares) {
            Ok(figures) => {
                let sample = figures.sample();
                prop_assert!(sample.mean >= 0.0 && sample.variance >= 0.0 && sample.variance.is_finite());
                prop_assert!(conversions <= visitors && is_chance(figures.rate()));
            }
            Err(fault) => {
                let fields = ["visitors", "conversions", "sum_cents", "square_cents"];
                prop_assert!(fields.contains(&fault.field.as_str()), "{fault}");
            }
        }
    }

    #[test]
    fn plans_and_tunings_that_cannot_be_are_named(numbers in prop::collection::vec(number(), 5)) {
        let tuning = Tuning::new(numbers[0], numbers[1]);
        prop_assert!(tuning.is_err() || (numbers[0] <= 0.5 && numbers[1] >= 1.0));
        let share = Share::of(numbers[0], numbers[1]);
        prop_assert!(share.is_err() || is_chance(share.expect("a share").get()));
        if let Ok(plan) = Plan::new(numbers[0], numbers[1]) {
            let changed = Plan { alpha: numbers[2], power: numbers[3], spread: numbers[4], ..plan };
            prop_assert!(plan.conversions(Share::HALF, 3) > 0);
            prop_assert!(changed.check().is_err() || changed.conversions(Share::HALF, 3) > 0);
        }
    }

    #[test]
    fn every_analysis_is_whole(counts in counts(), uplift in 0.01..=10.0, baseline in 1e-6..=0.9) {
        let plan = Plan::new(baseline, uplift).expect("a plan");
        let analysis = counts.analyze(&plan).expect("counts that can be");
        let challengers = counts.arms.len() - 1;
        prop_assert!(is_chance(analysis.split.p_value) && is_chance(analysis.split.p_value_once));
        prop_assert_eq!((analysis.comparisons.len(), analysis.guardrails.len()), (challengers, challengers));
        for Comparison { evidence, credible, classic, .. } in &analysis.comparisons {
            prop_assert!(is_chance(evidence.p_value) && is_interval(&evidence.uplift), "{evidence:?}");
            prop_assert!(credible.iter().all(is_interval), "{credible:?}");
            prop_assert!(classic.iter().all(|one| is_chance(one.p_value) && is_interval(&one.interval)), "{classic:?}");
        }
        let chances = analysis.chances.iter().flatten();
        for one in chances.clone() {
            prop_assert!(is_chance(one.to_be_best) && is_chance(one.to_beat_baseline), "{one:?}");
            prop_assert!(one.expected_loss.is_finite() && one.expected_loss >= 0.0, "{one:?}");
        }
        let whole: f64 = chances.map(|one| one.to_be_best).sum();
        prop_assert!(analysis.chances.is_none() || (whole - 1.0).abs() < 0.05, "{whole}");
        for language in [Language::Nl, Language::En] {
            let sentence = analysis.verdict.sentence(language);
            prop_assert!(sentence.ends_with('.') && !sentence.contains("NaN") && !sentence.contains("inf"), "{sentence}");
        }
        // A page gets it as JSON, where a number that is none would be a gap.
        let json = serde_json::to_value(&analysis).expect("JSON");
        prop_assert!(json["verdict"]["verdict"].is_string());
    }

    #[test]
    fn normal_readings_say_why_or_are_whole(a in figures(true), b in figures(true), relative in any::<bool>()) {
        let unit = if relative { Unit::Relative } else { Unit::Absolute };
        if let Ok(effect) = Effect::between(a.sample(), b.sample(), unit) {
            let fixed = fixed_horizon(&effect, Tuning::DEFAULT);
            prop_assert!(is_chance(fixed.p_value) && is_interval(&fixed.interval), "{fixed:?}");
            let posterior = normal_posterior(&effect, None, Tuning::DEFAULT);
            prop_assert!(is_chance(posterior.chance_to_beat) && posterior.loss_of_taking >= 0.0, "{posterior:?}");
            let sequential = asymptotic_evidence(&effect, Tuning::DEFAULT);
            prop_assert!(is_chance(sequential.p_value) && is_interval(&sequential.uplift), "{sequential:?}");
        }
    }

    #[test]
    fn the_p_value_and_the_interval_agree(a in figures(false), b in figures(false), share in 0.02..0.98) {
        let share = Share::of(1.0 - share, share).expect("a share");
        let evidence = rate_evidence(&a, &b, share, Tuning::DEFAULT);
        // At the edge itself, rounding decides.
        prop_assume!((evidence.p_value - 0.05).abs() > 1e-4);
        prop_assert_eq!(evidence.p_value > 0.05, evidence.uplift.contains(0.0), "{:?}", evidence);
    }

    #[test]
    fn so_they_do_for_values(a in figures(true), b in figures(true), share in 0.02..0.98) {
        let share = Share::of(1.0 - share, share).expect("a share");
        let evidence = value_evidence(&a, &b, share, Tuning::DEFAULT, 100_000.0);
        prop_assume!((evidence.p_value - 0.05).abs() > 1e-4);
        prop_assert_eq!(evidence.p_value > 0.05, evidence.uplift.contains(0.0), "{:?}", evidence);
    }

    #[test]
    fn two_that_change_places_mirror_each_other(a in figures(false), b in figures(false)) {
        let (here, there) = (rate_evidence(&a, &b, Share::HALF, Tuning::DEFAULT), rate_evidence(&b, &a, Share::HALF, Tuning::DEFAULT));
        prop_assert!((here.p_value - there.p_value).abs() <= 1e-6 * here.p_value);
        // Near -1, there are no digits left to mirror.
        if let (Some(low), Some(high)) = (here.uplift.low, there.uplift.high.filter(|high| *high < 1e6)) {
            prop_assert!(((1.0 + low) * (1.0 + high) - 1.0).abs() < 1e-6, "{here:?} {there:?}");
        }
    }

    #[test]
    fn days_end_where_the_whole_is(days in prop::collection::vec((0_u64..300, 0_u64..30), 1..20)) {
        let mut whole = Figures::default();
        let until = |(others, hits): &(u64, u64)| {
            whole = whole.and(&Figures::counted(others + hits, *hits).expect("figures")).expect("figures");
            DayFigures { day: date(2026, 11, 1), figures: vec![whole, whole] }
        };
        let days: Vec<_> = days.iter().map(until).collect();
        let points = points_over_time(&days, Tuning::DEFAULT).expect("points");
        let last = points[1].last().expect("a point");
        prop_assert_eq!((points.len(), points[0].len()), (2, days.len()));
        prop_assert_eq!((last.estimate, last.interval), (whole.rate(), rate_band(&whole, Tuning::DEFAULT)));
        prop_assert!(last.interval.contains(last.estimate));
        let metric = Metric::rate("enquiries");
        let uplift = uplift_over_time(&days, &metric, 1, Share::HALF, Tuning::DEFAULT).expect("points");
        prop_assert!(uplift.iter().all(|point| point.estimate == 0.0 && point.interval.contains(0.0)));
    }
}
