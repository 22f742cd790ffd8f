//! Keeps text for a while, for all processes.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::cache::{Cache, MAX_VALUE_BYTES};
use mrdj_core::error::PortError;

use super::stamp::{net_ms, split, stamp};
use super::{Fault, Redis, Reply};

/// So many keys Redis looks at in one round trip of forgetting.
const PAGE: &str = "1000";

impl Redis {
    /// What is kept under `key` and has not ended at `now`.
    pub(super) async fn kept(
        &self,
        operation: &'static str,
        key: String,
        now: Timestamp,
    ) -> Result<Option<String>, PortError> {
        let Reply::Text(kept) = self.run(operation, "GET", vec![key]).await? else {
            return Ok(None);
        };
        Ok(split(&kept).filter(|(until, _)| *until > now).map(|(_, value)| value.to_owned()))
    }

    /// Keeps `value` under `key` until `now + ttl`.
    pub(super) async fn keep(
        &self,
        operation: &'static str,
        key: String,
        value: &str,
        (ttl, now): (SignedDuration, Timestamp),
    ) -> Result<(), PortError> {
        let until = now.checked_add(ttl).unwrap_or(Timestamp::MAX);
        let words = vec![key, stamp(until) + value, "PX".to_owned(), net_ms(ttl)];
        self.run(operation, "SET", words).await.map(drop)
    }

    /// Forgets whatever matches, a page at a time, so that Redis answers others in between.
    async fn unlink_all(&self, pattern: &str) -> Result<(), Fault> {
        let mut cursor = "0".to_owned();
        loop {
            let words = [&cursor, "MATCH", pattern, "COUNT", PAGE].map(str::to_owned).to_vec();
            let [next, keys] = self.commands().run("SCAN", words).await?.parts()?;
            let keys = keys.list()?.into_iter().map(Reply::text).collect::<Result<Vec<_>, _>>()?;
            if !keys.is_empty() {
                self.commands().run("UNLINK", keys).await?;
            }
            cursor = next.text()?;
            if cursor == "0" {
                return Ok(());
            }
        }
    }
}

#[async_trait]
impl Cache for Redis {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<String>, PortError> {
        self.kept("get", self.space().cache(key), now).await
    }

    async fn put(&self, key: &str, value: String, ttl: SignedDuration, now: Timestamp) -> Result<(), PortError> {
        let key = self.space().cache(key);
        if value.len() > MAX_VALUE_BYTES {
            return self.run("put", "UNLINK", vec![key]).await.map(drop);
        }
        self.keep("put", key, &value, (ttl, now)).await
    }

    async fn forget(&self, prefix: &str) -> Result<(), PortError> {
        let pattern = format!("{}*", literally(&self.space().cache(prefix)));
        self.unlink_all(&pattern).await.map_err(|fault| self.told("forget", fault))
    }
}

/// The text as a pattern that nothing else matches.
fn literally(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '*' | '?' | '[' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_of_a_prefix_stands_for_others() {
        assert_eq!(literally(r"a*b?c[d]e\f"), r"a\*b\?c\[d]e\\f");
    }
}
