//! What can be set, read from maps: no test here touches the process's environment.
#![cfg(feature = "server")]

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use mrdj_core::chance::Chance;
use mrdj_http::settings::{
    CATALOGUE, CrmBookings, Database, Fallback, HumanCheckProvider, LogFormat, RedisWay, Settings, Sources,
    ensure_operator_password, render_markdown, report, strays,
};

/// An environment and the files it may read.
#[derive(Clone, Default)]
struct Given {
    process: BTreeMap<String, String>,
    dotenv: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn process(pairs: &[(&str, &str)]) -> Given {
    Given { process: map(pairs), ..Given::default() }
}

impl Given {
    fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    fn dotenv(self, pairs: &[(&str, &str)]) -> Self {
        Self { dotenv: map(pairs), ..self }
    }

    fn gather(self) -> Result<Sources, String> {
        let files = self.files;
        let read = move |path: &Path| -> io::Result<String> {
            files.get(path.to_str().expect("text")).cloned().ok_or_else(|| ErrorKind::NotFound.into())
        };
        Sources::gather(self.process, self.dotenv, Box::new(read)).map_err(|faults| faults.to_string())
    }

    fn sources(self) -> Sources {
        self.gather().expect("nothing wrong with the files")
    }

    fn settings(self) -> Settings {
        Settings::parse(&self.sources()).expect("nothing wrong")
    }

    fn message(self) -> String {
        Settings::parse(&self.sources()).expect_err("something is wrong").to_string()
    }
}

#[test]
fn nothing_has_to_be_set() {
    let settings = Given::default().settings();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.database.file().map(|path| &**path), Some(Path::new("./mrdj-data/mrdj.db")));
    assert_eq!(settings.managed.path(), Path::new("./mrdj-data/managed.env"));
    assert_eq!(settings.business.zone.iana_name(), Some("Europe/Amsterdam"));
    assert_eq!((settings.rentguy.retry.max_attempts, settings.rentguy.retry.first.as_secs()), (5, 15));
    assert_eq!((settings.breaker.failures, settings.breaker.cooldown.as_secs()), (3, 120));
    assert_eq!(settings.keep_done.map(|keep| keep.as_hours()), Some(90 * 24));
    assert_eq!((settings.limits.any.max, settings.limits.contact.window.as_mins()), (100, 10));
    assert!(settings.rentguy.api_key.is_none() && settings.human_check.is_none() && settings.cors_origins.is_empty());
}

#[test]
fn every_key_is_read_and_refuses_what_it_does_not_take() {
    // A control character is refused by every kind but a path, which takes anything.
    for setting in CATALOGUE.iter().filter(|setting| !["DATA_DIR", "MANAGED_ENV_PATH"].contains(&setting.key)) {
        let message = process(&[(setting.key, "no\u{7}thing")]).message();
        assert!(message.contains(&format!("\n  {}: ", setting.key)), "{}: {message}", setting.key);
    }
    let elsewhere = process(&[("DATA_DIR", "/srv/mrdj"), ("MANAGED_ENV_PATH", "/etc/mrdj.env")]).settings();
    assert_eq!(
        (elsewhere.data_dir.as_path(), elsewhere.managed.path()),
        ("/srv/mrdj".as_ref(), "/etc/mrdj.env".as_ref())
    );
}

#[test]
fn every_default_is_what_setting_it_would_give() {
    for setting in CATALOGUE {
        if let Fallback::Is(text) = setting.default {
            let set = process(&[(setting.key, text)]).settings();
            assert_eq!(format!("{set:?}"), format!("{:?}", Given::default().settings()), "{}", setting.key);
        }
    }
}

#[test]
fn every_setting_reaches_its_place() {
    let settings = process(&[
        ("HOST", "::1"),
        ("PORT", "0"),
        ("DATABASE_URL", "sqlite:///srv/mrdj/store.db"),
        ("TIME_ZONE", "Europe/Brussels"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7"),
        ("PUBLIC_BASE_URL", "https://www.example.com/"),
        ("PERSONALIZATION_PATH", "/srv/mrdj/texts"),
        ("RENTGUY_API_BASE_URL", "https://crm.example.com/api/v1"),
        ("RENTGUY_API_KEY", "not-a-real-key"),
        ("RENTGUY_TIMEOUT_MS", "2500"),
        ("RENTGUY_PROJECTS_BASE_URL", "https://crm.example.com/planning/api/v1"),
        ("RENTGUY_LOGIN_EMAIL", "planner@example.com"),
        ("RENTGUY_LOGIN_PASSWORD", "not-a-real-password"),
        ("MAIL_REPLY_TO", "hallo@example.com"),
        ("MAIL_RETRY_ATTEMPTS", "7"),
        ("CORS_ORIGINS", "https://www.example.com,HTTP://Example.com:80/"),
        ("TURNSTILE_SECRET_KEY", "not-a-real-key"),
        ("CONFIG_DASHBOARD_ENABLED", "off"),
        ("WORKERS", "0"),
        ("DELIVERY_KEEP_DAYS", "0"),
        ("LOG_FORMAT", "json"),
        ("LOG_LEVEL", "info,mrdj_http=debug"),
    ])
    .settings();
    assert_eq!(settings.listen.to_string(), "[::1]:0");
    assert_eq!(settings.database.file().map(|path| &**path), Some(Path::new("/srv/mrdj/store.db")));
    assert_eq!(settings.business.zone.iana_name(), Some("Europe/Brussels"));
    assert_eq!(settings.business.personalization.as_deref(), Some(Path::new("/srv/mrdj/texts")));
    let proxies: Vec<_> = settings.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.0/8", "192.0.2.7/32"]);
    assert_eq!(settings.rentguy.api_key.as_ref().map(|key| key.reveal()), Some("not-a-real-key"));
    assert_eq!(settings.rentguy.timeout.as_millis(), 2500);
    let CrmBookings::Projects(login) = &settings.rentguy.bookings else { panic!("a login is for projects") };
    let base = login.base_url.as_ref().map(ToString::to_string);
    assert_eq!(base.as_deref(), Some("https://crm.example.com/planning/api/v1"));
    assert_eq!((login.email.as_str(), login.password.reveal()), ("planner@example.com", "not-a-real-password"));
    assert_eq!(settings.mail.inbox.as_ref().map(|inbox| inbox.as_str()), Some("hallo@example.com"));
    assert_eq!((settings.mail.retry.max_attempts, settings.rentguy.retry.max_attempts), (7, 5));
    let origins: Vec<_> = settings.cors_origins.iter().map(|origin| origin.as_str()).collect();
    assert_eq!(origins, ["https://www.example.com", "http://example.com"]);
    assert_eq!(settings.human_check.map(|check| check.provider), Some(HumanCheckProvider::Turnstile));
    assert_eq!((settings.dashboard.enabled, settings.workers, settings.keep_done), (false, 0, None));
    assert_eq!((settings.log.format, settings.log.filter.as_str()), (Some(LogFormat::Json), "info,mrdj_http=debug"));
}

#[test]
fn bookings_go_to_the_crm_only_where_somebody_said_so() {
    let login = [("RENTGUY_LOGIN_EMAIL", "planner@example.com"), ("RENTGUY_LOGIN_PASSWORD", "not-a-real-password")];
    let of = |word: Option<&'static str>, login: &[(&'static str, &'static str)]| {
        let word = word.map(|word| ("RENTGUY_BOOKINGS", word));
        let given: Vec<_> = login.iter().copied().chain(word).collect();
        process(&given).settings().rentguy.bookings
    };
    assert!(matches!(of(None, &[]), CrmBookings::Off), "a key for cards alone changes nothing");
    assert!(matches!(of(None, &login), CrmBookings::Projects(_)));
    assert!(matches!(of(Some("projects"), &login), CrmBookings::Projects(_)));
    assert!(matches!(of(Some("off"), &login), CrmBookings::Off));
    assert!(matches!(of(Some("bookings"), &[]), CrmBookings::Bookings));
    let message = process(&[("RENTGUY_BOOKINGS", "projects")]).message();
    assert!(message.contains("RENTGUY_LOGIN_EMAIL: is not set, and RENTGUY_BOOKINGS is projects"), "{message}");
    let message = process(&[("RENTGUY_LOGIN_EMAIL", "planner@example.com")]).message();
    assert!(message.contains("RENTGUY_LOGIN_PASSWORD: is not set, and RENTGUY_LOGIN_EMAIL is"), "{message}");
}

#[test]
fn the_environment_beats_the_managed_file_which_beats_dotenv() {
    let given = process(&[("PORT", "1001"), ("WORKERS", " ")])
        .file("/srv/managed.env", "PORT=1002\nWORKERS=2\nLOG_LEVEL=\n")
        .dotenv(&[("DATA_DIR", "/srv"), ("PORT", "1003"), ("WORKERS", "3"), ("LOG_LEVEL", "warn")]);
    let settings = given.settings();
    assert_eq!((settings.listen.port(), settings.workers, settings.log.filter.as_str()), (1001, 2, "warn"));
}

#[test]
fn every_fault_comes_back_at_once() {
    let message = process(&[
        ("PORT", "65536"),
        ("TIME_ZONE", "Europe/Nowhere"),
        ("MAIL_RETRY_ATTEMPTS", "0"),
        ("RENTGUY_API_BASE_URL", "crm.example.com"),
        ("CORS_ORIGINS", "https://www.example.com/shop"),
        ("CONFIG_DASHBOARD_ALLOWED_IPS", "everyone"),
    ])
    .message();
    let faults: Vec<_> = message.lines().collect();
    assert_eq!(faults[0], "6 settings are wrong");
    assert!(message.contains("\n  PORT: \"65536\" is not a whole number from 0 to 65535"), "{message}");
    assert!(message.contains("\n  MAIL_RETRY_ATTEMPTS: \"0\" is not a whole number from 1 to 1000"), "{message}");
    assert_eq!(faults.len(), 7, "{message}");
}

/// How Redis is reached with `pairs`, and which part of it is ours.
fn redis(pairs: &[(&str, &str)]) -> Option<(&'static str, String)> {
    let shared = process(pairs).settings().redis?;
    let way = match shared.way {
        RedisWay::Sockets(_) => "sockets",
        RedisWay::Rest { .. } => "rest",
    };
    Some((way, format!("{:?}", shared.space)))
}

#[test]
fn redis_is_reached_over_sockets_or_rest_or_not_at_all() {
    let sockets = ("REDIS_URL", "rediss://:not-a-real-key@redis.example.com:6380/1");
    let rest = ("UPSTASH_REDIS_REST_URL", "https://redis.example.com");
    let token = ("UPSTASH_REDIS_REST_TOKEN", "not-a-real-key");
    let ours = "Space { namespace: \"mr-dj\", environment: \"production\" }";
    assert_eq!(redis(&[]), None);
    assert_eq!(redis(&[token]), None);
    assert_eq!(redis(&[rest, token]), Some(("rest", ours.to_owned())));
    assert_eq!(redis(&[sockets, rest]), Some(("sockets", ours.to_owned())), "a host may set both");
    let elsewhere = redis(&[sockets, ("REDIS_NAMESPACE", "acme"), ("REDIS_ENVIRONMENT", "trial")]);
    assert_eq!(elsewhere.map(|(_, space)| space), Some(ours.replace("mr-dj", "acme").replace("production", "trial")));
    let message = process(&[rest]).message();
    assert!(message.contains("UPSTASH_REDIS_REST_TOKEN: is not set, and UPSTASH_REDIS_REST_URL is"), "{message}");
}

#[test]
fn what_would_end_its_part_of_a_key_is_refused() {
    let message = process(&[("REDIS_NAMESPACE", "mr:dj"), ("REDIS_URL", "http://:geheim@example.com")]).message();
    assert!(message.contains("REDIS_NAMESPACE: \"mr:dj\" is not 1 to 64 letters, digits, `-` and `_`"), "{message}");
    assert!(message.contains("REDIS_URL: does not begin with redis:// or rediss://"), "{message}");
    assert!(!message.contains("geheim"));
}

#[test]
fn postgres_is_read_from_an_address_and_a_wrong_one_is_told_without_its_password() {
    let message = process(&[("DATABASE_URL", "postgres://mrdj:geheim@db.example.com:port/mrdj")]).message();
    assert!(message.contains("DATABASE_URL: is not an address of the form postgres://"), "{message}");
    assert!(!message.contains("geheim"));
    let settings = process(&[("DATABASE_URL", "postgres://mrdj:geheim@db.example.com/mrdj")]).settings();
    assert!(matches!(settings.database, Database::Server(_)));
    assert!(!format!("{settings:?}").contains("geheim"));
}

#[test]
fn no_message_and_no_report_shows_a_secret() {
    let word = "geheim-4711";
    let planted = CATALOGUE.iter().filter(|setting| setting.secret).map(|setting| setting.key);
    for key in planted.chain(["RENTGUY_API_BASE_URL", "PUBLIC_BASE_URL"]) {
        let value = format!("https://jan:{word}@example.com/\u{7}");
        let given = process(&[(key, &value)]);
        let page = report(&given.clone().sources());
        assert!(!given.message().contains(word) && !page.contains(word), "{key}: {page}");
    }
    let sound = process(&[("MAIL_API_KEY", word), ("RENTGUY_API_KEY", word), ("CONFIG_DASHBOARD_PASS", word)]);
    let shown = format!("{}{:?}", report(&sound.clone().sources()), sound.settings());
    assert!(shown.contains("***") && !shown.contains(word), "{shown}");
}

#[test]
fn several_tokens_open_the_calendar_and_none_is_short() {
    let opened_by = |text: &str| {
        let settings = process(&[("CALENDAR_FEED_TOKEN", text)]).settings();
        settings.calendar_tokens.iter().map(|token| token.reveal().to_owned()).collect::<Vec<_>>()
    };
    let (old, new) = ("not-a-real-token-0001", "not-a-real-token-0002");
    assert_eq!(opened_by(&format!("{old}, {new},")), [old, new]);
    assert!(process(&[]).settings().calendar_tokens.is_empty());
    let message = process(&[("CALENDAR_FEED_TOKEN", "not-a-real-token-0001,short")]).message();
    assert!(message.contains("CALENDAR_FEED_TOKEN: holds a token of fewer than 20 characters"), "{message}");
    assert!(!message.contains("short") && !message.contains("0001"), "{message}");
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let given = process(&[("MAIL_API_KEY_FILE", "/run/secrets/mail")]).file("/run/secrets/mail", "not-a-real-key\n");
    let settings = given.clone().settings();
    assert_eq!(settings.mail.api_key.as_ref().map(|key| key.reveal()), Some("not-a-real-key"));
    assert!(report(&given.sources()).contains("***  (environment by MAIL_API_KEY_FILE)"));
}

#[test]
fn a_file_of_a_secret_that_helps_nobody_is_a_fault() {
    let missing = process(&[("MAIL_API_KEY_FILE", "/run/secrets/mail")]);
    assert!(missing.clone().message().contains("MAIL_API_KEY_FILE: names /run/secrets/mail, which cannot be read"));
    let faults = |text: &str| missing.clone().file("/run/secrets/mail", text).message();
    assert!(faults("\n").contains("which is empty"));
    assert!(faults("two\nlines\n").contains("MAIL_API_KEY_FILE: holds a line break"));
    let both = process(&[("MAIL_API_KEY", "a"), ("MAIL_API_KEY_FILE", "/run/secrets/mail")]);
    assert!(both.message().contains("MAIL_API_KEY_FILE: is set beside MAIL_API_KEY"));
}

#[test]
fn a_key_that_nobody_reads_is_told_with_the_nearest_that_is() {
    let sources =
        process(&[("CORS_ORIGIN", "*"), ("RENTGUY_TIMEOUT", "5"), ("MAIL_STREAM_FILE", "x"), ("HOME", "/root")])
            .file("./mrdj-data/managed.env", "PROT=3000\n")
            .sources();
    let told: Vec<_> = strays(&sources).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "CORS_ORIGIN (environment) is no setting; did you mean CORS_ORIGINS?",
            "MAIL_STREAM_FILE (environment) is no setting; did you mean MAIL_STREAM?",
            "RENTGUY_TIMEOUT (environment) is no setting; did you mean RENTGUY_TIMEOUT_MS?",
            "PROT (managed file) is no setting; did you mean PORT?",
        ]
    );
}

#[test]
fn the_managed_file_cannot_say_where_it_lies() {
    let given = Given::default().file("./mrdj-data/managed.env", "DATA_DIR=/srv\n");
    let message = given.gather().err().expect("refused");
    assert!(message.contains("DATA_DIR: cannot be set in ./mrdj-data/managed.env"), "{message}");
}

#[test]
fn a_broken_managed_file_stops_the_start_without_showing_it() {
    let given = Given::default().file("./mrdj-data/managed.env", "PORT=3000\nMAIL_API_KEY='geheim\n");
    let message = given.gather().err().expect("refused");
    assert!(message.contains("./mrdj-data/managed.env: line 2 opens a quote that nothing closes"), "{message}");
    assert!(!message.contains("geheim"));
}

#[test]
fn a_password_everybody_tries_is_refused_once_others_can_reach_it() {
    let with = |more: &[(&str, &str)]| {
        let mut given = process(more);
        given.process.extend(map(&[("CONFIG_DASHBOARD_PASS", "ChangeMe")]));
        Settings::parse(&given.sources()).map(|_| ()).map_err(|faults| faults.to_string())
    };
    assert_eq!(with(&[]), Ok(()));
    for open in [("HOST", "0.0.0.0"), ("TRUSTED_PROXIES", "10.0.0.1"), ("CONFIG_DASHBOARD_ALLOWED_IPS", "0.0.0.0/0")] {
        let message = with(&[open]).expect_err("refused");
        assert!(message.contains("CONFIG_DASHBOARD_PASS: is a password that everybody tries first"), "{message}");
        assert!(!message.contains("ChangeMe"));
    }
    assert_eq!(with(&[("HOST", "0.0.0.0"), ("CONFIG_DASHBOARD_ENABLED", "false")]), Ok(()));
}

/// Counts, so that two passwords differ.
struct Counting(AtomicU64);

impl Chance for Counting {
    fn bits(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

#[test]
fn the_operators_password_is_made_once_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let data_dir = folder.path().join("data").display().to_string();
    let settings = process(&[("DATA_DIR", &data_dir)]).settings();
    let chance = Counting(AtomicU64::new(0));
    let first = ensure_operator_password(&settings, &chance).expect("written");
    // The same settings know nothing of the file yet: a process that started at the same time.
    let second = ensure_operator_password(&settings, &chance).expect("read");
    assert_eq!((first.made, second.made), (true, false));
    assert_eq!(first.password.reveal(), second.password.reveal());
    assert!(first.password.reveal().len() >= 20);
    assert_eq!(settings.managed.read().expect("readable")["CONFIG_DASHBOARD_PASS"], first.password.reveal());
}

#[test]
fn a_password_that_is_set_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let data_dir = folder.path().display().to_string();
    let settings = process(&[("DATA_DIR", &data_dir), ("CONFIG_DASHBOARD_PASS", "not-a-real-word")]).settings();
    let kept = ensure_operator_password(&settings, &Counting(AtomicU64::new(0))).expect("nothing to write");
    assert_eq!((kept.made, kept.password.reveal()), (false, "not-a-real-word"));
    assert!(!settings.managed.path().exists());
}

/// Runs `mrdj check-config` in an empty folder with `pairs` as its whole environment.
fn check_config(pairs: &[(&str, &str)], dotenv: &str) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(".env"), dotenv).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mrdj"));
    command.arg("check-config").env_clear().envs(pairs.iter().copied()).current_dir(folder.path());
    let output = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn check_config_tells_each_value_and_its_source() {
    let (code, page, complaints) = check_config(&[("PORT", "0"), ("MAIL_API_KEY", "geheim")], "WORKERS=2\nPORT=9\n");
    assert_eq!((code, complaints.as_str()), (Some(0), ""));
    let line = |key: &str| page.lines().find(|line| line.starts_with(key)).map(|line| line[key.len()..].trim());
    assert_eq!(line("PORT"), Some("\"0\"  (environment)"));
    assert_eq!(line("WORKERS"), Some("\"2\"  (.env)"));
    assert_eq!(line("MAIL_API_KEY"), Some("***  (environment)"));
    assert_eq!(line("TIME_ZONE"), Some("\"Europe/Amsterdam\"  (default)"));
    assert_eq!(line("RENTGUY_API_KEY"), Some("-  (unset)"));
}

#[test]
fn check_config_ends_in_two_when_a_setting_is_malformed() {
    let (code, page, complaints) = check_config(&[("PORT", "http"), ("DATABASE_URL", "geheim")], "");
    assert_eq!(code, Some(2));
    assert!(complaints.starts_with("2 settings are wrong\n  PORT: "), "{complaints}");
    assert!(complaints.contains("\n  DATABASE_URL: is not `sqlite://` and a path"), "{complaints}");
    assert!(!page.contains("geheim") && !complaints.contains("geheim"));
}

#[test]
fn the_page_of_settings_is_what_the_catalogue_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
    if std::env::var_os("MRDJ_BLESS").is_some() {
        std::fs::write(&path, render_markdown()).expect("written");
    }
    let page = std::fs::read_to_string(&path).expect("docs/configuration.md is there");
    assert!(page == render_markdown(), "docs/configuration.md is old; run this test with MRDJ_BLESS=1");
}

#[test]
fn a_password_that_was_made_is_told_to_a_terminal_and_to_no_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_mrdj"));
    let output = doctor.arg("doctor").env_clear().current_dir(folder.path()).output().expect("the program runs");
    let kept = std::fs::read_to_string(folder.path().join("mrdj-data/managed.env")).expect("the managed file");
    let password = kept.lines().find_map(|line| line.strip_prefix("CONFIG_DASHBOARD_PASS=")).expect("a password");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8(told).expect("text");
    assert!(password.len() > 12 && !told.contains(password), "{told}");
    assert!(told.contains("the password is in ./mrdj-data/managed.env"), "{told}");
}

#[test]
fn subscribers_are_named_once_and_each_has_a_secret() {
    let settings = process(&[
        ("EVENT_SUBSCRIBERS", "n8n=https://n8n.example.com/webhook/a?b=c, bi=https://bi.example.com"),
        ("EVENT_SUBSCRIBER_SECRETS", "n8n=whsec_AAEC/w==, bi=plain, n8n=whsec_AAEC"),
        ("EVENT_SUBSCRIBER_KINDS", "n8n=booking.created,n8n=lead.*"),
        ("RENTGUY_WEBHOOK_SECRETS", "the-new-one, the-former-one"),
    ])
    .settings();
    let [n8n, bi] = &settings.subscribers.list[..] else { panic!("two: {:?}", settings.subscribers) };
    assert_eq!(
        (n8n.name.as_str(), n8n.secrets.len(), &n8n.kinds[..]),
        ("n8n", 2, &["booking.created".to_owned(), "lead.*".to_owned()][..])
    );
    assert_eq!((bi.name.as_str(), bi.secrets.len(), bi.kinds.len()), ("bi", 1, 0));
    assert_eq!((settings.senders.rentguy.len(), settings.senders.github.len()), (2, 0));

    let wrong = [
        (("EVENT_SUBSCRIBERS", "n8n=https://n8n.example.com/hush"), "EVENT_SUBSCRIBER_SECRETS: holds none for n8n"),
        (("EVENT_SUBSCRIBERS", "n8n=ftp://n8n.example.com/hush"), "the address of n8n does not begin with https://"),
        (("EVENT_SUBSCRIBERS", "https://n8n.example.com/hush"), "is not a list like name=value"),
        (("EVENT_SUBSCRIBER_SECRETS", "n8n=hush"), "names n8n, whom EVENT_SUBSCRIBERS does not"),
        (("EVENT_SUBSCRIBER_KINDS", "n8n=hush"), "is no kind of event"),
        (("RENTGUY_WEBHOOK_SECRETS", "whsec_hush!"), "a signing secret that begins with whsec_ goes on in base64"),
    ];
    for (pair, what) in wrong {
        let message = process(&[pair]).message();
        assert!(message.contains(what), "{message}");
        assert!(pair.0 == "EVENT_SUBSCRIBER_KINDS" || !message.contains("hush"), "{message}");
    }
}
