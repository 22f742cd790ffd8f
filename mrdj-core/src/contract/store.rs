//! The proof of [`Store`](crate::store::Store).

use futures_util::future::join_all;
use jiff::Timestamp;

use super::given::{LANE, SIDE_LANE, TERM, key, seconds};
use super::{Case, House, Outcome};
use crate::delivery::{Delivery, Ending, Filter, LeaseAsk};
use crate::error::PortError;
use crate::id::Id;
use crate::leads::{Lead, LeadId};
use crate::store::{Change, Changes, Commit, Expect, Refusal};

/// Every promise of the store.
pub const CASES: &[Case<House>] = crate::cases![
    commit_is_all_or_nothing,
    expectations_hold_at_the_commit,
    an_owed_fact_is_owed_once,
    a_key_is_remembered_once,
    one_bad_decision_spoils_no_neighbour,
    many_at_once_all_hold,
];

async fn commit_is_all_or_nothing(house: House) -> Outcome {
    let present = house.given_lead("jan@example.com").await?;
    let taken = house.an_answer(&key("taken"), "first");
    house.given(Changes::new().with(Change::Remember(taken.clone()))).await?;
    let stranger = LeadId::new(house.now(), &house.chance);

    let spoilers = [
        Changes::new().expect(Expect::LeadVersion { id: present.id, version: 2 }),
        Changes::new().expect(Expect::LeadVersion { id: stranger, version: 1 }),
        Changes::new().expect(newest(&present, Timestamp::MIN, None)),
        Changes::new().with(Change::Remember(taken.clone())),
        Changes::new()
            .with(Change::Remember(house.an_answer(&key("twice"), "one")))
            .with(Change::Remember(house.an_answer(&key("twice"), "two"))),
        // No belief is wrong here: the store itself cannot make these true.
        Changes::new().with(Change::InsertLead(present.clone())),
        Changes::new().with(Change::UpdateLead(house.a_lead("nobody@example.com"))),
    ];
    for (n, spoiler) in spoilers.into_iter().enumerate() {
        let lead = house.a_lead(&format!("visitor-{n}@example.com"));
        let answer = house.an_answer(&key(&format!("visitor-{n}")), "answer");
        let whole = house.a_decision(&lead).with(Change::Remember(answer.clone()));
        // What cannot be true stands once in front of everything else and once behind it.
        for order in 0..2 {
            let (mut changes, rest) =
                if order == 0 { (spoiler.clone(), whole.clone()) } else { (whole.clone(), spoiler.clone()) };
            changes.expects.extend(rest.expects);
            changes.facts.extend(rest.facts);
            let commit = house.ports.store.commit(changes).await;
            assert!(!matches!(commit, Ok(Commit::Done)), "decision {n} cannot be true");
            assert_untouched(&house, &lead).await?;
            assert_eq!(house.ports.answers.recall(&answer.key, house.now()).await?, None, "decision {n}");
        }
    }
    assert_eq!(house.ports.leads.find(present.id).await?, Some(present));
    assert_eq!(house.ports.answers.recall(&taken.key, house.now()).await?, Some(taken));
    assert_eq!(house.ports.store.commit(Changes::new()).await?, Commit::Done, "deciding nothing is allowed");
    Ok(())
}

/// Neither the lead nor the person nor anything owed is there.
async fn assert_untouched(house: &House, lead: &Lead) -> Outcome {
    assert_eq!(house.ports.leads.find(lead.id).await?, None);
    assert_eq!(house.ports.leads.newest_of(&lead.contact).await?, None);
    assert_eq!(house.ports.contacts.find(&lead.contact).await?, None);
    assert_eq!(owed(house, lead).await?, []);
    Ok(())
}

/// What is owed about `lead`.
async fn owed(house: &House, lead: &Lead) -> Result<Vec<Delivery>, PortError> {
    let filter = Filter { subject: Some(lead.id.uuid()), ..Filter::default() };
    house.ports.desk.list(&filter, 10, house.now()).await
}

/// The belief that the newest lead of the person behind `lead` after `since` is `is`.
fn newest(lead: &Lead, since: Timestamp, is: Option<LeadId>) -> Expect {
    Expect::NewestLead { contact: lead.contact.clone(), since, is }
}

async fn expectations_hold_at_the_commit(house: House) -> Outcome {
    let rivals: Vec<_> = (0..20).map(|_| house.a_lead("jan@example.com")).collect();
    let since = house.then(seconds(-600));
    let commits = rivals.iter().map(|lead| believing(&house, lead, newest(lead, since, None)));
    let winner = the_one(&rivals, join_all(commits).await, Refusal::NotNewest);
    let (first, loser) = (rivals[winner].clone(), rivals[(winner + 1) % 20].clone());
    assert_untouched_but_for(&house, &first, &loser).await?;

    house.pass(seconds(60));
    let second = house.a_lead("jan@example.com");
    let refused = Commit::Refused(Refusal::NotNewest);
    assert_eq!(believing(&house, &second, newest(&second, since, Some(loser.id))).await?, refused);
    let before = first.submitted_at - jiff::SignedDuration::from_micros(1);
    assert_eq!(believing(&house, &second, newest(&second, before, None)).await?, refused);
    let other = house.a_lead("piet@example.com");
    assert_eq!(believing(&house, &other, newest(&other, Timestamp::MIN, None)).await?, Commit::Done, "his first");
    assert_eq!(believing(&house, &second, newest(&second, since, Some(first.id))).await?, Commit::Done);
    house.pass(seconds(60));
    let third = house.a_lead("jan@example.com");
    assert_eq!(believing(&house, &third, newest(&third, since, Some(first.id))).await?, refused);
    let at = second.submitted_at;
    assert_eq!(believing(&house, &third, newest(&third, at, None)).await?, Commit::Done, "after `since` came none");

    let updates: Vec<_> = (0..20).map(|n| Lead { version: 2, score: n, ..first.clone() }).collect();
    let commits = updates.iter().map(|lead| {
        let belief = Expect::LeadVersion { id: lead.id, version: 1 };
        house.ports.store.commit(Changes::new().expect(belief).with(Change::UpdateLead(lead.clone())))
    });
    let winner = the_one(&updates, join_all(commits).await, Refusal::VersionMoved);
    assert_eq!(house.ports.leads.find(first.id).await?.as_ref(), Some(&updates[winner]));
    each_stands_on_the_one_before(&house, &updates[winner]).await
}

/// Changes of one lead that are decided at once, each in the belief that the one before holds.
async fn each_stands_on_the_one_before(house: &House, lead: &Lead) -> Outcome {
    let mut updates = vec![lead.clone(); 20];
    for (n, update) in (1..).zip(&mut updates) {
        update.version += n;
        update.enquiry.message = Some(format!("change {n}"));
    }
    let commits = updates.iter().map(|lead| {
        let belief = Expect::LeadVersion { id: lead.id, version: lead.version - 1 };
        house.ports.store.commit(Changes::new().expect(belief).with(Change::UpdateLead(lead.clone())))
    });
    let commits = join_all(commits).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let done = commits.iter().filter(|commit| **commit == Commit::Done).count();
    let expected = done.checked_sub(1).map_or(lead, |last| &updates[last]);
    assert_eq!(house.ports.leads.find(lead.id).await?.as_ref(), Some(expected), "{commits:?}");
    Ok(())
}

async fn believing(house: &House, lead: &Lead, belief: Expect) -> Result<Commit, PortError> {
    house.ports.store.commit(house.a_decision(lead).expect(belief)).await
}

/// Which of the rivals was committed; all others were refused for `refusal`.
fn the_one(rivals: &[Lead], commits: Vec<Result<Commit, PortError>>, refusal: Refusal) -> usize {
    let commits: Vec<_> = commits.into_iter().map(|commit| commit.expect("nothing but the belief is wrong")).collect();
    let refused = commits.iter().filter(|commit| **commit == Commit::Refused(refusal)).count();
    assert_eq!(refused, rivals.len() - 1, "of all who believe the same, one is right: {commits:?}");
    commits.iter().position(|commit| *commit == Commit::Done).expect("one is committed")
}

async fn assert_untouched_but_for(house: &House, kept: &Lead, refused: &Lead) -> Outcome {
    assert_eq!(house.ports.leads.find(kept.id).await?.as_ref(), Some(kept));
    assert_eq!(owed(house, kept).await?.len(), 1);
    assert_eq!(house.ports.leads.find(refused.id).await?, None);
    assert_eq!(owed(house, refused).await?, []);
    Ok(())
}

async fn an_owed_fact_is_owed_once(house: House) -> Outcome {
    let lead = house.given_lead("jan@example.com").await?;
    let first = owed(&house, &lead).await?.remove(0);
    let again = |id: u32| Delivery {
        id: Id::new(house.then(seconds(i64::from(id))), &house.chance),
        payload: serde_json::json!(id),
        ..first.clone()
    };
    let repeats = join_all((0..10).map(|n| owing(&house, vec![again(n), again(n + 10)]))).await;
    for commit in repeats {
        assert_eq!(commit?, Commit::Done, "owing twice is no fault");
    }
    assert_eq!(owed(&house, &lead).await?, std::slice::from_ref(&first), "what was owed first stays as it was");

    let others = vec![
        Delivery { edition: 2, ..again(20) },
        Delivery { kind: "lead.notice".to_owned(), ..again(21) },
        Delivery { queue: SIDE_LANE, ..again(22) },
        house.a_delivery(LANE, seconds(600)),
    ];
    assert_eq!(owing(&house, others.clone()).await?, Commit::Done);
    for other in others {
        assert_eq!(house.kept(other.id).await?, other, "another edition, kind, queue or subject is another fact");
    }
    let ask = LeaseAsk { queue: LANE, limit: 1, term: TERM, now: house.now() };
    let leased = house.ports.queue.lease(&ask).await?.remove(0);
    assert_eq!(leased.id, first.id);
    let done = house.settled(&leased, Ending::Delivered { receipt: None }).await?;
    assert_eq!(owing(&house, vec![again(23)]).await?, Commit::Done);
    assert_eq!(house.kept(first.id).await?, done, "and what has arrived is not owed again");
    assert_eq!(owed(&house, &lead).await?.len(), 4);
    Ok(())
}

async fn owing(house: &House, deliveries: Vec<Delivery>) -> Result<Commit, PortError> {
    house.ports.store.commit(Changes::new().with_all(deliveries.into_iter().map(Change::Deliver))).await
}

async fn a_key_is_remembered_once(house: House) -> Outcome {
    let rivals: Vec<_> = (0..20).map(|n| house.an_answer(&key("double-click"), &format!("answer {n}"))).collect();
    let commits = rivals.iter().map(|record| {
        let delivery = house.a_delivery(LANE, seconds(0));
        let changes = Changes::new().with(Change::Deliver(delivery)).with(Change::Remember(record.clone()));
        house.ports.store.commit(changes)
    });
    let commits = join_all(commits).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let refused = commits.iter().filter(|commit| **commit == Commit::Refused(Refusal::KeyTaken)).count();
    assert_eq!(refused, 19, "{commits:?}");
    let winner = commits.iter().position(|commit| *commit == Commit::Done).expect("one is committed");
    let recalled = house.ports.answers.recall(&key("double-click"), house.now()).await?;
    assert_eq!(recalled.as_ref(), Some(&rivals[winner]));
    assert_eq!(house.lease(40).await?.len(), 1, "who is refused the key owes nothing");

    let other = house.an_answer(&key("double-click-2"), "answer");
    house.given(Changes::new().with(Change::Remember(other))).await
}

async fn one_bad_decision_spoils_no_neighbour(house: House) -> Outcome {
    let present = house.given_lead("jan@example.com").await?;
    let leads: Vec<_> = (0..30).map(|n| house.a_lead(&format!("visitor-{n}@example.com"))).collect();
    let is_bad = |n: usize| !n.is_multiple_of(3);
    let commits = leads.iter().enumerate().map(|(n, lead)| {
        let changes = house.a_decision(lead);
        house.ports.store.commit(match n % 3 {
            0 => changes,
            1 => changes.expect(Expect::LeadVersion { id: present.id, version: 5 }),
            _ => changes.with(Change::InsertLead(present.clone())),
        })
    });
    let commits = join_all(commits).await;
    for (n, (lead, commit)) in leads.iter().zip(&commits).enumerate() {
        assert_eq!(matches!(commit, Ok(Commit::Done)), !is_bad(n), "decision {n}: {commit:?}");
        if is_bad(n) {
            assert_untouched(&house, lead).await?;
        } else {
            assert_eq!(house.ports.leads.find(lead.id).await?.as_ref(), Some(lead));
            assert_eq!(owed(&house, lead).await?.len(), 1);
        }
    }
    assert_eq!(house.ports.leads.find(present.id).await?, Some(present));
    Ok(())
}

async fn many_at_once_all_hold(house: House) -> Outcome {
    let leads: Vec<_> = (0..200).map(|n| house.a_lead(&format!("visitor-{n}@example.com"))).collect();
    let commits = leads.iter().enumerate().map(|(n, lead)| {
        let answer = house.an_answer(&key(&format!("visitor-{n}")), lead.reference.as_str());
        let changes = house.a_decision(lead).with(Change::Remember(answer));
        let changes = changes.with(Change::Deliver(house.a_delivery_about(lead, "lead.notice")));
        house.ports.store.commit(changes.expect(newest(lead, Timestamp::MIN, None)))
    });
    for commit in join_all(commits).await {
        assert_eq!(commit?, Commit::Done);
    }
    for (n, lead) in leads.iter().enumerate() {
        assert_eq!(house.ports.leads.find(lead.id).await?.as_ref(), Some(lead));
        assert_eq!(
            house.ports.contacts.find(&lead.contact).await?.map(|person| person.key).as_ref(),
            Some(&lead.contact)
        );
        assert_eq!(owed(&house, lead).await?.len(), 2);
        let answer = house.ports.answers.recall(&key(&format!("visitor-{n}")), house.now()).await?;
        assert_eq!(answer.map(|record| record.answer).as_deref(), Some(lead.reference.as_str()));
    }
    Ok(())
}
