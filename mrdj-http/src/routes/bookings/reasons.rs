//! Why an evening is not to be had, in words for visitors.

use jiff::Timestamp;
use mrdj_core::bookings::{Clash, Free};
use mrdj_core::messages::Language;
use serde::Serialize;
use utoipa::ToSchema;

/// Why an evening is not to be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reason {
    /// `booked`, `held`, `blocked`, `too_short`, or `nobody` where nobody can be booked at all.
    #[schema(example = "held")]
    code: &'static str,
    /// The same for the visitor, in Dutch, or in English when `Accept-Language` prefers it.
    #[schema(example = "Deze avond wordt voor iemand anders vastgehouden")]
    pub(crate) message: String,
    /// Until when it is held, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    until: Option<Timestamp>,
}

impl Reason {
    /// What stands in the way of everybody, each reason once.
    pub(crate) fn of(free: &Free, language: Language) -> Vec<Self> {
        if free.first().is_some() {
            return Vec::new();
        }
        let mut reasons = Vec::new();
        for clash in free.performers.iter().flat_map(|(_, clashes)| clashes) {
            let reason = Self::told(clash, language);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        if reasons.is_empty() {
            reasons.push(Self::plain("nobody", language, "Er is niemand te boeken", "Nobody can be booked"));
        }
        reasons
    }

    fn told(clash: &Clash, language: Language) -> Self {
        match clash {
            Clash::Booked => {
                Self::plain("booked", language, "Deze avond is al geboekt", "This evening is booked already")
            }
            Clash::HeldUntil(until) => {
                let held = "Deze avond wordt voor iemand anders vastgehouden";
                let reason = Self::plain("held", language, held, "This evening is held for somebody else");
                Self { until: Some(*until), ..reason }
            }
            // Why is the business's own affair.
            Clash::Blocked(_) => {
                Self::plain("blocked", language, "Op deze dag werken we niet", "We do not work on this day")
            }
            // How much there is between is another client's affair.
            Clash::TooShort { .. } => {
                let nl = "Op deze dag is er te weinig tijd om van de ene locatie naar de andere te rijden";
                let en = "There is too little time on this day to drive from one place to the other";
                Self::plain("too_short", language, nl, en)
            }
            Clash::Retired | Clash::TooMany { .. } => {
                Self::plain("nobody", language, "Er is niemand te boeken", "Nobody can be booked")
            }
        }
    }

    fn plain(code: &'static str, language: Language, nl: &str, en: &str) -> Self {
        let message = if language == Language::Nl { nl } else { en };
        Self { code, message: message.to_owned(), until: None }
    }
}
