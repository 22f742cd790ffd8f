//! The partners by their role: the CRM that keeps a card for each enquiry.

mod card;
#[cfg(feature = "contract")]
pub mod contract;
mod courier;
mod owes;
mod ports;

pub use card::{Card, CardReceipt};
pub use courier::CrmCourier;
pub use owes::{CARD, CRM, CardForLead};
pub use ports::Crm;
#[cfg(feature = "mocks")]
pub use ports::MockCrm;
