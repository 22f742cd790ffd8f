//! What can be set: one catalogue, read from the environment into types.
//!
//! [`CATALOGUE`] is the single source of truth: what a key means, its default and what it takes. [`Settings::parse`] reads
//! it from [`Sources`], which are maps, so that nothing here but [`Sources::of_process`] knows the process. All faults
//! come back at once and none of them shows a secret. `docs/configuration.md` and `mrdj check-config` are written from the
//! same table.
//!
//! Strongest first: the process's environment, the managed file, `.env` where the caller asks for it. A key that is set
//! to nothing counts as not set. A secret may also stand in a file that `<KEY>_FILE` names.

mod catalogue;
mod database;
mod dotenv;
mod fault;
mod kind;
mod managed;
mod markdown;
mod operator;
mod parsed;
mod reader;
mod report;
mod setting;
mod sources;
mod stray;
mod texts;
mod webhooks;

pub use catalogue::CATALOGUE;
pub use database::{Database, Server, UnreadableAuthority};
pub use dotenv::{InvalidFile, parse_dotenv, quote};
pub use fault::{Fault, Faults};
pub use kind::Kind;
pub use managed::ManagedFile;
pub use markdown::render_markdown;
pub use operator::{MadePassword, ensure_link_secret, ensure_operator_password};
pub use parsed::{
    Business, CrmBookings, CrmLogin, Dashboard, HumanCheck, HumanCheckProvider, Limits, Log, LogFormat, Mail, RedisWay,
    Rentguy, Settings, SharedRedis,
};
pub use report::report;
pub use setting::{Fallback, Group, Setting};
pub use sources::{FileReader, Source, Sources};
pub use stray::{Stray, strays};
pub use texts::Origin;
pub use webhooks::{Senders, SubscriberSettings, Subscribers};
