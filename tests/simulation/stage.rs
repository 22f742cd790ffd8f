//! Where everybody acts, on one thread: who goes on next is drawn from the seed.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};

use crate::alarms::Alarms;
use crate::dice::Dice;

/// What one actor does, from the beginning to the end.
type Part = Pin<Box<dyn Future<Output = ()> + Send>>;

/// All actors, and whose turn may be next.
pub(crate) struct Stage {
    alarms: Alarms,
    dice: Dice,
    actors: Vec<Option<Actor>>,
    called: Arc<Mutex<Vec<usize>>>,
    guests: usize,
    fallen: u64,
}

struct Actor {
    part: Part,
    waker: Waker,
    /// It leaves when its part is over; the others act for ever.
    guest: bool,
    /// So many steps more, and it drops dead.
    breath: Option<u64>,
}

/// Calls one actor.
struct Call {
    place: usize,
    called: Arc<Mutex<Vec<usize>>>,
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        let mut called = self.called.lock().unwrap_or_else(PoisonError::into_inner);
        if !called.contains(&self.place) {
            called.push(self.place);
        }
    }
}

impl Stage {
    /// An empty one.
    pub(crate) fn new(alarms: Alarms, dice: Dice) -> Self {
        Self { alarms, dice, actors: Vec::new(), called: Arc::default(), guests: 0, fallen: 0 }
    }

    /// Lets somebody act to the end of a part.
    pub(crate) fn invite(&mut self, part: impl Future<Output = ()> + Send + 'static) {
        self.guests += 1;
        self.enter(Box::pin(part), true, None);
    }

    /// Lets somebody act for ever, or for `breath` steps.
    pub(crate) fn employ(&mut self, breath: Option<u64>, part: impl Future<Output = ()> + Send + 'static) {
        self.enter(Box::pin(part), false, breath);
    }

    fn enter(&mut self, part: Part, guest: bool, breath: Option<u64>) {
        let place = self.actors.len();
        let waker = Waker::from(Arc::new(Call { place, called: Arc::clone(&self.called) }));
        waker.wake_by_ref();
        self.actors.push(Some(Actor { part, waker, guest, breath }));
    }

    /// Lets one who was called go on or, when nobody was, time pass to the next alarm; `false` when neither can be.
    pub(crate) fn step(&mut self) -> bool {
        match self.next() {
            Some(place) => self.play(place),
            None => return self.alarms.ring_next(),
        }
        true
    }

    /// From now on nobody drops dead any more.
    pub(crate) fn spare_everybody(&mut self) {
        for actor in self.actors.iter_mut().flatten() {
            actor.breath = None;
        }
    }

    /// Whether every guest has left.
    pub(crate) fn is_left_to_staff(&self) -> bool {
        self.guests == 0
    }

    /// How many dropped dead.
    pub(crate) fn fallen(&self) -> u64 {
        self.fallen
    }

    fn next(&self) -> Option<usize> {
        let mut called = self.called.lock().unwrap_or_else(PoisonError::into_inner);
        let place = self.dice.below(called.len());
        (place < called.len()).then(|| called.swap_remove(place))
    }

    fn play(&mut self, place: usize) {
        let Some(actor) = &mut self.actors[place] else {
            return;
        };
        let ended = actor.part.as_mut().poll(&mut Context::from_waker(&actor.waker)).is_ready();
        let falls = actor.breath.as_mut().is_some_and(|breath| {
            *breath -= 1;
            *breath == 0
        });
        if ended || falls {
            self.fallen += u64::from(!ended);
            self.guests -= usize::from(actor.guest);
            // What it was doing is dropped in the middle.
            self.actors[place] = None;
        }
    }
}
