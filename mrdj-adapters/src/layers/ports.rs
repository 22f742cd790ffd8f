//! Every port, passed on.

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::auth::{SessionId, SessionStore};
use mrdj_core::bookings::{
    Agenda, Attachment, AttachmentId, Block, Booking, BookingBook, BookingEntry, BookingFilter, BookingId,
    BookingReference, CalendarBook, Occupation, Resource, Span,
};
use mrdj_core::cache::Cache;
use mrdj_core::contacts::{Contact, ContactBook, ContactKey, EmailAddress};
use mrdj_core::delivery::{
    Attempt, Delivery, DeliveryDesk, DeliveryId, DeliveryQueue, Filter, LeaseAsk, LeaseToken, Order, QueueFigures,
    QueueName, QueueState, Recall, ScheduleBook, Settled, Settlement, Tick,
};
use mrdj_core::error::PortError;
use mrdj_core::experiments::funnel::{FunnelFigures, FunnelLog, PageEvent};
use mrdj_core::experiments::{Experiment, ExperimentBook, ExperimentKey, Exposure, ExposureLog, Figures};
use mrdj_core::idempotency::{IdempotencyBook, IdempotencyKey, IdempotencyRecord};
use mrdj_core::leads::{Lead, LeadBook, LeadFilter, LeadId, Reference, Spool, SpoolFigures, Spooled};
use mrdj_core::limits::{Limit, Limiter, Ruling};
use mrdj_core::messages::{Mail, MailReceipt, Mailer, PostOffice, Postage, PostageRule, Suppression};
use mrdj_core::partners::{
    BookingCard, BookingCrm, BookingNews, BookingPut, BookingState, BookingWatch, Card, CardReceipt, Crm, CrmNews,
    PartnerNews, PartnerStatus,
};
use mrdj_core::store::{Changes, Commit, Store};
use mrdj_core::webhooks::{
    EventBook, EventFilter, EventLine, HeardEvent, MessageId, OutgoingEvent, PartnerName, ReplayGuard, Subscriber,
};
use uuid::Uuid;

use super::Wrapped;

type Answer<T> = Result<T, PortError>;

#[async_trait]
impl<P: Store + ?Sized> Store for Wrapped<P> {
    async fn commit(&self, changes: Changes) -> Answer<Commit> {
        self.call("store", "commit", self.inner.commit(changes)).await
    }
}

#[async_trait]
impl<P: LeadBook + ?Sized> LeadBook for Wrapped<P> {
    async fn find(&self, id: LeadId) -> Answer<Option<Lead>> {
        self.call("lead_book", "find", self.inner.find(id)).await
    }

    async fn find_by_reference(&self, reference: &Reference) -> Answer<Option<Lead>> {
        self.call("lead_book", "find_by_reference", self.inner.find_by_reference(reference)).await
    }

    async fn newest_of(&self, contact: &ContactKey) -> Answer<Option<Lead>> {
        self.call("lead_book", "newest_of", self.inner.newest_of(contact)).await
    }

    async fn list(&self, filter: &LeadFilter, limit: usize) -> Answer<Vec<Lead>> {
        self.call("lead_book", "list", self.inner.list(filter, limit)).await
    }
}

#[async_trait]
impl<P: BookingBook + ?Sized> BookingBook for Wrapped<P> {
    async fn find(&self, id: BookingId) -> Answer<Option<Booking>> {
        self.call("booking_book", "find", self.inner.find(id)).await
    }

    async fn find_by_reference(&self, reference: &BookingReference) -> Answer<Option<Booking>> {
        self.call("booking_book", "find_by_reference", self.inner.find_by_reference(reference)).await
    }

    async fn list(&self, filter: &BookingFilter, limit: usize) -> Answer<Vec<Booking>> {
        self.call("booking_book", "list", self.inner.list(filter, limit)).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Answer<Vec<Booking>> {
        self.call("booking_book", "due", self.inner.due(now, limit)).await
    }

    async fn open_of(&self, contact: &ContactKey) -> Answer<Vec<Booking>> {
        self.call("booking_book", "open_of", self.inner.open_of(contact)).await
    }

    async fn waiting(&self, after: Option<BookingId>, limit: usize) -> Answer<Vec<Booking>> {
        self.call("booking_book", "waiting", self.inner.waiting(after, limit)).await
    }

    async fn line_for(&self, span: Span) -> Answer<Vec<Booking>> {
        self.call("booking_book", "line_for", self.inner.line_for(span)).await
    }

    async fn attachments(&self, booking: BookingId) -> Answer<Vec<Attachment>> {
        self.call("booking_book", "attachments", self.inner.attachments(booking)).await
    }

    async fn open_attachment(&self, file: AttachmentId) -> Answer<Option<(Attachment, Vec<u8>)>> {
        self.call("booking_book", "open_attachment", self.inner.open_attachment(file)).await
    }

    async fn history(&self, id: BookingId) -> Answer<Vec<BookingEntry>> {
        self.call("booking_book", "history", self.inner.history(id)).await
    }
}

#[async_trait]
impl<P: CalendarBook + ?Sized> CalendarBook for Wrapped<P> {
    async fn resources(&self) -> Answer<Vec<Resource>> {
        self.call("calendar_book", "resources", self.inner.resources()).await
    }

    async fn taken(&self, span: Span) -> Answer<Vec<Occupation>> {
        self.call("calendar_book", "taken", self.inner.taken(span)).await
    }

    async fn agenda(&self, span: Span) -> Answer<Agenda> {
        self.call("calendar_book", "agenda", self.inner.agenda(span)).await
    }

    async fn blocks(&self, from: Date, to: Date) -> Answer<Vec<Block>> {
        self.call("calendar_book", "blocks", self.inner.blocks(from, to)).await
    }
}

#[async_trait]
impl<P: ExperimentBook + ?Sized> ExperimentBook for Wrapped<P> {
    async fn find(&self, key: &ExperimentKey) -> Answer<Option<Experiment>> {
        self.call("experiment_book", "find", self.inner.find(key)).await
    }

    async fn list(&self) -> Answer<Vec<Experiment>> {
        self.call("experiment_book", "list", self.inner.list()).await
    }
}

#[async_trait]
impl<P: ExposureLog + ?Sized> ExposureLog for Wrapped<P> {
    async fn record(&self, exposures: &[Exposure]) -> Answer<u64> {
        self.call("exposure_log", "record", self.inner.record(exposures)).await
    }

    async fn figures(&self, experiment: &ExperimentKey) -> Answer<Figures> {
        self.call("exposure_log", "figures", self.inner.figures(experiment)).await
    }

    async fn sweep_exposures(&self, before: Timestamp, limit: usize) -> Answer<u64> {
        self.call("exposure_log", "sweep_exposures", self.inner.sweep_exposures(before, limit)).await
    }

    async fn sweep_exposure_ids(&self, before: Timestamp, limit: usize) -> Answer<u64> {
        self.call("exposure_log", "sweep_exposure_ids", self.inner.sweep_exposure_ids(before, limit)).await
    }
}

#[async_trait]
impl<P: FunnelLog + ?Sized> FunnelLog for Wrapped<P> {
    async fn record_page_events(&self, events: &[PageEvent]) -> Answer<u64> {
        self.call("funnel_log", "record_page_events", self.inner.record_page_events(events)).await
    }

    async fn funnel_figures(&self, from: Date, to: Date) -> Answer<FunnelFigures> {
        self.call("funnel_log", "funnel_figures", self.inner.funnel_figures(from, to)).await
    }

    async fn sweep_page_event_ids(&self, before: Timestamp, limit: usize) -> Answer<u64> {
        self.call("funnel_log", "sweep_page_event_ids", self.inner.sweep_page_event_ids(before, limit)).await
    }
}

#[async_trait]
impl<P: Spool + ?Sized> Spool for Wrapped<P> {
    async fn append(&self, spooled: &Spooled, newest: Option<LeadId>) -> Answer<Commit> {
        self.call("spool", "append", self.inner.append(spooled, newest)).await
    }

    async fn oldest(&self, limit: usize, now: Timestamp) -> Answer<Vec<Spooled>> {
        self.call("spool", "oldest", self.inner.oldest(limit, now)).await
    }

    async fn find_key(&self, key: &IdempotencyKey, now: Timestamp) -> Answer<Option<Spooled>> {
        self.call("spool", "find_key", self.inner.find_key(key, now)).await
    }

    async fn newest_of(&self, contact: &ContactKey) -> Answer<Option<Spooled>> {
        self.call("spool", "newest_of", self.inner.newest_of(contact)).await
    }

    async fn remove(&self, id: LeadId) -> Answer<()> {
        self.call("spool", "remove", self.inner.remove(id)).await
    }

    async fn set_aside(&self, id: LeadId, why: &str, until: Timestamp) -> Answer<()> {
        self.call("spool", "set_aside", self.inner.set_aside(id, why, until)).await
    }

    async fn figures(&self) -> Answer<SpoolFigures> {
        self.call("spool", "figures", self.inner.figures()).await
    }
}

#[async_trait]
impl<P: ContactBook + ?Sized> ContactBook for Wrapped<P> {
    async fn find(&self, key: &ContactKey) -> Answer<Option<Contact>> {
        self.call("contact_book", "find", self.inner.find(key)).await
    }
}

#[async_trait]
impl<P: IdempotencyBook + ?Sized> IdempotencyBook for Wrapped<P> {
    async fn recall(&self, key: &IdempotencyKey, now: Timestamp) -> Answer<Option<IdempotencyRecord>> {
        self.call("idempotency_book", "recall", self.inner.recall(key, now)).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Answer<u64> {
        self.call("idempotency_book", "sweep", self.inner.sweep(now, limit)).await
    }
}

#[async_trait]
impl<P: DeliveryQueue + ?Sized> DeliveryQueue for Wrapped<P> {
    async fn lease(&self, ask: &LeaseAsk) -> Answer<Vec<Delivery>> {
        self.call("delivery_queue", "lease", self.inner.lease(ask)).await
    }

    async fn extend(&self, leases: &[LeaseToken], until: Timestamp) -> Answer<Vec<LeaseToken>> {
        self.call("delivery_queue", "extend", self.inner.extend(leases, until)).await
    }

    async fn settle(&self, settlements: Vec<Settlement>, now: Timestamp) -> Answer<Vec<Settled>> {
        self.call("delivery_queue", "settle", self.inner.settle(settlements, now)).await
    }

    async fn rescue(&self, now: Timestamp) -> Answer<u64> {
        self.call("delivery_queue", "rescue", self.inner.rescue(now)).await
    }

    async fn queues(&self) -> Answer<Vec<QueueState>> {
        self.call("delivery_queue", "queues", self.inner.queues()).await
    }

    async fn keep(&self, state: &QueueState) -> Answer<bool> {
        self.call("delivery_queue", "keep", self.inner.keep(state)).await
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Answer<u64> {
        self.call("delivery_queue", "prune", self.inner.prune(before, limit)).await
    }
}

#[async_trait]
impl<P: ScheduleBook + ?Sized> ScheduleBook for Wrapped<P> {
    async fn last_ticks(&self) -> Answer<Vec<Tick>> {
        self.call("schedule_book", "last_ticks", self.inner.last_ticks()).await
    }
}

#[async_trait]
impl<P: DeliveryDesk + ?Sized> DeliveryDesk for Wrapped<P> {
    async fn find(&self, id: DeliveryId) -> Answer<Option<Delivery>> {
        self.call("delivery_desk", "find", self.inner.find(id)).await
    }

    async fn list(&self, filter: &Filter, limit: usize, now: Timestamp) -> Answer<Vec<Delivery>> {
        self.call("delivery_desk", "list", self.inner.list(filter, limit, now)).await
    }

    async fn attempts(&self, id: DeliveryId) -> Answer<Vec<Attempt>> {
        self.call("delivery_desk", "attempts", self.inner.attempts(id)).await
    }

    async fn order(&self, id: DeliveryId, order: Order, now: Timestamp) -> Answer<Option<Delivery>> {
        self.call("delivery_desk", "order", self.inner.order(id, order, now)).await
    }

    async fn hurry(&self, queue: &QueueName, limit: usize, now: Timestamp) -> Answer<Vec<DeliveryId>> {
        self.call("delivery_desk", "hurry", self.inner.hurry(queue, limit, now)).await
    }

    async fn figures(&self, now: Timestamp) -> Answer<Vec<QueueFigures>> {
        self.call("delivery_desk", "figures", self.inner.figures(now)).await
    }
}

#[async_trait]
impl<P: PostOffice + ?Sized> PostOffice for Wrapped<P> {
    async fn pay(&self, to: &EmailAddress, delivery: DeliveryId, rule: PostageRule, now: Timestamp) -> Answer<Postage> {
        self.call("post_office", "pay", self.inner.pay(to, delivery, rule, now)).await
    }

    async fn suppression(&self, mailbox: &EmailAddress) -> Answer<Option<Suppression>> {
        self.call("post_office", "suppression", self.inner.suppression(mailbox)).await
    }

    async fn suppress(&self, mailbox: &EmailAddress, why: Suppression, now: Timestamp) -> Answer<()> {
        self.call("post_office", "suppress", self.inner.suppress(mailbox, why, now)).await
    }

    async fn lift(&self, mailbox: &EmailAddress) -> Answer<()> {
        self.call("post_office", "lift", self.inner.lift(mailbox)).await
    }

    async fn sweep_postage(&self, before: Timestamp, limit: usize) -> Answer<u64> {
        self.call("post_office", "sweep_postage", self.inner.sweep_postage(before, limit)).await
    }
}

#[async_trait]
impl<P: Mailer + ?Sized> Mailer for Wrapped<P> {
    fn recall(&self) -> Recall {
        self.inner.recall()
    }

    async fn send(&self, mail: &Mail, now: Timestamp) -> Answer<MailReceipt> {
        self.call("mailer", "send", self.inner.send(mail, now)).await
    }

    async fn find_sent(&self, delivery: DeliveryId, now: Timestamp) -> Answer<Option<MailReceipt>> {
        self.call("mailer", "find_sent", self.inner.find_sent(delivery, now)).await
    }
}

#[async_trait]
impl<P: Crm + ?Sized> Crm for Wrapped<P> {
    async fn put_card(&self, card: &Card, now: Timestamp) -> Answer<CardReceipt> {
        self.call("crm", "put_card", self.inner.put_card(card, now)).await
    }
}

#[async_trait]
impl<P: BookingCrm + ?Sized> BookingCrm for Wrapped<P> {
    async fn put_booking(&self, card: &BookingCard, now: Timestamp) -> Answer<BookingPut> {
        self.call("booking_crm", "put_booking", self.inner.put_booking(card, now)).await
    }
}

#[async_trait]
impl<P: BookingWatch + ?Sized> BookingWatch for Wrapped<P> {
    async fn booking_states(&self, from: Date, now: Timestamp) -> Answer<Vec<BookingState>> {
        self.call("booking_watch", "booking_states", self.inner.booking_states(from, now)).await
    }
}

#[async_trait]
impl<P: CrmNews + ?Sized> CrmNews for Wrapped<P> {
    async fn heard(&self, news: Vec<BookingNews>, now: Timestamp) -> Answer<()> {
        self.call("crm_news", "heard", self.inner.heard(news, now)).await
    }
}

#[async_trait]
impl<P: Limiter + ?Sized> Limiter for Wrapped<P> {
    async fn take(&self, key: &str, limit: Limit, now: Timestamp) -> Answer<Ruling> {
        self.call("limiter", "take", self.inner.take(key, limit, now)).await
    }
}

#[async_trait]
impl<P: Cache + ?Sized> Cache for Wrapped<P> {
    async fn get(&self, key: &str, now: Timestamp) -> Answer<Option<String>> {
        self.call("cache", "get", self.inner.get(key, now)).await
    }

    async fn put(&self, key: &str, value: String, ttl: SignedDuration, now: Timestamp) -> Answer<()> {
        self.call("cache", "put", self.inner.put(key, value, ttl, now)).await
    }

    async fn forget(&self, prefix: &str) -> Answer<()> {
        self.call("cache", "forget", self.inner.forget(prefix)).await
    }
}

#[async_trait]
impl<P: SessionStore + ?Sized> SessionStore for Wrapped<P> {
    async fn load(&self, id: &SessionId, now: Timestamp) -> Answer<Option<String>> {
        self.call("session_store", "load", self.inner.load(id, now)).await
    }

    async fn save(&self, id: &SessionId, json: String, ttl: SignedDuration, now: Timestamp) -> Answer<()> {
        self.call("session_store", "save", self.inner.save(id, json, ttl, now)).await
    }

    async fn remove(&self, id: &SessionId) -> Answer<()> {
        self.call("session_store", "remove", self.inner.remove(id)).await
    }
}

#[async_trait]
impl<P: ReplayGuard + ?Sized> ReplayGuard for Wrapped<P> {
    async fn first_time(&self, source: &str, id: &str, window: SignedDuration, now: Timestamp) -> Answer<bool> {
        self.call("replay_guard", "first_time", self.inner.first_time(source, id, window, now)).await
    }
}

#[async_trait]
impl<P: EventBook + ?Sized> EventBook for Wrapped<P> {
    async fn find(&self, partner: &PartnerName, id: &MessageId) -> Answer<Option<HeardEvent>> {
        self.call("event_book", "find", self.inner.find(partner, id)).await
    }

    async fn list(&self, filter: &EventFilter, limit: usize) -> Answer<Vec<EventLine>> {
        self.call("event_book", "list", self.inner.list(filter, limit)).await
    }

    async fn sweep_events(&self, before: Timestamp, limit: usize) -> Answer<u64> {
        self.call("event_book", "sweep_events", self.inner.sweep_events(before, limit)).await
    }
}

#[async_trait]
impl<P: PartnerNews + ?Sized> PartnerNews for Wrapped<P> {
    async fn of(&self, subject: Uuid) -> Answer<Vec<PartnerStatus>> {
        self.call("partner_news", "of", self.inner.of(subject)).await
    }
}

#[async_trait]
impl<P: Subscriber + ?Sized> Subscriber for Wrapped<P> {
    async fn tell(&self, event: &OutgoingEvent, now: Timestamp) -> Answer<()> {
        self.call("subscriber", "tell", self.inner.tell(event, now)).await
    }
}
