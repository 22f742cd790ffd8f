//! Milliseconds per question about an evening, and bookings a second where everybody wants the same ten evenings.
//!
//! ```sh
//! cargo bench -p mrdj-benches --bench bookings
//! ```
//!
//! The questions go to SQLite with 20 DJs and 10,000 bookings over 500 days; beside them stands the one bare query that
//! reads the same rows. The bookings go to a Postgres of its own, started from the installed programs (`synchronous_commit`
//! as a server has it), by 32 clients through two stores, as two processes would; each gives its evening up again when it
//! has won another, so that there is always something to win: beside every booking made stands one given up.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use mrdj_adapters::memory::Memory;
use mrdj_adapters::phone::NumberingPlans;
use mrdj_adapters::postgres::{self, Postgres};
use mrdj_adapters::sqlite::{self, Sqlite};
use mrdj_adapters::system::{ProcessBell, SystemChance, SystemClock};
use mrdj_benches::machine;
use mrdj_core::bookings::{
    BookingBook, BookingError, BookingForm, BookingRules, Bookings, CalendarBook, EventTime, LooseTime, Occupation,
    Party, Resource, ResourceId, Step,
};
use mrdj_core::idempotency::IdempotencyBook;
use mrdj_core::leads::{Loose, Visit};
use mrdj_core::secret::Secret;
use mrdj_core::store::Store;
use mrdj_servers::PostgresServer;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row};
use tokio::task::JoinSet;

const DJS: usize = 20;
const DAYS: i32 = 500;
const QUESTIONS: i32 = 20_000;
const CLIENTS: usize = 32;
const EVENINGS: usize = 10;
const LASTS: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() {
    println!("{}", machine());
    questions().await;
    rush().await;
}

fn business<S: Store + BookingBook + CalendarBook + IdempotencyBook + 'static>(store: S) -> Bookings {
    let store = Arc::new(store);
    let dj = |n| Resource::performer(ResourceId::parse(&format!("dj-{n:02}")).expect("a name"), "DJ");
    Bookings {
        store: store.clone(),
        book: store.clone(),
        calendar: store.clone(),
        answers: store,
        phones: Arc::new(NumberingPlans::of("NL").expect("a region")),
        human: None,
        owes: Vec::new(),
        bell: Arc::new(ProcessBell::default()),
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemChance),
        rules: BookingRules {
            // Few clients ask for many evenings here.
            most_open: usize::MAX,
            performers: (0..DJS).map(dj).collect(),
            ..BookingRules::new(TimeZone::get("Europe/Amsterdam").expect("a zone of the list"))
        },
    }
}

fn wish(who: &str, day: Date) -> BookingForm {
    let (email, day) = (format!("{who}@example.com"), day.to_string());
    BookingForm {
        name: Loose::from("Jan Jansen"),
        email: Loose::from(&*email),
        phone: Loose::from("0612345678"),
        event_type: Loose::from("Bruiloft"),
        event_date: LooseTime::Day(Loose::from(&*day)),
        hours: Loose::from("20:00-01:00"),
        location: Loose::from("Breda"),
        ..BookingForm::default()
    }
}

fn day(n: i32) -> Date {
    date(2031, 1, 1).checked_add(SignedDuration::from_hours(24 * i64::from(n))).expect("in range")
}

async fn questions() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("mrdj.db");
    let store = Sqlite::open(&sqlite::Config::at(&path)).await.expect("a store");
    let bookings = business(store);
    bookings.resources().await.expect("twenty DJs");
    let mut fill = JoinSet::new();
    for n in 0..DAYS {
        let bookings = bookings.clone();
        fill.spawn(async move {
            for who in 0..DJS {
                bookings.request(&wish(&format!("client-{n}-{who}"), day(n)), Visit::default()).await.expect("booked");
            }
        });
        if fill.len() > 16 {
            fill.join_next().await;
        }
    }
    fill.join_all().await;

    let mut times = Vec::new();
    for n in 0..QUESTIONS {
        let evening = EventTime::Day(day(n * 37 % (DAYS + 50)));
        let began = Instant::now();
        bookings.look(&evening, Some("Breda")).await.expect("an answer");
        times.push(began.elapsed());
    }
    let mut line = SqliteConnectOptions::new().filename(&path).connect().await.expect("a line");
    let mut bare = Vec::new();
    for n in 0..QUESTIONS {
        let evening = EventTime::Day(day(n * 37 % (DAYS + 50))).span(&bookings.rules.zone);
        let reach = Resource::performer(ResourceId::parse("dj").expect("a name"), "DJ").reach();
        let span = evening.widened(reach, reach);
        let began = Instant::now();
        let query = "SELECT owner, resource, units, starts, ends, place, why FROM occupation
            WHERE starts > $1 AND starts < $2 AND ends > $3";
        let earliest = (span.start - Occupation::LONGEST).as_microsecond();
        let query = sqlx::query(query).bind(earliest).bind(span.end.as_microsecond()).bind(span.start.as_microsecond());
        let rows = query.fetch_all(&mut line).await.expect("rows");
        assert!(rows.iter().all(|row| row.get::<i64, _>("starts") > 0));
        bare.push(began.elapsed());
    }
    let (ours, bare) = (parts(times), parts(bare));
    println!(
        "a question, {DJS} DJs, {} bookings: p50 {:.3} ms, p99 {:.3} ms | the bare query p50 {:.3} ms, p99 {:.3} ms, ratio {:.2}",
        DAYS as usize * DJS,
        ours.0,
        ours.1,
        bare.0,
        bare.1,
        ours.0 / bare.0
    );
}

/// The time that half and 99 in 100 took at most, in milliseconds.
fn parts(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1_000.0;
    (at(50), at(99))
}

async fn rush() {
    let server = PostgresServer::start(&["-c", "shared_preload_libraries=pg_stat_statements"])
        .expect("the programs of Postgres are installed");
    let url = Secret::from(server.url().to_owned());
    let open = || business(Postgres::open(postgres::Config::parse(&url).expect("an address")).expect("a store"));
    let processes = [open(), open()];
    processes[0].resources().await.expect("twenty DJs");
    let (ours, won) = compete(&processes).await;
    let memory = business(Memory::new());
    let (limit, _) = compete(&[memory.clone(), memory]).await;
    println!(
        "{CLIENTS} clients, two stores on one Postgres, {EVENINGS} evenings: {ours:.0} wishes/s answered, {won:.0} bookings/s made | in memory {limit:.0} wishes/s, ratio {:.2}",
        ours / limit
    );
}

/// Wishes answered a second, and bookings made a second.
async fn compete(processes: &[Bookings]) -> (f64, f64) {
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(want(processes[client % processes.len()].clone(), client, began + LASTS));
    }
    let all = clients.join_all().await;
    let took = began.elapsed().as_secs_f64();
    let sum = |count: fn(&(u32, u32)) -> u32| f64::from(all.iter().map(count).sum::<u32>()) / took;
    (sum(|(wishes, _)| *wishes), sum(|(_, won)| *won))
}

async fn want(bookings: Bookings, client: usize, until: Instant) -> (u32, u32) {
    let (mut wishes, mut won, mut kept) = (0, 0, VecDeque::new());
    while Instant::now() < until {
        let evening = (client.wrapping_mul(7) + wishes as usize * 3) % EVENINGS;
        let wish = wish(&format!("client-{client}-{wishes}"), day(evening as i32));
        match bookings.request(&wish, Visit::default()).await {
            Ok(receipt) => {
                won += 1;
                kept.push_back(receipt.id);
                if kept.len() > 5 {
                    let id = kept.pop_front().expect("there are six");
                    bookings.step(id, &Step::Cancel { by: Party::Client }, Party::Client).await.expect("it is held");
                }
            }
            Err(BookingError::NotFree(_)) => {}
            Err(BookingError::Store(error)) if error.operation == "book" => {}
            Err(error) => panic!("{error}"),
        }
        wishes += 1;
    }
    (wishes, won)
}
