//! The proof of [`ScheduleBook`](super::ScheduleBook), and of ticks in the [`Store`](crate::store::Store).

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::{Delivery, Filter, ScheduleName, Tick};
use crate::contract::given::{LANE, seconds};
use crate::contract::{Case, House, Outcome};
use crate::error::PortError;
use crate::store::{Change, Changes, Commit, Expect, Refusal};

/// Every promise about schedules.
pub const CASES: &[Case<House>] =
    crate::cases![last_ticks_come_back_as_committed, one_runner_of_many_ticks, tick_and_delivery_are_one];

const LINE: &str = "30 2 * * * Europe/Amsterdam";
const NIGHTLY: &str = "report.nightly";

async fn last_ticks_come_back_as_committed(house: House) -> Outcome {
    assert_eq!(house.ports.schedules.last_ticks().await?, [], "nothing has ticked yet");
    let at = house.now() + SignedDuration::from_micros(1_001);
    let longest = "s".repeat(100);
    let ticks = ["B", "a", "a%", NIGHTLY, &longest].map(|name| tick(name, at));
    let facts = ticks.iter().cloned().map(Change::Tick);
    house.given(Changes::new().with_all(facts)).await?;
    assert_eq!(ticks_by_name(&house).await?, by_name(ticks.to_vec()));

    let edited = Tick { line: "0 9 1 * * Europe/Brussels".to_owned(), ..tick(NIGHTLY, house.then(seconds(60))) };
    house.given(Changes::new().expect(believing(NIGHTLY, Some(at))).with(Change::Tick(edited.clone()))).await?;
    let mut expected = ticks.to_vec();
    expected[3] = edited;
    assert_eq!(ticks_by_name(&house).await?, by_name(expected.clone()), "the others are where they were");

    let back = tick(NIGHTLY, house.then(seconds(-600)));
    house.given(Changes::new().with(Change::Tick(back.clone()))).await?;
    expected[3] = back;
    assert_eq!(ticks_by_name(&house).await?, by_name(expected), "a clock that was wrong may be set back");
    Ok(())
}

fn tick(name: &str, at: Timestamp) -> Tick {
    Tick { schedule: named(name), at, line: LINE.to_owned() }
}

fn named(name: &str) -> ScheduleName {
    ScheduleName::parse(name).expect("cases use real names")
}

fn believing(name: &str, is: Option<Timestamp>) -> Expect {
    Expect::LastTick { schedule: named(name), is }
}

/// The ticks that are kept, by name.
async fn ticks_by_name(house: &House) -> Result<Vec<Tick>, PortError> {
    Ok(by_name(house.ports.schedules.last_ticks().await?))
}

fn by_name(mut ticks: Vec<Tick>) -> Vec<Tick> {
    ticks.sort_by(|a, b| a.schedule.cmp(&b.schedule));
    ticks
}

async fn one_runner_of_many_ticks(house: House) -> Outcome {
    let mut last = None;
    for round in 1..=3 {
        let at = house.then(seconds(60 * round));
        // Each runner ticks for a moment of its own, so that the winner can be told.
        let runners: Vec<_> = (0..20).map(|n| tick(NIGHTLY, at + SignedDuration::from_micros(n))).collect();
        let commits = runners.iter().map(|tick| firing(&house, tick, last).1);
        let commits = join_all(commits).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        let refused = commits.iter().filter(|commit| **commit == Commit::Refused(Refusal::TickMoved)).count();
        assert_eq!(refused, 19, "of all who believe the same, one is right: {commits:?}");
        let winner = commits.iter().position(|commit| *commit == Commit::Done).expect("one is committed");
        assert_eq!(house.ports.schedules.last_ticks().await?, [runners[winner].clone()]);
        last = Some(runners[winner].at);
    }
    assert_eq!(owed(&house).await?.len(), 3, "each round owed one delivery");

    let other = firing(&house, &tick("report.weekly", house.now()), None).1;
    assert_eq!(other.await?, Commit::Done, "another schedule has a tick of its own");
    let late = firing(&house, &tick(NIGHTLY, house.then(seconds(600))), None).1;
    assert_eq!(late.await?, Commit::Refused(Refusal::TickMoved), "it has ticked since");
    Ok(())
}

/// A delivery, and the commit of `tick` that owes it in the belief that the last one was `last`.
fn firing<'a>(
    house: &'a House,
    tick: &Tick,
    last: Option<Timestamp>,
) -> (Delivery, impl Future<Output = Result<Commit, PortError>> + 'a) {
    let delivery = house.a_delivery(LANE, SignedDuration::ZERO);
    let belief = Expect::LastTick { schedule: tick.schedule.clone(), is: last };
    let changes = Changes::new().expect(belief).with(Change::Tick(tick.clone()));
    (delivery.clone(), house.ports.store.commit(changes.with(Change::Deliver(delivery))))
}

/// Everything owed, whoever owes it.
async fn owed(house: &House) -> Result<Vec<Delivery>, PortError> {
    house.ports.desk.list(&Filter::default(), 1_000, house.now()).await
}

async fn tick_and_delivery_are_one(house: House) -> Outcome {
    let first = tick(NIGHTLY, house.now());
    let (delivery, commit) = firing(&house, &first, None);
    assert_eq!(commit.await?, Commit::Done);
    assert_eq!(house.kept(delivery.id).await?, delivery);
    assert_eq!(house.ports.schedules.last_ticks().await?, std::slice::from_ref(&first));

    let second = tick(NIGHTLY, house.then(seconds(60)));
    let (refused, commit) = firing(&house, &second, Some(house.then(seconds(-60))));
    assert_eq!(commit.await?, Commit::Refused(Refusal::TickMoved));
    assert_eq!(house.ports.desk.find(refused.id).await?, None, "a tick that is refused owes nothing");

    // No belief is wrong here: the store itself cannot make the rest of it true.
    let nobody = house.a_lead("nobody@example.com");
    let spoiled = Changes::new().expect(believing(NIGHTLY, Some(first.at))).with(Change::Tick(second.clone()));
    let commit = house.ports.store.commit(spoiled.with(Change::UpdateLead(nobody))).await;
    assert!(!matches!(commit, Ok(Commit::Done)), "{commit:?}");
    assert_eq!(
        house.ports.schedules.last_ticks().await?,
        std::slice::from_ref(&first),
        "what cannot be owed does not tick"
    );

    // Runners whose commits may fall into one batch, each in the belief that the one before holds.
    let ticks: Vec<_> = (1..=10).map(|n| tick(NIGHTLY, house.then(seconds(60 * n)))).collect();
    let before = std::iter::once(first.at).chain(ticks.iter().map(|tick| tick.at));
    let (deliveries, commits): (Vec<_>, Vec<_>) =
        ticks.iter().zip(before).map(|(tick, last)| firing(&house, tick, Some(last))).unzip();
    let commits = join_all(commits).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    for (delivery, commit) in deliveries.iter().zip(&commits) {
        let kept = house.ports.desk.find(delivery.id).await?;
        assert_eq!(kept.is_some(), *commit == Commit::Done, "{commits:?}");
    }
    let last =
        ticks.iter().zip(&commits).filter(|(_, commit)| **commit == Commit::Done).map(|(tick, _)| tick).next_back();
    assert_eq!(house.ports.schedules.last_ticks().await?, [last.unwrap_or(&first).clone()]);
    Ok(())
}
