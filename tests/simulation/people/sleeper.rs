//! A process that is stopped in the middle, or whose machine is moved: nothing in it goes on, and time does.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::alarms::{Alarms, Nap};
use crate::dice::Dice;
use crate::fault::Fault;
use crate::sky::Sky;

/// What somebody does, with sleep that nobody in it notices.
pub(crate) struct Sleeper {
    part: Pin<Box<dyn Future<Output = ()> + Send>>,
    alarms: Alarms,
    dice: Dice,
    sky: Arc<Sky>,
    /// The share of steps before which it is stopped.
    often: f64,
    stopped: Option<Pin<Box<Nap>>>,
}

impl Sleeper {
    /// `part`, as it goes on in a process that the dice of `dice` may stop.
    pub(crate) fn of(
        part: impl Future<Output = ()> + Send + 'static,
        alarms: &Alarms,
        dice: &Dice,
        sky: &Arc<Sky>,
    ) -> Self {
        let dice = dice.for_another();
        let often = dice.one_of(&[0.0, 0.0, 0.005, 0.02]);
        Self { part: Box::pin(part), alarms: alarms.clone(), dice, sky: Arc::clone(sky), often, stopped: None }
    }
}

impl Future for Sleeper {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.stopped.is_none() && !self.sky.is_clear() && self.dice.falls(self.often) {
            let span = self.dice.seconds(5, 120);
            self.sky.count(Fault::WorkerStopped);
            self.sky.tell(|| format!("a worker is stopped for {span:#}"));
            self.stopped = Some(Box::pin(self.alarms.nap(span)));
        }
        if let Some(nap) = &mut self.stopped {
            std::task::ready!(nap.as_mut().poll(context));
            self.stopped = None;
        }
        self.part.as_mut().poll(context)
    }
}
