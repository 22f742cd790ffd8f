//! Figures that cannot be.

/// A figure cannot be as it is said; nothing was read from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct InvalidFigures {
    /// Which figure: `conversions`, or where there are several `variants[1].conversions`.
    pub field: String,
    /// What is wrong with it.
    pub message: &'static str,
}

impl InvalidFigures {
    pub(super) fn new(field: &str, message: &'static str) -> Self {
        Self { field: field.to_owned(), message }
    }

    /// The same, of the `place`-th of a list.
    #[must_use]
    pub fn within(self, list: &str, place: usize) -> Self {
        Self { field: format!("{list}[{place}].{}", self.field), ..self }
    }
}

/// Passes what lies in `within` on, and names `field` where it does not; a NaN lies nowhere.
pub(super) fn checked(
    field: &str,
    value: f64,
    within: impl std::ops::RangeBounds<f64>,
    message: &'static str,
) -> Result<f64, InvalidFigures> {
    if within.contains(&value) { Ok(value) } else { Err(InvalidFigures::new(field, message)) }
}
