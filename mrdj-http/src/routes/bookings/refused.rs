//! Why a booking was not made or not changed, as a problem document.

use mrdj_core::bookings::{BookingError, InvalidFile};
use mrdj_core::messages::Language;

use super::Reason;
use crate::problem::{Detail, Kind, Problem};

/// The problem that `error` is.
pub(crate) fn problem(error: BookingError, language: Language) -> Problem {
    match error {
        BookingError::Invalid(faults) => Problem::invalid_form(&faults, language),
        BookingError::KeyReused => Problem::new(Kind::KeyReused, "use a new key for another request"),
        BookingError::Unknown(what) => Problem::not_found(what),
        BookingError::NotFree(free) => {
            let details = Reason::of(&free, language).into_iter().map(|reason| at("eventDate", reason.message));
            Problem::new(Kind::Conflict, "the evening is not to be had").details(details)
        }
        BookingError::Enough(_) => {
            let message = match language {
                Language::Nl => "Er staan al avonden voor je open; laat er eerst een los of bevestig er een",
                Language::En => "Other evenings are open for you already; let go of one or confirm one first",
            };
            Problem::new(Kind::Conflict, error.to_string()).details([at("email", message.to_owned())])
        }
        BookingError::Step(refused) => Problem::new(Kind::Conflict, refused.to_string()),
        BookingError::Resource(broken) => {
            let details = broken.into_iter().map(|bound| at(bound.field, bound.message.to_owned()));
            Problem::new(Kind::InvalidInput, "a value is out of its range").details(details)
        }
        BookingError::File(InvalidFile::TooLarge) => Problem::new(Kind::TooLarge, error.to_string()),
        BookingError::File(fault) => {
            Problem::new(Kind::InvalidInput, fault.to_string()).details([at("file", fault.to_string())])
        }
        BookingError::Store(cause) => Problem::for_visitor(cause),
    }
}

fn at(field: &str, message: String) -> Detail {
    Detail { field: field.to_owned(), message }
}
