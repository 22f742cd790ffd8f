//! Writes calendar files as clients and the crew get them, and what a reader has to find in each.
//!
//! ```sh
//! cargo run --example calendar_files -- target/calendars
//! ```
//!
//! `tests/icalendar` has them read by a program that is not ours.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use mrdj_adapters::memory::Memory;
use mrdj_core::bookings::{
    Booking, BookingEntry, BookingEvent, BookingReference, BookingRules, Bookings, CalendarEvent, CalendarFile, Client,
    Event, EventHours, EventTime, Method, Party, Stage, When,
};
use mrdj_core::contacts::{ContactKey, EmailAddress, MockPhoneNormalizer, PersonName, Phone};
use mrdj_core::delivery::MockBell;
use mrdj_core::experiments::Seen;
use mrdj_core::id::Id;
use mrdj_core::leads::{EventType, Standing};
use mrdj_core::messages::{BookingLetter, House, Language, booking_file, defang};
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::store::{Change, Changes, Store};
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Every sign that means something to a calendar, and some that take several bytes.
const SIGNS: &str = "a\\b; c, d: \"e\" ^f — é ü ñ 🎉 ";

/// A folder of files, with what is to be found in each.
struct Folder {
    path: PathBuf,
    expected: Vec<Value>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let path = env::args().nth(1).ok_or("name the folder to write to")?;
    let mut folder = Folder::at(Path::new(&path))?;
    folder.letters()?;
    folder.times()?;
    folder.long_texts()?;
    folder.feed().await?;
    folder.finish()
}

impl Folder {
    fn at(path: &Path) -> Outcome<Self> {
        fs::create_dir_all(path)?;
        Ok(Self { path: path.to_owned(), expected: Vec::new() })
    }

    /// Writes one file, and notes its `method` and events.
    fn write(&mut self, name: &str, bytes: &[u8], method: &str, events: &[Value]) -> Outcome<()> {
        fs::write(self.path.join(format!("{name}.ics")), bytes)?;
        self.expected.push(json!({ "file": format!("{name}.ics"), "method": method, "events": events }));
        Ok(())
    }

    fn finish(self) -> Outcome<()> {
        fs::write(self.path.join("expected.json"), serde_json::to_vec_pretty(&self.expected)?)?;
        println!("{} files in {}", self.expected.len(), self.path.display());
        Ok(())
    }

    /// What was agreed, changed and called off: three versions of one entry.
    fn letters(&mut self) -> Outcome<()> {
        let agreed = booking(1, night("2027-06-19T20:00", "2027-06-20T01:00", "Europe/Amsterdam")?, Stage::Agreed, 3)?;
        let mut changed = Booking { version: 5, ..agreed.clone() };
        changed.event.time = night("2027-06-19T21:00", "2027-06-20T02:30", "Europe/Amsterdam")?;
        let cancelled = Booking { stage: Stage::Cancelled { by: Party::Client }, version: 6, ..changed.clone() };
        for (name, letter, booking, method, status) in [
            ("confirmation", BookingLetter::Agreed, &agreed, "PUBLISH", "CONFIRMED"),
            ("update", BookingLetter::Changed, &changed, "PUBLISH", "CONFIRMED"),
            ("cancellation", BookingLetter::Cancelled, &cancelled, "CANCEL", "CANCELLED"),
        ] {
            self.letter(name, letter, booking, method, status)?;
        }
        Ok(())
    }

    /// A day, a night, both changes of the clock, and clocks elsewhere.
    fn times(&mut self) -> Outcome<()> {
        let times = [
            ("all_day", EventTime::Day(date(2026, 12, 31))),
            ("overnight", night("2026-12-31T20:00", "2027-01-01T04:00", "Europe/Amsterdam")?),
            // The clock jumps over the end, which is as much later.
            ("spring", night("2026-03-28T22:00", "2026-03-29T02:30", "Europe/Amsterdam")?),
            // The clock shows the end twice, and the first time is meant.
            ("autumn", night("2026-10-24T22:00", "2026-10-25T02:30", "Europe/Amsterdam")?),
            ("autumn_long", night("2026-10-24T22:00", "2026-10-25T05:00", "Europe/Amsterdam")?),
            ("new_york", night("2026-11-01T00:30", "2026-11-01T03:00", "America/New_York")?),
            ("kathmandu", night("2026-06-20T20:00", "2026-06-21T01:00", "Asia/Kathmandu")?),
            ("utc", night("2026-06-20T20:00", "2026-06-21T01:00", "UTC")?),
        ];
        for (seed, (name, time)) in (10_u128..).zip(times) {
            let booking = booking(seed, time, Stage::Agreed, 2)?;
            self.letter(name, BookingLetter::Agreed, &booking, "PUBLISH", "CONFIRMED")?;
        }
        Ok(())
    }

    fn letter(
        &mut self,
        name: &str,
        letter: BookingLetter,
        booking: &Booking,
        method: &str,
        status: &str,
    ) -> Outcome<()> {
        let past = [entry(booking, BookingEvent::Created), entry(booking, BookingEvent::Agreed)];
        let house = house()?;
        let file = booking_file(letter, &house, booking, &past).ok_or("no file goes along")?;
        let mut event = found(booking, status);
        event["summary"] = json!(format!("{}: bruiloft", house.name));
        event["description"] = json!(booking.reference.to_string());
        event["organizer"] = json!({ "name": house.name, "email": "dj@example.com" });
        self.write(name, file.bytes(), method, &[event])
    }

    /// Lines that have to be folded, with signs of one to four bytes at every place.
    fn long_texts(&mut self) -> Outcome<()> {
        let booking = booking(30, EventTime::Day(date(2027, 6, 19)), Stage::Agreed, 2)?;
        let texts = (0..80).map(|shift| format!("{}{}", "x".repeat(shift), SIGNS.repeat(8)));
        let event = |(place, text): (u32, String)| CalendarEvent {
            uid: format!("long-{place}@example.com"),
            description: Some(text.repeat(4).replace('d', "d\n")),
            location: Some(text.clone()),
            ..booking.appointment(text)
        };
        let events: Vec<_> = (0..).zip(texts).map(event).collect();
        let expected: Vec<_> = events
            .iter()
            .map(|event| {
                let mut found = found(&booking, "CONFIRMED");
                found["uid"] = json!(event.uid);
                found["summary"] = json!(event.summary);
                found["description"] = json!(event.description);
                found["location"] = json!(event.location);
                found
            })
            .collect();
        let file = CalendarFile { method: Method::Request, name: Some(SIGNS.repeat(5)), events };
        self.write("long_texts", file.text().as_bytes(), "REQUEST", &expected)
    }

    /// The crew's calendar, from a store.
    async fn feed(&mut self) -> Outcome<()> {
        let (store, until) = (Arc::new(Memory::new()), "2026-11-24T12:00:00Z".parse()?);
        let stages = [
            (40, "2026-12-05", Stage::Held { until, challenged: false }, "TENTATIVE", "Optie: "),
            (41, "2026-12-12", Stage::Offered { until, challenged: true }, "TENTATIVE", "Optie: "),
            (42, "2026-12-19", Stage::Deposit, "CONFIRMED", ""),
            (43, "2026-12-26", Stage::Cancelled { by: Party::Business }, "CANCELLED", "Geannuleerd: "),
        ];
        let mut expected = Vec::new();
        for (seed, day, stage, status, sure) in stages {
            let time = night(&format!("{day}T20:00"), &format!("{day}T23:30"), "Europe/Amsterdam")?;
            // A store begins with the first version.
            let booking = booking(seed, time, stage, 1)?;
            let mut event = found(&booking, status);
            event["summary"] = json!(format!("{sure}bruiloft, Zoë"));
            event["description"] = json!(format!("Pakket: silver\nKenmerk: {}", booking.reference));
            expected.insert(0, event);
            store.commit(Changes::new().with(Change::KeepBooking(Box::new(booking)))).await?;
        }
        let feed = bookings(store)?.feed().await?;
        self.write("feed", feed.text().as_bytes(), "PUBLISH", &expected)
    }
}

/// What a reader has to find of any booking, but its description.
fn found(booking: &Booking, status: &str) -> Value {
    let mut found = json!({
        "uid": booking.id.to_string(), "sequence": booking.version - 1, "status": status,
        "stamp": booking.changed_at.as_second(),
        "location": booking.event.place.as_deref().map(defang),
    });
    match When::of(&booking.event.time) {
        When::Day(day) => {
            found["day"] = json!(day);
            found["until"] = json!(day.tomorrow().ok());
        }
        When::Hours { zone, .. } => {
            let span = booking.span(&zone);
            found["starts"] = json!(span.start.as_second());
            found["ends"] = json!(span.end.as_second());
            found["zone"] = json!(zone.iana_name());
            found["clock"] = json!([zone.to_datetime(span.start), zone.to_datetime(span.end)]);
        }
    }
    found
}

fn night(start: &str, end: &str, zone: &str) -> Outcome<EventTime> {
    let (start, end): (DateTime, DateTime) = (start.parse()?, end.parse()?);
    Ok(EventTime::Hours(EventHours::new(start, end, TimeZone::get(zone)?)?))
}

fn house() -> Outcome<House> {
    Ok(House {
        name: "Mister \"Voorbeeld\", Zn; & Co: één ^ naam".to_owned(),
        phone: None,
        inbox: None,
        mailbox: Some(EmailAddress::parse("dj@example.com")?),
        base_url: None,
        zone: TimeZone::get("Europe/Amsterdam")?,
    })
}

fn booking(seed: u128, time: EventTime, stage: Stage, version: u32) -> Outcome<Booking> {
    let email = EmailAddress::parse("zoe@example.com")?;
    let made: Timestamp = "2026-11-21T12:00:00Z".parse()?;
    Ok(Booking {
        id: Id::from_uuid(uuid::Uuid::from_u128(0x019a_a000_0000_7000_8000_0000_0000_0000 + seed)),
        reference: BookingReference::from_text(format!("bk-20261121-{seed:010}")),
        lead: None,
        contact: ContactKey::of(Some(&email), None).ok_or("a mailbox is somebody's")?,
        client: Client {
            name: PersonName::parse("Zoë van Voorbeeld")?,
            email,
            phone: Phone::known("+31612345678".to_owned()),
            language: Language::Nl,
        },
        event: Event {
            kind: EventType::parse("Bruiloft")?,
            time,
            place: Some("Zaal “Het Voorbeeld”, Dorpsstraat 1; achterom – tweede deur links, bij de eik".to_owned()),
            package: Some("silver".to_owned()),
            message: None,
        },
        takes: Vec::new(),
        stage,
        standing: Standing::Clear,
        marks: Vec::new(),
        seen: Seen::default(),
        created_at: made,
        changed_at: made,
        version,
    })
}

fn entry(booking: &Booking, event: BookingEvent) -> BookingEntry {
    let id = Id::from_uuid(booking.id.uuid());
    BookingEntry { id, booking: booking.id, event, by: Party::Business, at: booking.changed_at, note: String::new() }
}

fn bookings(store: Arc<Memory>) -> Outcome<Bookings> {
    Ok(Bookings {
        store: store.clone(),
        book: store.clone(),
        calendar: store.clone(),
        answers: store,
        phones: Arc::new(MockPhoneNormalizer::new()),
        human: None,
        owes: Vec::new(),
        bell: Arc::new(MockBell::new()),
        clock: Arc::new(FakeClock::default()),
        chance: Arc::new(FakeChance::seeded(7)),
        rules: BookingRules::new(TimeZone::get("Europe/Amsterdam")?),
    })
}
