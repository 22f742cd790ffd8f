//! The forms as the OpenAPI document describes them; `mrdj_core::bookings::BookingForm` is what reads them.
//!
//! The patterns are narrower than what is taken: whatever fits them is taken, and some spellings beside.

use jiff::Timestamp;
use serde_json::Value;
use utoipa::ToSchema;

/// A wish for an evening. Fields that are not named here are left alone.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; another type reads the form")]
pub(crate) struct BookingFormBody {
    /// Who books: one line of at most 200 characters.
    #[schema(pattern = r"^[A-Za-z][A-Za-z ]*$", max_length = 200, example = "Test User")]
    name: String,
    /// Their mailbox.
    #[schema(format = "email", max_length = 254, example = "test@example.com")]
    email: String,
    /// Their phone: 6 to 20 digits, with signs for reading between them; Dutch unless it begins with a country code.
    #[schema(pattern = r"^\+?[0-9]([ ()./-]?[0-9]){5,19}$", example = "0612345678")]
    phone: String,
    /// What for: one line of at most 100 characters; the usual kinds are brought to one spelling.
    #[schema(pattern = r"^[A-Za-z][A-Za-z -]*$", max_length = 100, example = "Bruiloft")]
    event_type: String,
    /// Which civil day, not over yet: `2027-06-19`; or an object with `start`, `end` and `timezone`.
    #[schema(
        pattern = r"^2[1-9][0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$",
        example = "2127-06-19"
    )]
    event_date: String,
    /// From when to when on that day; an end that is not later than the beginning is the next morning's. Also read as
    /// `startTime` and `endTime`.
    #[schema(
        value_type = String,
        required = false,
        pattern = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
        example = "20:00-01:00"
    )]
    hours: Option<String>,
    /// Whose clocks: a name of the IANA database; the business's when nothing is said.
    #[schema(value_type = String, required = false, pattern = r"^(Europe/(Amsterdam|Brussels|London)|UTC)$", example = "Europe/Amsterdam")]
    time_zone: Option<String>,
    /// Where: one line of at most 200 characters.
    #[schema(pattern = r"^[A-Za-z][A-Za-z ]*$", max_length = 200, example = "Breda")]
    location: Option<String>,
    /// Which package, as `GET /packages` names it.
    #[schema(value_type = String, required = false, pattern = r"^(bronze|silver|gold)$", example = "silver")]
    package_id: Option<String>,
    /// What they write, at most 4,000 characters.
    #[schema(value_type = String, required = false, max_length = 4000, example = "Test bericht")]
    message: Option<String>,
    /// Whether to stand in line where the evening is held for somebody else.
    #[schema(value_type = bool, required = false, example = false)]
    wait_behind: Option<bool>,
    /// The language to answer in, `nl` or `en`; anything else leaves it to `Accept-Language`.
    #[schema(example = "nl")]
    language: Option<Value>,
    /// A field that people do not see; whoever fills it in holds no evening before a person has looked.
    #[schema(value_type = String, required = false, max_length = 0, example = "")]
    website: Option<String>,
    /// Cloudflare's token that a person is there; `hCaptchaToken` is hCaptcha's.
    #[schema(rename = "cf-turnstile-response", value_type = String, required = false)]
    turnstile: Option<String>,
}

/// A question about an evening. Fields that are not named here are left alone.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; another type reads the form")]
pub(crate) struct AvailabilityForm {
    /// Which civil day, not over yet: `2027-06-19`; or an object with `start`, `end` and `timezone`.
    #[schema(
        pattern = r"^2[1-9][0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$",
        example = "2127-06-19"
    )]
    event_date: String,
    /// From when to when on that day; an end that is not later than the beginning is the next morning's. Also read as
    /// `startTime` and `endTime`.
    #[schema(
        value_type = String,
        required = false,
        pattern = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
        example = "20:00-01:00"
    )]
    hours: Option<String>,
    /// Whose clocks: a name of the IANA database; the business's when nothing is said.
    #[schema(value_type = String, required = false, pattern = r"^(Europe/(Amsterdam|Brussels|London)|UTC)$", example = "Europe/Amsterdam")]
    time_zone: Option<String>,
    /// Where: one line of at most 200 characters.
    #[schema(pattern = r"^[A-Za-z][A-Za-z ]*$", max_length = 200, example = "Breda")]
    location: Option<String>,
}

/// What changes of a booking. Fields that are not named here are left alone.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; another type reads the form")]
pub(crate) struct BookingChangeForm {
    /// Another civil day, or an object with `start`, `end` and `timezone`.
    #[schema(
        pattern = r"^2[1-9][0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$",
        example = "2127-06-19"
    )]
    event_date: Option<String>,
    /// From when to when on that day; read together with `eventDate` alone.
    #[schema(pattern = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", example = "20:00-01:00")]
    hours: Option<String>,
    /// Another place.
    #[schema(pattern = r"^[A-Za-z][A-Za-z ]*$", max_length = 200, example = "Breda")]
    location: Option<String>,
    /// Another package.
    #[schema(pattern = r"^(bronze|silver|gold)$", example = "silver")]
    package_id: Option<String>,
    /// Another message.
    #[schema(max_length = 4000)]
    message: Option<String>,
}

/// A step of a booking.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; another type reads it")]
pub(crate) struct StepForm {
    /// Which: `prolong`, `offer`, `agree`, `pay_deposit`, `finish`, `cancel`; of one that waits in line `challenge`, which
    /// asks who holds the evening to decide, and `promote`, which gives it the evening where somebody is free.
    #[schema(pattern = "^(prolong|offer|agree|pay_deposit|finish|cancel|challenge|promote)$", example = "offer")]
    step: String,
    /// Until when the evening is kept; of `prolong` and `offer` alone, which take the usual time when nothing is said.
    until: Option<Timestamp>,
}
