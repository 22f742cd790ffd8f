//! What waits to be recorded.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use jiff::Timestamp;

use super::RecorderRule;

/// A line of bounded length, with whoever waits for it to move.
#[derive(Debug)]
pub(super) struct Backlog<T>(Mutex<Line<T>>);

#[derive(Debug)]
struct Line<T> {
    /// Each with the moment it came in; what is under way to the store stays until it has arrived.
    waiting: VecDeque<(Timestamp, T)>,
    stage: Stage,
    /// Whether the store gave no answer the last time.
    away: bool,
    /// How often the store has refused the first lot.
    refused: u32,
    dropped: u64,
    wakers: Vec<Waker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Open,
    /// Everything is to leave at once.
    Closing,
    /// Nobody takes anything to the store any more.
    Ended,
}

impl<T> Default for Backlog<T> {
    fn default() -> Self {
        Self(Mutex::new(Line {
            waiting: VecDeque::new(),
            stage: Stage::Open,
            away: false,
            refused: 0,
            dropped: 0,
            wakers: Vec::new(),
        }))
    }
}

impl<T: Clone> Backlog<T> {
    /// Puts something at the end, and says whether it was taken. Where there is no room it waits for some, unless the
    /// store is away: visitors do not wait for that.
    pub(super) async fn push(&self, one: T, now: Timestamp, rule: RecorderRule) -> bool {
        let mut one = Some(one);
        poll_fn(|context| {
            let mut line = self.line();
            if line.stage == Stage::Ended || (line.away && line.waiting.len() >= rule.most) {
                line.dropped += 1;
                return Poll::Ready(false);
            }
            if line.waiting.len() >= rule.most {
                return line.wait(context);
            }
            let Some(one) = one.take() else { return Poll::Ready(true) };
            line.waiting.push_back((now, one));
            // Who carries lots wakes for the first, and when one is full.
            if line.waiting.len() == 1 || line.waiting.len() >= rule.lot {
                line.wake();
            }
            Poll::Ready(true)
        })
        .await
    }

    /// Waits for somebody to come, and says when the first of those came who wait; `None` when it is closing.
    pub(super) async fn first_came(&self) -> Option<Timestamp> {
        poll_fn(|context| {
            let mut line = self.line();
            match line.waiting.front() {
                _ if line.stage != Stage::Open => Poll::Ready(None),
                Some((came, _)) => Poll::Ready(Some(*came)),
                None => line.wait(context),
            }
        })
        .await
    }

    /// Waits until so many wait, or it is closing.
    pub(super) async fn reaches(&self, many: usize) {
        poll_fn(|context| {
            let mut line = self.line();
            let is_due = line.waiting.len() >= many || line.stage != Stage::Open;
            if is_due { Poll::Ready(()) } else { line.wait(context) }
        })
        .await;
    }

    /// Waits until it is closing.
    pub(super) async fn closing(&self) {
        poll_fn(|context| {
            let mut line = self.line();
            if line.stage == Stage::Open { line.wait(context) } else { Poll::Ready(()) }
        })
        .await;
    }

    /// The first of those who wait; they go on waiting.
    pub(super) fn lot(&self, size: usize) -> Vec<T> {
        self.line().waiting.iter().take(size).map(|(_, one)| one.clone()).collect()
    }

    /// The first so many have arrived, and the store is there; says whether it was away.
    pub(super) fn arrived(&self, many: usize) -> bool {
        let mut line = self.line();
        line.leave(many);
        std::mem::take(&mut line.away)
    }

    /// The store gave no answer.
    pub(super) fn away(&self) {
        let mut line = self.line();
        line.away = true;
        line.wake();
    }

    /// The store refused the first so many; says whether that was once too often, so that they are given up.
    pub(super) fn refused(&self, many: usize, tries: u32) -> bool {
        let mut line = self.line();
        line.refused += 1;
        let given_up = line.refused >= tries;
        if given_up {
            line.dropped += many as u64;
            line.leave(many);
        }
        given_up
    }

    /// From now on everything is to leave at once.
    pub(super) fn close(&self) {
        let mut line = self.line();
        line.stage = line.stage.max(Stage::Closing);
        line.wake();
    }

    /// Ends it if nobody waits any more, and says whether it has ended.
    pub(super) fn end_when_empty(&self) -> bool {
        let mut line = self.line();
        if line.waiting.is_empty() {
            line.stage = Stage::Ended;
            line.wake();
        }
        line.stage == Stage::Ended
    }

    /// Ends it with whoever waits, and says how many those are.
    pub(super) fn give_up(&self) -> u64 {
        let mut line = self.line();
        let left = line.waiting.len();
        line.stage = Stage::Ended;
        line.dropped += left as u64;
        line.leave(left);
        left as u64
    }

    /// How many wait, and how many were dropped so far.
    pub(super) fn counts(&self) -> (usize, u64) {
        let line = self.line();
        (line.waiting.len(), line.dropped)
    }

    fn line(&self) -> MutexGuard<'_, Line<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Line<T> {
    fn wait<A>(&mut self, context: &Context<'_>) -> Poll<A> {
        if !self.wakers.iter().any(|waker| waker.will_wake(context.waker())) {
            self.wakers.push(context.waker().clone());
        }
        Poll::Pending
    }

    fn wake(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
    }

    fn leave(&mut self, many: usize) {
        self.waiting.drain(..many);
        self.refused = 0;
        self.wake();
    }
}
