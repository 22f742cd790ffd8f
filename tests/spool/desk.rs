//! An intake over a store that a test switches off and on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::SignedDuration;
use jiff::tz::{self, TimeZone};
use mrdj_adapters::layers::{Around, Call, Wrapped};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::phone::NumberingPlans;
use mrdj_adapters::sqlite::{Config, SqliteSpool};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{Bell, DeliveryDesk, Filter, MockBell};
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::idempotency::{Fingerprint, IdempotencyBook, IdempotencyKey};
use mrdj_core::leads::{
    Detour, Drained, EnquiryForm, Intake, IntakeError, IntakeRules, Lead, LeadBook, LeadFilter, LeadId, LeadKind,
    Receipt, Spool, SpoolFigures, Visit,
};
use mrdj_core::messages::MailsForLead;
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::partners::CardForLead;
use mrdj_core::store::Store;
use tempfile::TempDir;

/// What becomes of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Line {
    /// They are answered.
    #[default]
    Up,
    /// Nobody answers.
    Down,
    /// They take effect, and the answer is lost.
    AnswersLost,
    /// They are refused with an error of this kind.
    Says(ErrorKind),
    /// They are answered until one of this operation was; then nobody answers.
    UpUntil(&'static str),
}

/// A line that a test cuts; it counts the calls that are made on it.
#[derive(Default)]
pub(crate) struct Switch {
    line: Mutex<Line>,
    /// Only calls of this operation; all when there is none.
    only: Mutex<Option<&'static str>>,
    calls: AtomicU64,
}

impl Switch {
    pub(crate) fn turn(&self, line: Line) {
        *self.line.lock().expect("no test panics holding it") = line;
    }

    /// The same, for calls of one operation alone.
    pub(crate) fn turn_for(&self, operation: &'static str, line: Line) {
        *self.only.lock().expect("no test panics holding it") = Some(operation);
        self.turn(line);
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    fn line_of(&self, call: Call) -> Line {
        let only = *self.only.lock().expect("no test panics holding it");
        let line = *self.line.lock().expect("no test panics holding it");
        if only.is_none_or(|only| only == call.operation) { line } else { Line::Up }
    }
}

#[async_trait]
impl Around for Switch {
    async fn before(&self, call: Call) -> Result<(), PortError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        match self.line_of(call) {
            Line::Up | Line::AnswersLost | Line::UpUntil(_) => Ok(()),
            Line::Down => Err(PortError::new(ErrorKind::Unavailable, "switch", call.operation, "nobody answers")),
            Line::Says(kind) => Err(PortError::new(kind, "switch", call.operation, "it does not want to")),
        }
    }

    fn after(&self, call: Call, _: SignedDuration, _: Option<&PortError>) -> Result<(), PortError> {
        if self.line_of(call) == Line::AnswersLost && call.operation == "commit" {
            let lost = PortError::new(ErrorKind::Unavailable, "switch", call.operation, "the answer is lost");
            return Err(lost.remedy(Remedy::AskFirst));
        }
        if self.line_of(call) == Line::UpUntil(call.operation) {
            self.turn(Line::Down);
        }
        Ok(())
    }
}

/// An intake with a store of record in memory and a spool in a file, each behind a switch.
pub(crate) struct Desk {
    pub(crate) intake: Intake,
    pub(crate) memory: Arc<Memory>,
    pub(crate) store: Arc<Switch>,
    pub(crate) spool: Arc<Switch>,
    pub(crate) clock: FakeClock,
    /// The spool without its switch.
    pub(crate) file: SqliteSpool,
    directory: TempDir,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::with(|store| store).await
    }

    /// The same, with `around` around the store.
    pub(crate) async fn with(around: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let file = spool_in(&directory).await;
        let memory = Arc::new(Memory::new());
        let (store, spool) = (Arc::new(Switch::default()), Arc::new(Switch::default()));
        let clock = FakeClock::default();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let line: Arc<dyn Around> = store.clone();
        let intake = Intake {
            store: wrap(around(memory.clone()), &line, &shared),
            leads: wrap(memory.clone() as Arc<dyn LeadBook>, &line, &shared),
            answers: wrap(memory.clone() as Arc<dyn IdempotencyBook>, &line, &shared),
            phones: Arc::new(NumberingPlans::default()),
            human: None,
            owes: vec![Arc::new(MailsForLead), Arc::new(CardForLead)],
            bell: bell(),
            clock: shared,
            chance: Arc::new(FakeChance::seeded(3)),
            detour: None,
            rules: IntakeRules::new(TimeZone::fixed(tz::offset(1)), "mister-dj-website"),
        };
        let mut desk = Self { intake, memory, store, spool, clock, file, directory };
        desk.restart().await;
        desk
    }

    /// Forgets everything that is not on a disk, as a new process would.
    pub(crate) async fn restart(&mut self) {
        self.file = spool_in(&self.directory).await;
        let line: Arc<dyn Around> = self.spool.clone();
        let spool: Arc<dyn Spool> = wrap(Arc::new(self.file.clone()) as Arc<dyn Spool>, &line, &self.intake.clock);
        self.intake.detour = Some(Arc::new(Detour::new(spool, bell())));
    }

    pub(crate) async fn send(&self, form: EnquiryForm) -> Receipt {
        // What comes in later has a later id.
        self.pass(SignedDuration::from_millis(1));
        self.submit(form, Visit::default()).await.expect("a receipt")
    }

    pub(crate) async fn submit(&self, form: EnquiryForm, visit: Visit) -> Result<Receipt, IntakeError> {
        self.intake.submit(LeadKind::Contact, &form, visit).await
    }

    pub(crate) fn pass(&self, span: SignedDuration) {
        self.clock.advance(span);
    }

    /// Takes one turn.
    pub(crate) async fn drain(&self) -> Drained {
        self.intake.drain().await.expect("the spool can be read")
    }

    /// Takes turns until nothing more is brought, and says how many were.
    pub(crate) async fn drain_all(&self) -> usize {
        let mut brought = 0;
        loop {
            let turn = self.drain().await;
            assert!(turn.stopped.is_none(), "{turn:?}");
            brought += turn.brought;
            if turn.brought + turn.aside == 0 {
                return brought;
            }
        }
    }

    pub(crate) async fn figures(&self) -> SpoolFigures {
        self.intake.spool_figures().await.expect("figures").expect("there is a spool")
    }

    pub(crate) async fn lead(&self, id: LeadId) -> Option<Lead> {
        LeadBook::find(&*self.memory, id).await.expect("a look")
    }

    /// The ids of everything in the store, oldest first.
    pub(crate) async fn leads(&self) -> Vec<LeadId> {
        let leads = LeadBook::list(&*self.memory, &LeadFilter::default(), 10_000).await.expect("a list");
        leads.into_iter().rev().map(|lead| lead.id).collect()
    }

    /// How often what is owed because of `id`, by kind and edition.
    pub(crate) async fn owed(&self, id: LeadId) -> BTreeMap<(String, u32), usize> {
        let filter = Filter { subject: Some(id.uuid()), ..Filter::default() };
        let owed = DeliveryDesk::list(&*self.memory, &filter, 100, self.clock.now()).await.expect("a list");
        let mut sums = BTreeMap::new();
        for delivery in owed {
            *sums.entry((delivery.kind, delivery.edition)).or_default() += 1;
        }
        sums
    }

    /// Everything that a lead owes is owed once: a card, a confirmation, and a notice for each edition.
    pub(crate) async fn owes_once(&self, id: LeadId) {
        let lead = self.lead(id).await.unwrap_or_else(|| panic!("{id} is not in the store"));
        let owed = self.owed(id).await;
        let notices = (1..=lead.version).map(|edition| ("lead.notice".to_owned(), edition));
        let kinds = ["lead.card", "lead.confirmation"].map(|kind| (kind.to_owned(), 1)).into_iter();
        assert_eq!(owed, kinds.chain(notices).map(|fact| (fact, 1)).collect(), "{id}");
    }
}

async fn spool_in(directory: &TempDir) -> SqliteSpool {
    SqliteSpool::open(&Config::at(directory.path().join("spool.db"))).await.expect("a spool")
}

fn bell() -> Arc<dyn Bell> {
    let mut bell = MockBell::new();
    bell.expect_ring().return_const(());
    Arc::new(bell)
}

pub(crate) fn wrap<P: ?Sized>(inner: Arc<P>, line: &Arc<dyn Around>, clock: &Arc<dyn Clock>) -> Arc<Wrapped<P>> {
    Arc::new(Wrapped::new(inner, line.clone(), clock.clone()))
}

/// A form of the person called `who`, complete.
pub(crate) fn form(who: &str) -> EnquiryForm {
    EnquiryForm {
        name: format!("Visitor {who}").as_str().into(),
        email: format!("{who}@example.com").as_str().into(),
        phone: "0612345678".into(),
        event_type: "Bruiloft".into(),
        event_date: "2027-06-19".into(),
        message: "Tot dan".into(),
        ..EnquiryForm::default()
    }
}

/// A visit with a key; `body` stands for what was sent.
pub(crate) fn keyed(key: &str, body: &str) -> Visit {
    let key = IdempotencyKey::parse("contact", key).expect("a key");
    Visit { key: Some((key, Fingerprint::of(body.as_bytes()))), ..Visit::default() }
}

pub(crate) const SECOND: SignedDuration = SignedDuration::from_secs(1);
pub(crate) const MINUTE: SignedDuration = SignedDuration::from_mins(1);
