//! What contacts need from outside, as promises.

use async_trait::async_trait;

use super::{Contact, ContactKey, InvalidPhone, Phone};
use crate::error::PortError;

/// Reads people back.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ContactBook: Send + Sync {
    /// Finds a person.
    ///
    /// - `contact_comes_back`: what was committed is what is found.
    /// - `contact_is_filled_never_overwritten`: a second form by one person leads to [`Contact::met_again`].
    async fn find(&self, key: &ContactKey) -> Result<Option<Contact>, PortError>;
}

/// Knows the numbering plans of the world.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PhoneNormalizer: Send + Sync {
    /// Brings `text` into the one form of its number, read as if dialled in the business's country.
    ///
    /// - `dutch_spellings_are_one_number`: `0612345678`, `+31612345678` and `0031 6 1234 5678` are one.
    /// - `foreign_numbers_are_known`: numbers of the neighbours come out in E.164.
    /// - `strange_numbers_are_kept_unchecked`: digits that no plan knows are kept as typed, and say so.
    /// - `other_text_is_refused`: letters, other scripts' digits, fewer than 6 or more than 20 digits.
    fn normalize(&self, text: &str) -> Result<Phone, InvalidPhone>;
}

/// Takes every number as it is dialled, for tests of forms.
#[cfg(test)]
pub(crate) struct AsDialled;

#[cfg(test)]
impl PhoneNormalizer for AsDialled {
    fn normalize(&self, text: &str) -> Result<Phone, InvalidPhone> {
        Phone::dialled(text).map(Phone::known)
    }
}
