//! An operator who turns every knob, mostly without a reason.

use std::sync::Arc;

use jiff::SignedDuration;
use mrdj_core::contacts::EmailAddress;
use mrdj_core::delivery::{Delivery, Desk, Filter, Status};
use mrdj_core::error::PortError;
use mrdj_core::leads::{Intake, LeadFilter, Standing};
use mrdj_core::messages::{PostOffice, Suppression};

use crate::alarms::Alarms;
use crate::dice::Dice;
use crate::sky::Sky;
use crate::world::QUEUES;

/// One operator.
pub(crate) struct Operator {
    pub(crate) desk: Desk,
    pub(crate) intake: Intake,
    pub(crate) post_office: Arc<dyn PostOffice>,
    pub(crate) alarms: Alarms,
    pub(crate) dice: Dice,
    pub(crate) sky: Arc<Sky>,
}

impl Operator {
    /// Does `many` things within `span`, and tidies up once the sky is clear.
    pub(crate) async fn serve(self, many: usize, span: SignedDuration) {
        let pause = (span.as_secs() / i64::try_from(many.max(1)).unwrap_or(1)).max(30);
        for _ in 0..many {
            self.alarms.nap(self.dice.seconds(0, pause)).await;
            if self.sky.is_clear() {
                break;
            }
            self.heed(self.do_something().await);
        }
        while !self.sky.is_clear() {
            self.alarms.nap(SignedDuration::from_mins(5)).await;
        }
        self.heed(self.tidy_up().await);
    }

    /// Lets everything go on and, if so inclined, tries what was given up again.
    async fn tidy_up(&self) -> Result<(), PortError> {
        for queue in QUEUES {
            self.desk.resume(&queue).await?;
        }
        if self.dice.falls(0.5) {
            for dead in self.list(Status::Dead).await? {
                self.desk.replay(dead.id).await?;
            }
        }
        if self.dice.falls(0.3) {
            self.release().await?;
        }
        Ok(())
    }

    fn heed(&self, done: Result<(), PortError>) {
        if let Err(error) = done {
            self.sky.tell(|| format!("the operator hears: {error}"));
        }
    }

    async fn do_something(&self) -> Result<(), PortError> {
        let queue = QUEUES[self.dice.below(QUEUES.len())].clone();
        self.sky.tell(|| format!("the operator looks at {queue}"));
        match self.dice.below(12) {
            0 => self.desk.pause(&queue).await,
            1..=3 => self.desk.resume(&queue).await,
            4 | 5 => self.desk.flush(&queue, 50).await.map(|_| ()),
            6 | 7 => self.replay().await,
            8 => self.accept().await,
            9 => self.remove().await,
            10 => self.release().await,
            _ => self.suppress().await,
        }
    }

    async fn replay(&self) -> Result<(), PortError> {
        let status = self.dice.one_of(&[Status::Dead, Status::Dead, Status::InDoubt, Status::Delayed]);
        match self.any(status).await? {
            Some(delivery) => self.desk.replay(delivery.id).await.map(|_| ()),
            None => Ok(()),
        }
    }

    async fn accept(&self) -> Result<(), PortError> {
        match self.any(Status::InDoubt).await? {
            Some(delivery) => self.desk.accept(delivery.id).await.map(|_| ()),
            None => Ok(()),
        }
    }

    async fn remove(&self) -> Result<(), PortError> {
        match self.any(self.dice.one_of(&[Status::Dead, Status::InDoubt, Status::Done])).await? {
            Some(delivery) => self.desk.remove(delivery.id).await.map(|_| ()),
            None => Ok(()),
        }
    }

    async fn release(&self) -> Result<(), PortError> {
        let filter = LeadFilter { standing: Some(Standing::Suspicious), ..LeadFilter::default() };
        let held = self.intake.list(&filter, 50).await?;
        match held.get(self.dice.below(held.len())) {
            Some(lead) => self.intake.release(lead.id).await.map(|_| ()),
            None => Ok(()),
        }
    }

    async fn suppress(&self) -> Result<(), PortError> {
        let person = self.dice.below(4);
        let mailbox = EmailAddress::parse(&format!("visitor{person}.0@example.com")).expect("an address");
        if self.dice.falls(0.5) {
            return self.post_office.lift(&mailbox).await;
        }
        self.post_office.suppress(&mailbox, Suppression::HardBounce, self.alarms.now()).await
    }

    async fn any(&self, status: Status) -> Result<Option<Delivery>, PortError> {
        let mut found = self.list(status).await?;
        let place = self.dice.below(found.len());
        Ok((place < found.len()).then(|| found.swap_remove(place)))
    }

    async fn list(&self, status: Status) -> Result<Vec<Delivery>, PortError> {
        self.desk.list(&Filter { status: Some(status), ..Filter::default() }, 50).await
    }
}
