//! Experiments without any difference, looked at again and again: how often one is called a winner.

use mrdj_core::experiments::analysis::{
    Arm, Counts, Effect, Metric, Plan, Share, Tuning, Unit, Verdict, fixed_horizon, rate_evidence, value_evidence,
};

use crate::people::{Looks, Tally, Traffic};

const ALPHA: f64 = 0.05;

fn tuning() -> Tuning {
    Tuning::new(ALPHA, 400.0).expect("a tuning")
}

/// The part of `runs` experiments that the exact reading of rates ever calls different.
fn found_by_rates(traffic: Traffic, runs: u64) -> f64 {
    let share = Share::of(1.0 - traffic.share, traffic.share).expect("a share");
    let found = traffic.stopped(runs, Looks::EveryConversion, |tally| {
        let [a, b] = tally.counted();
        rate_evidence(&a, &b, share, tuning()).p_value <= ALPHA
    });
    found.len() as f64 / runs as f64
}

#[test]
fn ten_thousand_experiments_of_a_small_business_seldom_fool_who_looks_after_every_visitor() {
    let half_a_year = Traffic { days: 182, ..Traffic::SMALL_BUSINESS };
    let found = found_by_rates(half_a_year, 10_000);
    assert!(found <= ALPHA, "{found} of experiments without a difference showed one");
}

#[test]
fn neither_rare_nor_common_conversions_nor_uneven_weights_fool_anybody() {
    let quiet = Traffic { rates: [0.002; 2], ..Traffic::SMALL_BUSINESS };
    let steps = Traffic { rates: [0.5; 2], per_day: 10, days: 100, share: 0.5 };
    let careful = Traffic { share: 0.1, ..Traffic::SMALL_BUSINESS };
    for traffic in [quiet, steps, careful] {
        let found = found_by_rates(traffic, 1_000);
        assert!(found <= ALPHA, "{found} of {traffic:?}");
    }
}

/// The planted fault: the reading that everybody knows from school, looked at daily.
#[test]
fn an_ordinary_p_value_fools_who_looks_daily() {
    let found = Traffic::SMALL_BUSINESS.stopped(300, Looks::EveryDay, |tally| {
        let [a, b] = tally.counted();
        let effect = Effect::between(a.sample(), b.sample(), Unit::Absolute);
        effect.is_ok_and(|effect| fixed_horizon(&effect, tuning()).p_value <= ALPHA)
    });
    let found = found.len() as f64 / 300.0;
    assert!(found > 4.0 * ALPHA, "only {found}: this simulation would not find a reading that lies");
}

#[test]
fn a_few_large_bookings_fool_nobody() {
    for share in [0.5, 0.1] {
        let traffic = Traffic { share, ..Traffic::SMALL_BUSINESS };
        let share = Share::of(1.0 - share, share).expect("a share");
        let found = traffic.stopped(600, Looks::EveryConversion, |tally| {
            let [a, b] = tally.valued();
            value_evidence(&a, &b, share, tuning(), 150_000.0).p_value <= ALPHA
        });
        let found = found.len() as f64 / 600.0;
        assert!(found <= ALPHA, "{found} of {traffic:?}");
    }
}

#[test]
fn the_owners_sentence_names_no_winner_where_there_is_none() {
    let arm = |name: &str| Arm { name: name.to_owned(), weight: 1.0 };
    let plan = Plan::new(0.02, 0.4).expect("a plan");
    let winner = |tally: &Tally| {
        let counts = Counts {
            arms: vec![arm("A"), arm("B")],
            metric: Metric::rate("enquiries"),
            figures: tally.counted().to_vec(),
            guardrails: Vec::new(),
            days_run: u32::try_from(tally.all() / 83).expect("days"),
            days: Vec::new(),
            sources: Vec::new(),
        };
        let verdict = counts.analyze(&plan).expect("an analysis").verdict;
        matches!(verdict, Verdict::Better { .. } | Verdict::Worse { .. } | Verdict::Frozen { .. })
    };
    let half_a_year = Traffic { days: 182, ..Traffic::SMALL_BUSINESS };
    let called = half_a_year.stopped(100, Looks::EveryDay, winner).len();
    assert!(called <= 9, "{called} of a hundred");
}
