//! The proof of [`DeliveryQueue`](super::DeliveryQueue).

use std::collections::BTreeSet;

use futures_util::future::join_all;
use jiff::SignedDuration;

use super::{AttemptOutcome, Breaker, Delivery, Ending, LeaseToken, Open, QueueState, Settled, Settlement, State};
use crate::contract::given::{LANE, SIDE_LANE, TERM, ids, seconds};
use crate::contract::{Case, House, Outcome};
use crate::error::{ErrorKind, PortError};
use crate::id::Id;

/// Every promise of the queue.
pub const CASES: &[Case<House>] = crate::cases![
    lease_takes_the_oldest_first,
    lease_is_exclusive,
    lease_raises_the_fence,
    lease_says_whether_to_ask,
    heartbeat_keeps_a_lease,
    heartbeat_tells_of_a_lost_lease,
    settle_records_every_ending,
    settle_writes_the_history,
    stale_settle_changes_nothing,
    rescue_puts_lost_leases_in_doubt,
    rescue_leaves_running_leases,
    queue_state_is_kept,
    queue_state_moves_once,
    prune_forgets_the_done,
];

async fn lease_takes_the_oldest_first(house: House) -> Outcome {
    let (oldest, foreign) = (house.a_delivery(LANE, seconds(60)), house.a_delivery(SIDE_LANE, SignedDuration::ZERO));
    house.given_deliveries([&oldest, &foreign]).await?;
    house.pass(seconds(1));
    let due = house.given_due_deliveries(5).await?;

    assert_eq!(house.lease(0).await?, []);
    let until = house.then(TERM);
    let expected: Vec<_> = due.iter().cloned().map(|delivery| delivery.lease(until)).collect();
    assert_eq!(house.lease(3).await?, expected[..3], "the oldest three, as the rule leases them");
    assert_eq!(house.lease(10).await?, expected[3..], "neither another queue's nor what is put off");

    house.pass(seconds(30));
    let younger = house.given_due_deliveries(1).await?;
    house.pass(seconds(29));
    assert_eq!(ids(&house.lease(1).await?), [oldest.id], "due at its moment, and by age, however long it was put off");
    assert_eq!(ids(&house.lease(1).await?), ids(&younger));
    Ok(())
}

async fn lease_is_exclusive(house: House) -> Outcome {
    let due = house.given_due_deliveries(40).await?;
    let mut leased = Vec::new();
    for round in join_all((0..10).map(|_| house.lease(7))).await {
        leased.extend(ids(&round?));
    }
    leased.extend(ids(&house.lease(40).await?));
    assert_eq!(leased.len(), due.len(), "each delivery is leased");
    assert_eq!(leased.into_iter().collect::<BTreeSet<_>>().len(), due.len(), "and none of them twice");
    assert_eq!(house.lease(40).await?, []);

    house.pass(TERM + seconds(1));
    let taken_over = house.lease(40).await?;
    assert!(taken_over.iter().all(Delivery::asking), "what ran out may have been carried");
    Ok(())
}

async fn lease_raises_the_fence(house: House) -> Outcome {
    let mut fences = Vec::new();
    let first = house.given_leased().await?;
    fences.push(first.fence);
    house.settled(&first, Ending::Again { at: house.now(), counted: false }).await?;

    fences.push(house.lease_the_one().await?.fence);
    house.pass(TERM);
    house.ports.queue.rescue(house.now()).await?;

    let third = house.lease_the_one().await?;
    fences.push(third.fence);
    house.settled(&third, Ending::Dead { reason: "refused".to_owned() }).await?;
    house.ports.desk.order(third.id, super::Order::Replay, house.now()).await?;

    fences.push(house.lease_the_one().await?.fence);
    assert!(fences.is_sorted_by(|before, after| before < after), "{fences:?}");
    Ok(())
}

async fn lease_says_whether_to_ask(house: House) -> Outcome {
    let first = house.given_leased().await?;
    assert!(!first.asking());
    house.settled(&first, Ending::InDoubt { ask_at: Some(house.then(seconds(30))), counted: false }).await?;
    house.pass(seconds(29));
    assert_eq!(house.lease(1).await?, [], "asked too early");
    house.pass(seconds(1));

    let doubtful = house.lease_the_one().await?;
    assert_eq!(doubtful.state, State::Leased { until: house.then(TERM), asking: true });
    house.settled(&doubtful, Ending::Again { at: house.now(), counted: true }).await?;

    let cleared = house.lease_the_one().await?;
    assert!(!cleared.asking(), "the partner did not have it");
    house.settled(&cleared, Ending::InDoubt { ask_at: None, counted: false }).await?;
    house.pass(SignedDuration::from_hours(48));
    assert_eq!(house.lease(1).await?, [], "where nobody can be asked, a person decides");
    Ok(())
}

async fn heartbeat_keeps_a_lease(house: House) -> Outcome {
    house.given_due_deliveries(2).await?;
    let leased = house.lease(2).await?;
    house.pass(seconds(50));
    let held = house.ports.queue.extend(&[leased[0].token()], house.then(TERM)).await?;
    assert_eq!(held, [leased[0].token()]);
    assert_eq!(house.kept(leased[0].id).await?.state, State::Leased { until: house.then(TERM), asking: false });

    house.pass(seconds(50));
    assert_eq!(house.ports.queue.rescue(house.now()).await?, 1, "only the one whose term was left alone");
    assert!(matches!(house.kept(leased[1].id).await?.state, State::InDoubt { .. }));
    house.settled(&leased[0], Ending::Delivered { receipt: None }).await?;
    Ok(())
}

async fn heartbeat_tells_of_a_lost_lease(house: House) -> Outcome {
    house.given_due_deliveries(4).await?;
    let leased = house.lease(4).await?;
    let [lost, rescued, settled, held] = [0, 1, 2, 3].map(|n: usize| leased[n].token());
    house.ports.queue.extend(&[settled, held], house.then(TERM + TERM)).await?;
    house.pass(TERM);
    house.ports.queue.rescue(house.now()).await?;
    let taken_over = house.lease(1).await?.remove(0);
    assert_eq!(taken_over.id, lost.id);
    house.settled(&leased[2], Ending::Delivered { receipt: None }).await?;

    let unheard_of = LeaseToken { id: Id::new(house.now(), &house.chance), fence: 1 };
    let asked = [lost, rescued, settled, held, unheard_of];
    assert_eq!(house.ports.queue.extend(&asked, house.then(seconds(600))).await?, [held]);
    assert_eq!(house.kept(lost.id).await?, taken_over, "the new lease is not touched by the old one's heartbeat");
    assert_eq!(house.ports.queue.extend(&[], house.then(TERM)).await?, []);
    Ok(())
}

async fn settle_records_every_ending(house: House) -> Outcome {
    let later = house.then(seconds(90));
    let mut leases = Vec::new();
    for ending in every_ending(later) {
        leases.push((house.given_leased().await?, ending.clone()));
        leases.push((house.given_leased_in_doubt().await?, ending));
    }
    house.pass(seconds(3));
    let settlements: Vec<_> = leases
        .iter()
        .map(|(leased, ending)| Settlement {
            token: leased.token(),
            ending: ending.clone(),
            attempt: house.a_try(leased, AttemptOutcome::Unknown),
        })
        .collect();
    let answers = house.ports.queue.settle(settlements, house.now()).await?;
    assert_eq!(answers, vec![Settled::Recorded; leases.len()]);
    for (leased, ending) in leases {
        let expected = leased.clone().settle(ending.clone(), house.now()).expect("it is leased");
        assert_eq!(house.kept(leased.id).await?, expected, "{ending:?}, asking: {}", leased.asking());
    }
    assert_eq!(house.ports.queue.settle(Vec::new(), house.now()).await?, []);
    Ok(())
}

fn every_ending(later: jiff::Timestamp) -> Vec<Ending> {
    vec![
        Ending::Delivered { receipt: Some("b7bc-é".to_owned()) },
        Ending::Delivered { receipt: None },
        Ending::Skipped { reason: "this mailbox had its confirmation".to_owned() },
        Ending::Again { at: later, counted: true },
        Ending::Again { at: later, counted: false },
        Ending::InDoubt { ask_at: Some(later), counted: true },
        Ending::InDoubt { ask_at: Some(later), counted: false },
        Ending::InDoubt { ask_at: None, counted: false },
        Ending::Dead { reason: "the field email is refused".to_owned() },
    ]
}

async fn settle_writes_the_history(house: House) -> Outcome {
    let other = house.given_leased().await?;
    house.settled(&other, Ending::Delivered { receipt: None }).await?;
    house.given_due_deliveries(1).await?;
    let mut tries = Vec::new();
    for outcome in EVERY_OUTCOME {
        let leased = house.lease_the_one().await?;
        let attempt = house.a_try(&leased, outcome);
        tries.push(attempt.clone());
        house.pass(seconds(2));
        let ending = Ending::Again { at: house.now(), counted: false };
        let settlement = Settlement { token: leased.token(), ending, attempt };
        house.ports.queue.settle(vec![settlement], house.now()).await?;
    }
    assert_eq!(house.ports.desk.attempts(tries[0].delivery).await?, tries);
    assert_eq!(house.ports.desk.attempts(other.id).await?.len(), 1, "each delivery has a history of its own");
    Ok(())
}

const EVERY_OUTCOME: [AttemptOutcome; 16] = [
    AttemptOutcome::Delivered,
    AttemptOutcome::FoundDelivered,
    AttemptOutcome::FoundMissing,
    AttemptOutcome::Skipped,
    AttemptOutcome::PutOff,
    AttemptOutcome::Unknown,
    AttemptOutcome::Abandoned,
    AttemptOutcome::Failed(ErrorKind::NotFound),
    AttemptOutcome::Failed(ErrorKind::Conflict),
    AttemptOutcome::Failed(ErrorKind::Rejected),
    AttemptOutcome::Failed(ErrorKind::Failed),
    AttemptOutcome::Failed(ErrorKind::Throttled),
    AttemptOutcome::Failed(ErrorKind::Unavailable),
    AttemptOutcome::Failed(ErrorKind::Misconfigured),
    AttemptOutcome::Failed(ErrorKind::Corrupt),
    AttemptOutcome::Failed(ErrorKind::Full),
];

async fn stale_settle_changes_nothing(house: House) -> Outcome {
    house.given_due_deliveries(4).await?;
    let leased = house.lease(4).await?;
    let held = [leased[2].token(), leased[3].token()];
    house.ports.queue.extend(&held, house.then(TERM + TERM)).await?;
    house.pass(TERM);
    house.ports.queue.rescue(house.now()).await?;
    let taken_over = house.lease(1).await?.remove(0);
    let in_doubt = house.kept(leased[1].id).await?;

    let mut unheard_of = arrived(&house, &leased[0]);
    unheard_of.token.id = Id::new(house.now(), &house.chance);
    unheard_of.attempt.delivery = unheard_of.token.id;
    let mut settlements = vec![unheard_of];
    settlements.extend([2, 0, 1, 3, 2].map(|n: usize| arrived(&house, &leased[n])));
    let answers = house.ports.queue.settle(settlements, house.now()).await?;
    let recorded = answers.iter().map(|settled| *settled == Settled::Recorded).collect::<Vec<_>>();
    assert_eq!(recorded, [false, true, false, false, true, false], "a lease ends once, and each for itself");

    assert_eq!(house.kept(taken_over.id).await?, taken_over);
    assert_eq!(house.kept(in_doubt.id).await?, in_doubt, "no lease of it is running");
    for delivery in &leased {
        let history = house.ports.desk.attempts(delivery.id).await?;
        assert_eq!(history.len(), 1, "the rescue or the arrival, and nothing stale: {history:?}");
    }
    Ok(())
}

fn arrived(house: &House, leased: &Delivery) -> Settlement {
    let attempt = house.a_try(leased, AttemptOutcome::Delivered);
    Settlement { token: leased.token(), ending: Ending::Delivered { receipt: None }, attempt }
}

async fn rescue_puts_lost_leases_in_doubt(house: House) -> Outcome {
    let doubtful = house.given_leased_in_doubt().await?;
    house.pass(seconds(1));
    let fresh = house.given_leased().await?;
    house.pass(TERM + seconds(5));
    let now = house.now();
    assert_eq!(house.ports.queue.rescue(now).await?, 2);
    for leased in [&doubtful, &fresh] {
        let (expected, attempt) = leased.rescue(now).expect("its lease ran out");
        assert_eq!(house.kept(leased.id).await?, expected);
        assert_eq!(house.ports.desk.attempts(leased.id).await?.last(), Some(&attempt));
    }
    assert_eq!(house.ports.queue.rescue(now).await?, 0, "taken back once");
    let leased_again = house.lease(2).await?;
    assert_eq!(ids(&leased_again), [doubtful.id, fresh.id], "asked about at once");
    assert!(leased_again.iter().all(Delivery::asking));
    Ok(())
}

async fn rescue_leaves_running_leases(house: House) -> Outcome {
    let others = house.given_one_of_each().await?;
    let running = house.lease_the_one().await?;
    house.pass(TERM - seconds(1));
    assert_eq!(house.ports.queue.rescue(house.now()).await?, 0);
    assert_eq!(house.kept(running.id).await?, running);
    for (status, before) in others.iter().filter(|(_, before)| before.id != running.id) {
        assert_eq!(house.kept(before.id).await?, *before, "{status:?}");
    }
    house.settled(&running, Ending::Delivered { receipt: None }).await?;
    Ok(())
}

async fn queue_state_is_kept(house: House) -> Outcome {
    let (now, later) = (house.now(), house.then(seconds(120)));
    let open = Open { since: now, probe_at: later, reason: "nobody answers at “crm”".to_owned() };
    let breaker = Breaker { failures: 3, open: Some(open) };
    let away = QueueState { paused_at: Some(now), breaker, ..QueueState::fresh(LANE) };
    let quiet = QueueState::fresh(SIDE_LANE);
    assert!(house.ports.queue.keep(&away).await?);
    assert!(house.ports.queue.keep(&quiet).await?);
    let (away, quiet) = (QueueState { version: 1, ..away }, QueueState { version: 1, ..quiet });
    assert_eq!(states(&house).await?, [away.clone(), quiet.clone()]);

    let back = QueueState { paused_at: None, breaker: Breaker::default(), ..away };
    assert!(house.ports.queue.keep(&back).await?);
    assert_eq!(states(&house).await?, [QueueState { version: 2, ..back }, quiet]);
    Ok(())
}

async fn queue_state_moves_once(house: House) -> Outcome {
    for version in 0..3 {
        let rivals = (0..8).map(|n| {
            let breaker = Breaker { failures: n, open: None };
            QueueState { breaker, version, ..QueueState::fresh(LANE) }
        });
        let rivals: Vec<_> = rivals.collect();
        let answers = join_all(rivals.iter().map(|state| house.ports.queue.keep(state))).await;
        let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        assert_eq!(answers.iter().filter(|kept| **kept).count(), 1, "{answers:?}");
        let winner = rivals.into_iter().zip(answers).find(|(_, kept)| *kept).map(|(state, _)| state);
        let kept = winner.map(|state| QueueState { version: version + 1, ..state });
        assert_eq!(states(&house).await?.first(), kept.as_ref());
    }
    let ahead = QueueState { version: 9, ..QueueState::fresh(LANE) };
    assert!(!house.ports.queue.keep(&ahead).await?, "a version nobody has read");
    Ok(())
}

/// The states that are kept, by name.
async fn states(house: &House) -> Result<Vec<QueueState>, PortError> {
    let mut states = house.ports.queue.queues().await?;
    states.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(states)
}

async fn prune_forgets_the_done(house: House) -> Outcome {
    let mut done = Vec::new();
    // They are done in another order than they were made in.
    let leased = {
        house.given_due_deliveries(6).await?;
        house.lease(6).await?
    };
    for n in [5, 3, 1, 0, 2, 4] {
        done.push(house.settled(&leased[n], ending_of(n)).await?);
        house.pass(seconds(60));
    }
    let others = house.given_one_of_each().await?;
    let before = house.then(seconds(-60 * 2));
    house.pass(SignedDuration::from_hours(24 * 400));

    assert_eq!(house.ports.queue.prune(before, 0).await?, 0);
    assert_eq!(house.ports.queue.prune(before, 3).await?, 3);
    assert_eq!(present(&house, &done).await?, done[3..], "those that were done first went first");
    assert_eq!(house.ports.queue.prune(before, 3).await?, 1, "done at that moment is not done before it");
    assert_eq!(present(&house, &done).await?, done[4..]);
    assert_eq!(house.ports.queue.prune(before, 3).await?, 0);
    for (status, other) in &others {
        assert_eq!(house.kept(other.id).await?, *other, "{status:?}");
    }
    for forgotten in &done[..4] {
        assert_eq!(house.ports.desk.attempts(forgotten.id).await?, [], "the history goes along");
    }
    assert_eq!(house.ports.desk.attempts(done[4].id).await?.len(), 1);
    owes_again(&house, &done[0], &done[4]).await?;

    let ever = jiff::Timestamp::MAX;
    assert_eq!(house.ports.queue.prune(ever, 100).await?, 3, "two, and the one that is done of one of each");
    for (status, other) in others.iter().filter(|(status, _)| *status != super::Status::Done) {
        assert_eq!(house.kept(other.id).await?, *other, "{status:?} is kept, however old");
    }
    Ok(())
}

/// Arrived, or skipped: both are done.
fn ending_of(n: usize) -> Ending {
    let reason = "this mailbox had its confirmation".to_owned();
    if n.is_multiple_of(2) { Ending::Delivered { receipt: Some("r-1".to_owned()) } } else { Ending::Skipped { reason } }
}

/// Those of `deliveries` that are still there, as they are.
async fn present(house: &House, deliveries: &[Delivery]) -> Result<Vec<Delivery>, PortError> {
    let mut present = Vec::new();
    for delivery in deliveries {
        present.extend(house.ports.desk.find(delivery.id).await?);
    }
    Ok(present)
}

/// What was forgotten may be owed again, what is kept may not.
async fn owes_again(house: &House, forgotten: &Delivery, kept: &Delivery) -> Outcome {
    let again = |fact: &Delivery| {
        let fresh = house.a_delivery(LANE, SignedDuration::ZERO);
        Delivery { subject: fact.subject, kind: fact.kind.clone(), edition: fact.edition, ..fresh }
    };
    let (again, repeated) = (again(forgotten), again(kept));
    house.given_deliveries([&again, &repeated]).await?;
    assert_eq!(house.kept(again.id).await?, again);
    assert_eq!(house.ports.desk.find(repeated.id).await?, None);
    Ok(())
}
