//! The house: settings in, ports and services out.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use jiff::SignedDuration;
use mrdj_adapters::phone::NumberingPlans;
use mrdj_adapters::system::{SystemChance, SystemClock};
use mrdj_core::bookings::{BookingFact, BookingRules, Bookings, LinkSigner, Package};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{Bell, Courier, Desk, Owes, QueueName, QueueRule, Schedule, Worker};
use mrdj_core::error::PortError;
use mrdj_core::experiments::funnel::{Funnel, KnownVariants};
use mrdj_core::experiments::{Cookieless, ExperimentFact, Experiments};
use mrdj_core::leads::{Intake, IntakeRules, LeadBook, LeadFact};
use mrdj_core::messages::{MAIL, MailsForBooking, MailsForLead};
use mrdj_core::observability::Probe;
use mrdj_core::partners::{CRM, CardForLead, Listener};
use mrdj_core::secret::Secret;

use super::content::personalizer;
use super::crew::Crew;
use super::events::Audience;
use super::lane::Lane;
use super::quick::Quick;
use super::record::{Ports, Record};
use super::recorders::Recorders;
use super::servant::Servant;
use super::spool::HouseSpool;
use super::{events, figures, freeze, holds, housekeeping, partners, schedules, variants};
use crate::settings::{Settings, UnreadableAuthority, ensure_link_secret, ensure_operator_password};
use crate::{App, CalendarDoor, CrmView, Lookout, Operators, Personalizer, Rules, UnusablePassword, Variants};

/// Why a house could not be opened or built.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be used.
    #[error("the store cannot be used: {}", .0.summary)]
    Store(#[from] PortError),
    /// A file or directory cannot be used.
    #[error("{what}")]
    File {
        /// What cannot be done.
        what: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The operator's password cannot be hashed.
    #[error(transparent)]
    Password(#[from] UnusablePassword),
    /// A setting that was parsed does not fit the adapter it is for.
    #[error("{0}")]
    Setting(String),
    /// The certificate authority of the store cannot be read.
    #[error(transparent)]
    Authority(#[from] UnreadableAuthority),
}

/// The operator's login.
#[derive(Clone, Debug)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Secret,
    /// Whether it was made by this start.
    pub made: bool,
    /// The file that keeps it when it was made.
    pub kept_in: PathBuf,
}

/// A house in the making: its store is open, its partners are chosen.
///
/// ```no_run
/// use mrdj_http::composition::House;
/// use mrdj_http::settings::{Settings, Sources};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let settings = Settings::parse(&Sources::of_process(None)?)?;
/// let built = House::open(settings).await?.build()?;
/// let (router, crew) = (built.router(), built.crew);
/// # Ok(()) }
/// ```
pub struct House {
    settings: Settings,
    record: Record,
    ports: Ports,
    spool: HouseSpool,
    quick: Quick,
    bell: Arc<dyn Bell>,
    clock: Arc<dyn Clock>,
    owes: Vec<Arc<dyn Owes<LeadFact>>>,
    booking_owes: Vec<Arc<dyn Owes<BookingFact>>>,
    experiment_owes: Vec<Arc<dyn Owes<ExperimentFact>>>,
    couriers: Vec<(Arc<dyn Courier>, QueueRule)>,
    probes: Vec<Arc<dyn Probe>>,
    stand_ins: Vec<StandIn>,
    links: Arc<LinkSigner>,
    cookieless: Arc<Cookieless>,
    pub(super) schedules: Vec<Schedule>,
}

/// A stand-in in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// The queue that leads to it.
    pub queue: QueueName,
    /// Whose place it takes, and where it shows what it received.
    pub description: String,
}

/// A house, ready to serve.
pub struct Built {
    /// What the router needs.
    pub app: App,
    /// Who carries deliveries, unless `WORKERS=0`, and drains the spool; `None` when there is neither to do.
    pub crew: Option<Crew>,
    /// What takes to the store what pages tell; stop it when no more is answered.
    pub recorders: Recorders,
    /// The store of record; close it last.
    pub store: Record,
    /// The operator's login; `None` when the dashboard is switched off.
    pub login: Option<Login>,
    /// How long a stop may take.
    pub shutdown_timeout: SignedDuration,
}

impl Built {
    /// The router, to mount in any axum app.
    pub fn router(&self) -> Router {
        crate::router(self.app.clone())
    }
}

impl House {
    /// Opens the store that `settings` name and the spool beside it, and sets up every partner that has a key.
    ///
    /// An enquiry owes a confirmation, a notice and a card; a booking its letters, and what the settings say that the CRM
    /// takes; a partner without a key leaves its deliveries held.
    pub async fn open(settings: Settings) -> Result<Self, StartError> {
        let record = Record::open(&settings).await?;
        let mut quick = Quick::set_up(&settings)?;
        let secret = link_secret(&settings)?;
        let house = Self {
            ports: record.ports(),
            bell: record.bell(&settings, quick.bell.take())?,
            clock: record.clock(),
            record,
            quick,
            spool: HouseSpool::open(&settings).await,
            owes: vec![Arc::new(MailsForLead), Arc::new(CardForLead)],
            booking_owes: vec![Arc::new(MailsForBooking { zone: settings.business.zone.clone() })],
            experiment_owes: Vec::new(),
            couriers: Vec::new(),
            probes: Vec::new(),
            stand_ins: Vec::new(),
            links: Arc::new(link_signer(&secret)?),
            cookieless: variants::cookieless(&secret)?,
            schedules: Vec::new(),
            settings,
        };
        partners::set_up(house)
    }

    /// What it was opened with.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where couriers of one's own read the leads they carry.
    pub fn leads(&self) -> Arc<dyn LeadBook> {
        self.ports.leads.clone()
    }

    pub(super) const fn ports(&self) -> &Ports {
        &self.ports
    }

    pub(super) fn links(&self) -> Arc<LinkSigner> {
        self.links.clone()
    }

    pub(super) fn bell(&self) -> Arc<dyn Bell> {
        self.bell.clone()
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    /// The same house, in which a lead owes what `owes` says, too.
    #[must_use]
    pub fn with_owes(mut self, owes: impl Owes<LeadFact> + 'static) -> Self {
        self.owes.push(Arc::new(owes));
        self
    }

    /// The same house, in which a booking owes what `owes` says, too.
    #[must_use]
    pub fn with_booking_owes(mut self, owes: impl Owes<BookingFact> + 'static) -> Self {
        self.booking_owes.push(Arc::new(owes));
        self
    }

    /// The same house, in which an experiment owes what `owes` says, too.
    #[must_use]
    pub fn with_experiment_owes(mut self, owes: impl Owes<ExperimentFact> + 'static) -> Self {
        self.experiment_owes.push(Arc::new(owes));
        self
    }

    /// The same house, in which `courier` carries the deliveries of its queue by `rule`.
    #[must_use]
    pub fn with_courier(mut self, courier: impl Courier + 'static, rule: QueueRule) -> Self {
        self.couriers.push((Arc::new(courier), rule));
        self
    }

    /// The same house, whose health reports look at `probe`, too.
    #[must_use]
    pub fn with_probe(mut self, probe: impl Probe + 'static) -> Self {
        self.probes.push(Arc::new(probe));
        self
    }

    /// The same house, which tells that a stand-in takes the place of a partner.
    #[must_use]
    pub fn with_stand_in(mut self, stand_in: StandIn) -> Self {
        self.stand_ins.push(stand_in);
        self
    }

    /// Puts everything together.
    pub fn build(self) -> Result<Built, StartError> {
        let (ports, clock, chance) = (self.ports.clone(), self.clock.clone(), Arc::new(SystemChance));
        let limiter = self.quick.limiter.clone();
        let recorders = Recorders::over(&ports, &clock);
        let (operators, login) = operators(&self.settings)?;
        let served: Vec<_> = self.couriers.iter().map(|(courier, _)| courier.queue()).collect();
        let audience = events::queues(&self.settings);
        let known = [CRM, MAIL].into_iter().chain(audience.iter().cloned());
        let desk = Desk::new(ports.desk, ports.queue.clone(), self.bell.clone(), clock.clone(), served, known);
        let mut probes: Vec<Arc<dyn Probe>> = vec![ports.probe, Arc::new(self.spool.clone())];
        probes.extend([("crm", CRM), ("mail", MAIL)].map(|(name, queue)| self.lane(name, queue)));
        probes.push(Arc::new(Audience { queues: audience, states: ports.queue.clone() }));
        probes.extend(self.quick.probe.iter().chain(&self.probes).cloned());
        let bookings = self.bookings()?;
        let personalizer = personalizer(self.settings.business.personalization.as_deref())?;
        let app = App {
            intake: self.intake()?,
            bookings: bookings.clone(),
            links: self.links.clone(),
            sessions: self.quick.sessions.clone(),
            desk,
            limiter: limiter.clone(),
            post_office: ports.post_office,
            lookout: Lookout::over(probes),
            clock: clock.clone(),
            chance: chance.clone(),
            operators,
            postmark: partners::webhook_door(&self.settings),
            calendar: CalendarDoor::new(&self.settings.calendar_tokens),
            listener: self.listener(),
            doors: events::doors(&self.settings)?,
            funnel: self.funnel(&personalizer, &recorders),
            personalizer,
            experiments: self.experiments(),
            variants: self.variants()?,
            exposures: recorders.exposures.clone(),
            cookieless: self.cookieless.clone(),
            rentguy: CrmView { queue: CRM, workspace: self.settings.rentguy.workspace.clone() },
            metrics: figures::install(),
            rules: self.rules(clock.now())?,
        };
        let worker = |(courier, rule)| {
            let queue = ports.queue.clone();
            let worker = Worker::new(queue, limiter.clone(), clock.clone(), Arc::new(SystemClock), chance.clone());
            worker.with_courier(courier, rule)
        };
        let drain = self.spool.drain(app.intake.clone());
        let carries = self.settings.workers > 0;
        let servants = if carries { servants(&self, bookings)? } else { Vec::new() };
        let crew = (carries || drain.is_some()).then(|| {
            let couriers = self.couriers.into_iter().filter(|_| carries);
            let record = self.record.clone();
            Crew::new(couriers.map(worker).collect(), self.bell)
                .once(async move { record.reached().await })
                .with_servants(servants)
                .draining(drain)
        });
        let shutdown_timeout = self.settings.shutdown_timeout;
        Ok(Built { app, crew, recorders, store: self.record, login, shutdown_timeout })
    }

    fn lane(&self, name: &'static str, queue: QueueName) -> Arc<dyn Probe> {
        Arc::new(Lane {
            name,
            served: self.couriers.iter().any(|(courier, _)| courier.queue() == queue),
            stood_in: self.stand_ins.iter().any(|stand_in| stand_in.queue == queue),
            states: self.ports.queue.clone(),
            queue,
        })
    }

    fn intake(&self) -> Result<Intake, StartError> {
        let business = &self.settings.business;
        let phones = self.phones()?;
        let ports = self.ports.clone();
        Ok(Intake {
            store: ports.store,
            leads: ports.leads,
            answers: ports.answers,
            phones: Arc::new(phones),
            human: partners::human_check(&self.settings),
            owes: self.owes.clone(),
            bell: self.bell.clone(),
            clock: self.clock.clone(),
            chance: Arc::new(SystemChance),
            detour: self.spool.detour(),
            rules: IntakeRules::new(business.zone.clone(), business.lead_source.clone()),
        })
    }

    fn variants(&self) -> Result<Variants, StartError> {
        let business = &self.settings.business;
        variants::variants(business.features.as_deref(), &business.flags, self.ports.experiments.clone())
    }

    fn bookings(&self) -> Result<Bookings, StartError> {
        let ports = self.ports.clone();
        Ok(Bookings {
            store: ports.store,
            book: ports.bookings,
            calendar: ports.calendar,
            answers: ports.answers,
            phones: Arc::new(self.phones()?),
            human: partners::human_check(&self.settings),
            owes: self.booking_owes.clone(),
            bell: self.bell.clone(),
            clock: self.clock.clone(),
            chance: Arc::new(SystemChance),
            rules: self.booking_rules()?,
        })
    }

    fn funnel(&self, personalizer: &Personalizer, recorders: &Recorders) -> Funnel {
        Funnel {
            variants: KnownVariants::of(personalizer.content()),
            recorder: recorders.page_events.clone(),
            log: self.ports.funnel.clone(),
            clock: self.clock.clone(),
            chance: Arc::new(SystemChance),
            zone: self.settings.business.zone.clone(),
        }
    }

    pub(super) fn experiments(&self) -> Experiments {
        let ports = self.ports.clone();
        Experiments {
            store: ports.store,
            book: ports.experiments,
            log: ports.exposures,
            owes: self.experiment_owes.clone(),
            bell: self.bell.clone(),
            clock: self.clock.clone(),
            chance: Arc::new(SystemChance),
        }
    }

    pub(super) fn booking_rules(&self) -> Result<BookingRules, StartError> {
        let rules = BookingRules::new(self.settings.business.zone.clone());
        let Some(path) = &self.settings.business.packages else { return Ok(rules) };
        let text = std::fs::read_to_string(path)
            .map_err(|cause| file(&format!("the packages in {} cannot be read", path.display()), cause))?;
        let packages = Package::parse_list(&text)
            .map_err(|fault| StartError::Setting(format!("PACKAGES_PATH, {}: {fault}", path.display())))?;
        Ok(BookingRules { packages, ..rules })
    }

    fn listener(&self) -> Listener {
        let ports = self.ports.clone();
        Listener {
            store: ports.store,
            events: ports.events,
            news: ports.news,
            leads: ports.leads,
            bookings: ports.bookings,
            replays: self.quick.replays.clone(),
            clock: self.clock.clone(),
            chance: Arc::new(SystemChance),
        }
    }

    fn phones(&self) -> Result<NumberingPlans, StartError> {
        NumberingPlans::of(&self.settings.business.phone_region)
            .map_err(|unknown| StartError::Setting(format!("PHONE_REGION is {unknown}")))
    }

    fn rules(&self, now: jiff::Timestamp) -> Result<Rules, StartError> {
        let origins = self.settings.cors_origins.iter().map(|origin| HeaderValue::from_str(origin.as_str()));
        let cors_origins = origins
            .collect::<Result<_, _>>()
            .map_err(|_| StartError::Setting("CORS_ORIGINS holds what no header can".to_owned()))?;
        Ok(Rules {
            general: self.settings.limits.any,
            contact: self.settings.limits.contact,
            trusted_proxies: self.settings.trusted_proxies.clone(),
            cors_origins,
            business: self.settings.business.name.clone(),
            stand_ins: self.stand_ins.iter().map(|stand_in| stand_in.description.clone()).collect(),
            ..Rules::new(now)
        })
    }
}

fn link_secret(settings: &Settings) -> Result<Secret, StartError> {
    ensure_link_secret(settings, &SystemChance)
        .map_err(|cause| file("the secret of clients' links cannot be kept", cause))
}

fn link_signer(secret: &Secret) -> Result<LinkSigner, StartError> {
    LinkSigner::new(secret).map_err(|error| StartError::Setting(format!("CLIENT_LINK_SECRET: {error}")))
}

fn operators(settings: &Settings) -> Result<(Operators, Option<Login>), StartError> {
    let dashboard = &settings.dashboard;
    if !dashboard.enabled {
        return Ok((Operators::disabled(), None));
    }
    let made = ensure_operator_password(settings, &SystemChance)
        .map_err(|cause| file("the operator's password cannot be kept", cause))?;
    let operators = Operators::new(&dashboard.user, &made.password, dashboard.allowed.clone(), &SystemChance)?;
    Ok((
        operators,
        Some(Login {
            user: dashboard.user.clone(),
            password: made.password,
            made: made.made,
            kept_in: settings.managed.path().to_owned(),
        }),
    ))
}

/// Who works beside the couriers: the schedules, if there are any, the housekeeping, and who looks at experiments.
fn servants(house: &House, bookings: Bookings) -> Result<Vec<Box<dyn Servant>>, StartError> {
    let timekeeper = schedules::timekeeper(house)?;
    let always = [housekeeping::housekeeper(house), holds::doorkeeper(bookings), freeze::scorekeeper(house)];
    Ok(timekeeper.into_iter().chain(always).collect())
}

pub(super) fn file(what: &str, cause: io::Error) -> StartError {
    StartError::File { what: format!("{what}: {cause}"), cause }
}
