//! The client's own link: who holds it may see and change one booking.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Booking, BookingId};
use crate::secret::Secret;
use crate::webhooks::{InvalidSecret, SigningKey};

/// So long after the event a link still opens.
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What every code is made of besides, so that it opens nothing else that is signed with the same secret.
const PURPOSE: &[u8] = b"client-link";

/// Signs the links under which clients find their bookings, and knows them again.
///
/// A link names one booking, runs out thirty days after its event, and is the same however often it is made. It is as good
/// as a key: it is sent to the client's mailbox and told to nobody else.
pub struct LinkSigner(SigningKey);

/// Why a link does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefused {
    /// We did not make it for this booking.
    #[error("the link is not one of ours")]
    Forged,
    /// Its time is over.
    #[error("the link has run out")]
    RanOut,
}

impl LinkSigner {
    /// One that signs with `secret`; whoever knows it opens every booking.
    pub fn new(secret: &Secret) -> Result<Self, InvalidSecret> {
        SigningKey::raw(secret).map(Self)
    }

    /// What opens `booking`: 54 signs or so that need no escaping in an address; a day without hours is read on the
    /// clocks of `zone`.
    pub fn token(&self, booking: &Booking, zone: &TimeZone) -> String {
        let until = booking.span(zone).end.checked_add(AFTERWARDS).unwrap_or(Timestamp::MAX).as_second();
        let code = self.0.code(&[PURPOSE, booking.id.uuid().as_bytes(), &until.to_be_bytes()]);
        format!("{until}.{}", BASE64_URL_SAFE_NO_PAD.encode(code))
    }

    /// Whether `token` opens booking `id` at `now`.
    pub fn admits(&self, id: BookingId, token: &str, now: Timestamp) -> Result<(), LinkRefused> {
        let (until, code) = token.split_once('.').ok_or(LinkRefused::Forged)?;
        let until: i64 = until.parse().map_err(|_| LinkRefused::Forged)?;
        let code = BASE64_URL_SAFE_NO_PAD.decode(code).map_err(|_| LinkRefused::Forged)?;
        let code = <[u8; 32]>::try_from(code).map_err(|_| LinkRefused::Forged)?;
        if !self.0.knows(&[PURPOSE, id.uuid().as_bytes(), &until.to_be_bytes()], code) {
            return Err(LinkRefused::Forged);
        }
        if now.as_second() < until { Ok(()) } else { Err(LinkRefused::RanOut) }
    }
}

impl fmt::Debug for LinkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSigner(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bookings::fixture::booking;

    fn signer(secret: &str) -> LinkSigner {
        LinkSigner::new(&Secret::from(secret.to_owned())).expect("a secret")
    }

    #[test]
    fn a_link_opens_its_booking_until_thirty_days_after_the_event() {
        let (booking, zone) = (booking(), TimeZone::UTC);
        let token = signer("one").token(&booking, &zone);
        let end = booking.span(&zone).end;
        let admits = |now| signer("one").admits(booking.id, &token, now);
        assert_eq!(admits(Timestamp::UNIX_EPOCH), Ok(()));
        assert_eq!(admits(end + AFTERWARDS - SignedDuration::from_secs(1)), Ok(()));
        assert_eq!(admits(end + AFTERWARDS), Err(LinkRefused::RanOut));
        assert!(token.bytes().all(|sign| sign.is_ascii_alphanumeric() || b".-_".contains(&sign)), "{token}");
    }

    #[test]
    fn no_other_link_opens_it() {
        let (booking, zone) = (booking(), TimeZone::UTC);
        let token = signer("one").token(&booking, &zone);
        let refused = |id, token: &str| signer("one").admits(id, token, Timestamp::UNIX_EPOCH);
        assert_eq!(
            refused(BookingId::from_uuid(uuid::Uuid::nil()), &token),
            Err(LinkRefused::Forged),
            "another booking"
        );
        assert_eq!(refused(booking.id, &signer("two").token(&booking, &zone)), Err(LinkRefused::Forged), "another key");
        let later = format!("9{token}");
        for forged in ["", ".", "1.", "x.y", &later, &token[..token.len() - 1], &format!("{token}=")] {
            assert_eq!(refused(booking.id, forged), Err(LinkRefused::Forged), "{forged}");
        }
    }
}
