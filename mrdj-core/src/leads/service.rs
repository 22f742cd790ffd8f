//! Taking enquiries in.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tracing::info;

use super::{
    Detour, Enquiry, EnquiryForm, HumanCheck, IntakeError, Judgement, JunkRule, Lead, LeadBook, LeadFact, LeadFilter,
    LeadId, LeadKind, Mark, Receipt, Reference, Scales, Signs, Spooled, Twin, judge, twin,
};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::contacts::{Contact, ContactKey, PhoneNormalizer};
use crate::delivery::{Bell, Delivery, Owes};
use crate::error::{ErrorKind, PortError};
use crate::experiments::{Conversion, Seen};
use crate::id::Id;
use crate::idempotency::{Fingerprint, IdempotencyBook, IdempotencyKey, IdempotencyRecord, recalled};
use crate::messages::Language;
use crate::store::{Change, Changes, Commit, Expect, Refusal, Store};

/// How enquiries are judged.
#[derive(Clone, Debug)]
pub struct IntakeRules {
    /// The business's civil time.
    pub zone: TimeZone,
    /// For so long a second form by one person may belong to the first.
    pub twin_window: SignedDuration,
    /// When an enquiry counts as junk.
    pub junk: JunkRule,
    /// What the CRM is told about where enquiries come from; at most 120 characters.
    pub source: String,
}

impl IntakeRules {
    /// Ten minutes for a double click; `zone` is the business's.
    pub fn new(zone: TimeZone, source: impl Into<String>) -> Self {
        Self { zone, twin_window: SignedDuration::from_mins(10), junk: JunkRule::default(), source: source.into() }
    }
}

/// How a form reached us.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// The caller's idempotency key with the fingerprint of the request's body.
    pub key: Option<(IdempotencyKey, Fingerprint)>,
    /// The visitor's address, for the human check alone.
    pub address: Option<IpAddr>,
    /// The language of the visitor's browser.
    pub language: Language,
    /// What the visitor had seen of experiments.
    pub seen: Seen,
}

/// Takes enquiries in; every use case a visitor and an operator have with leads.
#[derive(Clone)]
pub struct Intake {
    /// Where enquiries are committed.
    pub store: Arc<dyn Store>,
    /// Where they are read back.
    pub leads: Arc<dyn LeadBook>,
    /// Where answers are read back.
    pub answers: Arc<dyn IdempotencyBook>,
    /// Knows the numbering plans.
    pub phones: Arc<dyn PhoneNormalizer>,
    /// Tells people from programs, where it is set up.
    pub human: Option<Arc<dyn HumanCheck>>,
    /// What a lead owes the world.
    pub owes: Vec<Arc<dyn Owes<LeadFact>>>,
    /// Wakes the workers.
    pub bell: Arc<dyn Bell>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Rolls the dice.
    pub chance: Arc<dyn Chance>,
    /// Where enquiries go while the store is away; without it they are refused then.
    pub detour: Option<Arc<Detour>>,
    /// How enquiries are judged.
    pub rules: IntakeRules,
}

/// Two forms by one person may cross each other a few times; more is an attack or a fault.
pub(super) const ROUNDS: usize = 8;

impl Intake {
    /// Takes in a form with everything it owes the world, or nothing at all.
    ///
    /// The same key and body get the same receipt; without a key, so does a double click. A second form that adds
    /// something is merged into the first. While the store is away, all of this holds of the spool.
    pub async fn submit(&self, kind: LeadKind, form: &EnquiryForm, visit: Visit) -> Result<Receipt, IntakeError> {
        let now = self.clock.now();
        if let Some(receipt) = self.spooled_answer(&visit, now).await? {
            return Ok(receipt);
        }
        let mut away = self.is_away(now);
        if !away {
            match self.answered(&visit, now).await {
                Ok(Some(receipt)) => return Ok(receipt),
                Ok(None) => {}
                Err(error) => {
                    self.turn_off(error)?;
                    away = true;
                }
            }
        }
        let scales = Scales { phones: &*self.phones, zone: &self.rules.zone, language: visit.language };
        let enquiry = Enquiry::parse(form, kind, scales)?;
        let lead = self.judge(kind, enquiry, form, &visit, now).await?;
        if away || self.has_spooled(&lead.contact).await {
            return self.spool_or_take_in(lead, &visit, now).await;
        }
        match self.take_in(lead.clone(), &visit, now).await {
            Err(error) => {
                self.turn_off(error)?;
                self.spool(lead, &visit, now).await
            }
            taken => taken,
        }
    }

    /// Commits an enquiry to the store.
    pub(super) async fn take_in(&self, lead: Lead, visit: &Visit, now: Timestamp) -> Result<Receipt, IntakeError> {
        let mut newest = None;
        for _ in 0..ROUNDS {
            let (whole, receipt, changes) = self.decide(lead.clone(), newest.as_ref(), now);
            let changes =
                changes.with_all(IdempotencyRecord::of(visit.key.as_ref(), &receipt, now).map(Change::Remember));
            if changes == Changes::new() {
                return Ok(receipt);
            }
            match self.commit(changes).await? {
                Commit::Done => {
                    let (id, standing) = (whole.id, whole.standing.word());
                    info!(lead.id = %id, lead.standing = standing, "lead {id} is in the store");
                    self.bell.ring();
                    self.note(|| Spooled::new(lead, whole, receipt.clone(), visit.key.clone()));
                    return Ok(receipt);
                }
                Commit::Refused(Refusal::KeyTaken) => {
                    if let Some(receipt) = self.answered(visit, now).await? {
                        return Ok(receipt);
                    }
                }
                Commit::Refused(_) => {
                    newest = self.leads.newest_of(&lead.contact).await?;
                    if let Some(known) = &newest {
                        // Should the store go away now, what comes to the spool still comes behind this one.
                        self.note(|| Spooled::new(known.clone(), known.clone(), receipt, None));
                    }
                }
            }
        }
        Err(crossed().into())
    }

    /// Lets a held-back lead through, with everything it owes; `None` when there is no such lead, or it was not held back.
    pub async fn release(&self, id: LeadId) -> Result<Option<Lead>, PortError> {
        let now = self.clock.now();
        let Some(before) = self.leads.find(id).await? else {
            return Ok(None);
        };
        let Some(lead) = before.release(now) else {
            return Ok(None);
        };
        let changes = Changes::new()
            .expect(Expect::LeadVersion { id, version: lead.version - 1 })
            .with(Change::UpdateLead(lead.clone()))
            .with_all(self.owed(&LeadFact::Released(lead.clone()), now))
            .with_all(self.converted(&lead, now));
        match self.store.commit(changes).await? {
            Commit::Done => {
                self.bell.ring();
                Ok(Some(lead))
            }
            Commit::Refused(_) => {
                Err(PortError::new(ErrorKind::Conflict, "intake", "release", "the lead changed meanwhile"))
            }
        }
    }

    /// Finds a lead by its id or by what a person may quote.
    pub async fn find(&self, text: &str) -> Result<Option<Lead>, PortError> {
        match text.parse() {
            Ok(id) => self.leads.find(id).await,
            Err(_) => self.leads.find_by_reference(&Reference::from_text(text.to_owned())).await,
        }
    }

    /// A page of leads, newest first.
    pub async fn list(&self, filter: &LeadFilter, limit: usize) -> Result<Vec<Lead>, PortError> {
        self.leads.list(filter, limit).await
    }

    async fn answered(&self, visit: &Visit, now: Timestamp) -> Result<Option<Receipt>, IntakeError> {
        Ok(recalled(&*self.answers, visit.key.as_ref(), now).await?)
    }

    async fn judge(
        &self,
        kind: LeadKind,
        enquiry: Enquiry,
        form: &EnquiryForm,
        visit: &Visit,
        now: Timestamp,
    ) -> Result<Lead, IntakeError> {
        let honeypot = form.website.filled().is_some();
        let signs = Signs { honeypot, token: form.human_token(), address: visit.address };
        let today = now.to_zoned(self.rules.zone.clone()).date();
        let Judgement { standing, score, marks } =
            judge(&enquiry, signs, self.human.as_deref(), self.rules.junk, today, now).await;
        let id = Id::new(now, &*self.chance);
        // A form without mailbox fails to parse without phone, so that one of the two is there.
        let contact = enquiry.contact_key().unwrap_or_else(|| ContactKey::from_stored(format!("lead:{id}")));
        Ok(Lead {
            id,
            reference: Reference::of(id, now, &self.rules.zone),
            kind,
            contact,
            enquiry,
            standing,
            score,
            marks,
            source: self.rules.source.clone(),
            seen: visit.seen.clone(),
            submitted_at: now,
            changed_at: now,
            version: 1,
        })
    }

    /// Decides what becomes of `lead`, given the `newest` other lead of the same person: pure but for ids.
    ///
    /// Gives the person's enquiry with it, the receipt, and what is to be committed.
    pub(super) fn decide(&self, lead: Lead, newest: Option<&Lead>, now: Timestamp) -> (Lead, Receipt, Changes) {
        let since = now.checked_sub(self.rules.twin_window).unwrap_or(Timestamp::MIN);
        let recent = newest.filter(|newest| newest.submitted_at > since);
        // A form that is believed is not held back with one that is not, whoever sent that in its sender's name.
        let first = recent.filter(|first| first.is_believed() || !lead.is_believed());
        let asked = lead.receipt();
        let (whole, changes) = first.and_then(|first| self.join(first, &lead, now)).unwrap_or_else(|| {
            let is = recent.map(|newest| newest.id);
            let alone = Expect::NewestLead { contact: lead.contact.clone(), since, is };
            let changes = self.insert(&lead, now).expect(alone);
            (lead, changes)
        });
        // It repeats what this form said and nothing of the first: who knows a mailbox is not told its owner's plans.
        let receipt =
            Receipt { id: whole.id, reference: whole.reference.clone(), submitted_at: whole.submitted_at, ..asked };
        (whole, receipt, changes)
    }

    /// Adds `second` to the `first` enquiry of the same person, where it is the same wish.
    pub(super) fn join(&self, first: &Lead, second: &Lead, now: Timestamp) -> Option<(Lead, Changes)> {
        match twin(first, second.kind, &second.enquiry) {
            Twin::Same => Some((first.clone(), Changes::new())),
            // What is not believed adds nothing to what is: mail and CRM read the lead when they carry it.
            Twin::Adds(both) if second.is_believed() == first.is_believed() => {
                Some(self.extend(first, second, *both, now))
            }
            Twin::Adds(_) | Twin::Other => None,
        }
    }

    /// Makes `lead` an enquiry of its own, whatever else the person asked.
    pub(super) fn insert(&self, lead: &Lead, now: Timestamp) -> Changes {
        let contact = Contact {
            id: Id::new(now, &*self.chance),
            key: lead.contact.clone(),
            name: lead.enquiry.name.clone(),
            email: lead.enquiry.email.clone(),
            phone: lead.enquiry.phone.clone(),
            first_seen_at: now,
            last_seen_at: now,
        };
        let owed = if lead.is_believed() { self.owed(&LeadFact::Received(lead.clone()), now) } else { Vec::new() };
        let made = Changes::new().with(Change::MeetContact(contact)).with(Change::InsertLead(lead.clone()));
        made.with_all(owed).with_all(self.converted(lead, now))
    }

    fn extend(&self, first: &Lead, second: &Lead, both: Enquiry, now: Timestamp) -> (Lead, Changes) {
        let mut marks = first.marks.clone();
        marks.extend(second.marks.iter().chain(&[Mark::Extended]).filter(|mark| !first.marks.contains(mark)));
        let lead = Lead {
            enquiry: both,
            marks,
            score: first.score.max(second.score),
            seen: first.seen.or(&second.seen),
            // What comes out of the spool may be older than the last change.
            changed_at: now.max(first.changed_at),
            version: first.version + 1,
            ..first.clone()
        };
        let owed = if lead.is_believed() { self.owed(&LeadFact::Extended(lead.clone()), now) } else { Vec::new() };
        let changes = Changes::new()
            .expect(Expect::LeadVersion { id: lead.id, version: first.version })
            .with(Change::UpdateLead(lead.clone()))
            .with_all(owed)
            .with_all(self.converted(&lead, now));
        (lead, changes)
    }

    /// What an enquiry counts for experiments; however often it is decided about, it counts once.
    fn converted(&self, lead: &Lead, now: Timestamp) -> Option<Change> {
        Conversion::of_lead(lead, now, &self.rules.zone).map(|conversion| Change::Convert(Box::new(conversion)))
    }

    fn owed(&self, fact: &LeadFact, now: Timestamp) -> Vec<Change> {
        let subject = fact.lead().id.uuid();
        let owed = self.owes.iter().flat_map(|owes| owes.owes(fact));
        owed.map(|owed| Change::Deliver(Delivery::new(owed, subject, now, &*self.chance))).collect()
    }
}

/// Every round met another form of the same person.
pub(super) fn crossed() -> PortError {
    PortError::new(ErrorKind::Conflict, "intake", "take an enquiry in", "too many forms by one person at once")
}
