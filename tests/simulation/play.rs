//! One seed, from the first visitor to the quiet at the end.

use std::sync::Arc;

use futures_util::FutureExt;
use jiff::SignedDuration;
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{Delivery, DeliveryDesk, Filter, QueueName, State};

use crate::dice::Dice;
use crate::fault::Fault;
use crate::mutant::Mutant;
use crate::people::{Ahead, Operator, Sleeper, Visitor, work};
use crate::stage::Stage;
use crate::world::{QUEUES, World};

/// What takes longer than this after the last fault will never come.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);
/// Machines set their clocks by the store's, whose answer takes a while.
const CLOCK_OFF: SignedDuration = SignedDuration::from_secs(1);
/// How often somebody looks whether all is quiet.
const LOOK: SignedDuration = SignedDuration::from_mins(10);

/// Lets everybody act in `world`: with faults, without, and until nothing is left to do.
pub(crate) fn play(world: &World) {
    let mut stage = Stage::new(world.alarms.clone(), world.dice.for_another());
    visitors(world, &mut stage);
    operator(world, &mut stage);
    workers(world, &mut stage);
    while world.clock.now() < world.end && stage.step() {}
    world.sky.clear_up();
    stage.spare_everybody();
    let mut look_at = world.end;
    while world.clock.now() < world.end + PATIENCE && stage.step() {
        if world.clock.now() > look_at {
            look_at = world.clock.now() + LOOK;
            if stage.is_left_to_staff() && deliveries(world).iter().all(is_settled) {
                break;
            }
        }
    }
    (0..stage.fallen()).for_each(|_| world.sky.count(Fault::WorkerKilled));
}

/// Every delivery in the store.
pub(crate) fn deliveries(world: &World) -> Vec<Delivery> {
    let everything = Filter::default();
    let list = DeliveryDesk::list(&*world.memory, &everything, usize::MAX, world.clock.now());
    list.now_or_never().expect("memory answers at once").expect("memory does not fail")
}

/// Whether nothing will happen to it by itself.
pub(crate) fn is_settled(delivery: &Delivery) -> bool {
    matches!(delivery.state, State::Done { .. } | State::Dead { .. } | State::InDoubt { ask_at: None })
}

fn visitors(world: &World, stage: &mut Stage) {
    let span = world.end.duration_since(world.clock.now());
    for person in 0..world.dice.one_of(&[1, 1, 2, 3]) {
        let visitor = Visitor {
            person,
            intake: world.intake(),
            alarms: world.alarms.clone(),
            dice: world.dice.for_another(),
            sky: Arc::clone(&world.sky),
            log: Arc::clone(&world.told),
        };
        stage.invite(visitor.come(1 + world.dice.below(3), span));
    }
}

fn operator(world: &World, stage: &mut Stage) {
    let operator = Operator {
        desk: world.desk(),
        intake: world.intake(),
        post_office: world.post_office(),
        alarms: world.alarms.clone(),
        dice: world.dice.for_another(),
        sky: Arc::clone(&world.sky),
    };
    let span = world.end.duration_since(world.clock.now());
    stage.invite(operator.serve(world.dice.below(12), span));
}

/// Some who may die, be stopped, go by a wrong clock or serve a few queues only, and at last one who lives and serves all.
fn workers(world: &World, stage: &mut Stage) {
    let (dice, last) = (&world.dice, world.dice.below(3));
    let lasts = world.end.duration_since(world.clock.now()).as_secs();
    for name in 0..=last {
        let (breath, serves) = match name == last {
            true => (None, QUEUES.to_vec()),
            false => (dice.falls(0.7).then(|| 1 + dice.below(150) as u64), some_queues(dice)),
        };
        let worker = world.worker(clock(world), &serves);
        let (bell, alarms, sky) = (Arc::clone(&world.bell), world.alarms.clone(), Arc::clone(&world.sky));
        let late = dice.seconds(0, if name == 0 { 5 } else { lasts / 2 });
        let part = async move {
            alarms.nap(late).await;
            work(name, worker, bell, alarms, sky).await;
        };
        stage.employ(breath, Sleeper::of(part, &world.alarms, dice, &world.sky));
    }
}

fn some_queues(dice: &Dice) -> Vec<QueueName> {
    let some: Vec<_> = QUEUES.into_iter().filter(|_| dice.falls(0.7)).collect();
    if some.is_empty() { QUEUES.to_vec() } else { some }
}

/// A right clock, or one that is off by what a question to the store's may cost; a mutant goes by its machine's.
fn clock(world: &World) -> Ahead {
    let off = world.dice.one_of(&[0, 0, 0, -1, 1]);
    if off != 0 {
        world.sky.count(Fault::ClockOff);
    }
    let most = match world.mutant {
        Some(Mutant::TrustsEveryClock) => SignedDuration::from_mins(10),
        _ => CLOCK_OFF,
    };
    Ahead { clock: world.clock.clone(), by: most * off }
}
