//! The spool of the house: opened at the start, looked at, drained.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use jiff::Timestamp;
use mrdj_adapters::sqlite::{Config as SqliteConfig, SqliteSpool};
use mrdj_adapters::system::ProcessBell;
use mrdj_core::delivery::Bell;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::leads::{Detour, Drained, Intake, Spool, SpoolFigures};
use mrdj_core::observability::{Condition, Finding, Probe};
use tokio::sync::watch;
use tokio::time::sleep;
use tracing::{error, info, warn};

use super::record::make_directory;
use crate::settings::Settings;

/// Its file within the data directory.
const FILE: &str = "spool.db";
/// How long a store that is away is left alone.
const REST: Duration = Duration::from_secs(1);
/// How often an empty spool is looked at, in case another process left something there: the net under the bell.
const NET: Duration = Duration::from_secs(15);

/// The spool, or why there is none.
#[derive(Clone)]
pub(super) struct HouseSpool(Result<Opened, String>);

#[derive(Clone)]
struct Opened {
    spool: SqliteSpool,
    detour: Arc<Detour>,
    bell: Arc<ProcessBell>,
}

impl HouseSpool {
    /// Opens the file in the data directory. One that cannot be opened is told, and costs nothing while the store is there.
    pub(super) async fn open(settings: &Settings) -> Self {
        let path = settings.data_dir.join(FILE);
        let opened = match make_directory(&settings.data_dir) {
            Ok(()) => SqliteSpool::open(&SqliteConfig::at(path)).await.map_err(|error| error.summary),
            Err(cause) => {
                warn!("the directory {} cannot be made: {cause}", settings.data_dir.display());
                Err("its directory cannot be made".to_owned())
            }
        };
        let opened = opened.inspect_err(|why| {
            warn!("the spool cannot be opened, so that enquiries are refused while the store is away: {why}");
        });
        Self(opened.map(|spool| {
            let bell = Arc::new(ProcessBell::default());
            let detour = Arc::new(Detour::new(Arc::new(spool.clone()), bell.clone()));
            Opened { spool, detour, bell }
        }))
    }

    /// The way there.
    pub(super) fn detour(&self) -> Option<Arc<Detour>> {
        self.0.as_ref().ok().map(|opened| opened.detour.clone())
    }

    /// What brings into the store what `intake` put there.
    pub(super) fn drain(&self, intake: Intake) -> Option<Drain> {
        let Opened { spool, bell, .. } = self.0.as_ref().ok()?.clone();
        Some(Drain { intake, spool, bell })
    }
}

#[async_trait]
impl Probe for HouseSpool {
    fn name(&self) -> &'static str {
        "spool"
    }

    fn required(&self) -> bool {
        // While the store is there, nothing goes to the spool.
        false
    }

    async fn look(&self, _: Timestamp) -> Finding {
        let looked = match &self.0 {
            Ok(opened) => opened.spool.figures().await.map_err(|error| format!("it cannot be read: {}", error.summary)),
            Err(why) => Err(format!("it cannot be opened: {why}")),
        };
        match looked {
            Ok(figures) if figures.waiting == 0 => Finding { condition: Condition::Up, note: String::new() },
            Ok(figures) => Finding { condition: Condition::Degraded, note: note(&figures) },
            Err(note) => Finding { condition: Condition::Degraded, note },
        }
    }
}

fn note(figures: &SpoolFigures) -> String {
    let SpoolFigures { waiting, since, aside, first_aside } = figures;
    let since = since.map(|since| format!(", the first since {since}")).unwrap_or_default();
    let refused = first_aside.as_ref().map(|(id, why)| format!("; {aside} set aside, the first is {id}: {why}"));
    format!("{waiting} enquiries wait for the store{since}{}", refused.unwrap_or_default())
}

/// Brings what was spooled into the store, until it is told to stop.
pub(super) struct Drain {
    intake: Intake,
    spool: SqliteSpool,
    bell: Arc<ProcessBell>,
}

impl Drain {
    /// Takes turns: one after the other while there is something to bring, then at the bell.
    pub(super) async fn run(self, mut stopped: watch::Receiver<bool>) {
        while !*stopped.borrow() {
            match self.turn().await {
                Ok(Drained { stopped: None, brought: 0, aside: 0 }) => {
                    tokio::select! {
                        () = self.bell.wait() => {}
                        () = sleep(NET) => {}
                        Ok(()) = stopped.changed() => {}
                    }
                }
                Ok(Drained { stopped: None, brought, .. }) => info!(brought, "{brought} enquiries left the spool"),
                // Not at the bell: it rings for every visitor, and the store would be tried as often.
                Ok(_) | Err(_) => {
                    tokio::select! {
                        () = sleep(REST) => {}
                        Ok(()) = stopped.changed() => {}
                    }
                }
            }
        }
        self.spool.close().await;
    }

    /// A turn that panics is over like any other: a spool that nobody drains would only grow.
    async fn turn(&self) -> Result<Drained, PortError> {
        let drained = AssertUnwindSafe(self.intake.drain()).catch_unwind().await;
        let drained = drained
            .unwrap_or_else(|_| Err(PortError::new(ErrorKind::Failed, "drain", "take a turn", "the turn panicked")));
        drained
            .inspect_err(|error| error!(error = %error, cause = ?error.cause, "the spool cannot be drained: {error}"))
    }
}
