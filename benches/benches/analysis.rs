//! Microseconds to read an experiment's figures.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use mrdj_core::experiments::analysis::{
    Arm, Counts, Figures, Goal, Guardrail, Metric, Plan, Share, Tuning, chances, credible_uplift, rate_evidence,
    value_evidence,
};

fn counts(arms: usize) -> Counts {
    let counted = |place: usize, rate: u64| Figures::counted(15_000, rate + 20 * place as u64).expect("figures");
    let figures = |rate: u64| (0..arms).map(|place| counted(place, rate)).collect::<Vec<_>>();
    Counts {
        arms: (0..arms).map(|place| Arm { name: format!("variant {place}"), weight: 1.0 }).collect(),
        metric: Metric::rate("enquiries"),
        figures: figures(290),
        guardrails: vec![Guardrail { metric: Metric::rate("bookings"), margin: 0.1, figures: figures(60) }],
        days_run: 200,
        days: Vec::new(),
        sources: Vec::new(),
    }
}

fn analysis(criterion: &mut Criterion) {
    let plan = Plan::new(0.02, 0.33).expect("a plan");
    for arms in [2, 4] {
        let counts = counts(arms);
        criterion.bench_function(&format!("{arms} variants analysed"), |bench| {
            bench.iter(|| black_box(&counts).analyze(&plan).expect("an analysis"));
        });
    }
    let [a, b] = [Figures::counted(15_000, 290).expect("a"), Figures::counted(15_000, 340).expect("b")];
    criterion.bench_function("exact evidence of rates", |bench| {
        bench.iter(|| rate_evidence(black_box(&a), &b, Share::HALF, Tuning::DEFAULT));
    });
    let valued = |figures: &Figures| {
        let sum = figures.conversions() as f64 * 150_000.0;
        Figures::valued(figures.visitors(), figures.conversions(), sum, sum * 190_000.0).expect("values")
    };
    let (of_a, of_b) = (valued(&a), valued(&b));
    criterion.bench_function("exact evidence of values", |bench| {
        bench.iter(|| value_evidence(black_box(&of_a), &of_b, Share::HALF, Tuning::DEFAULT, 150_000.0));
    });
    let both = [a, b];
    criterion.bench_function("chances of two", |bench| bench.iter(|| chances(black_box(&both), Goal::Higher)));
    criterion.bench_function("credible uplift", |bench| {
        bench.iter(|| credible_uplift(black_box(&a), &b, Tuning::DEFAULT));
    });
}

criterion_group!(benches, analysis);
criterion_main!(benches);
