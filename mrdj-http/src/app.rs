//! What a router needs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::auth::SessionStore;
use mrdj_core::bookings::{Bookings, LinkSigner};
use mrdj_core::chance::Chance;
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{Desk, QueueName};
use mrdj_core::experiments::funnel::Funnel;
use mrdj_core::experiments::{Cookieless, Experiments, ExposureRecorder};
use mrdj_core::leads::Intake;
use mrdj_core::limits::{Limit, Limiter};
use mrdj_core::messages::PostOffice;
use mrdj_core::partners::Listener;

use crate::calendar::CalendarDoor;
use crate::lookout::Lookout;
use crate::operators::Operators;
use crate::personalizer::Personalizer;
use crate::routes::{SignedDoors, WebhookDoor};
use crate::variants::Variants;

/// Writes out the process's figures in Prometheus' text format.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// What a router needs: services that decide, ports that routes ask directly, and rules.
#[derive(Clone)]
pub struct App {
    /// Takes enquiries in and shows them to operators.
    pub intake: Intake,
    /// Makes bookings and sees them through.
    pub bookings: Bookings,
    /// Knows the links under which clients find their bookings.
    pub links: Arc<LinkSigner>,
    /// Keeps what visitors chose so far.
    pub sessions: Arc<dyn SessionStore>,
    /// Shows and steers queues.
    pub desk: Desk,
    /// Counts requests and wrong passwords.
    pub limiter: Arc<dyn Limiter>,
    /// Hears of mailboxes that bounce or complain.
    pub post_office: Arc<dyn PostOffice>,
    /// What health reports look at.
    pub lookout: Lookout,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes the ids of requests.
    pub chance: Arc<dyn Chance>,
    /// Who may see the operator's routes.
    pub operators: Operators,
    /// Where Postmark reports; `None` leaves that route out of use.
    pub postmark: Option<WebhookDoor>,
    /// Who may read the crew's calendar; `None` leaves that route out of use.
    pub calendar: Option<CalendarDoor>,
    /// Hears what partners say, and shows it to operators.
    pub listener: Listener,
    /// Which partners may say something, and how they sign it.
    pub doors: SignedDoors,
    /// Chooses what a visitor is shown.
    pub personalizer: Personalizer,
    /// Makes experiments, sees them through, and knows what was counted of them.
    pub experiments: Experiments,
    /// Decides who sees which variant.
    pub variants: Variants,
    /// Takes down who saw which.
    pub exposures: ExposureRecorder,
    /// Tells visitors apart for a day who are not to be known again.
    pub cookieless: Arc<Cookieless>,
    /// Takes in what pages tell of their steps.
    pub funnel: Funnel,
    /// The CRM whose state `/integrations/rentguy/status` shows.
    pub rentguy: CrmView,
    /// Writes out the process's figures.
    pub metrics: RenderMetrics,
    /// What the router holds visitors and itself to.
    pub rules: Rules,
}

/// Which queue leads to the CRM, and which of its workspaces.
#[derive(Clone, Debug)]
pub struct CrmView {
    /// The queue of its deliveries.
    pub queue: QueueName,
    /// The workspace, as the CRM calls it.
    pub workspace: String,
}

/// What the router holds visitors and itself to.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How many forms of any kind one address may send.
    pub general: Limit,
    /// How many contact forms among them.
    pub contact: Limit,
    /// How many wrongly signed events one address may send.
    pub wrong_signatures: Limit,
    /// How often one address may ask for variants and tell of them.
    pub views: Limit,
    /// Whose forwarded addresses are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Sites, exactly as a browser names them, that may read our answers; none means our own alone.
    pub cors_origins: Vec<HeaderValue>,
    /// The largest body that is read, in bytes.
    pub max_body_bytes: usize,
    /// How long an answer may take.
    pub request_timeout: Duration,
    /// The path under which the router is nested, as the OpenAPI document tells it; empty at the root.
    pub mounted_at: String,
    /// The stand-ins in use, by the partner whose place they take.
    pub stand_ins: Vec<String>,
    /// What the business is called, on pages for its clients.
    pub business: String,
    /// The version that health reports name.
    pub version: String,
    /// When the process started.
    pub started_at: Timestamp,
}

impl Rules {
    /// 100 forms in 15 minutes, 20 contact forms among them in 10, 20 wrong signatures in one, 2,000 page views in 15, bodies of 1 MB, 15 s per answer, no proxy, no other site.
    pub fn new(started_at: Timestamp) -> Self {
        Self {
            general: Limit { max: 100, window: SignedDuration::from_mins(15) },
            contact: Limit { max: 20, window: SignedDuration::from_mins(10) },
            wrong_signatures: Limit { max: 20, window: SignedDuration::from_mins(1) },
            views: Limit { max: 2_000, window: SignedDuration::from_mins(15) },
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            max_body_bytes: 1_000_000,
            request_timeout: Duration::from_secs(15),
            mounted_at: String::new(),
            stand_ins: Vec::new(),
            business: "Mister DJ".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at,
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// The state that handlers share.
pub(crate) type Shared = Arc<App>;
