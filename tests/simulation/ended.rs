//! How one seed ended.

use std::any::Any;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::mutant::Mutant;
use crate::oracle::{self, Finding, Record};
use crate::play::play;
use crate::tally::Tally;
use crate::world::World;

/// The end of one seed.
pub(crate) struct Ended {
    pub(crate) seed: u64,
    pub(crate) findings: Vec<Finding>,
    pub(crate) tally: Tally,
    /// Everything that happened, and everything that was left; empty where nobody wanted to read it.
    pub(crate) story: String,
}

impl Ended {
    /// Plays `seed`, with the fault of a mutant if there is one, and tells its story if anybody wants to read it.
    pub(crate) fn of(seed: u64, mutant: Option<Mutant>, telling: bool) -> Self {
        let played = catch_unwind(AssertUnwindSafe(|| {
            let world = World::of(seed, mutant, telling);
            play(&world);
            Self::of_world(seed, &world, telling)
        }));
        played.unwrap_or_else(|panic| {
            let findings = vec![Finding::wrong(format!("it panicked: {}", words(&*panic)))];
            let tally = Tally::of_findings(&findings);
            Self { seed, findings, tally, story: String::new() }
        })
    }

    fn of_world(seed: u64, world: &World, telling: bool) -> Self {
        let record = Record::of(world);
        let findings = oracle::findings(&record);
        let tally = Tally::of(&record, &findings);
        let story = if telling { story(&record) } else { String::new() };
        Self { seed, findings, tally, story }
    }

    /// The line that plays it again.
    pub(crate) fn again(&self) -> String {
        format!("MRDJ_SEED={} cargo test --test simulation -- --nocapture", self.seed)
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words")
}

fn story(record: &Record<'_>) -> String {
    let mut story = record.world.sky.story().join("\n");
    for lead in &record.leads {
        let _ = write!(story, "\nin the end {lead:?}");
    }
    for delivery in &record.deliveries {
        let _ = write!(story, "\nin the end {delivery:?}");
        record.history(delivery).iter().for_each(|attempt| {
            let _ = write!(story, "\n  {attempt:?}");
        });
    }
    story
}
