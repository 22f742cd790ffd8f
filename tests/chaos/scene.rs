//! Two servers and two workers on one database, their partners and their visitors.

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_adapters::system::SystemChance;
use mrdj_core::chance::Chance;
use mrdj_core::mocks::FakeChance;
use mrdj_harness::{Partners, Process, Program, Server, settings, trial, until};
use mrdj_servers::{PostgresServer, RedisServer};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::tally::Tally;
use crate::visitors::Visitors;

/// Within so long after the last fault everything has arrived.
const MINUTE: Duration = Duration::from_secs(60);
/// For so long visitors go on after the last fault.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// Everything of a trial; what runs ends with it.
pub(crate) struct Scene {
    pub(crate) servers: Vec<Server>,
    pub(crate) workers: Vec<Process>,
    pub(crate) postgres: PostgresServer,
    pub(crate) redis: Option<RedisServer>,
    pub(crate) partners: Partners,
    pub(crate) chance: FakeChance,
    visitors: Visitors,
    name: &'static str,
    seed: u64,
    directory: TempDir,
}

/// The trial `name`: servers and workers under load, `fault`, and the proof that it did no harm.
pub(crate) fn fault(name: &'static str, fault: impl AsyncFnOnce(&mut Scene) + Send + 'static) -> Trial {
    trial(name, move || async move {
        let mut scene = Scene::empty(name).await;
        scene.enter().await;
        fault(&mut scene).await;
        scene.prove().await;
    })
}

impl Scene {
    /// A database, and nobody who uses it.
    pub(crate) async fn empty(name: &'static str) -> Self {
        let seed = env::var("MRDJ_SEED").ok().map(|seed| seed.parse().expect("MRDJ_SEED is a number"));
        let seed = seed.unwrap_or_else(|| SystemChance.bits());
        Self {
            servers: Vec::new(),
            workers: Vec::new(),
            postgres: PostgresServer::start(&[]).expect("the programs of Postgres"),
            redis: None,
            partners: Partners::start().await,
            chance: FakeChance::seeded(seed),
            visitors: Visitors::start([]),
            name,
            seed,
            directory: tempfile::tempdir().expect("a directory"),
        }
    }

    /// Two servers, two workers, and visitors who have written something.
    pub(crate) async fn enter(&mut self) {
        self.workers = vec![self.work(0), self.work(1)];
        self.open_doors().await;
        self.visited(20).await;
    }

    /// Two servers, and visitors who write to them.
    pub(crate) async fn open_doors(&mut self) {
        let servers = [0, 1].map(|number| self.run("serve", number, &[("WORKERS", "0")]));
        for server in servers {
            self.servers.push(Server::of(server).await);
        }
        self.visitors = Visitors::start(self.servers.iter().map(|server| server.address));
    }

    /// Starts the worker of this number.
    pub(crate) fn work(&self, number: usize) -> Process {
        self.work_with(number, &[])
    }

    /// The same with further variables.
    pub(crate) fn work_with(&self, number: usize, further: &[(&str, &str)]) -> Process {
        self.run("work", number, further)
    }

    fn run(&self, role: &str, number: usize, further: &[(&str, &str)]) -> Process {
        let mut command = Command::new(Program::Mrdj.path());
        command.arg(role);
        let mut told: Vec<(&str, String)> = settings(Path::new(&format!("{role}-{number}")), &self.partners);
        told.push(("DATABASE_URL", self.postgres.url().to_owned()));
        told.extend(self.redis.iter().flat_map(on_redis));
        told.extend(further.iter().map(|(key, value)| (*key, (*value).to_owned())));
        Process::start(command, self.directory.path(), told)
    }

    /// Waits until so many more visitors were told that their enquiry is taken.
    pub(crate) async fn visited(&self, more: usize) {
        let enough = self.visitors.accepted() + more;
        until("visitors are answered", MINUTE, async || self.visitors.accepted() >= enough).await;
    }

    /// Lets a time pass that lies anywhere between nothing and twice `span`.
    pub(crate) async fn about(&self, span: Duration) {
        sleep(span.mul_f64(2.0 * self.chance.dice())).await;
    }

    /// A line to the database of its own.
    pub(crate) async fn line(&self) -> PgConnection {
        PgConnection::connect(self.postgres.url()).await.expect("the database is there")
    }

    /// How many deliveries are as `condition` says.
    pub(crate) async fn deliveries(&self, condition: &'static str) -> i64 {
        let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM mrdj.delivery WHERE {condition}"));
        sqlx::query_scalar(query).fetch_one(&mut self.line().await).await.expect("a count")
    }

    /// The last fault is over: within a minute everything that was accepted has arrived, once, and nobody is hurt.
    pub(crate) async fn prove(mut self) {
        let over = Instant::now();
        sleep(AFTERWARDS).await;
        let heard = std::mem::replace(&mut self.visitors, Visitors::start([])).end().await;
        while !Tally::of(&self.partners, &heard).is_complete() && over.elapsed() < MINUTE {
            sleep(Duration::from_millis(50)).await;
        }
        let took = over.elapsed().as_secs_f64();
        let complete = Tally::of(&self.partners, &heard).is_complete();
        // What is not settled could still be sent once more.
        until("every delivery is settled", MINUTE, async || !complete || self.deliveries("state <> 4").await == 0)
            .await;
        let (tally, name, seed) = (Tally::of(&self.partners, &heard), self.name, self.seed);
        println!("{name}: MRDJ_SEED={seed}: {tally}; all there {took:.1} s after the last fault");
        assert!(tally.is_clean(), "{name}: MRDJ_SEED={seed}: {tally}");
        for server in self.servers.drain(..) {
            assert!(server.stop().await.status.success());
        }
        for worker in self.workers.drain(..) {
            assert!(worker.stop().await.status.success());
        }
    }
}

/// Every form asks Redis whether it is one too many, and Redis carries the bell: Postgres's own needs a session.
fn on_redis(redis: &RedisServer) -> [(&str, String); 3] {
    let (most, mode) = ("1000000".to_owned(), "transaction".to_owned());
    [("REDIS_URL", redis.url()), ("CONTACT_RATE_LIMIT_MAX", most), ("DATABASE_POOL_MODE", mode)]
}
