//! The forms as the OpenAPI document describes them; `mrdj_core::leads::EnquiryForm` is what reads them.
//!
//! The patterns are narrower than what is taken: whatever fits them is taken, and some spellings beside.

use serde_json::Value;
use utoipa::ToSchema;

/// An enquiry. Fields that are not named here are left alone.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; another type reads the form")]
pub(crate) struct ContactForm {
    /// Who asks: one line of at most 200 characters.
    #[schema(
        pattern = r"^[\t-\r \x85]*[^\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069=+@-][^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*[\t-\r\x85]*$",
        max_length = 200,
        example = "Test User"
    )]
    name: String,
    /// Their mailbox.
    #[schema(format = "email", max_length = 254, example = "test@example.com")]
    email: String,
    /// Their phone: 6 to 20 digits, with signs for reading between them; Dutch unless it begins with a country code.
    #[schema(pattern = r"^\+?[0-9]([ ()./-]?[0-9]){5,19}$", example = "0612345678")]
    phone: String,
    /// What for: one line of at most 100 characters; the usual kinds are brought to one spelling.
    #[schema(
        pattern = r"^[\t-\r \x85]*([^\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069][^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*[\t-\r\x85]*)$",
        max_length = 100,
        example = "Bruiloft"
    )]
    event_type: String,
    /// Which civil day: `2026-06-20`; `20-06-2026` and timestamps are read too, and of those the day counts.
    #[schema(
        pattern = r"^((19|2[0-9])[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])))?$",
        example = "2026-06-20"
    )]
    event_date: Option<String>,
    /// What they write, at most 2,000 characters.
    #[schema(max_length = 2000, example = "Test bericht")]
    message: Option<String>,
    /// Which package: one line of at most 100 characters.
    #[schema(
        pattern = r"^[\t-\r \x85]*([^\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069][^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*[\t-\r\x85]*)?$",
        max_length = 100,
        example = "gold"
    )]
    package_id: Option<String>,
    /// The language to answer in, `nl` or `en`; anything else leaves it to `Accept-Language`.
    #[schema(example = "nl")]
    language: Option<Value>,
    /// A field that people do not see; whoever fills it in is none.
    website: Option<Value>,
    /// hCaptcha's token that a person is there; also read under the name `h-captcha-response`.
    #[schema(rename = "hCaptchaToken")]
    hcaptcha: Option<Value>,
    /// Turnstile's token that a person is there.
    #[schema(rename = "cf-turnstile-response")]
    turnstile: Option<Value>,
}

/// A wish to be called back. The further fields of the contact form may be there too.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; another type reads the form")]
pub(crate) struct CallBackForm {
    /// Who asks: one line of at most 200 characters.
    #[schema(
        pattern = r"^[\t-\r \x85]*[^\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069=+@-][^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*[\t-\r\x85]*$",
        max_length = 200,
        example = "Test User"
    )]
    name: String,
    /// Where to call: 6 to 20 digits, with signs for reading between them; Dutch unless it begins with a country code.
    #[schema(pattern = r"^\+?[0-9]([ ()./-]?[0-9]){5,19}$", example = "0612345678")]
    phone: String,
    /// What for: one line of at most 100 characters.
    #[schema(
        pattern = r"^[\t-\r \x85]*([^\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069][^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*[\t-\r\x85]*)?$",
        max_length = 100,
        example = "Bruiloft"
    )]
    event_type: Option<String>,
    /// The language to answer in, `nl` or `en`; anything else leaves it to `Accept-Language`.
    #[schema(example = "nl")]
    language: Option<Value>,
    /// A field that people do not see; whoever fills it in is none.
    website: Option<Value>,
}
