//! Where the store of record is.

use std::path::PathBuf;

use mrdj_adapters::postgres::{Config, PoolMode};
use mrdj_core::secret::Secret;

use super::reader::Reader;
use super::texts::{choice, database, line};

/// Where the store of record is.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file of SQLite.
    File(PathBuf),
    /// A server of Postgres.
    Server(Box<Server>),
}

/// How to reach Postgres.
#[derive(Clone, Debug)]
pub struct Server {
    config: Config,
    authority: Option<PathBuf>,
}

/// The certificate authority cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the file of DATABASE_CA_FILE cannot be read: {0}")]
pub struct UnreadableAuthority(#[from] std::io::Error);

impl Server {
    /// What the adapter takes; a certificate authority that cannot be read is told now and not at the first connection.
    pub fn config(&self) -> Result<Config, UnreadableAuthority> {
        let Some(authority) = &self.authority else { return Ok(self.config.clone()) };
        Ok(self.config.clone().trusting(authority)?)
    }
}

impl Database {
    /// The file, if it is one.
    pub fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>, default: PathBuf) -> Self {
        let connections = reader.count("DATABASE_POOL_SIZE");
        let mode = match reader.value("DATABASE_POOL_MODE", |text| choice("DATABASE_POOL_MODE", text)) {
            "transaction" => PoolMode::Transaction,
            _ => PoolMode::Session,
        };
        let authority = reader.given("DATABASE_CA_FILE", line).map(PathBuf::from);
        match reader.given("DATABASE_URL", database) {
            None => Self::File(default),
            Some(Place::File(path)) => Self::File(path),
            Some(Place::Server(config)) => {
                let config = config.connections(connections).mode(mode);
                Self::Server(Box::new(Server { config, authority }))
            }
        }
    }
}

/// What `DATABASE_URL` names.
pub(super) enum Place {
    File(PathBuf),
    Server(Box<Config>),
}

/// Reads an address of Postgres; what is wrong is told without it.
pub(super) fn server(url: &str) -> Result<Place, String> {
    Config::parse(&Secret::from(url.to_owned()))
        .map(|config| Place::Server(Box::new(config)))
        .map_err(|invalid| format!("is {invalid}"))
}
