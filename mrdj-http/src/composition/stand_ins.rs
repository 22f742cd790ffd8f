//! Stand-ins for partners that have no key; for examples and tests, never in the binary.

use std::io;

use mrdj_adapters::postmark;
use mrdj_adapters::rentguy;
use mrdj_core::contacts::EmailAddress;
use mrdj_core::messages::MAIL;
use mrdj_core::partners::CRM;
use mrdj_core::secret::Secret;

use super::StandIn;
use crate::settings::{CrmBookings, CrmLogin, Settings};

/// The stand-ins of a house; they live as long as this does.
pub struct StandIns {
    /// RentGuy's, when it has no key.
    pub rentguy: Option<rentguy::Sandbox>,
    /// Postmark's, when it has no key.
    pub postmark: Option<postmark::Sandbox>,
}

impl StandIns {
    /// Starts a stand-in on loopback for every partner without a key, and points `settings` there.
    pub async fn start(settings: &mut Settings) -> io::Result<Self> {
        let rentguy = match (&settings.rentguy.base_url, &settings.rentguy.api_key) {
            (Some(_), Some(_)) => None,
            _ => Some(rentguy::Sandbox::start().await?),
        };
        if let Some(sandbox) = &rentguy {
            settings.rentguy.base_url = Some(sandbox.base());
            settings.rentguy.api_key = Some(Secret::from("stand-in".to_owned()));
            let rentguy::ServiceAccount { base, email, password } = sandbox.account();
            settings.rentguy.bookings = CrmBookings::Projects(CrmLogin { base_url: Some(base), email, password });
        }
        let postmark = match &settings.mail.api_key {
            Some(_) => None,
            None => Some(postmark::Sandbox::start().await?),
        };
        if let Some(sandbox) = &postmark {
            settings.mail.base_url = sandbox.base();
            settings.mail.api_key = Some(Secret::from(postmark::Sandbox::TOKEN.to_owned()));
            let house = EmailAddress::parse("info@example.com").expect("an address of a reserved domain");
            settings.mail.from.get_or_insert_with(|| house.clone());
            settings.mail.inbox.get_or_insert(house);
        }
        Ok(Self { rentguy, postmark })
    }

    /// The partners whose place is taken, with where the stand-in shows what it received.
    pub fn list(&self) -> Vec<StandIn> {
        let rentguy = self
            .rentguy
            .as_ref()
            .map(|sandbox| StandIn { queue: CRM, description: format!("rentguy ({}/deliveries)", sandbox.url()) });
        let postmark = self
            .postmark
            .as_ref()
            .map(|sandbox| StandIn { queue: MAIL, description: format!("postmark ({}/sent)", sandbox.url()) });
        rentguy.into_iter().chain(postmark).collect()
    }
}
