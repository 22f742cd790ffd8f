//! Signed events: who may send them to us, and who hears ours.

use ipnet::IpNet;
use jiff::SignedDuration;
use mrdj_adapters::subscriber::HookUrl;
use mrdj_core::secret::Secret;
use mrdj_core::webhooks::{PartnerName, SigningKey};

use super::reader::Reader;
use super::texts::{line, networks};

/// The secrets of those who may send us events, current first; who has none is refused.
#[derive(Clone, Debug)]
pub struct Senders {
    /// RentGuy.
    pub rentguy: Vec<Secret>,
    /// Whoever personalises the site.
    pub personalization: Vec<Secret>,
    /// n8n.
    pub n8n: Vec<Secret>,
    /// GitHub.
    pub github: Vec<Secret>,
}

/// Those who hear what happens here.
#[derive(Clone, Debug)]
pub struct Subscribers {
    /// Each of them.
    pub list: Vec<SubscriberSettings>,
    /// Networks of our own that may be called.
    pub allowed_networks: Vec<IpNet>,
    /// How long one call may take.
    pub timeout: SignedDuration,
}

/// One who hears what happens here.
#[derive(Clone, Debug)]
pub struct SubscriberSettings {
    /// Its name.
    pub name: PartnerName,
    /// Where it is.
    pub url: HookUrl,
    /// What its events are signed with, current first; at least one.
    pub secrets: Vec<Secret>,
    /// What it wants to hear; with nothing named, everything.
    pub kinds: Vec<String>,
}

const SUBSCRIBERS: &str = "EVENT_SUBSCRIBERS";
const SECRETS: &str = "EVENT_SUBSCRIBER_SECRETS";
const KINDS: &str = "EVENT_SUBSCRIBER_KINDS";

pub(super) fn senders(reader: &mut Reader<'_>) -> Senders {
    Senders {
        rentguy: secrets(reader, "RENTGUY_WEBHOOK_SECRETS"),
        personalization: secrets(reader, "PERSONALIZATION_WEBHOOK_SECRETS"),
        n8n: secrets(reader, "N8N_WEBHOOK_SECRETS"),
        github: secrets(reader, "GITHUB_WEBHOOK_SECRETS"),
    }
}

fn secrets(reader: &mut Reader<'_>, key: &str) -> Vec<Secret> {
    let secrets = reader.secret(key).map(|list| parts(list.reveal())).unwrap_or_default();
    let secrets: Vec<_> = secrets.into_iter().map(Secret::from).collect();
    for secret in &secrets {
        check(reader, key, secret);
    }
    secrets
}

/// What stands between the commas.
fn parts(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn check(reader: &mut Reader<'_>, key: &str, secret: &Secret) {
    if let Err(invalid) = SigningKey::standard(secret) {
        reader.fault(key, format!("cannot be used: {invalid}"));
    }
}

pub(super) fn subscribers(reader: &mut Reader<'_>) -> Subscribers {
    let (addresses, secrets, kinds) = (hidden(reader, SUBSCRIBERS), hidden(reader, SECRETS), kinds(reader));
    let mut list: Vec<SubscriberSettings> = Vec::new();
    for (name, address) in addresses {
        let url = match address.parse() {
            Ok(url) => url,
            Err(invalid) => {
                reader.fault(SUBSCRIBERS, format!("the address of {name} {invalid}"));
                continue;
            }
        };
        if list.iter().any(|known| known.name == name) {
            reader.fault(SUBSCRIBERS, format!("names {name} twice"));
        }
        let own = |pairs: &[(PartnerName, String)]| -> Vec<String> {
            pairs.iter().filter(|(of, _)| *of == name).map(|(_, value)| value.clone()).collect()
        };
        let secrets: Vec<_> = own(&secrets).into_iter().map(Secret::from).collect();
        if secrets.is_empty() {
            reader.fault(SECRETS, format!("holds none for {name}, whose events could not be signed"));
        }
        list.push(SubscriberSettings { kinds: own(&kinds), name, url, secrets });
    }
    for (key, pairs) in [(SECRETS, &secrets), (KINDS, &kinds)] {
        for (name, _) in pairs.iter().filter(|(name, _)| !list.iter().any(|known| known.name == *name)) {
            reader.fault(key, format!("names {name}, whom {SUBSCRIBERS} does not"));
        }
    }
    for secret in list.iter().flat_map(|known| &known.secrets) {
        check(reader, SECRETS, secret);
    }
    Subscribers {
        list,
        allowed_networks: reader.given("EVENT_ALLOWED_NETWORKS", networks).unwrap_or_default(),
        timeout: reader.millis("EVENT_TIMEOUT_MS"),
    }
}

/// Pairs that are shown nowhere.
fn hidden(reader: &mut Reader<'_>, key: &str) -> Vec<(PartnerName, String)> {
    let list = reader.secret(key);
    list.map(|list| pairs(reader, key, list.reveal())).unwrap_or_default()
}

/// A list like `name=value, name=value`, told without its values when it is wrong.
fn pairs(reader: &mut Reader<'_>, key: &str, list: &str) -> Vec<(PartnerName, String)> {
    let read = |part: &String| {
        let (name, value) = part.split_once('=')?;
        Some((PartnerName::parse(name.trim()).ok()?, value.trim().to_owned()))
    };
    let list = parts(list);
    let pairs: Vec<_> = list.iter().filter_map(read).collect();
    if pairs.len() < list.len() {
        reader
            .fault(key, "is not a list like name=value, name=value; a name has lower-case letters, digits and hyphens");
    }
    pairs
}

fn kinds(reader: &mut Reader<'_>) -> Vec<(PartnerName, String)> {
    let known = |kind: &str| kind == "*" || kind.starts_with("lead.") || kind.starts_with("booking.");
    let list = reader.given(KINDS, line).unwrap_or_default();
    let kinds = pairs(reader, KINDS, &list);
    for (_, kind) in kinds.iter().filter(|(_, kind)| !known(kind)) {
        reader.fault(KINDS, format!("{kind:?} is no kind of event, like booking.created or lead.*"));
    }
    kinds
}
