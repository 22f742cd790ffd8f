//! Exposures and conversions that meet: in two processes at once, and when answers are lost.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use mrdj_adapters::postgres::Postgres;
use mrdj_core::chance::Chance;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::error::{ErrorKind, Remedy};
use mrdj_core::experiments::{Conversion, Experiment, Exposure, ExposureLog, Goal, Seen, Step, Tally, VisitorId};
use mrdj_core::id::Id;
use mrdj_core::store::{Change, Changes, Commit, Store};
use tokio::task::JoinSet;

use crate::given::{Given, NOW};
use crate::proxy::{Proxy, Trick};

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![
    two_processes_count_each_visitor_once,
    an_enquiry_does_not_wait_for_who_counts,
    what_was_counted_without_an_answer_is_counted_once,
];

/// What counting every row anew gives, one line for each variation, beside what is kept.
const RECOUNT: &str = "
    WITH won AS (
        SELECT visitor, experiment, phase, variation, crossed,
            count(*) FILTER (WHERE goal = 'enquiry') AS enquiries, count(*) FILTER (WHERE goal = 'booking') AS bookings,
            coalesce(sum(conversion.value_cents), 0)::bigint AS cents
        FROM mrdj.exposure LEFT JOIN mrdj.conversion USING (visitor)
        WHERE conversion.id IS NULL OR sent_at BETWEEN exposure.at AND exposure.at + 2592000000000
        GROUP BY visitor, experiment, phase, variation, crossed),
    anew AS (
        SELECT experiment, variation, count(*) AS exposed, count(*) FILTER (WHERE crossed) AS crossed,
            count(*) FILTER (WHERE enquiries > 0) AS enquiries, count(*) FILTER (WHERE bookings > 0) AS bookings,
            sum(cents) AS cents, sum(cents::float8 * cents) AS squares
        FROM won GROUP BY experiment, variation),
    kept AS (
        SELECT experiment, variation, sum(exposed) AS exposed, sum(crossed) AS crossed, sum(enquiries) AS enquiries,
            sum(bookings) AS bookings, sum(value_cents) AS cents, sum(squares) AS squares
        FROM mrdj.tally WHERE NOT anonymous GROUP BY experiment, variation)
    SELECT count(*) FROM anew FULL JOIN kept USING (experiment, variation, exposed, crossed, enquiries, bookings, cents, squares)
    WHERE anew.exposed IS NULL OR kept.exposed IS NULL";

/// The first of the samples, which runs.
async fn running(store: &Postgres) -> Result<Experiment, mrdj_core::error::PortError> {
    let draft = Experiment::samples().remove(0);
    let hero = draft.step(&Step::Start, "case", NOW).expect("it is a draft");
    for experiment in [draft, hero.clone()] {
        let keep = Changes::new().with(Change::KeepExperiment(Box::new(experiment)));
        assert_eq!(store.commit(keep).await?, Commit::Done);
    }
    Ok(hero)
}

fn view(given: &Given, experiment: &Experiment, variation: usize, visitor: VisitorId) -> Exposure {
    let key = &experiment.definition.variations[variation % 3].key;
    let id = Id::new(NOW, &given.chance);
    experiment.exposure(id, key, Some(visitor), NOW, &TimeZone::UTC).expect("it runs")
}

fn won(given: &Given, visitor: VisitorId, goal: Goal, value_cents: u64) -> Conversion {
    let at = NOW + SignedDuration::from_hours(1);
    let day = at.to_zoned(TimeZone::UTC).date();
    let id = Id::<()>::new(at, &given.chance).uuid();
    Conversion { id, goal, seen: Seen::by(visitor), sent_at: at, value_cents, at, day }
}

fn winning(conversions: impl IntoIterator<Item = Conversion>) -> Changes {
    Changes::new().with_all(conversions.into_iter().map(|one| Change::Convert(Box::new(one))))
}

async fn two_processes_count_each_visitor_once(given: Given) -> Outcome {
    let config = given.config().patience(Duration::from_secs(60));
    let stores = [given.reached(config.clone()).await?, given.reached(config).await?];
    let hero = running(&stores[0]).await?;
    for round in 0..10 {
        let visitors: Vec<_> = (0..60).map(|_| VisitorId::new(&given.chance)).collect();
        let mut tasks: JoinSet<Outcome> = JoinSet::new();
        for (n, store) in stores.iter().enumerate() {
            for part in 0..3 {
                let mut batch: Vec<_> =
                    visitors.iter().enumerate().map(|(at, id)| view(&given, &hero, at + part * round, *id)).collect();
                if n == 1 {
                    batch.reverse();
                }
                let store = store.clone();
                tasks.spawn(async move { store.record(&batch).await.map(drop) });
            }
            // Each of both enquires and books in the name of the same visitors, in another order.
            let mut order: Vec<_> = visitors.iter().step_by(3).copied().collect();
            if n == 1 {
                order.reverse();
            }
            for visitors in order.chunks(5) {
                let wins = visitors.iter().flat_map(|visitor| {
                    let cents = 50_000 + given.chance.bits() % 1_000;
                    [won(&given, *visitor, Goal::Enquiry, 0), won(&given, *visitor, Goal::Booking, cents)]
                });
                let (store, changes) = (store.clone(), winning(wins));
                tasks.spawn(async move {
                    assert_eq!(store.commit(changes).await?, Commit::Done);
                    Ok(())
                });
            }
        }
        while let Some(ended) = tasks.join_next().await {
            ended.expect("no panic")?;
        }
    }
    // Who reads figures counts what came after the last exposure.
    stores[1].figures(&hero.key).await?;
    assert_eq!(given.number("SELECT count(*) FROM mrdj.exposure").await, 600);
    assert_eq!(given.number("SELECT sum(bookings)::bigint FROM mrdj.tally").await, 200);
    assert_eq!(given.number("SELECT sum(bookings) FROM mrdj.exposure").await, 400);
    assert_eq!(given.number(RECOUNT).await, 0, "every row counted anew gives what is kept");
    Ok(())
}

async fn an_enquiry_does_not_wait_for_who_counts(given: Given) -> Outcome {
    let store = given.reached(given.config().patience(Duration::from_secs(60))).await?;
    let hero = running(&store).await?;
    let visitor = VisitorId::new(&given.chance);
    store.record(&[view(&given, &hero, 1, visitor)]).await?;
    // Another process stopped in the middle of counting, and holds everything that counting takes.
    let mut stopped = given.line().await;
    for statement in ["BEGIN", "SELECT pg_advisory_xact_lock(1668248942)", "LOCK TABLE mrdj.tally, mrdj.exposure"] {
        sqlx::query(statement).execute(&mut stopped).await.expect("it holds");
    }
    let (_, changes) = given.stranger();
    let changes = changes.with_all(winning([won(&given, visitor, Goal::Enquiry, 0)]).facts);
    assert_eq!(store.commit(changes).await?, Commit::Done);
    assert_eq!(given.number("SELECT count(*) FROM mrdj.conversion WHERE NOT counted").await, 1, "not yet");
    sqlx::query("ROLLBACK").execute(&mut stopped).await.expect("it is let go");
    let sum: u64 = store.figures(&hero.key).await?.values().map(|tally| tally.enquiries).sum();
    assert_eq!(sum, 1);
    Ok(())
}

async fn what_was_counted_without_an_answer_is_counted_once(given: Given) -> Outcome {
    let short = Duration::from_secs(1);
    let proxy = Proxy::before(&given).await;
    let store = given.reached(proxy.config().statement_timeout(short).patience(short)).await?;
    let hero = running(&store).await?;
    for (n, trick) in (1..).zip([Trick::CutAfter, Trick::Silence]) {
        let visitor = VisitorId::new(&given.chance);
        let batch = [view(&given, &hero, 1, visitor)];
        proxy.play(trick);
        let error = store.record(&batch).await.expect_err("the answer is lost");
        assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::AskFirst), "{trick:?}: {error}");
        assert_eq!(store.record(&batch).await?, 0, "{trick:?}");

        let (_, changes) = given.stranger();
        let won = won(&given, visitor, Goal::Enquiry, 0);
        let changes = changes.with_all(winning([won.clone()]).facts);
        proxy.play(trick);
        assert_eq!(store.commit(changes).await?, Commit::Done, "{trick:?}");
        assert_eq!(store.commit(winning([won])).await?, Commit::Done, "{trick:?}");
        let figures = store.figures(&hero.key).await?;
        let sum = figures.values().map(|tally| (tally.exposed, tally.enquiries)).collect::<Vec<_>>();
        assert_eq!(sum, [(n, n)], "{trick:?}");
    }
    let once = Tally { exposed: 2, enquiries: 2, ..Tally::default() };
    assert_eq!(store.figures(&hero.key).await?.into_values().collect::<Vec<_>>(), [once]);
    Ok(())
}
