//! How often looking early fools whom, and how soon a real difference is found: ten thousand experiments a line.
//!
//! The people are those of `tests/analysis`; `MRDJ_RUNS` sets another number of experiments.

#[path = "../../tests/analysis/people.rs"]
mod people;

use mrdj_core::experiments::analysis::{
    Effect, Figures, Plan, Share, Tuning, Unit, asymptotic_evidence, fixed_horizon, rate_evidence, value_evidence,
};
use people::{Looks, Tally, Traffic};

const ALPHA: f64 = 0.05;
const TYPICAL_CENTS: f64 = 150_000.0;

/// Whether a reading calls two variants different.
type Reading = fn(&Tally, Share) -> bool;

fn tuning(sharpest_at: f64) -> Tuning {
    Tuning::new(ALPHA, sharpest_at).expect("a tuning")
}

fn effect([a, b]: [Figures; 2]) -> Option<Effect> {
    Effect::between(a.sample(), b.sample(), Unit::Relative).ok()
}

fn exact(tally: &Tally, share: Share) -> bool {
    let [a, b] = tally.counted();
    rate_evidence(&a, &b, share, tuning(400.0)).p_value <= ALPHA
}

fn exact_of_values(tally: &Tally, share: Share) -> bool {
    let [a, b] = tally.valued();
    value_evidence(&a, &b, share, tuning(400.0), TYPICAL_CENTS).p_value <= ALPHA
}

fn asymptotic(tally: &Tally, _: Share) -> bool {
    effect(tally.counted()).is_some_and(|effect| asymptotic_evidence(&effect, tuning(5_000.0)).p_value <= ALPHA)
}

fn asymptotic_of_values(tally: &Tally, _: Share) -> bool {
    effect(tally.valued()).is_some_and(|effect| asymptotic_evidence(&effect, tuning(5_000.0)).p_value <= ALPHA)
}

fn ordinary(tally: &Tally, _: Share) -> bool {
    effect(tally.counted()).is_some_and(|effect| fixed_horizon(&effect, tuning(400.0)).p_value <= ALPHA)
}

/// Runs experiments without a difference, and prints how many were called different.
fn seldom_fooled(name: &str, traffic: Traffic, looks: Looks, runs: u64, reading: Reading) {
    let share = Share::of(1.0 - traffic.share, traffic.share).expect("a share");
    let fooled = traffic.stopped(runs, looks, |tally| reading(tally, share)).len();
    let part = 100.0 * fooled as f64 / runs as f64;
    let Traffic { rates, share, per_day, days } = traffic;
    println!(
        "{name:<28} {looks:?}, rate {}, share {share}, {per_day} a day, {days} days: {part:.2} % of {runs}",
        rates[0]
    );
}

/// Runs experiments with a real difference until it is found or the plan is over, and prints how many visitors that took.
fn found(rate: f64, uplift: f64, runs: u64) {
    let plan = Plan::new(rate, uplift).expect("a plan");
    let (tuning, needed) = (plan.tuning(Share::HALF, 1), plan.conversions(Share::HALF, 1));
    let traffic = Traffic { rates: [rate, rate * (1.0 + uplift)], share: 0.5, per_day: 100, days: 20_000 };
    let mut visitors = Vec::new();
    traffic.stopped(runs, Looks::EveryConversion, |tally| {
        let [a, b] = tally.counted();
        let is_found = rate_evidence(&a, &b, Share::HALF, tuning).p_value <= ALPHA && b.rate() > a.rate();
        if is_found {
            visitors.push(tally.all());
        }
        is_found || tally.conversions[0] + tally.conversions[1] >= needed
    });
    visitors.sort_unstable();
    let power = 100.0 * visitors.len() as f64 / runs as f64;
    let half = visitors.get(usize::try_from(runs / 2).expect("a count")).map_or("-".to_owned(), u64::to_string);
    let planned = plan.visitors(needed, Share::HALF);
    println!(
        "rate {rate}, {:.0} % more: found in {power:.1} % of {runs} within {needed} conversions (about {planned} visitors), \
         half of them by {half} visitors",
        100.0 * uplift
    );
}

fn main() {
    let runs = std::env::var("MRDJ_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(10_000);
    let year = Traffic::SMALL_BUSINESS;
    let careful = Traffic { share: 0.1, ..year };
    let quiet = Traffic { rates: [0.002; 2], ..year };
    let steps = Traffic { rates: [0.3; 2], per_day: 20, ..year };
    println!("No difference: how many experiments are ever called different");
    for traffic in [year, careful, quiet, steps] {
        seldom_fooled("exact", traffic, Looks::EveryConversion, runs, exact);
        seldom_fooled("ordinary", traffic, Looks::EveryDay, runs, ordinary);
        seldom_fooled("asymptotic", traffic, Looks::EveryConversion, runs, asymptotic);
        seldom_fooled("asymptotic", traffic, Looks::EveryDay, runs, asymptotic);
    }
    for traffic in [year, careful] {
        seldom_fooled("exact, of values", traffic, Looks::EveryConversion, runs, exact_of_values);
        seldom_fooled("asymptotic, of values", traffic, Looks::EveryConversion, runs, asymptotic_of_values);
    }
    println!("A real difference: how many experiments find it");
    for (rate, uplift) in [(0.02, 0.2), (0.02, 0.33), (0.02, 0.5), (0.02, 1.0), (0.2, 0.33)] {
        found(rate, uplift, runs.min(2_000));
    }
}
