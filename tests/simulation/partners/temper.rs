//! A partner's moods over time, and what it said to whom.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::{ErrorKind, PortError, Remedy};

use super::Dialect;
use super::mood::Mood;
use crate::alarms::Alarms;
use crate::dice::Dice;
use crate::fault::Fault;
use crate::sky::Sky;

/// An adapter waits for an answer no longer than this.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);

/// How one partner meets requests.
pub(crate) struct Temper {
    dialect: Dialect,
    sky: Arc<Sky>,
    alarms: Alarms,
    dice: Dice,
    /// When it has which mood for longer.
    spells: Vec<(Timestamp, Timestamp, Mood)>,
    /// The share of requests that meet a mood of the moment.
    moody: f64,
    /// The share of requests that take seconds.
    slow: f64,
    /// The share of things it will never take.
    refusing: f64,
    said: Mutex<BTreeMap<String, Said>>,
}

/// What it said about one thing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// It will never take it; decided when it is first seen.
    pub(crate) refused: bool,
    /// So often it answered with an error of its own.
    pub(crate) failures: u32,
}

impl Temper {
    /// A temper for as long as faults last, which is until `end`.
    pub(crate) fn drawn(dialect: Dialect, sky: &Arc<Sky>, alarms: &Alarms, dice: &Dice, end: Timestamp) -> Self {
        let dice = dice.for_another();
        let lasts = end.duration_since(alarms.now()).as_secs();
        let spells = (0..dice.below(4)).map(|_| {
            let from = alarms.now() + dice.seconds(0, lasts);
            // Half of them take minutes, half of them hours.
            let most = if dice.falls(0.5) { 900 } else { lasts.max(900) };
            (from, from + dice.seconds(20, most), Mood::of_a_spell(&dice))
        });
        let spells = spells.collect();
        let moody = if dice.falls(0.3) { 0.0 } else { dice.share(0.3) };
        let slow = dice.one_of(&[0.0, 0.05, 0.5]);
        let refusing = if dice.falls(0.7) { 0.0 } else { dice.share(0.3) };
        let (sky, alarms) = (Arc::clone(sky), alarms.clone());
        Self { dialect, sky, alarms, dice, spells, moody, slow, refusing, said: Mutex::default() }
    }

    /// Meets a request about `what`, which takes effect by `take`, or does not.
    pub(crate) async fn meet<T>(
        &self,
        what: &str,
        operation: &'static str,
        now: Timestamp,
        take: impl FnOnce() -> T,
    ) -> Result<T, PortError> {
        self.alarms.nap(self.takes()).await;
        let mood = self.mood();
        if mood.takes() && self.refuses(what) {
            self.sky.count(Fault::Refusing);
            self.tell(what, operation, "refused");
            return Err(self.dialect.refusal(operation));
        }
        let Some(error) = self.dialect.error(mood, operation, now) else {
            let taken = take();
            self.tell(what, operation, "taken");
            self.linger(mood).await;
            return Ok(taken);
        };
        if mood.takes() {
            take();
            self.tell(what, operation, "taken");
        }
        self.linger(mood).await;
        Err(self.complain(what, error))
    }

    /// Answers a question, which changes nothing and may fail in every way.
    pub(crate) async fn answer<T>(
        &self,
        operation: &'static str,
        now: Timestamp,
        look: impl FnOnce() -> T,
    ) -> Result<T, PortError> {
        self.alarms.nap(self.takes()).await;
        let mood = self.mood();
        self.linger(mood).await;
        match self.dialect.error(mood, operation, now) {
            None => Ok(look()),
            Some(error) => {
                self.tell("a question", operation, &error.summary);
                Err(error)
            }
        }
    }

    /// Everything it said.
    pub(crate) fn said(&self) -> BTreeMap<String, Said> {
        self.words().clone()
    }

    fn complain(&self, what: &str, error: PortError) -> PortError {
        if error.kind == ErrorKind::Failed {
            self.words().entry(what.to_owned()).or_default().failures += 1;
        }
        self.tell(what, error.operation, &error.summary);
        error
    }

    fn mood(&self) -> Mood {
        if self.sky.is_clear() {
            return Mood::Well;
        }
        let now = self.alarms.now();
        let spell = self.spells.iter().find(|(from, until, _)| *from <= now && now < *until);
        let mood = match spell {
            // Who is away for hours sometimes seems to be back.
            Some((_, _, mood)) if !self.dice.falls(0.05) => *mood,
            _ if self.dice.falls(self.moody) => Mood::of_a_moment(&self.dice),
            _ => Mood::Well,
        };
        if let Some(fault) = mood.fault() {
            self.sky.count(fault);
        }
        mood
    }

    fn takes(&self) -> SignedDuration {
        match () {
            () if self.sky.is_clear() => SignedDuration::from_millis(50),
            () if self.dice.falls(self.slow) => self.dice.seconds(1, 5),
            () => SignedDuration::from_millis(20 + self.dice.below(200) as i64),
        }
    }

    /// What passes between the effect and the answer.
    async fn linger(&self, mood: Mood) {
        match mood {
            Mood::Silent { .. } => self.alarms.nap(PATIENCE).await,
            Mood::Stalled { .. } => std::future::pending().await,
            _ => self.alarms.nap(self.takes()).await,
        }
    }

    fn refuses(&self, what: &str) -> bool {
        let mut words = self.words();
        if let Some(said) = words.get(what) {
            return said.refused;
        }
        let refused = self.dice.falls(self.refusing);
        words.insert(what.to_owned(), Said { refused, failures: 0 });
        refused
    }

    fn tell(&self, what: &str, operation: &str, word: &str) {
        self.sky.tell(|| format!("{} {operation} {what}: {word}", self.dialect.name));
    }

    fn words(&self) -> MutexGuard<'_, BTreeMap<String, Said>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dialect {
    /// RentGuy's: it recognises what it has, so that a 500 is simply tried again, and it never says for how long it is busy.
    pub(crate) const RENTGUY: Self =
        Self { name: "rentguy", after_500: Remedy::LATER, busy_for: Some(SignedDuration::from_secs(60)) };
    /// Postmark's: a mail may have left before a 500.
    pub(crate) const POSTMARK: Self = Self { name: "postmark", after_500: Remedy::AskFirst, busy_for: None };
    /// Of pagers that know no ids at all.
    pub(crate) const PAGERS: Self =
        Self { name: "pagers", after_500: Remedy::AskFirst, busy_for: Some(SignedDuration::from_secs(30)) };
}
