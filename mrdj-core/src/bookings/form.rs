//! The booking form as a stranger sends it.

use serde::Deserialize;

use super::{LooseTime, LooseTruth};
use crate::leads::{Fault, FaultCode, Loose, line_fault, read};
use crate::text::{Line, passage};

/// A booking form, field by field as it was sent; unknown fields are nobody's business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BookingForm {
    /// Who books; required.
    pub name: Loose,
    /// Their mailbox; required.
    pub email: Loose,
    /// Their phone; required.
    pub phone: Loose,
    /// What for; required.
    pub event_type: Loose,
    /// When; required.
    pub event_date: LooseTime,
    /// From when to when on that day, e.g. `20:00-01:00`; in place of the next two.
    pub hours: Loose,
    /// When on that day it begins, e.g. `20:00`.
    pub start_time: Loose,
    /// When it ends; a time that is not later than the beginning is the next morning's.
    pub end_time: Loose,
    /// Whose clocks; the business's when nothing is said.
    pub time_zone: Loose,
    /// Where, at most 200 characters.
    pub location: Loose,
    /// Which package, at most 100 characters.
    pub package_id: Loose,
    /// What they write, at most 4,000 characters.
    pub message: Loose,
    /// The language to answer in: `nl` or `en`.
    pub language: Loose,
    /// Whether to stand in line where the evening is held for somebody else.
    pub wait_behind: LooseTruth,
    /// A field that people do not see; whoever fills it in is none.
    pub website: Loose,
    /// Cloudflare's token that a person is there.
    #[serde(rename = "cf-turnstile-response")]
    pub turnstile: Loose,
    /// hCaptcha's token that a person is there.
    #[serde(rename = "hCaptchaToken", alias = "h-captcha-response")]
    pub hcaptcha: Loose,
}

impl BookingForm {
    /// The longest message, in characters.
    pub const MAX_MESSAGE_CHARS: usize = 4_000;
    /// The longest place, in characters.
    pub const MAX_PLACE_CHARS: usize = 200;
    /// The longest name of a package, in characters.
    pub const MAX_PACKAGE_CHARS: usize = 100;

    /// Where the event is, if the form says so.
    pub fn place(&self) -> Result<Option<String>, Fault> {
        let parse = |text: &str| Line::parse(text, Self::MAX_PLACE_CHARS).map_err(line_fault);
        read("location", &self.location, false, parse)
    }

    /// Which package is wished for, if the form says so; `is_package` knows them.
    pub(super) fn package(&self, is_package: impl Fn(&str) -> bool) -> Result<Option<String>, Fault> {
        read("packageId", &self.package_id, false, |text| {
            let package = Line::parse(text, Self::MAX_PACKAGE_CHARS).map_err(line_fault)?;
            if is_package(&package) { Ok(package) } else { Err(FaultCode::Unknown) }
        })
    }

    /// What they write, if they write something.
    pub(super) fn message(&self) -> Result<Option<String>, Fault> {
        let parse = |text: &str| passage(text, Self::MAX_MESSAGE_CHARS).map_err(line_fault);
        Ok(read("message", &self.message, false, parse)?.filter(|text| !text.is_empty()))
    }

    /// The token of the human check, if any came.
    pub fn human_token(&self) -> Option<&str> {
        self.hcaptcha.filled().or_else(|| self.turnstile.filled())
    }
}
