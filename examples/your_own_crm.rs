//! Writes an adapter for a CRM of one's own, proves it with the contract suite, and adds it to the house.
//!
//! ```sh
//! cargo run --example your_own_crm
//! ```
//!
//! The CRM is imaginary: a guest book that takes `POST /parties` with an `X-Api-Key`. Its far side runs in this process,
//! on a port of its own, and can be told to misbehave. The first part prints each promise of
//! [`Crm`](mrdj_core::partners::Crm) as it is proved; the second sends one enquiry to the stand-in for RentGuy and to the
//! guest book.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use jiff::Timestamp;
use mrdj_adapters::outbound::{Answer, BaseUrl, Outbound};
use mrdj_adapters::sandbox::{Knobs, Mode, Server};
use mrdj_core::delivery::{Carried, Courier, Delivery, Found, Owed, Owes, QueueName, QueueRule, Recall};
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::leads::{EnquiryForm, LeadFact, LeadKind, Receipt, Visit};
use mrdj_core::partners::contract::{CASES, CrmBench, FarCard, FarCrm, Misbehaviour};
use mrdj_core::partners::{CARD, Card, CardReceipt, Crm, CrmCourier};
use mrdj_core::secret::Secret;
use mrdj_http::composition::{Crew, House, StandIns};
use mrdj_http::settings::{Settings, Sources};
use serde_json::{Value, json};

const ADAPTER: &str = "guestbook";
const KEY: &str = "not-a-real-key";

// The adapter: one call, and what each answer means.

/// The guest book in the role of the CRM.
struct Guestbook {
    base: BaseUrl,
    key: Secret,
    outbound: Outbound,
}

#[async_trait]
impl Crm for Guestbook {
    async fn put_card(&self, card: &Card, now: Timestamp) -> Result<CardReceipt, PortError> {
        let call =
            self.outbound.post(self.base.join("parties")).secret_header("X-Api-Key", &self.key).json(&party(card));
        let answer = call.send(now).await.map_err(|error| error.into_port_error(ADAPTER, "put card"))?;
        if !answer.is_success() {
            return Err(refused(&answer, now));
        }
        let receipt: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let number = receipt.and_then(|receipt| receipt["number"].as_u64());
        Ok(CardReceipt { id: number.map(|number| number.to_string()) })
    }
}

/// A card in the guest book's words.
fn party(card: &Card) -> Value {
    json!({
        "ref": card.reference,
        "who": card.name.as_str(),
        "mail": card.email.as_ref().map(|email| email.as_str()),
        "call": card.phone.as_ref().map(|phone| phone.as_str()),
        "what": card.event_type,
        "day": card.event_date.map(|day| day.to_string()),
    })
}

/// Every answer that is no success: what happened, and what helps.
fn refused(answer: &Answer, now: Timestamp) -> PortError {
    let error = |kind| PortError::new(kind, ADAPTER, "put card", answer.status.to_string());
    let remedy = Remedy::of_http(Some(answer.status), true, answer.retry_after, now);
    match answer.status {
        300..=399 | 401 | 403 | 404 => error(ErrorKind::Misconfigured),
        429 => error(ErrorKind::Throttled).remedy(remedy),
        400..=499 => error(ErrorKind::Rejected),
        502..=504 => error(ErrorKind::Unavailable).remedy(remedy),
        _ => error(ErrorKind::Failed).remedy(remedy),
    }
}

// The far side: what the CRM does with a party, and how a test turns it.

/// The imaginary CRM itself, on loopback; it goes away when it is dropped.
struct FarSide {
    server: Server,
    knobs: Knobs,
    pages: Pages,
}

#[derive(Clone, Default)]
struct Pages(Arc<Mutex<BTreeMap<String, (usize, FarCard)>>>);

impl Pages {
    fn open(&self) -> MutexGuard<'_, BTreeMap<String, (usize, FarCard)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FarSide {
    async fn start() -> io::Result<Self> {
        let (knobs, pages) = (Knobs::default(), Pages::default());
        let parties = Router::new().route("/parties", post(take_party)).with_state(pages.clone());
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::start(address, knobs.over(parties).merge(knobs.routes())).await?;
        Ok(Self { server, knobs, pages })
    }

    fn crm(&self) -> Guestbook {
        let base = self.server.url().parse().expect("an address that is listened on is a base");
        Guestbook { base, key: Secret::from(KEY.to_owned()), outbound: Outbound::new(Default::default()) }
    }
}

async fn take_party(
    State(pages): State<Pages>,
    headers: HeaderMap,
    Json(party): Json<Value>,
) -> (StatusCode, Json<Value>) {
    if headers.get("x-api-key").is_none_or(|key| key != KEY) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "who are you?" })));
    }
    let word = |name: &str| party[name].as_str().map(str::to_owned);
    let (Some(reference), Some(name)) = (word("ref"), word("who")) else {
        return (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": "ref and who are needed" })));
    };
    let card = FarCard {
        reference: reference.clone(),
        name,
        email: word("mail"),
        phone: word("call"),
        event_type: word("what"),
        event_date: word("day"),
    };
    let mut pages = pages.open();
    let next = pages.len() + 1;
    // A reference that comes again is answered with its first number.
    let (number, _) = pages.entry(reference).or_insert((next, card));
    (StatusCode::OK, Json(json!({ "number": number })))
}

#[async_trait]
impl FarCrm for FarSide {
    async fn count(&self) -> usize {
        self.pages.open().len()
    }

    async fn card(&self, reference: &str) -> Option<FarCard> {
        self.pages.open().get(reference).map(|(_, card)| card.clone())
    }

    async fn misbehave(&self, how: Misbehaviour) {
        let answer = |status, retry_after_s| Mode::Answer { status, retry_after_s, body: None };
        self.knobs.set(match how {
            Misbehaviour::RefusesTheCard => answer(422, None),
            Misbehaviour::RefusesTheSetting => answer(401, None),
            Misbehaviour::Throttles => answer(429, Some(Misbehaviour::WAIT.as_secs().unsigned_abs())),
            Misbehaviour::Fails => answer(500, None),
            Misbehaviour::IsAway => answer(503, None),
            Misbehaviour::CutsTheLine => Mode::CutAfterAccepting,
        });
    }

    async fn behave(&self) {
        self.knobs.set(Mode::Healthy);
    }
}

// The house: what an enquiry owes the guest book, and who carries it there.

const GUESTBOOK: QueueName = QueueName::new("guestbook");

/// An enquiry owes the guest book a card, too.
struct CardForGuestbook;

impl Owes<LeadFact> for CardForGuestbook {
    fn owes(&self, _: &LeadFact) -> Vec<Owed> {
        vec![Owed::now(GUESTBOOK, CARD)]
    }
}

/// Carries cards as the first CRM's courier does, on a queue of its own: one that is away holds up nobody else.
struct GuestbookCourier(CrmCourier);

#[async_trait]
impl Courier for GuestbookCourier {
    fn queue(&self) -> QueueName {
        GUESTBOOK
    }

    fn recall(&self) -> Recall {
        self.0.recall()
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        self.0.carry(delivery, now).await
    }

    async fn ask(&self, delivery: &Delivery, now: Timestamp) -> Result<Found, PortError> {
        self.0.ask(delivery, now).await
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    prove().await?;
    send_to_both().await
}

/// Runs every case on a far side that nobody has used; a broken promise panics with what was seen.
async fn prove() -> Result<(), Box<dyn Error>> {
    println!("The contract of a CRM:");
    for case in CASES {
        let far = FarSide::start().await?;
        (case.run)(CrmBench { crm: Arc::new(far.crm()), far: Arc::new(far) }).await?;
        println!("  ok  {ADAPTER}::partners::{}", case.name);
    }
    Ok(())
}

async fn send_to_both() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let mut settings = settings_in(&directory)?;
    let stand_ins = StandIns::start(&mut settings).await?;
    let guestbook = FarSide::start().await?;

    let house = House::open(settings).await?;
    let courier = GuestbookCourier(CrmCourier { crm: Arc::new(guestbook.crm()), leads: house.leads(), bookings: None });
    let built = house.with_owes(CardForGuestbook).with_courier(courier, QueueRule::default()).build()?;

    let receipt = built.app.intake.submit(LeadKind::Contact, &form(), Visit::default()).await?;
    println!("\nAn enquiry came in: {}", receipt.reference);
    let crew = built.crew.map(Crew::start);
    let arrived = tokio::time::timeout(Duration::from_secs(20), both(&stand_ins, &guestbook, &receipt)).await;
    if let Some(crew) = crew {
        crew.stop(built.shutdown_timeout).await;
    }
    built.store.close().await;
    for (crm, name) in arrived? {
        println!("  ok  {crm} has the card of {name}");
    }
    Ok(())
}

/// Settings as nobody has set any, with every file in `directory`.
fn settings_in(directory: &tempfile::TempDir) -> Result<Settings, Box<dyn Error>> {
    let data_dir = BTreeMap::from([("DATA_DIR".to_owned(), directory.path().display().to_string())]);
    let sources = Sources::gather(data_dir, BTreeMap::new(), Box::new(|path| std::fs::read_to_string(path)))?;
    Ok(Settings::parse(&sources)?)
}

fn form() -> EnquiryForm {
    EnquiryForm {
        name: "Jan Jansen".into(),
        email: "jan@example.com".into(),
        phone: "0612345678".into(),
        event_type: "Bruiloft".into(),
        event_date: "2027-08-15".into(),
        ..EnquiryForm::default()
    }
}

/// Waits until both CRMs have the card: what each calls the person.
async fn both(stand_ins: &StandIns, guestbook: &FarSide, receipt: &Receipt) -> [(&'static str, String); 2] {
    let reference = receipt.reference.as_str();
    loop {
        let first = stand_ins.rentguy.as_ref().and_then(|rentguy| rentguy.card(reference));
        if let (Some(first), Some(second)) = (first, guestbook.card(reference).await) {
            return [("rentguy", first.name), (ADAPTER, second.name)];
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
