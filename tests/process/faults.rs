//! What goes wrong around the server: partners, the disk, the file, its neighbours, its own end.

use std::fs::{self, File};
use std::io::Write;
use std::mem::replace;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_adapters::sandbox::Mode;
use mrdj_adapters::{postmark, rentguy};
use mrdj_core::leads::Lead;
use mrdj_harness::{Answer, Server, deaf_post, enquiry, needs, post, trial, until};

use crate::harness::{House, Load, Tally};

const PATIENCE: Duration = Duration::from_secs(40);

pub(crate) fn trials() -> Vec<Trial> {
    let mounts = can(&format!("{} true", unshare()));
    let limits = can("command -v prlimit");
    vec![
        trial("faults::a_partner_that_cuts_the_line_has_everything_once", cut_lines),
        trial("faults::partners_that_were_away_get_everything_once_and_in_order", partners_away),
        trial("faults::a_partner_that_answers_twice_has_everything_once", answers_twice),
        trial("faults::a_partner_that_stalls_holds_up_nobody_else", stalled_partner),
        needs(trial("faults::a_full_disk_is_told_and_left_behind", full_disk), "mount namespaces", mounts),
        needs(trial("faults::a_file_that_may_not_grow_is_told_and_left_behind", file_limit), "prlimit", limits),
        trial("faults::a_locked_file_costs_no_enquiry_and_is_told", locked_file),
        trial("faults::a_file_that_is_no_store_stops_the_start_and_is_left_alone", no_store),
        trial("faults::a_store_of_a_later_version_stops_the_start", later_schema),
        trial("faults::a_directory_that_cannot_be_made_stops_the_start", no_directory),
        needs(trial("faults::a_read_only_disk_stops_the_start", read_only), "mount namespaces", mounts),
        trial("faults::a_server_told_to_end_under_load_keeps_what_it_answered", told_to_end),
        trial("faults::two_servers_share_one_file", two_servers),
        trial("faults::a_visitor_who_hangs_up_leaves_all_or_nothing", hang_up),
    ]
}

fn can(script: &str) -> bool {
    Command::new("sh").args(["-c", script]).output().is_ok_and(|output| output.status.success())
}

/// What puts a command where its mounts are nobody else's, as root or with a user's own namespace.
fn unshare() -> &'static str {
    if can("unshare --mount true") { "unshare --mount" } else { "unshare --user --map-root-user --mount" }
}

/// Posts enquiries of so many people one after the other, and returns the ids of the answered.
async fn write(server: &Server, people: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..people {
        ids.push(ask(server, &format!("visitor-{n}")).await.contact_id());
    }
    ids
}

async fn ask(server: &Server, who: &str) -> Answer {
    let form = enquiry(who).to_string();
    post(server.address, "/contact", "application/json", form.as_bytes()).await.expect("an answer")
}

/// Everything that was answered arrives once.
async fn proved(house: &House, answered: &[String]) {
    let tally = Tally::after(house, answered, PATIENCE).await;
    assert!(tally.is_clean(), "{tally}");
}

async fn cut_lines() {
    let house = House::new().await;
    let server = house.serve().await;
    house.partners.both(&Mode::CutAfterAccepting);
    let ids = write(&server, 3).await;
    until("lines were cut", PATIENCE, async || {
        house.partners.rentguy.request_count() >= 2 && house.partners.postmark.sent_count() >= 2
    })
    .await;
    house.partners.both(&Mode::Healthy);
    proved(&house, &ids).await;
    server.stop().await;
}

async fn partners_away() {
    let mut house = House::new().await;
    let server = house.serve().await;
    let address = |url: String| url.strip_prefix("http://").and_then(|rest| rest.parse().ok()).expect("a socket");
    let elsewhere = rentguy::Sandbox::start().await.expect("a free port");
    let crm = replace(&mut house.partners.rentguy, elsewhere);
    let elsewhere = postmark::Sandbox::start().await.expect("a free port");
    let mail = replace(&mut house.partners.postmark, elsewhere);
    let (crm_at, mail_at): (SocketAddr, SocketAddr) = (address(crm.url()), address(mail.url()));
    crm.stop().await;
    mail.stop().await;
    let ids = write(&server, 12).await;
    until("both queues are held", PATIENCE, async || server.log().matches("is held").count() >= 2).await;
    house.partners.rentguy = rentguy::Sandbox::start_at(crm_at).await.expect("the port it had");
    house.partners.postmark = postmark::Sandbox::start_at(mail_at).await.expect("the port it had");
    proved(&house, &ids).await;
    let arrived: Vec<_> = house.partners.rentguy.cards().into_iter().map(|card| card.external_id).collect();
    let came_in: Vec<_> = house.leads().await.iter().map(|lead| lead.reference.to_string()).collect();
    assert_eq!(arrived, came_in);
    server.stop().await;
}

async fn answers_twice() {
    let house = House::new().await;
    let server = house.serve().await;
    house.partners.both(&Mode::AnswerTwice);
    let ids = write(&server, 5).await;
    proved(&house, &ids).await;
    server.stop().await;
}

async fn stalled_partner() {
    let house = House::new().await;
    let server = house.serve_with(&[("RENTGUY_TIMEOUT_MS", "2000")], None).await;
    house.partners.rentguy.knobs().set(Mode::Stall);
    let ids = write(&server, 20).await;
    until("all mails have left", PATIENCE, async || house.partners.postmark.sent_count() == 40).await;
    assert_eq!(house.partners.rentguy.card_count(), 0);
    house.partners.rentguy.knobs().set(Mode::Healthy);
    proved(&house, &ids).await;
    server.stop().await;
}

/// Posts until one enquiry is refused, and checks what the visitor is told.
async fn write_until_refused(server: &Server) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..5_000 {
        let answer = ask(server, &format!("early-{n}")).await;
        // A file that may not grow leaves room in that of the spool.
        if answer.status >= 300 {
            refused(&answer);
            return ids;
        }
        ids.push(answer.contact_id());
    }
    panic!("5,000 enquiries fit into a store that has no room");
}

fn refused(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.header("retry-after").is_some() && answer.is_problem());
}

async fn full_disk() {
    let house = House::new().await;
    let mounted =
        format!(r#"exec {} sh -c 'mkdir data && mount -t tmpfs -o size=4m none data && exec "$0"' "$1""#, unshare());
    let server = house.serve_with(&[], Some(&mounted)).await;
    // The mount is the server's own; this is where others see it.
    let data = PathBuf::from(format!("/proc/{}/root{}/data", server.pid(), house.path().display()));
    let ballast = data.join("ballast");
    fill(&ballast);
    let mut ids = write_until_refused(&server).await;
    fs::remove_file(&ballast).expect("the ballast is ours");
    ids.extend(write(&server, 3).await);
    server.drained().await;
    let leads = leads_of_copy(&house, &data, ids.len()).await;
    assert_eq!(leads.iter().map(|lead| lead.id.uuid().to_string()).collect::<Vec<_>>(), ids);
    let tally = Tally::of_leads(&house, &leads, &ids, PATIENCE).await;
    assert!(tally.is_clean(), "{tally}");
    assert!(server.stop().await.status.success());
}

/// Reads a copy of the store, since SQLite follows no path into another process's mounts; it is made once all is quiet.
async fn leads_of_copy(house: &House, data: &Path, people: usize) -> Vec<Lead> {
    let partners = &house.partners;
    until("everything has arrived", PATIENCE, async || {
        partners.rentguy.card_count() >= people && partners.postmark.sent_count() >= 2 * people as u64
    })
    .await;
    fs::create_dir(house.path().join("copy")).expect("a directory");
    for name in ["mrdj.db", "mrdj.db-wal"] {
        fs::copy(data.join(name), house.path().join("copy").join(name)).expect("a file of the store");
    }
    House::leads_in(&house.path().join("copy/mrdj.db")).await
}

/// Writes until nothing more fits.
fn fill(path: &Path) {
    let mut file = File::create(path).expect("room for a name");
    for size in [65_536, 512, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

async fn file_limit() {
    let house = House::new().await;
    // Some shells count in 512, some in 1,024 bytes.
    let limited = r#"ulimit -S -f 1000 && exec "$@""#;
    let mut server = house.serve_with(&[("LOG_LEVEL", "error")], Some(limited)).await;
    let mut ids = write_until_refused(&server).await;
    assert!(server.status().is_none(), "the limit ended the server");
    let pid = server.pid().to_string();
    let lifted = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status();
    assert!(lifted.is_ok_and(|lifted| lifted.success()), "the limit cannot be lifted");
    ids.extend(write(&server, 3).await);
    server.drained().await;
    proved(&house, &ids).await;
    let stored: Vec<_> = house.leads().await.iter().map(|lead| lead.id.uuid().to_string()).collect();
    assert_eq!(stored, ids);
    assert!(server.stop().await.status.success());
}

async fn locked_file() {
    let house = House::new().await;
    let server = house.serve().await;
    let mut ids = write(&server, 1).await;
    let mut neighbour = house.neighbour().await;
    neighbour.run("BEGIN EXCLUSIVE").await;
    let early = ask(&server, "early").await;
    assert_eq!((early.status, &early.json()["persisted"]), (202, &false.into()));
    ids.push(early.contact_id());
    let ready = server.get("/readyz").await;
    assert_eq!((ready.status, &ready.json()["details"][0]["field"]), (503, &"store".into()));
    assert_eq!(server.get("/health").await.json()["dependencies"]["spool"]["condition"], "degraded");
    let ended = house.fail_with(&[], None).await;
    assert!(!ended.status.success() && ended.said.contains("another process holds the file"), "{ended:?}");
    neighbour.run("ROLLBACK").await;
    server.drained().await;
    let late = ask(&server, "late").await;
    assert_eq!(late.status, 200);
    ids.push(late.contact_id());
    proved(&house, &ids).await;
    let stored: Vec<_> = house.leads().await.iter().map(|lead| lead.id.uuid().to_string()).collect();
    assert_eq!(stored, ids);
    server.stop().await;
}

async fn no_store() {
    let house = House::new().await;
    house.serve().await.stop().await;
    let whole = fs::read(house.database()).expect("a store");
    for log in ["mrdj.db-wal", "mrdj.db-shm"] {
        // A log would heal what is about to be damaged; there may be none.
        let _ = fs::remove_file(house.path().join("data").join(log));
    }
    let mut damaged = whole.clone();
    damaged[100..4_000].fill(0xA5);
    let files = [b"Dear diary, this is no database.".repeat(200), vec![0; 8_192], damaged];
    for (n, bytes) in files.into_iter().enumerate() {
        fs::write(house.database(), &bytes).expect("our own file");
        let ended = house.fail_with(&[], None).await;
        let told = ended.said.contains("damaged, or no database") && ended.said.contains("mrdj.db");
        assert!(!ended.status.success() && told, "file {n}: {ended:?}");
        assert!(fs::read(house.database()).expect("it is there") == bytes, "file {n} was changed");
    }
    fs::remove_file(house.database()).expect("our own file");
    fs::create_dir(house.database()).expect("a directory");
    let ended = house.fail_with(&[], None).await;
    assert!(!ended.status.success() && ended.said.contains("cannot be opened"), "{ended:?}");
}

async fn later_schema() {
    let house = House::new().await;
    house.serve().await.stop().await;
    let later = "INSERT INTO mrdj_migration (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'from the future', TRUE, x'00', 0)";
    house.neighbour().await.run(later).await;
    let ended = house.fail_with(&[], None).await;
    assert!(!ended.status.success() && ended.said.contains("not one this version knows"), "{ended:?}");
}

async fn no_directory() {
    let house = House::new().await;
    let ended = house.fail_with(&[("DATA_DIR", "/dev/null/data")], None).await;
    assert!(!ended.status.success() && ended.said.contains("/dev/null/data"), "{ended:?}");
}

async fn read_only() {
    let house = House::new().await;
    house.serve().await.stop().await;
    let before = fs::read(house.database()).expect("a store");
    let script = "mount --bind data data && mount -o remount,bind,ro data && exec \"$0\"";
    let ended = house.fail_with(&[], Some(&format!("exec {} sh -c '{script}' \"$1\"", unshare()))).await;
    assert!(!ended.status.success() && ended.said.contains("the file"), "{ended:?}");
    assert!(fs::read(house.database()).expect("it is there") == before, "a read-only file was changed");
}

async fn told_to_end() {
    let house = House::new().await;
    let server = house.serve().await;
    let load = Load::start(server.address, "load", usize::MAX);
    until("deliveries are under way", PATIENCE, async || house.partners.postmark.sent_count() > 20).await;
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    let ids = load.end().await;
    let server = house.serve().await;
    proved(&house, &ids).await;
    server.stop().await;
}

async fn two_servers() {
    let house = House::new().await;
    let (first, second) = (house.serve().await, house.serve().await);
    let loads = [Load::start(first.address, "first", 20), Load::start(second.address, "second", 20)];
    let mut ids = Vec::new();
    for load in loads {
        ids.extend(load.done().await);
    }
    first.kill();
    proved(&house, &ids).await;
    assert_eq!(ids.len(), 2 * 20 * Load::CLIENTS, "every enquiry is answered");
    second.stop().await;
}

async fn hang_up() {
    let house = House::new().await;
    let server = house.serve().await;
    for (n, share) in [0.0, 0.2, 0.6, 0.95].into_iter().enumerate() {
        deaf_post(server.address, &enquiry(&format!("half-{n}")), share).await.expect("it is said");
    }
    for n in 0..20 {
        deaf_post(server.address, &enquiry(&format!("whole-{n}")), 1.0).await.expect("it is said");
    }
    let ids = write(&server, 1).await;
    proved(&house, &ids).await;
    let names: Vec<_> = house.leads().await.iter().map(|lead| lead.enquiry.name.as_str().to_owned()).collect();
    assert!(names.iter().all(|name| !name.contains("half")), "{names:?}");
    server.stop().await;
}
