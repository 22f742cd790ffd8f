//! Answers that get lost: what was committed is told as committed, what was not is not, and nothing is written twice.

use std::time::Duration;

use mrdj_adapters::postgres::Postgres;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::{AttemptOutcome, DeliveryDesk, DeliveryQueue, Ending, Settled, Settlement, Status};
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::id::Id;
use mrdj_core::leads::LeadBook;
use mrdj_core::mocks::FakeChance;
use mrdj_core::store::{Change, Changes, Commit, Refusal, Store};
use mrdj_core::webhooks::{EventLine, HeardEvent, MessageId, PartnerName};

use crate::given::{Given, LANE, NOW, an_ask};
use crate::proxy::{Proxy, Trick};

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![
    a_commit_whose_answer_is_lost_is_asked_about,
    a_line_that_is_cut_before_the_commit_leaves_nothing,
    a_server_that_stays_away_after_a_commit_is_asked_later,
    a_settlement_whose_answer_is_lost_is_recorded_once,
    an_event_whose_answer_is_lost_is_heard_once,
];

/// So long an answer may take, and so long a connection.
const SHORT: Duration = Duration::from_secs(1);

/// A proxy, and a store with little patience that was reached through it.
async fn behind_a_proxy(given: &Given) -> Result<(Proxy, Postgres), PortError> {
    let proxy = Proxy::before(given).await;
    let config = proxy.config().statement_timeout(SHORT).patience(SHORT);
    let store = given.reached(config).await?;
    Ok((proxy, store))
}

async fn a_commit_whose_answer_is_lost_is_asked_about(given: Given) -> Outcome {
    let (proxy, store) = behind_a_proxy(&given).await?;
    for trick in [Trick::CutAfter, Trick::Silence].repeat(2) {
        let (lead, changes) = given.stranger();
        proxy.play(trick);
        assert_eq!(store.commit(changes.clone()).await?, Commit::Done, "{trick:?}");
        assert_eq!(LeadBook::find(&store, lead.id).await?, Some(lead), "{trick:?}");
        let again = store.commit(changes).await.expect_err("it stands already");
        assert_eq!(again.kind, ErrorKind::Conflict);
    }
    assert_eq!(given.number("SELECT count(*) FROM mrdj.lead").await, 4);
    assert_eq!(given.fragments().await, 0);
    Ok(())
}

async fn a_line_that_is_cut_before_the_commit_leaves_nothing(given: Given) -> Outcome {
    let (proxy, store) = behind_a_proxy(&given).await?;
    for _ in 0..5 {
        let (lead, changes) = given.stranger();
        proxy.play(Trick::CutBefore);
        let error = store.commit(changes.clone()).await.expect_err("it was not committed");
        assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::LATER), "{error}");
        assert_eq!(LeadBook::find(&store, lead.id).await?, None);
        assert_eq!(store.commit(changes).await?, Commit::Done, "and may be tried again at once");
    }
    let (lead, changes) = given.stranger();
    proxy.play(Trick::LoseBefore);
    let error = store.commit(changes).await.expect_err("it was not committed, and the server does not know yet");
    assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::AskFirst), "{error}");
    assert_eq!(LeadBook::find(&store, lead.id).await?, None);
    Ok(())
}

async fn a_server_that_stays_away_after_a_commit_is_asked_later(given: Given) -> Outcome {
    let (proxy, store) = behind_a_proxy(&given).await?;
    // It has its line, so that what is lost is an answer and not a question.
    assert_eq!(store.commit(given.stranger().1).await?, Commit::Done);
    for (trick, stands) in [(Trick::CutAfter, true), (Trick::CutBefore, false)] {
        let (lead, changes) = given.stranger();
        proxy.play(trick);
        proxy.away(true);
        let error = store.commit(changes.clone()).await.expect_err("nobody can be asked");
        assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::AskFirst), "{error}");
        let meanwhile = store.commit(given.stranger().1).await.expect_err("it is away");
        assert_eq!((meanwhile.kind, meanwhile.remedy), (ErrorKind::Unavailable, Remedy::LATER), "{meanwhile}");
        proxy.away(false);
        assert_eq!(LeadBook::find(&store, lead.id).await?.is_some(), stands, "{trick:?}");
        let again = store.commit(changes).await;
        assert_eq!(again.is_ok(), !stands, "{trick:?}: {again:?}");
    }
    assert_eq!(given.number("SELECT count(*) FROM mrdj.lead").await, 3);
    assert_eq!(given.fragments().await, 0);
    Ok(())
}

async fn a_settlement_whose_answer_is_lost_is_recorded_once(given: Given) -> Outcome {
    let (proxy, store) = behind_a_proxy(&given).await?;
    given.due(&store, 4).await?;
    let leased = store.lease(&an_ask(4)).await?;
    let tricks = [(Trick::CutAfter, true), (Trick::Silence, true), (Trick::CutBefore, false), (Trick::None, false)];
    for (delivery, (trick, stands)) in leased.iter().zip(tricks) {
        let attempt = delivery.tried(AttemptOutcome::Delivered, NOW..NOW, "");
        let ending = Ending::Delivered { receipt: Some("r-1".to_owned()) };
        let settlement = Settlement { token: delivery.token(), ending, attempt };
        proxy.play(trick);
        let settled = store.settle(vec![settlement.clone()], NOW).await;
        if trick == Trick::None {
            assert_eq!(settled?, [Settled::Recorded]);
        } else {
            let error = settled.expect_err("the answer is lost");
            assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::AskFirst), "{trick:?}: {error}");
            let expected = if stands { Settled::Stale } else { Settled::Recorded };
            assert_eq!(store.settle(vec![settlement], NOW).await?, [expected], "{trick:?}");
        }
        assert_eq!(store.attempts(delivery.id).await?.len(), 1);
    }
    let filter = mrdj_core::delivery::Filter { queue: Some(LANE), status: Some(Status::Done), ..Default::default() };
    assert_eq!(DeliveryDesk::list(&store, &filter, 9, NOW).await?.len(), 4);
    Ok(())
}

async fn an_event_whose_answer_is_lost_is_heard_once(given: Given) -> Outcome {
    let (proxy, store) = behind_a_proxy(&given).await?;
    let chance = FakeChance::seeded(5);
    for (n, trick) in [Trick::CutAfter, Trick::Silence].into_iter().enumerate() {
        let line = EventLine {
            key: Id::new(NOW, &chance),
            partner: PartnerName::new("rentguy"),
            id: MessageId::parse(&format!("msg_{n}")).expect("an id"),
            kind: "ping".to_owned(),
            at: None,
            heard_at: NOW,
        };
        let event = HeardEvent { line, body: "{}".to_owned() };
        let changes = Changes::new().with(Change::Hear(Box::new(event)));
        proxy.play(trick);
        assert_eq!(store.commit(changes.clone()).await?, Commit::Done, "{trick:?}");
        assert_eq!(store.commit(changes).await?, Commit::Refused(Refusal::AlreadyHeard), "{trick:?}");
    }
    assert_eq!(given.number("SELECT count(*) FROM mrdj.heard_event").await, 2);
    Ok(())
}
