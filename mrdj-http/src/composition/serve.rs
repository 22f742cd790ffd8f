//! Runs until a signal comes.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::serve::ListenerExt;
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tracing::{info, warn};

use super::figures;
use super::house::Built;

/// How often the height of the queues is taken for the figures.
const GAUGES: Duration = Duration::from_secs(10);
/// So long there is at least to record what was told, however long the last answers took.
const LAST_LOTS: SignedDuration = SignedDuration::from_secs(2);

/// Serves HTTP on `listener`, drains the spool, and carries deliveries where the settings say so, until `stop` comes.
///
/// Then it accepts nothing more, finishes what is in flight within `SHUTDOWN_TIMEOUT_MS`, takes to the store what pages told, and
/// closes it.
pub async fn serve(built: Built, listener: TcpListener, stop: impl Future<Output = ()> + Send) -> io::Result<()> {
    let Built { app, crew, recorders, store, shutdown_timeout, .. } = built;
    let (desk, intake) = (app.desk.clone(), app.intake.clone());
    // The first visitors see what runs; a store that is away holds nobody up.
    app.variants.at(app.clock.now()).await;
    let crew = crew.map(super::Crew::start);
    let (lines, recording) = (recorders.clone(), recorders.start());
    let gauges = tokio::spawn(async move {
        let mut ticks = interval(GAUGES);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            figures::gauge_recorders(&lines);
            figures::gauge_spool(&intake).await;
            figures::gauge_queues(&desk).await;
        }
    });
    let (closing, close) = tokio::sync::oneshot::channel::<()>();
    let router = crate::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|line| {
        // An answer is one small packet; waiting to fill it would cost every visitor 40 ms.
        if let Err(cause) = line.set_nodelay(true) {
            warn!(error = %cause, "a line cannot be told to send at once");
        }
    });
    let graceful = axum::serve(listener, router).with_graceful_shutdown(async move {
        // An error means that the server is gone, which closes as well.
        let _ = close.await;
    });
    let mut server = tokio::spawn(graceful.into_future());
    let ended = tokio::select! {
        ended = &mut server => Some(ended),
        () = stop => None,
    };
    info!("stopping: nothing more is accepted");
    let stopped_at = Instant::now();
    // The server may have ended by itself; then nobody has to be told.
    let _ = closing.send(());
    let answers = async {
        let ended = match ended {
            Some(ended) => ended.unwrap_or_else(|cause| Err(io::Error::other(cause))),
            None => drain(server, shutdown_timeout).await,
        };
        // Nobody tells of anything any more.
        recording.stop(left(shutdown_timeout, stopped_at)).await;
        ended
    };
    let deliveries = async {
        if let Some(crew) = crew {
            crew.stop(shutdown_timeout).await;
        }
    };
    let (result, ()) = tokio::join!(answers, deliveries);
    gauges.abort();
    store.close().await;
    info!("stopped");
    result
}

/// What is left of `patience` since `begun`.
fn left(patience: SignedDuration, begun: Instant) -> SignedDuration {
    let gone = SignedDuration::try_from(begun.elapsed()).unwrap_or(SignedDuration::MAX);
    patience.saturating_sub(gone).max(LAST_LOTS)
}

async fn drain(mut server: tokio::task::JoinHandle<io::Result<()>>, patience: SignedDuration) -> io::Result<()> {
    let patience = Duration::try_from(patience).unwrap_or_default();
    match timeout(patience, &mut server).await {
        Ok(ended) => ended.map_err(io::Error::other)?,
        Err(_) => {
            warn!("some answers were under way when time was up");
            server.abort();
            Ok(())
        }
    }
}

/// Carries deliveries, and serves nothing, until `stop` comes.
pub async fn work(built: Built, stop: impl Future<Output = ()> + Send) {
    let Built { crew, store, shutdown_timeout, .. } = built;
    let crew = crew.map(super::Crew::start);
    stop.await;
    info!("stopping: nothing more is begun");
    if let Some(crew) = crew {
        crew.stop(shutdown_timeout).await;
    }
    store.close().await;
    info!("stopped");
}

/// `SIGXFSZ` on Linux, the BSDs and macOS.
const FILE_SIZE_EXCEEDED: i32 = 25;

/// Returns when the process is asked to end: SIGTERM, or Ctrl-C.
///
/// It also hears a file that outgrows its limit (`ulimit -f`), which would else end the process without a word; heard, it
/// is an error of the write, as a full disk is.
pub async fn until_signalled() -> io::Result<()> {
    let _heard = signal(SignalKind::from_raw(FILE_SIZE_EXCEEDED))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
