//! Each promise in the documentation of a port has one case of its name, and no case proves what nobody promised.

use std::fs;
use std::path::{Path, PathBuf};

use mrdj_core::contract::Case;
use mrdj_core::{
    auth, bookings, cache, contacts, contract, delivery, experiments, leads, limits, messages, partners, webhooks,
};

/// The names of every list of cases.
fn cases() -> Vec<String> {
    [
        names(contract::store::CASES),
        names(contract::idempotency::CASES),
        names(leads::contract::CASES),
        names(leads::contract_spool::CASES),
        names(contacts::contract::CASES),
        names(contacts::contract_phone::PHONE_CASES),
        names(delivery::contract::CASES),
        names(delivery::contract_desk::CASES),
        names(delivery::contract_schedules::CASES),
        names(bookings::contract::CASES),
        names(bookings::contract_book::CASES),
        names(bookings::contract_calendar::CASES),
        names(messages::contract::MAILER_CASES),
        names(messages::contract_post_office::CASES),
        names(partners::contract::CASES),
        names(partners::contract_bookings::BOOKING_CASES),
        names(partners::contract_bookings::WATCH_CASES),
        names(partners::contract_news::CASES),
        names(experiments::contract::CASES),
        names(experiments::contract_figures::CASES),
        names(experiments::funnel::contract::CASES),
        names(limits::contract::CASES),
        names(cache::contract::CASES),
        names(auth::contract::CASES),
        names(webhooks::contract::CASES),
        names(webhooks::contract_events::CASES),
    ]
    .concat()
}

fn names<B>(cases: &[Case<B>]) -> Vec<String> {
    cases.iter().map(|case| case.name.to_owned()).collect()
}

/// The names in the lists of promises: `` - `name`: what is promised``.
fn promises() -> Vec<String> {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("mrdj-core/src");
    let mut files = vec![core.join("store.rs"), core.join("idempotency.rs")];
    files.extend(ports(&core));
    files.iter().flat_map(|file| promised_in(&fs::read_to_string(file).expect("a source file"))).collect()
}

/// Every `ports.rs` of a room, and of the rooms within it.
fn ports(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder of the core").map(|entry| entry.expect("a readable folder").path());
    let rooms = entries.filter(|path| path.is_dir());
    let of_room = |room: PathBuf| {
        [room.join("ports.rs")].into_iter().filter(|file| file.exists()).chain(ports(&room)).collect::<Vec<_>>()
    };
    rooms.flat_map(of_room).collect()
}

fn promised_in(source: &str) -> Vec<String> {
    let promise = |line: &str| {
        let (name, rest) = line.trim_start().strip_prefix("/// - `")?.split_once('`')?;
        rest.starts_with(':').then(|| name.to_owned())
    };
    source.lines().filter_map(promise).collect()
}

#[test]
fn every_promise_has_one_case_and_every_case_a_promise() {
    let (mut promises, mut cases) = (promises(), cases());
    assert!(promises.len() > 50, "the promises are no longer where this test looks: {promises:?}");
    promises.sort();
    cases.sort();
    let unproved: Vec<_> = promises.iter().filter(|name| !cases.contains(name)).collect();
    let unpromised: Vec<_> = cases.iter().filter(|name| !promises.contains(name)).collect();
    assert!(
        unproved.is_empty() && unpromised.is_empty(),
        "without a case: {unproved:?}; without a promise: {unpromised:?}"
    );
    assert_eq!(promises, cases, "a name stands twice");
}

#[test]
fn only_lists_of_promises_are_read() {
    let source = "\
        /// - `kept`: a promise.
        ///   `not_kept`: further words of it.
        //! - `module`: a list of a module.
        /// - `Plain` values are no promise.
    ";
    assert_eq!(promised_in(source), ["kept"]);
}
