//! A visitor: fills in forms, clicks twice, comes back, is no person at all.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;
use jiff::SignedDuration;
use mrdj_core::idempotency::{Fingerprint, IdempotencyKey};
use mrdj_core::leads::{Intake, IntakeError, LeadKind, Receipt, Visit};

use super::{Sheet, Wish};
use crate::alarms::Alarms;
use crate::dice::Dice;
use crate::sky::Sky;

/// What a visitor sent, and what came back.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) sheet: Sheet,
    pub(crate) key: Option<String>,
    pub(crate) heard: Heard,
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    /// The enquiry is safe.
    Receipt(Receipt),
    /// The form is wrong.
    Faults,
    /// The key was used for another request.
    KeyReused,
    /// Nothing certain.
    Sorry,
}

/// One visitor with a visit or more.
pub(crate) struct Visitor {
    pub(crate) person: usize,
    pub(crate) intake: Intake,
    pub(crate) alarms: Alarms,
    pub(crate) dice: Dice,
    pub(crate) sky: Arc<Sky>,
    pub(crate) log: Arc<Mutex<Vec<Told>>>,
}

impl Visitor {
    /// Comes `visits` times within `span`.
    pub(crate) async fn come(self, visits: usize, span: SignedDuration) {
        let pause = (span.as_secs() / i64::try_from(visits).unwrap_or(1)).max(60);
        for number in 0..visits {
            self.alarms.nap(self.dice.seconds(0, pause)).await;
            let wish = Wish { person: self.person, number };
            let spelling = self.dice.below(3);
            self.visit(Sheet { spelling, ..Sheet::of(wish) }).await;
        }
    }

    async fn visit(&self, sheet: Sheet) {
        match self.dice.below(10) {
            0 | 1 => self.insist(&sheet, None).await,
            2 => self.click_twice(&sheet).await,
            3 => self.repeat_a_key(&sheet).await,
            4 | 5 => self.add(&sheet).await,
            6 => self.ask_again_later(&sheet).await,
            7 => self.be_no_person(&sheet).await,
            8 => self.insist(&Sheet { faulty: true, ..sheet }, None).await,
            _ => self.insist(&Sheet { kind: LeadKind::CallBack, ..sheet }, None).await,
        }
    }

    /// Sends a form, and again after an answer that says nothing certain.
    async fn insist(&self, sheet: &Sheet, key: Option<&str>) {
        for _ in 0..4 {
            if self.send(sheet, key).await != Heard::Sorry {
                return;
            }
            self.alarms.nap(self.dice.seconds(1, 120)).await;
        }
    }

    async fn click_twice(&self, sheet: &Sheet) {
        let clicks = (0..2 + self.dice.below(2)).map(|_| async {
            self.alarms.nap(SignedDuration::from_millis(self.dice.below(400) as i64)).await;
            self.insist(sheet, None).await;
        });
        join_all(clicks.collect::<Vec<_>>()).await;
    }

    async fn repeat_a_key(&self, sheet: &Sheet) {
        let key = format!("key of {}", sheet.wish.package());
        self.insist(sheet, Some(&key)).await;
        self.alarms.nap(self.dice.seconds(0, 3_000)).await;
        let again = match self.dice.below(3) {
            0 => Sheet { message: Some(7), ..sheet.clone() },
            _ => sheet.clone(),
        };
        self.insist(&again, Some(&key)).await;
    }

    async fn add(&self, sheet: &Sheet) {
        self.insist(sheet, None).await;
        for number in 0..1 + self.dice.below(2) {
            self.alarms.nap(self.dice.seconds(0, 400)).await;
            self.insist(&Sheet { message: Some(number), junk: self.dice.falls(0.1), ..sheet.clone() }, None).await;
        }
    }

    async fn ask_again_later(&self, sheet: &Sheet) {
        self.insist(sheet, None).await;
        self.alarms.nap(self.dice.seconds(540, 1_200)).await;
        self.insist(sheet, None).await;
    }

    async fn be_no_person(&self, sheet: &Sheet) {
        let junk = Sheet { junk: true, ..sheet.clone() };
        self.insist(&junk, None).await;
        if self.dice.falls(0.5) {
            self.alarms.nap(self.dice.seconds(0, 300)).await;
            // The person whose name was used, or the same program again.
            let again = Sheet { junk: self.dice.falls(0.5), message: Some(1), ..sheet.clone() };
            self.insist(&again, None).await;
        }
    }

    async fn send(&self, sheet: &Sheet, key: Option<&str>) -> Heard {
        let at = self.alarms.now();
        let mut visit = Visit::default();
        if let Some(key) = key {
            let key = IdempotencyKey::parse("contact", &key.replace(' ', "-")).expect("the key is visible ASCII");
            visit.key = Some((key, Fingerprint::of(sheet.body().as_bytes())));
        }
        let heard = match self.intake.submit(sheet.kind, &sheet.form(), visit).await {
            Ok(receipt) => Heard::Receipt(receipt),
            Err(IntakeError::Invalid(_)) => Heard::Faults,
            Err(IntakeError::KeyReused) => Heard::KeyReused,
            Err(IntakeError::Store(_)) => Heard::Sorry,
        };
        self.sky.tell(|| format!("visitor {} sent {sheet:?} at {at} and heard {heard:?}", self.person));
        let told = Told { sheet: sheet.clone(), key: key.map(str::to_owned), heard: heard.clone() };
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(told);
        heard
    }
}
