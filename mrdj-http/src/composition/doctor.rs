//! The doctor: looks at everything a start needs, and says what to do about what is missing.

use jiff::Timestamp;
use mrdj_core::observability::Condition;

use super::house::Built;

/// What the doctor found, line by line, and whether the house could serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// One line per dependency and queue.
    pub lines: Vec<String>,
    /// Whether everything required is there.
    pub ready: bool,
}

/// Looks at every dependency and queue of `built`.
pub async fn doctor(built: &Built, now: Timestamp) -> Diagnosis {
    let health = built.app.lookout.look(now).await;
    let mut lines: Vec<_> = health
        .findings
        .iter()
        .map(|(name, finding, _)| format!("{:<12} {:<14} {}", name, word(finding.condition), finding.note))
        .collect();
    match built.app.desk.overview().await {
        Ok(queues) => lines.extend(queues.iter().map(|(figure, holding)| {
            let state = holding.as_ref().map_or("running".to_owned(), |holding| format!("held: {holding}"));
            let counts = format!(
                "{} waiting, {} delayed, {} in doubt, {} dead",
                figure.waiting, figure.delayed, figure.in_doubt, figure.dead
            );
            format!("queue {:<6} {:<14} {counts}", figure.queue.as_str(), state)
        })),
        Err(error) => lines.push(format!("queues       down           {error}")),
    }
    Diagnosis { lines, ready: health.missing().is_empty() }
}

const fn word(condition: Condition) -> &'static str {
    match condition {
        Condition::Up => "up",
        Condition::NotConfigured => "not configured",
        Condition::StandIn => "stand-in",
        Condition::Degraded => "degraded",
        Condition::Down => "DOWN",
    }
}
