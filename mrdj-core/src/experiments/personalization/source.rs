//! What a visit says about itself, and how much each of it counts.

/// Where a text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// What somebody searched for, as the page was told: `keyword`, `keywords`.
    Keyword,
    /// What somebody searched for on the site: `search`, `q`.
    Search,
    /// The keyword that an advertisement was shown for: `utm_term`.
    UtmTerm,
    /// Who the visitor is, as the page knows: `persona`.
    Persona,
    /// What the visitor is after, as the page knows: `intent`.
    Intent,
    /// Where the visitor is, as the page knows: `city`.
    City,
    /// The advertisement's campaign: `utm_campaign`.
    UtmCampaign,
    /// The address that was opened first: `landing`.
    Landing,
    /// Who sent the visitor: `utm_source`.
    UtmSource,
    /// The page that the visitor came from: `referrer`.
    Referrer,
}

impl Source {
    /// Its name in an answer.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Search => "search",
            Self::UtmTerm => "utm_term",
            Self::Persona => "persona",
            Self::Intent => "intent",
            Self::City => "city",
            Self::UtmCampaign => "utm_campaign",
            Self::Landing => "landing",
            Self::UtmSource => "utm_source",
            Self::Referrer => "referrer",
        }
    }

    /// What a visitor asked for himself counts four times as much as where he happens to come from.
    pub const fn weight(self) -> u16 {
        match self {
            Self::Keyword | Self::Search | Self::UtmTerm | Self::Persona | Self::Intent => 4,
            Self::City | Self::UtmCampaign | Self::Landing => 2,
            Self::UtmSource | Self::Referrer => 1,
        }
    }
}
