//! Experiments with a real difference: how often it is found, how soon, and whether the bounds hold it.

use mrdj_core::experiments::analysis::{Plan, Share, Tuning, rate_evidence, value_evidence};

use crate::people::{Looks, Traffic};

/// A third more enquiries.
const BETTER: Traffic = Traffic { rates: [0.02, 0.0266], share: 0.5, per_day: 83, days: 1_000 };

#[test]
fn a_planned_difference_is_found_as_often_as_planned() {
    let plan = Plan::new(0.02, 0.33).expect("a plan");
    let (tuning, needed) = (plan.tuning(Share::HALF, 1), plan.conversions(Share::HALF, 1));
    let mut found = 0;
    BETTER.stopped(400, Looks::EveryConversion, |tally| {
        let [a, b] = tally.counted();
        let evidence = rate_evidence(&a, &b, Share::HALF, tuning);
        let is_found = evidence.uplift.is_above(0.0);
        found += u32::from(is_found);
        is_found || tally.conversions[0] + tally.conversions[1] >= needed
    });
    let power = f64::from(found) / 400.0;
    assert!((0.8..0.95).contains(&power), "{power} with {needed} conversions");
}

#[test]
fn the_bounds_hold_the_truth_at_every_look() {
    let truth = 0.33;
    for (traffic, seed) in [(BETTER, 1), (Traffic { share: 0.2, ..BETTER }, 2)] {
        let share = Share::of(1.0 - traffic.share, traffic.share).expect("a share");
        let year = Traffic { days: 365, ..traffic };
        let missed = year.stopped(300, Looks::EveryDay, |tally| {
            let [a, b] = tally.counted();
            !rate_evidence(&a, &b, share, Tuning::DEFAULT).uplift.contains(truth)
        });
        assert!(missed.len() <= 15, "{} of 300 ({seed})", missed.len());
    }
}

#[test]
fn more_revenue_is_found_too_and_its_bounds_hold_the_truth() {
    let tuning = Tuning::new(0.05, 1_500.0).expect("a tuning");
    // Half as much again: bookings of the same value, but more of them.
    let traffic = Traffic { rates: [0.02, 0.03], ..BETTER };
    let (mut found, mut missed) = (0, 0);
    for seed in 0..150 {
        let (mut once, mut outside) = (false, false);
        traffic.run(seed, Looks::EveryDay, |tally| {
            let [a, b] = tally.valued();
            let uplift = value_evidence(&a, &b, Share::HALF, tuning, 150_000.0).uplift;
            once |= uplift.is_above(0.0);
            outside |= !uplift.contains(0.5);
            false
        });
        found += u32::from(once);
        missed += u32::from(outside);
    }
    assert!(found >= 120, "found {found} of 150");
    assert!(missed <= 7, "missed {missed} of 150");
}
