//! A bell that other processes hear.

use std::sync::Arc;
use std::time::Duration;

use mrdj_adapters::postgres::PostgresBell;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::Bell;
use mrdj_servers::{PostgresServer, StopMode};
use sqlx::PgConnection;

use crate::given::{Given, number};

pub(crate) const CASES: &[Case<Given>] =
    mrdj_core::cases![another_process_hears_a_ring, a_listener_that_was_thrown_out_hears_again,];

pub(crate) const RESTARTS: &[Case<PostgresServer>] = mrdj_core::cases![a_restart_of_the_server_is_survived];

/// Returns once `many` listen.
async fn listening(line: &mut PgConnection, many: i64) {
    let query = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'idle' AND query LIKE 'LISTEN%'";
    while number(line, query).await < many {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Forgets rings that were heard before, such as that of beginning to listen.
async fn in_silence(bell: &PostgresBell) {
    while tokio::time::timeout(Duration::from_millis(200), bell.wait()).await.is_ok() {}
}

async fn another_process_hears_a_ring(given: Given) -> Outcome {
    let (here, there) = (PostgresBell::hang(&given.config()), PostgresBell::hang(&given.config()));
    listening(&mut given.line().await, 2).await;
    for _ in 0..5 {
        in_silence(&here).await;
        in_silence(&there).await;
        here.ring();
        // Neither looks by itself: without a ring both would wait for ever.
        here.wait().await;
        there.wait().await;
    }
    Ok(())
}

async fn a_listener_that_was_thrown_out_hears_again(given: Given) -> Outcome {
    let (here, there) = (PostgresBell::hang(&given.config()), PostgresBell::hang(&given.config()));
    let mut line = given.line().await;
    let everybody = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for _ in 0..3 {
        listening(&mut line, 2).await;
        in_silence(&there).await;
        assert!(number(&mut line, everybody).await >= 2);
        // Rings may have been lost, so that somebody has to look.
        there.wait().await;
        listening(&mut line, 2).await;
        in_silence(&there).await;
        here.ring();
        there.wait().await;
    }
    Ok(())
}

async fn a_restart_of_the_server_is_survived(server: PostgresServer) -> Outcome {
    let server = Arc::new(server);
    let given = Given::on(&server).await;
    let (here, there) = (PostgresBell::hang(&given.config()), PostgresBell::hang(&given.config()));
    listening(&mut given.line().await, 2).await;
    in_silence(&there).await;
    here.ring();
    there.wait().await;
    let restarting = server.clone();
    let restarted = tokio::task::spawn_blocking(move || {
        restarting.stop(StopMode::Fast)?;
        restarting.start_again()
    });
    restarted.await.expect("no panic").expect("it goes, and comes back");
    listening(&mut given.line().await, 2).await;
    in_silence(&there).await;
    here.ring();
    there.wait().await;
    Ok(())
}
