//! The whole pipeline in one process, from a seed.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::{self, TimeZone};
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::memory::Memory;
use mrdj_core::clock::Clock;
use mrdj_core::contacts::EmailAddress;
use mrdj_core::delivery::{Courier, DeliveryDesk, DeliveryQueue, Desk, QueueName, QueueRule, Worker};
use mrdj_core::idempotency::IdempotencyBook;
use mrdj_core::leads::{Intake, IntakeRules, LeadBook};
use mrdj_core::limits::Limiter;
use mrdj_core::messages::{House as Sender, MAIL, MailCourier, Mailer, MailsForLead, PostOffice};
use mrdj_core::mocks::FakeClock;
use mrdj_core::partners::{CRM, CardForLead, Crm, CrmCourier};
use mrdj_core::store::Store;

use crate::alarms::Alarms;
use crate::bell::HouseBell;
use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::mutant::Mutant;
use crate::notebook::Notebook;
use crate::partners::{ALERTS, AlertCourier, AlertForLead, CardIndex, Dialect, MailBag, Pagers, Temper};
use crate::people::{EveryNumber, Told};
use crate::rules::SeedRules;
use crate::shared_queue::SharedQueue;
use crate::sky::Sky;
use crate::weather::in_weather;

/// Everything that stands before anybody acts.
pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) clock: FakeClock,
    pub(crate) alarms: Alarms,
    pub(crate) sky: Arc<Sky>,
    pub(crate) end: Timestamp,
    pub(crate) rules: SeedRules,
    pub(crate) memory: Arc<Memory>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) notebook: Arc<Notebook>,
    pub(crate) bell: Arc<HouseBell>,
    pub(crate) cards: Arc<CardIndex>,
    pub(crate) bag: Arc<MailBag>,
    pub(crate) pagers: Arc<Pagers>,
    pub(crate) told: Arc<Mutex<Vec<Told>>>,
    pub(crate) mutant: Option<Mutant>,
}

impl World {
    /// The world of `seed`, whose story is told if somebody wants to read it.
    pub(crate) fn of(seed: u64, mutant: Option<Mutant>, telling: bool) -> Self {
        let (dice, clock) = (Dice::seeded(seed), FakeClock::default());
        let alarms = Alarms::on(clock.clone());
        let end = clock.now() + dice.seconds(900, if dice.falls(0.3) { 14_400 } else { 3_600 });
        let sky = Arc::new(Sky::over(clock.clone(), &dice, end, telling));
        let rules = SeedRules::drawn(&dice);
        let memory = Arc::new(Memory::new());
        let temper = |dialect| Temper::drawn(dialect, &sky, &alarms, &dice, end);
        let cards = Arc::new(CardIndex::of(temper(Dialect::RENTGUY)));
        let bag = Arc::new(MailBag::of(temper(Dialect::POSTMARK), &alarms, &dice, rules.mail.ask_after));
        let pagers = Arc::new(Pagers::of(temper(Dialect::PAGERS)));
        let ledger = Arc::new(Ledger::default());
        let notebook = Notebook::beside(&memory, &ledger, &clock, &sky, mutant);
        let (bell, told) = (Arc::default(), Arc::default());
        Self { dice, clock, alarms, sky, end, rules, memory, ledger, notebook, bell, cards, bag, pagers, told, mutant }
    }

    /// Everything that visitors and the operator do with leads.
    pub(crate) fn intake(&self) -> Intake {
        let store: Arc<dyn Store> = self.memory.clone();
        let store = self.mutant.map_or(store.clone(), |mutant| mutant.store(store));
        Intake {
            store: self.weathered(store),
            leads: self.weathered::<dyn LeadBook>(self.memory.clone()),
            answers: self.weathered::<dyn IdempotencyBook>(self.memory.clone()),
            phones: Arc::new(EveryNumber),
            human: None,
            detour: None,
            owes: vec![Arc::new(MailsForLead), Arc::new(CardForLead), Arc::new(AlertForLead)],
            bell: self.bell.clone(),
            clock: Arc::new(self.clock.clone()),
            chance: Arc::new(self.dice.for_another().chance()),
            rules: IntakeRules::new(TimeZone::fixed(tz::offset(1)), "website"),
        }
    }

    /// Everything that the operator does with queues.
    pub(crate) fn desk(&self) -> Desk {
        let clock = Arc::new(self.clock.clone());
        let rows = self.weathered::<dyn DeliveryDesk>(self.notebook.clone());
        Desk::new(rows, self.queue(), self.bell.clone(), clock, QUEUES, QUEUES)
    }

    /// Sells postage.
    pub(crate) fn post_office(&self) -> Arc<dyn PostOffice> {
        self.weathered::<dyn PostOffice>(self.notebook.clone())
    }

    /// A worker who serves these queues and goes by `clock`.
    pub(crate) fn worker(&self, clock: impl Clock + 'static, serves: &[QueueName]) -> Worker {
        let chance = Arc::new(self.dice.for_another().chance());
        let limiter = self.weathered::<dyn Limiter>(self.memory.clone());
        let worker = Worker::new(self.queue(), limiter, Arc::new(clock), Arc::new(self.alarms.clone()), chance);
        let couriers: [(Arc<dyn Courier>, &QueueRule); 3] = [
            (Arc::new(self.crm_courier()), &self.rules.crm),
            (Arc::new(self.mail_courier()), &self.rules.mail),
            (Arc::new(AlertCourier(self.pagers.clone())), &self.rules.alerts),
        ];
        let couriers = couriers.into_iter().filter(|(courier, _)| serves.contains(&courier.queue()));
        couriers.fold(worker, |worker, (courier, rule)| {
            let courier = self.mutant.map_or(courier.clone(), |mutant| mutant.courier(courier));
            worker.with_courier(courier, rule.clone())
        })
    }

    /// Everything that was sent to the door and heard back.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// For so long a second form may be a double click.
    pub(crate) fn intake_window(&self) -> SignedDuration {
        SignedDuration::from_mins(10)
    }

    fn queue(&self) -> Arc<dyn DeliveryQueue> {
        let (memory, ledger) = (self.memory.clone(), self.ledger.clone());
        self.weathered::<dyn DeliveryQueue>(Arc::new(SharedQueue { memory, ledger, mutant: self.mutant }))
    }

    fn crm_courier(&self) -> CrmCourier {
        let crm = self.weathered_partner::<dyn Crm>(self.cards.clone());
        CrmCourier { crm, leads: self.weathered::<dyn LeadBook>(self.memory.clone()), bookings: None }
    }

    fn mail_courier(&self) -> MailCourier {
        MailCourier {
            mailer: self.weathered_partner::<dyn Mailer>(self.bag.clone()),
            post_office: self.post_office(),
            leads: self.weathered::<dyn LeadBook>(self.memory.clone()),
            bookings: self.memory.clone(),
            links: None,
            postage: self.rules.postage,
            house: Sender {
                name: "Mister Voorbeeld".to_owned(),
                phone: None,
                inbox: EmailAddress::parse(INBOX).ok(),
                mailbox: None,
                zone: TimeZone::fixed(tz::offset(1)),
                base_url: Some("https://example.com".to_owned()),
            },
        }
    }

    fn weathered<P: ?Sized>(&self, inner: Arc<P>) -> Arc<mrdj_adapters::layers::Wrapped<P>> {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        in_weather(inner, &self.sky, &self.alarms, &self.dice, &clock, true)
    }

    fn weathered_partner<P: ?Sized>(&self, inner: Arc<P>) -> Arc<mrdj_adapters::layers::Wrapped<P>> {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        in_weather(inner, &self.sky, &self.alarms, &self.dice, &clock, false)
    }
}

/// Every queue there is.
pub(crate) const QUEUES: [QueueName; 3] = [CRM, MAIL, ALERTS];
/// Where notices go.
pub(crate) const INBOX: &str = "info@example.com";
