//! What a condition may reach while it is evaluated, and how far.

use std::cell::Cell;

use super::Groups;

/// How many features or groups may stand one behind the other; whoever nests deeper has made a mistake.
pub(in super::super) const DEEPEST: usize = 64;

/// How many features and groups one question may look through.
///
/// Each may name the one before it twice, so that a small payload could ask for more steps than there is time.
const MOST: u32 = 4_096;

/// What is left of the steps of one question.
#[derive(Debug)]
pub(in super::super) struct Budget(Cell<u32>);

impl Budget {
    pub(in super::super) const fn new() -> Self {
        Self(Cell::new(MOST))
    }

    /// Takes one step, if there is one left.
    pub(in super::super) fn spend(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

/// What a condition may reach.
#[derive(Clone, Copy)]
pub(in super::super) struct Scope<'s> {
    pub(super) groups: &'s Groups,
    budget: &'s Budget,
    within: Option<&'s Within<'s>>,
}

/// The groups whose conditions are being evaluated, the innermost first.
#[derive(Clone, Copy)]
struct Within<'s> {
    group: usize,
    depth: usize,
    outer: Option<&'s Within<'s>>,
}

impl<'s> Scope<'s> {
    pub(in super::super) const fn new(groups: &'s Groups, budget: &'s Budget) -> Self {
        Self { groups, budget, within: None }
    }

    /// Evaluates the condition of `group`; one that is asked for within itself, or too deep, holds for nobody.
    pub(super) fn within(self, group: usize, holds: impl FnOnce(Scope<'_>) -> bool) -> bool {
        let mut outer = self.within;
        while let Some(within) = outer {
            if within.group == group {
                return false;
            }
            outer = within.outer;
        }
        let depth = self.within.map_or(0, |within| within.depth + 1);
        if depth >= DEEPEST || !self.budget.spend() {
            return false;
        }
        holds(Scope { within: Some(&Within { group, depth, outer: self.within }), ..self })
    }
}
