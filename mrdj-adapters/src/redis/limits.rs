//! Counts in windows, for all processes.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::limits::{Limit, Limiter, Ruling};

use super::stamp::{moment, net_ms, stamp};
use super::{Fault, Redis, Reply};

/// [`Limit::take`] as one step of Redis. The key holds the end of the window and how much of it is used.
///
/// Moments have as many digits each, so that they compare as text; what one more would get comes back with them.
pub(super) const COUNT: &str = "\
local now, ends, used = ARGV[2], ARGV[3], 0
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, 18) > now then
  ends, used = string.sub(held, 1, 18), tonumber(string.sub(held, 20)) or 0
end
local max = tonumber(ARGV[1])
if max > 0 and used >= max then return {0, used, ends} end
used = math.min(used + 1, 4294967295)
redis.call('SET', KEYS[1], ends .. ' ' .. string.format('%.0f', used), 'PX', ARGV[4])
return {1, used, ends}";

/// What the script is told.
pub(super) fn arguments(limit: Limit, now: Timestamp) -> [String; 4] {
    let end = now.checked_add(limit.window).unwrap_or(Timestamp::MAX);
    [limit.max.to_string(), stamp(now), stamp(end), net_ms(limit.window)]
}

/// What the script says.
pub(super) fn ruling(limit: Limit, reply: Reply) -> Result<Ruling, Fault> {
    let [Reply::Integer(allowed), Reply::Integer(used), Reply::Text(end)] = reply.parts()? else {
        return Err(Fault::unreadable());
    };
    let used = u32::try_from(used).map_err(|_| Fault::unreadable())?;
    let reset_at = moment(&end).ok_or_else(Fault::unreadable)?;
    Ok(Ruling { allowed: allowed == 1, max: limit.max, remaining: limit.max.saturating_sub(used), reset_at })
}

#[async_trait]
impl Limiter for Redis {
    async fn take(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Ruling, PortError> {
        self.count("take", self.space().of("limits", key), limit, now).await
    }
}
