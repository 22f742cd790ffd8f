//! The proof of [`PartnerNews`](super::PartnerNews), and of statuses in the [`Store`](crate::store::Store).

use futures_util::future::join_all;
use jiff::SignedDuration;
use uuid::Uuid;

use super::PartnerStatus;
use crate::contract::given::seconds;
use crate::contract::{Case, House, Outcome};
use crate::error::PortError;
use crate::id::Id;
use crate::store::{Change, Changes, Commit, Refusal};
use crate::webhooks::PartnerName;
use crate::webhooks::contract_events::hearing;

/// Every promise about what partners say of ours.
pub const CASES: &[Case<House>] =
    crate::cases![heard_and_its_effect_are_one, statuses_are_told_by_subject, an_older_status_changes_nothing];

impl House {
    fn a_status(&self, partner: &'static str, subject: Uuid, status: &str, at: SignedDuration) -> PartnerStatus {
        let (partner, status) = (PartnerName::new(partner), status.to_owned());
        PartnerStatus { partner, subject, status, at: self.then(at) }
    }

    fn a_subject(&self) -> Uuid {
        Id::<()>::new(self.now(), &self.chance).uuid()
    }

    async fn words_about(&self, subject: Uuid) -> Result<Vec<String>, PortError> {
        Ok(self.ports.news.of(subject).await?.into_iter().map(|said| said.status).collect())
    }
}

fn noting(status: &PartnerStatus) -> Changes {
    Changes::new().with(Change::NoteStatus(status.clone()))
}

async fn heard_and_its_effect_are_one(house: House) -> Outcome {
    let (subject, event) = (house.a_subject(), house.an_event("rentguy", "msg_1"));
    let effect = |status: &str, at| Change::NoteStatus(house.a_status("rentguy", subject, status, seconds(at)));
    house.given(hearing(&event).with(effect("quoted", 0))).await?;
    assert_eq!(house.words_about(subject).await?, ["quoted"]);
    for changes in
        [hearing(&event).with(effect("won", 1)), Changes::new().with(effect("won", 1)).with_all(hearing(&event).facts)]
    {
        assert_eq!(house.ports.store.commit(changes).await?, Commit::Refused(Refusal::AlreadyHeard));
        assert_eq!(house.words_about(subject).await?, ["quoted"], "what was heard before changes nothing");
    }
    Ok(())
}

async fn statuses_are_told_by_subject(house: House) -> Outcome {
    let (subject, other) = (house.a_subject(), house.a_subject());
    assert_eq!(house.ports.news.of(subject).await?, []);
    let micros = SignedDuration::from_micros(1_001);
    let said = ["zapier", "n8n", "rentguy"].map(|partner| house.a_status(partner, subject, "won ✓ é '", micros));
    house.given(Changes::new().with_all(said.iter().cloned().map(Change::NoteStatus))).await?;
    house.given(noting(&house.a_status("rentguy", other, "lost", seconds(5)))).await?;
    let [zapier, n8n, rentguy] = said;
    assert_eq!(house.ports.news.of(subject).await?, [n8n, rentguy, zapier]);
    assert_eq!(house.words_about(other).await?, ["lost"]);
    Ok(())
}

async fn an_older_status_changes_nothing(house: House) -> Outcome {
    let subject = house.a_subject();
    let says = |status: &str, at: i64| house.a_status("rentguy", subject, status, seconds(at));
    for (status, at, expected) in [
        ("quoted", 10, "quoted"),
        ("new", 5, "quoted"),
        ("won", 20, "won"),
        ("quoted", 10, "won"),
        ("won", 20, "won"),
        ("lost", 20, "lost"),
    ] {
        house.given(noting(&says(status, at))).await?;
        assert_eq!(house.words_about(subject).await?, [expected], "{status} at {at}");
    }
    let together = [says("older", 29), says("newest", 30), says("old", 28)];
    house.given(Changes::new().with_all(together.map(Change::NoteStatus))).await?;
    assert_eq!(house.words_about(subject).await?, ["newest"], "in one decision, too");

    let many: Vec<_> = (31..61).rev().map(|at| says(&format!("at {at}"), at)).collect();
    for commit in join_all(many.iter().map(|status| house.ports.store.commit(noting(status)))).await {
        assert_eq!(commit?, Commit::Done);
    }
    assert_eq!(house.words_about(subject).await?, ["at 60"], "whichever of many came first");
    Ok(())
}
