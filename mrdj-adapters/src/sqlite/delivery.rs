//! Deliveries: written, leased, settled.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::delivery::{
    Attempt, Delivery, DeliveryId, DeliveryQueue, Ending, LeaseAsk, LeaseToken, QueueName, QueueState, Settled,
    Settlement, State,
};
use mrdj_core::error::PortError;
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::bulk::{Bound, Bulk};
use super::error::port_error;
use super::open::Sqlite;
use super::row::{bytes, hex, json, json_list, maybe, micros, moment, uuid};

pub(super) const WAITING: i64 = 0;
pub(super) const PUT_OFF: i64 = 1;
pub(super) const LEASED: i64 = 2;
pub(super) const FOR_A_PERSON: i64 = 3;
pub(super) const DONE: i64 = 4;
pub(super) const DEAD: i64 = 5;

/// So many put-off deliveries become due in one turn; the rest follows in the next.
const DUE_AT_ONCE: i64 = 1_000;
/// So many leases are taken back in one turn.
const RESCUED_AT_ONCE: i64 = 1_000;

#[async_trait]
impl DeliveryQueue for Sqlite {
    async fn lease(&self, ask: &LeaseAsk) -> Result<Vec<Delivery>, PortError> {
        let ask = ask.clone();
        let leased = self.0.writer.write(move |connection| {
            let ask = ask.clone();
            Box::pin(async move { lease(connection, &ask).await })
        });
        leased.await
    }

    async fn extend(&self, leases: &[LeaseToken], until: Timestamp) -> Result<Vec<LeaseToken>, PortError> {
        let tokens: Vec<_> = leases.iter().map(|lease| (hex(lease.id.uuid()), lease.fence)).collect();
        let held = self.0.writer.write(move |connection| {
            let tokens = json_list(&tokens);
            Box::pin(async move { extend(connection, tokens, until).await })
        });
        held.await
    }

    async fn settle(&self, settlements: Vec<Settlement>, now: Timestamp) -> Result<Vec<Settled>, PortError> {
        let settlements = Arc::new(settlements);
        let settled = self.0.writer.write(move |connection| {
            let settlements = Arc::clone(&settlements);
            Box::pin(async move { settle(connection, &settlements, now).await })
        });
        settled.await
    }

    async fn rescue(&self, now: Timestamp) -> Result<u64, PortError> {
        // Nearly always there is nothing, and a look costs no place in the writer's queue.
        let query = "SELECT 1 FROM delivery WHERE state = 2 AND at <= $1 LIMIT 1";
        let lost = sqlx::query(query).bind(micros(now)).fetch_optional(&self.0.readers).await;
        if lost.map_err(|cause| port_error("look for lost leases", cause))?.is_none() {
            return Ok(0);
        }
        self.0.writer.write(move |connection| Box::pin(rescue(connection, now))).await
    }

    async fn queues(&self) -> Result<Vec<QueueState>, PortError> {
        let rows = sqlx::query("SELECT * FROM queue ORDER BY name").fetch_all(&self.0.readers).await;
        rows.and_then(|rows| rows.iter().map(queue_state).collect()).map_err(|cause| port_error("read queues", cause))
    }

    async fn keep(&self, state: &QueueState) -> Result<bool, PortError> {
        let state = state.clone();
        let kept = self.0.writer.write(move |connection| {
            let state = state.clone();
            Box::pin(async move { keep(connection, &state).await })
        });
        kept.await
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0.writer.write(move |connection| Box::pin(prune(connection, before, limit))).await
    }
}

const INSERT: Bulk = Bulk {
    head: "INSERT INTO delivery
        (id, queue, kind, subject, edition, payload, created_at, state, at, doubt, attempts, failures, fence) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0",
    tail: "ON CONFLICT (subject, queue, kind, edition) DO NOTHING",
};

/// Writes deliveries; what is owed already is left out.
pub(super) async fn insert(connection: &mut SqliteConnection, deliveries: &[&Delivery]) -> Result<(), sqlx::Error> {
    INSERT
        .run(connection, deliveries, |query, delivery| {
            // A decision makes deliveries that are ready; everything else is settled, not decided.
            let at = if let State::Ready { at } = delivery.state { at } else { delivery.created_at };
            query
                .bind(bytes(delivery.id.uuid()))
                .bind(delivery.queue.as_str())
                .bind(delivery.kind.as_str())
                .bind(bytes(delivery.subject))
                .bind(delivery.edition)
                .bind(delivery.payload.to_string())
                .bind(micros(delivery.created_at))
                .bind(if at <= delivery.created_at { WAITING } else { PUT_OFF })
                .bind(micros(at))
        })
        .await?;
    Ok(())
}

/// `state <> 4` says nothing new; without it SQLite does not see that the index over open rows will do, and reads every
/// delivery there ever was.
const LEASE: &str = "UPDATE delivery SET state = 2, at = $1, fence = fence + 1 WHERE id IN
    (SELECT id FROM delivery WHERE state <> 4 AND state = 0 AND queue = $2 ORDER BY id LIMIT $3) RETURNING *";

async fn lease(connection: &mut SqliteConnection, ask: &LeaseAsk) -> Result<Vec<Delivery>, sqlx::Error> {
    let due = "UPDATE delivery SET state = 0 WHERE id IN
        (SELECT id FROM delivery WHERE state = 1 AND at <= $1 ORDER BY at LIMIT $2)";
    sqlx::query(due).bind(micros(ask.now)).bind(DUE_AT_ONCE).execute(&mut *connection).await?;
    let until = micros(ask.now.checked_add(ask.term).unwrap_or(Timestamp::MAX));
    let limit = i64::try_from(ask.limit).unwrap_or(i64::MAX);
    let rows = sqlx::query(LEASE).bind(until).bind(ask.queue.as_str()).bind(limit).fetch_all(connection).await?;
    let mut leased: Vec<_> = rows.iter().map(delivery).collect::<Result<_, _>>()?;
    // RETURNING keeps no order.
    leased.sort_by_key(|delivery| delivery.id);
    Ok(leased)
}

async fn extend(
    connection: &mut SqliteConnection,
    tokens: String,
    until: Timestamp,
) -> Result<Vec<LeaseToken>, sqlx::Error> {
    let statement = "UPDATE delivery SET at = $1
        FROM (SELECT unhex(value ->> 0) AS id, value ->> 1 AS fence FROM json_each($2)) AS held
        WHERE delivery.id = held.id AND delivery.fence = held.fence AND delivery.state = 2
        RETURNING delivery.id AS id, delivery.fence AS fence";
    let rows = sqlx::query(statement).bind(micros(until)).bind(tokens).fetch_all(connection).await?;
    rows.iter().map(token).collect()
}

/// How a lease ended, column by column.
struct Ended {
    state: i64,
    at: i64,
    doubt: bool,
    counted: bool,
    receipt: Option<String>,
    note: Option<String>,
}

impl Ended {
    fn of(ending: &Ending, now: Timestamp) -> Self {
        let plain = |state, at| Self { state, at: micros(at), doubt: false, counted: false, receipt: None, note: None };
        match ending {
            Ending::Delivered { receipt } => Self { receipt: receipt.clone(), ..plain(DONE, now) },
            Ending::Skipped { reason } => Self { note: Some(reason.clone()), ..plain(DONE, now) },
            Ending::Again { at, counted } => {
                let state = if *at <= now { WAITING } else { PUT_OFF };
                Self { counted: *counted, ..plain(state, *at) }
            }
            Ending::InDoubt { ask_at, counted } => {
                let state = if ask_at.is_some() { PUT_OFF } else { FOR_A_PERSON };
                Self { doubt: true, counted: *counted, ..plain(state, ask_at.unwrap_or(now)) }
            }
            Ending::Dead { reason } => Self { note: Some(reason.clone()), ..plain(DEAD, now) },
        }
    }
}

const SETTLE: Bulk = Bulk {
    head: "WITH ended (id, fence, state, at, doubt, counted, receipt, note) AS (VALUES",
    row: "?, ?, ?, ?, ?, ?, ?, ?",
    tail: ") UPDATE delivery SET state = ended.state, at = ended.at, doubt = ended.doubt,
            attempts = delivery.attempts + 1, failures = delivery.failures + ended.counted,
            receipt = ended.receipt, note = ended.note
        FROM ended
        WHERE delivery.id = ended.id AND delivery.fence = ended.fence AND delivery.state = 2
        RETURNING delivery.id AS id, delivery.fence AS fence",
};

async fn settle(
    connection: &mut SqliteConnection,
    settlements: &[Settlement],
    now: Timestamp,
) -> Result<Vec<Settled>, sqlx::Error> {
    let mut seen = HashSet::new();
    // A lease ends once: only the first of several endings counts.
    let firsts: Vec<_> = settlements.iter().map(|settlement| seen.insert(settlement.token)).collect();
    let counting: Vec<_> = settlements.iter().zip(&firsts).filter_map(|(one, first)| first.then_some(one)).collect();
    let rows = SETTLE.run(connection, &counting, |query, settlement| bind_ending(query, settlement, now)).await?;
    let recorded = rows.iter().map(token).collect::<Result<HashSet<_>, _>>()?;
    let tries: Vec<_> = counting
        .iter()
        .filter(|settlement| recorded.contains(&settlement.token))
        .map(|settlement| &settlement.attempt)
        .collect();
    write_tries(connection, &tries).await?;
    let became = |token, first: bool| {
        if first && recorded.contains(token) { Settled::Recorded } else { Settled::Stale }
    };
    Ok(settlements.iter().zip(firsts).map(|(settlement, first)| became(&settlement.token, first)).collect())
}

fn bind_ending<'q>(query: Bound<'q>, settlement: &Settlement, now: Timestamp) -> Bound<'q> {
    let row = Ended::of(&settlement.ending, now);
    query
        .bind(bytes(settlement.token.id.uuid()))
        .bind(fence_column(settlement.token))
        .bind(row.state)
        .bind(row.at)
        .bind(row.doubt)
        .bind(row.counted)
        .bind(row.receipt)
        .bind(row.note)
}

fn fence_column(token: LeaseToken) -> i64 {
    i64::try_from(token.fence).unwrap_or(i64::MAX)
}

const WRITE_TRIES: Bulk = Bulk {
    head: "INSERT INTO attempt (delivery, number, started_at, took_ms, outcome, summary) VALUES",
    row: "?, ?, ?, ?, ?, ?",
    tail: "ON CONFLICT (delivery, number) DO NOTHING",
};

async fn write_tries(connection: &mut SqliteConnection, tries: &[&Attempt]) -> Result<(), sqlx::Error> {
    WRITE_TRIES
        .run(connection, tries, |query, attempt| {
            query
                .bind(bytes(attempt.delivery.uuid()))
                .bind(attempt.number)
                .bind(micros(attempt.started_at))
                .bind(i64::try_from(attempt.took_ms).unwrap_or(i64::MAX))
                .bind(serde_json::to_string(&attempt.outcome).expect("an outcome is a word"))
                .bind(attempt.summary.as_str())
        })
        .await?;
    Ok(())
}

async fn rescue(connection: &mut SqliteConnection, now: Timestamp) -> Result<u64, sqlx::Error> {
    let query = "SELECT * FROM delivery WHERE state = 2 AND at <= $1 ORDER BY at LIMIT $2";
    let rows = sqlx::query(query).bind(micros(now)).bind(RESCUED_AT_ONCE).fetch_all(&mut *connection).await?;
    let lost = rows.iter().map(delivery).collect::<Result<Vec<_>, _>>()?;
    let tries: Vec<_> = lost.iter().filter_map(|lost| Some(lost.rescue(now)?.1)).collect();
    for attempt in &tries {
        // What a vanished worker held may have been carried: it is asked about before it is sent again.
        let statement = "UPDATE delivery SET state = 0, doubt = 1, at = $1, attempts = $2 WHERE id = $3";
        let update = sqlx::query(statement).bind(micros(now)).bind(attempt.number);
        update.bind(bytes(attempt.delivery.uuid())).execute(&mut *connection).await?;
    }
    write_tries(connection, &tries.iter().collect::<Vec<_>>()).await?;
    Ok(tries.len() as u64)
}

async fn keep(connection: &mut SqliteConnection, state: &QueueState) -> Result<bool, sqlx::Error> {
    let statement = "INSERT INTO queue (name, paused_at, breaker, version) VALUES ($1, $2, $3, $4 + 1)
        ON CONFLICT (name) DO UPDATE SET paused_at = excluded.paused_at, breaker = excluded.breaker,
            version = excluded.version
        WHERE queue.version = $4";
    let version = i64::try_from(state.version).unwrap_or(i64::MAX);
    let kept = sqlx::query(statement)
        .bind(state.name.as_str())
        .bind(state.paused_at.map(micros))
        .bind(serde_json::to_string(&state.breaker).expect("a breaker is plain data"))
        .bind(version)
        .execute(connection)
        .await?;
    Ok(kept.rows_affected() > 0)
}

/// Those that were done first, by the index over what is done.
const PRUNE: &str = "DELETE FROM delivery WHERE id IN
    (SELECT id FROM delivery WHERE state = 4 AND at < $1 ORDER BY at, id LIMIT $2)";
const PRUNE_TRIES: &str = "DELETE FROM attempt WHERE delivery IN
    (SELECT id FROM delivery WHERE state = 4 AND at < $1 ORDER BY at, id LIMIT $2)";

async fn prune(connection: &mut SqliteConnection, before: Timestamp, limit: i64) -> Result<u64, sqlx::Error> {
    sqlx::query(PRUNE_TRIES).bind(micros(before)).bind(limit).execute(&mut *connection).await?;
    let pruned = sqlx::query(PRUNE).bind(micros(before)).bind(limit).execute(connection).await?;
    Ok(pruned.rows_affected())
}

fn queue_state(row: &SqliteRow) -> Result<QueueState, sqlx::Error> {
    Ok(QueueState {
        name: QueueName::from(row.try_get::<String, _>("name")?),
        paused_at: maybe(row, "paused_at", moment)?,
        // What a breaker has seen is worth less than the queue that it guards.
        breaker: json(row, "breaker").unwrap_or_default(),
        version: row.try_get("version")?,
    })
}

fn token(row: &SqliteRow) -> Result<LeaseToken, sqlx::Error> {
    Ok(LeaseToken { id: DeliveryId::from_uuid(uuid(row, "id")?), fence: row.try_get("fence")? })
}

/// A delivery from its row.
pub(super) fn delivery(row: &SqliteRow) -> Result<Delivery, sqlx::Error> {
    Ok(Delivery {
        id: DeliveryId::from_uuid(uuid(row, "id")?),
        queue: QueueName::from(row.try_get::<String, _>("queue")?),
        kind: row.try_get("kind")?,
        subject: uuid(row, "subject")?,
        edition: row.try_get("edition")?,
        payload: payload(row)?,
        created_at: moment(row, "created_at")?,
        state: state(row)?,
        attempts: row.try_get("attempts")?,
        failures: row.try_get("failures")?,
        fence: row.try_get("fence")?,
    })
}

/// Text that is no JSON stays text: its courier gets it as it is, and those behind it are not held up.
fn payload(row: &SqliteRow) -> Result<Value, sqlx::Error> {
    let text: &str = row.try_get("payload")?;
    Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into()))
}

fn state(row: &SqliteRow) -> Result<State, sqlx::Error> {
    let at = moment(row, "at")?;
    let doubt: bool = row.try_get("doubt")?;
    let note: Option<String> = row.try_get("note")?;
    Ok(match row.try_get::<i64, _>("state")? {
        WAITING | PUT_OFF if doubt => State::InDoubt { ask_at: Some(at) },
        WAITING | PUT_OFF => State::Ready { at },
        LEASED => State::Leased { until: at, asking: doubt },
        FOR_A_PERSON => State::InDoubt { ask_at: None },
        DONE => State::Done { at, receipt: row.try_get("receipt")?, skipped: note },
        _ => State::Dead { at, reason: note.unwrap_or_default() },
    })
}

/// One line of a history from its row.
pub(super) fn attempt(row: &SqliteRow) -> Result<Attempt, sqlx::Error> {
    Ok(Attempt {
        delivery: DeliveryId::from_uuid(uuid(row, "delivery")?),
        number: row.try_get("number")?,
        started_at: moment(row, "started_at")?,
        took_ms: row.try_get("took_ms")?,
        outcome: json(row, "outcome")?,
        summary: row.try_get("summary")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::Config;
    use crate::sqlite::desk::{AGE, HURRY, listing};
    use crate::sqlite::idempotency::SWEEP as SWEEP_ANSWERS;
    use crate::sqlite::leads::LIST_HELD;
    use crate::sqlite::post_office::SWEEP as SWEEP_POSTAGE;
    use mrdj_core::delivery::{Filter, Status};
    use sqlx::AssertSqlSafe;

    const TABLES: [&str; 5] = ["answer", "attempt", "delivery", "lead", "postage"];

    async fn a_store() -> (Sqlite, tempfile::TempDir) {
        let directory = tempfile::tempdir().expect("a directory");
        (Sqlite::open(&Config::at(directory.path().join("mrdj.db"))).await.expect("a store"), directory)
    }

    /// The steps in which SQLite would run `sql`.
    async fn plan(store: &Sqlite, sql: &str) -> Vec<String> {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        let rows = plan.fetch_all(&store.0.readers).await.expect("a plan");
        rows.iter().map(|row| row.try_get("detail").expect("a step")).collect()
    }

    #[tokio::test]
    async fn what_is_done_with_is_not_read_again() {
        let (store, _directory) = a_store().await;
        let listed = Status::ALL.into_iter().filter(|status| *status != Status::Done).map(|status| {
            let filter = Filter { queue: Some(QueueName::new("crm")), status: Some(status), ..Filter::default() };
            listing(&filter, 50, Timestamp::UNIX_EPOCH).sql().as_str().to_owned()
        });
        let fixed = [LEASE, AGE, HURRY, LIST_HELD, PRUNE, PRUNE_TRIES, SWEEP_ANSWERS, SWEEP_POSTAGE].map(str::to_owned);
        for sql in fixed.into_iter().chain(listed).collect::<Vec<_>>() {
            let steps = plan(&store, &sql).await;
            let whole = |step: &&String| TABLES.iter().any(|table| **step == format!("SCAN {table}"));
            assert_eq!(steps.iter().find(whole), None, "{steps:?} of {sql}");
        }
    }

    #[tokio::test]
    async fn what_is_forgotten_is_found_by_its_moment() {
        let (store, _directory) = a_store().await;
        let by_moment = [
            (PRUNE, "delivery_done"),
            (PRUNE_TRIES, "delivery_done"),
            (SWEEP_ANSWERS, "answer_at"),
            (SWEEP_POSTAGE, "postage_at"),
        ];
        for (sql, index) in by_moment {
            let steps = plan(&store, sql).await;
            assert!(steps.iter().any(|step| step.contains(&format!("INDEX {index} (at<?)"))), "{steps:?} of {sql}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?} of {sql} sorts");
        }
    }
}
