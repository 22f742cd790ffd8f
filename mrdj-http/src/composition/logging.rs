//! The log: lines for people on a terminal, lines for programs elsewhere.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::settings::{Log, LogFormat};

/// Writes the log to standard error as `log` says; a process that has a log already keeps it.
pub fn init_logging(log: &Log) {
    let filter = EnvFilter::new(&log.filter);
    let terminal = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let format = log.format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json });
    let set = match format {
        LogFormat::Text => lines.with_ansi(terminal).with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    if set.is_err() {
        tracing::debug!("this process has a log of its own");
    }
}
