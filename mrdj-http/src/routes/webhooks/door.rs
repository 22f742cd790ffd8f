//! Who may speak here, and how their signatures are verified.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use mrdj_core::secret::Secret;
use mrdj_core::webhooks::{InvalidSecret, MessageId, PartnerName, Refusal, Scheme, Verified, Verifier};

/// The header in which GitHub names an event; it is not signed.
const GITHUB_ID: &str = "x-github-delivery";
/// The header in which GitHub says what happened.
const GITHUB_KIND: &str = "x-github-event";

/// How one partner signs what it sends.
#[derive(Debug)]
pub struct SignedDoor {
    partner: PartnerName,
    /// The first whose header is there decides.
    verifiers: Vec<Verifier>,
    /// Where id and kind stand, when they stand beside what is signed.
    beside: Option<(&'static str, &'static str)>,
}

/// Every partner that may speak here; clones share one list.
#[derive(Clone, Debug, Default)]
pub struct SignedDoors(Arc<Vec<SignedDoor>>);

/// What a door makes of a message.
#[derive(Debug)]
pub(crate) struct Admitted<'a> {
    /// What was verified; the id is what the message is remembered by.
    pub(crate) verified: Verified,
    /// Its kind, where that stands beside the body.
    pub(crate) kind: Option<&'a str>,
}

impl SignedDoor {
    /// Our own form alone: `X-MRDJ-Signature`. With no secret at all it stays shut, and says so.
    pub fn stamped(partner: PartnerName, secrets: &[Secret]) -> Result<Self, InvalidSecret> {
        Ok(Self { partner, verifiers: vec![Verifier::new(Scheme::MRDJ, secrets)?], beside: None })
    }

    /// Standard Webhooks, or our own form.
    pub fn standard(partner: PartnerName, secrets: &[Secret]) -> Result<Self, InvalidSecret> {
        let verifiers = vec![Verifier::new(Scheme::Standard, secrets)?, Verifier::new(Scheme::MRDJ, secrets)?];
        Ok(Self { partner, verifiers, beside: None })
    }

    /// GitHub's form: `X-Hub-Signature-256`, with id and kind in headers of their own.
    pub fn github(partner: PartnerName, secrets: &[Secret]) -> Result<Self, InvalidSecret> {
        let verifiers = vec![Verifier::new(Scheme::HUB, secrets)?];
        Ok(Self { partner, verifiers, beside: Some((GITHUB_ID, GITHUB_KIND)) })
    }

    /// Who speaks.
    pub(crate) const fn partner(&self) -> &PartnerName {
        &self.partner
    }

    /// Whether a message is believed at `now`.
    pub(crate) fn admit<'a>(
        &self,
        headers: &'a HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Admitted<'a>, Refusal> {
        let verified = self.verify(headers, body, now)?;
        let Some((id, kind)) = self.beside else { return Ok(Admitted { verified, kind: None }) };
        let id = headers.get(id).ok_or(Refusal::MissingId)?.to_str().map_err(|_| Refusal::InvalidId)?;
        let verified = Verified { message: MessageId::parse(id)?, ..verified };
        Ok(Admitted { verified, kind: headers.get(kind).and_then(|kind| kind.to_str().ok()) })
    }

    fn verify(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Verified, Refusal> {
        let header = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
        let mut refusal = Refusal::MissingSecret;
        for verifier in &self.verifiers {
            match verifier.verify(header, body, now) {
                Err(Refusal::MissingSignature) => refusal = Refusal::MissingSignature,
                decided => return decided,
            }
        }
        Err(refusal)
    }
}

impl SignedDoors {
    /// The doors of these partners.
    pub fn of(doors: impl IntoIterator<Item = SignedDoor>) -> Self {
        Self(Arc::new(doors.into_iter().collect()))
    }

    /// The door of the partner called `name`.
    pub(crate) fn find(&self, name: &str) -> Option<&SignedDoor> {
        self.0.iter().find(|door| door.partner.as_str() == name)
    }
}
