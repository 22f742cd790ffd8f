//! Holds that run out are let go, and who stands in line moves up.

use std::time::Duration;

use async_trait::async_trait;
use mrdj_core::bookings::{BookingError, Bookings};
use tracing::{info, warn};

use super::servant::Servant;

/// How often holds are looked at; who asks for an evening whose hold has run out need not wait for this.
const REST: Duration = Duration::from_secs(30);

/// Lets go of holds that ran out.
struct Doorkeeper(Bookings);

/// What keeps holds from lasting longer than they should.
pub(super) fn doorkeeper(bookings: Bookings) -> Box<dyn Servant> {
    Box::new(Doorkeeper(bookings))
}

impl Doorkeeper {
    async fn look(&self) -> Result<(), BookingError> {
        let now = self.0.clock.now();
        let released = self.0.release_due(now).await?;
        let moved = self.0.seat_line(now).await?;
        if released + moved > 0 {
            info!(released, moved, "{released} holds ran out, and {moved} moved on in the line");
        }
        Ok(())
    }
}

#[async_trait]
impl Servant for Doorkeeper {
    fn name(&self) -> &'static str {
        "doorkeeper"
    }

    async fn turn(&self) -> Duration {
        if let Err(error) = self.look().await {
            warn!(error = %error, "holds could not be looked at: {error}");
        }
        REST
    }
}
