//! Carries the letters of bookings.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::BookingLetter;
use super::attached::booking_file;
use super::timely::{Timely, is_overtaken, judge};
use crate::bookings::{Booking, BookingBook, BookingEntry, BookingEvent, Party};
use crate::contacts::EmailAddress;
use crate::delivery::{Carried, Delivery};
use crate::error::{ErrorKind, PortError};
use crate::id::Id;
use crate::messages::courier::{skipped, suppressed};
use crate::messages::templates::{Occasion, booking_letter};
use crate::messages::{Mail, MailCourier, Postage, Purse};

/// Makes the address under which a client sees his booking, from this moment on; `None` leaves it out of the letter.
pub type ClientLinks = Arc<dyn Fn(&Booking, Timestamp) -> Option<String> + Send + Sync>;

/// A mailbox that had a letter lately is looked at again after so long.
const SPENT_FOR: SignedDuration = SignedDuration::from_hours(3);

impl MailCourier {
    /// Carries a letter about a booking, if it is still true.
    pub(in crate::messages) async fn carry_booking(
        &self,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<Carried, PortError> {
        let Some(letter) = BookingLetter::of(&delivery.kind) else {
            let what = format!("no mail is called {}", delivery.kind);
            return Err(PortError::new(ErrorKind::Rejected, "mail", "carry", what));
        };
        let book: &dyn BookingBook = &*self.bookings;
        let Some(booking) = book.find(Id::from_uuid(delivery.subject)).await? else {
            return Ok(skipped("the booking is no longer there"));
        };
        match judge(letter, delivery, &booking, &self.house.zone, now) {
            Timely::Never(why) => Ok(skipped(&why)),
            Timely::NotBefore(at) => Ok(Carried::PutOff { at, reason: "it is not time yet".to_owned() }),
            Timely::Now if letter.is_for_client() => self.tell_client(letter, delivery, &booking, now).await,
            Timely::Now => self.tell_business(letter, delivery, &booking, now).await,
        }
    }

    async fn tell_business(
        &self,
        letter: BookingLetter,
        delivery: &Delivery,
        booking: &Booking,
        now: Timestamp,
    ) -> Result<Carried, PortError> {
        let Some(inbox) = &self.house.inbox else {
            return Ok(skipped("no inbox is set up for notices"));
        };
        if letter == BookingLetter::Altered {
            let past = self.bookings.history(booking.id).await?;
            if is_overtaken(delivery, booking, &past, |by| by == Party::Client) {
                return Ok(skipped("the client changed the booking once more"));
            }
        }
        let mail = self.about(letter, delivery, booking, &[], now);
        self.send(Mail { to: inbox.clone(), reply_to: Some(booking.client.email.clone()), ..mail }, now).await
    }

    async fn tell_client(
        &self,
        letter: BookingLetter,
        delivery: &Delivery,
        booking: &Booking,
        now: Timestamp,
    ) -> Result<Carried, PortError> {
        let past = self.bookings.history(booking.id).await?;
        if letter == BookingLetter::Changed && is_overtaken(delivery, booking, &past, |_| true) {
            return Ok(skipped("the booking changed once more"));
        }
        if let Some(kept) = self.keep_from(letter, delivery, &booking.client.email, &past, now).await? {
            return Ok(kept);
        }
        self.send(self.about(letter, delivery, booking, &past, now), now).await
    }

    /// What keeps a letter from leaving now, if anything does.
    ///
    /// What follows from a form alone costs postage, since anybody may fill in anybody's mailbox: that it came in, moved up
    /// or ran out. It is put off and not left out, since who booked wants to know. What a person decided costs none: an
    /// offer, an agreement and all that follows from it reach whoever takes our mail at all.
    async fn keep_from(
        &self,
        letter: BookingLetter,
        delivery: &Delivery,
        to: &EmailAddress,
        past: &[BookingEntry],
        now: Timestamp,
    ) -> Result<Option<Carried>, PortError> {
        if !costs_postage(letter, past) {
            return Ok(self.post_office.suppression(to).await?.map(suppressed));
        }
        let put_off = |at, reason: &str| Some(Carried::PutOff { at, reason: reason.to_owned() });
        Ok(match self.post_office.pay(to, delivery.id, self.postage.paid_from(Purse::Bookings), now).await? {
            Postage::Paid => None,
            Postage::Suppressed(why) => Some(suppressed(why)),
            Postage::HourSpent { until } => put_off(until, "the hour's confirmations are spent"),
            Postage::MailboxSpent => {
                let later = now.checked_add(SPENT_FOR).unwrap_or(Timestamp::MAX);
                put_off(later, "this mailbox had a confirmation lately")
            }
        })
    }

    /// The letter with all that goes along, to the client.
    fn about(
        &self,
        letter: BookingLetter,
        delivery: &Delivery,
        booking: &Booking,
        past: &[BookingEntry],
        now: Timestamp,
    ) -> Mail {
        let file = booking_file(letter, &self.house, booking, past);
        let link = self.links.as_ref().filter(|_| letter.is_for_client()).and_then(|link| link(booking, now));
        let occasion = Occasion { letter, link, with_file: file.is_some() };
        let written = booking_letter(&self.house, booking, &occasion);
        Mail {
            delivery: delivery.id,
            kind: delivery.kind.clone(),
            reference: booking.reference.to_string(),
            to: booking.client.email.clone(),
            reply_to: None,
            subject: written.subject,
            text: written.text,
            html: written.html,
            attachments: file.into_iter().collect(),
        }
    }
}

/// Whether anybody could have this letter sent to anybody's mailbox.
fn costs_postage(letter: BookingLetter, past: &[BookingEntry]) -> bool {
    match letter {
        BookingLetter::Received | BookingLetter::Promoted => true,
        BookingLetter::Expired => past.iter().all(|entry| entry.event != BookingEvent::Offered),
        _ => false,
    }
}
