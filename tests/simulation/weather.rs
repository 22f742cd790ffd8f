//! The faulty layer around every port, with time that passes in it.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use mrdj_adapters::layers::{Around, Call, Faulty, Rates, Wrapped};
use mrdj_core::clock::Clock;
use mrdj_core::error::PortError;

use crate::alarms::Alarms;
use crate::dice::Dice;
use crate::fault::Fault;
use crate::sky::Sky;

/// In a storm hardly a call gets through unharmed.
const STORM: Rates = Rates { before: 0.4, after: 0.4 };

/// Lets calls take their time, and breaks them as [`Faulty`] does until the sky is clear.
pub(crate) struct Weather {
    sky: Arc<Sky>,
    alarms: Alarms,
    dice: Dice,
    mild: Faulty,
    stormy: Faulty,
    heart: Faulty,
    exposed: bool,
    /// The share of calls that take seconds.
    slow: f64,
}

impl Weather {
    /// The weather at one port.
    pub(crate) fn at(sky: &Arc<Sky>, alarms: &Alarms, dice: &Dice, exposed: bool) -> Arc<dyn Around> {
        let dice = dice.for_another();
        // Some ports of some seeds are calm, so that faults are also met one by one.
        let rough = if dice.falls(0.4) { 0.0 } else { 0.12 };
        let rates = Rates { before: dice.share(rough), after: dice.share(rough) };
        let (mild, stormy) = (Faulty::seeded(dice.bits(), rates), Faulty::seeded(dice.bits(), STORM));
        // In some seeds hardly a heartbeat gets through, so that leases end in the middle of things.
        let heart = Rates { before: dice.one_of(&[0.0, 0.0, 0.3, 1.0]), after: 0.0 };
        let (heart, slow) = (Faulty::seeded(dice.bits(), heart), dice.share(0.03));
        Arc::new(Self { sky: Arc::clone(sky), alarms: alarms.clone(), dice, mild, stormy, heart, exposed, slow })
    }

    fn faulty(&self, call: Call) -> &Faulty {
        match call.operation {
            "extend" => &self.heart,
            _ if self.is_stormy() => &self.stormy,
            _ => &self.mild,
        }
    }

    fn is_stormy(&self) -> bool {
        self.exposed && self.sky.is_stormy() && !self.sky.is_clear()
    }

    fn takes(&self) -> SignedDuration {
        match () {
            () if self.is_stormy() && self.dice.falls(0.5) => self.dice.seconds(1, 12),
            () if self.dice.falls(self.slow) && !self.sky.is_clear() => self.dice.seconds(1, 8),
            () if self.dice.falls(0.25) => SignedDuration::from_millis(self.dice.below(20) as i64),
            () => SignedDuration::ZERO,
        }
    }
}

#[async_trait]
impl Around for Weather {
    async fn before(&self, call: Call) -> Result<(), PortError> {
        let takes = self.takes();
        if takes > SignedDuration::ZERO {
            self.alarms.nap(takes).await;
        }
        if self.sky.is_clear() {
            return Ok(());
        }
        let made = self.faulty(call).before(call).await;
        if made.is_err() {
            self.sky.count(Fault::CallNotMade);
            self.sky.tell(|| format!("{} {} is not made", call.port, call.operation));
        }
        made
    }

    fn after(&self, call: Call, took: SignedDuration, error: Option<&PortError>) -> Result<(), PortError> {
        if self.sky.is_clear() {
            return Ok(());
        }
        let answer = self.faulty(call).after(call, took, error);
        if answer.is_err() {
            self.sky.count(Fault::AnswerLost);
            self.sky.tell(|| format!("{} {} loses its answer", call.port, call.operation));
        }
        answer
    }
}

/// The port `inner` in its own weather.
pub(crate) fn in_weather<P: ?Sized>(
    inner: Arc<P>,
    sky: &Arc<Sky>,
    alarms: &Alarms,
    dice: &Dice,
    clock: &Arc<dyn Clock>,
    exposed: bool,
) -> Arc<Wrapped<P>> {
    Arc::new(Wrapped::new(inner, Weather::at(sky, alarms, dice, exposed), Arc::clone(clock)))
}
