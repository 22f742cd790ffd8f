//! Tests business rules against doubles and a clock that is turned by hand: no database, no network, no waiting.
//!
//! ```sh
//! cargo run --example rules_with_mocks
//! cargo test --example rules_with_mocks
//! ```
//!
//! Both do the same: each function below is a test, and `main` calls them one by one.

use std::sync::{Arc, Mutex};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use mrdj_core::clock::Clock;
use mrdj_core::contacts::{MockPhoneNormalizer, Phone};
use mrdj_core::delivery::{Delivery, Ending, MockBell, Owed, Owes, QueueName, QueueRule, Recall, verdict};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::idempotency::MockIdempotencyBook;
use mrdj_core::leads::{
    EnquiryForm, HumanVerdict, Intake, IntakeRules, Lead, LeadFact, LeadKind, MockHumanCheck, MockLeadBook, Receipt,
    Standing, Visit,
};
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::partners::{CARD, CRM, CardForLead};
use mrdj_core::store::{Change, Changes, Commit, MockStore, Refusal};

/// The queue of whoever calls people up.
const PHONE: QueueName = QueueName::new("phone");

/// A rule of one's own: an enquiry for a day within two weeks owes a call.
struct CallWhenSoon {
    clock: FakeClock,
}

impl Owes<LeadFact> for CallWhenSoon {
    fn owes(&self, fact: &LeadFact) -> Vec<Owed> {
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        let soon = fact.lead().event_date().is_some_and(|day| today <= day && day <= today.saturating_add(14.days()));
        if soon { vec![Owed::now(PHONE, "lead.call")] } else { Vec::new() }
    }
}

/// The rule alone, through the intake that asks it: what is committed is what was decided.
#[cfg_attr(test, test)]
fn a_wedding_within_two_weeks_owes_a_call() {
    // The clock stands at noon of 21 November 2026.
    let clock = FakeClock::default();
    for (day, calls) in [("2026-11-21", 1), ("2026-12-05", 1), ("2026-12-06", 0), ("2027-08-15", 0), ("2026-11-20", 0)]
    {
        let (store, seen) = store_that_takes_everything();
        let mut intake = intake(store, MockLeadBook::new(), &clock);
        intake.owes.push(Arc::new(CallWhenSoon { clock: clock.clone() }));
        submit(&intake, &form(day, "Tot dan!"));
        let changes = one(&seen);
        assert_eq!(changes.deliveries().filter(|delivery| delivery.queue == PHONE).count(), calls, "{day}");
        assert_eq!(changes.deliveries().filter(|delivery| delivery.kind == CARD).count(), 1, "{day}");
    }
}

/// Junk is a score: the enquiry is kept, and nothing leaves because of it.
#[cfg_attr(test, test)]
fn junk_is_kept_and_owes_nothing() {
    let (store, seen) = store_that_takes_everything();
    let spam = form("2027-08-15", "casino backlinks: https://spam.example");
    submit(&intake(store, MockLeadBook::new(), &FakeClock::default()), &spam);
    let changes = one(&seen);
    let lead = inserted(&changes);
    assert_eq!((lead.standing, lead.score), (Standing::Suspicious, 70), "{:?}", lead.marks);
    assert_eq!(changes.deliveries().count(), 0);
}

/// A checker that is away costs nobody an enquiry.
#[cfg_attr(test, test)]
fn a_human_check_that_is_away_holds_nobody_back() {
    for (verdict, standing) in
        [(HumanVerdict::NoAnswer, Standing::Clear), (HumanVerdict::NotHuman, Standing::Suspicious)]
    {
        let (store, seen) = store_that_takes_everything();
        let mut human = MockHumanCheck::new();
        human.expect_check().once().returning(move |_, _, _| verdict);
        let mut intake = intake(store, MockLeadBook::new(), &FakeClock::default());
        intake.human = Some(Arc::new(human));
        submit(&intake, &EnquiryForm { hcaptcha: "a-token".into(), ..form("2027-08-15", "Tot dan!") });
        assert_eq!(inserted(&one(&seen)).standing, standing, "{verdict:?}");
    }
}

/// A double click is one enquiry for ten minutes, to the second.
#[cfg_attr(test, test)]
fn a_second_click_is_the_same_enquiry_for_ten_minutes() {
    for (later, commits) in [(SignedDuration::from_secs(599), 1), (SignedDuration::from_secs(600), 2)] {
        let clock = FakeClock::default();
        let (store, seen) = store_that_takes_everything();
        submit(&intake(store, MockLeadBook::new(), &clock), &form("2027-08-15", "Tot dan!"));
        let first = inserted(&one(&seen));

        clock.advance(later);
        let (mut store, seen) = (MockStore::new(), Seen::default());
        let noted = seen.clone();
        // The first decision believes that nobody asked before; a real store refuses it when somebody did.
        store.expect_commit().times(commits).returning(move |changes| {
            let mut seen = noted.lock().expect("no other test holds it");
            seen.push(changes);
            Ok(if seen.len() == 1 { Commit::Refused(Refusal::NotNewest) } else { Commit::Done })
        });
        let mut leads = MockLeadBook::new();
        let newest = first.clone();
        leads.expect_newest_of().once().returning(move |_| Ok(Some(newest.clone())));
        let receipt = submit(&intake(store, leads, &clock), &form("2027-08-15", "Tot dan!"));
        assert_eq!(receipt.reference == first.reference, commits == 1, "after {later}");
    }
}

/// A partner may be away for an hour of the clock: no attempt is spent.
#[cfg_attr(test, test)]
fn an_hour_of_outage_spends_no_attempt() {
    let (clock, chance, rule) = (FakeClock::default(), FakeChance::seeded(7), QueueRule::default());
    let away = PortError::new(ErrorKind::Unavailable, "crm", "put card", "503");
    let fault = PortError::new(ErrorKind::Failed, "crm", "put card", "500");
    let mut delivery = Delivery::new(Owed::now(CRM, CARD), uuid::Uuid::nil(), clock.now(), &chance);
    let end = clock.now() + SignedDuration::from_hours(1);
    while clock.now() < end {
        delivery = turn(delivery, &away, &rule, &clock);
    }
    assert_eq!((delivery.attempts, delivery.failures), (240, 0), "one try every 15 s, and none of them counts");
    for _ in 0..5 {
        delivery = turn(delivery, &fault, &rule, &clock);
    }
    assert_eq!(delivery.failures, 4, "the fifth answer with an error is the last");
    assert_eq!(delivery.status(clock.now()).word(), "dead");
}

/// One turn of a worker, as a value: the lease ends as the rule judges `error`, and the clock goes on to the next try.
fn turn(delivery: Delivery, error: &PortError, rule: &QueueRule, clock: &FakeClock) -> Delivery {
    let now = clock.now();
    let ending = verdict(&delivery, error, Recall::SendAgain, rule, now, 0.5).ending;
    if let Ending::Again { at, .. } = &ending {
        clock.advance(at.duration_since(now));
    }
    delivery.lease(now).settle(ending, now).expect("it was leased just now")
}

type Seen = Arc<Mutex<Vec<Changes>>>;

/// A store that says yes to one decision, and what it was asked.
fn store_that_takes_everything() -> (MockStore, Seen) {
    let (mut store, seen) = (MockStore::new(), Seen::default());
    let noted = seen.clone();
    store.expect_commit().once().returning(move |changes| {
        noted.lock().expect("no other test holds it").push(changes);
        Ok(Commit::Done)
    });
    (store, seen)
}

/// An intake over doubles: every enquiry owes a card.
fn intake(store: MockStore, leads: MockLeadBook, clock: &FakeClock) -> Intake {
    let mut phones = MockPhoneNormalizer::new();
    phones.expect_normalize().returning(|_| Ok(Phone::known("+31612345678".to_owned())));
    let mut bell = MockBell::new();
    bell.expect_ring().return_const(());
    Intake {
        store: Arc::new(store),
        leads: Arc::new(leads),
        // Nobody sends a key here, so that nothing is asked of it; a double that is asked all the same panics.
        answers: Arc::new(MockIdempotencyBook::new()),
        phones: Arc::new(phones),
        human: None,
        owes: vec![Arc::new(CardForLead)],
        bell: Arc::new(bell),
        clock: Arc::new(clock.clone()),
        chance: Arc::new(FakeChance::seeded(clock.now().as_second().unsigned_abs())),
        detour: None,
        rules: IntakeRules::new(TimeZone::UTC, "website"),
    }
}

fn form(day: &str, message: &str) -> EnquiryForm {
    EnquiryForm {
        name: "Jan Jansen".into(),
        email: "jan@example.com".into(),
        phone: "0612345678".into(),
        event_type: "Bruiloft".into(),
        event_date: day.into(),
        message: message.into(),
        ..EnquiryForm::default()
    }
}

fn submit(intake: &Intake, form: &EnquiryForm) -> Receipt {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime of one thread");
    runtime.block_on(intake.submit(LeadKind::Contact, form, Visit::default())).expect("the form has no fault")
}

/// The one decision that was committed.
fn one(seen: &Seen) -> Changes {
    let seen = seen.lock().expect("no other test holds it");
    assert_eq!(seen.len(), 1, "one decision");
    seen[0].clone()
}

fn inserted(changes: &Changes) -> Lead {
    let lead =
        changes.facts.iter().find_map(|fact| if let Change::InsertLead(lead) = fact { Some(lead) } else { None });
    lead.expect("an enquiry came in").clone()
}

fn main() {
    let rules: [(&str, fn()); 5] = [
        ("a wedding within two weeks owes a call", a_wedding_within_two_weeks_owes_a_call),
        ("junk is kept and owes nothing", junk_is_kept_and_owes_nothing),
        ("a human check that is away holds nobody back", a_human_check_that_is_away_holds_nobody_back),
        ("a second click is the same enquiry for ten minutes", a_second_click_is_the_same_enquiry_for_ten_minutes),
        ("an hour of outage spends no attempt", an_hour_of_outage_spends_no_attempt),
    ];
    for (rule, holds) in rules {
        holds();
        println!("ok  {rule}");
    }
}
