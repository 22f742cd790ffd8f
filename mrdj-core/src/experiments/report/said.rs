//! What a phase comes to, in one sentence.

use super::span::Span;
use super::summary::{Sentences, Unreadable};
use crate::experiments::Aim;
use crate::experiments::analysis::{Analysis, Verdict};
use crate::messages::Language;

impl Span<'_> {
    /// One sentence in every language.
    pub(super) fn said(&self, analysis: Option<&Analysis>, unreadable: Option<&Unreadable>) -> Sentences {
        let say = |language| match (analysis, unreadable) {
            (_, Some(unreadable)) => unreadable.sentence(language),
            (Some(analysis), None) => self.verdict(&analysis.verdict, language),
            (None, None) => String::new(),
        };
        Sentences { nl: say(Language::Nl), en: say(Language::En) }
    }

    fn verdict(&self, verdict: &Verdict, language: Language) -> String {
        match (verdict, self.frozen) {
            (Verdict::Frozen { .. }, _) => verdict.sentence(language),
            (_, Some(reason)) => {
                let (reason, stop) = (reason.trim(), if reason.trim().ends_with(['.', '!', '?']) { "" } else { "." });
                match language {
                    Language::Nl => format!("Bevroren: {reason}{stop}"),
                    Language::En => format!("Frozen: {reason}{stop}"),
                }
            }
            // What is over needs no more months.
            (Verdict::TooEarly { .. }, None) if self.is_over => match language {
                Language::Nl => "Het is gestopt voordat er iets te concluderen viel.".to_owned(),
                Language::En => "It ended before anything could be concluded.".to_owned(),
            },
            (Verdict::GuardrailBroken { metric, variant, margin }, None) => {
                let aim = Aim::ALL.into_iter().find(|aim| aim.word() == metric);
                let metric = aim.map_or_else(|| metric.clone(), |aim| aim.called(language).to_owned());
                Verdict::GuardrailBroken { metric, variant: variant.clone(), margin: *margin }.sentence(language)
            }
            _ => verdict.sentence(language),
        }
    }
}

impl Aim {
    /// What owners call it.
    pub const fn called(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Enquiries, Language::Nl) => "aanvragen",
            (Self::Bookings, Language::Nl) => "boekingen",
            (Self::Revenue, Language::Nl) => "omzet",
            (_, Language::En) => self.word(),
        }
    }
}

impl Unreadable {
    fn sentence(&self, language: Language) -> String {
        let Self { variation, aim, field, .. } = self;
        let what = match aim {
            Aim::Revenue if field == "conversions" => Aim::Bookings,
            aim => *aim,
        };
        let what = what.called(language);
        match (language, field == "conversions") {
            (Language::Nl, true) => format!(
                "Hier valt niets uit te lezen: “{variation}” heeft meer {what} dan weergaven. Pagina's vertellen waarschijnlijk niet alles wat ze tonen."
            ),
            (Language::En, true) => format!(
                "Nothing can be read from this: “{variation}” has more {what} than views. Pages probably do not tell of all that they show."
            ),
            (Language::Nl, false) => {
                format!("Hier valt niets uit te lezen: de cijfers van “{variation}” over {what} spreken elkaar tegen.")
            }
            (Language::En, false) => {
                format!(
                    "Nothing can be read from this: what was counted of {what} with “{variation}” contradicts itself."
                )
            }
        }
    }
}
