//! How much fits on a page.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// How much fits on a page: 1 to 200.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageSize(u32);

impl PageSize {
    const MAX: u32 = 200;
    const DEFAULT: Self = Self(50);

    /// The size that was asked for, or the usual one.
    pub(crate) fn or_default(asked: Option<Self>) -> usize {
        asked.unwrap_or(Self::DEFAULT).0 as usize
    }
}

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let size = u32::deserialize(deserializer)?;
        let fits = (1..=Self::MAX).contains(&size);
        fits.then_some(Self(size)).ok_or_else(|| D::Error::custom("a page holds 1 to 200"))
    }
}
