//! Features that wait for themselves.

use super::feature::Feature;
use super::loading::{Loading, Place};

/// How far the search has come with a feature.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Not,
    /// What it waits for is being looked at.
    Waits,
    Done,
}

impl Loading<'_> {
    /// Notes every prerequisite that leads back to the feature that has it.
    pub(super) fn warn_of_cycles(&mut self, features: &[Feature]) {
        let mut seen = vec![Seen::Not; features.len()];
        for start in 0..features.len() {
            // The way to where the search is, each feature with the prerequisites that are still to be looked at.
            let mut way = Vec::new();
            enter(start, features, &mut seen, &mut way);
            while let Some((feature, ahead)) = way.last_mut() {
                let feature = *feature;
                match ahead.pop() {
                    None => {
                        seen[feature] = Seen::Done;
                        way.pop();
                    }
                    Some(next) if seen[next] == Seen::Waits => {
                        let what = format!("waits for {}, which waits for it", features[next].id);
                        self.warn(Place::FEATURES.field(&features[feature].id), what);
                    }
                    Some(next) => enter(next, features, &mut seen, &mut way),
                }
            }
        }
    }
}

fn enter(at: usize, features: &[Feature], seen: &mut [Seen], way: &mut Vec<(usize, Vec<usize>)>) {
    if seen[at] == Seen::Not {
        seen[at] = Seen::Waits;
        let rules = features[at].rules.iter();
        way.push((at, rules.flat_map(|rule| rule.prerequisites.iter().filter_map(|one| one.feature)).collect()));
    }
}
