//! The words of the pages about experiments, in both languages.

use mrdj_core::experiments::Aim;
use mrdj_core::experiments::analysis::GuardState;
use mrdj_core::experiments::report::Audience;
use mrdj_core::messages::Language;

/// Every word of the pages that is neither a number nor an operator's own.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) none: &'static str,
    pub(super) back: &'static str,
    pub(super) data: &'static str,
    pub(super) draft: &'static str,
    pub(super) hypothesis: &'static str,
    pub(super) winner: &'static str,
    pub(super) phase: &'static str,
    pub(super) days: &'static str,
    pub(super) variation: &'static str,
    pub(super) share: &'static str,
    pub(super) crossed: &'static str,
    pub(super) range: &'static str,
    pub(super) uplift: &'static str,
    pub(super) baseline: &'static str,
    pub(super) best: &'static str,
    pub(super) loss: &'static str,
    pub(super) table: &'static str,
    pub(super) table_note: &'static str,
    pub(super) over_time: &'static str,
    pub(super) uplift_over_time: &'static str,
    pub(super) beside: &'static str,
    pub(super) same: &'static str,
    pub(super) day: &'static str,
    pub(super) band_note: &'static str,
    pub(super) guardrails: &'static str,
    pub(super) guardrail: &'static str,
    pub(super) state: &'static str,
    pub(super) split: &'static str,
    pub(super) split_fine: &'static str,
    pub(super) split_wrong: &'static str,
    pub(super) planned: &'static str,
    pub(super) counted: &'static str,
    pub(super) plan: &'static str,
    pub(super) goal: &'static str,
    pub(super) smallest: &'static str,
    pub(super) needed: &'static str,
    pub(super) least: &'static str,
    pub(super) life: &'static str,
}

const NL: Words = Words {
    title: "Experimenten",
    none: "Er zijn nog geen experimenten.",
    back: "Alle experimenten",
    data: "Dezelfde cijfers als JSON",
    draft: "Dit is een concept: nog niemand ziet het.",
    hypothesis: "Wat we denken",
    winner: "Gekozen",
    phase: "Fase",
    days: "dagen te zien geweest",
    variation: "Variant",
    share: "Deel van de bezoekers",
    crossed: "Zagen later ook een andere",
    range: "Ligt tussen",
    uplift: "Verschil",
    baseline: "uitgangspunt",
    best: "Kans de beste te zijn",
    loss: "Verwacht verlies",
    table: "De varianten",
    table_note: "Een bereik geldt op elk moment dat je kijkt, ook vandaag. Het verwachte verlies is wat het gemiddeld kost om nu voor \
                 die variant te kiezen.",
    over_time: "Verloop",
    uplift_over_time: "Verschil met",
    beside: "beter of slechter dan",
    same: "geen verschil",
    day: "einde van de dag",
    band_note: "De band is waar het echte getal ligt. Zolang de banden over elkaar heen liggen is er weinig te zeggen; een band die \
                helemaal boven of onder de nullijn ligt is bewijs.",
    guardrails: "Wat niet mag verslechteren",
    guardrail: "Cijfer",
    state: "Stand",
    split: "Verdeling van de bezoekers",
    split_fine: "Zoals gepland.",
    split_wrong: "Niet zoals gepland: hier mag niets uit worden geconcludeerd.",
    planned: "Gepland",
    counted: "Geteld",
    plan: "Het plan",
    goal: "Doel",
    smallest: "Kleinste verschil dat telt",
    needed: "Nodig, van twee varianten samen",
    least: "Minstens, voor er iets wordt geconcludeerd",
    life: "Wat er gebeurde",
};

const EN: Words = Words {
    title: "Experiments",
    none: "There are no experiments yet.",
    back: "All experiments",
    data: "The same figures as JSON",
    draft: "This is a draft: nobody sees it yet.",
    hypothesis: "What we believe",
    winner: "Chosen",
    phase: "Phase",
    days: "days shown",
    variation: "Variation",
    share: "Part of the visitors",
    crossed: "Saw another one later",
    range: "Lies between",
    uplift: "Difference",
    baseline: "what others are compared with",
    best: "Chance to be best",
    loss: "Expected loss",
    table: "The variations",
    table_note: "A range holds at every moment at which you look, today included. The expected loss is what it costs on average to \
                 choose that variation now.",
    over_time: "Over time",
    uplift_over_time: "Difference from",
    beside: "better or worse than",
    same: "no difference",
    day: "end of the day",
    band_note: "The band is where the true number lies. While bands overlap there is little to say; a band that lies wholly above or \
                below the zero line is proof.",
    guardrails: "What may not get worse",
    guardrail: "Figure",
    state: "How it stands",
    split: "How visitors are divided",
    split_fine: "As planned.",
    split_wrong: "Not as planned: nothing may be concluded from this.",
    planned: "Planned",
    counted: "Counted",
    plan: "The plan",
    goal: "Goal",
    smallest: "Smallest difference that matters",
    needed: "Needed, of two variations together",
    least: "At least, before anything is concluded",
    life: "What happened",
};

/// Every word of the pages.
pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Nl => &NL,
        Language::En => &EN,
    }
}

/// What was counted, of whom figures tell.
pub(super) const fn audience(of: Audience, language: Language) -> &'static str {
    match (of, language) {
        (Audience::People, Language::Nl) => "bezoekers",
        (Audience::People, Language::En) => "visitors",
        (Audience::Views, Language::Nl) => "weergaven",
        (Audience::Views, Language::En) => "views",
    }
}

/// Both ways to count, as one may choose between them.
pub(super) const fn counting(of: Audience, language: Language) -> &'static str {
    match (of, language) {
        (Audience::People, Language::Nl) => "Bezoekers die herkend mogen worden",
        (Audience::People, Language::En) => "Visitors who agreed to be known again",
        (Audience::Views, Language::Nl) => "Weergaven van wie dat niet wil",
        (Audience::Views, Language::En) => "Views of those who did not",
    }
}

/// A goal for each of them, as it is measured.
pub(super) const fn measure(goal: Aim, of: Audience, language: Language) -> &'static str {
    match (goal, of, language) {
        (Aim::Enquiries, Audience::People, Language::Nl) => "aanvragen per bezoeker",
        (Aim::Enquiries, Audience::People, Language::En) => "enquiries per visitor",
        (Aim::Enquiries, Audience::Views, Language::Nl) => "aanvragen per weergave",
        (Aim::Enquiries, Audience::Views, Language::En) => "enquiries per view",
        (Aim::Bookings, Audience::People, Language::Nl) => "boekingen per bezoeker",
        (Aim::Bookings, Audience::People, Language::En) => "bookings per visitor",
        (Aim::Bookings, Audience::Views, Language::Nl) => "boekingen per weergave",
        (Aim::Bookings, Audience::Views, Language::En) => "bookings per view",
        (Aim::Revenue, Audience::People, Language::Nl) => "omzet per bezoeker",
        (Aim::Revenue, Audience::People, Language::En) => "revenue per visitor",
        (Aim::Revenue, Audience::Views, Language::Nl) => "omzet per weergave",
        (Aim::Revenue, Audience::Views, Language::En) => "revenue per view",
    }
}

/// How far an experiment has come, by the word that programs know.
pub(super) fn status(word: &'static str, language: Language) -> &'static str {
    if language == Language::En {
        return word;
    }
    match word {
        "draft" => "concept",
        "running" => "loopt",
        "paused" => "gepauzeerd",
        "frozen" => "bevroren",
        "stopped" => "gestopt",
        other => other,
    }
}

/// What happened to an experiment, by the word that programs know.
pub(super) fn happened(word: &'static str, language: Language) -> &'static str {
    let en = language == Language::En;
    match word {
        "created" if en => "made",
        "created" => "gemaakt",
        "started" if !en => "gestart",
        "paused" if !en => "gepauzeerd",
        "resumed" if !en => "hervat",
        "frozen" if !en => "bevroren",
        "stopped" if !en => "gestopt",
        "changed" if !en => "gewijzigd",
        "begun" if en => "begun anew",
        "begun" => "opnieuw begonnen",
        other => other,
    }
}

/// How a guardrail stands.
pub(super) const fn guard(state: GuardState, language: Language) -> &'static str {
    match (state, language) {
        (GuardState::Fine, Language::Nl) => "in orde: bewezen binnen de marge",
        (GuardState::Fine, Language::En) => "fine: proven to be within the margin",
        (GuardState::Open, Language::Nl) => "open: niets wijst op verslechtering",
        (GuardState::Open, Language::En) => "open: nothing speaks against it",
        (GuardState::Watch, Language::Nl) => "let op: het lijkt slechter",
        (GuardState::Watch, Language::En) => "watch: it seems to be worse",
        (GuardState::Broken, Language::Nl) => "geschonden: bewezen buiten de marge",
        (GuardState::Broken, Language::En) => "broken: proven to be beyond the margin",
    }
}
