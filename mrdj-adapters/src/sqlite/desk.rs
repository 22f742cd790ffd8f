//! What an operator sees and does.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::delivery::{
    Attempt, Delivery, DeliveryDesk, DeliveryId, Filter, Order, OrderRefused, QueueFigures, QueueName, State, Status,
};
use mrdj_core::error::{ErrorKind, PortError};
use sqlx::sqlite::{Sqlite as Database, SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row};

use super::delivery::{DEAD, FOR_A_PERSON, LEASED, PUT_OFF, attempt, delivery};
use super::error::{ADAPTER, port_error};
use super::open::Sqlite;
use super::row::{micros, uuid};

#[async_trait]
impl DeliveryDesk for Sqlite {
    async fn find(&self, id: DeliveryId) -> Result<Option<Delivery>, PortError> {
        let row = sqlx::query("SELECT * FROM delivery WHERE id = $1").bind(bytes(id));
        let row = row.fetch_optional(&self.0.readers).await;
        row.and_then(|row| row.as_ref().map(delivery).transpose()).map_err(|cause| port_error("find a delivery", cause))
    }

    async fn list(&self, filter: &Filter, limit: usize, now: Timestamp) -> Result<Vec<Delivery>, PortError> {
        let mut query = listing(filter, limit, now);
        let rows = query.build().fetch_all(&self.0.readers).await;
        rows.and_then(|rows| rows.iter().map(delivery).collect()).map_err(|cause| port_error("list deliveries", cause))
    }

    async fn attempts(&self, id: DeliveryId) -> Result<Vec<Attempt>, PortError> {
        let rows = sqlx::query("SELECT * FROM attempt WHERE delivery = $1 ORDER BY number").bind(bytes(id));
        let rows = rows.fetch_all(&self.0.readers).await;
        rows.and_then(|rows| rows.iter().map(attempt).collect()).map_err(|cause| port_error("read a history", cause))
    }

    async fn order(&self, id: DeliveryId, order: Order, now: Timestamp) -> Result<Option<Delivery>, PortError> {
        let carried_out = self.0.writer.write(move |connection| Box::pin(carry_out(connection, id, order, now)));
        match carried_out.await? {
            Ordered::Done(before) => Ok(Some(*before)),
            Ordered::Missing => Ok(None),
            Ordered::Refused(why) => {
                Err(PortError::new(ErrorKind::Conflict, ADAPTER, "carry out an order", why.to_string()))
            }
        }
    }

    async fn hurry(&self, queue: &QueueName, limit: usize, now: Timestamp) -> Result<Vec<DeliveryId>, PortError> {
        let (queue, limit) = (queue.clone(), i64::try_from(limit).unwrap_or(i64::MAX));
        let hurried = self.0.writer.write(move |connection| {
            let queue = queue.clone();
            Box::pin(async move { hurry(connection, &queue, limit, now).await })
        });
        hurried.await
    }

    async fn figures(&self, now: Timestamp) -> Result<Vec<QueueFigures>, PortError> {
        let figures = async {
            let mut reader = self.0.readers.acquire().await?;
            figures(&mut reader, now).await
        };
        figures.await.map_err(|cause| port_error("count deliveries", cause))
    }
}

fn bytes(id: DeliveryId) -> Vec<u8> {
    id.uuid().as_bytes().to_vec()
}

pub(super) fn listing(filter: &Filter, limit: usize, now: Timestamp) -> QueryBuilder<Database> {
    let mut query = QueryBuilder::new("SELECT * FROM delivery WHERE true");
    if let Some(queue) = &filter.queue {
        query.push(" AND queue = ").push_bind(queue.as_str().to_owned());
    }
    if let Some(subject) = &filter.subject {
        query.push(" AND subject = ").push_bind(subject.as_bytes().to_vec());
    }
    if let Some(after) = filter.after {
        query.push(" AND id > ").push_bind(bytes(after));
    }
    // `state <> 4` lets SQLite see that the index over open rows will do.
    match filter.status {
        None => {}
        Some(Status::Waiting) => {
            query
                .push(" AND state <> 4 AND doubt = 0 AND (state = 0 OR state = 1 AND at <= ")
                .push_bind(micros(now))
                .push(")");
        }
        Some(Status::Delayed) => {
            query.push(" AND state <> 4 AND doubt = 0 AND state = 1 AND at > ").push_bind(micros(now));
        }
        Some(Status::Active) => {
            query.push(" AND state <> 4 AND state = 2");
        }
        Some(Status::InDoubt) => {
            query.push(" AND state <> 4 AND doubt = 1 AND state IN (0, 1, 3)");
        }
        Some(Status::Done) => {
            query.push(" AND state = 4");
        }
        Some(Status::Dead) => {
            query.push(" AND state <> 4 AND state = 5");
        }
    }
    query.push(" ORDER BY id LIMIT ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    query
}

enum Ordered {
    Done(Box<Delivery>),
    Missing,
    Refused(OrderRefused),
}

async fn carry_out(
    connection: &mut SqliteConnection,
    id: DeliveryId,
    order: Order,
    now: Timestamp,
) -> Result<Ordered, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM delivery WHERE id = $1").bind(bytes(id));
    let Some(row) = row.fetch_optional(&mut *connection).await? else { return Ok(Ordered::Missing) };
    let before = delivery(&row)?;
    let after = match before.clone().obey(order, now) {
        Ok(after) => after,
        Err(refused) => return Ok(Ordered::Refused(refused)),
    };
    match after.map(|after| after.state) {
        Some(State::Done { .. }) => {
            let statement = "UPDATE delivery SET state = 4, doubt = 0, at = $2 WHERE id = $1";
            sqlx::query(statement).bind(bytes(id)).bind(micros(now)).execute(connection).await?;
        }
        Some(_) => {
            let statement =
                "UPDATE delivery SET state = 0, doubt = 0, at = $2, failures = 0, note = NULL WHERE id = $1";
            sqlx::query(statement).bind(bytes(id)).bind(micros(now)).execute(connection).await?;
        }
        None => {
            sqlx::query("DELETE FROM attempt WHERE delivery = $1").bind(bytes(id)).execute(&mut *connection).await?;
            sqlx::query("DELETE FROM delivery WHERE id = $1").bind(bytes(id)).execute(connection).await?;
        }
    }
    Ok(Ordered::Done(Box::new(before)))
}

pub(super) const HURRY: &str =
    "UPDATE delivery SET state = 0, at = $1, failures = iif(state = 5, 0, failures), note = NULL
    WHERE id IN (SELECT id FROM delivery WHERE state <> 4 AND queue = $2 AND doubt = 0
        AND (state = 5 OR state = 1 AND at > $1) ORDER BY id LIMIT $3)
    RETURNING id";

async fn hurry(
    connection: &mut SqliteConnection,
    queue: &QueueName,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<DeliveryId>, sqlx::Error> {
    let rows = sqlx::query(HURRY).bind(micros(now)).bind(queue.as_str()).bind(limit).fetch_all(connection).await?;
    let mut ids = rows.iter().map(|row| uuid(row, "id").map(DeliveryId::from_uuid)).collect::<Result<Vec<_>, _>>()?;
    ids.sort();
    Ok(ids)
}

/// Counts by indexes, so that a million that wait are not read row by row.
async fn figures(reader: &mut SqliteConnection, now: Timestamp) -> Result<Vec<QueueFigures>, sqlx::Error> {
    let mut all: Vec<QueueFigures> = Vec::new();
    // One statement sees one moment; between several a worker may move what the first has counted. Its corrections: what is
    // in doubt neither waits nor is put off, and a moment that has come puts nothing off.
    let query = "SELECT 0 AS correction, queue, state, count(*) AS many FROM delivery WHERE state <> 4
            GROUP BY queue, state
        UNION ALL
        SELECT 1, queue, state, count(*) FROM delivery WHERE doubt = 1 AND state IN (0, 1) GROUP BY queue, state
        UNION ALL
        SELECT 2, queue, 1, count(*) FROM delivery WHERE state = 1 AND at <= $1 AND doubt = 0 GROUP BY queue
        ORDER BY correction";
    for row in sqlx::query(query).bind(micros(now)).fetch_all(&mut *reader).await? {
        let (figure, many): (_, u64) = (of_queue(&mut all, &row)?, row.try_get("many")?);
        match (row.try_get::<i64, _>("correction")?, row.try_get::<i64, _>("state")?) {
            (0, LEASED) => figure.active = many,
            (0, FOR_A_PERSON) => figure.in_doubt = many,
            (0, DEAD) => figure.dead = many,
            (0, PUT_OFF) => figure.delayed = many,
            (0, _) => figure.waiting = many,
            (1, PUT_OFF) => (figure.delayed, figure.in_doubt) = (figure.delayed - many, figure.in_doubt + many),
            (1, _) => (figure.waiting, figure.in_doubt) = (figure.waiting - many, figure.in_doubt + many),
            _ => (figure.delayed, figure.waiting) = (figure.delayed - many, figure.waiting + many),
        }
    }
    let query = "SELECT queue, max(attempts) AS most FROM delivery WHERE attempts > 0 AND state < 4 GROUP BY queue";
    for row in sqlx::query(query).fetch_all(&mut *reader).await? {
        of_queue(&mut all, &row)?.most_attempts = row.try_get("most")?;
    }
    let minute_ago = micros(now.checked_sub(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MIN));
    let query = "SELECT queue, count(*) AS many FROM delivery WHERE state = 4 AND at > $1 GROUP BY queue";
    for row in sqlx::query(query).bind(minute_ago).fetch_all(&mut *reader).await? {
        of_queue(&mut all, &row)?.done_last_minute = row.try_get("many")?;
    }
    for figure in &mut all {
        let open = figure.waiting + figure.delayed + figure.active + figure.in_doubt;
        figure.oldest_age = age_at(reader, &figure.queue, open, 0, now).await?;
        // Of a hundred ages, 95 lie below the one with four in front of it when the oldest comes first.
        let older = open.saturating_sub(1 + open * 95 / 100);
        figure.p95_age = age_at(reader, &figure.queue, open, older, now).await?;
    }
    Ok(all)
}

fn of_queue<'a>(all: &'a mut Vec<QueueFigures>, row: &SqliteRow) -> Result<&'a mut QueueFigures, sqlx::Error> {
    let queue = QueueName::from(row.try_get::<String, _>("queue")?);
    let place = all.iter().position(|figure| figure.queue == queue).unwrap_or_else(|| {
        all.push(QueueFigures::empty(queue));
        all.len() - 1
    });
    Ok(&mut all[place])
}

/// Each state lies in order of age; of each no more than `offset + 1` can be in question.
pub(super) const AGE: &str = "SELECT created_at FROM delivery WHERE id = (SELECT id FROM (
        SELECT * FROM (SELECT id FROM delivery WHERE state <> 4 AND state = 0 AND queue = $1 ORDER BY id LIMIT $2 + 1)
        UNION ALL
        SELECT * FROM (SELECT id FROM delivery WHERE state <> 4 AND state = 1 AND queue = $1 ORDER BY id LIMIT $2 + 1)
        UNION ALL
        SELECT * FROM (SELECT id FROM delivery WHERE state <> 4 AND state = 2 AND queue = $1 ORDER BY id LIMIT $2 + 1)
        UNION ALL
        SELECT * FROM (SELECT id FROM delivery WHERE state <> 4 AND state = 3 AND queue = $1 ORDER BY id LIMIT $2 + 1)
    ) ORDER BY id LIMIT 1 OFFSET $2)";

/// The age of the open delivery with `offset` older ones before it.
async fn age_at(
    reader: &mut SqliteConnection,
    queue: &QueueName,
    open: u64,
    offset: u64,
    now: Timestamp,
) -> Result<Option<SignedDuration>, sqlx::Error> {
    if open == 0 {
        return Ok(None);
    }
    let offset = i64::try_from(offset).unwrap_or(i64::MAX - 1);
    let created: Option<i64> = sqlx::query_scalar(AGE).bind(queue.as_str()).bind(offset).fetch_optional(reader).await?;
    let created = created.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    Ok(created.map(|at| now.duration_since(at).max(SignedDuration::ZERO)))
}
