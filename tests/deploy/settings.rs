//! What the samples set: keys of the catalogue, with values that it takes, and no secret among them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;

use mrdj_http::settings::{Database, Setting, Settings, Sources, strays};

use crate::sample::{Proxy, default, directives, dotenv, members, ours, text, word, words, yaml};

/// What the samples name for themselves.
const NOT_OURS: [&str; 2] = ["SITE_ADDRESS", "MRDJ_IMAGE"];
const UNITS: [&str; 2] = ["mrdj-serve.service", "mrdj-work.service"];

type Variables = BTreeMap<String, String>;

/// Reads them as a process would that was started with `environment` and may read `secrets`, at their paths.
fn parse(who: &str, environment: Variables, secrets: BTreeSet<String>) -> Settings {
    let read = move |path: &std::path::Path| {
        let path = path.to_str().expect("text");
        match path.rsplit('/').next().filter(|_| secrets.contains(path)) {
            None => Err(ErrorKind::NotFound.into()),
            Some("database_url") => Ok("postgres://mrdj:not-a-real-word@postgres:5432/mrdj".to_owned()),
            Some("redis_url") => Ok("redis://:not-a-real-word@redis:6379".to_owned()),
            Some(_) => Ok("not-a-real-word\n".to_owned()),
        }
    };
    let sources = Sources::gather(environment, Variables::new(), Box::new(read)).expect("no managed file");
    let strays = strays(&sources);
    assert!(strays.is_empty(), "{who}: {strays:?}");
    Settings::parse(&sources).unwrap_or_else(|faults| panic!("{who}: {faults}"))
}

/// Whether a setting is named, by itself or by the file it stands in.
fn is_setting(key: &str) -> bool {
    let by_file = || Setting::find(key.strip_suffix("_FILE")?).filter(|setting| setting.secret);
    Setting::find(key).or_else(by_file).is_some()
}

fn expect_settings(who: &str, keys: &Variables) {
    let unknown: Vec<_> = keys.keys().filter(|key| !is_setting(key) && !NOT_OURS.contains(&key.as_str())).collect();
    assert!(unknown.is_empty(), "{who} sets what is no setting: {unknown:?}");
    let shown: Vec<_> = keys.keys().filter(|key| Setting::find(key).is_some_and(|setting| setting.secret)).collect();
    assert!(shown.is_empty(), "{who} shows what is secret: {shown:?}");
}

/// The `Environment=` of a unit; its credentials lie in `%d`.
fn environment_of(unit: &str) -> Variables {
    let lines = directives(unit, "Environment");
    let pairs = lines.iter().flat_map(|line| line.split_whitespace());
    pairs.map(|pair| pair.split_once('=').expect("KEY=value")).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

#[test]
fn what_the_operator_chooses_are_settings_and_no_secrets() {
    assert!(dotenv().len() > 15, "{:?}", dotenv().keys());
    expect_settings(".env.example", &dotenv());
}

#[test]
fn every_process_of_compose_starts_with_what_it_is_given() {
    for (name, service) in ours(Proxy::Caddy) {
        assert_eq!(service["env_file"], ".env", "{name}");
        let own: Variables = members(&service["environment"]).iter().map(|(k, v)| (k.clone(), word(v))).collect();
        expect_settings(&name, &own);
        let secrets = words(&service["secrets"]).iter().map(|secret| format!("/run/secrets/{secret}")).collect();
        let settings = parse(&name, dotenv().into_iter().chain(own).collect(), secrets);
        assert!(matches!(settings.database, Database::Server(_)) && settings.redis.is_some(), "{name}");
        assert_eq!(settings.workers > 0, words(&service["command"]) == ["work"], "{name}");
    }
}

#[test]
fn every_unit_starts_with_what_it_is_given() {
    for unit in UNITS {
        let own = environment_of(unit);
        expect_settings(unit, &own);
        // systemd takes what stands in both from the file.
        let twice: Vec<_> = dotenv().into_keys().filter(|key| own.contains_key(key)).collect();
        assert!(twice.is_empty(), "{unit}: {twice:?}");
        let loaded = directives(unit, "LoadCredential");
        let secrets = loaded.iter().map(|line| format!("%d/{}", line.split(':').next().expect("a name"))).collect();
        let settings = parse(unit, own.into_iter().chain(dotenv()).collect(), secrets);
        assert!(matches!(settings.database, Database::Server(_)) && settings.redis.is_some(), "{unit}");
    }
    assert_eq!(environment_of(UNITS[0])["PORT"], default("PORT"));
    assert_eq!(
        (environment_of(UNITS[0])["WORKERS"].as_str(), environment_of(UNITS[1])["WORKERS"].as_str()),
        ("0", "5")
    );
}

#[test]
fn the_image_sets_settings() {
    let text = text("Dockerfile");
    let lines = text.lines().filter_map(|line| line.strip_prefix("ENV "));
    let pairs = lines.flat_map(str::split_whitespace).filter_map(|pair| pair.split_once('='));
    let keys: Variables = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    expect_settings("Dockerfile", &keys);
    assert_eq!(keys["HOST"], "0.0.0.0", "a container's loopback is its own");
}

#[test]
fn every_secret_is_declared_used_and_explained() {
    let compose = yaml("compose.yaml");
    let declared: BTreeSet<_> = members(&compose["secrets"]).into_iter().map(|(name, _)| name).collect();
    let used = members(&compose["services"]).into_iter().flat_map(|(_, service)| words(&service["secrets"]));
    assert_eq!(used.collect::<BTreeSet<_>>(), declared);
    let readme = text("README.md");
    let missing: Vec<_> = declared.iter().filter(|name| !readme.contains(&format!("> secrets/{name}\n"))).collect();
    assert!(missing.is_empty(), "README.md does not make {missing:?}");
}
