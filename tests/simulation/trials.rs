//! What is run: many seeds, one seed twice, and faults of our own.

use std::ops::Range;

use libtest_mimic::{Failed, Trial};
use mrdj_core::idempotency::Fingerprint;

use crate::ended::Ended;
use crate::fault::Fault;
use crate::mutant::Mutant;
use crate::seeds::{first_to_see, number, parts, play_all, seeds};
use crate::tally::Tally;

/// What many seeds prove.
const NOTHING_LOST: &str = "simulation::nothing_is_lost_and_nothing_comes_twice_whatever_happens";
/// Within so many seeds each fault of our own is seen.
const SEEN_WITHIN: u64 = 300;
/// So many failing seeds are told of; more would say the same.
const TOLD: usize = 5;
/// So many seeds meet every kind of fault.
const ENOUGH: u64 = 500;
/// So many seeds are played twice.
const REPEATED: usize = 40;

/// Every trial; with `MRDJ_SEED` only that seed, and its story.
pub(crate) fn trials() -> Vec<Trial> {
    if let Some(seed) = number("MRDJ_SEED") {
        return vec![trial(&format!("simulation::seed::{seed}"), move || tell(seed))];
    }
    let mut trials = vec![trial("simulation::a_seed_repeats_its_story_to_the_byte", repeat)];
    trials.extend(parts(seeds()).into_iter().map(|part| {
        let name = format!("{NOTHING_LOST}::{}_to_{}", part.start, part.end - 1);
        trial(&name, move || many(part))
    }));
    trials.extend(Mutant::ALL.map(|mutant| {
        let name = format!("simulation::the_oracle_sees::{}", mutant.word());
        trial(&name, move || seen(mutant))
    }));
    trials
}

fn trial(name: &str, run: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    Trial::test(name, run)
}

fn many(seeds: Range<u64>) -> Result<(), Failed> {
    let (tally, failed) = play_all(seeds);
    println!("simulation: {tally}");
    if failed.is_empty() {
        return proved(&tally);
    }
    let told: Vec<_> = failed.iter().take(TOLD).map(report).collect();
    Err(format!("{} of {} seeds failed\n{}", failed.len(), tally.seeds, told.join("\n")).into())
}

/// What was never met is not proved.
fn proved(tally: &Tally) -> Result<(), Failed> {
    let never: Vec<_> = Fault::ALL.into_iter().filter(|fault| !tally.faults.contains_key(fault)).collect();
    if tally.seeds >= ENOUGH && !never.is_empty() {
        return Err(format!("these faults never happened: {never:?}").into());
    }
    Ok(())
}

fn report(ended: &Ended) -> String {
    let findings: Vec<_> = ended.findings.iter().map(|finding| format!("  {finding}")).collect();
    format!("{}\n{}", ended.again(), findings.join("\n"))
}

/// Plays one seed and tells everything.
fn tell(seed: u64) -> Result<(), Failed> {
    let ended = Ended::of(seed, None, true);
    println!("{}\nsimulation: {}", ended.story, ended.tally);
    if ended.findings.is_empty() { Ok(()) } else { Err(report(&ended).into()) }
}

/// Nothing but the seed decides what happens; also whether anybody listens changes nothing.
fn repeat() -> Result<(), Failed> {
    for seed in seeds().take(REPEATED) {
        let [first, second] = [(); 2].map(|()| Ended::of(seed, None, true));
        let digest = |ended: &Ended| Fingerprint::of(ended.story.as_bytes());
        if digest(&first) != digest(&second) {
            let lines = first.story.lines().zip(second.story.lines()).find(|(one, other)| one != other);
            return Err(format!("seed {seed} has two stories, which part here: {lines:#?}").into());
        }
        if Ended::of(seed, None, false).tally != first.tally || first.story.is_empty() {
            return Err(format!("seed {seed} goes another way when nobody listens, or has nothing to tell").into());
        }
    }
    Ok(())
}

/// The oracle can fail, and does.
fn seen(mutant: Mutant) -> Result<(), Failed> {
    let begin = seeds().start;
    match first_to_see(mutant, begin..begin + SEEN_WITHIN) {
        Some(ended) => {
            println!("simulation: {} is seen in seed {}: {}", mutant.word(), ended.seed, ended.findings[0]);
            Ok(())
        }
        None => Err(format!("nobody saw {} in {SEEN_WITHIN} seeds", mutant.word()).into()),
    }
}
