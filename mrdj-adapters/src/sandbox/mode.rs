//! How a stand-in behaves.

use serde::{Deserialize, Serialize};

/// What a stand-in does with a request to its partner's routes.
///
/// As JSON the name stands in `mode`, the rest beside it: `{"mode":"answer","status":429,"retry_after_s":30}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Mode {
    /// Speaks the partner's dialect.
    #[default]
    Healthy,
    /// Answers with a status and takes nothing.
    Answer {
        /// The status.
        status: u16,
        /// What `Retry-After` says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_s: Option<u64>,
        /// The body: sent as JSON when it is JSON, else as plain text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// Takes nothing and keeps the line open without a word.
    Stall,
    /// Takes the request, and closes the line instead of answering.
    CutAfterAccepting,
    /// Closes the line, having taken nothing.
    CutBeforeAccepting,
    /// Does as the partner does when its own database is away.
    DatabaseDown,
    /// Takes the request, and answers late.
    Slow {
        /// So late.
        ms: u64,
    },
    /// Takes the request once, and writes its answer twice onto the line.
    AnswerTwice,
}

/// A mode, and for how many requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// How to behave.
    #[serde(flatten)]
    pub mode: Mode,
    /// For so many requests, then healthy again; for ever when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_one_flat_object() {
        let order: Order =
            serde_json::from_str(r#"{"mode":"answer","status":429,"retry_after_s":30,"times":2}"#).expect("an order");
        let mode = Mode::Answer { status: 429, retry_after_s: Some(30), body: None };
        assert_eq!(order, Order { mode, times: Some(2) });
        let order: Order = serde_json::from_str(r#"{"mode":"stall"}"#).expect("an order");
        assert_eq!(order, Order { mode: Mode::Stall, times: None });
    }

    #[test]
    fn an_unknown_mode_is_refused() {
        assert!(serde_json::from_str::<Order>(r#"{"mode":"explode"}"#).is_err());
        assert!(serde_json::from_str::<Order>(r#"{"mode":"answer"}"#).is_err());
    }
}
