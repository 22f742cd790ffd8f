//! A verdict in one line of plain language.

use super::words::{percent, range, span};
use super::{Cause, Interval, Verdict};
use crate::messages::{Language, written_day};

impl Verdict {
    /// The verdict as a sentence for an owner, with a full stop.
    pub fn sentence(&self, language: Language) -> String {
        match language {
            Language::Nl => self.dutch(),
            Language::En => self.english(),
        }
    }

    fn english(&self) -> String {
        let en = Language::En;
        match self {
            Self::Frozen { cause } => format!("Frozen: visitors are not divided as planned. {}", cause.english()),
            Self::GuardrailBroken { metric, variant, margin } => {
                let margin = percent(*margin, en);
                format!("Stop: with {variant}, “{metric}” is worse by more than the {margin} that is allowed.")
            }
            Self::TooEarly { wait } => match span(*wait, en) {
                Some(span) => format!("Too early to say: at this rate it needs {span}."),
                None => "Too early to say: nobody has been counted yet.".to_owned(),
            },
            Self::Better { variant, baseline, uplift } => {
                format!("{variant} is better than {baseline}: {}.", range(uplift, en))
            }
            Self::Worse { baseline, variant, uplift } => {
                format!("{baseline} stays: {variant} does worse, {}.", range(uplift, en))
            }
            Self::NoDifference { variant, uplift } => {
                format!("No difference visible: {variant} has {}.", at_most(uplift, en))
            }
        }
    }

    fn dutch(&self) -> String {
        let nl = Language::Nl;
        match self {
            Self::Frozen { cause } => {
                format!("Bevroren: de bezoekers zijn niet verdeeld zoals gepland. {}", cause.dutch())
            }
            Self::GuardrailBroken { metric, variant, margin } => {
                let margin = percent(*margin, nl);
                format!("Stop: met {variant} is “{metric}” meer dan de toegestane {margin} slechter.")
            }
            Self::TooEarly { wait } => match span(*wait, nl) {
                Some(span) => format!("Te vroeg om iets te zeggen: in dit tempo duurt het {span}."),
                None => "Te vroeg om iets te zeggen: er is nog niemand geteld.".to_owned(),
            },
            Self::Better { variant, baseline, uplift } => {
                format!("{variant} is beter dan {baseline}: {}.", range(uplift, nl))
            }
            Self::Worse { baseline, variant, uplift } => {
                format!("{baseline} blijft: {variant} doet het slechter, {}.", range(uplift, nl))
            }
            Self::NoDifference { variant, uplift } => {
                format!("Geen verschil te zien: {variant} heeft {}.", at_most(uplift, nl))
            }
        }
    }
}

/// How far apart two variants are at most, either way.
fn at_most(uplift: &Interval, language: Language) -> String {
    let less = percent(uplift.low.map_or(1.0, |low| (-low).max(0.0)), language);
    let more = uplift.high.map(|high| percent(high.max(0.0), language));
    match (language, more) {
        (Language::En, Some(more)) => format!("at most {less} less or {more} more"),
        (Language::En, None) => format!("at most {less} less"),
        (Language::Nl, Some(more)) => format!("hooguit {less} minder of {more} meer"),
        (Language::Nl, None) => format!("hooguit {less} minder"),
    }
}

impl Cause {
    /// The cause as a sentence for an owner, with a full stop.
    pub fn sentence(&self, language: Language) -> String {
        match language {
            Language::Nl => self.dutch(),
            Language::En => self.english(),
        }
    }

    fn english(&self) -> String {
        let en = Language::En;
        match self {
            Self::OneSource(source) => format!(
                "Without the visitors from “{source}” all is well: probably a bot, or a link that leads to one variant."
            ),
            Self::OneDay(date) => {
                format!("Without {} all is well: probably a bot, or a test that was counted.", written_day(*date, en))
            }
            Self::SinceDay(date) => format!(
                "It has been so since {}: probably weights or a page were changed while it ran.",
                written_day(*date, en)
            ),
            Self::EqualInstead => {
                "All variants get equally many: the planned weights are probably not applied.".to_owned()
            }
            Self::TooFew(variant) => format!(
                "{variant} has too few: its page probably loses visitors before they are counted, by a redirect or by being slow \
                 or broken."
            ),
            Self::TooMany(variant) => format!(
                "{variant} has too many: it is probably counted for bots, previews, or visitors whose own page failed."
            ),
            Self::Unknown => "The counts do not tell why.".to_owned(),
        }
    }

    fn dutch(&self) -> String {
        let nl = Language::Nl;
        match self {
            Self::OneSource(source) => format!(
                "Zonder de bezoekers van “{source}” klopt het: waarschijnlijk een bot, of een link naar één variant."
            ),
            Self::OneDay(date) => {
                format!(
                    "Zonder {} klopt het: waarschijnlijk een bot, of een test die is meegeteld.",
                    written_day(*date, nl)
                )
            }
            Self::SinceDay(date) => format!(
                "Dat is zo sinds {}: waarschijnlijk zijn gewichten of een pagina gewijzigd terwijl het liep.",
                written_day(*date, nl)
            ),
            Self::EqualInstead => {
                "Alle varianten krijgen er evenveel: waarschijnlijk worden de geplande gewichten niet toegepast."
                    .to_owned()
            }
            Self::TooFew(variant) => format!(
                "{variant} heeft er te weinig: die pagina verliest waarschijnlijk bezoekers voor ze geteld zijn, door een \
                 doorverwijzing of doordat ze traag of stuk is."
            ),
            Self::TooMany(variant) => format!(
                "{variant} heeft er te veel: waarschijnlijk tellen bots, voorbeelden of bezoekers mee van wie de eigen pagina \
                 haperde."
            ),
            Self::Unknown => "De aantallen zeggen niet waardoor.".to_owned(),
        }
    }
}
