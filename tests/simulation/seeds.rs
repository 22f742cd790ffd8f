//! Many seeds at once.

use std::env;
use std::ops::Range;

use crate::ended::Ended;
use crate::mutant::Mutant;
use crate::tally::Tally;

/// So many seeds are one trial.
const PART: usize = 625;

/// What a variable of the environment says, if it is set.
pub(crate) fn number(key: &str) -> Option<u64> {
    env::var(key).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{key} is no number")))
}

/// The seeds of this run: always the same, unless somebody asks for others.
pub(crate) fn seeds() -> Range<u64> {
    let base = number("MRDJ_SEED_BASE").unwrap_or(0);
    base..base + number("MRDJ_SEEDS").unwrap_or(10_000)
}

/// All `seeds` in parts of one trial each: whoever runs trials side by side plays them side by side.
pub(crate) fn parts(seeds: Range<u64>) -> Vec<Range<u64>> {
    let bounds = seeds.clone().step_by(PART).chain([seeds.end]).collect::<Vec<_>>();
    bounds.windows(2).map(|bounds| bounds[0]..bounds[1]).collect()
}

/// Plays all `seeds`, and gives the sums and those that something is wrong with.
pub(crate) fn play_all(seeds: Range<u64>) -> (Tally, Vec<Ended>) {
    let (mut tally, mut failed) = (Tally::default(), Vec::new());
    for seed in seeds {
        let mut ended = Ended::of(seed, None, false);
        tally.add(std::mem::take(&mut ended.tally));
        if !ended.findings.is_empty() {
            failed.push(ended);
        }
    }
    (tally, failed)
}

/// The first of `seeds` in which the oracle sees the fault of `mutant`.
pub(crate) fn first_to_see(mutant: Mutant, mut seeds: Range<u64>) -> Option<Ended> {
    seeds.find_map(|seed| Some(Ended::of(seed, Some(mutant), false)).filter(|ended| !ended.findings.is_empty()))
}
