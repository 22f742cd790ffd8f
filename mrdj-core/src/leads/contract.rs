//! The proof of [`LeadBook`](super::LeadBook).

use super::{Lead, LeadFilter, LeadId, LeadKind, Mark, Reference, Standing};
use crate::contacts::{ContactKey, Phone};
use crate::contract::given::seconds;
use crate::contract::{Case, House, Outcome};
use crate::error::PortError;
use crate::experiments::Seen;
use crate::id::Id;
use crate::messages::Language;
use crate::store::{Change, Changes};

/// Every promise of the book.
pub const CASES: &[Case<House>] =
    crate::cases![lead_comes_back, lead_is_found_by_reference, newest_lead_of_a_person, leads_are_listed_newest_first];

async fn lead_comes_back(house: House) -> Outcome {
    let full = house.a_lead("Zoe.van-t-Hof+dj@example.com");
    house.pass(jiff::SignedDuration::from_micros(1_234_567));
    let bare = bare(&house);
    let mut odd = house.a_lead("odd@example.com");
    odd.enquiry.phone = Some(Phone::unknown("112 wat".to_owned()));
    odd.enquiry.message = Some(String::new());
    odd.marks = Vec::new();
    odd.standing = Standing::Suspicious;
    odd.version = 7;
    odd.changed_at = house.then(seconds(5));
    for lead in [&full, &bare, &odd] {
        house.given(house.a_decision(lead)).await?;
    }
    for lead in [&full, &bare, &odd] {
        assert_eq!(house.ports.leads.find(lead.id).await?.as_ref(), Some(lead));
    }
    let released = odd.release(house.then(seconds(9))).expect("it is held back");
    house.given(Changes::new().with(Change::UpdateLead(released.clone()))).await?;
    assert_eq!(house.ports.leads.find(released.id).await?, Some(released), "as it is now");
    assert_eq!(house.ports.leads.find(Id::new(house.now(), &house.chance)).await?, None);
    Ok(())
}

/// A call-back: a name, a phone, and nothing else.
fn bare(house: &House) -> Lead {
    let mut lead = house.a_lead("nobody@example.com");
    lead.kind = LeadKind::CallBack;
    lead.enquiry.email = None;
    lead.enquiry.event_type = None;
    lead.enquiry.event_date = None;
    lead.enquiry.package = None;
    lead.enquiry.message = None;
    lead.enquiry.language = Language::Nl;
    lead.contact = ContactKey::of(None, lead.enquiry.phone.as_ref()).expect("a phone makes a key");
    lead.marks = vec![Mark::Honeypot, Mark::Extended];
    lead.standing = Standing::Released;
    lead.score = 100;
    lead.seen = Seen::default();
    lead
}

async fn lead_is_found_by_reference(house: House) -> Outcome {
    let (lead, other) = (house.given_lead("jan@example.com").await?, house.given_lead("piet@example.com").await?);
    assert_eq!(house.ports.leads.find_by_reference(&lead.reference).await?, Some(lead.clone()));
    assert_eq!(house.ports.leads.find_by_reference(&other.reference).await?, Some(other));
    let text = lead.reference.as_str();
    for wrong in [&text[..text.len() - 1], "web-%", &format!("{text} "), ""] {
        let reference = Reference::from_text(wrong.to_owned());
        assert_eq!(house.ports.leads.find_by_reference(&reference).await?, None, "{wrong:?}");
    }
    Ok(())
}

async fn newest_lead_of_a_person(house: House) -> Outcome {
    let person = house.a_person("jan@example.com");
    assert_eq!(house.ports.leads.newest_of(&person).await?, None);
    let first = house.a_lead("jan@example.com");
    house.pass(seconds(60));
    let last = house.a_lead("JAN@example.com");
    house.pass(seconds(60));
    // What came in first may reach the store last, as when it waited in a spool.
    for lead in [&last, &first] {
        house.given(house.a_decision(lead)).await?;
    }
    house.given_lead("piet@example.com").await?;
    assert_eq!(house.ports.leads.newest_of(&person).await?.as_ref(), Some(&last));

    let mut changed = first;
    changed.version += 1;
    changed.changed_at = house.now();
    house.given(Changes::new().with(Change::UpdateLead(changed))).await?;
    assert_eq!(house.ports.leads.newest_of(&person).await?, Some(last), "changing is not coming in");
    Ok(())
}

async fn leads_are_listed_newest_first(house: House) -> Outcome {
    let mut leads = Vec::new();
    for n in 0..9 {
        let mut lead = house.a_lead(&format!("person-{n}@example.com"));
        lead.standing = [Standing::Clear, Standing::Suspicious, Standing::Released][n % 3];
        house.given(house.a_decision(&lead)).await?;
        leads.push(lead);
        // Three at a time come in within one millisecond.
        house.pass(seconds(i64::from(n % 3 == 2)));
    }
    leads.sort_by_key(|lead| std::cmp::Reverse(lead.id));
    assert_eq!(house.ports.leads.list(&LeadFilter::default(), 100).await?, leads);
    assert_eq!(paged(&house, LeadFilter::default()).await?, ids(&leads));
    for standing in [Standing::Clear, Standing::Suspicious, Standing::Released] {
        let filter = LeadFilter { standing: Some(standing), before: None };
        let (expected, _): (Vec<_>, Vec<_>) = leads.iter().cloned().partition(|lead| lead.standing == standing);
        assert_eq!(house.ports.leads.list(&filter, 100).await?, expected, "{standing:?}");
        assert_eq!(paged(&house, filter).await?, ids(&expected), "{standing:?}");
    }
    assert_eq!(house.ports.leads.list(&LeadFilter::default(), 0).await?, []);
    Ok(())
}

fn ids(leads: &[Lead]) -> Vec<LeadId> {
    leads.iter().map(|lead| lead.id).collect()
}

/// What pages of two show, one after the other.
async fn paged(house: &House, mut filter: LeadFilter) -> Result<Vec<LeadId>, PortError> {
    let mut seen = Vec::new();
    // More pages than there are leads: paging that never ends is seen as too many.
    for _ in 0..20 {
        let page = ids(&house.ports.leads.list(&filter, 2).await?);
        assert!(page.len() <= 2);
        filter.before = page.last().copied();
        seen.extend(page);
        if filter.before.is_none() {
            break;
        }
    }
    Ok(seen)
}
