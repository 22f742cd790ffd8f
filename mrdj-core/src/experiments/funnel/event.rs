//! A step on a page.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{FunnelCell, VariantId};
use crate::id::Id;

/// The id of a [`PageEvent`], given by the page, so that telling it twice is telling it once.
pub type PageEventId = Id<PageEvent>;

/// How long the id of a page event is remembered.
pub const PAGE_EVENT_IDS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(48);

/// A step on a page that showed a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageEvent {
    /// What the page calls it.
    pub id: PageEventId,
    /// Which step.
    pub kind: PageEventKind,
    /// What the page showed.
    pub variant: VariantId,
    /// When it was told.
    pub at: Timestamp,
    /// On which civil day of the business.
    pub day: Date,
}

/// The steps that pages tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageEventKind {
    /// The variant was shown.
    Impression,
    /// A button of it was pressed.
    CtaClick,
    /// What the page is for has happened, as the page sees it.
    Conversion,
    /// A step on the way there.
    JourneyStep,
    /// A form was begun.
    FormStart,
    /// A form was sent.
    FormSubmit,
}

impl PageEventKind {
    /// Every kind, in the order in which a visit comes by them.
    pub const ALL: [Self; 6] =
        [Self::Impression, Self::CtaClick, Self::Conversion, Self::JourneyStep, Self::FormStart, Self::FormSubmit];

    /// The kind as pages and stores write it.
    ///
    /// ```
    /// use mrdj_core::experiments::funnel::PageEventKind;
    ///
    /// assert_eq!(PageEventKind::CtaClick.word(), "cta_click");
    /// assert_eq!(PageEventKind::parse("cta_click"), Some(PageEventKind::CtaClick));
    /// ```
    pub const fn word(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::CtaClick => "cta_click",
            Self::Conversion => "conversion",
            Self::JourneyStep => "journey_step",
            Self::FormStart => "form_start",
            Self::FormSubmit => "form_submit",
        }
    }

    /// The kind that is written so.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl PageEvent {
    /// Where it is counted.
    pub fn cell(&self) -> FunnelCell {
        FunnelCell { day: self.day, variant: self.variant.clone(), kind: self.kind }
    }
}
