//! From text to type: one function for each kind of value.
//!
//! What is wrong is told with the text, except where that may hold a password.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use ipnet::IpNet;
use jiff::tz::TimeZone;
use mrdj_adapters::outbound::BaseUrl;
use mrdj_adapters::redis::{RedisUrl, Space};
use mrdj_core::contacts::EmailAddress;
use mrdj_core::experiments::Flag;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

use super::database::{Place, server};
use super::reader::{Read, not};
use super::{Kind, Setting};

/// Where a web page comes from, spelled as a browser does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The text of the header `Origin`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(super) fn text(text: &str) -> Read<String> {
    Ok(text.to_owned())
}

pub(super) fn line(text: &str) -> Read<String> {
    if text.chars().any(char::is_control) { Err("holds a control character".to_owned()) } else { Ok(text.to_owned()) }
}

pub(super) fn choice(key: &str, text: &str) -> Read<&'static str> {
    let kind = Setting::find(key).map_or(Kind::Text, |setting| setting.kind);
    let Kind::Choice(words) = kind else { return Err(not(text, kind)) };
    words.iter().copied().find(|word| word.eq_ignore_ascii_case(text)).ok_or_else(|| not(text, kind))
}

pub(super) fn switch(text: &str) -> Read<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(not(text, Kind::Switch)),
    }
}

pub(super) fn address(text: &str) -> Read<IpAddr> {
    match text {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        _ => text.parse().map_err(|_| not(text, Kind::Address)),
    }
}

/// The path is taken as it stands; what is wrong is told without the value, which may hold a password.
pub(super) fn database(text: &str) -> Read<Place> {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    if matches!(scheme, "postgres" | "postgresql") {
        return server(text);
    }
    match text.strip_prefix("sqlite://") {
        None | Some("") => Err(format!("is not {}", Kind::Database)),
        Some(path) if path.contains('?') => Err("holds parameters; give the path alone".to_owned()),
        Some(path) if path.ends_with('/') || path.contains(":memory:") => Err("does not name a file".to_owned()),
        Some(path) => Ok(Place::File(PathBuf::from(path))),
    }
}

/// What is wrong is told without the value, which may hold a password.
pub(super) fn redis_url(text: &str) -> Read<RedisUrl> {
    text.parse().map_err(|invalid| format!("{invalid}"))
}

pub(super) fn label(text: &str) -> Read<String> {
    Space::word(text).map_err(|_| not(text, Kind::Label))
}

pub(super) fn zone(text: &str) -> Read<TimeZone> {
    TimeZone::get(text).map_err(|_| not(text, Kind::Zone))
}

/// An address may hold a password where none belongs, so what is wrong is told without it.
pub(super) fn base_url(text: &str) -> Read<BaseUrl> {
    text.parse().map_err(|invalid| format!("{invalid}"))
}

pub(super) fn mailbox(text: &str) -> Read<EmailAddress> {
    EmailAddress::parse(text).map_err(|_| format!("{}; give the bare address", not(text, Kind::Mailbox)))
}

pub(super) fn region(text: &str) -> Read<String> {
    let sound = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if sound { Ok(text.to_ascii_uppercase()) } else { Err(not(text, Kind::Region)) }
}

fn list<T>(text: &str, read: impl Fn(&str) -> Read<T>) -> Read<Vec<T>> {
    text.split([',', ' ', '\n']).filter(|part| !part.is_empty()).map(read).collect()
}

pub(super) fn networks(text: &str) -> Read<Vec<IpNet>> {
    list(text, |part| {
        let network = part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
        network.map_err(|_| format!("{part:?} is not a network, like 10.0.0.0/8"))
    })
}

pub(super) fn origins(text: &str) -> Read<Vec<Origin>> {
    list(text, |part| {
        let base: BaseUrl = part.parse().map_err(|invalid| format!("an origin {invalid}"))?;
        if base.path().is_empty() {
            Ok(Origin(base.at_origin("").origin().ascii_serialization()))
        } else {
            Err(format!("{part:?} is not an origin: it ends with the host or the port"))
        }
    })
}

pub(super) fn flags(text: &str) -> Read<Vec<Flag>> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let read = |pair: &str| {
        let (name, value) = pair.split_once('=').ok_or_else(|| not(text, Kind::Pairs))?;
        Flag::parse(name.trim(), value).map_err(|invalid| format!("{pair:?} is no flag: {invalid}"))
    };
    let flags: Vec<Flag> = pairs.map(read).collect::<Read<_>>()?;
    let twice = flags.iter().enumerate().find(|(nr, flag)| flags[..*nr].iter().any(|known| known.name == flag.name));
    match twice {
        Some((_, flag)) => Err(format!("names {:?} twice", flag.name)),
        None => Ok(flags),
    }
}

pub(super) fn filter(text: &str) -> Read<String> {
    let known = EnvFilter::builder().parse(text).map(|_| text.to_owned());
    // A bare word would be taken for the name of a module, all of whose lines are wanted.
    let bare = text.split(',').any(|part| !part.contains('=') && part.parse::<LevelFilter>().is_err());
    known.ok().filter(|_| !bare).ok_or_else(|| not(text, Kind::Filter))
}
