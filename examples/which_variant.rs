//! One experiment from its first visitor to a verdict: who sees which variant, what comes of it, and what an owner is told every month.
//!
//! ```sh
//! cargo run --example which_variant            # the second variant sells half as much again
//! cargo run --example which_variant -- equal   # there is no difference: whoever looks every month is never fooled for long
//! ```

use std::error::Error;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::memory::Memory;
use mrdj_core::chance::Chance;
use mrdj_core::experiments::assignment::{Attributes, Catalogue, Visitor};
use mrdj_core::experiments::report::Ask;
use mrdj_core::experiments::{
    Conversion, Definition, Experiment, ExposureId, ExposureLog, Goal, Seen, Step, VisitorId, features,
};
use mrdj_core::id::Id;
use mrdj_core::mocks::FakeChance;
use mrdj_core::store::{Change, Changes, Store};
use serde_json::{Map, Value, json};

const START: Timestamp = Timestamp::constant(1_767_222_000, 0);
const VISITORS_A_DAY: u32 = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let better = if std::env::args().any(|word| word == "equal") { 1.0 } else { 1.5 };
    let (store, chance, zone) = (Memory::new(), FakeChance::seeded(2026), TimeZone::UTC);
    let draft = draft(&chance)?;
    let hero = draft.step(&Step::Start, "rik", START)?;
    for version in [&draft, &hero] {
        store.commit(Changes::new().with(Change::KeepExperiment(Box::new(version.clone())))).await?;
    }
    // What a site's own GrowthBook SDK reads, too.
    let payload = json!({ "features": Value::Object(features(Map::new(), &[], [&hero])) });
    let catalogue = Catalogue::load(&payload.to_string())?.catalogue;

    for day in 1..=365_u32 {
        let now = START + SignedDuration::from_hours(24) * i32::try_from(day)?;
        for _ in 0..VISITORS_A_DAY {
            let id = VisitorId::new(&chance);
            let attributes = Attributes::new().with("id", id.uuid().to_string());
            let shown = catalogue.feature("hero", &Visitor::new(&attributes)).text_or("control").to_owned();
            let view = hero.exposure(ExposureId::new(now, &chance), &shown, Some(id), now, &zone)?;
            store.record(&[view]).await?;
            let rate = if shown == "face" { 0.02 * better } else { 0.02 };
            if chance.dice() < rate {
                let won = Box::new(enquiry(id, now, &chance, &zone));
                store.commit(Changes::new().with(Change::Convert(won))).await?;
            }
        }
        if day % 30 == 0 {
            let summary = hero.summary(&store.figures(&hero.key).await?, &Ask::latest(now, &zone))?;
            let counted =
                summary.variations.iter().map(|one| format!("{} {}/{}", one.name, one.enquiries, one.exposed));
            println!("day {day:>3}  {}\n         {}", counted.collect::<Vec<_>>().join(", "), summary.sentences.en);
        }
    }
    Ok(())
}

/// An experiment that nobody sees yet.
fn draft(chance: &FakeChance) -> Result<Experiment, Box<dyn Error>> {
    let (key, definition) = Definition::read(&json!({
        "key": "hero", "name": "Top of the home page", "hypothesis": "A face sells better than a stage.",
        "variations": [{ "key": "control", "name": "A stage" }, { "key": "face", "name": "A face" }],
        "goal": "enquiries", "minimumSample": 1_000, "smallestEffect": 0.4,
    }))?;
    Ok(Experiment::draft(Id::new(START, chance), key, definition, "rik", START))
}

fn enquiry(visitor: VisitorId, at: Timestamp, chance: &FakeChance, zone: &TimeZone) -> Conversion {
    Conversion {
        id: Id::<()>::new(at, chance).uuid(),
        goal: Goal::Enquiry,
        seen: Seen::by(visitor),
        sent_at: at,
        value_cents: 0,
        at,
        day: at.to_zoned(zone.clone()).date(),
    }
}
