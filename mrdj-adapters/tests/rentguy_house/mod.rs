//! A RentGuy on loopback, and the adapter in front of it.

mod moods;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_adapters::rentguy::{Config, RentGuy, Sandbox};
use mrdj_adapters::sandbox::Mode;
use mrdj_core::contacts::{EmailAddress, PersonName, Phone};
use mrdj_core::partners::Card;
use mrdj_core::partners::contract::{CrmBench, FarCard, FarCrm, Misbehaviour};
use mrdj_core::secret::Secret;

use moods::{mode_of, outbound};

/// Noon of 21 November 2026, UTC.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_795_262_400, 0);

pub(crate) fn card() -> Card {
    Card {
        reference: "web-20261121-first".to_owned(),
        source: "website".to_owned(),
        status: "new".to_owned(),
        name: PersonName::parse("Jan Jansen").expect("a name"),
        email: EmailAddress::parse("jan@example.com").ok(),
        phone: Some(Phone::unknown("0612345678".to_owned())),
        event_type: "bruiloft".to_owned(),
        event_date: Some(jiff::civil::date(2027, 8, 15)),
        package: None,
        message: Some("Tot dan".to_owned()),
    }
}

pub(crate) fn crm_at(base: &str) -> RentGuy {
    let key = Secret::from("not-a-real-key".to_owned());
    let config = Config::new(base.parse().expect("an address"), key, "mr-dj".parse().expect("a workspace"));
    RentGuy::new(config, outbound())
}

pub(crate) fn crm_of(far: &Sandbox) -> RentGuy {
    crm_at(&far.base().to_string())
}

pub(crate) async fn bench() -> CrmBench {
    let far = Sandbox::start().await.expect("a stand-in");
    CrmBench { crm: Arc::new(crm_of(&far)), far: Arc::new(Far(far)) }
}

struct Far(Sandbox);

#[async_trait]
impl FarCrm for Far {
    async fn count(&self) -> usize {
        self.0.card_count()
    }

    async fn card(&self, reference: &str) -> Option<FarCard> {
        self.0.card(reference).map(|card| FarCard {
            reference: card.external_id,
            name: card.name,
            email: card.email,
            phone: card.phone,
            event_type: card.event_type,
            event_date: card.mailed.event_date,
        })
    }

    async fn misbehave(&self, how: Misbehaviour) {
        self.0.knobs().set(mode_of(how));
    }

    async fn behave(&self) {
        self.0.knobs().set(Mode::Healthy);
    }
}
