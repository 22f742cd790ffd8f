//! Figures for Prometheus.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use mrdj_core::delivery::{Desk, ScheduleName, TurnReport};
use mrdj_core::leads::Intake;
use tracing::warn;

use super::recorders::Recorders;
use crate::RenderMetrics;

/// The process has one recorder, however many houses are built in it.
static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Installs the recorder, unless the process has another, and gives what writes it out.
pub(super) fn install() -> RenderMetrics {
    let handle = HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            warn!("this process has a metrics recorder of its own, so figures are found there");
            return None;
        }
        describe();
        Some(handle)
    });
    match handle {
        Some(handle) => {
            let handle = handle.clone();
            Arc::new(move || {
                handle.run_upkeep();
                handle.render()
            })
        }
        None => Arc::new(String::new),
    }
}

fn describe() {
    describe_counter!("mrdj_deliveries_total", "Deliveries by queue and how their turn ended");
    describe_counter!("mrdj_deliveries_rescued_total", "Deliveries taken back from vanished workers");
    describe_gauge!("mrdj_queue_deliveries", "Deliveries in a queue by state");
    describe_gauge!("mrdj_queue_oldest_age_seconds", "Age of the oldest delivery that has not arrived");
    describe_gauge!("mrdj_queue_held", "1 while nothing leaves the queue");
    describe_gauge!("mrdj_schedule_last_tick_seconds", "The last occurrence of a schedule, in seconds since 1970");
    describe_counter!("mrdj_rows_forgotten_total", "Rows forgotten because nobody needs them any more, by kind");
    describe_gauge!(
        "mrdj_crm_bookings",
        "Bookings as the CRM has them, by how that lies beside ours, at the last look"
    );
    describe_gauge!("mrdj_recorder_waiting", "What pages told that waits to be recorded, by kind");
    describe_counter!(
        "mrdj_recorder_dropped_total",
        "What pages told that was dropped, since the store was away for too long or refused it, by kind"
    );
    describe_gauge!("mrdj_experiments", "Experiments by how far they have come, at the last look");
    describe_counter!(
        "mrdj_experiments_frozen_total",
        "Experiments frozen because visitors were not divided as planned"
    );
    describe_gauge!("mrdj_spool_enquiries", "Enquiries that wait in the spool for the store of record");
}

/// Counts what a turn did.
pub(super) fn count(report: &TurnReport) {
    counter!("mrdj_deliveries_rescued_total").increment(report.rescued);
    for (queue, did) in &report.queues {
        let outcomes = [
            ("delivered", did.delivered),
            ("skipped", did.skipped),
            ("again", did.again),
            ("in_doubt", did.in_doubt),
            ("dead", did.dead.len()),
            ("stale", did.stale),
        ];
        for (outcome, many) in outcomes.into_iter().filter(|(_, many)| *many > 0) {
            counter!("mrdj_deliveries_total", "queue" => queue.to_string(), "outcome" => outcome)
                .increment(many as u64);
        }
    }
}

/// Tells how far schedules have come.
pub(super) fn gauge_ticks(ticks: &BTreeMap<ScheduleName, Timestamp>) {
    for (schedule, at) in ticks {
        gauge!("mrdj_schedule_last_tick_seconds", "schedule" => schedule.to_string()).set(at.as_second() as f64);
    }
}

/// Counts what the CRM says of our bookings.
pub(super) fn gauge_crm(counts: &BTreeMap<&'static str, usize>) {
    for (compared, many) in counts {
        gauge!("mrdj_crm_bookings", "compared" => *compared).set(*many as f64);
    }
}

/// Counts experiments by how far they have come.
pub(super) fn gauge_experiments(counts: &BTreeMap<&'static str, usize>) {
    for (status, many) in counts {
        gauge!("mrdj_experiments", "status" => *status).set(*many as f64);
    }
}

/// Counts an experiment that was frozen.
pub(super) fn count_frozen() {
    counter!("mrdj_experiments_frozen_total").increment(1);
}

/// Counts rows that were forgotten, by kind.
pub(super) fn count_forgotten(forgotten: &[(&'static str, u64)]) {
    for (kind, many) in forgotten.iter().filter(|(_, many)| *many > 0) {
        counter!("mrdj_rows_forgotten_total", "kind" => *kind).increment(*many);
    }
}

/// Tells what recorders have in hand.
pub(super) fn gauge_recorders(recorders: &Recorders) {
    for (kind, figures) in recorders.figures() {
        gauge!("mrdj_recorder_waiting", "kind" => kind).set(figures.waiting as f64);
        counter!("mrdj_recorder_dropped_total", "kind" => kind).absolute(figures.dropped);
    }
}

/// Counts what waits in the spool.
pub(super) async fn gauge_spool(intake: &Intake) {
    match intake.spool_figures().await {
        Ok(Some(figures)) => gauge!("mrdj_spool_enquiries").set(figures.waiting as f64),
        Ok(None) => {}
        Err(error) => warn!(error = %error, "could not count the spool: {error}"),
    }
}

/// Takes the height of every queue, and folds what was recorded since, so that figures nobody fetches take no room.
pub(super) async fn gauge_queues(desk: &Desk) {
    if let Some(Some(handle)) = HANDLE.get() {
        handle.run_upkeep();
    }
    let overview = match desk.overview().await {
        Ok(overview) => overview,
        Err(error) => {
            warn!(error = %error, "could not count the queues: {error}");
            return;
        }
    };
    for (figure, holding) in overview {
        let queue = figure.queue.to_string();
        let states = [
            ("waiting", figure.waiting),
            ("delayed", figure.delayed),
            ("active", figure.active),
            ("in_doubt", figure.in_doubt),
            ("dead", figure.dead),
        ];
        for (state, many) in states {
            gauge!("mrdj_queue_deliveries", "queue" => queue.clone(), "state" => state).set(many as f64);
        }
        let age = figure.oldest_age.map_or(0.0, |age| age.as_secs_f64());
        gauge!("mrdj_queue_oldest_age_seconds", "queue" => queue.clone()).set(age);
        gauge!("mrdj_queue_held", "queue" => queue).set(f64::from(u8::from(holding.is_some())));
    }
}
