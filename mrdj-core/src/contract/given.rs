//! What cases are given, in the words of the domain.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{House, Outcome};
use crate::chance::Chance;
use crate::contacts::{Contact, ContactKey, EmailAddress, PersonName, Phone};
use crate::delivery::{
    Attempt, AttemptOutcome, Delivery, DeliveryId, Ending, LeaseAsk, Owed, QueueName, Settled, Settlement, Status,
};
use crate::error::PortError;
use crate::experiments::{ExperimentKey, Seen, Shown, VisitorId};
use crate::id::Id;
use crate::idempotency::{Fingerprint, IdempotencyKey, IdempotencyRecord};
use crate::leads::{Enquiry, EventType, Lead, LeadKind, Mark, Reference, Standing};
use crate::messages::Language;
use crate::store::{Change, Changes, Commit};

/// The queue that cases use where the name does not matter.
pub(crate) const LANE: QueueName = QueueName::new("lane");
/// Another queue.
pub(crate) const SIDE_LANE: QueueName = QueueName::new("side-lane");
/// How long leases run.
pub(crate) const TERM: SignedDuration = SignedDuration::from_secs(60);

/// So many seconds.
pub(crate) const fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

/// An address known to be one.
pub(crate) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("cases write to real addresses")
}

/// A key known to be one.
pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse("case", text).expect("cases use real keys")
}

/// The key of the person at `email`.
pub(crate) fn person(email: &str) -> ContactKey {
    ContactKey::of(Some(&address(email)), None).expect("an address makes a key")
}

/// What a visitor saw who agreed to be known again, and what the page says of it.
pub(crate) fn seen(chance: &dyn Chance) -> Seen {
    let shown = Shown { experiment: ExperimentKey::parse("hero.v2").expect("a key"), variation: 1 };
    Seen { visitor: Some(VisitorId::new(chance)), shown: vec![shown] }
}

/// A lead of the person at `email` that came in at `now`, with everything filled in.
pub(crate) fn lead(email: &str, now: Timestamp, chance: &dyn Chance) -> Lead {
    let id = Id::new(now, chance);
    let enquiry = Enquiry {
        name: PersonName::parse("Zoë van 't Hof").expect("a name"),
        email: Some(address(email)),
        phone: Some(Phone::known("+31612345678".to_owned())),
        event_type: EventType::parse("bruiloft").ok(),
        event_date: Some(jiff::civil::date(2027, 6, 19)),
        package: Some("goud".to_owned()),
        message: Some("Hoi!\nKun je \"Dancing Queen\" draaien? 🎉 \\ ' % _".to_owned()),
        language: Language::En,
    };
    Lead {
        id,
        reference: Reference::of(id, now, &jiff::tz::TimeZone::UTC),
        kind: LeadKind::Contact,
        contact: person(email),
        enquiry,
        standing: Standing::Clear,
        score: 30,
        marks: vec![Mark::Links, Mark::PastDate],
        source: "mister-dj-website".to_owned(),
        seen: seen(chance),
        submitted_at: now,
        changed_at: now,
        version: 1,
    }
}

/// The ids of `deliveries`, in their order.
pub(crate) fn ids(deliveries: &[Delivery]) -> Vec<DeliveryId> {
    deliveries.iter().map(|delivery| delivery.id).collect()
}

impl House {
    /// Lets `span` pass.
    pub(crate) fn pass(&self, span: SignedDuration) {
        self.clock.advance(span);
    }

    /// The moment in `span` from now.
    pub(crate) fn then(&self, span: SignedDuration) -> Timestamp {
        self.now() + span
    }

    /// Commits `changes`, which must hold.
    pub(crate) async fn given(&self, changes: Changes) -> Outcome {
        assert_eq!(self.ports.store.commit(changes).await?, Commit::Done, "what a case is given has to hold");
        Ok(())
    }

    /// Something owed to `queue`, due after `span`, about a thing of its own; not yet committed.
    pub(crate) fn a_delivery(&self, queue: QueueName, span: SignedDuration) -> Delivery {
        let subject = Id::<()>::new(self.now(), &self.chance).uuid();
        let owed =
            Owed { payload: json!({ "note": "één ✓", "n": 7 }), ..Owed::now(queue, "case.kind").after(span) };
        Delivery::new(owed, subject, self.now(), &self.chance)
    }

    /// Commits `deliveries`, each by itself.
    pub(crate) async fn given_deliveries<'a>(&self, deliveries: impl IntoIterator<Item = &'a Delivery>) -> Outcome {
        for delivery in deliveries {
            self.given(Changes::new().with(Change::Deliver(delivery.clone()))).await?;
        }
        Ok(())
    }

    /// `count` deliveries that are due, made within one millisecond and committed; oldest first.
    pub(crate) async fn given_due_deliveries(&self, count: usize) -> Result<Vec<Delivery>, PortError> {
        let mut due: Vec<_> = (0..count).map(|_| self.a_delivery(LANE, SignedDuration::ZERO)).collect();
        due.sort_by_key(|delivery| delivery.id);
        // The order of writing says nothing about the order of leaving.
        self.given_deliveries(due.iter().rev()).await?;
        Ok(due)
    }

    /// Leases up to `limit` of [`LANE`] for [`TERM`].
    pub(crate) async fn lease(&self, limit: usize) -> Result<Vec<Delivery>, PortError> {
        self.ports.queue.lease(&LeaseAsk { queue: LANE, limit, term: TERM, now: self.now() }).await
    }

    /// Leases the one delivery of [`LANE`] that is due.
    pub(crate) async fn lease_the_one(&self) -> Result<Delivery, PortError> {
        let leased = self.lease(2).await?;
        let [one] = <[Delivery; 1]>::try_from(leased).expect("exactly one delivery is due");
        Ok(one)
    }

    /// A delivery in the hands of a worker.
    pub(crate) async fn given_leased(&self) -> Result<Delivery, PortError> {
        self.given_due_deliveries(1).await?;
        self.lease_the_one().await
    }

    /// A delivery in the hands of a worker who has to ask first.
    pub(crate) async fn given_leased_in_doubt(&self) -> Result<Delivery, PortError> {
        let leased = self.given_leased().await?;
        self.settled(&leased, Ending::InDoubt { ask_at: Some(self.now()), counted: false }).await?;
        self.lease_the_one().await
    }

    /// Settles one lease, which must be recorded, and gives the delivery as it is then.
    pub(crate) async fn settled(&self, leased: &Delivery, ending: Ending) -> Result<Delivery, PortError> {
        let attempt = self.a_try(leased, AttemptOutcome::Unknown);
        let settlement = Settlement { token: leased.token(), ending, attempt };
        let answers = self.ports.queue.settle(vec![settlement], self.now()).await?;
        assert_eq!(answers, [Settled::Recorded], "a running lease can be settled");
        self.kept(leased.id).await
    }

    /// A try of `leased` that began now.
    pub(crate) fn a_try(&self, leased: &Delivery, outcome: AttemptOutcome) -> Attempt {
        let now = self.now();
        leased.tried(outcome, now..now + SignedDuration::from_millis(250), "code 406 – “inactief”")
    }

    /// The delivery `id`, which must be there.
    pub(crate) async fn kept(&self, id: DeliveryId) -> Result<Delivery, PortError> {
        Ok(self.ports.desk.find(id).await?.expect("the delivery is in the store"))
    }

    /// One delivery of each status, committed and brought there.
    pub(crate) async fn given_one_of_each(&self) -> Result<Vec<(Status, Delivery)>, PortError> {
        let due = self.given_due_deliveries(4).await?;
        let leased = self.lease(4).await?;
        assert_eq!(ids(&leased), ids(&due), "everything due is leased");
        let doubt = Ending::InDoubt { ask_at: None, counted: true };
        let in_doubt = self.settled(&leased[1], doubt).await?;
        let done = self.settled(&leased[2], Ending::Delivered { receipt: Some("r-1".to_owned()) }).await?;
        let dead = self.settled(&leased[3], Ending::Dead { reason: "refused".to_owned() }).await?;
        let waiting = self.a_delivery(LANE, SignedDuration::ZERO);
        let delayed = self.a_delivery(LANE, seconds(600));
        self.given_deliveries([&waiting, &delayed]).await?;
        Ok(vec![
            (Status::Active, leased[0].clone()),
            (Status::InDoubt, in_doubt),
            (Status::Done, done),
            (Status::Dead, dead),
            (Status::Waiting, waiting),
            (Status::Delayed, delayed),
        ])
    }

    /// A lead of the person at `email` with everything filled in; not yet committed.
    pub(crate) fn a_lead(&self, email: &str) -> Lead {
        lead(email, self.now(), &self.chance)
    }

    /// The key of the person at `email`.
    pub(crate) fn a_person(&self, email: &str) -> ContactKey {
        person(email)
    }

    /// The person who sent `lead`; not yet committed.
    pub(crate) fn a_contact(&self, lead: &Lead) -> Contact {
        Contact {
            id: Id::new(self.now(), &self.chance),
            key: lead.contact.clone(),
            name: lead.enquiry.name.clone(),
            email: lead.enquiry.email.clone(),
            phone: lead.enquiry.phone.clone(),
            first_seen_at: self.now(),
            last_seen_at: self.now(),
        }
    }

    /// Something owed about `lead`, of this `kind`; not yet committed.
    pub(crate) fn a_delivery_about(&self, lead: &Lead, kind: &str) -> Delivery {
        Delivery::new(Owed::now(LANE, kind), lead.id.uuid(), self.now(), &self.chance)
    }

    /// An answer given now under `key`; not yet committed.
    pub(crate) fn an_answer(&self, key: &IdempotencyKey, answer: &str) -> IdempotencyRecord {
        let fingerprint = Fingerprint::of(answer.as_bytes());
        IdempotencyRecord { key: key.clone(), fingerprint, answer: answer.to_owned(), at: self.now() }
    }

    /// `lead` as a whole decision: the person, the lead, one delivery.
    pub(crate) fn a_decision(&self, lead: &Lead) -> Changes {
        Changes::new()
            .with(Change::MeetContact(self.a_contact(lead)))
            .with(Change::InsertLead(lead.clone()))
            .with(Change::Deliver(self.a_delivery_about(lead, "lead.card")))
    }

    /// A lead of the person at `email`, committed with the person.
    pub(crate) async fn given_lead(&self, email: &str) -> Result<Lead, PortError> {
        let lead = self.a_lead(email);
        self.given(self.a_decision(&lead)).await?;
        Ok(lead)
    }
}
