//! Every key, in one table.

use super::Kind;

/// One thing that can be set.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The name in the environment.
    pub key: &'static str,
    /// What holds when nothing is set.
    pub default: Fallback,
    /// Whether its value may be shown nowhere; only such a key may also come by `<KEY>_FILE`.
    pub secret: bool,
    /// What it takes, with unit and range.
    pub kind: Kind,
    /// Under which heading it stands.
    pub group: Group,
    /// What it does: one or two sentences.
    pub about: &'static str,
}

/// What holds when a key is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing: what it switches on stays off.
    Unset,
    /// This text, read like any other.
    Is(&'static str),
    /// Something that follows from elsewhere, in words.
    Follows(&'static str),
}

/// A heading of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Where it listens and keeps its files.
    Process,
    /// What is quick and shared.
    Redis,
    /// Who the business is.
    Business,
    /// The CRM.
    Rentguy,
    /// Mail through Postmark.
    Mail,
    /// Signed events, in and out.
    Events,
    /// How deliveries are tried.
    Delivery,
    /// Who may call, and how often.
    Access,
    /// Telling people from programs.
    HumanCheck,
    /// The operator's pages and routes.
    Dashboard,
    /// What is written to the log.
    Log,
}

impl Group {
    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Process => "Process and store",
            Self::Redis => "Redis",
            Self::Business => "Business",
            Self::Rentguy => "RentGuy",
            Self::Mail => "Mail",
            Self::Events => "Signed events",
            Self::Delivery => "Delivery",
            Self::Access => "Access and limits",
            Self::HumanCheck => "Human check",
            Self::Dashboard => "Dashboard",
            Self::Log => "Log",
        }
    }
}

impl Setting {
    /// The setting named `key`.
    pub fn find(key: &str) -> Option<&'static Self> {
        CATALOGUE.iter().find(|setting| setting.key == key)
    }

    const fn new(group: Group, key: &'static str, kind: Kind, default: Fallback, about: &'static str) -> Self {
        Self { key, default, secret: false, kind, group, about }
    }

    const fn secret(group: Group, key: &'static str, kind: Kind, default: Fallback, about: &'static str) -> Self {
        Self { key, default, secret: true, kind, group, about }
    }
}

use Fallback::{Follows, Is, Unset};
use Group::{Access, Business, Dashboard, Delivery, Events, HumanCheck, Log, Mail, Process, Redis, Rentguy};
use Kind::{
    Address, Choice, Database, Filter, Label, Mailbox, Networks, Origins, Pairs, Path, RedisAddress, Region, Secrets,
    Switch, Text, Url, Word, Zone,
};

const MS: Kind = Kind::Number { unit: "ms", min: 1, max: 86_400_000 };
const COUNT: Kind = Kind::Number { unit: "", min: 0, max: 1_000_000 };
const AT_LEAST_ONE: Kind = Kind::Number { unit: "", min: 1, max: 1_000 };

/// Every setting, in the order of its documentation.
pub const CATALOGUE: &[Setting] = &[
    Setting::new(Process, "HOST", Address, Is("127.0.0.1"), "The address to listen on."),
    Setting::new(
        Process,
        "PORT",
        Kind::Number { unit: "", min: 0, max: 65_535 },
        Is("3000"),
        "The port to listen on; 0 takes a free one and says which.",
    ),
    Setting::new(
        Process,
        "DATA_DIR",
        Path,
        Is("./mrdj-data"),
        "Where the SQLite file, the spool and the managed settings lie. Not read from the managed file, which lies in it.",
    ),
    Setting::secret(
        Process,
        "DATABASE_URL",
        Database,
        Follows("`sqlite://<data dir>/mrdj.db`"),
        "The store of record. It may hold a password, so it is never shown. Postgres 15 or newer; beyond this machine its certificate is verified unless the address says `sslmode=disable`.",
    ),
    Setting::new(
        Process,
        "DATABASE_CA_FILE",
        Path,
        Unset,
        "The certificate authority, in PEM, that has signed the certificate of Postgres; without it, those that browsers know.",
    ),
    Setting::new(
        Process,
        "DATABASE_POOL_SIZE",
        Kind::Number { unit: "", min: 2, max: 200 },
        Is("10"),
        "Connections to Postgres that a process holds at most, besides one that commits and three that ring and listen.",
    ),
    Setting::new(
        Process,
        "DATABASE_POOL_MODE",
        Choice(&["session", "transaction"]),
        Is("session"),
        "`transaction` where a pooler such as PgBouncer gives every transaction another connection.",
    ),
    Setting::new(
        Process,
        "MANAGED_ENV_PATH",
        Path,
        Follows("`<data dir>/managed.env`"),
        "The file of settings that the program itself writes. Not read from that file.",
    ),
    Setting::new(
        Process,
        "SHUTDOWN_TIMEOUT_MS",
        MS,
        Is("25000"),
        "After SIGTERM, so long what is in flight may take. A delivery that takes longer is asked about when its lease has run out.",
    ),
    Setting::secret(
        Redis,
        "REDIS_URL",
        RedisAddress,
        Unset,
        "Where processes share limits and wake each other. Without it each keeps to itself; see `redis.md`.",
    ),
    Setting::new(Redis, "REDIS_NAMESPACE", Label, Is("mr-dj"), "What every key begins with."),
    Setting::new(
        Redis,
        "REDIS_ENVIRONMENT",
        Label,
        Is("production"),
        "The second part of every key, so that a trial run beside the real one shares nothing with it.",
    ),
    Setting::new(
        Redis,
        "UPSTASH_REDIS_REST_URL",
        Url,
        Unset,
        "The same over REST, for hosts that open no sockets; `REDIS_URL` goes before it. It cannot wake other processes.",
    ),
    Setting::secret(Redis, "UPSTASH_REDIS_REST_TOKEN", Text, Unset, "The token that may write there."),
    Setting::new(Business, "BUSINESS_NAME", Text, Is("Mister DJ"), "The name that mails are signed with."),
    Setting::new(Business, "BUSINESS_PHONE", Text, Unset, "The phone number as mails print it."),
    Setting::new(
        Business,
        "PHONE_REGION",
        Region,
        Is("NL"),
        "The country a phone number without a country code belongs to.",
    ),
    Setting::new(
        Business,
        "TIME_ZONE",
        Zone,
        Is("Europe/Amsterdam"),
        "The business's civil time: what `today` means, and the day in a reference.",
    ),
    Setting::new(Business, "PUBLIC_BASE_URL", Url, Unset, "Where the site stands; mails link to nothing without it."),
    Setting::new(
        Business,
        "LEAD_SOURCE",
        Word { max: 120 },
        Is("mister-dj-website"),
        "What the CRM is told about where enquiries come from.",
    ),
    Setting::new(
        Rentguy,
        "RENTGUY_API_BASE_URL",
        Url,
        Unset,
        "The full base, version included; `leads` is appended. Without it or without the key, cards wait as *held: not configured*.",
    ),
    Setting::secret(Rentguy, "RENTGUY_API_KEY", Text, Unset, "The bearer token."),
    Setting::new(
        Rentguy,
        "RENTGUY_WORKSPACE_ID",
        Word { max: 100 },
        Is("mr-dj"),
        "The tenant that cards are put into.",
    ),
    Setting::new(Rentguy, "RENTGUY_TIMEOUT_MS", MS, Is("10000"), "So long one call may take."),
    Setting::new(Mail, "MAIL_PROVIDER", Choice(&["postmark"]), Is("postmark"), "Who carries the mail."),
    Setting::secret(
        Mail,
        "MAIL_API_KEY",
        Text,
        Unset,
        "The server token. Without it or without `MAIL_FROM_ADDRESS`, mails wait as *held: not configured*.",
    ),
    Setting::new(Mail, "MAIL_API_BASE_URL", Url, Is("https://api.postmarkapp.com"), "Where the provider answers."),
    Setting::new(
        Mail,
        "MAIL_FROM_ADDRESS",
        Mailbox,
        Unset,
        "The sender: the bare address, as the provider has confirmed it.",
    ),
    Setting::new(Mail, "MAIL_REPLY_TO", Mailbox, Unset, "Where a customer's answer to a confirmation goes."),
    Setting::new(
        Mail,
        "MAIL_INBOX_ADDRESS",
        Mailbox,
        Follows("`MAIL_REPLY_TO`"),
        "Who in the business hears of a new enquiry.",
    ),
    Setting::new(Mail, "MAIL_STREAM", Word { max: 100 }, Is("outbound"), "The provider's message stream."),
    Setting::new(
        Mail,
        "MAIL_HOURLY_LIMIT",
        COUNT,
        Is("200"),
        "So many confirmations leave in an hour, over all; the rest waits. 0 switches it off.",
    ),
    Setting::new(
        Mail,
        "MAIL_LOOKUP_DELAY_MS",
        MS,
        Is("30000"),
        "So long the provider's own search may lag behind: a mail that may have left is looked up no sooner.",
    ),
    Setting::secret(
        Mail,
        "MAIL_WEBHOOK_PASSWORD",
        Text,
        Unset,
        "The password of the provider's calls about bounces and complaints; without it they are refused.",
    ),
    Setting::secret(
        Events,
        "RENTGUY_WEBHOOK_SECRETS",
        Secrets,
        Unset,
        "What RentGuy's events are signed with (`X-MRDJ-Signature`). Without any they are answered with 503.",
    ),
    Setting::secret(
        Events,
        "PERSONALIZATION_WEBHOOK_SECRETS",
        Secrets,
        Unset,
        "Likewise for whoever personalises the site (Standard Webhooks or `X-MRDJ-Signature`).",
    ),
    Setting::secret(
        Events,
        "N8N_WEBHOOK_SECRETS",
        Secrets,
        Unset,
        "Likewise for n8n (Standard Webhooks or `X-MRDJ-Signature`).",
    ),
    Setting::secret(Events, "GITHUB_WEBHOOK_SECRETS", Secrets, Unset, "Likewise for GitHub (`X-Hub-Signature-256`)."),
    Setting::secret(
        Events,
        "EVENT_SUBSCRIBERS",
        Pairs,
        Unset,
        "Who hears what happens here, each by its name and address: `n8n=https://n8n.example.com/webhook/…`. An address may hold a key, so it is never shown.",
    ),
    Setting::secret(
        Events,
        "EVENT_SUBSCRIBER_SECRETS",
        Pairs,
        Unset,
        "What each subscriber's events are signed with: `n8n=whsec_…`. Several under one name all sign, current first.",
    ),
    Setting::new(
        Events,
        "EVENT_SUBSCRIBER_KINDS",
        Pairs,
        Unset,
        "What a subscriber wants to hear: `n8n=booking.created, n8n=lead.*`. One that is not named here hears everything.",
    ),
    Setting::new(
        Events,
        "EVENT_ALLOWED_NETWORKS",
        Networks,
        Unset,
        "Networks of your own in which subscribers may stand, without TLS, too. Everything else that is not on the Internet is not called.",
    ),
    Setting::new(Events, "EVENT_TIMEOUT_MS", MS, Is("10000"), "So long one call to a subscriber may take."),
    Setting::new(
        Delivery,
        "WORKERS",
        Kind::Number { unit: "", min: 0, max: 100 },
        Is("5"),
        "So many mails are under way at once; RentGuy gets one card at a time. 0: `serve` takes enquiries in and carries nothing.",
    ),
    Setting::new(Delivery, "RENTGUY_RETRY_ATTEMPTS", AT_LEAST_ONE, Is("5"), "Tries per card, the first included."),
    Setting::new(Delivery, "RENTGUY_RETRY_DELAY_MS", MS, Is("15000"), "The wait between two tries of a card."),
    Setting::new(Delivery, "MAIL_RETRY_ATTEMPTS", AT_LEAST_ONE, Is("5"), "Tries per mail, the first included."),
    Setting::new(Delivery, "MAIL_RETRY_DELAY_MS", MS, Is("15000"), "The wait between two tries of a mail."),
    Setting::new(
        Delivery,
        "CIRCUIT_FAILURES",
        AT_LEAST_ONE,
        Is("3"),
        "So many outages in a row, and a partner counts as away: its queue is held.",
    ),
    Setting::new(
        Delivery,
        "CIRCUIT_COOLDOWN_MS",
        MS,
        Is("120000"),
        "So long a partner that is away is left alone before one delivery probes it.",
    ),
    Setting::new(
        Delivery,
        "DELIVERY_KEEP_DAYS",
        Kind::Number { unit: "days", min: 0, max: 36_500 },
        Is("90"),
        "So long a delivery that is done is kept, with its history. 0 keeps it for ever.",
    ),
    Setting::new(
        Access,
        "TRUSTED_PROXIES",
        Networks,
        Unset,
        "The proxies in front; only what they say about a caller's address is believed.",
    ),
    Setting::new(
        Access,
        "CORS_ORIGINS",
        Origins,
        Unset,
        "The sites whose pages may call; without any, pages of the same origin only.",
    ),
    Setting::new(
        Access,
        "RATE_LIMIT_MAX",
        COUNT,
        Is("100"),
        "Forms per address in a window, contact and call-back together; other calls are not counted. 0 switches it off.",
    ),
    Setting::new(Access, "RATE_LIMIT_WINDOW_MS", MS, Is("900000"), "That window."),
    Setting::new(
        Access,
        "CONTACT_RATE_LIMIT_MAX",
        COUNT,
        Is("20"),
        "Contact forms per address in a window; each counts towards `RATE_LIMIT_MAX` too. 0 switches it off.",
    ),
    Setting::new(Access, "CONTACT_RATE_LIMIT_WINDOW_MS", MS, Is("600000"), "That window."),
    Setting::secret(
        HumanCheck,
        "HCAPTCHA_SECRET_KEY",
        Text,
        Unset,
        "Switches the check by hCaptcha on: an enquiry that fails it is marked, never refused.",
    ),
    Setting::new(HumanCheck, "HCAPTCHA_BASE_URL", Url, Is("https://api.hcaptcha.com"), "Where hCaptcha answers."),
    Setting::secret(
        HumanCheck,
        "TURNSTILE_SECRET_KEY",
        Text,
        Unset,
        "Switches the check by Cloudflare Turnstile on; not together with hCaptcha.",
    ),
    Setting::new(
        HumanCheck,
        "TURNSTILE_BASE_URL",
        Url,
        Is("https://challenges.cloudflare.com"),
        "Where Turnstile answers.",
    ),
    Setting::new(
        Dashboard,
        "CONFIG_DASHBOARD_ENABLED",
        Switch,
        Is("true"),
        "Whether the operator's pages and routes are served.",
    ),
    Setting::new(Dashboard, "CONFIG_DASHBOARD_USER", Word { max: 100 }, Is("admin"), "The operator's name."),
    Setting::secret(
        Dashboard,
        "CONFIG_DASHBOARD_PASS",
        Text,
        Follows("made on first start, kept in the managed file"),
        "The operator's password. A well-known one is refused where more than this machine can reach the dashboard.",
    ),
    Setting::new(
        Dashboard,
        "CONFIG_DASHBOARD_ALLOWED_IPS",
        Networks,
        Is("127.0.0.0/8, ::1/128"),
        "From where the operator may come.",
    ),
    Setting::new(
        Log,
        "LOG_LEVEL",
        Filter,
        Is("info"),
        "How much is told: `error`, `warn`, `info`, `debug` or `trace`, or one per module as in `info,mrdj_http=debug`.",
    ),
    Setting::new(
        Log,
        "LOG_FORMAT",
        Choice(&["text", "json"]),
        Follows("`text` on a terminal, else `json`"),
        "How a line looks.",
    ),
];
