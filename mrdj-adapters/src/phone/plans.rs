//! The numbering plans of the world, as seen from one country.

use mrdj_core::contacts::{InvalidPhone, Phone, PhoneNormalizer};
use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

/// Reads numbers as if they were dialled in one country.
///
/// ```
/// use mrdj_adapters::phone::NumberingPlans;
/// use mrdj_core::contacts::PhoneNormalizer;
///
/// let plans = NumberingPlans::default();
/// let number = plans.normalize("06-12345678").expect("a number");
/// assert_eq!(number.as_str(), "+31612345678");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct NumberingPlans {
    region: Region,
}

/// The text is no country that has a numbering plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a country of two letters, like NL")]
pub struct UnknownRegion;

impl NumberingPlans {
    /// The plans as seen from the country with the two letters `region` (ISO 3166).
    pub fn of(region: &str) -> Result<Self, UnknownRegion> {
        let region = region.trim().parse().map_err(|_| UnknownRegion)?;
        // Any two letters parse; only a country has a plan.
        PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| Self { region }).ok_or(UnknownRegion)
    }
}

impl Default for NumberingPlans {
    /// Seen from the Netherlands.
    fn default() -> Self {
        Self { region: Region::NL }
    }
}

impl PhoneNormalizer for NumberingPlans {
    fn normalize(&self, text: &str) -> Result<Phone, InvalidPhone> {
        // The library takes letters for keys and digits of every script; what may be dialled is decided before.
        let dialled = Phone::dialled(text)?;
        let known = PHONE_NUMBER_UTIL.parse(&dialled, Some(self.region)).ok().filter(|number| number.is_valid());
        Ok(match known {
            Some(number) => Phone::known(number.format_as(PhoneNumberFormat::E164).into_owned()),
            None => Phone::unknown(dialled),
        })
    }
}
