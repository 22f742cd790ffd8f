//! What was accepted and what arrived, counted against each other as the partners see it.

use std::collections::BTreeMap;
use std::fmt;

use mrdj_harness::Partners;

use crate::visitors::Heard;

/// The sums of a trial.
#[derive(Default)]
pub(crate) struct Tally {
    accepted: usize,
    /// Of those, how many were told that their enquiry waits in the spool.
    spooled: usize,
    /// Told no, or nothing: these may arrive, once.
    unaccepted: usize,
    cards: usize,
    confirmations: usize,
    notices: usize,
    /// Accepted, and not in the CRM under the receipt's reference, or not in a mailbox.
    lost: Vec<String>,
    /// In the CRM or in a mailbox more than once.
    twice: Vec<String>,
    /// Arrived, and nobody ever wrote it.
    strange: usize,
}

/// What the partners have of one mailbox.
#[derive(Default)]
struct Arrived {
    cards: Vec<String>,
    confirmations: usize,
    notices: usize,
}

impl Tally {
    /// Counts what `partners` have of what each mailbox heard.
    pub(crate) fn of(partners: &Partners, heard: &[(String, Heard)]) -> Self {
        let (mut arrived, mut tally) = (arrived(partners), Self::default());
        for (mailbox, heard) in heard {
            let arrived = arrived.remove(mailbox).unwrap_or_default();
            tally.cards += arrived.cards.len();
            tally.confirmations += arrived.confirmations;
            tally.notices += arrived.notices;
            tally.hear(mailbox, heard, &arrived);
        }
        tally.strange = arrived.len();
        tally
    }

    fn hear(&mut self, mailbox: &str, heard: &Heard, arrived: &Arrived) {
        if arrived.cards.len() > 1 || arrived.confirmations > 1 || arrived.notices > 1 {
            self.twice.push(mailbox.to_owned());
        }
        match heard {
            Heard::Accepted { reference, spooled } => {
                self.accepted += 1;
                self.spooled += usize::from(*spooled);
                if !arrived.cards.contains(reference) || arrived.confirmations == 0 || arrived.notices == 0 {
                    self.lost.push(mailbox.to_owned());
                }
            }
            Heard::Unaccepted => self.unaccepted += 1,
        }
    }

    /// Whether everything that was accepted has arrived everywhere.
    pub(crate) fn is_complete(&self) -> bool {
        self.lost.is_empty()
    }

    /// Whether nothing was lost and nothing came twice, or from nowhere; of nothing at all that proves nothing.
    pub(crate) fn is_clean(&self) -> bool {
        self.accepted > 0 && self.lost.is_empty() && self.twice.is_empty() && self.strange == 0
    }
}

fn arrived(partners: &Partners) -> BTreeMap<String, Arrived> {
    let mut arrived = BTreeMap::<_, Arrived>::new();
    for card in partners.rentguy.cards() {
        arrived.entry(card.email.unwrap_or_default()).or_default().cards.push(card.external_id);
    }
    for mail in partners.postmark.sent() {
        if mail.tag.as_deref() == Some("lead.notice") {
            // A notice goes to the business, and its answer to the customer.
            arrived.entry(mail.reply_to.unwrap_or_default()).or_default().notices += 1;
        } else {
            arrived.entry(mail.to).or_default().confirmations += 1;
        }
    }
    arrived
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, spooled, unaccepted, cards, confirmations, notices, lost, twice, strange } = self;
        write!(
            f,
            "{accepted} accepted, {spooled} of them into the spool, {unaccepted} not; delivered: {cards} cards, "
        )?;
        write!(f, "{confirmations} confirmations, {notices} notices; lost {}, twice {}", lost.len(), twice.len())?;
        let names = |f: &mut fmt::Formatter<'_>, what, of: &[String]| match of {
            [] => Ok(()),
            some => write!(f, "; {what}: {}", some[..some.len().min(5)].join(" ")),
        };
        names(f, "lost", lost)?;
        names(f, "twice", twice)?;
        if *strange > 0 { write!(f, "; {strange} that nobody wrote") } else { Ok(()) }
    }
}
