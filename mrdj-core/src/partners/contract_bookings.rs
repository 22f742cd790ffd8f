//! The proof of what a CRM promises about bookings, on a far side that a test can look at and turn.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::{self, TimeZone};
use uuid::Uuid;

use super::contract::Misbehaviour;
use super::{BookingCard, BookingCrm, BookingPut, BookingState, BookingWatch, CardReceipt};
use crate::bookings::{BookingId, BookingReference, EventHours, EventTime, Party, Stage};
use crate::cases;
use crate::clock::Clock;
use crate::contacts::{EmailAddress, PersonName, Phone};
use crate::contract::{Case, Outcome};
use crate::error::{ErrorKind, PortError, Remedy};
use crate::leads::EventType;
use crate::mocks::FakeClock;

/// A booking as the far side has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarBooking {
    /// The person's name.
    pub name: String,
    /// The first civil day, `2027-12-31`.
    pub first_day: String,
    /// The last civil day.
    pub last_day: String,
    /// Whether a person who looks at it sees that it is off.
    pub is_off: bool,
    /// Everything else that is written there, ours and theirs.
    pub words: String,
}

/// The far side of a CRM that keeps bookings: what is there, and how it behaves.
#[async_trait]
pub trait FarBookings: Send + Sync {
    /// How many bookings of ours are there.
    async fn count(&self) -> usize;

    /// The one of our id.
    async fn booking(&self, booking: BookingId) -> Option<FarBooking>;

    /// Writes `words` beside ours, as somebody who works there does; `false` where nobody can.
    async fn annotate(&self, booking: BookingId, words: &str) -> bool;

    /// Puts something there that is not ours; nothing where nobody else can.
    async fn put_of_somebody_else(&self);

    /// Misbehaves from now on.
    async fn misbehave(&self, how: Misbehaviour);

    /// Behaves from now on.
    async fn behave(&self);
}

/// What the cases of bookings run on: none is there yet.
#[derive(Clone)]
pub struct BookingBench {
    /// The CRM under proof.
    pub crm: Arc<dyn BookingCrm>,
    /// Its far side.
    pub far: Arc<dyn FarBookings>,
}

/// The same for a CRM that can be asked.
#[derive(Clone)]
pub struct WatchBench {
    /// The CRM under proof.
    pub crm: Arc<dyn BookingCrm>,
    /// What asks it.
    pub watch: Arc<dyn BookingWatch>,
    /// Its far side.
    pub far: Arc<dyn FarBookings>,
}

/// Every promise of [`BookingCrm`].
pub const BOOKING_CASES: &[Case<BookingBench>] = cases![
    booking_arrives_as_written,
    booking_twice_is_one,
    changed_booking_is_updated_and_keeps_its_notes,
    cancelled_booking_says_so,
    refused_booking_is_given_up,
    wrong_setting_takes_no_booking,
    busy_crm_takes_the_booking_later,
    cut_line_leaves_one_booking,
];

/// Every promise of [`BookingWatch`].
pub const WATCH_CASES: &[Case<WatchBench>] =
    cases![booking_states_come_back_by_our_id, crm_that_is_away_tells_no_states];

fn now() -> Timestamp {
    FakeClock::default().now()
}

/// A New Year's Eve, agreed.
fn card() -> BookingCard {
    let zone = TimeZone::fixed(tz::offset(1));
    let (eve, morning) = (date(2027, 12, 31).at(20, 0, 0, 0), date(2028, 1, 1).at(2, 0, 0, 0));
    BookingCard {
        booking: BookingId::from_uuid(Uuid::from_u128(0x019a_a5b0_0000_7000_8000_0000_0000_0001)),
        reference: BookingReference::from_text("bk-20261121-0123456789".to_owned()),
        version: 2,
        stage: Stage::Agreed,
        source: "website".to_owned(),
        name: PersonName::parse("Jan en Marie d'Hondt-Jänsen").expect("a name"),
        email: EmailAddress::parse("jan.marie@example.com").expect("an address"),
        phone: Phone::known("+31612345678".to_owned()),
        event_type: EventType::parse("feest").expect("a kind"),
        time: EventTime::Hours(EventHours::new(eve, morning, zone).expect("hours")),
        place: Some("Zaal 't Hoekje, Breda".to_owned()),
        package: Some("gold".to_owned()),
        message: Some("Wij dansen op \"de Hoeve\".\nTot dan!".to_owned()),
    }
}

fn other() -> BookingCard {
    BookingCard {
        booking: BookingId::from_uuid(Uuid::from_u128(0x019a_a5b0_0000_7000_8000_0000_0000_0002)),
        reference: BookingReference::from_text("bk-20261121-9123456789".to_owned()),
        time: EventTime::Day(date(2027, 8, 15)),
        ..card()
    }
}

/// The same evening, moved to another day.
fn moved(version: u32) -> BookingCard {
    BookingCard { version, time: EventTime::Day(date(2028, 1, 8)), ..card() }
}

fn kept(put: BookingPut) -> CardReceipt {
    match put {
        BookingPut::Kept(receipt) => receipt,
        BookingPut::Left { reason } => panic!("an agreed booking can be said there: {reason}"),
    }
}

async fn booking_arrives_as_written(bench: BookingBench) -> Outcome {
    kept(bench.crm.put_booking(&card(), now()).await?);
    let there = bench.there(&card()).await;
    assert_eq!(there.name, "Jan en Marie d'Hondt-Jänsen");
    // What goes on after midnight belongs to the evening before.
    assert_eq!((there.first_day.as_str(), there.last_day.as_str()), ("2027-12-31", "2027-12-31"));
    assert!(!there.is_off, "{there:?}");
    for word in ["bk-20261121-0123456789", "20:00", "02:00", "Zaal 't Hoekje, Breda", "gold"] {
        assert!(there.words.contains(word), "{word} in {}", there.words);
    }
    assert_eq!(bench.far.count().await, 1);
    Ok(())
}

async fn booking_twice_is_one(bench: BookingBench) -> Outcome {
    bench.far.put_of_somebody_else().await;
    let first = kept(bench.crm.put_booking(&card(), now()).await?);
    kept(bench.crm.put_booking(&other(), now()).await?);
    let again = kept(bench.crm.put_booking(&card(), now()).await?);
    assert_eq!(again, first, "the receipt of the same booking");
    assert_eq!(bench.far.count().await, 2, "one for each id");
    Ok(())
}

async fn changed_booking_is_updated_and_keeps_its_notes(bench: BookingBench) -> Outcome {
    let first = kept(bench.crm.put_booking(&card(), now()).await?);
    kept(bench.crm.put_booking(&other(), now()).await?);
    let annotated = bench.far.annotate(card().booking, "Sleutel bij de buren [nr. 7]").await;
    let deposit = BookingCard { stage: Stage::Deposit, package: None, ..moved(3) };
    let updated = kept(bench.crm.put_booking(&deposit, now()).await?);
    assert_eq!(updated, first, "it is the same one");
    let there = bench.there(&card()).await;
    assert_eq!((there.first_day.as_str(), there.last_day.as_str()), ("2028-01-08", "2028-01-08"));
    assert!(there.words.contains("deposit") && !there.words.contains("gold"), "{}", there.words);
    assert!(!annotated || there.words.contains("Sleutel bij de buren [nr. 7]"), "{}", there.words);
    assert_eq!(bench.there(&other()).await.first_day, "2027-08-15", "its neighbour stays");
    assert_eq!(bench.far.count().await, 2);
    Ok(())
}

async fn cancelled_booking_says_so(bench: BookingBench) -> Outcome {
    kept(bench.crm.put_booking(&card(), now()).await?);
    let cancelled = BookingCard { version: 3, stage: Stage::Cancelled { by: Party::Client }, ..card() };
    kept(bench.crm.put_booking(&cancelled, now()).await?);
    let there = bench.there(&card()).await;
    assert!(there.is_off, "{there:?}");
    assert_eq!(there.first_day, "2027-12-31", "one can see which evening it was");
    assert_eq!(bench.far.count().await, 1);
    Ok(())
}

async fn refused_booking_is_given_up(bench: BookingBench) -> Outcome {
    let error = bench.fails(Misbehaviour::RefusesTheCard, &card()).await;
    assert_eq!((error.kind, error.remedy), (ErrorKind::Rejected, Remedy::GiveUp), "{error}");
    assert_eq!(bench.far.count().await, 0, "a refused booking is not there");
    Ok(())
}

async fn wrong_setting_takes_no_booking(bench: BookingBench) -> Outcome {
    let error = bench.fails(Misbehaviour::RefusesTheSetting, &card()).await;
    assert_eq!(error.kind, ErrorKind::Misconfigured, "{error}");
    bench.far.behave().await;
    kept(bench.crm.put_booking(&card(), now()).await?);
    assert_eq!(bench.far.count().await, 1, "once the setting is mended");
    Ok(())
}

async fn busy_crm_takes_the_booking_later(bench: BookingBench) -> Outcome {
    let error = bench.fails(Misbehaviour::Throttles, &card()).await;
    assert_eq!(error.kind, ErrorKind::Throttled, "{error}");
    let Remedy::TryAgain { no_sooner_than: Some(at) } = error.remedy else {
        panic!("a throttled CRM names the moment, not {:?}", error.remedy);
    };
    assert!(at.duration_since(now()) >= Misbehaviour::WAIT, "not before the moment it named, and not at {at}");
    let error = bench.fails(Misbehaviour::Fails, &card()).await;
    assert_eq!(error.kind, ErrorKind::Failed, "{error}");
    assert_ne!(error.remedy, Remedy::GiveUp, "{error}");
    let error = bench.fails(Misbehaviour::IsAway, &card()).await;
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
    assert_ne!(error.remedy, Remedy::GiveUp, "{error}");
    bench.far.behave().await;
    kept(bench.crm.put_booking(&card(), now()).await?);
    assert_eq!(bench.far.count().await, 1, "once it is there again");
    Ok(())
}

async fn cut_line_leaves_one_booking(bench: BookingBench) -> Outcome {
    for edition in [card(), moved(3)] {
        let error = bench.fails(Misbehaviour::CutsTheLine, &edition).await;
        assert_eq!(error.remedy, Remedy::AskFirst, "nobody knows how it ended: {error}");
        assert_eq!(bench.far.count().await, 1, "it had arrived");
        bench.far.behave().await;
        kept(bench.crm.put_booking(&edition, now()).await?);
        assert_eq!(bench.far.count().await, 1, "the same booking again");
        assert_eq!(bench.there(&card()).await.first_day, edition.time.day().to_string());
    }
    Ok(())
}

async fn booking_states_come_back_by_our_id(bench: WatchBench) -> Outcome {
    bench.far.put_of_somebody_else().await;
    kept(bench.crm.put_booking(&card(), now()).await?);
    kept(bench.crm.put_booking(&moved(3), now()).await?);
    kept(bench.crm.put_booking(&other(), now()).await?);
    let states = |from| bench.states(from);
    let all = states(date(2027, 8, 15)).await?;
    let told = |state: &BookingState| (state.booking, state.version, state.first_day, state.last_day);
    let (eve, august) = (Some(date(2028, 1, 8)), Some(date(2027, 8, 15)));
    let expected = [(card().booking, 3, eve, eve), (other().booking, 2, august, august)];
    assert_eq!(all.iter().map(told).collect::<Vec<_>>(), expected);
    let later = states(date(2027, 8, 16)).await?;
    assert_eq!(later.iter().map(told).collect::<Vec<_>>(), expected[..1], "what is over is left out");
    Ok(())
}

async fn crm_that_is_away_tells_no_states(bench: WatchBench) -> Outcome {
    kept(bench.crm.put_booking(&card(), now()).await?);
    let answers = [
        (Misbehaviour::IsAway, ErrorKind::Unavailable),
        (Misbehaviour::CutsTheLine, ErrorKind::Unavailable),
        (Misbehaviour::Fails, ErrorKind::Failed),
        (Misbehaviour::Throttles, ErrorKind::Throttled),
        (Misbehaviour::RefusesTheSetting, ErrorKind::Misconfigured),
    ];
    for (how, kind) in answers {
        bench.far.misbehave(how).await;
        let error = bench.states(date(2027, 1, 1)).await.expect_err("nobody could tell");
        assert_eq!(error.kind, kind, "{how:?}: {error}");
    }
    bench.far.behave().await;
    assert_eq!(bench.states(date(2027, 1, 1)).await?.len(), 1, "once it is there again");
    Ok(())
}

impl BookingBench {
    async fn there(&self, card: &BookingCard) -> FarBooking {
        self.far.booking(card.booking).await.expect("it is there")
    }

    /// Puts a booking there while the far side misbehaves, and returns how that failed.
    async fn fails(&self, how: Misbehaviour, card: &BookingCard) -> PortError {
        self.far.misbehave(how).await;
        let outcome = self.crm.put_booking(card, now()).await;
        outcome.expect_err("a far side that misbehaves takes no booking with a success")
    }
}

impl WatchBench {
    /// What it says, by our id.
    async fn states(&self, from: Date) -> Result<Vec<BookingState>, PortError> {
        let mut states = self.watch.booking_states(from, now()).await?;
        states.sort_by_key(|state| state.booking);
        Ok(states)
    }
}
