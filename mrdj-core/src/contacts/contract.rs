//! The proof of [`ContactBook`](super::ContactBook).

use futures_util::future::join_all;

use super::{Contact, Phone};
use crate::contract::given::{address, seconds};
use crate::contract::{Case, House, Outcome};
use crate::id::Id;
use crate::store::{Change, Changes, Commit};

/// Every promise of the book.
pub const CASES: &[Case<House>] = crate::cases![contact_comes_back, contact_is_filled_never_overwritten];

async fn contact_comes_back(house: House) -> Outcome {
    let full = house.a_contact(&house.a_lead("Zoe+dj@example.com"));
    let mut bare = house.a_contact(&house.a_lead("jan@example.com"));
    (bare.email, bare.phone) = (None, None);
    let mut strange = house.a_contact(&house.a_lead("piet@example.com"));
    strange.phone = Some(Phone::unknown("0000000".to_owned()));
    strange.last_seen_at = house.then(jiff::SignedDuration::from_micros(1_234_567));
    for contact in [&full, &bare, &strange] {
        house.given(met(contact)).await?;
    }
    for contact in [full, bare, strange] {
        assert_eq!(house.ports.contacts.find(&contact.key).await?, Some(contact));
    }
    assert_eq!(house.ports.contacts.find(&house.a_person("stranger@example.com")).await?, None);
    Ok(())
}

async fn contact_is_filled_never_overwritten(house: House) -> Outcome {
    let mut first = house.a_contact(&house.a_lead("jan@example.com"));
    (first.email, first.phone) = (None, None);
    house.given(met(&first)).await?;
    house.pass(seconds(60));

    let meetings: Vec<_> = (0..6).map(|n| met_again_as(&house, &first, n)).collect();
    let mut expected = first.clone();
    for contact in &meetings {
        house.given(met(contact)).await?;
        expected = expected.met_again(contact.clone());
        assert_eq!(house.ports.contacts.find(&first.key).await?.as_ref(), Some(&expected));
    }
    assert_eq!((expected.id, &expected.name), (first.id, &first.name));

    let crowd: Vec<_> =
        (0..20).map(|n| Contact { last_seen_at: house.then(seconds(n)), ..met_again_as(&house, &first, 7) }).collect();
    for commit in join_all(crowd.iter().map(|contact| house.ports.store.commit(met(contact)))).await {
        assert_eq!(commit?, Commit::Done);
    }
    let last = Contact { last_seen_at: house.then(seconds(19)), ..expected };
    assert_eq!(house.ports.contacts.find(&first.key).await?, Some(last), "seen last at the latest of all");
    met_by_many_at_once(&house).await
}

/// A person nobody knew sends several forms at once, each with something missing.
async fn met_by_many_at_once(house: &House) -> Outcome {
    let stranger = house.a_contact(&house.a_lead("stranger@example.com"));
    let forms: Vec<_> = (0..12)
        .map(|n| Contact {
            phone: (n % 3 == 1).then(|| Phone::known(format!("+3161234560{n}"))),
            email: (n % 3 == 2).then(|| address(&format!("stranger+{n}@example.com"))),
            ..met_again_as(house, &stranger, n)
        })
        .collect();
    for commit in join_all(forms.iter().map(|form| house.ports.store.commit(met(form)))).await {
        assert_eq!(commit?, Commit::Done);
    }
    let known = house.ports.contacts.find(&stranger.key).await?.expect("they were met");
    let first = forms.iter().find(|form| form.id == known.id).expect("one of the forms came first");
    assert_eq!((&known.name, known.first_seen_at), (&first.name, first.first_seen_at));
    assert!(first.phone.is_none() || known.phone == first.phone, "{known:?}");
    assert!(first.email.is_none() || known.email == first.email, "{known:?}");
    assert!(known.phone.is_some() && known.email.is_some(), "every gap is filled: {known:?}");
    assert_eq!(Some(known.last_seen_at), forms.iter().map(|form| form.last_seen_at).max());
    Ok(())
}

/// The person of `first`, in the `n`th form: the phone comes with the third, the mailbox with the fifth, and later ones
/// differ; the moments of the forms do not follow each other.
fn met_again_as(house: &House, first: &Contact, n: i64) -> Contact {
    let mut contact = first.clone();
    contact.id = Id::new(house.now(), &house.chance);
    contact.name = super::PersonName::parse(&format!("Somebody {}", "Else ".repeat(n as usize + 1))).expect("a name");
    contact.phone = (n >= 2).then(|| Phone::unknown(format!("061234567{n}")));
    contact.email = (n >= 4).then(|| address(&format!("jan+{n}@example.com")));
    contact.first_seen_at = house.now();
    contact.last_seen_at = house.then(seconds(if n % 2 == 0 { n } else { -n }));
    contact
}

fn met(contact: &Contact) -> Changes {
    Changes::new().with(Change::MeetContact(contact.clone()))
}
