//! The proof of [`EventBook`](super::EventBook), and of events in the [`Store`](crate::store::Store).

use futures_util::future::join_all;
use jiff::SignedDuration;

use super::{EventFilter, EventLine, HeardEvent, MessageId, PartnerName};
use crate::contract::given::{LANE, seconds};
use crate::contract::{Case, House, Outcome};
use crate::id::Id;
use crate::store::{Change, Changes, Commit, Refusal};

/// Every promise about events.
pub const CASES: &[Case<House>] = crate::cases![
    an_event_is_heard_once,
    heard_event_comes_back,
    unknown_kinds_are_kept,
    heard_events_are_listed_newest_first,
    sweep_takes_old_events_alone,
];

impl House {
    /// What `partner` says now under `id`; not yet committed.
    pub(crate) fn an_event(&self, partner: &'static str, id: &str) -> HeardEvent {
        let line = EventLine {
            key: Id::new(self.now(), &self.chance),
            partner: PartnerName::new(partner),
            id: MessageId::parse(id).expect("cases use real ids"),
            kind: "status.updated".to_owned(),
            at: None,
            heard_at: self.now(),
        };
        HeardEvent { line, body: r#"{"type":"status.updated"}"#.to_owned() }
    }

    /// Commits `event`, and lets a moment pass.
    pub(crate) async fn given_heard(&self, event: &HeardEvent) -> Outcome {
        self.given(hearing(event)).await?;
        self.pass(SignedDuration::from_millis(1));
        Ok(())
    }
}

/// The decision to keep `event`.
pub(crate) fn hearing(event: &HeardEvent) -> Changes {
    Changes::new().with(Change::Hear(Box::new(event.clone())))
}

async fn an_event_is_heard_once(house: House) -> Outcome {
    let rivals: Vec<_> = (0..20).map(|n| with_body(house.an_event("rentguy", "msg_1"), &n.to_string())).collect();
    let commits = rivals.iter().map(|event| {
        let owed = Change::Deliver(house.a_delivery(LANE, seconds(0)));
        house.ports.store.commit(Changes::new().with(owed).with_all(hearing(event).facts))
    });
    let commits = join_all(commits).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let refused = commits.iter().filter(|commit| **commit == Commit::Refused(Refusal::AlreadyHeard)).count();
    assert_eq!(refused, 19, "{commits:?}");
    let winner = commits.iter().position(|commit| *commit == Commit::Done).expect("one is committed");
    let first = &rivals[winner];
    assert_eq!(house.ports.events.find(&first.line.partner, &first.line.id).await?.as_ref(), Some(first));
    assert_eq!(house.lease(40).await?.len(), 1, "who says it again owes nothing");

    let twice = Changes::new().with_all(
        [hearing(&house.an_event("n8n", "b")), hearing(&house.an_event("n8n", "b"))]
            .into_iter()
            .flat_map(|changes| changes.facts),
    );
    assert_eq!(house.ports.store.commit(twice).await?, Commit::Refused(Refusal::AlreadyHeard));
    house.given_heard(&house.an_event("github", "msg_1")).await?;
    house.given_heard(&house.an_event("rentguy", "msg_2")).await
}

fn with_body(event: HeardEvent, body: &str) -> HeardEvent {
    HeardEvent { body: body.to_owned(), ..event }
}

async fn heard_event_comes_back(house: House) -> Outcome {
    let longest = "i".repeat(255);
    let mut events = Vec::new();
    for (partner, id) in
        [("rentguy", "a"), ("rentguy", "A"), ("n8n", "a"), ("rentguy", "a/b%c?d'\"\\"), ("n8n", &longest)]
    {
        let mut event = house.an_event(partner, id);
        event.line.at = Some(house.then(SignedDuration::from_micros(-7_000_001)));
        event.body = format!("{{ \"type\":\"é ✓\",\r\n\"x\": 1.10, \"x\": \"\\u0000 {id:?} 🎉\" }} ");
        house.given_heard(&event).await?;
        events.push(event);
    }
    events.push(house.an_event("postmark", "unsaid"));
    house.given_heard(&events[5]).await?;
    for event in &events {
        let found = house.ports.events.find(&event.line.partner, &event.line.id).await?;
        assert_eq!(found.as_ref(), Some(event));
    }
    let nobody = house.an_event("github", "a");
    assert_eq!(house.ports.events.find(&nobody.line.partner, &nobody.line.id).await?, None);
    Ok(())
}

async fn unknown_kinds_are_kept(house: House) -> Outcome {
    let longest = "k".repeat(200);
    for (n, kind) in ["queue.flush", "?", "Ünbekannt 🎉 '--", &longest].into_iter().enumerate() {
        let mut event = house.an_event("rentguy", &format!("msg_{n}"));
        event.line.kind = kind.to_owned();
        house.given_heard(&event).await?;
        let found = house.ports.events.find(&event.line.partner, &event.line.id).await?;
        assert_eq!(found, Some(event));
    }
    Ok(())
}

async fn heard_events_are_listed_newest_first(house: House) -> Outcome {
    let mut lines = Vec::new();
    for n in 0..7 {
        let event = house.an_event(if n % 3 == 0 { "n8n" } else { "rentguy" }, &format!("msg_{n}"));
        house.given_heard(&event).await?;
        lines.insert(0, event.line);
    }
    let mut filter = EventFilter::default();
    let mut seen = Vec::new();
    loop {
        let page = house.ports.events.list(&filter, 3).await?;
        let Some(last) = page.last() else { break };
        filter.before = Some(last.key);
        assert!(page.len() <= 3);
        seen.extend(page);
    }
    assert_eq!(seen, lines);
    let of = |partner| EventFilter { partner: Some(PartnerName::new(partner)), before: None };
    let rentguys: Vec<_> = lines.into_iter().filter(|line| line.partner.as_str() == "rentguy").collect();
    assert_eq!(house.ports.events.list(&of("rentguy"), 10).await?, rentguys);
    assert_eq!(house.ports.events.list(&of("nobody"), 10).await?, []);
    Ok(())
}

async fn sweep_takes_old_events_alone(house: House) -> Outcome {
    let mut events = Vec::new();
    for n in 0..5 {
        events.push(house.an_event("rentguy", &format!("msg_{n}")));
        house.given(hearing(&events[n])).await?;
        house.pass(seconds(60));
    }
    let sweep = |before, limit| house.ports.events.sweep_events(before, limit);
    assert_eq!(sweep(events[0].line.heard_at, 10).await?, 0, "the first is not older than itself");
    assert_eq!(sweep(house.now(), 0).await?, 0);
    assert_eq!(sweep(house.now(), 2).await?, 2);
    assert_eq!(sweep(events[4].line.heard_at, 10).await?, 2, "the last is too young");
    let left = house.ports.events.list(&EventFilter::default(), 10).await?;
    assert_eq!(left, [events[4].line.clone()]);
    house.given(hearing(&events[0])).await
}
