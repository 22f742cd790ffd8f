//! Two processes that decide about the same things at once.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::postgres::Postgres;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::{Delivery, DeliveryDesk, Filter, Owed, ScheduleBook, ScheduleName, Tick};
use mrdj_core::error::PortError;
use mrdj_core::id::Id;
use mrdj_core::idempotency::{Fingerprint, IdempotencyBook, IdempotencyKey, IdempotencyRecord};
use mrdj_core::leads::{Lead, LeadBook};
use mrdj_core::store::{Change, Changes, Commit, Expect, Refusal, Store};
use tokio::task::JoinSet;

use crate::given::{Given, LANE, NOW};

pub(crate) const CASES: &[Case<Given>] =
    mrdj_core::cases![of_two_who_believe_the_same_one_is_right, two_who_owe_the_same_in_other_orders_both_succeed,];

/// So many contests of each kind.
const CONTESTS: usize = 200;

/// Two decisions of which one can be true, and how the other is refused.
struct Contest {
    rivals: [Changes; 2],
    refusal: Refusal,
    about: About,
}

enum About {
    Person([Lead; 2]),
    Version([Lead; 2]),
    Key([IdempotencyRecord; 2]),
    Schedule([Tick; 2]),
}

impl Contest {
    /// About who is the first to ask on behalf of a person.
    fn person(given: &Given, n: usize) -> Self {
        let email = format!("person-{n}@example.com");
        let rivals = [given.lead(&email), given.lead(&email)];
        let decision = |lead: &Lead| {
            let belief = Expect::NewestLead { contact: lead.contact.clone(), since: Timestamp::MIN, is: None };
            given.decision(lead).expect(belief)
        };
        Self { rivals: rivals.each_ref().map(decision), refusal: Refusal::NotNewest, about: About::Person(rivals) }
    }

    /// About who changes a lead.
    fn version(lead: &Lead) -> Self {
        let rivals = [1, 2].map(|score| Lead { version: 2, score, ..lead.clone() });
        let decision = |lead: &Lead| {
            let belief = Expect::LeadVersion { id: lead.id, version: 1 };
            Changes::new().expect(belief).with(Change::UpdateLead(lead.clone()))
        };
        Self { rivals: rivals.each_ref().map(decision), refusal: Refusal::VersionMoved, about: About::Version(rivals) }
    }

    /// About who answers a request.
    fn key(given: &Given, n: usize) -> Self {
        let key = IdempotencyKey::parse("case", &format!("key-{n}")).expect("a key");
        let rivals = ["one", "two"].map(|answer| IdempotencyRecord {
            key: key.clone(),
            fingerprint: Fingerprint::of(answer.as_bytes()),
            answer: answer.to_owned(),
            at: NOW,
        });
        let decision = |record: &IdempotencyRecord| {
            let changes = Changes::new().with(Change::Deliver(given.delivery()));
            changes.with(Change::Remember(record.clone()))
        };
        Self { rivals: rivals.each_ref().map(decision), refusal: Refusal::KeyTaken, about: About::Key(rivals) }
    }

    /// About who ticks for a schedule.
    fn schedule(given: &Given, n: usize) -> Self {
        let schedule = ScheduleName::parse(&format!("schedule-{n}")).expect("a name");
        let rivals = [1, 2].map(|second| Tick {
            schedule: schedule.clone(),
            at: NOW + SignedDuration::from_secs(second),
            line: "0 3 * * *".to_owned(),
        });
        let decision = |tick: &Tick| {
            let belief = Expect::LastTick { schedule: tick.schedule.clone(), is: None };
            let changes = Changes::new().expect(belief).with(Change::Tick(tick.clone()));
            changes.with(Change::Deliver(given.delivery()))
        };
        Self { rivals: rivals.each_ref().map(decision), refusal: Refusal::TickMoved, about: About::Schedule(rivals) }
    }

    /// Lets two stores decide at once, and fails unless one of them is right and the other hears why not.
    async fn fight(self, stores: [Postgres; 2]) -> Outcome {
        let [one, two] = self.rivals.clone();
        let [first, second] = stores.clone();
        let (one, two) = (tokio::spawn(async move { first.commit(one).await }), second.commit(two).await);
        let ended = [one.await.expect("no panic")?, two?];
        let winner = ended.iter().position(|commit| *commit == Commit::Done).expect("one is right");
        assert_eq!(ended[1 - winner], Commit::Refused(self.refusal), "and the other is not");
        self.about.stands(winner, &stores[0]).await
    }
}

impl About {
    /// Fails unless what the winner wrote stands, and nothing of the other.
    async fn stands(&self, winner: usize, store: &Postgres) -> Outcome {
        match self {
            Self::Person(leads) => {
                assert_eq!(store.newest_of(&leads[0].contact).await?.as_ref(), Some(&leads[winner]));
                assert_eq!(LeadBook::find(store, leads[1 - winner].id).await?, None);
            }
            Self::Version(leads) => {
                assert_eq!(LeadBook::find(store, leads[0].id).await?.as_ref(), Some(&leads[winner]));
            }
            Self::Key(records) => {
                assert_eq!(store.recall(&records[0].key, NOW).await?.as_ref(), Some(&records[winner]));
            }
            Self::Schedule(ticks) => {
                let kept = store.last_ticks().await?.into_iter().find(|tick| tick.schedule == ticks[0].schedule);
                assert_eq!(kept.as_ref(), Some(&ticks[winner]));
            }
        }
        Ok(())
    }
}

async fn of_two_who_believe_the_same_one_is_right(given: Given) -> Outcome {
    // Far more ask at once than there are connections, and each waits for his turn.
    let config = given.config().patience(Duration::from_secs(60));
    let stores = [given.reached(config.clone()).await?, given.reached(config).await?];
    let present: Vec<_> = (0..CONTESTS).map(|n| given.lead(&format!("known-{n}@example.com"))).collect();
    all(present.iter().map(|lead| commit(stores[0].clone(), given.decision(lead)))).await?;

    let contests = present.iter().enumerate().flat_map(|(n, lead)| {
        [Contest::person(&given, n), Contest::version(lead), Contest::key(&given, n), Contest::schedule(&given, n)]
    });
    all(contests.enumerate().map(|(n, contest)| {
        let [one, two] = stores.clone();
        // Now the one is first, now the other.
        contest.fight(if n % 2 == 0 { [one, two] } else { [two, one] })
    }))
    .await?;
    // Of each kind but the version, the winner owes one.
    let owed = given.number("SELECT count(*) FROM mrdj.delivery").await;
    assert_eq!(usize::try_from(owed).ok(), Some(CONTESTS * 4));
    Ok(())
}

/// Runs all at once, and fails with the first that fails.
async fn all(running: impl Iterator<Item = impl Future<Output = Outcome> + Send + 'static>) -> Outcome {
    let mut tasks = JoinSet::new();
    running.for_each(|task| drop(tasks.spawn(task)));
    while let Some(ended) = tasks.join_next().await {
        ended.expect("no panic")?;
    }
    Ok(())
}

/// Commits what has to hold.
async fn commit(store: Postgres, changes: Changes) -> Outcome {
    assert_eq!(store.commit(changes).await?, Commit::Done);
    Ok(())
}

async fn two_who_owe_the_same_in_other_orders_both_succeed(given: Given) -> Outcome {
    let stores = [given.reached(given.config()).await?, given.reached(given.config()).await?];
    let given = Arc::new(given);
    for _ in 0..200 {
        let subject = Id::<()>::new(NOW, &given.chance).uuid();
        let kinds: Vec<_> = (0..20).map(|n| format!("kind-{n}")).collect();
        let owing = |kind: &String| Delivery::new(Owed::now(LANE, kind.clone()), subject, NOW, &given.chance);
        let forth = Changes::new().with_all(kinds.iter().map(owing).map(Change::Deliver));
        let back = Changes::new().with_all(kinds.iter().rev().map(owing).map(Change::Deliver));
        let [one, two] = stores.clone();
        let (one, two) = (tokio::spawn(commit(one, forth)), commit(two, back).await);
        two?;
        one.await.expect("no panic")?;
        let filter = Filter { subject: Some(subject), ..Filter::default() };
        assert_eq!(owed(&stores[0], &filter).await?, 20);
    }
    Ok(())
}

async fn owed(store: &Postgres, filter: &Filter) -> Result<usize, PortError> {
    Ok(DeliveryDesk::list(store, filter, 100, NOW).await?.len())
}
