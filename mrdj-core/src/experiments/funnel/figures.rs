//! What was counted.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use jiff::civil::Date;

use super::{PageEvent, PageEventKind, VariantId};

/// Where page events are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunnelCell {
    /// The civil day of the business on which they were told.
    pub day: Date,
    /// What the page showed.
    pub variant: VariantId,
    /// Which step.
    pub kind: PageEventKind,
}

/// How often each step was told on some days, in order of day, variant and kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunnelFigures(BTreeMap<FunnelCell, u64>);

/// How often each kind of step was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps([u64; PageEventKind::ALL.len()]);

impl FunnelFigures {
    /// What counting `events` gives.
    ///
    /// ```
    /// use jiff::Timestamp;
    /// use mrdj_core::experiments::funnel::{FunnelFigures, PageEvent, PageEventKind, VariantId};
    /// use mrdj_core::id::Id;
    ///
    /// let click = PageEvent {
    ///     id: Id::from_uuid(uuid::Uuid::nil()),
    ///     kind: PageEventKind::CtaClick,
    ///     variant: VariantId::from_stored("romantic_wedding"),
    ///     at: Timestamp::UNIX_EPOCH,
    ///     day: jiff::civil::date(1970, 1, 1),
    /// };
    /// let figures = FunnelFigures::of([&click, &click]);
    /// assert_eq!((figures.total().of(PageEventKind::CtaClick), figures.total().sum()), (2, 2));
    /// assert_eq!(figures.by_variant()[&click.variant], figures.total());
    /// ```
    pub fn of<'e>(events: impl IntoIterator<Item = &'e PageEvent>) -> Self {
        events.into_iter().map(|event| (event.cell(), 1)).collect()
    }

    /// Everything that was counted, cell by cell.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = (&FunnelCell, u64)> {
        self.0.iter().map(|(cell, events)| (cell, *events))
    }

    /// The cells of the days from `from` until before `to`.
    pub fn between(&self, from: Date, to: Date) -> Self {
        self.cells().filter(|(cell, _)| (from..to).contains(&cell.day)).map(|(cell, n)| (cell.clone(), n)).collect()
    }

    /// The sums of each variant over all days.
    pub fn by_variant(&self) -> BTreeMap<VariantId, Steps> {
        let mut sums: BTreeMap<_, Steps> = BTreeMap::new();
        for (cell, events) in self.cells() {
            sums.entry(cell.variant.clone()).or_default().add(cell.kind, events);
        }
        sums
    }

    /// The sums over all days and variants.
    pub fn total(&self) -> Steps {
        let mut sum = Steps::default();
        self.cells().for_each(|(cell, events)| sum.add(cell.kind, events));
        sum
    }
}

impl Steps {
    /// How often that kind was told.
    pub const fn of(&self, kind: PageEventKind) -> u64 {
        self.0[kind as usize]
    }

    /// How many steps that are.
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    fn add(&mut self, kind: PageEventKind, events: u64) {
        self.0[kind as usize] += events;
    }
}

impl FromIterator<(FunnelCell, u64)> for FunnelFigures {
    fn from_iter<I: IntoIterator<Item = (FunnelCell, u64)>>(cells: I) -> Self {
        let mut figures = Self::default();
        figures.extend(cells);
        figures
    }
}

impl Extend<(FunnelCell, u64)> for FunnelFigures {
    fn extend<I: IntoIterator<Item = (FunnelCell, u64)>>(&mut self, cells: I) {
        for (cell, events) in cells {
            *self.0.entry(cell).or_default() += events;
        }
    }
}

impl AddAssign for FunnelFigures {
    fn add_assign(&mut self, more: Self) {
        self.extend(more.0);
    }
}
