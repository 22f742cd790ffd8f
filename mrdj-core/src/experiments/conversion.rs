//! What visitors are won for.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Seen;
use crate::bookings::{Booking, Package};
use crate::leads::Lead;

/// What an experiment may bring about; each is a fact of this system, and no click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// An enquiry that we believe.
    Enquiry,
    /// A booking that was agreed.
    Booking,
}

impl Goal {
    /// The word under which it is stored and told.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Enquiry => "enquiry",
            Self::Booking => "booking",
        }
    }
}

/// A visitor was won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The enquiry's or booking's id.
    pub id: Uuid,
    /// For what.
    pub goal: Goal,
    /// What they had seen.
    pub seen: Seen,
    /// When they sent their form: what they saw before it counts, and nothing they saw later.
    pub sent_at: Timestamp,
    /// What it is worth, in euro cents.
    pub value_cents: u64,
    /// When it became true: that moment, or weeks later.
    pub at: Timestamp,
    /// On which civil day of the business; it is counted there.
    pub day: Date,
}

impl Conversion {
    /// So long before their form what visitors saw counts.
    pub const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// What an enquiry counts at `now`: nothing while it is not believed, or when nothing is known of what was seen.
    pub fn of_lead(lead: &Lead, now: Timestamp, zone: &TimeZone) -> Option<Self> {
        let counts = lead.is_believed() && !lead.seen.is_empty();
        counts.then(|| Self {
            id: lead.id.uuid(),
            goal: Goal::Enquiry,
            seen: lead.seen.clone(),
            sent_at: lead.submitted_at,
            value_cents: 0,
            at: now,
            day: day(now, zone),
        })
    }

    /// What a booking counts that was agreed at `now`: the price of its package, if it has one that is for sale.
    pub fn of_booking(booking: &Booking, packages: &[Package], now: Timestamp, zone: &TimeZone) -> Option<Self> {
        let counts = booking.is_believed() && !booking.seen.is_empty();
        let package = packages.iter().find(|package| booking.event.package.as_ref() == Some(&package.id));
        counts.then(|| Self {
            id: booking.id.uuid(),
            goal: Goal::Booking,
            seen: booking.seen.clone(),
            sent_at: booking.created_at,
            value_cents: package.map_or(0, |package| u64::from(package.price_cents)),
            at: now,
            day: day(now, zone),
        })
    }

    /// Whether it may have come of what was seen at `seen_at`: before the form was sent, and not more than
    /// [`Conversion::WINDOW`] before it.
    pub fn follows(&self, seen_at: Timestamp) -> bool {
        (SignedDuration::ZERO..=Self::WINDOW).contains(&self.sent_at.duration_since(seen_at))
    }
}

fn day(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz;

    use super::*;
    use crate::bookings::fixture::booking;
    use crate::experiments::{ExperimentKey, Shown};
    use crate::leads::Standing;
    use crate::messages::Language;
    use crate::messages::fixture::lead;

    /// Half past midnight where the business is, and the evening before in UTC.
    const NIGHT: Timestamp = Timestamp::constant(1_795_303_800, 0);

    fn zone() -> TimeZone {
        TimeZone::fixed(tz::offset(1))
    }

    fn seen() -> Seen {
        Seen::on_page([Shown { experiment: ExperimentKey::parse("hero").expect("a key"), variation: 1 }])
    }

    #[test]
    fn an_enquiry_counts_once_it_is_believed_on_the_business_s_day() {
        let lead = Lead { seen: seen(), ..lead(Language::Nl) };
        let conversion = Conversion::of_lead(&lead, NIGHT, &zone()).expect("it counts");
        assert_eq!((conversion.goal, conversion.value_cents, conversion.day), (Goal::Enquiry, 0, date(2026, 11, 22)));
        assert_eq!((conversion.id, conversion.sent_at), (lead.id.uuid(), lead.submitted_at));
        let doubted = Lead { standing: Standing::Suspicious, ..lead.clone() };
        assert_eq!(Conversion::of_lead(&doubted, NIGHT, &zone()), None);
        let released = doubted.release(NIGHT).expect("it was held back");
        assert!(Conversion::of_lead(&released, NIGHT, &zone()).is_some());
        assert_eq!(Conversion::of_lead(&Lead { seen: Seen::default(), ..lead }, NIGHT, &zone()), None);
    }

    #[test]
    fn a_booking_counts_the_price_of_its_package() {
        let worth = |package: Option<&str>| {
            let mut booking = Booking { seen: seen(), ..booking() };
            booking.event.package = package.map(str::to_owned);
            Conversion::of_booking(&booking, &Package::samples(), NIGHT, &zone()).map(|one| one.value_cents)
        };
        assert_eq!(worth(Some("silver")), Some(99_500));
        assert_eq!((worth(None), worth(Some("no longer sold"))), (Some(0), Some(0)));
        assert_eq!(Conversion::of_booking(&booking(), &[], NIGHT, &zone()), None, "nothing is known of what was seen");
    }

    #[test]
    fn what_was_seen_within_thirty_days_before_the_form_counts() {
        let lead = Lead { seen: seen(), submitted_at: NIGHT, ..lead(Language::Nl) };
        let later = NIGHT + SignedDuration::from_hours(24 * 60);
        let conversion = Conversion::of_lead(&lead, later, &zone()).expect("it counts");
        let moment = SignedDuration::from_micros(1);
        assert!(conversion.follows(NIGHT) && conversion.follows(NIGHT - Conversion::WINDOW));
        assert!(!conversion.follows(NIGHT + moment) && !conversion.follows(NIGHT - Conversion::WINDOW - moment));
    }
}
