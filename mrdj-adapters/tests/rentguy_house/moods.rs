//! How a stand-in is turned, and how it is called.

use std::time::Duration;

use mrdj_adapters::outbound::{self, Outbound};
use mrdj_adapters::sandbox::Mode;
use mrdj_core::partners::contract::Misbehaviour;

pub(crate) fn outbound() -> Outbound {
    // Long enough for a busy machine; only the tests of a line that stays silent wait for its end.
    Outbound::new(outbound::Config { timeout: Duration::from_secs(2), ..outbound::Config::default() })
}

/// How the stand-in misbehaves so.
pub(crate) fn mode_of(how: Misbehaviour) -> Mode {
    let answer = |status| Mode::Answer { status, retry_after_s: None, body: None };
    match how {
        Misbehaviour::RefusesTheCard => answer(422),
        Misbehaviour::RefusesTheSetting => answer(403),
        Misbehaviour::Throttles => {
            let wait_s = Misbehaviour::WAIT.as_secs().unsigned_abs();
            Mode::Answer { status: 429, retry_after_s: Some(wait_s), body: None }
        }
        Misbehaviour::Fails => answer(500),
        Misbehaviour::IsAway => Mode::DatabaseDown,
        Misbehaviour::CutsTheLine => Mode::CutAfterAccepting,
    }
}
