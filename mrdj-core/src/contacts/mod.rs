//! The people: who they are and how they can be reached.
//!
//! Holding an [`EmailAddress`], a [`Phone`] or a [`PersonName`] proves that it was parsed. Two enquiries by one person
//! meet in one [`Contact`], found by its [`ContactKey`]; an unverified form fills gaps there and overwrites nothing.

mod contact;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_phone;
mod email;
mod name;
mod phone;
mod ports;

pub use contact::{Contact, ContactId, ContactKey};
pub use email::{EmailAddress, InvalidEmail};
pub use name::{InvalidName, PersonName};
pub use phone::{InvalidPhone, Phone};
#[cfg(test)]
pub(crate) use ports::AsDialled;
pub use ports::{ContactBook, PhoneNormalizer};
#[cfg(feature = "mocks")]
pub use ports::{MockContactBook, MockPhoneNormalizer};
