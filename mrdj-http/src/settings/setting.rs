//! One thing that can be set.

use super::{CATALOGUE, Kind};

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

    pub(super) const fn new(
        group: Group,
        key: &'static str,
        kind: Kind,
        default: Fallback,
        about: &'static str,
    ) -> Self {
        Self { key, default, secret: false, kind, group, about }
    }

    pub(super) const fn secret(
        group: Group,
        key: &'static str,
        kind: Kind,
        default: Fallback,
        about: &'static str,
    ) -> Self {
        Self { key, default, secret: true, kind, group, about }
    }
}
