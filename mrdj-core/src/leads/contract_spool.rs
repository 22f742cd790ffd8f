//! The proof of [`Spool`](super::Spool).

use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};

use super::{Kept, Lead, LeadId, Receipt, SpoolFigures, Spooled};
use crate::clock::Clock;
use crate::contract::given::{key, lead, person, seconds};
use crate::contract::{Case, Outcome, SpoolBench};
use crate::error::PortError;
use crate::idempotency::{Fingerprint, KEPT_FOR};
use crate::mocks::{FakeChance, FakeClock};
use crate::store::{Commit, Refusal};

/// Every promise of a spool.
pub const CASES: &[Case<SpoolBench>] = crate::cases![
    spooled_is_on_disk,
    a_wrong_belief_is_refused,
    a_key_is_spooled_once,
    spooled_comes_back_in_order,
    many_at_once_keep_each_callers_order,
    what_is_set_aside_lets_others_pass,
    a_spooled_key_is_found,
    last_spooled_of_a_person,
    removed_is_gone,
    figures_count_what_waits,
];

/// Makes enquiries, each a second after the one before.
struct Visitors {
    clock: FakeClock,
    chance: FakeChance,
}

impl Visitors {
    fn new() -> Self {
        Self { clock: FakeClock::default(), chance: FakeChance::seeded(1) }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn lead(&self, email: &str) -> Lead {
        self.clock.advance(seconds(1));
        lead(email, self.now(), &self.chance)
    }

    /// An enquiry of its own.
    fn spooled(&self, email: &str) -> Spooled {
        own(self.lead(email))
    }

    /// An enquiry under a key.
    fn keyed(&self, email: &str, text: &str) -> Spooled {
        Spooled { key: Some((key(text), Fingerprint::of(email.as_bytes()))), ..self.spooled(email) }
    }
}

fn own(lead: Lead) -> Spooled {
    let receipt = Receipt { kept: Kept::InSpool, ..lead.receipt() };
    Spooled::new(lead.clone(), lead, receipt, None)
}

/// Puts `spooled` there, which must be taken.
async fn given(bench: &SpoolBench, spooled: &Spooled, newest: Option<&Spooled>) -> Outcome {
    let newest = newest.map(|spooled| spooled.lead.id);
    assert_eq!(bench.spool.append(spooled, newest).await?, Commit::Done, "what a case is given has to hold");
    Ok(())
}

/// The ids of everything that is not set aside, in their order.
async fn ids(bench: &SpoolBench, now: Timestamp) -> Result<Vec<LeadId>, PortError> {
    Ok(bench.spool.oldest(1_000, now).await?.into_iter().map(|spooled| spooled.lead.id).collect())
}

async fn spooled_is_on_disk(bench: SpoolBench) -> Outcome {
    let visitors = Visitors::new();
    let (first, second) = (visitors.keyed("jan@example.com", "k"), visitors.spooled("piet@example.com"));
    for spooled in [&first, &second] {
        given(&bench, spooled, None).await?;
    }
    let again = (bench.reopen)().await?;
    assert_eq!(again.oldest(10, visitors.now()).await?, [first.clone(), second.clone()]);
    assert_eq!(again.find_key(&key("k"), visitors.now()).await?, Some(first.clone()));
    again.remove(first.lead.id).await?;
    drop(again);
    assert_eq!((bench.reopen)().await?.oldest(10, visitors.now()).await?, [second]);
    Ok(())
}

async fn a_wrong_belief_is_refused(bench: SpoolBench) -> Outcome {
    let visitors = Visitors::new();
    let rivals: Vec<_> = (0..20).map(|_| visitors.spooled("jan@example.com")).collect();
    let commits = try_join_all(rivals.iter().map(|spooled| bench.spool.append(spooled, None))).await?;
    let refused = Commit::Refused(Refusal::NotNewest);
    assert_eq!(commits.iter().filter(|commit| **commit == refused).count(), 19, "{commits:?}");
    let taken = ids(&bench, visitors.now()).await?;
    assert_eq!(taken.len(), 1, "what is refused is not there");

    let second = visitors.spooled("jan@example.com");
    assert_eq!(bench.spool.append(&second, Some(visitors.lead("jan@example.com").id)).await?, refused);
    assert_eq!(bench.spool.append(&second, Some(taken[0])).await?, Commit::Done);
    let other = visitors.spooled("piet@example.com");
    assert_eq!(bench.spool.append(&other, Some(taken[0])).await?, refused, "he has none here");
    assert_eq!(bench.spool.append(&other, None).await?, Commit::Done);
    assert_eq!(ids(&bench, visitors.now()).await?, [taken[0], second.lead.id, other.lead.id]);
    Ok(())
}

async fn a_key_is_spooled_once(bench: SpoolBench) -> Outcome {
    let visitors = Visitors::new();
    let rivals: Vec<_> = (0..20).map(|n| visitors.keyed(&format!("visitor-{n}@example.com"), "k")).collect();
    let commits = try_join_all(rivals.iter().map(|spooled| bench.spool.append(spooled, None))).await?;
    let refused = Commit::Refused(Refusal::KeyTaken);
    assert_eq!(commits.iter().filter(|commit| **commit == refused).count(), 19, "{commits:?}");
    assert_eq!(ids(&bench, visitors.now()).await?.len(), 1, "what is refused is not there");
    given(&bench, &visitors.keyed("jan@example.com", "K"), None).await?;

    visitors.clock.advance(KEPT_FOR);
    let later = visitors.keyed("piet@example.com", "k");
    given(&bench, &later, None).await?;
    assert_eq!(bench.spool.find_key(&key("k"), visitors.now()).await?, Some(later), "the key was free again");
    Ok(())
}

async fn spooled_comes_back_in_order(bench: SpoolBench) -> Outcome {
    let visitors = Visitors::new();
    let first = visitors.keyed("Zoe.van-t-Hof+dj@example.com", "k");
    let mut second = visitors.lead("zoe.van-t-hof+dj@example.com");
    second.enquiry.message = Some(String::new());
    second.enquiry.package = None;
    let whole = Lead { version: 2, changed_at: visitors.now(), ..first.lead.clone() };
    let receipt = Receipt { kept: Kept::InSpool, ..whole.receipt() };
    let second = Spooled::new(second, whole, receipt, None);
    let third = visitors.spooled("piet@example.com");
    // The order is that of coming here, whatever the clocks of those who come say.
    for (spooled, newest) in [(&third, None), (&first, None), (&second, Some(&first))] {
        given(&bench, spooled, newest).await?;
    }
    let all = [third, first, second];
    assert_eq!(bench.spool.oldest(10, visitors.now()).await?, all);
    assert_eq!(bench.spool.oldest(2, visitors.now()).await?, all[..2]);
    assert_eq!(bench.spool.oldest(0, visitors.now()).await?, []);
    assert_eq!(bench.spool.oldest(10, visitors.now()).await?, all, "looking takes nothing away");
    Ok(())
}

async fn many_at_once_keep_each_callers_order(bench: SpoolBench) -> Outcome {
    let visitors = Visitors::new();
    let of_caller = |caller| (0..25).map(move |n| format!("visitor-{caller}-{n}@example.com"));
    let callers: Vec<Vec<_>> =
        (0..8).map(|caller| of_caller(caller).map(|email| visitors.spooled(&email)).collect()).collect();
    try_join_all(callers.iter().map(|own| say(&bench, own))).await?;
    let kept = ids(&bench, visitors.now()).await?;
    assert_eq!(kept.len(), 200);
    for own in callers {
        let expected: Vec<_> = own.iter().map(|spooled| spooled.lead.id).collect();
        let found: Vec<_> = kept.iter().filter(|id| expected.contains(id)).copied().collect();
        assert_eq!(found, expected);
    }
    Ok(())
}

/// What one caller puts there, one after the other.
async fn say(bench: &SpoolBench, own: &[Spooled]) -> Outcome {
    for spooled in own {
        given(bench, spooled, None).await?;
    }
    Ok(())
}

async fn what_is_set_aside_lets_others_pass(bench: SpoolBench) -> Outcome {
    let visitors = Visitors::new();
    let (first, second) = (visitors.keyed("jan@example.com", "k"), visitors.spooled("piet@example.com"));
    given(&bench, &first, None).await?;
    given(&bench, &second, None).await?;
    let until = visitors.now() + SignedDuration::from_mins(10);
    bench.spool.set_aside(first.lead.id, "conflict: it contradicts what is stored", until).await?;
    assert_eq!(ids(&bench, visitors.now()).await?, [second.lead.id]);
    assert_eq!(bench.spool.oldest(1, until - seconds(1)).await?, std::slice::from_ref(&second), "not in its place");
    assert_eq!(bench.spool.find_key(&key("k"), visitors.now()).await?.as_ref(), Some(&first), "it is still here");
    assert_eq!(bench.spool.newest_of(&person("jan@example.com")).await?.as_ref(), Some(&first));
    assert_eq!(ids(&bench, until).await?, [first.lead.id, second.lead.id], "and comes first when its time is over");
    let again = (bench.reopen)().await?;
    assert_eq!(again.oldest(10, visitors.now()).await?, [second]);
    bench.spool.set_aside(visitors.lead("nobody@example.com").id, "not here", until).await
}

async fn a_spooled_key_is_found(bench: SpoolBench) -> Outcome {
    let visitors = Visitors::new();
    let spooled = visitors.keyed("jan@example.com", "k%");
    given(&bench, &spooled, None).await?;
    given(&bench, &visitors.spooled("piet@example.com"), None).await?;
    for other in ["K%", "k", "k%%"] {
        assert_eq!(bench.spool.find_key(&key(other), visitors.now()).await?, None, "{other}");
    }
    let last = spooled.at() + KEPT_FOR - seconds(1);
    assert_eq!(bench.spool.find_key(&key("k%"), last).await?.as_ref(), Some(&spooled));
    assert_eq!(bench.spool.find_key(&key("k%"), last + seconds(2)).await?, None, "forgotten");
    bench.spool.remove(spooled.lead.id).await?;
    assert_eq!(bench.spool.find_key(&key("k%"), visitors.now()).await?, None);
    Ok(())
}

async fn last_spooled_of_a_person(bench: SpoolBench) -> Outcome {
    let (visitors, jan) = (Visitors::new(), person("jan@example.com"));
    assert_eq!(bench.spool.newest_of(&jan).await?, None);
    let (first, last) = (visitors.spooled("jan@example.com"), visitors.spooled("JAN@example.com"));
    given(&bench, &first, None).await?;
    given(&bench, &last, Some(&first)).await?;
    given(&bench, &visitors.spooled("piet@example.com"), None).await?;
    assert_eq!(bench.spool.newest_of(&jan).await?.as_ref(), Some(&last));
    bench.spool.remove(last.lead.id).await?;
    assert_eq!(bench.spool.newest_of(&jan).await?, Some(first));
    Ok(())
}

async fn removed_is_gone(bench: SpoolBench) -> Outcome {
    let visitors = Visitors::new();
    let all: Vec<_> = (0..5).map(|n| visitors.spooled(&format!("visitor-{n}@example.com"))).collect();
    for spooled in &all {
        given(&bench, spooled, None).await?;
    }
    for gone in [4, 0, 2, 0] {
        bench.spool.remove(all[gone].lead.id).await?;
    }
    assert_eq!(bench.spool.oldest(10, visitors.now()).await?, [all[1].clone(), all[3].clone()]);
    let late = visitors.spooled("late@example.com");
    given(&bench, &late, None).await?;
    assert_eq!(ids(&bench, visitors.now()).await?, [all[1].lead.id, all[3].lead.id, late.lead.id]);
    Ok(())
}

async fn figures_count_what_waits(bench: SpoolBench) -> Outcome {
    let visitors = Visitors::new();
    assert_eq!(bench.spool.figures().await?, SpoolFigures::default());
    let all: Vec<_> = (0..4).map(|n| visitors.spooled(&format!("visitor-{n}@example.com"))).collect();
    for spooled in &all {
        given(&bench, spooled, None).await?;
    }
    let figures = SpoolFigures { waiting: 4, since: Some(all[0].at()), ..SpoolFigures::default() };
    assert_eq!(bench.spool.figures().await?, figures);
    let until = visitors.now() + seconds(60);
    for n in [2, 1] {
        bench.spool.set_aside(all[n].lead.id, &format!("corrupt: row {n}"), until).await?;
    }
    let first_aside = Some((all[1].lead.id, "corrupt: row 1".to_owned()));
    assert_eq!(bench.spool.figures().await?, SpoolFigures { aside: 2, first_aside, ..figures });
    for spooled in &all {
        bench.spool.remove(spooled.lead.id).await?;
    }
    assert_eq!(bench.spool.figures().await?, SpoolFigures::default());
    Ok(())
}
