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
/// A link names one booking, is the same however often it is made, and opens until thirty days after the event, whenever
/// that is by then. It is as good as a key: it is sent to the client's mailbox and told to nobody else.
pub struct LinkSigner(SigningKey);

impl LinkSigner {
    /// One that signs with `secret`; whoever knows it opens every booking.
    pub fn new(secret: &Secret) -> Result<Self, InvalidSecret> {
        SigningKey::raw(secret).map(Self)
    }

    /// What opens booking `id`: 43 signs that need no escaping in an address.
    pub fn token(&self, id: BookingId) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0.code(&[PURPOSE, id.uuid().as_bytes()]))
    }

    /// Whether `token` is ours and opens booking `id`, told in constant time.
    pub fn knows(&self, id: BookingId, token: &str) -> bool {
        let code = BASE64_URL_SAFE_NO_PAD.decode(token).ok().and_then(|code| <[u8; 32]>::try_from(code).ok());
        code.is_some_and(|code| self.0.knows(&[PURPOSE, id.uuid().as_bytes()], code))
    }
}

impl Booking {
    /// Whether its link still opens at `now`: until thirty days after the event, as it is now; a day without hours is read
    /// on the clocks of `zone`.
    pub fn link_opens(&self, now: Timestamp, zone: &TimeZone) -> bool {
        now < self.span(zone).end.checked_add(AFTERWARDS).unwrap_or(Timestamp::MAX)
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
        let token = signer("one").token(booking.id);
        assert!(signer("one").knows(booking.id, &token));
        assert!(token.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"-_".contains(&sign)), "{token}");
        let end = booking.span(&zone).end;
        assert!(booking.link_opens(end + AFTERWARDS - SignedDuration::from_secs(1), &zone));
        assert!(!booking.link_opens(end + AFTERWARDS, &zone));
    }

    #[test]
    fn no_other_link_opens_it() {
        let (id, signer_of) = (booking().id, signer);
        let token = signer_of("one").token(id);
        let knows = |id, token: &str| signer_of("one").knows(id, token);
        assert!(!knows(BookingId::from_uuid(uuid::Uuid::nil()), &token), "another booking");
        assert!(!knows(id, &signer_of("two").token(id)), "another key");
        for forged in ["", ".", "A", &token[..token.len() - 1], &format!("{token}="), &format!("{token}A")] {
            assert!(!knows(id, forged), "{forged}");
        }
    }
}
