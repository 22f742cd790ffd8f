//! The proof of [`SessionStore`].

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{MAX_SESSION_BYTES, SessionId, SessionStore};
use crate::contract::{Case, Outcome};
use crate::error::ErrorKind;
use crate::mocks::FakeChance;

/// Every promise of a session store, which must be fresh.
pub const CASES: &[Case<Arc<dyn SessionStore>>] = crate::cases![
    saved_sessions_come_back,
    expired_sessions_are_gone,
    saving_again_replaces,
    large_sessions_are_refused,
    removed_sessions_are_gone
];

const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

fn ids<const N: usize>() -> [SessionId; N] {
    let chance = FakeChance::seeded(11);
    std::array::from_fn(|_| SessionId::new(&chance))
}

fn json(who: &str) -> String {
    format!("{{\"user\":\"{who}\",\"note\":\"één ✓ \\n\\u0000\"}}")
}

async fn saved_sessions_come_back(store: Arc<dyn SessionStore>) -> Outcome {
    let [jan, marie, nobody] = ids();
    store.save(&jan, json("jan"), HOUR, NOON).await?;
    store.save(&marie, json("marie"), HOUR, NOON).await?;
    assert_eq!(store.load(&jan, NOON).await?, Some(json("jan")));
    assert_eq!(store.load(&marie, NOON).await?, Some(json("marie")));
    assert_eq!(store.load(&nobody, NOON).await?, None);
    Ok(())
}

async fn expired_sessions_are_gone(store: Arc<dyn SessionStore>) -> Outcome {
    let [short, long] = ids();
    store.save(&short, json("short"), HOUR, NOON).await?;
    store.save(&long, json("long"), HOUR * 24, NOON).await?;
    assert!(store.load(&short, NOON + HOUR - MOMENT).await?.is_some());
    assert_eq!(store.load(&short, NOON + HOUR).await?, None);
    assert!(store.load(&long, NOON + HOUR).await?.is_some(), "each has a time of its own");
    Ok(())
}

async fn saving_again_replaces(store: Arc<dyn SessionStore>) -> Outcome {
    let [id] = ids();
    store.save(&id, json("jan"), HOUR, NOON).await?;
    store.save(&id, json("marie"), HOUR, NOON + HOUR / 2).await?;
    assert_eq!(store.load(&id, NOON + HOUR).await?, Some(json("marie")), "the time began anew");
    store.save(&id, json("short"), MOMENT, NOON).await?;
    assert_eq!(store.load(&id, NOON + MOMENT).await?, None, "and may become shorter");
    Ok(())
}

async fn large_sessions_are_refused(store: Arc<dyn SessionStore>) -> Outcome {
    let [id] = ids();
    let largest = format!("\"{}\"", "x".repeat(MAX_SESSION_BYTES - 2));
    store.save(&id, largest.clone(), HOUR, NOON).await?;
    let refused = store.save(&id, format!("{largest} "), HOUR, NOON).await;
    assert_eq!(refused.map_err(|error| error.kind), Err(ErrorKind::Rejected));
    assert!(store.load(&id, NOON).await?.as_ref() == Some(&largest), "what was there stays");
    Ok(())
}

async fn removed_sessions_are_gone(store: Arc<dyn SessionStore>) -> Outcome {
    let [gone, stays] = ids();
    for id in [&gone, &stays] {
        store.save(id, json("jan"), HOUR, NOON).await?;
    }
    store.remove(&gone).await?;
    store.remove(&gone).await?;
    assert_eq!(store.load(&gone, NOON).await?, None);
    assert!(store.load(&stays, NOON).await?.is_some());
    store.save(&gone, json("jan"), HOUR, NOON).await?;
    assert!(store.load(&gone, NOON).await?.is_some(), "the id may be used again");
    Ok(())
}
