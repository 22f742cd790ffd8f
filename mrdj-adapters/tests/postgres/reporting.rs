//! What a reporting tool sees: figures that are right, and nothing about a person.

use jiff::SignedDuration;
use mrdj_adapters::postgres::Postgres;
use mrdj_core::contacts::{EmailAddress, PersonName, Phone};
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::{
    Attempt, AttemptOutcome, Delivery, DeliveryQueue, Ending, LeaseAsk, Owed, QueueName, QueueState, Settlement,
};
use mrdj_core::error::ErrorKind;
use mrdj_core::leads::{Lead, Standing};
use mrdj_core::store::{Change, Changes, Commit, Store};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use crate::given::{Given, NOW, an_ask, number};

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![
    a_member_of_the_role_reads_every_view_and_no_table,
    no_view_shows_who_asked,
    the_figures_are_right,
];

const CRM: QueueName = QueueName::new("crm");
const MAIL: QueueName = QueueName::new("mail");

/// The relations of our schema of one kind: `v` for views, `r` for tables.
async fn relations(line: &mut PgConnection, kind: &str) -> Vec<String> {
    let query = "SELECT relname::text FROM pg_class WHERE relnamespace = 'mrdj'::regnamespace AND relkind::text = $1
        ORDER BY relname";
    sqlx::query_scalar(query).bind(kind).fetch_all(line).await.expect("the catalogue")
}

async fn a_member_of_the_role_reads_every_view_and_no_table(given: Given) -> Outcome {
    given.reached(given.config()).await?;
    let mut line = given.line().await;
    let place = given.database.url().split_once('@').map(|(_, place)| place.to_owned()).expect("a user");
    let role = format!("report_{}", place.rsplit('/').next().unwrap_or_default());
    let make = format!("CREATE ROLE {role} LOGIN PASSWORD 'example' IN ROLE mrdj_reporting");
    sqlx::raw_sql(AssertSqlSafe(make)).execute(&mut line).await.expect("an administrator may");
    let mut reader = PgConnection::connect(&format!("postgres://{role}:example@{place}")).await.expect("it may log in");

    let (views, tables) = (relations(&mut line, "v").await, relations(&mut line, "r").await);
    assert!(views.len() >= 5 && tables.len() >= 8, "{views:?} {tables:?}");
    for view in views {
        let read = sqlx::query(AssertSqlSafe(format!("SELECT * FROM mrdj.{view}"))).fetch_all(&mut reader).await;
        assert!(read.is_ok(), "{view}: {read:?}");
    }
    for table in tables {
        for statement in [format!("SELECT 1 FROM mrdj.{table}"), format!("DELETE FROM mrdj.{table}")] {
            let refused = sqlx::query(AssertSqlSafe(statement)).fetch_all(&mut reader).await.expect_err("no table");
            let state = refused.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
            assert_eq!(state.as_deref(), Some("42501"), "{table}: {refused}");
        }
    }
    reader.close().await.expect("it may leave");
    let drop = AssertSqlSafe(format!("DROP ROLE {role}"));
    sqlx::raw_sql(drop).execute(&mut line).await.expect("a role would outlive the database");
    Ok(())
}

async fn no_view_shows_who_asked(given: Given) -> Outcome {
    let store = given.reached(given.config()).await?;
    let mut lead = given.lead("planted-mailbox@example.com");
    lead.enquiry.name = PersonName::parse("Planted Name").expect("a name");
    lead.enquiry.email = Some(EmailAddress::parse("planted-mailbox@example.com").expect("an address"));
    lead.enquiry.phone = Some(Phone::known("+31600000042".to_owned()));
    lead.enquiry.message = Some("Planted message".to_owned());
    assert_eq!(store.commit(given.decision(&lead)).await?, Commit::Done);
    for (ending, word) in [(Ending::Dead { reason: "Planted reason".to_owned() }, "Planted summary")] {
        let leased = store.lease(&an_ask(1)).await?.remove(0);
        let attempt = a_try(&leased, AttemptOutcome::Failed(ErrorKind::Rejected), word);
        store.settle(vec![Settlement { token: leased.token(), ending, attempt }], NOW).await?;
    }
    let mut line = given.line().await;
    for view in relations(&mut line, "v").await {
        let query = AssertSqlSafe(format!("SELECT row_to_json(shown)::text FROM mrdj.{view} AS shown"));
        let rows = sqlx::query(query).fetch_all(&mut line).await.expect("a view");
        assert!(!rows.is_empty(), "{view} shows nothing, so that it proves nothing");
        for row in rows {
            let shown = row.get::<String, _>(0).to_lowercase();
            let planted = ["planted", "31600000042", "0600000042", "example.com"];
            assert_eq!(planted.iter().find(|word| shown.contains(**word)), None, "{view} shows {shown}");
        }
    }
    Ok(())
}

fn a_try(leased: &Delivery, outcome: AttemptOutcome, summary: &str) -> Attempt {
    leased.tried(outcome, NOW..NOW + SignedDuration::from_millis(250), summary)
}

/// A decision about an enquiry that owes a card and a confirmation.
fn owing(given: &Given, lead: &Lead) -> Changes {
    let mut changes = given.decision(lead);
    changes.facts.retain(|fact| !matches!(fact, Change::Deliver(_)));
    let owed = [Owed::now(CRM, "lead.card"), Owed::now(MAIL, "lead.confirmation")];
    changes.with_all(owed.map(|owed| Change::Deliver(Delivery::new(owed, lead.id.uuid(), NOW, &given.chance))))
}

/// Leases one of `queue`, and lets it end.
async fn end_one(store: &Postgres, queue: QueueName, ending: Ending) -> Outcome {
    let leased = store.lease(&LeaseAsk { queue, ..an_ask(1) }).await?.remove(0);
    let attempt = a_try(&leased, AttemptOutcome::Delivered, "");
    store.settle(vec![Settlement { token: leased.token(), ending, attempt }], NOW).await?;
    Ok(())
}

async fn the_figures_are_right(given: Given) -> Outcome {
    let store = given.reached(given.config()).await?;
    for n in 0..4 {
        let lead = given.lead(&format!("visitor-{n}@example.com"));
        assert_eq!(store.commit(owing(&given, &lead)).await?, Commit::Done);
    }
    let held = Lead { standing: Standing::Suspicious, ..given.lead("junk@example.com") };
    let mut junk = given.decision(&held);
    junk.facts.retain(|fact| !matches!(fact, Change::Deliver(_)));
    assert_eq!(store.commit(junk).await?, Commit::Done);

    let delivered = || Ending::Delivered { receipt: None };
    end_one(&store, CRM, delivered()).await?;
    end_one(&store, CRM, delivered()).await?;
    end_one(&store, CRM, Ending::Dead { reason: "refused".to_owned() }).await?;
    end_one(&store, MAIL, delivered()).await?;
    end_one(&store, MAIL, Ending::Skipped { reason: "suppressed".to_owned() }).await?;
    end_one(&store, MAIL, Ending::InDoubt { ask_at: None, counted: true }).await?;
    store.keep(&QueueState { paused_at: Some(NOW), ..QueueState::fresh(MAIL) }).await?;

    let mut line = given.line().await;
    let funnel = "SELECT format('%s %s %s %s %s', day, received, held_back, in_crm, confirmed_by_mail)
        FROM mrdj.v_lead_funnel";
    let funnel: Vec<String> = sqlx::query_scalar(funnel).fetch_all(&mut line).await.expect("a funnel");
    assert_eq!(funnel, ["2026-11-21 5 1 2 1"]);
    let health = "SELECT format('%s %s %s %s %s %s %s', queue, waiting, delayed, active, in_doubt, dead,
        extract(epoch FROM paused_since)::bigint) FROM mrdj.v_delivery_health ORDER BY queue";
    let health: Vec<String> = sqlx::query_scalar(health).fetch_all(&mut line).await.expect("their health");
    assert_eq!(health, ["crm 1 0 0 0 1 ", "mail 1 0 0 1 0 1795262400"]);
    let tries = "SELECT count(*) FROM mrdj.v_attempt WHERE outcome = 'delivered' AND took_ms = 250";
    assert_eq!(number(&mut line, tries).await, 6);
    assert_eq!(number(&mut line, "SELECT count(*) FROM mrdj.v_lead WHERE event_type = 'bruiloft'").await, 5);
    assert_eq!(number(&mut line, "SELECT count(*) FROM mrdj.v_delivery WHERE status = 'done'").await, 4);
    Ok(())
}
