//! Who gets what: features, flags and experiments, as they were when they were last read.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::experiments::assignment::{Catalogue, InvalidPayload, Source, Visitor};
use mrdj_core::experiments::{Experiment, ExperimentBook, Flag, features};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tracing::warn;

/// So old what was read may be: a step that an operator takes reaches visitors of every process within it.
const FRESH: SignedDuration = SignedDuration::from_secs(10);

/// So long the first who asks waits for the store.
const PATIENCE: Duration = Duration::from_secs(1);

/// Who gets what: features of a GrowthBook payload, flags of the settings, and the experiments of the store; clones share it.
///
/// It answers from memory. Experiments are read again behind a visitor's back, at most every ten seconds; while their store is
/// away, what was read last holds, and at the start features and flags alone.
#[derive(Clone)]
pub struct Variants(Arc<Inner>);

struct Inner {
    book: Arc<dyn ExperimentBook>,
    given: Given,
    state: Mutex<State>,
}

/// What the settings give, whatever the store holds.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// A payload of GrowthBook: `features`, `experiments`, `savedGroups`.
    pub payload: Map<String, Value>,
    /// Switches, which go before features of the same name.
    pub flags: Vec<Flag>,
}

struct State {
    compiled: Arc<Compiled>,
    /// When somebody last began to read.
    looked_at: Option<Timestamp>,
    /// How often somebody began to read, and which of those readings is compiled: of two at once the later counts.
    begun: u64,
    read: u64,
}

/// What was read, ready to be asked.
pub(crate) struct Compiled {
    /// Answers for visitors.
    pub(crate) catalogue: Catalogue,
    /// What a site's own SDK reads.
    pub(crate) payload: Bytes,
    /// Names that content (RFC 9110), quotes included.
    pub(crate) tag: String,
    experiments: HashMap<String, Experiment>,
}

impl Variants {
    /// What `given` says, and the experiments of `book`. A payload that cannot be used, or is locked, is refused.
    pub fn new(given: Given, book: Arc<dyn ExperimentBook>) -> Result<Self, InvalidPayload> {
        let compiled = Arc::new(Compiled::of(&given, &[])?);
        let state = Mutex::new(State { compiled, looked_at: None, begun: 0, read: 0 });
        Ok(Self(Arc::new(Inner { book, given, state })))
    }

    /// What holds at `now`. The very first who asks waits for the store; later ones find what was read before.
    pub(crate) async fn at(&self, now: Timestamp) -> Arc<Compiled> {
        let (compiled, is_first) = {
            let mut state = self.state();
            let is_first = state.looked_at.is_none();
            if state.looked_at.is_some_and(|looked_at| now.duration_since(looked_at) < FRESH) {
                return Arc::clone(&state.compiled);
            }
            state.looked_at = Some(now);
            (Arc::clone(&state.compiled), is_first)
        };
        if is_first {
            // A store that is away keeps nobody waiting for long, least of all who sends a form.
            let variants = self.clone();
            let look = tokio::spawn(async move { variants.renew().await });
            let _ = tokio::time::timeout(PATIENCE, look).await;
            return Arc::clone(&self.state().compiled);
        }
        let variants = self.clone();
        tokio::spawn(async move { variants.renew().await });
        compiled
    }

    /// What was read last, for who cannot wait.
    pub(crate) fn known(&self) -> Arc<Compiled> {
        Arc::clone(&self.state().compiled)
    }

    /// Whether a flag switches `name` off for every visitor.
    pub(crate) fn is_off_for_all(&self, name: &str) -> bool {
        self.0.given.flags.iter().any(|flag| flag.name == name && flag.share <= 0.0)
    }

    /// Reads the experiments now, so that a step that was just taken holds at once in this process.
    pub async fn look(&self) -> Result<(), PortError> {
        let turn = {
            let mut state = self.state();
            state.begun += 1;
            state.begun
        };
        let experiments = self.0.book.list().await?;
        let known = self.known();
        let compiled = if known.experiments.len() == experiments.len()
            && experiments.iter().all(|one| known.experiment(one.key.as_str()) == Some(one))
        {
            known
        } else {
            Arc::new(Compiled::of(&self.0.given, &experiments).map_err(unusable)?)
        };
        let mut state = self.state();
        if turn > state.read {
            (state.read, state.compiled) = (turn, compiled);
        }
        Ok(())
    }

    /// The same; what cannot be read now is read with a later visitor.
    pub(crate) async fn renew(&self) {
        if let Err(error) = self.look().await {
            warn!(error = %error, "experiments could not be read, visitors see what they saw: {error}");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unusable(cause: InvalidPayload) -> PortError {
    PortError::new(ErrorKind::Corrupt, "experiments", "compile", "what is kept is no payload").because(cause)
}

impl Compiled {
    fn of(given: &Given, experiments: &[Experiment]) -> Result<Self, InvalidPayload> {
        let mut payload = given.payload.clone();
        let own =
            payload.remove("features").and_then(|own| if let Value::Object(own) = own { Some(own) } else { None });
        let features = features(own.unwrap_or_default(), &given.flags, experiments);
        payload.insert("status".to_owned(), json!(200));
        payload.insert("features".to_owned(), Value::Object(features));
        let payload = Value::Object(payload).to_string();
        let loaded = Catalogue::load(&payload)?;
        let each = experiments.iter().map(|experiment| (experiment.key.to_string(), experiment.clone()));
        let digest = Sha256::digest(&payload);
        let tag = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Ok(Self {
            catalogue: loaded.catalogue,
            payload: payload.into(),
            tag: format!("\"{tag}\""),
            experiments: each.collect(),
        })
    }

    /// The experiment that is called by `key`.
    pub(crate) fn experiment(&self, key: &str) -> Option<&Experiment> {
        self.experiments.get(key)
    }

    /// Whether there is a feature of that name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.catalogue.has(name)
    }

    /// Whether the part of the site that is called `name` is on for a visitor: it is, unless a flag says otherwise.
    pub(crate) fn is_on<'a>(&'a self, name: &str, visitor: &Visitor<'a>) -> bool {
        let flag = self.catalogue.feature(name, visitor);
        flag.source == Source::UnknownFeature || flag.on()
    }
}

impl Given {
    /// What will not do what was probably meant, each with its place.
    pub fn warnings(&self) -> Result<Vec<String>, InvalidPayload> {
        let loaded = Catalogue::load(&Value::Object(self.payload.clone()).to_string())?;
        Ok(loaded.warnings.iter().map(ToString::to_string).collect())
    }
}

impl fmt::Debug for Variants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variants").field("given", &self.0.given).finish_non_exhaustive()
    }
}
