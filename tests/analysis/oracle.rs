//! Figures beside those of gbstats, ssrm-test and SciPy, to a millionth.

use mrdj_core::experiments::analysis::{
    Arm, Counts, Effect, Figures, Goal, Interval, Metric, Plan, Prior, Share, Tuning, Unit, asymptotic_evidence,
    chances, credible_uplift, fixed_horizon, normal_posterior, rate_evidence,
};
use serde_json::Value;

/// The cases of one kind, and how many of them there are at least.
fn cases(kind: &str, least: usize) -> Vec<Value> {
    let oracle: Value = serde_json::from_str(include_str!("oracle.json")).expect("JSON");
    let cases = oracle["cases"].as_array().expect("cases").iter().filter(|case| case["kind"] == kind);
    let cases: Vec<_> = cases.cloned().collect();
    assert!(cases.len() >= least, "only {} cases of {kind}", cases.len());
    cases
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no count"))
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list")).iter().map(read).collect()
}

/// Fails where ours is more than a millionth away from theirs, of its size or of 1.
fn same(case: &Value, what: &str, ours: f64, theirs: &Value) {
    let theirs = number(theirs);
    let off = (ours - theirs).abs() / theirs.abs().max(1.0);
    assert!(off <= 1e-6, "{}: {what} is {ours} here and {theirs} there", case["name"]);
}

fn same_interval(case: &Value, what: &str, ours: &Interval, theirs: &Value) {
    same(case, &format!("{what}, low"), ours.low.expect("a bound"), &theirs[0]);
    same(case, &format!("{what}, high"), ours.high.expect("a bound"), &theirs[1]);
}

fn figures(value: &Value) -> Figures {
    let (visitors, conversions) = (count(&value["visitors"]), count(&value["conversions"]));
    match value.get("sum") {
        None => Figures::counted(visitors, conversions),
        Some(sum) => Figures::valued(visitors, conversions, number(sum), number(&value["squares"])),
    }
    .expect("figures")
}

#[test]
fn two_variants_read_as_growthbook_reads_them() {
    for case in cases("pair", 20) {
        let unit = if case["unit"] == "relative" { Unit::Relative } else { Unit::Absolute };
        let tuning = Tuning::new(number(&case["alpha"]), number(&case["sharpest_at"])).expect("a tuning");
        let samples = ["baseline", "challenger"].map(|name| figures(&case[name]).sample());
        let effect = Effect::between(samples[0], samples[1], unit).expect("an effect");
        let answers = &case["answers"];

        let (fixed, theirs) = (fixed_horizon(&effect, tuning), &answers["fixed"]);
        same(&case, "the estimate", fixed.estimate, &theirs["estimate"]);
        same(&case, "the standard error", fixed.standard_error, &theirs["standard_error"]);
        same(&case, "the p-value", fixed.p_value, &theirs["p_value"]);
        same_interval(&case, "the interval", &fixed.interval, &theirs["interval"]);

        let (sequential, theirs) = (asymptotic_evidence(&effect, tuning), &answers["sequential"]);
        same(&case, "the sequential p-value", sequential.p_value, &theirs["p_value"]);
        same_interval(&case, "the sequential interval", &sequential.uplift, &theirs["interval"]);

        let prior = case.get("prior").map(|prior| Prior::new(number(&prior["mean"]), number(&prior["deviation"])));
        let posterior = normal_posterior(&effect, prior.transpose().expect("a prior"), tuning);
        let theirs = &answers["bayes"];
        same(&case, "the chance to beat", posterior.chance_to_beat, &theirs["chance"]);
        same(&case, "what is expected", posterior.expected, &theirs["expected"]);
        same(&case, "its deviation", posterior.deviation, &theirs["deviation"]);
        same_interval(&case, "the credible interval", &posterior.interval, &theirs["interval"]);
        same(&case, "the loss of keeping", posterior.loss_of_keeping, &theirs["risk"][0]);
        same(&case, "the loss of taking", posterior.loss_of_taking, &theirs["risk"][1]);
    }
}

#[test]
fn conversions_read_as_the_multinomial_test_reads_them() {
    for case in cases("coin", 7) {
        let tuning = Tuning::new(number(&case["alpha"]), number(&case["sharpest_at"])).expect("a tuning");
        let share = number(&case["share"]);
        let share = Share::of(1.0 - share, share).expect("a share");
        // The visitors behind them change nothing.
        let seen = |conversions: &Value| Figures::counted(1_000_000, count(conversions)).expect("figures");
        let conversions = &case["conversions"];
        let evidence = rate_evidence(&seen(&conversions[0]), &seen(&conversions[1]), share, tuning);
        same(&case, "the p-value", evidence.p_value, &case["answers"]["p_value"]);
        same_interval(&case, "the interval", &evidence.uplift, &case["answers"]["interval"]);
    }
}

#[test]
fn the_sample_ratio_is_checked_as_others_check_it() {
    for case in cases("split", 7) {
        let visitors = list(&case["visitors"], count);
        let counts = Counts {
            arms: list(&case["weights"], |weight| Arm { name: "one".to_owned(), weight: number(weight) }),
            metric: Metric::rate("enquiries"),
            figures: visitors.iter().map(|visitors| Figures::counted(*visitors, 0).expect("figures")).collect(),
            guardrails: Vec::new(),
            days_run: 30,
            days: Vec::new(),
            sources: Vec::new(),
        };
        let split = counts.analyze(&Plan::new(0.02, 0.3).expect("a plan")).expect("an analysis").split;
        same(&case, "the p-value for one look", split.p_value_once, &case["answers"]["once"]);
        same(&case, "the p-value", split.p_value, &case["answers"]["sequential"]);
    }
}

#[test]
fn chances_are_the_integrals_that_scipy_finds() {
    for case in cases("chances", 9) {
        let variants =
            list(&case["variants"], |one| Figures::counted(count(&one[0]), count(&one[1])).expect("figures"));
        let (ours, theirs) = (chances(&variants, Goal::Higher).expect("rates"), &case["answers"]);
        for (place, one) in ours.iter().enumerate() {
            same(&case, "the chance to be best", one.to_be_best, &theirs["best"][place]);
            same(&case, "the expected loss", one.expected_loss, &theirs["loss"][place]);
        }
        same(&case, "the chance to beat the baseline", ours[1].to_beat_baseline, &theirs["beats"]);
        if variants[0].visitors() == 0 {
            // A ratio of rates that may both be 1 has an edge, at which ours is good for a ten-thousandth.
            continue;
        }
        let tuning = Tuning::new(number(&case["alpha"]), 400.0).expect("a tuning");
        let uplift = credible_uplift(&variants[0], &variants[1], tuning);
        same_interval(&case, "the credible uplift", &uplift, &theirs["uplift"]);
    }
}
