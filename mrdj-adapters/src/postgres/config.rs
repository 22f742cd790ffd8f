//! Where the database is, and how it is talked to.

use std::fmt;
use std::io;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use mrdj_core::secret::Secret;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// Who hands out the connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PoolMode {
    /// Postgres itself, or a pooler that keeps a connection for as long as we do.
    #[default]
    Session,
    /// A pooler that gives each transaction another connection: no statement stays prepared, nothing is listened to, and
    /// every read is a transaction.
    Transaction,
}

/// Where the database is, and how it is talked to.
#[derive(Clone)]
pub struct Config {
    options: PgConnectOptions,
    pub(super) connections: u32,
    pub(super) patience: Duration,
    statement_timeout: Duration,
    pub(super) mode: PoolMode,
}

/// The text is no address of a Postgres database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address of the form postgres://user:password@host:5432/database")]
pub struct InvalidUrl;

/// Every statement of ours reads by an index; and a visitor's request, which may take two, has time left for the spool.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// A transaction that does nothing for so long has lost its owner.
const IDLE_TIMEOUT: &str = "30s";

impl Config {
    /// Reads an address as `libpq` writes it; ten connections, three seconds of patience, five for a statement.
    ///
    /// Beyond this machine the line is encrypted and the server's certificate verified, name included: an address without
    /// `sslmode`, or with one that would encrypt and not look, is read as `sslmode=verify-full`. `sslmode=disable` is
    /// taken at its word.
    pub fn parse(url: &Secret) -> Result<Self, InvalidUrl> {
        let options = read(url.reveal())?;
        let local = options.get_socket().is_some() || is_local(options.get_host());
        let options = match options.get_ssl_mode() {
            PgSslMode::Allow | PgSslMode::Prefer | PgSslMode::Require if !local => {
                options.ssl_mode(PgSslMode::VerifyFull)
            }
            _ => options,
        };
        let options = options.application_name("mrdj").extra_float_digits(None).disable_statement_logging();
        let (patience, statement_timeout) = (Duration::from_secs(3), STATEMENT_TIMEOUT);
        Ok(Self { options, connections: 10, patience, statement_timeout, mode: PoolMode::Session })
    }

    /// With certificates signed by the authority in this PEM file, besides those that browsers know; it encrypts on this
    /// machine, too. The file is read now, so that one that cannot be is told before anybody connects.
    pub fn trusting(mut self, authority: impl AsRef<Path>) -> io::Result<Self> {
        let authority = std::fs::read(authority)?;
        self.options = self.options.ssl_mode(PgSslMode::VerifyFull).ssl_root_cert_from_pem(authority);
        Ok(self)
    }

    /// With at most `connections` in the pool, besides the one that commits; at least 2.
    #[must_use]
    pub fn connections(mut self, connections: u32) -> Self {
        self.connections = connections.max(2);
        self
    }

    /// Waiting so long for a connection, or for an answer that is overdue, before the database counts as away.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// With statements that the server ends when they take longer; behind a pooler that takes a setting of the role.
    #[must_use]
    pub fn statement_timeout(mut self, statement_timeout: Duration) -> Self {
        self.statement_timeout = statement_timeout;
        self
    }

    /// Through a pooler of this kind.
    #[must_use]
    pub fn mode(mut self, mode: PoolMode) -> Self {
        self.mode = mode;
        self
    }

    /// Whether a connection may listen for rings: not through a pooler that takes it away after each transaction.
    pub fn can_listen(&self) -> bool {
        self.mode == PoolMode::Session
    }

    /// How long an answer may take: the server itself ends what takes too long, and tells so a little later.
    pub(super) fn overdue(&self) -> Duration {
        self.statement_timeout + self.patience
    }

    /// What a new connection is opened with.
    ///
    /// A pooler that shares connections refuses session settings, so that they are given to the role there.
    pub(super) fn options(&self) -> PgConnectOptions {
        match self.mode {
            PoolMode::Session => self.options.clone().options([
                ("statement_timeout", &*format!("{}ms", self.statement_timeout.as_millis())),
                ("idle_in_transaction_session_timeout", IDLE_TIMEOUT),
                // A plan kept from when a table was small reads all of it when it has grown, but where that is ruled out
                // ([`Self::committing`]). Behind a pooler nothing is kept.
                ("plan_cache_mode", "force_custom_plan"),
            ]),
            PoolMode::Transaction => self.options.clone(),
        }
    }

    /// What the connection that commits is opened with: it finds rows by their keys, however many there are, so that a plan
    /// can be kept as long as it reads no whole table.
    pub(super) fn committing(&self) -> PgConnectOptions {
        match self.mode {
            PoolMode::Session => self.options().options([
                ("plan_cache_mode", "force_generic_plan"),
                ("enable_seqscan", "off"),
                ("jit", "off"),
            ]),
            PoolMode::Transaction => self.options(),
        }
    }

    /// Where it is, without user and password.
    pub(super) fn place(&self) -> String {
        let database = self.options.get_database().unwrap_or(self.options.get_username());
        format!("{}:{}/{database}", self.options.get_host(), self.options.get_port())
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The options hold the password and would print it.
        f.debug_struct("Config")
            .field("place", &self.place())
            .field("connections", &self.connections)
            .field("patience", &self.patience)
            .field("statement_timeout", &self.statement_timeout)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

fn read(url: &str) -> Result<PgConnectOptions, InvalidUrl> {
    // The driver takes any scheme, and an address of IPv6 with its brackets, which no resolver knows.
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(InvalidUrl);
    }
    let mut options = PgConnectOptions::from_str(url).map_err(|_| InvalidUrl)?;
    if !names_a_mode(url) {
        // The driver begins with `PGSSLMODE`, which somebody may have set for a program of his own.
        options = options.ssl_mode(PgSslMode::Prefer);
    }
    let bare = options.get_host().strip_prefix('[').and_then(|host| host.strip_suffix(']')).map(str::to_owned);
    Ok(match bare {
        Some(host) => options.host(&host),
        None => options,
    })
}

fn names_a_mode(url: &str) -> bool {
    let (_, query) = url.split_once('?').unwrap_or_default();
    query.split('&').any(|pair| pair.starts_with("sslmode=") || pair.starts_with("ssl-mode="))
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> PgSslMode {
        Config::parse(&Secret::from(url.to_owned())).expect("an address").options.get_ssl_mode()
    }

    #[test]
    fn beyond_this_machine_certificates_are_verified() {
        for url in ["postgres://db.example.com/mrdj", "postgres://203.0.113.7/mrdj?sslmode=require"] {
            assert!(matches!(mode(url), PgSslMode::VerifyFull), "{url}");
        }
        assert!(matches!(mode("postgres://db.example.com/mrdj?sslmode=disable"), PgSslMode::Disable));
        assert!(matches!(mode("postgres://127.0.0.1/mrdj"), PgSslMode::Prefer));
        assert!(matches!(mode("postgres://[::1]/mrdj"), PgSslMode::Prefer));
    }

    #[test]
    fn what_the_environment_says_of_tls_changes_nothing() {
        let test = "postgres::config::tests::beyond_this_machine_certificates_are_verified";
        let program = std::env::current_exe().expect("a test knows its own file");
        let run = std::process::Command::new(program).args(["--exact", test]).env("PGSSLMODE", "disable").output();
        let said = String::from_utf8(run.expect("a program that runs").stdout).expect("text");
        assert!(said.contains("1 passed; 0 failed"), "{said}");
    }

    #[test]
    fn an_address_is_refused_without_being_shown() {
        for url in ["mysql://user:hunter2@localhost/x", "postgres://user:hunter2@localhost:port/x", "hunter2"] {
            let error = Config::parse(&Secret::from(url.to_owned())).expect_err(url);
            assert!(!error.to_string().contains("hunter2"));
        }
        let config = Config::parse(&Secret::from("postgres://u:hunter2@localhost/x".to_owned())).expect("an address");
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    }
}
