//! The crew's calendar.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use tracing::warn;

use super::{Booking, BookingFilter, Bookings, CalendarEvent, CalendarFile, Method, Stage};
use crate::error::PortError;
use crate::messages::defang;

/// It goes back, and forward, so many days.
const BACK: i64 = 60;
const AHEAD: i64 = 731;
/// So many bookings are read at once, and so many at most.
const PAGE: usize = 500;
const MOST: usize = 10_000;

impl Bookings {
    /// The crew's calendar: what is held, offered, agreed or done from sixty days back to two years ahead, and what was
    /// called off in the last sixty days.
    ///
    /// It holds what the crew needs, and of the client the first name alone. The same bookings make the same file.
    pub async fn feed(&self) -> Result<CalendarFile, PortError> {
        let now = self.clock.now();
        let today = self.rules.zone.to_datetime(now).date();
        let day = |days: i64| today.saturating_add(Span::new().days(days));
        let bookings = self.between(day(-BACK), day(AHEAD)).await?;
        let lately = now.checked_sub(SignedDuration::from_hours(24 * BACK)).unwrap_or(Timestamp::MIN);
        let events = bookings.iter().filter(|booking| is_shown(booking, lately)).map(entry).collect();
        Ok(CalendarFile { method: Method::Publish, name: Some("Boekingen".to_owned()), events })
    }

    /// The bookings from `from` and before `to`, newest first.
    async fn between(&self, from: Date, to: Date) -> Result<Vec<Booking>, PortError> {
        let mut filter = BookingFilter { from: Some(from), to: Some(to), ..BookingFilter::default() };
        let mut all = Vec::new();
        loop {
            let page = self.book.list(&filter, PAGE).await?;
            let whole = page.len() == PAGE;
            filter.before = page.last().map(|booking| booking.id);
            all.extend(page);
            if !whole {
                return Ok(all);
            }
            if all.len() >= MOST {
                warn!("the crew's calendar shows the newest {MOST} bookings and no more");
                return Ok(all);
            }
        }
    }
}

fn is_shown(booking: &Booking, lately: Timestamp) -> bool {
    match booking.stage {
        Stage::Held { .. } | Stage::Offered { .. } | Stage::Agreed | Stage::Deposit | Stage::Done => true,
        Stage::Cancelled { .. } => booking.changed_at >= lately,
        Stage::Waiting | Stage::Expired => false,
    }
}

/// What the crew needs to know of `booking`, in the language of the house.
fn entry(booking: &Booking) -> CalendarEvent {
    let event = &booking.event;
    let sure = match booking.stage {
        Stage::Held { .. } | Stage::Offered { .. } => "Optie: ",
        Stage::Cancelled { .. } => "Geannuleerd: ",
        _ => "",
    };
    let first_name = booking.client.name.greeting().and_then(|name| name.split_whitespace().next());
    let what: Vec<_> = [defang(event.kind.as_str())].into_iter().chain(first_name.map(str::to_owned)).collect();
    let package = event.package.iter().map(|package| format!("Pakket: {}", defang(package)));
    let lines: Vec<_> = package.chain([format!("Kenmerk: {}", booking.reference)]).collect();
    CalendarEvent {
        description: Some(lines.join("\n")),
        location: event.place.as_deref().map(defang),
        ..booking.appointment(format!("{sure}{}", what.join(", ")))
    }
}
