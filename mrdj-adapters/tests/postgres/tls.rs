//! Lines that are encrypted, to the server that is meant and to no other.

use std::path::{Path, PathBuf};
use std::process::Command;

use mrdj_adapters::postgres::{Config, Postgres};
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::DeliveryQueue;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_servers::PostgresServer;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use crate::given::{NOW, config};

pub(crate) const CASES: &[Case<PostgresServer>] = mrdj_core::cases![
    a_server_with_a_certificate_of_our_authority_is_trusted,
    a_server_that_another_authority_vouches_for_is_refused,
    a_server_of_another_name_is_refused,
    a_server_without_certificate_is_refused,
    an_authority_that_cannot_be_read_is_told,
];

/// Whether the program is there that makes certificates.
pub(crate) fn can_certify() -> bool {
    Command::new("openssl").arg("version").output().is_ok_and(|told| told.status.success())
}

/// A word that no error may show.
const PASSWORD: &str = "correct-horse";

/// A certificate authority, in a directory of its own.
struct Authority(TempDir);

impl Authority {
    fn new() -> Self {
        let directory = TempDir::new().expect("a directory");
        let ca = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
        openssl(
            directory.path(),
            &[&ca[..], &["-subj", "/CN=Example CA", "-keyout", "ca.key", "-out", "ca.pem"]].concat(),
        );
        Self(directory)
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("ca.pem")
    }

    /// Gives `server` a certificate for `localhost`, and lets it speak TLS from then on.
    async fn certify(&self, server: &PostgresServer) {
        let directory = self.0.path();
        std::fs::write(directory.join("names"), "subjectAltName=DNS:localhost\n").expect("a file");
        let key =
            ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"];
        openssl(directory, &[&key[..], &["-keyout", "server.key", "-out", "server.csr"]].concat());
        let sign = ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7"];
        openssl(directory, &[&sign[..], &["-days", "2", "-extfile", "names", "-out", "server.crt"]].concat());
        let mut line = PgConnection::connect(server.url()).await.expect("it answers");
        let cluster: String =
            sqlx::query_scalar("SHOW data_directory").fetch_one(&mut line).await.expect("it knows where it lives");
        for name in ["server.key", "server.crt"] {
            hand_over(&directory.join(name), &Path::new(&cluster).join(name));
        }
        for statement in ["ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()"] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut line).await.expect("it takes its certificate");
        }
        while !speaks_tls(server).await {}
    }
}

fn openssl(directory: &Path, arguments: &[&str]) {
    let ended = Command::new("openssl").args(arguments).current_dir(directory).output().expect("openssl starts");
    assert!(ended.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
}

/// Copies a file to where whoever runs the server owns it, and nobody else may read it.
fn hand_over(file: &Path, to: &Path) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    std::fs::copy(file, to).expect("the server's directory can be written to");
    let owner = std::fs::metadata(to.parent().expect("a directory")).expect("it is there");
    chown(to, Some(owner.uid()), Some(owner.gid())).expect("a file can be handed over");
    std::fs::set_permissions(to, PermissionsExt::from_mode(0o600)).expect("and locked");
}

/// Whether a line that has to be encrypted comes about.
async fn speaks_tls(server: &PostgresServer) -> bool {
    PgConnection::connect(&format!("{}?sslmode=require", server.url())).await.is_ok()
}

/// How to reach `server` under the name `host`.
fn at(server: &PostgresServer, host: &str, query: &str) -> Config {
    config(&format!("postgres://mrdj:{PASSWORD}@{host}:{}/postgres{query}", server.port()))
}

/// The same, with certificates of the authority in `file`.
fn trusting(server: &PostgresServer, host: &str, query: &str, file: &Path) -> Config {
    at(server, host, query).trusting(file).expect("the file is there")
}

/// What is said instead of an answer; it shows no password.
async fn refusal(config: Config) -> PortError {
    let store = Postgres::open(config.clone()).expect("opening waits for nothing");
    let refused = store.rescue(NOW).await.expect_err("no line comes about");
    let told = format!("{refused} {refused:?} {config:?}");
    assert!(!told.contains(PASSWORD), "{told}");
    let looked = Postgres::pending(&config).await.expect_err("a look tells the same");
    assert_eq!((looked.kind, &looked.summary), (refused.kind, &refused.summary));
    refused
}

async fn a_server_with_a_certificate_of_our_authority_is_trusted(server: PostgresServer) -> Outcome {
    let authority = Authority::new();
    authority.certify(&server).await;
    for config in [
        trusting(&server, "localhost", "", &authority.file()),
        trusting(&server, "localhost", "?sslmode=disable", &authority.file()),
        at(&server, "127.0.0.1", "?sslmode=require"),
    ] {
        let store = Postgres::open(config)?;
        store.rescue(NOW).await?;
        let mut line = PgConnection::connect(server.url()).await.expect("it answers");
        let plain = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
            WHERE application_name = 'mrdj' AND backend_type = 'client backend' AND NOT ssl";
        assert_eq!(crate::given::number(&mut line, plain).await, 0, "every line is encrypted");
        let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
            WHERE application_name = 'mrdj' AND ssl";
        assert!(crate::given::number(&mut line, encrypted).await > 0);
        store.close().await;
    }
    Ok(())
}

async fn a_server_that_another_authority_vouches_for_is_refused(server: PostgresServer) -> Outcome {
    Authority::new().certify(&server).await;
    let stranger = Authority::new();
    let public = at(&server, "localhost", "?sslmode=verify-full");
    for config in [trusting(&server, "localhost", "", &stranger.file()), public] {
        let refused = refusal(config).await;
        assert_eq!(refused.kind, ErrorKind::Misconfigured, "{refused}");
        assert!(refused.summary.contains("certificate"), "{refused}");
    }
    Ok(())
}

async fn a_server_of_another_name_is_refused(server: PostgresServer) -> Outcome {
    let authority = Authority::new();
    authority.certify(&server).await;
    let refused = refusal(trusting(&server, "127.0.0.1", "", &authority.file())).await;
    assert_eq!(refused.kind, ErrorKind::Misconfigured, "{refused}");
    assert!(refused.summary.contains("certificate"), "{refused}");
    Ok(())
}

async fn a_server_without_certificate_is_refused(server: PostgresServer) -> Outcome {
    let authority = Authority::new();
    for config in [
        trusting(&server, "localhost", "", &authority.file()),
        at(&server, "localhost", "?sslmode=require"),
        at(&server, "localhost", "?sslmode=verify-full"),
        // It leads to this machine, and does not look like it.
        at(&server, "0.0.0.0", ""),
    ] {
        let refused = refusal(config).await;
        assert_eq!(refused.kind, ErrorKind::Misconfigured, "{refused}");
        assert!(refused.summary.contains("TLS"), "{refused}");
    }
    Ok(())
}

async fn an_authority_that_cannot_be_read_is_told(server: PostgresServer) -> Outcome {
    Authority::new().certify(&server).await;
    let nothing = tempfile::NamedTempFile::new().expect("a file");
    let refused = refusal(trusting(&server, "localhost", "", nothing.path())).await;
    assert_eq!(refused.kind, ErrorKind::Misconfigured, "{refused}");
    let nowhere = nothing.path().with_extension("gone");
    let told = at(&server, "localhost", "").trusting(nowhere).expect_err("told before anybody connects");
    assert_eq!(told.kind(), std::io::ErrorKind::NotFound);
    Ok(())
}
