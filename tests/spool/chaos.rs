//! Faults by a seed on every line: every receipt leads to an enquiry, and nothing is owed twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use mrdj_adapters::layers::{Around, Faulty, Rates};
use mrdj_core::leads::{EnquiryForm, Visit};

use crate::desk::{Desk, SECOND, form, keyed, wrap};

const FAULTS: Rates = Rates { before: 0.2, after: 0.1 };

#[tokio::test]
async fn every_receipt_leads_to_an_enquiry_whatever_fails() {
    for seed in 0..20 {
        run(seed).await;
    }
}

async fn run(seed: u64) {
    let mut desk = Desk::open().await;
    let whole = desk.intake.clone();
    let faulty: Arc<dyn Around> = Arc::new(Faulty::seeded(seed, FAULTS));
    let clock = desk.intake.clock.clone();
    desk.intake.store = wrap(whole.store.clone(), &faulty, &clock);
    desk.intake.leads = wrap(whole.leads.clone(), &faulty, &clock);
    desk.intake.answers = wrap(whole.answers.clone(), &faulty, &clock);
    let mut promised = BTreeSet::new();
    for n in 0..60_u64 {
        // Every person sends three forms: the same twice, the second time under a key, and then something more.
        let who = format!("visitor-{}", n / 3);
        let (form, visit) = match n % 3 {
            0 => (form(&who), Visit::default()),
            1 => (form(&who), keyed(&who, "body")),
            _ => (EnquiryForm { message: "Met licht graag".into(), ..form(&who) }, Visit::default()),
        };
        if let Ok(receipt) = desk.submit(form, visit).await {
            promised.insert(receipt.id);
        }
        desk.pass(SECOND);
        if (n + seed).is_multiple_of(7) {
            // What the spool says of a turn that faults cut short is not looked at here.
            let _ = desk.intake.drain().await;
        }
    }
    let detour = desk.intake.detour.take();
    desk.intake = whole;
    desk.intake.detour = detour;
    desk.pass(60 * 60 * SECOND);
    desk.drain_all().await;
    let stored: BTreeSet<_> = desk.leads().await.into_iter().collect();
    assert!(promised.is_subset(&stored), "seed {seed}: {:?}", promised.difference(&stored));
    assert_eq!(desk.figures().await.waiting, 0, "seed {seed}");
    for id in stored {
        desk.owes_once(id).await;
    }
}
