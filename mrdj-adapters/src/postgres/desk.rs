//! What an operator sees and does.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::delivery::{
    Attempt, Delivery, DeliveryDesk, DeliveryId, Filter, Order, OrderRefused, QueueFigures, QueueName, State, Status,
};
use mrdj_core::error::{ErrorKind, PortError};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::delivery::{DEAD, DONE, FOR_A_PERSON, LEASED, PUT_OFF, attempt, delivery};
use super::error::ADAPTER;
use super::open::Postgres;
use super::row::{micros, moment, whole};
use super::session::{Session, Statement};

#[async_trait]
impl DeliveryDesk for Postgres {
    async fn find(&self, id: DeliveryId) -> Result<Option<Delivery>, PortError> {
        let found = self.read("find a delivery", move |session| {
            Box::pin(async move { session.row(one(id)).await?.as_ref().map(delivery).transpose() })
        });
        found.await
    }

    async fn list(&self, filter: &Filter, limit: usize, now: Timestamp) -> Result<Vec<Delivery>, PortError> {
        let query = listing(filter, limit, now);
        let listed = self.read("list deliveries", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(delivery).collect() })
        });
        listed.await
    }

    async fn attempts(&self, id: DeliveryId) -> Result<Vec<Attempt>, PortError> {
        let query = sqlx::query("SELECT * FROM mrdj.attempt WHERE delivery = $1 ORDER BY number").bind(id.uuid());
        let read = self.read("read a history", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(attempt).collect() })
        });
        read.await
    }

    async fn order(&self, id: DeliveryId, order: Order, now: Timestamp) -> Result<Option<Delivery>, PortError> {
        let carried_out = self.write("carry out an order", move |session| Box::pin(carry_out(session, id, order, now)));
        match carried_out.await? {
            Ordered::Done(before) => Ok(Some(*before)),
            Ordered::Missing => Ok(None),
            Ordered::Refused(why) => {
                Err(PortError::new(ErrorKind::Conflict, ADAPTER, "carry out an order", why.to_string()))
            }
        }
    }

    async fn hurry(&self, queue: &QueueName, limit: usize, now: Timestamp) -> Result<Vec<DeliveryId>, PortError> {
        let statement = "UPDATE mrdj.delivery
            SET state = 0, at = $1, failures = CASE WHEN state = 5 THEN 0 ELSE failures END, note = NULL
            WHERE id = ANY(ARRAY(SELECT id FROM mrdj.delivery WHERE state IN (1, 5) AND queue = $2 AND NOT doubt
                AND (state = 5 OR at > $1) ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED))
            RETURNING id";
        let statement = sqlx::query(statement)
            .bind(micros(now))
            .bind(queue.as_str().to_owned())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let hurried = self.write("hurry", |session| {
            Box::pin(async move {
                let rows = session.rows(statement).await?;
                let ids = rows.iter().map(|row| Ok(DeliveryId::from_uuid(row.try_get("id")?)));
                let mut ids = ids.collect::<Result<Vec<_>, sqlx::Error>>()?;
                ids.sort();
                Ok(ids)
            })
        });
        hurried.await
    }

    async fn figures(&self, now: Timestamp) -> Result<Vec<QueueFigures>, PortError> {
        self.read("count deliveries", move |session| Box::pin(figures(session, now))).await
    }
}

fn one(id: DeliveryId) -> Statement {
    sqlx::query("SELECT * FROM mrdj.delivery WHERE id = $1").bind(id.uuid())
}

/// A condition for each status that an index answers; `$5` is the present moment.
const fn of_status(status: Option<Status>) -> &'static str {
    macro_rules! listing {
        ($condition:literal) => {
            concat!(
                "SELECT * FROM mrdj.delivery WHERE ($1::text IS NULL OR queue = $1) AND ($2::uuid IS NULL OR subject = $2) ",
                "AND ($3::uuid IS NULL OR id > $3) AND $5::bigint IS NOT NULL AND ",
                $condition,
                " ORDER BY id LIMIT $4"
            )
        };
    }
    match status {
        None => listing!("true"),
        Some(Status::Waiting) => listing!("state IN (0, 1) AND NOT doubt AND (state = 0 OR at <= $5)"),
        Some(Status::Delayed) => listing!("state = 1 AND NOT doubt AND at > $5"),
        Some(Status::Active) => listing!("state = 2"),
        Some(Status::InDoubt) => listing!("doubt AND state IN (0, 1, 3)"),
        Some(Status::Done) => listing!("state = 4"),
        Some(Status::Dead) => listing!("state = 5"),
    }
}

fn listing(filter: &Filter, limit: usize, now: Timestamp) -> Statement {
    sqlx::query(of_status(filter.status))
        .bind(filter.queue.as_ref().map(|queue| queue.as_str().to_owned()))
        .bind(filter.subject)
        .bind(filter.after.map(|after| after.uuid()))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .bind(micros(now))
}

enum Ordered {
    Done(Box<Delivery>),
    Missing,
    Refused(OrderRefused),
}

async fn carry_out(
    session: &mut Session<'_>,
    id: DeliveryId,
    order: Order,
    now: Timestamp,
) -> Result<Ordered, sqlx::Error> {
    let query = sqlx::query("SELECT * FROM mrdj.delivery WHERE id = $1 FOR UPDATE").bind(id.uuid());
    let Some(row) = session.row(query).await? else { return Ok(Ordered::Missing) };
    let before = delivery(&row)?;
    let after = match before.clone().obey(order, now) {
        Ok(after) => after,
        Err(refused) => return Ok(Ordered::Refused(refused)),
    };
    match after.map(|after| after.state) {
        Some(State::Done { .. }) => {
            let statement = "UPDATE mrdj.delivery SET state = 4, doubt = false, at = $2 WHERE id = $1";
            session.execute(sqlx::query(statement).bind(id.uuid()).bind(micros(now))).await?;
        }
        Some(_) => {
            let statement =
                "UPDATE mrdj.delivery SET state = 0, doubt = false, at = $2, failures = 0, note = NULL WHERE id = $1";
            session.execute(sqlx::query(statement).bind(id.uuid()).bind(micros(now))).await?;
        }
        None => {
            session.execute(sqlx::query("DELETE FROM mrdj.attempt WHERE delivery = $1").bind(id.uuid())).await?;
            session.execute(sqlx::query("DELETE FROM mrdj.delivery WHERE id = $1").bind(id.uuid())).await?;
        }
    }
    Ok(Ordered::Done(Box::new(before)))
}

/// Counts by indexes, so that a million that wait are not read row by row.
async fn figures(session: &mut Session<'_>, now: Timestamp) -> Result<Vec<QueueFigures>, sqlx::Error> {
    let mut all: Vec<QueueFigures> = Vec::new();
    // One statement sees one moment; between several a worker may move what the first has counted. Its corrections: what is
    // in doubt neither waits nor is put off, and a moment that has come puts nothing off.
    let query = "SELECT 0 AS correction, queue, 0::smallint AS state, count(*) AS many FROM mrdj.delivery
            WHERE state = 0 GROUP BY queue
        UNION ALL
        SELECT 0, queue, state, count(*) FROM mrdj.delivery WHERE state IN (1, 2, 3, 5) GROUP BY queue, state
        UNION ALL
        SELECT 1, queue, state, count(*) FROM mrdj.delivery WHERE doubt AND state IN (0, 1) GROUP BY queue, state
        UNION ALL
        SELECT 2, queue, 1::smallint, count(*) FROM mrdj.delivery WHERE state = 1 AND at <= $1 AND NOT doubt
            GROUP BY queue
        ORDER BY correction";
    for row in session.rows(sqlx::query(query).bind(micros(now))).await? {
        let (figure, many): (_, u64) = (of_queue(&mut all, &row)?, whole(&row, "many")?);
        match (row.try_get::<i32, _>("correction")?, row.try_get::<i16, _>("state")?) {
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
    // With a value, so that it is planned each time: of a statement without one the server keeps its first plan.
    let query =
        "SELECT queue, max(attempts) AS most FROM mrdj.delivery WHERE attempts > 0 AND state < $1 GROUP BY queue";
    for row in session.rows(sqlx::query(query).bind(DONE)).await? {
        of_queue(&mut all, &row)?.most_attempts = whole(&row, "most")?;
    }
    let minute_ago = micros(now.checked_sub(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MIN));
    let query = "SELECT queue, count(*) AS many FROM mrdj.delivery WHERE state = 4 AND at > $1 GROUP BY queue";
    for row in session.rows(sqlx::query(query).bind(minute_ago)).await? {
        of_queue(&mut all, &row)?.done_last_minute = whole(&row, "many")?;
    }
    for figure in &mut all {
        let open = figure.waiting + figure.delayed + figure.active + figure.in_doubt;
        figure.oldest_age = age_at(session, &figure.queue, open, 0, now).await?;
        // Of a hundred ages, 95 lie below the one with four in front of it when the oldest comes first.
        let older = open.saturating_sub(1 + open * 95 / 100);
        figure.p95_age = age_at(session, &figure.queue, open, older, now).await?;
    }
    Ok(all)
}

fn of_queue<'a>(all: &'a mut Vec<QueueFigures>, row: &PgRow) -> Result<&'a mut QueueFigures, sqlx::Error> {
    let queue = QueueName::from(row.try_get::<String, _>("queue")?);
    let place = all.iter().position(|figure| figure.queue == queue).unwrap_or_else(|| {
        all.push(QueueFigures::empty(queue));
        all.len() - 1
    });
    Ok(&mut all[place])
}

/// The age of the open delivery with `offset` older ones before it.
async fn age_at(
    session: &mut Session<'_>,
    queue: &QueueName,
    open: u64,
    offset: u64,
    now: Timestamp,
) -> Result<Option<SignedDuration>, sqlx::Error> {
    if open == 0 {
        return Ok(None);
    }
    // Each state lies in order of age; of each no more than `offset + 1` can be in question.
    let query = "SELECT created_at FROM mrdj.delivery WHERE id = (SELECT id FROM (
            (SELECT id FROM mrdj.delivery WHERE state = 0 AND queue = $1 ORDER BY id LIMIT $2 + 1)
            UNION ALL
            (SELECT id FROM mrdj.delivery WHERE state IN (1, 2, 3, 5) AND state = 1 AND queue = $1
                ORDER BY id LIMIT $2 + 1)
            UNION ALL
            (SELECT id FROM mrdj.delivery WHERE state IN (1, 2, 3, 5) AND state = 2 AND queue = $1
                ORDER BY id LIMIT $2 + 1)
            UNION ALL
            (SELECT id FROM mrdj.delivery WHERE state IN (1, 2, 3, 5) AND state = 3 AND queue = $1
                ORDER BY id LIMIT $2 + 1)
        ) AS open ORDER BY id LIMIT 1 OFFSET $2)";
    let offset = i64::try_from(offset).unwrap_or(i64::MAX - 1);
    let row = session.row(sqlx::query(query).bind(queue.as_str().to_owned()).bind(offset)).await?;
    let created = row.as_ref().map(|row| moment(row, "created_at")).transpose()?;
    Ok(created.map(|at| now.duration_since(at).max(SignedDuration::ZERO)))
}
