//! What went wrong, told as RFC 9457 asks, with the two members that the business's site reads besides.

use std::sync::Arc;

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use mrdj_core::error::{Cause, ErrorKind, PortError};
use mrdj_core::leads::{Faults, IntakeError};
use mrdj_core::messages::Language;
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a [`ProblemDocument`].
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not carried out (RFC 9457). `error` and `details` are for the site's forms.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// Names the kind of problem and never changes, e.g. `urn:mrdj:problem:invalid-form`.
    #[serde(rename = "type")]
    #[schema(example = "urn:mrdj:problem:invalid-form")]
    kind: String,
    /// What kind of problem it is, in English.
    #[schema(example = "The form has faults")]
    title: &'static str,
    /// The status of the answer.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    status: u16,
    /// What happened this time, in English.
    detail: String,
    /// This very occurrence: the id of the request, under which the log knows more.
    #[schema(example = "urn:request:019aa5b0-0000-7000-8000-000000000001")]
    instance: String,
    /// A short text for the visitor, in Dutch, or in English when `Accept-Language` prefers it.
    #[schema(example = "Validatie mislukt")]
    error: &'static str,
    /// What is wrong with a signed event, as programs know it: `missing_signature`, `signature_mismatch`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "signature_mismatch")]
    code: Option<&'static str>,
    /// Every fault at once; only where fields or parts can be named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    details: Vec<Detail>,
}

/// What is wrong with one field or part.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Detail {
    /// The field, as the form calls it.
    #[schema(example = "email")]
    pub(crate) field: String,
    /// What is wrong with it.
    #[schema(example = "Vul een geldig e-mailadres in")]
    pub(crate) message: String,
}

/// The kinds of problem that exist here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Unreadable,
    LoginNeeded,
    SignatureRefused,
    Forbidden,
    CrossSite,
    NotFound,
    MethodNotAllowed,
    TooSlow,
    Conflict,
    TooLarge,
    WrongMediaType,
    InvalidForm,
    InvalidInput,
    KeyReused,
    TooMany,
    Fault,
    NotReady,
    NoSecret,
    SwitchedOff,
    TimedOut,
    Unavailable,
}

struct Words {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    nl: &'static str,
    en: &'static str,
}

const fn words(
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    nl: &'static str,
    en: &'static str,
) -> Words {
    Words { status, slug, title, nl, en }
}

impl Kind {
    const fn words(self) -> Words {
        use StatusCode as S;
        const AWAY_NL: &str = "Dit lukt nu even niet, probeer het zo opnieuw";
        const AWAY_EN: &str = "This does not work right now, please try again shortly";
        match self {
            Self::Unreadable => words(
                S::BAD_REQUEST,
                "unreadable",
                "The request cannot be read",
                "Het verzoek is niet leesbaar",
                "The request cannot be read",
            ),
            Self::LoginNeeded => {
                words(S::UNAUTHORIZED, "login-needed", "A login is needed", "Log eerst in", "Please log in first")
            }
            Self::SignatureRefused => words(
                S::UNAUTHORIZED,
                "signature-refused",
                "The signature is not believed",
                "De handtekening klopt niet",
                "The signature is not believed",
            ),
            Self::Forbidden => {
                words(S::FORBIDDEN, "forbidden", "This address may not enter", "Geen toegang", "No access")
            }
            Self::CrossSite => {
                words(S::FORBIDDEN, "cross-site", "The request comes from another site", "Geen toegang", "No access")
            }
            Self::NotFound => words(S::NOT_FOUND, "not-found", "There is nothing here", "Niet gevonden", "Not found"),
            Self::MethodNotAllowed => words(
                S::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "The method is not allowed here",
                "Deze methode kan hier niet",
                "This method is not allowed here",
            ),
            Self::TooSlow => words(
                S::REQUEST_TIMEOUT,
                "too-slow",
                "The body did not come in time",
                "Het verzoek kwam niet op tijd binnen",
                "The request did not come in time",
            ),
            Self::Conflict => words(
                S::CONFLICT,
                "conflict",
                "The present does not allow it",
                "Dit kan nu niet",
                "This is not possible now",
            ),
            Self::TooLarge => words(
                S::PAYLOAD_TOO_LARGE,
                "too-large",
                "The body is too large",
                "Het verzoek is te groot",
                "The request is too large",
            ),
            Self::WrongMediaType => words(
                S::UNSUPPORTED_MEDIA_TYPE,
                "wrong-media-type",
                "The body has another media type than is read here",
                "Dit soort gegevens kunnen we niet lezen",
                "We cannot read this kind of data",
            ),
            Self::InvalidForm => words(
                S::UNPROCESSABLE_ENTITY,
                "invalid-form",
                "The form has faults",
                "Validatie mislukt",
                "Validation failed",
            ),
            Self::InvalidInput => words(
                S::UNPROCESSABLE_ENTITY,
                "invalid-input",
                "A value is out of its range",
                "Validatie mislukt",
                "Validation failed",
            ),
            Self::KeyReused => words(
                S::UNPROCESSABLE_ENTITY,
                "key-reused",
                "The idempotency key belongs to another request",
                "Dit verzoek is al eens anders verstuurd",
                "This request was sent before with other data",
            ),
            Self::TooMany => words(
                S::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many requests",
                "Te veel verzoeken, probeer het later opnieuw",
                "Too many requests",
            ),
            Self::Fault => words(
                S::INTERNAL_SERVER_ERROR,
                "fault",
                "Something is broken here",
                "Er ging bij ons iets mis",
                "Something went wrong on our side",
            ),
            Self::NotReady => words(S::SERVICE_UNAVAILABLE, "not-ready", "Not ready", AWAY_NL, AWAY_EN),
            Self::NoSecret => words(
                S::SERVICE_UNAVAILABLE,
                "no-secret",
                "No secret is set to verify signatures with",
                AWAY_NL,
                AWAY_EN,
            ),
            Self::SwitchedOff => words(
                S::SERVICE_UNAVAILABLE,
                "switched-off",
                "This part is switched off",
                "Dit staat nu uit",
                "This is switched off for now",
            ),
            Self::TimedOut => words(S::SERVICE_UNAVAILABLE, "timed-out", "It took too long", AWAY_NL, AWAY_EN),
            Self::Unavailable => {
                words(S::SERVICE_UNAVAILABLE, "unavailable", "Something that is needed is away", AWAY_NL, AWAY_EN)
            }
        }
    }
}

/// A problem on its way out; the outermost layer writes it with the id of the request and the visitor's language.
#[derive(Debug)]
pub(crate) struct Problem {
    kind: Kind,
    detail: String,
    details: Vec<Detail>,
    code: Option<&'static str>,
    retry_after_s: Option<u64>,
    cause: Option<Cause>,
}

impl Problem {
    /// A problem of `kind`; `detail` goes to the client.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), details: Vec::new(), code: None, retry_after_s: None, cause: None }
    }

    /// The request's path leads to nothing.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(Kind::NotFound, format!("there is no such {what}"))
    }

    /// Everything that is wrong with a form, in the visitor's words.
    pub(crate) fn invalid_form(faults: &Faults, language: Language) -> Self {
        let details = faults.0.iter();
        let details = details.map(|fault| Detail { field: fault.field.to_owned(), message: fault.message(language) });
        Self::new(Kind::InvalidForm, faults.to_string()).details(details)
    }

    /// The same, naming fields or parts.
    pub(crate) fn details(self, details: impl IntoIterator<Item = Detail>) -> Self {
        Self { details: details.into_iter().collect(), ..self }
    }

    /// The same, with the name that programs know it by.
    pub(crate) fn code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// The same, with when to come again.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after_s: Some(seconds), ..self }
    }

    /// The same, with what the log is told.
    pub(crate) fn because(self, cause: impl Into<Cause>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// Why an enquiry was not taken in.
    pub(crate) fn of_intake(error: IntakeError, language: Language) -> Self {
        match error {
            IntakeError::Invalid(faults) => Self::invalid_form(&faults, language),
            IntakeError::KeyReused => Self::new(Kind::KeyReused, "use a new key for another request"),
            IntakeError::Store(cause) => Self::for_visitor(cause),
        }
    }

    /// Something that is needed is away; a visitor learns neither which part nor why.
    pub(crate) fn for_visitor(cause: PortError) -> Self {
        Self::new(Kind::Unavailable, "nothing was stored; send it again").retry_after(5).because(cause)
    }

    /// The document as it is sent.
    pub(crate) fn document(&self, request_id: &str, language: Language) -> ProblemDocument {
        let words = self.kind.words();
        ProblemDocument {
            kind: format!("urn:mrdj:problem:{}", words.slug),
            title: words.title,
            status: words.status.as_u16(),
            detail: self.detail.clone(),
            instance: format!("urn:request:{request_id}"),
            error: match language {
                Language::Nl => words.nl,
                Language::En => words.en,
            },
            code: self.code,
            details: self.details.clone(),
        }
    }

    /// What the log is told besides the status.
    pub(crate) fn cause(&self) -> Option<&Cause> {
        self.cause.as_ref()
    }
}

impl From<PortError> for Problem {
    /// For operators: they may read a port's summary where it tells what to do.
    fn from(error: PortError) -> Self {
        match error.kind {
            ErrorKind::NotFound => Self::not_found("thing"),
            ErrorKind::Conflict | ErrorKind::Rejected => Self::new(Kind::Conflict, error.summary.clone()),
            ErrorKind::Corrupt => Self::new(Kind::Fault, "what was read is not what was once written"),
            _ => Self::new(Kind::Unavailable, "something that is needed is away").retry_after(5),
        }
        .because(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.words().status.into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        let challenge = match self.kind {
            Kind::LoginNeeded => Some(r#"Basic realm="mrdj", charset="UTF-8""#),
            Kind::SignatureRefused => Some(r#"Signature realm="mrdj""#),
            _ => None,
        };
        if let Some(challenge) = challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
