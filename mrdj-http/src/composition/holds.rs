//! Holds that run out are let go, and who stands in line moves up.

use std::time::Duration;

use async_trait::async_trait;
use mrdj_core::bookings::Bookings;
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

#[async_trait]
impl Servant for Doorkeeper {
    fn name(&self) -> &'static str {
        "doorkeeper"
    }

    async fn turn(&self) -> Duration {
        match self.0.release_due(self.0.clock.now()).await {
            Ok(0) => {}
            Ok(released) => info!(released, "{released} holds ran out"),
            Err(error) => warn!(error = %error, cause = ?error.cause, "holds could not be looked at: {error}"),
        }
        REST
    }
}
