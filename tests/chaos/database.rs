//! The database goes away, is killed, and cuts its lines.

use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_servers::StopMode;
use sqlx::PgConnection;
use tokio::time::{Instant, sleep};

use crate::scene::{Scene, fault};

const RESTARTS: usize = 3;
const KILLS: usize = 3;
/// So long between two faults, on average.
const BETWEEN: Duration = Duration::from_secs(2);
const AWAY: Duration = Duration::from_secs(30);
/// For so long one line after the other is cut.
const CUTTING: Duration = Duration::from_secs(8);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        fault("database::a_restart_of_the_database_costs_nothing", restarted),
        fault("database::thirty_seconds_without_the_database_cost_nothing", away),
        fault("database::a_database_that_is_killed_costs_nothing", killed),
        fault("database::lines_to_the_database_that_are_cut_one_by_one_cost_nothing", cut),
    ]
}

async fn restarted(scene: &mut Scene) {
    for _ in 0..RESTARTS {
        scene.about(BETWEEN).await;
        scene.postgres.stop(StopMode::Fast).expect("it stops");
        scene.postgres.start_again().expect("it starts");
    }
}

async fn away(scene: &mut Scene) {
    scene.postgres.stop(StopMode::Fast).expect("it stops");
    sleep(AWAY).await;
    scene.postgres.start_again().expect("it starts");
}

async fn killed(scene: &mut Scene) {
    for _ in 0..KILLS {
        scene.about(BETWEEN).await;
        scene.postgres.kill().expect("it runs");
        scene.postgres.start_again().expect("it starts");
    }
}

async fn cut(scene: &mut Scene) {
    let (mut line, end, mut cut) = (scene.line().await, Instant::now() + CUTTING, 0);
    while Instant::now() < end {
        for id in lines(&mut line).await {
            let told =
                sqlx::query_scalar::<_, bool>("SELECT pg_terminate_backend($1)").bind(id).fetch_one(&mut line).await;
            cut += i32::from(told.expect("an answer"));
            scene.about(Duration::from_millis(20)).await;
        }
    }
    println!("{cut} lines were cut");
    assert!(cut > 100, "too few lines were cut to prove anything");
}

/// Every line of a server or a worker.
async fn lines(line: &mut PgConnection) -> Vec<i32> {
    let query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'mrdj' ORDER BY random()";
    sqlx::query_scalar(query).fetch_all(line).await.expect("a list")
}
