//! The proof of [`ReplayGuard`].

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::ReplayGuard;
use crate::contract::{Case, Outcome};

/// Every promise of a replay guard, which must be fresh.
pub const CASES: &[Case<Arc<dyn ReplayGuard>>] =
    crate::cases![exactly_one_is_the_first, first_again_after_the_window, sources_do_not_share];

const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);
const WINDOW: SignedDuration = SignedDuration::from_mins(5);
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

async fn exactly_one_is_the_first(guard: Arc<dyn ReplayGuard>) -> Outcome {
    for id in ["msg_1", "", "a:b", "é ✓\n"] {
        let told = join_all((0..50).map(|_| guard.first_time("postmark", id, WINDOW, NOON))).await;
        let told = told.into_iter().collect::<Result<Vec<_>, _>>()?;
        assert_eq!(told.iter().filter(|first| **first).count(), 1, "{id:?}");
    }
    Ok(())
}

async fn first_again_after_the_window(guard: Arc<dyn ReplayGuard>) -> Outcome {
    assert!(guard.first_time("postmark", "msg_1", WINDOW, NOON).await?);
    for late in [WINDOW / 2, WINDOW - MOMENT] {
        assert!(!guard.first_time("postmark", "msg_1", WINDOW, NOON + late).await?, "{late:?} after the first");
    }
    assert!(guard.first_time("postmark", "msg_1", WINDOW, NOON + WINDOW).await?);
    assert!(!guard.first_time("postmark", "msg_1", WINDOW, NOON + WINDOW).await?, "a new window has begun");
    Ok(())
}

async fn sources_do_not_share(guard: Arc<dyn ReplayGuard>) -> Outcome {
    let words = [
        ("postmark", "msg_1"),
        ("rentguy", "msg_1"),
        ("postmark", "msg_2"),
        ("a", "b:c"),
        ("a:b", "c"),
        ("ab", "c"),
        ("a", "bc"),
    ];
    for (source, id) in words {
        assert!(guard.first_time(source, id, WINDOW, NOON).await?, "{source:?} {id:?}");
    }
    for (source, id) in words {
        assert!(!guard.first_time(source, id, WINDOW, NOON).await?, "{source:?} {id:?}");
    }
    Ok(())
}
