//! What experiments need from outside, as promises.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Experiment, ExperimentKey, Exposure, Figures};
use crate::error::PortError;

/// Reads experiments back; [`Store::commit`](crate::store::Store::commit) writes them.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ExperimentBook: Send + Sync {
    /// Finds an experiment.
    ///
    /// - `experiment_comes_back`: what was committed is what is found, with its whole life and, in time, to the
    ///   microsecond.
    async fn find(&self, key: &ExperimentKey) -> Result<Option<Experiment>, PortError>;

    /// All experiments, by key: there are as many as people think of.
    ///
    /// - `experiments_are_listed_by_key`: each once, as it was last committed.
    async fn list(&self) -> Result<Vec<Experiment>, PortError>;
}

/// Counts who saw what, and what came of it; [`Store::commit`](crate::store::Store::commit) writes the conversions.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ExposureLog: Send + Sync {
    /// Counts what was not counted before, all or none of it, and answers with how many that were.
    ///
    /// - `a_visitor_is_counted_once`: in each phase of each experiment, however often they come, in however many batches at
    ///   once.
    /// - `the_first_variation_stays`: who meets another later is counted as crossed, once.
    /// - `a_view_without_a_visitor_is_counted_once`: by its id, for at least
    ///   [`EXPOSURE_IDS_KEPT_FOR`](super::EXPOSURE_IDS_KEPT_FOR).
    /// - `what_nobody_keeps_counts_nothing`: an experiment, phase or variation that there is not.
    /// - `an_exposure_that_is_told_late_finds_what_came_of_it`: what figures add up to does not depend on the order in which
    ///   things were told.
    async fn record(&self, exposures: &[Exposure]) -> Result<u64, PortError>;

    /// Everything that was counted of one experiment: as much work for a million exposures as for ten.
    ///
    /// - `figures_add_up`: they are what counting every exposure and conversion anew would give, to the cent.
    /// - `a_page_s_word_counts_for_who_is_not_known`: once, for what could have been shown when the form was sent.
    async fn figures(&self, experiment: &ExperimentKey) -> Result<Figures, PortError>;

    /// Forgets up to `limit` visitors in experiments, and as many conversions, of before `before`, the oldest first; answers
    /// with how many rows went.
    ///
    /// - `old_exposures_are_forgotten_and_figures_stay`: who comes again is counted as somebody new.
    async fn sweep_exposures(&self, before: Timestamp, limit: usize) -> Result<u64, PortError>;

    /// Forgets up to `limit` ids of exposures without a visitor from before `before`, and answers with how many.
    ///
    /// - `old_ids_of_views_are_forgotten`: and no younger ones.
    async fn sweep_exposure_ids(&self, before: Timestamp, limit: usize) -> Result<u64, PortError>;
}
