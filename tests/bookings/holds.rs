//! Holds as the trade works.

use jiff::civil::date;
use libtest_mimic::Trial;
use mrdj_core::bookings::{
    BookingChange, BookingError, BookingEvent, BookingForm, BookingReceipt, EventTime, LooseTime, LooseTruth, Party,
    Resource, Stage, Step, StepRefused,
};
use mrdj_core::delivery::{DeliveryDesk, Filter};
use mrdj_core::leads::{Loose, Visit};
use mrdj_harness::trial;

use crate::house::{House, dj, form};

const EVENING: &str = "2026-12-31";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("holds::a_hold_that_ran_out_is_free_for_the_next", a_hold_that_ran_out_is_free_for_the_next),
        trial(
            "holds::who_stands_in_line_moves_up_before_who_comes_later",
            who_stands_in_line_moves_up_before_who_comes_later,
        ),
        trial("holds::a_challenge_gives_a_day_to_decide", a_challenge_gives_a_day_to_decide),
        trial("holds::who_is_challenged_and_agrees_keeps_the_evening", who_is_challenged_and_agrees_keeps_the_evening),
        trial("holds::an_evening_goes_from_wish_to_done", an_evening_goes_from_wish_to_done),
        trial(
            "holds::a_late_payment_is_a_conflict_that_a_person_sees_and_no_second_booking",
            a_late_payment_is_a_conflict_that_a_person_sees_and_no_second_booking,
        ),
        trial("holds::a_long_wish_in_line_keeps_no_hold_from_ending", a_long_wish_in_line_keeps_no_hold_from_ending),
        trial(
            "holds::a_booking_goes_on_when_its_day_is_blocked_afterwards",
            a_booking_goes_on_when_its_day_is_blocked_afterwards,
        ),
        trial(
            "holds::a_booking_moves_only_to_an_evening_that_is_free",
            a_booking_moves_only_to_an_evening_that_is_free,
        ),
        trial("holds::a_booking_moves_to_whichever_dj_is_free", a_booking_moves_to_whichever_dj_is_free),
        trial(
            "holds::a_booking_that_moves_keeps_its_dj_where_he_is_free",
            a_booking_that_moves_keeps_its_dj_where_he_is_free,
        ),
        trial("holds::a_hold_that_moves_ends_before_its_event", a_hold_that_moves_ends_before_its_event),
        trial(
            "holds::everybody_who_holds_the_evening_is_challenged_once",
            everybody_who_holds_the_evening_is_challenged_once,
        ),
        trial("holds::who_waits_gets_whichever_dj_is_free_first", who_waits_gets_whichever_dj_is_free_first),
        trial("holds::who_waits_moves_up_when_a_booking_moves_away", who_waits_moves_up_when_a_booking_moves_away),
        trial("holds::who_waits_moves_up_when_a_day_is_free_again", who_waits_moves_up_when_a_day_is_free_again),
        trial("holds::who_waited_in_vain_is_let_go", who_waited_in_vain_is_let_go),
        trial("holds::a_deposit_in_time_is_an_agreement", a_deposit_in_time_is_an_agreement),
    ]
}

async fn a_hold_that_ran_out_is_free_for_the_next() {
    let house = House::in_memory().await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    house.pass(71);
    assert!(house.ask("piet", EVENING).await.is_err());
    house.pass(1);
    // Nobody had to let go of it before.
    let second = house.ask("piet", EVENING).await.expect("booked");
    assert_eq!((house.stage(&first).await, house.stage(&second).await), ("expired", "held"));
    assert_eq!(house.story(&first).await, [BookingEvent::Created, BookingEvent::Expired]);
}

async fn who_stands_in_line_moves_up_before_who_comes_later() {
    let house = House::in_memory().await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    let second = house.ask_behind("piet", EVENING).await.expect("in line");
    house.pass(1);
    let third = house.ask_behind("kees", EVENING).await.expect("in line");
    assert_eq!((second.stage.clone(), third.stage.clone()), (Stage::Waiting, Stage::Waiting));
    house.pass(71);
    let late = house.ask("anna", EVENING).await;
    assert!(matches!(late, Err(BookingError::NotFree(_))), "the line comes first");
    assert_eq!(house.look(&second).await.stage, Stage::Held { until: house.then(72), challenged: false });
    let step = Step::Cancel { by: Party::Client };
    house.bookings.step(second.id, &step, Party::Client).await.expect("cancelled");
    let stages = [house.stage(&first).await, house.stage(&second).await, house.stage(&third).await];
    assert_eq!(stages, ["expired", "cancelled", "held"]);
    assert_eq!(house.story(&third).await, [BookingEvent::Created, BookingEvent::Promoted]);
}

async fn a_challenge_gives_a_day_to_decide() {
    let house = House::in_memory().await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    let second = house.ask_behind("piet", EVENING).await.expect("in line");
    let challenged = house.bookings.challenge(second.id).await.expect("challenged");
    assert_eq!(challenged.len(), 1);
    assert_eq!(house.look(&first).await.stage, Stage::Held { until: house.then(24), challenged: true });
    let Err(BookingError::Step(refused)) = house.bookings.challenge(first.id).await else { panic!("it does not wait") };
    assert_eq!(refused, StepRefused::NotFromHere { from: "held", step: "challenge" });
    house.pass(24);
    assert_eq!(house.bookings.release_due(house.clock_now()).await.expect("released"), 1);
    assert_eq!((house.stage(&first).await, house.stage(&second).await), ("expired", "held"));
}

async fn who_is_challenged_and_agrees_keeps_the_evening() {
    let house = House::in_memory().await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    let second = house.ask_behind("piet", EVENING).await.expect("in line");
    house.bookings.challenge(second.id).await.expect("challenged");
    house.bookings.step(first.id, &Step::Agree, Party::Business).await.expect("agreed");
    house.pass(100);
    assert_eq!(house.bookings.release_due(house.clock_now()).await.expect("looked"), 0);
    assert_eq!((house.stage(&first).await, house.stage(&second).await), ("agreed", "waiting"));
}

async fn all_the_way(house: &House<mrdj_adapters::memory::Memory>, receipt: &BookingReceipt, steps: &[Step]) {
    for step in steps {
        house.bookings.step(receipt.id, step, Party::Business).await.expect("a step");
        house.pass(1);
    }
}

async fn an_evening_goes_from_wish_to_done() {
    let house = House::in_memory().await;
    let receipt = house.ask("jan", EVENING).await.expect("booked");
    all_the_way(&house, &receipt, &[Step::Offer { until: house.then(168) }, Step::Agree, Step::PayDeposit]).await;
    let Err(BookingError::Step(refused)) = house.bookings.step(receipt.id, &Step::Finish, Party::Business).await else {
        panic!("it lies ahead")
    };
    assert_eq!(refused, StepRefused::NotOver);
    house.pass(24 * 42);
    all_the_way(&house, &receipt, &[Step::Finish]).await;
    assert_eq!(house.stage(&receipt).await, "done");
    let story = [
        BookingEvent::Created,
        BookingEvent::Offered,
        BookingEvent::Agreed,
        BookingEvent::DepositPaid,
        BookingEvent::Finished,
    ];
    assert_eq!(house.story(&receipt).await, story);
    let owed = DeliveryDesk::list(&*house.store, &Filter::default(), 100, house.clock_now()).await.expect("a list");
    let mut kinds: Vec<_> = owed.iter().map(|delivery| (delivery.edition, delivery.kind.as_str())).collect();
    kinds.sort_unstable();
    let expected = ["created", "offered", "agreed", "deposit_paid", "finished"];
    let expected: Vec<_> = (1..).zip(expected).map(|(edition, word)| (edition, format!("booking.{word}"))).collect();
    assert_eq!(kinds, expected.iter().map(|(edition, word)| (*edition, word.as_str())).collect::<Vec<_>>());
}

async fn a_late_payment_is_a_conflict_that_a_person_sees_and_no_second_booking() {
    let house = House::in_memory().await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    house.pass(72);
    let second = house.ask("piet", EVENING).await.expect("booked");
    house.bookings.step(second.id, &Step::Agree, Party::Business).await.expect("agreed");
    house.pass(1);
    let paid = house.bookings.step(first.id, &Step::PayDeposit, Party::System).await;
    assert!(matches!(paid, Err(BookingError::Step(StepRefused::LatePayment))));
    assert_eq!((house.stage(&first).await, house.stage(&second).await), ("expired", "agreed"));
    assert_eq!(house.story(&first).await.last(), Some(&BookingEvent::LatePayment));
}

async fn a_booking_moves_only_to_an_evening_that_is_free() {
    let house = House::in_memory().await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    house.ask("piet", "2027-01-02").await.expect("booked");
    let to = |day| BookingChange { time: Some(EventTime::Day(day)), ..BookingChange::default() };
    let moved = house.bookings.change(first.id, &to(date(2027, 1, 2)), Party::Client).await;
    assert!(matches!(moved, Err(BookingError::NotFree(_))));
    let moved = house.bookings.change(first.id, &to(date(2027, 1, 3)), Party::Client).await.expect("it is free");
    assert_eq!((moved.event.time.day(), moved.version), (date(2027, 1, 3), 2));
    house.ask("kees", EVENING).await.expect("what was left is free");
    house.bookings.step(first.id, &Step::Cancel { by: Party::Client }, Party::Client).await.expect("cancelled");
    let Err(BookingError::Step(refused)) = house.bookings.change(first.id, &to(date(2027, 1, 4)), Party::Client).await
    else {
        panic!("it is over")
    };
    assert_eq!(refused, StepRefused::NotFromHere { from: "cancelled", step: "change" });
}

async fn a_long_wish_in_line_keeps_no_hold_from_ending() {
    let house = House::in_memory().await;
    let saturday = house.ask("jan", "2026-12-26").await.expect("booked");
    let days = LooseTime::Range {
        start: Loose::from("2026-12-26T20:00"),
        end: Loose::from("2026-12-29T19:00"),
        zone: Loose::Absent,
    };
    let long = BookingForm { event_date: days, wait_behind: LooseTruth::Is(true), ..form("piet", "") };
    let long = house.bookings.request(&long, Visit::default()).await.expect("in line");
    let monday = house.ask("kees", "2026-12-28").await.expect("who waits takes nothing");
    house.pass(72);
    assert_eq!(house.bookings.release_due(house.clock_now()).await.expect("released"), 2);
    let stages = [house.stage(&saturday).await, house.stage(&monday).await, house.stage(&long).await];
    assert_eq!(stages, ["expired", "expired", "held"], "and who waited moves up once all of it is free");
}

async fn a_booking_goes_on_when_its_day_is_blocked_afterwards() {
    let house = House::in_memory().await;
    let receipt = house.ask("jan", EVENING).await.expect("booked");
    house.bookings.step(receipt.id, &Step::Agree, Party::Business).await.expect("agreed");
    house.bookings.block("dj-1", date(2026, 12, 31), "ill").await.expect("blocked");
    house.keep(&Resource { retired: true, ..dj("dj-1") }).await;
    house.bookings.step(receipt.id, &Step::PayDeposit, Party::Client).await.expect("paid");
    let message = BookingChange { message: Some(Some("Tot dan".to_owned())), ..BookingChange::default() };
    house.bookings.change(receipt.id, &message, Party::Client).await.expect("changed");
    assert!(matches!(house.ask("piet", EVENING).await, Err(BookingError::NotFree(_))), "nobody new gets it");
}

async fn who_waits_gets_whichever_dj_is_free_first() {
    let house = House::in_memory().await;
    house.keep(&dj("dj-2")).await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    let second = house.ask("piet", EVENING).await.expect("booked");
    let kees = house.ask_behind("kees", EVENING).await.expect("in line");
    house.pass(1);
    let line = [kees, house.ask_behind("anna", EVENING).await.expect("in line")];
    for (gone, moved) in [(&second, &line[0]), (&first, &line[1])] {
        let on = house.look(gone).await.takes[0].resource.clone();
        house.bookings.step(gone.id, &Step::Cancel { by: Party::Client }, Party::Client).await.expect("cancelled");
        assert_eq!((house.stage(moved).await, house.look(moved).await.takes[0].resource.clone()), ("held", on));
    }
}

async fn who_waits_moves_up_when_a_booking_moves_away() {
    let house = House::in_memory().await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    let second = house.ask_behind("piet", EVENING).await.expect("in line");
    house.pass(1);
    let away = BookingChange { time: Some(EventTime::Day(date(2027, 1, 3))), ..BookingChange::default() };
    house.bookings.change(first.id, &away, Party::Client).await.expect("it is free");
    assert_eq!((house.stage(&first).await, house.stage(&second).await), ("held", "held"));
    assert_eq!(house.story(&second).await, [BookingEvent::Created, BookingEvent::Promoted]);
}

async fn who_waits_moves_up_when_a_day_is_free_again() {
    let house = House::in_memory().await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    let second = house.ask_behind("piet", EVENING).await.expect("in line");
    let block = house.bookings.block("dj-1", date(2026, 12, 31), "ill").await.expect("blocked");
    house.bookings.step(first.id, &Step::Cancel { by: Party::Client }, Party::Client).await.expect("cancelled");
    assert_eq!(house.stage(&second).await, "waiting");
    house.bookings.unblock(block.id).await.expect("lifted");
    assert_eq!(house.stage(&second).await, "held");
}

async fn who_waited_in_vain_is_let_go() {
    let house = House::in_memory().await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    let second = house.ask_behind("piet", EVENING).await.expect("in line");
    house.bookings.step(first.id, &Step::Agree, Party::Business).await.expect("agreed");
    house.pass(24 * 41);
    assert_eq!(house.bookings.seat_line(house.clock_now()).await.expect("looked"), 1);
    assert_eq!(house.stage(&second).await, "expired");
}

async fn a_deposit_in_time_is_an_agreement() {
    let house = House::in_memory().await;
    let receipt = house.ask("jan", EVENING).await.expect("booked");
    house.bookings.step(receipt.id, &Step::PayDeposit, Party::Client).await.expect("paid");
    assert_eq!(house.stage(&receipt).await, "deposit");
    let told = house.story(&receipt).await;
    assert!(told.contains(&BookingEvent::Agreed) && told.contains(&BookingEvent::DepositPaid), "{told:?}");
    let late = house.ask("piet", "2027-01-02").await.expect("booked");
    house.pass(72);
    let paid = house.bookings.step(late.id, &Step::PayDeposit, Party::Client).await;
    assert!(matches!(paid, Err(BookingError::Step(StepRefused::LatePayment))), "nobody let go of it yet");
    assert_eq!(house.story(&late).await, [BookingEvent::Created, BookingEvent::LatePayment]);
    house.pass(1);
    assert!(house.bookings.step(late.id, &Step::PayDeposit, Party::Client).await.is_err());
    assert_eq!(house.story(&late).await.len(), 2, "a person has it before him already");
}

async fn a_booking_moves_to_whichever_dj_is_free() {
    let house = House::in_memory().await;
    house.keep(&dj("dj-2")).await;
    let other = house.ask("piet", "2027-01-03").await.expect("booked");
    let moving = house.ask("jan", EVENING).await.expect("booked");
    let on = async |receipt| house.look(receipt).await.takes[0].resource.clone();
    assert_eq!((on(&other).await, on(&moving).await), (dj("dj-1").id, dj("dj-1").id));
    let to = BookingChange { time: Some(EventTime::Day(date(2027, 1, 3))), ..BookingChange::default() };
    house.bookings.change(moving.id, &to, Party::Client).await.expect("the other is free");
    assert_eq!(on(&moving).await, dj("dj-2").id);
    let third = house.ask("kees", EVENING).await.expect("what was left is free");
    let Err(BookingError::NotFree(free)) = house.bookings.change(third.id, &to, Party::Client).await else {
        panic!("both are taken")
    };
    assert!(free.performers.iter().all(|(_, clashes)| !clashes.is_empty()), "and each says why: {free:?}");
}

async fn a_booking_that_moves_keeps_its_dj_where_he_is_free() {
    let house = House::in_memory().await;
    house.keep(&dj("dj-2")).await;
    house.ask("piet", EVENING).await.expect("booked");
    let moving = house.ask("jan", EVENING).await.expect("booked");
    assert_eq!(house.look(&moving).await.takes[0].resource, dj("dj-2").id);
    house.bookings.step(moving.id, &Step::Offer { until: house.then(48) }, Party::Business).await.expect("offered");
    house
        .bookings
        .step(moving.id, &Step::Challenge { before: house.then(24) }, Party::Business)
        .await
        .expect("challenged");
    let to = BookingChange { time: Some(EventTime::Day(date(2027, 1, 3))), ..BookingChange::default() };
    let moved = house.bookings.change(moving.id, &to, Party::Client).await.expect("both are free");
    assert_eq!(moved.takes[0].resource, dj("dj-2").id, "whoever was asked for, though another comes first");
    assert!(moved.stage.is_challenged(), "who has to decide soon, still has to: {:?}", moved.stage);
}

async fn a_hold_that_moves_ends_before_its_event() {
    let house = House::in_memory().await;
    let receipt = house.ask("jan", EVENING).await.expect("booked");
    house
        .bookings
        .step(receipt.id, &Step::Offer { until: house.then(24 * 30) }, Party::Business)
        .await
        .expect("offered");
    let soon = BookingChange { time: Some(EventTime::Day(date(2026, 11, 23))), ..BookingChange::default() };
    let moved = house.bookings.change(receipt.id, &soon, Party::Business).await.expect("it is free");
    let begins = moved.span(&house.bookings.rules.zone).start;
    assert_eq!(moved.stage, Stage::Offered { until: begins, challenged: false });
    house.pass(48);
    let late = house
        .bookings
        .change(
            receipt.id,
            &BookingChange { time: Some(EventTime::Day(date(2027, 1, 9))), ..BookingChange::default() },
            Party::Business,
        )
        .await;
    assert!(matches!(late, Err(BookingError::Step(StepRefused::HoldOver))));
}

async fn everybody_who_holds_the_evening_is_challenged_once() {
    let house = House::in_memory().await;
    house.keep(&dj("dj-2")).await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    let second = house.ask("piet", EVENING).await.expect("booked");
    let waiting = house.ask_behind("kees", EVENING).await.expect("in line");
    house.bookings.step(first.id, &Step::Agree, Party::Business).await.expect("agreed");
    let challenged = house.bookings.challenge(waiting.id).await.expect("challenged");
    assert_eq!(
        challenged.iter().map(|booking| booking.id).collect::<Vec<_>>(),
        [second.id],
        "on whichever DJ he was written down"
    );
    let again = house.bookings.challenge(waiting.id).await;
    assert!(matches!(again, Err(BookingError::Step(StepRefused::NobodyToChallenge))));
}
