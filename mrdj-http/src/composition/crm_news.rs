//! What the CRM says of our bookings, told and counted.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::partners::{BookingNews, Compared, CrmNews};
use tracing::info;

use super::figures;

/// Tells the log what lies otherwise there than here, and counts all of it.
pub(super) struct CrmFigures;

#[async_trait]
impl CrmNews for CrmFigures {
    async fn heard(&self, news: Vec<BookingNews>, _: Timestamp) -> Result<(), PortError> {
        for BookingNews { state, compared } in &news {
            let (id, word) = (state.booking, compared.word());
            if *compared != Compared::Same {
                info!(booking.id = %id, crm.id = state.id, crm.compared = word, "booking {id} in the CRM is {word}");
            }
        }
        let counts = counts(&news);
        info!(crm.bookings = news.len(), crm.counts = ?counts, "{} bookings were read back from the CRM", news.len());
        figures::gauge_crm(&counts);
        Ok(())
    }
}

fn counts(news: &[BookingNews]) -> BTreeMap<&'static str, usize> {
    let how_many = |compared| news.iter().filter(|one| one.compared == compared).count();
    Compared::ALL.into_iter().map(|compared| (compared.word(), how_many(compared))).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mrdj_core::mocks::FakeLog;
    use mrdj_core::partners::BookingState;
    use tracing::Level;

    use super::*;

    #[tokio::test]
    async fn what_lies_otherwise_there_is_told_by_our_id() {
        let booking = "019aa5b0-0000-7000-8000-000000000001".parse().expect("an id");
        let state = |id: &str| BookingState {
            booking,
            id: id.to_owned(),
            version: 2,
            first_day: Some(date(2027, 8, 15)),
            last_day: Some(date(2027, 8, 15)),
            status: Some("upcoming".to_owned()),
            changed_at: None,
        };
        let news = [("7", Compared::Same), ("8", Compared::Moved), ("9", Compared::Same)];
        let news: Vec<_> = news.map(|(id, compared)| BookingNews { state: state(id), compared }).into();
        let told = BTreeMap::from([("behind", 0), ("moved", 1), ("same", 2), ("unknown", 0)]);
        assert_eq!(counts(&news), told);

        let log = FakeLog::from_level(Level::INFO);
        let listening = tracing::subscriber::set_default(log.clone());
        CrmFigures.heard(news, Timestamp::UNIX_EPOCH).await.expect("it keeps nothing that could fail");
        drop(listening);
        let lines = log.lines();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].contains(&format!("booking {booking} in the CRM is moved")), "{lines:?}");
        assert!(lines[1].contains("3 bookings were read back from the CRM"), "{lines:?}");
    }
}
