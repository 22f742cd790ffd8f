//! Its words.

use serde::Deserialize;
use serde_json::Value;

use crate::redis::{Fault, Reply};

/// What it answers, whatever the status.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    result: Value,
    #[serde(default)]
    error: Option<String>,
}

impl Answer {
    /// The reply of Redis in it.
    pub(super) fn reply(self) -> Result<Reply, Fault> {
        match self.error {
            Some(message) => Err(Fault::refused(&message)),
            None => reply(self.result),
        }
    }
}

fn reply(value: Value) -> Result<Reply, Fault> {
    Ok(match value {
        Value::Null => Reply::Nil,
        Value::String(text) => Reply::Text(text),
        Value::Number(number) => Reply::Integer(number.as_i64().ok_or_else(Fault::unreadable)?),
        Value::Array(parts) => Reply::List(parts.into_iter().map(reply).collect::<Result<_, _>>()?),
        Value::Bool(_) | Value::Object(_) => return Err(Fault::unreadable()),
    })
}

#[cfg(test)]
mod tests {
    use mrdj_core::error::ErrorKind;

    use super::*;

    fn read(answer: &str) -> Result<Reply, ErrorKind> {
        serde_json::from_str::<Answer>(answer).expect("JSON").reply().map_err(|fault| fault.kind)
    }

    #[test]
    fn each_kind_of_reply_is_read() {
        assert_eq!(read(r#"{"result":null}"#), Ok(Reply::Nil));
        assert_eq!(read(r#"{"result":"PONG"}"#), Ok(Reply::Text("PONG".to_owned())));
        let parts = vec![Reply::Text("0".to_owned()), Reply::List(vec![Reply::Integer(1)])];
        assert_eq!(read(r#"{"result":["0",[1]]}"#), Ok(Reply::List(parts)));
    }

    #[test]
    fn an_error_is_told_by_its_code() {
        assert_eq!(read(r#"{"error":"OOM command not allowed"}"#), Err(ErrorKind::Full));
        assert_eq!(read(r#"{"error":"ERR max daily request limit exceeded"}"#), Err(ErrorKind::Failed));
        assert_eq!(read(r#"{"result":true}"#), Err(ErrorKind::Failed));
    }
}
