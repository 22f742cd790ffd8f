//! What cases are given: an empty database, and enquiries in the words of the domain.

use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::postgres::{Config, PoolMode, Postgres};
use mrdj_core::chance::Chance;
use mrdj_core::contacts::{Contact, ContactKey, EmailAddress, PersonName, Phone};
use mrdj_core::delivery::{Delivery, DeliveryQueue, LeaseAsk, Owed, QueueName};
use mrdj_core::error::PortError;
use mrdj_core::experiments::Seen;
use mrdj_core::id::Id;
use mrdj_core::leads::{Enquiry, EventType, Lead, LeadKind, Reference, Standing};
use mrdj_core::messages::Language;
use mrdj_core::mocks::FakeChance;
use mrdj_core::secret::Secret;
use mrdj_core::store::{Change, Changes, Commit, Store};
use mrdj_servers::{Database, Pooler, PostgresServer};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The present moment of every case.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_795_262_400, 0);
/// The queue that cases use where the name does not matter.
pub(crate) const LANE: QueueName = QueueName::new("lane");

/// An empty database, and the dice of one case.
pub(crate) struct Given {
    pub(crate) database: Database,
    pub(crate) chance: FakeChance,
    pooler: Option<Pooler>,
}

impl Given {
    /// An empty database on the shared server.
    pub(crate) async fn on_a_database() -> Self {
        let database = Database::shared().await.expect("cases that need a server run where there is one");
        let database = database.expect("the server makes databases");
        Self { database, chance: FakeChance::seeded(7), pooler: None }
    }

    /// An empty database on the shared server, which stores reach through a pooler.
    pub(crate) async fn behind_a_pooler() -> Self {
        let given = Self::on_a_database().await;
        let pooler = Pooler::start(given.database.server()).expect("the pooler starts");
        Self { pooler: Some(pooler), ..given }
    }

    /// An empty database on `server`.
    pub(crate) async fn on(server: &PostgresServer) -> Self {
        let database = Database::create(server.url()).await.expect("the server makes databases");
        Self { database, chance: FakeChance::seeded(7), pooler: None }
    }

    /// How stores reach it.
    pub(crate) fn config(&self) -> Config {
        match &self.pooler {
            Some(pooler) => config(&self.database.at(&pooler.url())).mode(PoolMode::Transaction),
            None => config(&self.database.url()),
        }
    }

    /// A store on it.
    pub(crate) fn store(&self) -> Postgres {
        Postgres::open(self.config()).expect("opening waits for nothing")
    }

    /// A store on it that was reached before.
    pub(crate) async fn reached(&self, config: Config) -> Result<Postgres, PortError> {
        let store = Postgres::open(config)?;
        store.rescue(NOW).await?;
        Ok(store)
    }

    /// A line to it that goes through nothing.
    pub(crate) async fn line(&self) -> PgConnection {
        PgConnection::connect(&self.database.url()).await.expect("the server answers")
    }

    /// The one number that `query` asks for.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        number(&mut self.line().await, query).await
    }

    /// How much is there of which other parts of the same decision are not.
    pub(crate) async fn fragments(&self) -> i64 {
        let query = "SELECT
            (SELECT count(*) FROM mrdj.lead WHERE contact NOT IN (SELECT key FROM mrdj.contact))
            + (SELECT count(*) FROM mrdj.lead WHERE (SELECT count(*) FROM mrdj.delivery WHERE subject = lead.id) <> 1)
            + (SELECT count(*) FROM mrdj.delivery WHERE kind = 'lead.card' AND subject NOT IN (SELECT id FROM mrdj.lead))
            + (SELECT count(*) FROM mrdj.contact WHERE key NOT IN (SELECT contact FROM mrdj.lead))
            + (SELECT count(*) FROM mrdj.delivery
                WHERE attempts <> (SELECT count(*) FROM mrdj.attempt WHERE attempt.delivery = delivery.id))";
        self.number(query).await
    }

    /// An enquiry of the person at `email`; not yet committed.
    pub(crate) fn lead(&self, email: &str) -> Lead {
        let id = Id::new(NOW, &self.chance);
        let email = EmailAddress::parse(email).expect("an address");
        let enquiry = Enquiry {
            name: PersonName::parse("Zoë van 't Hof").expect("a name"),
            email: Some(email.clone()),
            phone: Some(Phone::known("+31612345678".to_owned())),
            event_type: EventType::parse("bruiloft").ok(),
            event_date: Some(jiff::civil::date(2027, 6, 19)),
            package: Some("goud".to_owned()),
            message: Some("Kun je \"Dancing Queen\" draaien?".to_owned()),
            language: Language::Nl,
        };
        Lead {
            id,
            reference: Reference::of(id, NOW, &jiff::tz::TimeZone::UTC),
            kind: LeadKind::Contact,
            contact: ContactKey::of(Some(&email), None).expect("an address makes a key"),
            enquiry,
            standing: Standing::Clear,
            score: 0,
            marks: Vec::new(),
            source: "mister-dj-website".to_owned(),
            seen: Seen::default(),
            submitted_at: NOW,
            changed_at: NOW,
            version: 1,
        }
    }

    /// `lead` as a whole decision: the person, the lead, one delivery.
    pub(crate) fn decision(&self, lead: &Lead) -> Changes {
        let contact = Contact {
            id: Id::new(NOW, &self.chance),
            key: lead.contact.clone(),
            name: lead.enquiry.name.clone(),
            email: lead.enquiry.email.clone(),
            phone: lead.enquiry.phone.clone(),
            first_seen_at: NOW,
            last_seen_at: NOW,
        };
        let card = Delivery::new(Owed::now(LANE, "lead.card"), lead.id.uuid(), NOW, &self.chance);
        Changes::new()
            .with(Change::MeetContact(contact))
            .with(Change::InsertLead(lead.clone()))
            .with(Change::Deliver(card))
    }

    /// An enquiry of a person nobody has met, as a whole decision.
    pub(crate) fn stranger(&self) -> (Lead, Changes) {
        let lead = self.lead(&format!("visitor-{:x}@example.com", self.chance.bits()));
        let changes = self.decision(&lead);
        (lead, changes)
    }

    /// Something owed about nothing in particular; not yet committed.
    pub(crate) fn delivery(&self) -> Delivery {
        Delivery::new(Owed::now(LANE, "case.kind"), Id::<()>::new(NOW, &self.chance).uuid(), NOW, &self.chance)
    }

    /// `count` deliveries that are due, committed.
    pub(crate) async fn due(&self, store: &Postgres, count: usize) -> Result<(), PortError> {
        let owed = (0..count).map(|_| Change::Deliver(self.delivery()));
        assert_eq!(store.commit(Changes::new().with_all(owed)).await?, Commit::Done);
        Ok(())
    }
}

/// The one number that `query` asks for, on `line`.
pub(crate) async fn number(line: &mut PgConnection, query: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(line).await.expect("the query holds")
}

/// How to reach the database at `url`.
pub(crate) fn config(url: &str) -> Config {
    Config::parse(&Secret::from(url.to_owned())).expect("an address")
}

/// A lease of up to `limit` deliveries of [`LANE`].
pub(crate) fn an_ask(limit: usize) -> LeaseAsk {
    LeaseAsk { queue: LANE, limit, term: SignedDuration::from_secs(60), now: NOW }
}

/// A server of one's own, with what cases about `subject` need.
pub(crate) async fn a_server(subject: &'static str) -> PostgresServer {
    let options: &[&str] = match subject {
        // What a transaction writes is not on disk before it commits.
        "crashes" => &["-c", "wal_writer_delay=10s"],
        "plans" => &[
            "-c",
            "session_preload_libraries=auto_explain",
            "-c",
            "auto_explain.log_min_duration=0",
            "-c",
            "fsync=off",
        ],
        _ => &["-c", "fsync=off"],
    };
    let started = tokio::task::spawn_blocking(move || PostgresServer::start(options)).await;
    started.expect("starting does not panic").expect("the server starts")
}
