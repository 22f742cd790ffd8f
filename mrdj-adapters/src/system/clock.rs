//! The machine's clock.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::{Clock, Timer};

/// The machine's clock, cut to microseconds, which every store keeps; and tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the clock")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

#[async_trait]
impl Timer for SystemClock {
    async fn sleep(&self, span: SignedDuration) {
        tokio::time::sleep(Duration::try_from(span).unwrap_or_default()).await;
    }
}
