//! What a visitor saw before they sent a form.

use mrdj_core::experiments::{Seen, Shown};

use crate::app::App;
use crate::extract::{SaidShown, Visiting};

/// What the sender of a form had seen: whatever is known of who agreed to be known again, else what the page says.
///
/// A form is never refused for it and never waits for it: what is unknown here counts for nothing.
pub(crate) fn seen(app: &App, visiting: &Visiting, said: &SaidShown) -> Seen {
    if app.variants.is_off_for_all("experiments") {
        return Seen::default();
    }
    if let Some(visitor) = visiting.known(None) {
        return Seen::by(visitor);
    }
    if said.is_empty() {
        return Seen::default();
    }
    let compiled = app.variants.known();
    Seen::on_page(said.pairs().filter_map(|(experiment, variation)| {
        let experiment = compiled.experiment(experiment)?;
        let variation = experiment.definition.place_of(variation)?;
        Some(Shown { experiment: experiment.key.clone(), variation })
    }))
}
