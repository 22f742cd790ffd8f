//! What became of a transaction whose answer was lost.

use std::time::Duration;

use mrdj_core::batch::Batch;
use mrdj_core::store::Commit;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row};
use tokio::time::{Instant, sleep};

use super::config::Config;
use super::row::column;
use super::session::{Session, within};
use super::writer::Decision;

/// A server that has not noticed yet that the line was cut is asked again after this.
const A_MOMENT: Duration = Duration::from_millis(50);

/// Whether `transaction` was committed with `decisions` in it; `None` when the server cannot say.
pub(super) async fn became(
    line: &mut PgConnection,
    config: &Config,
    transaction: &str,
    decisions: &[Decision],
) -> Result<Option<bool>, sqlx::Error> {
    let asked = Instant::now();
    loop {
        match within(config.overdue(), status(line, transaction)).await?.as_deref() {
            Some("in progress") if asked.elapsed() < config.patience => sleep(A_MOMENT).await,
            Some("committed") => return Ok(wrote(line, config, transaction, decisions).await?.then_some(true)),
            Some("aborted") => return Ok(Some(false)),
            _ => return Ok(None),
        }
    }
}

async fn status(line: &mut PgConnection, transaction: &str) -> Result<Option<String>, sqlx::Error> {
    // One message, so that no pooler comes between question and answer; the number is the server's own.
    let query = AssertSqlSafe(format!("SELECT pg_xact_status('{transaction}'::xid8) AS status"));
    sqlx::raw_sql(query).fetch_one(line).await?.try_get("status")
}

/// Whether something of `decisions` is there.
///
/// A crash takes the number of a transaction along that was not committed, and another gets it: its end alone proves
/// nothing. One row proves all, as they were written together.
async fn wrote(
    line: &mut PgConnection,
    config: &Config,
    transaction: &str,
    decisions: &[Decision],
) -> Result<bool, sqlx::Error> {
    let mut batch = Batch::default();
    let done = decisions.iter().filter(|decision| decision.outcome == Commit::Done);
    done.for_each(|decision| batch.add(&decision.changes));
    let Batch {
        inserts,
        updates,
        deliveries,
        answers,
        ticks,
        bookings,
        entries,
        resources,
        blocks,
        heard,
        statuses,
        experiments,
        conversions,
        ..
    } = &batch;
    let statuses: Vec<_> = statuses.values().copied().collect();
    let leads_are_empty = inserts.is_empty() && updates.is_empty() && deliveries.is_empty() && answers.is_empty();
    let bookings_are_empty = bookings.is_empty() && entries.is_empty() && resources.is_empty() && blocks.is_empty();
    let words_are_empty = heard.is_empty() && statuses.is_empty();
    let trials_are_empty = experiments.is_empty() && conversions.is_empty();
    if leads_are_empty && ticks.is_empty() && bookings_are_empty && words_are_empty && trials_are_empty {
        // Nothing is claimed that could be missing.
        return Ok(true);
    }
    // Ids are new, so that a row is theirs whoever wrote it last.
    let query = "SELECT EXISTS (SELECT FROM mrdj.lead WHERE id = ANY($2))
            OR EXISTS (SELECT FROM mrdj.delivery WHERE id = ANY($3))
            OR EXISTS (SELECT FROM mrdj.lead WHERE id = ANY($4) AND xmin = $1::xid8::xid)
            OR EXISTS (SELECT FROM mrdj.answer WHERE key = ANY($5) AND xmin = $1::xid8::xid)
            OR EXISTS (SELECT FROM mrdj.schedule_tick WHERE schedule = ANY($6) AND xmin = $1::xid8::xid)
            OR EXISTS (SELECT FROM mrdj.booking WHERE id = ANY($7) AND xmin = $1::xid8::xid)
            OR EXISTS (SELECT FROM mrdj.resource WHERE id = ANY($8) AND xmin = $1::xid8::xid)
            OR EXISTS (SELECT FROM mrdj.block WHERE id = ANY($9))
            OR EXISTS (SELECT FROM mrdj.booking_entry WHERE booking = ANY($10) AND id = ANY($11))
            OR EXISTS (SELECT FROM mrdj.heard_event WHERE key = ANY($12))
            OR EXISTS (SELECT FROM mrdj.partner_status WHERE subject = ANY($13) AND xmin = $1::xid8::xid)
            OR EXISTS (SELECT FROM mrdj.experiment WHERE key = ANY($14) AND xmin = $1::xid8::xid)
            OR EXISTS (SELECT FROM mrdj.conversion WHERE id = ANY($15) AND xmin = $1::xid8::xid) AS wrote";
    let query = sqlx::query(query)
        .bind(transaction.to_owned())
        .bind(column(inserts, |lead| lead.id.uuid()))
        .bind(column(deliveries, |delivery| delivery.id.uuid()))
        .bind(column(updates, |lead| lead.id.uuid()))
        .bind(column(answers, |answer| answer.key.as_str().to_owned()))
        .bind(column(ticks, |tick| tick.schedule.as_str().to_owned()))
        .bind(column(bookings, |booking| booking.id.uuid()))
        .bind(column(resources, |resource| resource.id.as_str().to_owned()))
        .bind(column(blocks, |block| block.id.uuid()))
        .bind(column(entries, |entry| entry.booking.uuid()))
        .bind(column(entries, |entry| entry.id.uuid()))
        .bind(column(heard, |event| event.line.key.uuid()))
        .bind(column(&statuses, |said| said.subject))
        .bind(column(experiments, |experiment| experiment.key.as_str().to_owned()))
        .bind(column(conversions, |conversion| conversion.id));
    // A transaction, within which no pooler changes the connection.
    within(config.overdue(), sqlx::raw_sql("BEGIN").execute(&mut *line)).await?;
    let wrote = Session::on(line, config).row(query).await?.map_or(Ok(false), |row| row.try_get("wrote"))?;
    within(config.overdue(), sqlx::raw_sql("COMMIT").execute(line)).await?;
    Ok(wrote)
}
