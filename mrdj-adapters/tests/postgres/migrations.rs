//! The schema comes into being once, grows, and leaves its neighbours alone.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use mrdj_adapters::postgres::Postgres;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::error::ErrorKind;
use mrdj_core::leads::LeadBook;
use mrdj_core::store::{Commit, Store};
use mrdj_servers::programs;
use sqlx::AssertSqlSafe;
use sqlx::migrate::Migrator;
use tokio::task::JoinSet;

use crate::given::{Given, NOW, config};

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![
    eight_that_start_together_migrate_once,
    a_look_changes_nothing,
    another_apps_migrations_are_left_alone,
    a_newer_schema_is_refused_and_says_so,
    whoever_may_not_create_uses_what_is_up_to_date,
    a_dump_of_the_first_step_is_brought_up_to_date,
    nobody_waits_long_for_a_schema_that_takes_long,
    a_place_is_told_to_who_starts_the_program_and_to_nobody_else,
];

pub(crate) const POOLED: &[Case<Given>] =
    mrdj_core::cases![eight_that_start_together_migrate_once, a_newer_schema_is_refused_and_says_so];

/// Where the steps lie.
fn steps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres")
}

async fn eight_that_start_together_migrate_once(given: Given) -> Outcome {
    let mut starts = JoinSet::new();
    for _ in 0..8 {
        let (store, (lead, changes)) = (given.store(), given.stranger());
        starts.spawn(async move { (store.commit(changes).await, LeadBook::find(&store, lead.id).await) });
    }
    for (commit, found) in starts.join_all().await {
        assert_eq!(commit?, Commit::Done);
        assert!(found?.is_some());
    }
    let files = std::fs::read_dir(steps()).expect("the steps").count();
    let applied = given.number("SELECT count(*) FROM mrdj.migration WHERE success").await;
    assert_eq!(usize::try_from(applied).ok(), Some(files), "each step once");
    let pending = Postgres::pending(&given.config()).await?;
    assert_eq!((pending.applied.len(), pending.missing.len()), (files, 0));
    Ok(())
}

async fn a_look_changes_nothing(given: Given) -> Outcome {
    let pending = Postgres::pending(&given.config()).await?;
    assert_eq!(pending.applied, [""; 0]);
    assert_eq!(pending.missing.first().map(String::as_str), Some("0001 spine"));
    let schemas = given.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'mrdj'").await;
    assert_eq!(schemas, 0);
    Ok(())
}

async fn another_apps_migrations_are_left_alone(given: Given) -> Outcome {
    let theirs = tempfile::tempdir().expect("a directory");
    let write = |name: &str, sql: &str| std::fs::write(theirs.path().join(name), sql).expect("a file");
    write("0001_theirs.sql", "CREATE TABLE booking (id bigint)");
    let their_migrator = async || Migrator::new(theirs.path()).await.expect("their steps");
    let mut line = given.line().await;
    // A user of the schema's name, as the one of these tests may be, would find it before all others.
    sqlx::raw_sql("SET search_path = public").execute(&mut line).await.expect("their schema");
    their_migrator().await.run_direct(None, &mut line, false).await.expect("they migrate first");

    given.reached(given.config()).await?;
    write("0002_more.sql", "CREATE TABLE playlist (id bigint)");
    their_migrator().await.run_direct(None, &mut line, false).await.expect("they migrate again");
    given.reached(given.config()).await?;
    assert_eq!(given.number("SELECT count(*) FROM public._sqlx_migrations").await, 2);
    let ours = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    assert_eq!(given.number(ours).await, 3, "of ours nothing lies among theirs");
    Ok(())
}

async fn a_newer_schema_is_refused_and_says_so(given: Given) -> Outcome {
    given.reached(given.config()).await?;
    let newer = "INSERT INTO mrdj.migration (version, description, success, checksum, execution_time)
        VALUES (9001, 'from the future', true, '', 0)";
    sqlx::raw_sql(newer).execute(&mut given.line().await).await.expect("a step we do not know");
    let refused = given.store().commit(given.stranger().1).await.expect_err("an older program keeps off");
    assert_eq!(refused.kind, ErrorKind::Misconfigured);
    assert!(refused.summary.contains("newer version") && refused.summary.contains("9001"), "{}", refused.summary);
    let looked = Postgres::pending(&given.config()).await.expect_err("a look tells as well");
    assert_eq!((looked.kind, &looked.summary), (refused.kind, &refused.summary));
    assert_eq!(given.number("SELECT count(*) FROM mrdj.lead").await, 0);
    Ok(())
}

async fn whoever_may_not_create_uses_what_is_up_to_date(given: Given) -> Outcome {
    let role = format!("plain_{}", given.database.url().rsplit('_').take(2).collect::<Vec<_>>().join("_"));
    let (_, place) = given.database.url().split_once('@').map(|(_, place)| ((), place.to_owned())).expect("a user");
    let url = format!("postgres://{role}:example@{place}");
    let mut line = given.line().await;
    let mut run = async |sql: String| {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut line).await.expect("an administrator may");
    };
    run(format!("CREATE ROLE {role} LOGIN PASSWORD 'example'")).await;
    let refused = Postgres::migrate(&config(&url)).await.expect_err("it may not make a schema");
    assert_eq!((refused.kind, &*refused.summary), (ErrorKind::Misconfigured, "the user may not do that"));

    given.reached(given.config()).await?;
    run(format!(
        "GRANT USAGE ON SCHEMA mrdj TO {role}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA mrdj TO {role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA mrdj TO {role}"
    ))
    .await;
    let store = Postgres::open(config(&url))?;
    let (lead, changes) = given.stranger();
    assert_eq!(store.commit(changes).await?, Commit::Done);
    assert_eq!(LeadBook::find(&store, lead.id).await?, Some(lead));
    assert_eq!(Postgres::migrate(&config(&url)).await?.missing, [""; 0]);
    store.close().await;

    // A role belongs to the server, and would outlive the database.
    run(format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
    Ok(())
}

async fn a_dump_of_the_first_step_is_brought_up_to_date(given: Given) -> Outcome {
    let first = tempfile::tempdir().expect("a directory");
    std::fs::copy(steps().join("0001_spine.sql"), first.path().join("0001_spine.sql")).expect("the first step");
    let mut migrator = Migrator::new(first.path()).await.expect("one step");
    migrator.dangerous_set_table_name("mrdj.migration");
    migrator.create_schema("mrdj");
    migrator.run_direct(None, &mut given.line().await, false).await.expect("the first version starts");
    let lead = "INSERT INTO mrdj.lead VALUES ('019aa5b0-0000-7000-8000-000000000001', 'web-20261121-1', 'contact',
            'mail:jan@example.com', 'Jan', 'jan@example.com', NULL, false, 'bruiloft', '2027-06-19', NULL, 'Hoi!', 'nl',
            'clear', 0, '[]', 'site', 1795262400000000, 1795262400000000, 1)";
    sqlx::raw_sql(lead).execute(&mut given.line().await).await.expect("the first version works");

    let restored = Given::on_a_database().await;
    let dump = first.path().join("dump");
    let (from, to) = (given.database.url(), restored.database.url());
    run("pg_dump", &["--format=custom", "--no-owner", "--dbname", &from, "--file"], &dump);
    run("pg_restore", &["--exit-on-error", "--no-owner", "--dbname", &to], &dump);
    let pending = Postgres::pending(&restored.config()).await?;
    assert_eq!(pending.missing.first().map(String::as_str), Some("0002 reporting"), "a look tells what is missing");

    let migrated = Postgres::migrate(&restored.config()).await?;
    assert_eq!((&migrated, &*migrated.applied), (&pending, &["0001 spine".to_owned()][..]));
    let store = restored.store();
    let id = "019aa5b0-0000-7000-8000-000000000001".parse().expect("an id");
    let found = LeadBook::find(&store, id).await?.expect("what was there is there");
    assert_eq!((found.enquiry.message.as_deref(), found.submitted_at), (Some("Hoi!"), NOW));
    assert_eq!(store.commit(restored.stranger().1).await?, Commit::Done);
    assert_eq!(restored.number("SELECT sum(received)::bigint FROM mrdj.v_lead_funnel").await, 2);
    Ok(())
}

/// Runs one of Postgres' programs on a file.
fn run(program: &str, options: &[&str], file: &Path) {
    let program = programs().expect("the server's programs").join(program);
    let status = Command::new(&program).args(options).arg(file).status();
    assert!(status.expect("it starts").success(), "{}", program.display());
}

async fn nobody_waits_long_for_a_schema_that_takes_long(given: Given) -> Outcome {
    let mut line = given.line().await;
    // Somebody else is at it, and takes his time.
    sqlx::raw_sql("SELECT pg_advisory_lock(x'6d72646a'::int)").execute(&mut line).await.expect("the lock is free");
    let store = Postgres::open(given.config().patience(Duration::from_millis(200)))?;
    let (lead, changes) = given.stranger();
    let refused = store.commit(changes.clone()).await.expect_err("there is no schema yet");
    assert_eq!((refused.kind, &*refused.summary), (ErrorKind::Unavailable, "its schema is being brought up to date"));

    sqlx::raw_sql("SELECT pg_advisory_unlock(x'6d72646a'::int)").execute(&mut line).await.expect("it was held");
    // What was begun went on without whoever waited.
    while store.commit(changes.clone()).await.is_err() {}
    assert_eq!(LeadBook::find(&store, lead.id).await?, Some(lead));
    assert_eq!(given.number("SELECT count(*) FROM mrdj.migration WHERE version = 1").await, 1);
    Ok(())
}

async fn a_place_is_told_to_who_starts_the_program_and_to_nobody_else(given: Given) -> Outcome {
    let database = given.database.url().replace("/mrdj_", "/gone_mrdj_");
    let refused = Postgres::migrate(&config(&database)).await.expect_err("there is no such database");
    let place = database.split_once('@').expect("a user").1;
    assert_eq!(refused.summary, "there is no such database");
    assert!(!refused.to_string().contains(place), "{refused}");
    let cause = refused.cause.expect("it has one").to_string();
    assert!(cause.starts_with(place), "{cause}");
    Ok(())
}
