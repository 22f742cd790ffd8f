//! Nanoseconds for what is pure: a form parsed, an enquiry scored, a page chosen, a policy asked.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::phone::NumberingPlans;
use mrdj_core::delivery::{Backoff, RetryPolicy};
use mrdj_core::experiments::personalization::{Personalization, Source};
use mrdj_core::leads::{Enquiry, EnquiryForm, JunkRule, LeadKind, Scales, score};
use mrdj_core::messages::Language;

const BODY: &str = r#"{"name":"Jan en Marie Jansen","email":"jan@example.com","phone":"0612345678",
    "eventType":"Bruiloft","eventDate":"2027-06-19",
    "message":"Wij trouwen in juni en zoeken een DJ voor de avond, met licht en een rustige dinermuziek."}"#;

fn rules(criterion: &mut Criterion) {
    let (phones, zone) = (NumberingPlans::default(), TimeZone::UTC);
    let scales = Scales { phones: &phones, zone: &zone, language: Language::Nl };
    let form: EnquiryForm = serde_json::from_str(BODY).expect("a form");
    let enquiry = Enquiry::parse(&form, LeadKind::Contact, scales).expect("an enquiry");
    let policy = Backoff::exponential(10, SignedDuration::from_secs(2), SignedDuration::from_hours(6)).with_jitter(0.5);

    criterion.bench_function("form read from JSON", |bench| {
        bench.iter(|| serde_json::from_str::<EnquiryForm>(black_box(BODY)));
    });
    criterion.bench_function("form parsed", |bench| {
        bench.iter(|| Enquiry::parse(black_box(&form), LeadKind::Contact, scales));
    });
    criterion.bench_function("enquiry scored", |bench| {
        bench.iter(|| score(black_box(&enquiry), false, None, JunkRule::default(), date(2026, 11, 21)));
    });
    let content = Personalization::sample();
    let asked = [
        ("keyword of one word", "bruiloft"),
        ("keyword of five words", "bruiloft dj in 's-Hertogenbosch"),
        ("keyword that nobody knows", "stofzuiger met zak"),
    ];
    for (name, keyword) in asked {
        criterion.bench_function(&format!("page chosen: {name}"), |bench| {
            bench.iter(|| {
                let mut clues = content.clues();
                clues.add(Source::Keyword, black_box(keyword));
                clues.choose().page.place()
            });
        });
    }
    criterion.bench_function("policy step", |bench| {
        bench.iter(|| policy.next(black_box(3), Timestamp::UNIX_EPOCH, black_box(0.5)));
    });
}

criterion_group!(benches, rules);
criterion_main!(benches);
