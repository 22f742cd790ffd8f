//! Who visits, as far as they agreed that it is known.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use mrdj_core::experiments::assignment::Attributes;
use mrdj_core::experiments::{Consent, EXPOSURES_KEPT_FOR, VisitorId};

use super::{Client, cookie, set_cookie};
use crate::app::App;

const NAME: &str = "mr-dj-visitor";

/// A visitor of a page.
pub(crate) struct Visiting {
    client: Client,
    agent: String,
    /// Whom the cookie names; it is set for who agrees, and for nobody else.
    known: Option<VisitorId>,
    /// Whether the browser keeps a cookie of ours: from a page of another site it sends none, and keeps none.
    keeps_cookies: bool,
}

impl<S: Sync> FromRequestParts<S> for Visiting {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, parts.extensions.get().copied().unwrap_or_default()))
    }
}

impl Visiting {
    /// The visitor who sent these headers.
    pub(crate) fn of(headers: &HeaderMap, client: Client) -> Self {
        let agent = headers.get(USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned());
        // A browser that does not say where it comes from is taken for one of our own pages.
        let site = headers.get("sec-fetch-site").map_or(&b"same-origin"[..], |site| site.as_bytes());
        let keeps_cookies = matches!(site, b"same-origin" | b"none");
        Self {
            client,
            agent: agent.unwrap_or_default(),
            known: cookie(headers, NAME).and_then(|id| id.parse().ok()),
            keeps_cookies,
        }
    }

    /// Who is counted: who says nothing of consent is whoever agreed before, and who could not be known again is nobody.
    pub(crate) fn counted(&self, consent: Option<bool>, app: &App) -> Option<VisitorId> {
        let agrees = consent.unwrap_or(true) && (self.known.is_some() || consent.is_some() && self.keeps_cookies);
        let consent = if agrees { Consent::Given } else { Consent::Withheld };
        consent.visitor(self.known, &*app.chance)
    }

    /// Who is known already, unless they agree no longer; nobody becomes known by this.
    pub(crate) fn known(&self, consent: Option<bool>) -> Option<VisitorId> {
        self.known.filter(|_| consent != Some(false))
    }

    /// `attributes` of the visitor, told apart by `visitor`, or for today alone where nobody may be known again.
    pub(crate) fn named(&self, attributes: Attributes, visitor: Option<VisitorId>, app: &App) -> Attributes {
        match visitor {
            Some(visitor) => attributes.with("id", visitor.uuid().to_string()),
            None => {
                let today = app.civil_day(app.clock.now());
                let address = self.client.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
                attributes.with("id", app.cookieless.key(today, address, &self.agent).as_str())
            }
        }
    }

    /// The cookie that an answer brings, whatever else it says: it names who agreed just now, and is taken from who agrees no
    /// longer. It is not prolonged: what it names is forgotten as long after.
    pub(crate) fn cookie(&self, counted: Option<VisitorId>) -> Option<HeaderValue> {
        let (id, age) = match counted {
            Some(visitor) if self.known == Some(visitor) => return None,
            Some(visitor) => (visitor.uuid().to_string(), EXPOSURES_KEPT_FOR.as_secs()),
            None => (String::new(), self.known.map(|_| 0)?),
        };
        Some(set_cookie(NAME, &id, age, &self.client))
    }
}

impl App {
    /// The civil day of the business at `now`.
    pub(crate) fn civil_day(&self, now: Timestamp) -> jiff::civil::Date {
        now.to_zoned(self.bookings.rules.zone.clone()).date()
    }
}
