//! How fast exposures are recorded, and how soon the figures of a million of them are read.
//!
//! ```sh
//! cargo bench -p mrdj-benches --bench experiments
//! ```
//!
//! A Postgres of its own, started from the installed programs (`fsync` and `synchronous_commit` on), takes a million visitors
//! through the recorder that a server has, over nine months; then enquiries and bookings of theirs, each a decision of its own.
//! Reading the figures stands beside the one bare query for the same rows, and beside counting every row anew, which nobody has
//! to do. The same path into a SQLite file is shorter, as that file has one writer.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::postgres::{self, Postgres};
use mrdj_adapters::sqlite::{self, Sqlite};
use mrdj_adapters::system::{SystemChance, SystemClock};
use mrdj_benches::machine;
use mrdj_core::experiments::{
    Conversion, Experiment, ExposureLog, ExposureRecorder, Figures, Goal, RecorderRule, Seen, Step, VisitorId,
};
use mrdj_core::id::Id;
use mrdj_core::secret::Secret;
use mrdj_core::store::{Change, Changes, Commit, Store};
use mrdj_servers::PostgresServer;
use sqlx::{Connection, PgConnection, Row};
use tokio::task::JoinSet;

const VISITORS: usize = 1_000_000;
const IN_A_FILE: usize = 200_000;
const TELLERS: usize = 8;
const DAYS: i64 = 270;
/// Of a thousand visitors so many enquire, and one books.
const ENQUIRIES: usize = 20;
const READS: usize = 1_000;

#[tokio::main]
async fn main() {
    println!("{}", machine());
    on_postgres().await;
    let directory = tempfile::tempdir().expect("a directory");
    in_a_file(&directory.path().join("mrdj.db")).await;
}

async fn on_postgres() {
    let server = PostgresServer::start(&[]).expect("a database server; Debian's package is postgresql");
    let config = postgres::Config::parse(&Secret::from(server.url().to_owned())).expect("an address");
    let store = Arc::new(Postgres::open(config).expect("a store"));
    let hero = running(&*store).await;
    let (rate, visitors) = fill(&store, &hero, VISITORS).await;
    println!("recorded: {VISITORS} exposures through the recorder, {rate:.0}/s");
    println!("won:      {} enquiries and bookings, {:.0}/s", won(&visitors).len(), win(&store, &visitors).await);

    let (ours, figures) = read(&*store, &hero).await;
    let mut line = PgConnection::connect(server.url()).await.expect("a line");
    let bare = bare(&mut line, &hero).await;
    println!(
        "figures:  {} rows of {VISITORS} exposures in p50 {:.2} ms, p99 {:.2} ms | the bare query p50 {:.2} ms, p99 {:.2} ms, ratio {:.2}",
        figures.len(),
        ours.0,
        ours.1,
        bare.0,
        bare.1,
        ours.0 / bare.0
    );
    let (took, exposed, bookings) = anew(&mut line).await;
    let sum = |value: fn(&mrdj_core::experiments::Tally) -> u64| figures.values().map(value).sum::<u64>();
    assert_eq!((sum(|tally| tally.exposed), sum(|tally| tally.bookings)), (exposed, bookings), "they add up");
    println!("anew:     counting every row takes {took:.0} ms and gives the same");
}

async fn in_a_file(path: &Path) {
    let store = Arc::new(Sqlite::open(&sqlite::Config::at(path)).await.expect("a store"));
    let hero = running(&*store).await;
    let (rate, _) = fill(&store, &hero, IN_A_FILE).await;
    let (ours, _) = read(&*store, &hero).await;
    println!("SQLite:   {IN_A_FILE} exposures, {rate:.0}/s; figures in p50 {:.2} ms, p99 {:.2} ms", ours.0, ours.1);
}

/// The first of the samples, which has run for nine months.
async fn running(store: &dyn Store) -> Experiment {
    let draft = Experiment::samples().remove(0);
    let hero = draft.step(&Step::Start, "bench", begin()).expect("a draft can be started");
    for experiment in [draft, hero.clone()] {
        let keep = Changes::new().with(Change::KeepExperiment(Box::new(experiment)));
        assert_eq!(store.commit(keep).await.expect("a store"), Commit::Done);
    }
    hero
}

fn begin() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a moment")
}

/// When the visitor of that number came.
fn came(n: usize, of: usize) -> Timestamp {
    begin() + SignedDuration::from_secs(DAYS * 86_400 * n as i64 / of as i64)
}

/// Exposures a second through the recorder, until the last has arrived; and who came, in order.
async fn fill(store: &Arc<impl ExposureLog + 'static>, hero: &Experiment, many: usize) -> (f64, Vec<VisitorId>) {
    let visitors: Arc<[VisitorId]> = (0..many).map(|_| VisitorId::new(&SystemChance)).collect();
    let clock = Arc::new(SystemClock);
    let recorder = ExposureRecorder::new(store.clone(), clock.clone(), clock, RecorderRule::default());
    let began = Instant::now();
    let running = tokio::spawn({
        let recorder = recorder.clone();
        async move { recorder.run().await }
    });
    let mut tellers = JoinSet::new();
    for teller in 0..TELLERS {
        let (recorder, visitors, hero) = (recorder.clone(), visitors.clone(), hero.clone());
        tellers.spawn(async move {
            for n in (teller..many).step_by(TELLERS) {
                let at = came(n, many);
                let variation = &hero.definition.variations[n % 3].key;
                let id = Id::new(at, &SystemChance);
                let view = hero.exposure(id, variation, Some(visitors[n]), at, &TimeZone::UTC).expect("it runs");
                assert!(recorder.record(view).await, "there is a place");
            }
        });
    }
    tellers.join_all().await;
    assert_eq!(recorder.close().await, 0, "all arrive");
    let took = began.elapsed().as_secs_f64();
    running.await.expect("it ends");
    (many as f64 / took, visitors.to_vec())
}

/// What comes of the visitors.
fn won(visitors: &[VisitorId]) -> Vec<Conversion> {
    let each = visitors.iter().enumerate().flat_map(|(n, visitor)| {
        let at = came(n, visitors.len()) + SignedDuration::from_hours(3);
        let conversion = |goal, value_cents| Conversion {
            id: Id::<()>::new(at, &SystemChance).uuid(),
            goal,
            seen: Seen::by(*visitor),
            sent_at: at,
            value_cents,
            at,
            day: at.to_zoned(TimeZone::UTC).date(),
        };
        let enquires = (n % 1_000 < ENQUIRIES).then(|| conversion(Goal::Enquiry, 0));
        let books = (n % 1_000 == 0).then(|| conversion(Goal::Booking, 79_500 + (n as u64 % 3) * 20_000));
        enquires.into_iter().chain(books)
    });
    each.collect()
}

/// Decisions a second that win one visitor each, 64 at once.
async fn win(store: &Arc<Postgres>, visitors: &[VisitorId]) -> f64 {
    let all = won(visitors);
    let (many, began) = (all.len(), Instant::now());
    let mut deciding = JoinSet::new();
    for conversion in all {
        let store = store.clone();
        let changes = Changes::new().with(Change::Convert(Box::new(conversion)));
        deciding.spawn(async move { store.commit(changes).await.expect("a store") });
        if deciding.len() >= 64 {
            deciding.join_next().await;
        }
    }
    deciding.join_all().await;
    many as f64 / began.elapsed().as_secs_f64()
}

/// How long reading the figures takes, in milliseconds: half of the time, and 99 times in 100.
async fn read(log: &dyn ExposureLog, hero: &Experiment) -> ((f64, f64), Figures) {
    let mut times = Vec::new();
    let mut figures = Figures::new();
    for _ in 0..READS {
        let began = Instant::now();
        figures = log.figures(&hero.key).await.expect("figures");
        times.push(began.elapsed());
    }
    (parts(times), figures)
}

/// The same of the one bare query.
async fn bare(line: &mut PgConnection, hero: &Experiment) -> (f64, f64) {
    let mut times = Vec::new();
    for _ in 0..READS {
        let query = "SELECT phase, day::text, variation, anonymous, exposed, crossed, enquiries, bookings, value_cents,
            squares FROM mrdj.tally WHERE experiment = $1";
        let began = Instant::now();
        let rows = sqlx::query(query).bind(hero.key.as_str().to_owned()).fetch_all(&mut *line).await.expect("rows");
        assert!(rows.iter().all(|row| row.get::<i64, _>("exposed") >= 0));
        times.push(began.elapsed());
    }
    parts(times)
}

/// How long counting every row anew takes, in milliseconds, and what it gives.
async fn anew(line: &mut PgConnection) -> (f64, u64, u64) {
    let query = "SELECT sum(people)::bigint AS people, sum(booked)::bigint AS booked FROM (
            SELECT exposure.experiment, exposure.phase, exposure.variation, count(DISTINCT exposure.visitor) AS people,
                count(DISTINCT exposure.visitor) FILTER (WHERE goal = 'booking') AS booked
            FROM mrdj.exposure LEFT JOIN mrdj.conversion ON conversion.visitor = exposure.visitor
                AND sent_at BETWEEN exposure.at AND exposure.at + 2592000000000
            GROUP BY 1, 2, 3) AS each";
    let began = Instant::now();
    let row = sqlx::query(query).fetch_one(line).await.expect("a row");
    let number = |name: &str| u64::try_from(row.get::<i64, _>(name)).expect("a sum of what was counted");
    (began.elapsed().as_secs_f64() * 1_000.0, number("people"), number("booked"))
}

/// The time that half and 99 in 100 took at most, in milliseconds.
fn parts(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1_000.0;
    (at(50), at(99))
}
