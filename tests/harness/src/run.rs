//! A test, and what it needs.

use std::time::Duration;

use libtest_mimic::{Failed, Trial};

/// A test that takes longer hangs; the runner would stop it a little later without a word.
const PATIENCE: Duration = Duration::from_secs(110);

/// The test `name`, on a runtime of its own.
pub fn trial<F: Future<Output = ()>>(name: &str, test: impl FnOnce() -> F + Send + 'static) -> Trial {
    Trial::test(name, move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let ended = runtime.block_on(async { tokio::time::timeout(PATIENCE, test()).await });
        ended.map_err(|_| Failed::from(format!("no end after {PATIENCE:?}")))
    })
}

/// The test `trial`, which is shown as ignored with what it `needs` where that is not `there`.
pub fn needs(trial: Trial, needs: &str, there: bool) -> Trial {
    if there { trial } else { trial.with_kind(format!("needs {needs}")).with_ignored_flag(true) }
}
