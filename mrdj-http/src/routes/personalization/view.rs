//! What a visitor is shown, as the OpenAPI document describes it; the content's own files are what is sent.

use utoipa::ToSchema;

/// What to show a visitor, and why.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; what is sent was written when the content was read")]
pub(crate) struct Personalized {
    /// The texts of the page, in one language.
    variant: VariantView,
    /// Why this one.
    meta: MatchView,
}

/// Why a variant was chosen.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; what is sent was written when the content was read")]
pub(crate) struct MatchView {
    /// The variant's id; a city's page is called `city_` and its slug.
    #[schema(example = "city_eindhoven")]
    variant_id: String,
    /// `city` when a city fits best, `manual` when a variant does, `default` when nothing does.
    #[schema(pattern = "^(city|manual|default)$", example = "city")]
    match_type: String,
    /// Every word of the content that was found and leads to this page.
    #[schema(example = json!(["Eindhoven"]))]
    matched_keywords: Vec<String>,
    /// What speaks most for it; null when nothing does.
    #[schema(required = true)]
    reason: Option<ReasonView>,
    /// The experiment that the texts take part in, where the content names one; whoever assigns visitors goes on from it.
    #[schema(required = true, example = "global-intent-v1")]
    experiment_id: Option<String>,
    /// The city that was meant, also where a variant fits better: its page may name it.
    #[schema(required = true)]
    city: Option<CityView>,
    /// The language of the texts.
    #[schema(pattern = "^(nl|en)$", example = "nl")]
    language: String,
}

/// What speaks most for a page.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; what is sent was written when the content was read")]
pub(crate) struct ReasonView {
    /// Which parameter said it, by its first name.
    #[schema(example = "keyword")]
    source: String,
    /// The word of the content that was found there.
    #[schema(example = "Eindhoven")]
    term: String,
    /// What all that speaks for the page is worth.
    #[schema(minimum = 1, example = 100)]
    score: u32,
}

/// A city in which we play.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; what is sent was written when the content was read")]
pub(crate) struct CityView {
    /// What addresses call it.
    #[schema(example = "eindhoven")]
    slug: String,
    /// What people call it.
    #[schema(example = "Eindhoven")]
    name: String,
    /// A line about it.
    intro: String,
}

/// The texts of a page.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; what is sent was written when the content was read")]
pub(crate) struct VariantView {
    /// What programs call it.
    #[schema(example = "city_eindhoven")]
    id: String,
    /// What people call it.
    #[schema(example = "DJ in Eindhoven")]
    label: String,
    /// The top of the page: `eyebrow`, `title`, `subtitle`, `ctaPrimaryText`, `ctaSecondaryText`, `badges`, and perhaps
    /// `socialProof` and `metrics`.
    #[schema(value_type = Object)]
    hero: (),
    /// What is on offer: `title`, `caption`, and `items` with `title`, `icon` and `description`.
    #[schema(value_type = Object)]
    features: (),
    /// What moves a visitor to ask: `valueDrivers`, and perhaps `urgency` and `guarantee`.
    #[schema(value_type = Object, required = false)]
    cro: (),
    /// Which voices are shown: `headline`, `subheadline`, and perhaps `highlightCategory` and `testimonialIds`.
    #[schema(value_type = Object, required = false)]
    testimonials: (),
    /// What it costs: `headline`, `subheadline`, and perhaps `highlightPackage`, `guaranteeCopy` and `valueEmphasis`.
    #[schema(value_type = Object)]
    pricing: (),
    /// The form: `formHeadline`, `formCopy`, `successMessage`, and perhaps `defaultMessage`, `defaultEventType` and
    /// `defaultPackageId`.
    #[schema(value_type = Object)]
    lead_capture: (),
}
