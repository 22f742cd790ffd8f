//! Which letter it is.

use crate::bookings::ReminderKind;

/// A letter about a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BookingLetter {
    /// To the client: it came in, and is held or stands in line.
    Received,
    /// To the client: it moved up from the line into the hold.
    Promoted,
    /// To the client: another wants the evening, decide.
    Challenged,
    /// To the client: our offer.
    Offered,
    /// To the client: have you seen our offer?
    FollowUp,
    /// To the client: it is agreed.
    Agreed,
    /// To the client: it is otherwise now.
    Changed,
    /// To the client: it is called off.
    Cancelled,
    /// To the client: the evening is not kept any more.
    Expired,
    /// To the client: it is soon.
    Reminder(ReminderKind),
    /// To the business: there is a booking.
    Notice,
    /// To the business: money came too late, and a person decides.
    LatePayment,
    /// To the business: the client agreed to the offer.
    Accepted,
    /// To the business: the client changed it.
    Altered,
    /// To the business: the client called it off.
    Withdrawn,
}

impl BookingLetter {
    /// Every letter.
    pub const ALL: [Self; 17] = [
        Self::Received,
        Self::Promoted,
        Self::Challenged,
        Self::Offered,
        Self::FollowUp,
        Self::Agreed,
        Self::Changed,
        Self::Cancelled,
        Self::Expired,
        Self::Reminder(ReminderKind::WeekBefore),
        Self::Reminder(ReminderKind::DayBefore),
        Self::Reminder(ReminderKind::MorningOf),
        Self::Notice,
        Self::LatePayment,
        Self::Accepted,
        Self::Altered,
        Self::Withdrawn,
    ];

    /// The kind of its delivery, e.g. `booking.received`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Received => "booking.received",
            Self::Promoted => "booking.promoted",
            Self::Challenged => "booking.challenged",
            Self::Offered => "booking.offered",
            Self::FollowUp => "booking.follow_up",
            Self::Agreed => "booking.agreed",
            Self::Changed => "booking.changed",
            Self::Cancelled => "booking.cancelled",
            Self::Expired => "booking.expired",
            Self::Reminder(ReminderKind::WeekBefore) => "booking.reminder.week_before",
            Self::Reminder(ReminderKind::DayBefore) => "booking.reminder.day_before",
            Self::Reminder(ReminderKind::MorningOf) => "booking.reminder.morning_of",
            Self::Notice => "booking.notice",
            Self::LatePayment => "booking.late_payment",
            Self::Accepted => "booking.accepted",
            Self::Altered => "booking.altered",
            Self::Withdrawn => "booking.withdrawn",
        }
    }

    /// The letter of a delivery's `kind`.
    pub fn of(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|letter| letter.kind() == kind)
    }

    /// Whether the client gets it; the others go to the business.
    pub const fn is_for_client(self) -> bool {
        !matches!(self, Self::Notice | Self::LatePayment | Self::Accepted | Self::Altered | Self::Withdrawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_has_a_kind_of_its_own() {
        for letter in BookingLetter::ALL {
            assert_eq!(BookingLetter::of(letter.kind()), Some(letter));
            assert!(letter.kind().starts_with("booking.") && letter.kind().len() <= 80);
        }
        assert_eq!(BookingLetter::of("booking.poem"), None);
    }
}
