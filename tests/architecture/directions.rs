//! Who may import whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, sources};

const ENGINE_ROOMS: [&str; 6] = ["auth", "cache", "delivery", "limits", "observability", "webhooks"];
const BUSINESS_ROOMS: [&str; 6] = ["bookings", "contacts", "experiments", "leads", "messages", "partners"];

/// Files of a room that are no values: ports, services, couriers, and the proof.
const NOT_VALUES: [&str; 16] = [
    "mod",
    "ports",
    "service",
    "judging",
    "line",
    "stock",
    "spooling",
    "detour",
    "drain",
    "courier",
    "worker",
    "scheduler",
    "recorder",
    "desk",
    "health",
    "error",
];
/// Files of a business room that use ports.
const SERVICES: [&str; 10] =
    ["service", "desk", "judging", "line", "stock", "spooling", "detour", "drain", "courier", "recorder"];

/// Values that name a port, and why they may.
const VALUES_THAT_MAY: [(&str, &str, &str); 1] = [(
    "mrdj-core/src/leads/enquiry.rs",
    "PhoneNormalizer",
    "a numbering plan answers at once and always the same, so that parsing with one stays pure",
)];

/// Services and couriers that name another business room's port, and why they may.
const NEIGHBOURS: [(&str, &str, &str); 10] = [
    ("mrdj-core/src/bookings/service.rs", "HumanCheck", "a wish is judged as an enquiry is"),
    ("mrdj-core/src/bookings/service.rs", "PhoneNormalizer", "it hands the numbering plan to the parser of forms"),
    ("mrdj-core/src/leads/service.rs", "PhoneNormalizer", "it hands the numbering plan to the parser of forms"),
    (
        "mrdj-core/src/messages/bookings/courier.rs",
        "BookingBook",
        "a delivery holds ids; what is sent is read when it is sent",
    ),
    ("mrdj-core/src/messages/courier.rs", "BookingBook", "a delivery holds ids; what is sent is read when it is sent"),
    ("mrdj-core/src/messages/courier.rs", "LeadBook", "a delivery holds ids; what is sent is read when it is sent"),
    ("mrdj-core/src/partners/courier.rs", "BookingBook", "a delivery holds ids; what is sent is read when it is sent"),
    ("mrdj-core/src/partners/courier.rs", "LeadBook", "a delivery holds ids; what is sent is read when it is sent"),
    ("mrdj-core/src/partners/service.rs", "BookingBook", "a partner may mean one of ours by its reference"),
    ("mrdj-core/src/partners/service.rs", "LeadBook", "a partner may mean one of ours by its reference"),
];

/// What each folder of the adapters may reach besides what all may: drivers, and folders made to be shared.
const FOLDERS: [(&str, &[&str], &[&str]); 14] = [
    ("captcha", &["axum", "serde_json", "tokio", "url"], &["outbound", "sandbox"]),
    ("layers", &[], &[]),
    ("memory", &[], &[]),
    ("outbound", &["reqwest", "serde_json", "tokio", "url"], &[]),
    ("phone", &["rlibphonenumber"], &[]),
    ("postgres", &["serde_json", "sqlx", "tokio"], &[]),
    ("postmark", &["axum", "serde_json", "tokio", "url"], &["outbound", "sandbox"]),
    ("redis", &["fred", "tokio", "url"], &[]),
    ("rentguy", &["axum", "serde_json", "tokio", "url"], &["outbound", "sandbox"]),
    ("sandbox", &["axum", "serde_json", "tokio"], &[]),
    ("sqlite", &["serde_json", "sqlx", "tokio"], &[]),
    ("subscriber", &["axum", "url"], &["outbound", "sandbox"]),
    ("system", &["rand", "tokio"], &[]),
    // The same Redis by another way.
    ("upstash", &["axum", "serde_json"], &["outbound", "redis", "sandbox"]),
];

/// Crates that belong to one technology.
const DRIVERS: [&str; 15] = [
    "axum",
    "fred",
    "hyper",
    "lettre",
    "metrics",
    "rand",
    "redis",
    "reqwest",
    "rlibphonenumber",
    "serde_json",
    "sqlx",
    "tokio",
    "tower",
    "url",
    "utoipa",
];

/// The traits that the core's `ports.rs`, `store.rs` and `idempotency.rs` declare, each with its room.
fn ports() -> BTreeMap<String, String> {
    let declares = |source: &Source| {
        let room = room(source);
        let traits = source.code();
        let names = traits.lines().filter_map(|line| line.strip_prefix("pub trait "));
        names.map(|line| (line.split([':', ' ', '<']).next().unwrap_or_default().to_owned(), room.clone())).collect()
    };
    let files = sources("mrdj-core/src");
    let declaring =
        |path: &str| ["ports.rs", "src/store.rs", "src/idempotency.rs"].iter().any(|end| path.ends_with(end));
    files.iter().filter(|source| declaring(&source.path)).flat_map(|source| -> Vec<_> { declares(source) }).collect()
}

/// The room of a file in the core: its first folder, or the file itself.
fn room(source: &Source) -> String {
    let (_, path) = source.path.split_once("/src/").expect("a source lies below src");
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned()
}

fn stem(source: &Source) -> &str {
    source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn is_proof(source: &Source) -> bool {
    stem(source).starts_with("contract") || room(source) == "contract"
}

/// The last part of a path.
fn name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or_default()
}

/// The files of the core's rooms, without the proof.
fn rooms() -> Vec<Source> {
    let in_a_room =
        |source: &Source| [&ENGINE_ROOMS[..], &BUSINESS_ROOMS[..]].iter().any(|rooms| rooms.contains(&&*room(source)));
    sources("mrdj-core/src").into_iter().filter(|source| in_a_room(source) && !is_proof(source)).collect()
}

/// Fails when `seen` holds what `allowed` does not name, or `allowed` names what was not seen.
fn hold(rule: &str, seen: Vec<(String, String)>, allowed: &[(&str, &str, &str)]) {
    let seen: BTreeSet<_> = seen.into_iter().collect();
    let allowed: BTreeSet<_> = allowed.iter().map(|(path, what, _)| ((*path).to_owned(), (*what).to_owned())).collect();
    let broken: Vec<_> = seen.difference(&allowed).collect();
    let stale: Vec<_> = allowed.difference(&seen).collect();
    assert!(
        broken.is_empty() && stale.is_empty(),
        "{rule}\nbroken by: {broken:#?}\nexceptions nobody needs: {stale:#?}"
    );
}

#[test]
fn values_name_no_port_and_no_service() {
    let ports = ports();
    assert!(ports.len() > 10, "the ports are no longer where this test looks: {ports:?}");
    let services =
        ["Intake", "ReadThrough", "Listener", "Worker", "Scheduler", "Desk", "Health", "MailCourier", "CrmCourier"];
    let mut seen = Vec::new();
    for source in rooms().iter().filter(|source| !NOT_VALUES.contains(&stem(source))) {
        for path in source.uses() {
            let name = name(&path);
            if path.starts_with("crate::") && (ports.contains_key(name) || services.contains(&name) || name == "*") {
                seen.push((source.path.clone(), name.to_owned()));
            }
        }
    }
    hold("values and rules are pure", seen, &VALUES_THAT_MAY);
}

#[test]
fn services_use_their_own_ports_the_store_and_engines() {
    let ports = ports();
    let mut seen = Vec::new();
    for source in rooms().iter().filter(|source| SERVICES.contains(&stem(source))) {
        for path in source.uses().iter().filter(|path| path.starts_with("crate::")) {
            let owner = ports.get(name(path)).filter(|owner| **owner != room(source));
            if owner.is_some_and(|owner| BUSINESS_ROOMS.contains(&owner.as_str())) {
                seen.push((source.path.clone(), name(path).to_owned()));
            }
        }
    }
    hold("a business room leaves another's ports alone", seen, &NEIGHBOURS);
}

#[test]
fn engines_know_no_business() {
    let mut seen = Vec::new();
    for source in rooms().iter().filter(|source| ENGINE_ROOMS.contains(&&*room(source))) {
        let business = |path: &str| BUSINESS_ROOMS.iter().any(|room| path.contains(&format!("crate::{room}")));
        let reached = source.uses().into_iter().chain(words(&source.code()));
        seen.extend(reached.filter(|path| business(path)).map(|path| (source.path.clone(), path)));
    }
    hold("delivery does not know what a lead is", seen, &[]);
}

#[test]
fn every_room_is_an_engine_or_a_business() {
    let beside = ["contract"];
    let folders: BTreeSet<_> =
        sources("mrdj-core/src").iter().filter(|source| stem(source) == "mod").map(room).collect();
    let known = ENGINE_ROOMS.iter().chain(&BUSINESS_ROOMS).chain(&beside).map(|room| (*room).to_owned()).collect();
    assert_eq!(folders, known, "a new room is named here, so that the other guards see it");
}

#[test]
fn adapters_keep_to_their_own_folder_and_drivers() {
    let mut seen = Vec::new();
    for source in sources("mrdj-adapters/src").iter().filter(|source| room(source) != "lib") {
        let room = room(source);
        let (_, drivers, folders) =
            FOLDERS.iter().find(|(folder, ..)| *folder == room).expect("every folder is listed");
        for path in words(&source.code()) {
            let mut parts = path.split("::");
            let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let foreign = first == "crate" && second != room && !folders.contains(&second);
            if foreign || (DRIVERS.contains(&first) && !drivers.contains(&first)) {
                seen.push((source.path.clone(), path));
            }
        }
    }
    hold("an adapter reaches its own driver, and no other adapter", seen, &[]);
}

/// Every path of the form `a::b…` in `code`.
fn words(code: &str) -> Vec<String> {
    let words = code.split(|sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == ':'));
    words.filter(|word| word.contains("::")).map(|word| word.trim_matches(':').to_owned()).collect()
}

#[test]
fn only_the_composition_names_adapters() {
    // Settings are the composition's first half: they parse into what adapters take, behind the same feature.
    let composing = ["mrdj-http/src/composition/", "mrdj-http/src/settings/", "mrdj-http/src/bin/"];
    let composes = |path: &str| composing.iter().any(|place| path.starts_with(place));
    let mut seen = Vec::new();
    for source in sources("mrdj-http/src").iter().filter(|source| !composes(&source.path)) {
        let named = words(&source.code()).into_iter().filter(|word| word.starts_with("mrdj_adapters"));
        seen.extend(named.map(|word| (source.path.clone(), word)));
    }
    hold("a route translates, and knows no adapter", seen, &[]);
}

#[test]
fn the_core_names_no_driver() {
    let pure = ["serde_json"];
    let mut seen = Vec::new();
    for source in sources("mrdj-core/src") {
        let drivers = words(&source.code()).into_iter().filter(|word| {
            let first = word.split("::").next().unwrap_or_default();
            first.starts_with("mrdj_") || (DRIVERS.contains(&first) && !pure.contains(&first))
        });
        seen.extend(drivers.map(|word| (source.path.clone(), word)));
    }
    hold("the core runs on nothing", seen, &[]);
}
