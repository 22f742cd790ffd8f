//! What a visit says about itself, as the OpenAPI document describes it; `parameters` is what reads it.

use utoipa::{IntoParams, ToSchema};

/// What a visit says about itself. Of each text the first 200 characters are read, and only whole words that the content
/// knows count; nothing of them is kept or said again.
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it is there to be described; the parts are read one by one")]
pub(crate) struct Visit {
    /// What the visitor searched for; commas part one search from the next.
    #[param(example = "dj eindhoven")]
    #[schema(value_type = String, required = false, example = "dj eindhoven")]
    keyword: Option<String>,
    /// The same.
    #[schema(value_type = String, required = false)]
    keywords: Option<String>,
    /// What the visitor searched for on the site.
    #[schema(value_type = String, required = false)]
    search: Option<String>,
    /// The same.
    #[schema(value_type = String, required = false)]
    q: Option<String>,
    /// The keyword that an advertisement was shown for.
    #[param(example = "bruiloft dj")]
    #[schema(value_type = String, required = false, example = "bruiloft dj")]
    utm_term: Option<String>,
    /// Who the visitor is, as the page knows.
    #[param(example = "bruidspaar")]
    #[schema(value_type = String, required = false, example = "bruidspaar")]
    persona: Option<String>,
    /// What the visitor is after, as the page knows.
    #[schema(value_type = String, required = false)]
    intent: Option<String>,
    /// Where the visitor is, as the page knows.
    #[param(example = "Breda")]
    #[schema(value_type = String, required = false, example = "Breda")]
    city: Option<String>,
    /// The advertisement's campaign.
    #[schema(value_type = String, required = false)]
    utm_campaign: Option<String>,
    /// The same.
    #[schema(value_type = String, required = false)]
    campaign: Option<String>,
    /// The address that was opened first; of a whole address, what stands behind the host.
    #[param(example = "/dj-eindhoven")]
    #[schema(value_type = String, required = false, example = "/dj-eindhoven")]
    landing: Option<String>,
    /// Who sent the visitor.
    #[schema(value_type = String, required = false)]
    utm_source: Option<String>,
    /// The same.
    #[schema(value_type = String, required = false)]
    source: Option<String>,
    /// The page that the visitor came from.
    #[schema(value_type = String, required = false)]
    referrer: Option<String>,
    /// The language of the texts: `nl` or `en`; anything else leaves it to `Accept-Language`.
    #[param(example = "nl")]
    #[schema(value_type = String, required = false, example = "nl")]
    language: Option<String>,
}
