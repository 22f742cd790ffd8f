//! Many who want few evenings at once, agree, move, give up and let their time run out: nothing is ever booked twice.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use libtest_mimic::Trial;
use mrdj_adapters::memory::Memory;
use mrdj_adapters::postgres::{self, Postgres};
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::bookings::{
    BookingBook, BookingChange, BookingError, BookingForm, BookingId, CalendarBook, EventTime, LooseTruth, Occupation,
    Party, ResourceId, Span, Step, Why,
};
use mrdj_core::error::ErrorKind;
use mrdj_core::idempotency::IdempotencyBook;
use mrdj_core::leads::{Loose, Visit};
use mrdj_core::secret::Secret;
use mrdj_core::store::Store;
use mrdj_harness::{needs, trial};
use mrdj_servers::{Database, TEST_POSTGRES_URL};
use tokio::task::JoinSet;

use crate::house::{House, dj, form};

/// So many come at once.
const RIVALS: usize = 32;
/// Among so many evenings.
const EVENINGS: usize = 10;
/// Time passes once in so many wishes.
const TICK: usize = 16;

pub(crate) fn trials() -> Vec<Trial> {
    let there = std::env::var_os(TEST_POSTGRES_URL).is_some();
    vec![
        trial("race::memory_books_nothing_twice", memory_books_nothing_twice),
        trial("race::memory_books_nothing_twice_of_one_dj", memory_books_nothing_twice_of_one_dj),
        trial("race::sqlite_books_nothing_twice", sqlite_books_nothing_twice),
        needs(trial("race::postgres_books_nothing_twice", postgres_books_nothing_twice), TEST_POSTGRES_URL, there),
    ]
}

/// Everybody wants something, and now and then agrees, moves or gives it up while time passes; all processes share what is
/// booked.
async fn race<S: Store + BookingBook + CalendarBook + IdempotencyBook + 'static>(
    name: &str,
    processes: Vec<S>,
    wishes: usize,
    djs: usize,
) {
    let mut houses = Vec::new();
    for (seed, store) in (0..).zip(processes) {
        houses.push(Arc::new(House::seeded(store, seed).await));
    }
    for n in 2..=djs {
        houses[0].keep(&dj(&format!("dj-{n}"))).await;
    }
    let mut rivals = JoinSet::new();
    for rival in 0..RIVALS {
        let keeps_time = rival < houses.len();
        rivals.spawn(rival_s_life(houses[rival % houses.len()].clone(), rival, wishes, keeps_time));
    }
    let granted: usize = rivals.join_all().await.into_iter().sum();
    let all = Span { start: houses[0].then(0), end: houses[0].then(24 * 365) };
    let taken = houses[0].store.taken(all).await.expect("a look");
    let wishes = wishes * RIVALS;
    println!("{name}: {wishes} wishes, {granted} granted, {} evenings taken", taken.len());
    assert_eq!(overlapping(&taken), [], "after {wishes} wishes, of which {granted} were granted");
    assert!(granted > wishes / 50, "there was something to win: {granted} of {wishes}");
    assert!(granted < wishes * 9 / 10, "and something to lose");
}

async fn rival_s_life<S: Store + BookingBook + CalendarBook + IdempotencyBook + 'static>(
    house: Arc<House<S>>,
    rival: usize,
    wishes: usize,
    keeps_time: bool,
) -> usize {
    let (mut granted, mut kept) = (0, VecDeque::new());
    for n in 0..wishes {
        if keeps_time && n % TICK == 0 {
            time_passes(&house, wishes).await;
        }
        let dice = rival.wrapping_mul(2_654_435_761).wrapping_add(n.wrapping_mul(40_503)) >> 3;
        let day = date(2026, 12, 1).checked_add(jiff::Span::new().days((dice % EVENINGS) as i64)).expect("in range");
        let from = format!("{}:30", 10 + dice / EVENINGS % 10);
        let wish = BookingForm {
            start_time: Loose::from(&*from),
            end_time: Loose::from(["21:00", "23:30", "02:00"][dice % 3]),
            wait_behind: LooseTruth::Is(dice % 4 == 0),
            ..form(&format!("rival-{rival}"), &day.to_string())
        };
        match house.bookings.request(&wish, Visit::default()).await {
            Ok(receipt) => {
                granted += 1;
                kept.push_back(receipt.id);
                let evening = receipt.time.span(&house.bookings.rules.zone);
                // At no moment, not only at the end: what is booked twice may have been given up by then.
                assert_eq!(overlapping(&house.store.taken(evening).await.expect("a look")), []);
                changes_mind(&house, receipt.id, dice, day).await;
                // Nobody keeps more than one for long, so that there is something to win.
                if kept.len() > 1 {
                    let id = kept.pop_front().expect("there are two");
                    let step = Step::Cancel { by: Party::Client };
                    let given_up = house.bookings.step(id, &step, Party::Client).await;
                    // Its time may have run out before.
                    assert!(
                        matches!(given_up, Ok(_) | Err(BookingError::Step(_))) || was_crossed(&given_up),
                        "{given_up:?}"
                    );
                }
            }
            Err(BookingError::NotFree(_) | BookingError::Enough(_)) => {}
            refused if was_crossed(&refused) => {}
            Err(error) => panic!("{error}"),
        }
        tokio::task::yield_now().await;
    }
    granted
}

/// Of five that were granted one agrees and one moves to the next day, if that can still be.
async fn changes_mind<S>(house: &House<S>, id: BookingId, dice: usize, day: Date) {
    let done = match dice % 5 {
        0 => house.bookings.step(id, &Step::Agree, Party::Business).await,
        1 => {
            let time = Some(EventTime::Day(day.tomorrow().expect("in range")));
            let change = BookingChange { time, ..BookingChange::default() };
            house.bookings.change(id, &change, Party::Client).await
        }
        _ => return,
    };
    let refused = matches!(done, Err(BookingError::Step(_) | BookingError::NotFree(_)));
    assert!(done.is_ok() || refused || was_crossed(&done), "{done:?}");
}

/// So much that holds run out on the way, and no event begins; then the line moves up.
async fn time_passes<S>(house: &House<S>, wishes: usize) {
    let ticks = i32::try_from(wishes / TICK).expect("few").max(1);
    house.clock.advance(SignedDuration::from_hours(24 * 6) / ticks);
    let now = house.bookings.clock.now();
    for looked in [house.bookings.release_due(now).await, house.bookings.seat_line(now).await] {
        assert!(looked.is_ok() || was_crossed(&looked), "{looked:?}");
    }
}

/// Whether so many rounds were lost in a row, or another process held the file for too long: it is to be tried again.
fn was_crossed<T>(done: &Result<T, BookingError>) -> bool {
    matches!(done, Err(BookingError::Store(error)) if error.operation == "book" || error.kind == ErrorKind::Unavailable)
}

/// Pairs that take one performer at one moment.
fn overlapping(taken: &[Occupation]) -> Vec<(ResourceId, Span, Span)> {
    let counts = |one: &&Occupation| one.why != Why::Waiting;
    let taken: Vec<_> = taken.iter().filter(counts).collect();
    let pairs = taken.iter().enumerate().flat_map(|(n, one)| taken[n + 1..].iter().map(move |other| (one, other)));
    let twice = pairs.filter(|(one, other)| one.resource == other.resource && one.span.overlaps(other.span));
    twice.map(|(one, other)| (one.resource.clone(), one.span, other.span)).collect()
}

async fn memory_books_nothing_twice() {
    race("memory", vec![Memory::new()], 1_300, 2).await;
}

async fn memory_books_nothing_twice_of_one_dj() {
    race("memory, one DJ", vec![Memory::new()], 1_300, 1).await;
}

async fn sqlite_books_nothing_twice() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = async || Sqlite::open(&Config::at(directory.path().join("mrdj.db"))).await.expect("a store");
    race("sqlite", vec![open().await, open().await], 400, 2).await;
}

async fn postgres_books_nothing_twice() {
    let database = Database::shared().await.expect("it was there when the trials were listed");
    let database = database.expect("the server makes databases");
    let url = Secret::from(database.url());
    let open = || Postgres::open(postgres::Config::parse(&url).expect("an address")).expect("a store");
    race("postgres", vec![open(), open()], 250, 2).await;
}
