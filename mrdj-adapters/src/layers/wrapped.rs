//! A port with something around it.

use std::sync::Arc;

use mrdj_core::clock::Clock;
use mrdj_core::error::PortError;

use super::{Around, Call};

/// The port `P` with a layer around each of its calls.
pub struct Wrapped<P: ?Sized> {
    pub(super) inner: Arc<P>,
    around: Arc<dyn Around>,
    clock: Arc<dyn Clock>,
}

impl<P: ?Sized> Wrapped<P> {
    /// Puts `around` around `inner`; `clock` tells how long calls take.
    pub fn new(inner: Arc<P>, around: Arc<dyn Around>, clock: Arc<dyn Clock>) -> Self {
        Self { inner, around, clock }
    }

    /// Makes one call, whose future does nothing before it is awaited here.
    pub(super) async fn call<T>(
        &self,
        port: &'static str,
        operation: &'static str,
        work: impl Future<Output = Result<T, PortError>> + Send,
    ) -> Result<T, PortError> {
        let call = Call { port, operation };
        self.around.before(call).await?;
        let begun = self.clock.now();
        let answer = work.await;
        let took = self.clock.now().duration_since(begun);
        self.around.after(call, took, answer.as_ref().err())?;
        answer
    }
}
