//! Deliveries: written, leased, settled.

use std::collections::HashSet;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::delivery::{
    Attempt, Delivery, DeliveryId, DeliveryQueue, Ending, LeaseAsk, LeaseToken, QueueName, QueueState, Settled,
    Settlement, State,
};
use mrdj_core::error::PortError;
use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::open::Postgres;
use super::row::{column, json, maybe_moment, micros, moment, signed, whole};
use super::session::Session;

pub(super) const WAITING: i16 = 0;
pub(super) const PUT_OFF: i16 = 1;
pub(super) const LEASED: i16 = 2;
pub(super) const FOR_A_PERSON: i16 = 3;
pub(super) const DONE: i16 = 4;
pub(super) const DEAD: i16 = 5;

/// So many put-off deliveries become due in one turn; the rest follows in the next.
const DUE_AT_ONCE: i64 = 1_000;
/// So many leases are taken back in one turn.
const RESCUED_AT_ONCE: i64 = 1_000;

#[async_trait]
impl DeliveryQueue for Postgres {
    async fn lease(&self, ask: &LeaseAsk) -> Result<Vec<Delivery>, PortError> {
        let ask = ask.clone();
        self.write("lease", |session| Box::pin(lease(session, ask))).await
    }

    async fn extend(&self, leases: &[LeaseToken], until: Timestamp) -> Result<Vec<LeaseToken>, PortError> {
        let leases = leases.to_vec();
        self.write("extend leases", move |session| Box::pin(extend(session, leases, until))).await
    }

    async fn settle(&self, settlements: Vec<Settlement>, now: Timestamp) -> Result<Vec<Settled>, PortError> {
        self.write("settle", move |session| Box::pin(settle(session, settlements, now))).await
    }

    async fn rescue(&self, now: Timestamp) -> Result<u64, PortError> {
        // Nearly always there is nothing, and a look is no transaction.
        let lost = sqlx::query("SELECT 1 AS lost FROM mrdj.delivery WHERE state = 2 AND at <= $1 LIMIT 1");
        let lost = lost.bind(micros(now));
        let lost = self.read("look for lost leases", |session| Box::pin(async move { session.row(lost).await }));
        if lost.await?.is_none() {
            return Ok(0);
        }
        self.write("take back leases", move |session| Box::pin(rescue(session, now))).await
    }

    async fn queues(&self) -> Result<Vec<QueueState>, PortError> {
        let read = self.read("read queues", |session| {
            Box::pin(async move {
                let query = sqlx::query("SELECT * FROM mrdj.queue ORDER BY name");
                session.rows(query).await?.iter().map(queue_state).collect()
            })
        });
        read.await
    }

    async fn keep(&self, state: &QueueState) -> Result<bool, PortError> {
        let statement = "INSERT INTO mrdj.queue (name, paused_at, breaker, version) VALUES ($1, $2, $3, $4 + 1)
            ON CONFLICT (name) DO UPDATE
                SET paused_at = excluded.paused_at, breaker = excluded.breaker, version = excluded.version
            WHERE queue.version = $4";
        let statement = sqlx::query(statement)
            .bind(state.name.as_str().to_owned())
            .bind(state.paused_at.map(micros))
            .bind(serde_json::to_string(&state.breaker).expect("a breaker is plain data"))
            .bind(signed(state.version));
        let kept =
            self.write("keep a queue", |session| Box::pin(async move { Ok(session.execute(statement).await? > 0) }));
        kept.await
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        // The history goes with what it is of, in one statement; several who prune at once take different rows.
        let statement = "WITH old AS MATERIALIZED (
                SELECT id FROM mrdj.delivery WHERE state = 4 AND at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED),
            tries AS (DELETE FROM mrdj.attempt WHERE delivery = ANY(ARRAY(SELECT id FROM old)))
            DELETE FROM mrdj.delivery WHERE id = ANY(ARRAY(SELECT id FROM old))";
        let statement = sqlx::query(statement).bind(micros(before)).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.write("prune", |session| Box::pin(async move { session.execute(statement).await })).await
    }
}

/// Writes deliveries; what is owed already is left out.
pub(super) async fn insert(session: &mut Session<'_>, deliveries: &[&Delivery]) -> Result<(), sqlx::Error> {
    if deliveries.is_empty() {
        return Ok(());
    }
    // In one order everywhere, so that two who owe the same do not wait for each other.
    let mut deliveries = deliveries.to_vec();
    deliveries.sort_by(|one, other| fact(one).cmp(&fact(other)));
    let deliveries = &deliveries;
    // A decision makes deliveries that are ready; everything else is settled, not decided.
    let at = |delivery: &Delivery| {
        if let State::Ready { at } = delivery.state { at } else { delivery.created_at }
    };
    let statement = "INSERT INTO mrdj.delivery
        (id, queue, kind, subject, edition, payload, created_at, state, at, doubt, attempts, failures, fence)
        SELECT new.*, false, 0, 0, 0 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::text[],
            $7::bigint[], $8::smallint[], $9::bigint[]) AS new
        ON CONFLICT (subject, queue, kind, edition) DO NOTHING";
    let statement = sqlx::query(statement)
        .bind(column(deliveries, |delivery| delivery.id.uuid()))
        .bind(column(deliveries, |delivery| delivery.queue.as_str().to_owned()))
        .bind(column(deliveries, |delivery| delivery.kind.clone()))
        .bind(column(deliveries, |delivery| delivery.subject))
        .bind(column(deliveries, |delivery| i64::from(delivery.edition)))
        .bind(column(deliveries, |delivery| delivery.payload.to_string()))
        .bind(column(deliveries, |delivery| micros(delivery.created_at)))
        .bind(column(deliveries, |delivery| if at(delivery) <= delivery.created_at { WAITING } else { PUT_OFF }))
        .bind(column(deliveries, |delivery| micros(at(delivery))));
    session.execute(statement).await?;
    Ok(())
}

/// What is owed at most once.
fn fact(delivery: &Delivery) -> (Uuid, &str, &str, u32) {
    (delivery.subject, delivery.queue.as_str(), &delivery.kind, delivery.edition)
}

async fn lease(session: &mut Session<'_>, ask: LeaseAsk) -> Result<Vec<Delivery>, sqlx::Error> {
    // Arrays, here and wherever few of many rows are picked: joined to them, the whole table would be read as soon as the
    // server expects more of them than there are.
    let due = "UPDATE mrdj.delivery SET state = 0 WHERE id = ANY(ARRAY(
        SELECT id FROM mrdj.delivery WHERE state = 1 AND at <= $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))";
    session.execute(sqlx::query(due).bind(micros(ask.now)).bind(DUE_AT_ONCE)).await?;
    let lease = "UPDATE mrdj.delivery SET state = 2, at = $1, fence = fence + 1 WHERE id = ANY(ARRAY(
            SELECT id FROM mrdj.delivery WHERE state = 0 AND queue = $2 ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED))
        RETURNING *";
    let until = ask.now.checked_add(ask.term).unwrap_or(Timestamp::MAX);
    let lease = sqlx::query(lease)
        .bind(micros(until))
        .bind(ask.queue.as_str().to_owned())
        .bind(i64::try_from(ask.limit).unwrap_or(i64::MAX));
    let mut leased = session.rows(lease).await?.iter().map(delivery).collect::<Result<Vec<_>, _>>()?;
    // RETURNING keeps no order.
    leased.sort_by_key(|delivery| delivery.id);
    Ok(leased)
}

async fn extend(
    session: &mut Session<'_>,
    leases: Vec<LeaseToken>,
    until: Timestamp,
) -> Result<Vec<LeaseToken>, sqlx::Error> {
    hold(session, column(&leases, |lease| lease.id.uuid())).await?;
    let statement = "UPDATE mrdj.delivery SET at = $1 FROM unnest($2::uuid[], $3::bigint[]) AS held (id, fence)
        WHERE delivery.id = held.id AND delivery.fence = held.fence AND delivery.state = 2
        RETURNING delivery.id, delivery.fence";
    let statement = sqlx::query(statement)
        .bind(micros(until))
        .bind(column(&leases, |lease| lease.id.uuid()))
        .bind(column(&leases, |lease| signed(lease.fence)));
    session.rows(statement).await?.iter().map(token).collect()
}

/// Locks rows in one order, so that two who end late and early copies of one batch do not wait for each other: an update
/// takes them in whatever order its plan finds them.
async fn hold(session: &mut Session<'_>, ids: Vec<Uuid>) -> Result<(), sqlx::Error> {
    if ids.len() > 1 {
        let query = "SELECT 1 FROM mrdj.delivery WHERE id = ANY($1) ORDER BY id FOR UPDATE";
        session.execute(sqlx::query(query).bind(ids)).await?;
    }
    Ok(())
}

/// How a lease ended, column by column.
struct Ended {
    state: i16,
    at: i64,
    doubt: bool,
    counted: i64,
    receipt: Option<String>,
    note: Option<String>,
}

impl Ended {
    fn of(ending: &Ending, now: Timestamp) -> Self {
        let plain = |state, at| Self { state, at: micros(at), doubt: false, counted: 0, receipt: None, note: None };
        match ending {
            Ending::Delivered { receipt } => Self { receipt: receipt.clone(), ..plain(DONE, now) },
            Ending::Skipped { reason } => Self { note: Some(reason.clone()), ..plain(DONE, now) },
            Ending::Again { at, counted } => {
                let state = if *at <= now { WAITING } else { PUT_OFF };
                Self { counted: i64::from(*counted), ..plain(state, *at) }
            }
            Ending::InDoubt { ask_at, counted } => {
                let state = if ask_at.is_some() { PUT_OFF } else { FOR_A_PERSON };
                Self { doubt: true, counted: i64::from(*counted), ..plain(state, ask_at.unwrap_or(now)) }
            }
            Ending::Dead { reason } => Self { note: Some(reason.clone()), ..plain(DEAD, now) },
        }
    }
}

async fn settle(
    session: &mut Session<'_>,
    settlements: Vec<Settlement>,
    now: Timestamp,
) -> Result<Vec<Settled>, sqlx::Error> {
    let mut seen = HashSet::new();
    // A lease ends once: only the first of several endings counts.
    let firsts: Vec<_> = settlements.iter().map(|settlement| seen.insert(settlement.token)).collect();
    let counting: Vec<_> = settlements.iter().zip(&firsts).filter_map(|(one, first)| first.then_some(one)).collect();
    hold(session, column(&counting, |settlement| settlement.token.id.uuid())).await?;
    let recorded = end(session, &counting, now).await?;
    let tries: Vec<_> = counting
        .iter()
        .filter(|settlement| recorded.contains(&settlement.token))
        .map(|settlement| &settlement.attempt)
        .collect();
    write_tries(session, &tries).await?;
    let became = |token, first: bool| {
        if first && recorded.contains(token) { Settled::Recorded } else { Settled::Stale }
    };
    Ok(settlements.iter().zip(firsts).map(|(settlement, first)| became(&settlement.token, first)).collect())
}

async fn end(
    session: &mut Session<'_>,
    settlements: &[&Settlement],
    now: Timestamp,
) -> Result<HashSet<LeaseToken>, sqlx::Error> {
    let statement = "UPDATE mrdj.delivery SET state = ended.state, at = ended.at,
            doubt = ended.doubt, attempts = delivery.attempts + 1,
            failures = delivery.failures + ended.counted, receipt = ended.receipt, note = ended.note
        FROM unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::bigint[], $5::boolean[], $6::bigint[], $7::text[],
            $8::text[]) AS ended (id, fence, state, at, doubt, counted, receipt, note)
        WHERE delivery.id = ended.id AND delivery.fence = ended.fence AND delivery.state = 2
        RETURNING delivery.id, delivery.fence";
    let ended: Vec<_> = settlements.iter().map(|settlement| Ended::of(&settlement.ending, now)).collect();
    let statement = sqlx::query(statement)
        .bind(column(settlements, |settlement| settlement.token.id.uuid()))
        .bind(column(settlements, |settlement| signed(settlement.token.fence)))
        .bind(column(&ended, |ended| ended.state))
        .bind(column(&ended, |ended| ended.at))
        .bind(column(&ended, |ended| ended.doubt))
        .bind(column(&ended, |ended| ended.counted))
        .bind(column(&ended, |ended| ended.receipt.clone()))
        .bind(column(&ended, |ended| ended.note.clone()));
    session.rows(statement).await?.iter().map(token).collect()
}

async fn write_tries(session: &mut Session<'_>, tries: &[&Attempt]) -> Result<(), sqlx::Error> {
    if tries.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.attempt (delivery, number, started_at, took_ms, outcome, summary)
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[])
        ON CONFLICT (delivery, number) DO NOTHING";
    let outcome = |attempt: &Attempt| serde_json::to_string(&attempt.outcome).expect("an outcome is a word");
    let statement = sqlx::query(statement)
        .bind(column(tries, |attempt| attempt.delivery.uuid()))
        .bind(column(tries, |attempt| i64::from(attempt.number)))
        .bind(column(tries, |attempt| micros(attempt.started_at)))
        .bind(column(tries, |attempt| signed(attempt.took_ms)))
        .bind(column(tries, |attempt| outcome(attempt)))
        .bind(column(tries, |attempt| attempt.summary.clone()));
    session.execute(statement).await?;
    Ok(())
}

async fn rescue(session: &mut Session<'_>, now: Timestamp) -> Result<u64, sqlx::Error> {
    let query = "SELECT * FROM mrdj.delivery WHERE state = 2 AND at <= $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED";
    let rows = session.rows(sqlx::query(query).bind(micros(now)).bind(RESCUED_AT_ONCE)).await?;
    let lost = rows.iter().map(delivery).collect::<Result<Vec<_>, _>>()?;
    let tries: Vec<_> = lost.iter().filter_map(|lost| Some(lost.rescue(now)?.1)).collect();
    // What a vanished worker held may have been carried: it is asked about before it is sent again.
    let statement = "UPDATE mrdj.delivery SET state = 0, doubt = true, at = $1, attempts = lost.attempts
        FROM unnest($2::uuid[], $3::bigint[]) AS lost (id, attempts) WHERE delivery.id = lost.id";
    let statement = sqlx::query(statement)
        .bind(micros(now))
        .bind(column(&tries, |attempt| attempt.delivery.uuid()))
        .bind(column(&tries, |attempt| i64::from(attempt.number)));
    session.execute(statement).await?;
    write_tries(session, &tries.iter().collect::<Vec<_>>()).await?;
    Ok(tries.len() as u64)
}

fn queue_state(row: &PgRow) -> Result<QueueState, sqlx::Error> {
    Ok(QueueState {
        name: QueueName::from(row.try_get::<String, _>("name")?),
        paused_at: maybe_moment(row, "paused_at")?,
        // What a breaker has seen is worth less than the queue that it guards.
        breaker: json(row, "breaker").unwrap_or_default(),
        version: whole(row, "version")?,
    })
}

fn token(row: &PgRow) -> Result<LeaseToken, sqlx::Error> {
    Ok(LeaseToken { id: DeliveryId::from_uuid(row.try_get("id")?), fence: whole(row, "fence")? })
}

/// A delivery from its row.
pub(super) fn delivery(row: &PgRow) -> Result<Delivery, sqlx::Error> {
    Ok(Delivery {
        id: DeliveryId::from_uuid(row.try_get("id")?),
        queue: QueueName::from(row.try_get::<String, _>("queue")?),
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        edition: whole(row, "edition")?,
        payload: payload(row)?,
        created_at: moment(row, "created_at")?,
        state: state(row)?,
        attempts: whole(row, "attempts")?,
        failures: whole(row, "failures")?,
        fence: whole(row, "fence")?,
    })
}

/// Text that is no JSON stays text: its courier gets it as it is, and those behind it are not held up.
fn payload(row: &PgRow) -> Result<Value, sqlx::Error> {
    let text: &str = row.try_get("payload")?;
    Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into()))
}

fn state(row: &PgRow) -> Result<State, sqlx::Error> {
    let at = moment(row, "at")?;
    let doubt: bool = row.try_get("doubt")?;
    let note: Option<String> = row.try_get("note")?;
    Ok(match row.try_get::<i16, _>("state")? {
        WAITING | PUT_OFF if doubt => State::InDoubt { ask_at: Some(at) },
        WAITING | PUT_OFF => State::Ready { at },
        LEASED => State::Leased { until: at, asking: doubt },
        FOR_A_PERSON => State::InDoubt { ask_at: None },
        DONE => State::Done { at, receipt: row.try_get("receipt")?, skipped: note },
        _ => State::Dead { at, reason: note.unwrap_or_default() },
    })
}

/// One line of a history from its row.
pub(super) fn attempt(row: &PgRow) -> Result<Attempt, sqlx::Error> {
    Ok(Attempt {
        delivery: DeliveryId::from_uuid(row.try_get("delivery")?),
        number: whole(row, "number")?,
        started_at: moment(row, "started_at")?,
        took_ms: whole(row, "took_ms")?,
        outcome: json(row, "outcome")?,
        summary: row.try_get("summary")?,
    })
}
