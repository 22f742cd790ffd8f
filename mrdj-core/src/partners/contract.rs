//! The proof of the promises of this room: a CRM, and the far side of it that a test can look at and turn.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use super::{Card, Crm};
use crate::cases;
use crate::clock::Clock;
use crate::contacts::{EmailAddress, PersonName, Phone};
use crate::contract::{Case, Outcome};
use crate::error::{ErrorKind, PortError, Remedy};
use crate::mocks::FakeClock;

/// How the far side of a CRM can be told to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misbehaviour {
    /// It will never take the card.
    RefusesTheCard,
    /// It does not know the key, the tenant or the address.
    RefusesTheSetting,
    /// It asks for fewer cards, and names [`Misbehaviour::WAIT`] where it can name a time.
    Throttles,
    /// It answers with an error of its own, and is there.
    Fails,
    /// Nobody is there, or somebody in between says so.
    IsAway,
    /// It takes the card, and the line dies before it says so.
    CutsTheLine,
}

impl Misbehaviour {
    /// For how long it wants to be left alone while it throttles.
    pub const WAIT: SignedDuration = SignedDuration::from_secs(45);
}

/// A card as the far side has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarCard {
    /// Our reference.
    pub reference: String,
    /// The person's name.
    pub name: String,
    /// Their mailbox.
    pub email: Option<String>,
    /// Their phone.
    pub phone: Option<String>,
    /// What for.
    pub event_type: Option<String>,
    /// Which civil day, `2027-08-15`.
    pub event_date: Option<String>,
}

/// The far side of a CRM: what came in there, and how it behaves.
#[async_trait]
pub trait FarCrm: Send + Sync {
    /// How many cards it has.
    async fn count(&self) -> usize;

    /// The card of our `reference`.
    async fn card(&self, reference: &str) -> Option<FarCard>;

    /// Misbehaves from now on.
    async fn misbehave(&self, how: Misbehaviour);

    /// Behaves from now on.
    async fn behave(&self);
}

/// What the cases of a CRM run on: it has no card yet, and nobody else puts any there.
#[derive(Clone)]
pub struct CrmBench {
    /// The CRM under proof.
    pub crm: Arc<dyn Crm>,
    /// Its far side.
    pub far: Arc<dyn FarCrm>,
}

/// Every promise of [`Crm`].
pub const CASES: &[Case<CrmBench>] = cases![
    card_arrives_as_written,
    card_twice_is_one_card,
    refused_card_is_given_up,
    wrong_setting_is_misconfigured,
    busy_crm_is_tried_again,
    cut_line_leaves_one_card,
];

fn now() -> Timestamp {
    FakeClock::default().now()
}

fn card() -> Card {
    Card {
        reference: "web-20261121-0abcdefgh1234jk".to_owned(),
        source: "website".to_owned(),
        status: "new".to_owned(),
        name: PersonName::parse("Jan en Marie d'Hondt-Jänsen").expect("a name"),
        email: Some(EmailAddress::parse("jan.marie@example.com").expect("an address")),
        phone: Some(Phone::known("+31612345678".to_owned())),
        event_type: "bruiloft".to_owned(),
        event_date: Some(date(2027, 8, 15)),
        package: Some("gold".to_owned()),
        message: Some("Wij trouwen op \"de Hoeve\".\nTot dan!".to_owned()),
    }
}

async fn card_arrives_as_written(bench: CrmBench) -> Outcome {
    bench.crm.put_card(&card(), now()).await?;
    let expected = FarCard {
        reference: "web-20261121-0abcdefgh1234jk".to_owned(),
        name: "Jan en Marie d'Hondt-Jänsen".to_owned(),
        email: Some("jan.marie@example.com".to_owned()),
        phone: Some("+31612345678".to_owned()),
        event_type: Some("bruiloft".to_owned()),
        event_date: Some("2027-08-15".to_owned()),
    };
    assert_eq!(bench.far.card(&card().reference).await, Some(expected));
    assert_eq!(bench.far.count().await, 1);
    Ok(())
}

async fn card_twice_is_one_card(bench: CrmBench) -> Outcome {
    let first = bench.crm.put_card(&card(), now()).await?;
    let other = Card { reference: "web-20261121-9abcdefgh1234jk".to_owned(), ..card() };
    bench.crm.put_card(&other, now()).await?;
    let again = bench.crm.put_card(&card(), now()).await?;
    assert_eq!(again, first, "the receipt of the same card");
    assert_eq!(bench.far.count().await, 2, "one card for each reference");
    Ok(())
}

async fn refused_card_is_given_up(bench: CrmBench) -> Outcome {
    let error = bench.fails(Misbehaviour::RefusesTheCard).await;
    assert_eq!((error.kind, error.remedy), (ErrorKind::Rejected, Remedy::GiveUp), "{error}");
    assert_eq!(bench.far.count().await, 0, "a refused card is not there");
    Ok(())
}

async fn wrong_setting_is_misconfigured(bench: CrmBench) -> Outcome {
    let error = bench.fails(Misbehaviour::RefusesTheSetting).await;
    assert_eq!(error.kind, ErrorKind::Misconfigured, "{error}");
    bench.far.behave().await;
    bench.crm.put_card(&card(), now()).await?;
    assert_eq!(bench.far.count().await, 1, "once the setting is mended");
    Ok(())
}

async fn busy_crm_is_tried_again(bench: CrmBench) -> Outcome {
    let error = bench.fails(Misbehaviour::Throttles).await;
    assert_eq!(error.kind, ErrorKind::Throttled, "{error}");
    let Remedy::TryAgain { no_sooner_than: Some(at) } = error.remedy else {
        panic!("a throttled CRM names the moment, not {:?}", error.remedy);
    };
    assert!(at.duration_since(now()) >= Misbehaviour::WAIT, "not before the moment it named, and not at {at}");
    let error = bench.fails(Misbehaviour::Fails).await;
    assert_eq!(error.kind, ErrorKind::Failed, "{error}");
    assert_ne!(error.remedy, Remedy::GiveUp, "{error}");
    let error = bench.fails(Misbehaviour::IsAway).await;
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
    assert_ne!(error.remedy, Remedy::GiveUp, "{error}");
    bench.far.behave().await;
    bench.crm.put_card(&card(), now()).await?;
    assert_eq!(bench.far.count().await, 1, "once it is there again");
    Ok(())
}

async fn cut_line_leaves_one_card(bench: CrmBench) -> Outcome {
    let error = bench.fails(Misbehaviour::CutsTheLine).await;
    assert_eq!(error.remedy, Remedy::AskFirst, "nobody knows how it ended: {error}");
    assert_eq!(bench.far.count().await, 1, "the card had arrived");
    bench.far.behave().await;
    bench.crm.put_card(&card(), now()).await?;
    assert_eq!(bench.far.count().await, 1, "the same card again");
    Ok(())
}

impl CrmBench {
    /// Puts the card there while the far side misbehaves, and returns how that failed.
    async fn fails(&self, how: Misbehaviour) -> PortError {
        self.far.misbehave(how).await;
        let outcome = self.crm.put_card(&card(), now()).await;
        outcome.expect_err("a far side that misbehaves takes no card with a success")
    }
}
