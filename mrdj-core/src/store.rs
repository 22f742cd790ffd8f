//! A decision is a value; the store commits it whole.
//!
//! A use case reads, decides, and hands over one [`Changes`] with everything that must become true together, and with
//! what it expects of the present. Because it is a value, a rule is tested by looking at it; and because it is a value,
//! an adapter may commit many of them in one transaction.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::bookings::{Attachment, AttachmentId, Block, BlockId, Booking, BookingEntry, BookingId, Resource};
use crate::contacts::{Contact, ContactKey};
use crate::delivery::{Delivery, ScheduleName, Tick};
use crate::error::PortError;
use crate::experiments::{Conversion, Experiment};
use crate::idempotency::IdempotencyRecord;
use crate::leads::{Lead, LeadId};
use crate::partners::PartnerStatus;
use crate::webhooks::HeardEvent;

/// One fact to become true.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A lead came in; the same decision meets the person it is of.
    InsertLead(Lead),
    /// A lead is now this; what it is called, whose it is, and how and when it came in never change.
    UpdateLead(Lead),
    /// A person was met, for the first time or again.
    MeetContact(Contact),
    /// Something is owed; what is owed already is not owed twice.
    Deliver(Delivery),
    /// A request was answered.
    Remember(IdempotencyRecord),
    /// A schedule has come so far; how far it had come before is forgotten.
    Tick(Tick),
    /// A booking is now this, and takes what it takes, in the belief that its version was one less, or that there was
    /// none before version 1; what it is called and whose it is never change.
    KeepBooking(Box<Booking>),
    /// A line of a booking's history.
    NoteBooking(BookingEntry),
    /// A file belongs to a booking from now on.
    Attach {
        /// What is known of it.
        attachment: Attachment,
        /// What is in it.
        bytes: Arc<[u8]>,
    },
    /// A file belongs to nothing any more, and is gone.
    Detach(AttachmentId),
    /// A resource is now this.
    KeepResource(Resource),
    /// A day is blocked, whatever is booked on it.
    Block(Block),
    /// A day is blocked no more.
    Unblock(BlockId),
    /// A partner said something, for the first time.
    Hear(Box<HeardEvent>),
    /// A partner says how far one of ours is there; what it said of a later moment stays.
    NoteStatus(PartnerStatus),
    /// An experiment is now this, in the belief that its version was one less, or that there was none before version 1.
    KeepExperiment(Box<Experiment>),
    /// A visitor was won: it counts for what they had seen, and is counted once.
    Convert(Box<Conversion>),
}

/// What a decision believes of the present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Of one person's leads that came in after `since`, the newest is this, or there is none.
    NewestLead {
        /// Whose.
        contact: ContactKey,
        /// Older ones do not matter.
        since: Timestamp,
        /// The newest, if any.
        is: Option<LeadId>,
    },
    /// A lead has not changed since it was read.
    LeadVersion {
        /// Which.
        id: LeadId,
        /// The version that was read.
        version: u32,
    },
    /// Of one person's bookings, these are open: they wait, or their evening is held or offered.
    OpenBookings {
        /// Whose.
        contact: ContactKey,
        /// All of them.
        are: BTreeSet<BookingId>,
    },
    /// A schedule has come as far as when it was read.
    LastTick {
        /// Which.
        schedule: ScheduleName,
        /// The moment of its tick, if it has one.
        is: Option<Timestamp>,
    },
}

/// Everything that must become true together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// What is believed of the present.
    pub expects: Vec<Expect>,
    /// What is to become true.
    pub facts: Vec<Change>,
}

impl Changes {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { expects: Vec::new(), facts: Vec::new() }
    }

    /// With one more belief.
    #[must_use]
    pub fn expect(mut self, expect: Expect) -> Self {
        self.expects.push(expect);
        self
    }

    /// With one more fact.
    #[must_use]
    pub fn with(mut self, fact: Change) -> Self {
        self.facts.push(fact);
        self
    }

    /// With more facts.
    #[must_use]
    pub fn with_all(mut self, facts: impl IntoIterator<Item = Change>) -> Self {
        self.facts.extend(facts);
        self
    }

    /// The deliveries among the facts.
    pub fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.facts.iter().filter_map(|fact| match fact {
            Change::Deliver(delivery) => Some(delivery),
            _ => None,
        })
    }
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// All of it is true, and on disk.
    Done,
    /// None of it is true: the present is not what was believed. Read again and decide again.
    Refused(Refusal),
}

/// Which belief was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another lead of that person is the newest.
    NotNewest,
    /// The lead, booking or experiment has changed since it was read, or is not there.
    VersionMoved,
    /// The idempotency key has its answer already.
    KeyTaken,
    /// Another runner has ticked for the schedule.
    TickMoved,
    /// A booking takes what is not to be had.
    Taken,
    /// Other bookings of that person are open.
    OthersOpen,
    /// The partner has said that before.
    AlreadyHeard,
}

/// Commits decisions.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Store: Send + Sync {
    /// Makes all of `changes` true, or none.
    ///
    /// - `commit_is_all_or_nothing`: a refused or failed decision leaves no trace.
    /// - `expectations_hold_at_the_commit`: of two decisions that believe the same, one is refused.
    /// - `an_owed_fact_is_owed_once`: a second delivery of one `(subject, queue, kind, edition)` is left out.
    /// - `a_key_is_remembered_once`: a second record of a key is [`Refusal::KeyTaken`].
    /// - `one_bad_decision_spoils_no_neighbour`: of many at once, those that can be true are.
    /// - `many_at_once_all_hold`: concurrent decisions are each as whole as if alone.
    /// - `one_runner_of_many_ticks`: of many that believe in the same last tick, or in none, one is committed, and the
    ///   others are [`Refusal::TickMoved`].
    /// - `tick_and_delivery_are_one`: a tick that is refused owes nothing, and one that holds stands with what it owes.
    /// - `nothing_is_booked_twice`: of many bookings that cannot stand together, one is committed, and the others are
    ///   [`Refusal::Taken`]; so is one on a blocked day, of more than there is, or of what nobody knows.
    /// - `one_decision_may_pass_an_evening_on`: what one booking of a decision gives up, another of it may take.
    /// - `one_person_s_open_bookings_are_counted`: of many decisions that believe in the same open bookings of one person,
    ///   one is committed, and the others are [`Refusal::OthersOpen`].
    /// - `a_booking_moves_on_from_what_was_read`: of two decisions about one version, one is refused.
    /// - `an_event_is_heard_once`: of many that hear one `(partner, id)`, one is committed, and the others are
    ///   [`Refusal::AlreadyHeard`].
    /// - `heard_and_its_effect_are_one`: an event that was heard before changes nothing else either.
    /// - `an_experiment_moves_on_from_what_was_read`: of two decisions about one version, one is refused.
    /// - `a_conversion_counts_once`: of many that bring one `(id, goal)`, at once or years apart, all are committed, and one
    ///   counts; a person counts once for each goal, and what they booked adds up.
    /// - `a_conversion_counts_for_what_was_seen_before_it`: in every experiment, before its form was sent and not more than
    ///   [`Conversion::WINDOW`] before, and for nothing else.
    async fn commit(&self, changes: Changes) -> Result<Commit, PortError>;
}
