//! What the CRM says of our bookings: kept, told and counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::partners::{BookingNews, Compared, CrmNews, PartnerNews, PartnerStatus};
use mrdj_core::store::{Change, Changes, Store};
use mrdj_core::webhooks::PartnerName;
use tracing::info;

use super::figures;

/// Keeps how far each booking is in the CRM, tells the log what lies otherwise there than here, and counts all of it.
pub(super) struct ReadBack {
    /// Which CRM.
    pub(super) partner: PartnerName,
    /// Where it is kept.
    pub(super) store: Arc<dyn Store>,
    /// Where it is read.
    pub(super) news: Arc<dyn PartnerNews>,
}

impl ReadBack {
    /// What is not known yet of what the CRM says; a look that finds what was found before writes nothing.
    async fn new_of(&self, news: &[BookingNews], now: Timestamp) -> Result<Vec<Change>, PortError> {
        let mut changes = Vec::new();
        for BookingNews { state, compared } in news.iter().filter(|one| one.compared != Compared::Unknown) {
            let subject = state.booking.uuid();
            let status = status(state.status.as_deref(), *compared);
            let known = self.news.of(subject).await?.into_iter().find(|known| known.partner == self.partner);
            if known.is_some_and(|known| known.status == status) {
                continue;
            }
            // A project does not say when it changed.
            let at = state.changed_at.unwrap_or(now);
            let said = PartnerStatus::said(self.partner.clone(), subject, &status, at, now);
            changes.extend(said.map(Change::NoteStatus));
        }
        Ok(changes)
    }
}

/// The CRM's own word, and what is otherwise there.
fn status(word: Option<&str>, compared: Compared) -> String {
    let word = word.unwrap_or("there");
    if compared == Compared::Same { word.to_owned() } else { format!("{word}, {}", compared.word()) }
}

#[async_trait]
impl CrmNews for ReadBack {
    async fn heard(&self, news: Vec<BookingNews>, now: Timestamp) -> Result<(), PortError> {
        for BookingNews { state, compared } in &news {
            let (id, word) = (state.booking, compared.word());
            if *compared != Compared::Same {
                info!(booking.id = %id, crm.id = state.id, crm.compared = word, "booking {id} in the CRM is {word}");
            }
        }
        let changes = self.new_of(&news, now).await?;
        if !changes.is_empty() {
            self.store.commit(Changes::new().with_all(changes)).await?;
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
    use mrdj_adapters::memory::Memory;
    use mrdj_core::bookings::BookingId;
    use mrdj_core::mocks::FakeLog;
    use mrdj_core::partners::BookingState;
    use tracing::Level;

    use super::*;

    #[tokio::test]
    async fn what_lies_otherwise_there_is_told_by_our_id() {
        let booking: BookingId = "019aa5b0-0000-7000-8000-000000000001".parse().expect("an id");
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
        let memory = Arc::new(Memory::new());
        let partner = PartnerName::new("rentguy");
        let read_back = ReadBack { partner, store: memory.clone(), news: memory.clone() };
        read_back.heard(news.clone(), Timestamp::UNIX_EPOCH).await.expect("heard");
        drop(listening);
        let kept = memory.of(booking.uuid()).await.expect("read");
        assert_eq!(kept.len(), 1, "of two entries of one booking the last stays");
        let later = Timestamp::constant(900, 0);
        read_back.heard(vec![news[2].clone()], later).await.expect("heard");
        assert_eq!(memory.of(booking.uuid()).await.expect("read"), kept, "what is known is not written again");
        read_back.heard(vec![news[1].clone()], later).await.expect("heard");
        let moved = memory.of(booking.uuid()).await.expect("read");
        assert_eq!((moved[0].status.as_str(), moved[0].at), ("upcoming, moved", later));
        let lines = log.lines();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].contains(&format!("booking {booking} in the CRM is moved")), "{lines:?}");
        assert!(lines[1].contains("3 bookings were read back from the CRM"), "{lines:?}");
    }
}
