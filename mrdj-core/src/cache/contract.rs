//! The proof of [`Cache`].

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Cache, MAX_VALUE_BYTES};
use crate::contract::{Case, Outcome};

/// Every promise of a cache, which must be fresh.
pub const CASES: &[Case<Arc<dyn Cache>>] =
    crate::cases![kept_values_come_back, old_values_are_gone, large_values_are_not_kept, forgetting_goes_by_prefix];

const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

async fn kept_values_come_back(cache: Arc<dyn Cache>) -> Outcome {
    assert_eq!(cache.get("a", NOON).await?, None);
    for value in ["plain", "", "één ✓ 🎉\r\n\0\"'\\", "{\"json\": null}"] {
        cache.put("a", value.to_owned(), MINUTE, NOON).await?;
        assert_eq!(cache.get("a", NOON).await?.as_deref(), Some(value));
    }
    for key in ["A", "a ", "a:b", "é", ""] {
        assert_eq!(cache.get(key, NOON).await?, None, "{key:?}");
        cache.put(key, key.to_owned(), MINUTE, NOON).await?;
        assert_eq!(cache.get(key, NOON).await?.as_deref(), Some(key));
    }
    assert_eq!(cache.get("a", NOON).await?.as_deref(), Some("{\"json\": null}"), "others leave it alone");
    cache.forget("a").await?;
    assert_eq!(cache.get("a", NOON).await?, None);
    Ok(())
}

async fn old_values_are_gone(cache: Arc<dyn Cache>) -> Outcome {
    cache.put("short", "1".to_owned(), MINUTE, NOON).await?;
    cache.put("long", "2".to_owned(), MINUTE * 60, NOON).await?;
    assert!(cache.get("short", NOON + MINUTE - MOMENT).await?.is_some());
    assert_eq!(cache.get("short", NOON + MINUTE + MOMENT).await?, None);
    assert!(cache.get("long", NOON + MINUTE + MOMENT).await?.is_some(), "each has a time of its own");

    let later = NOON + MINUTE * 2;
    cache.put("long", "3".to_owned(), MINUTE, later).await?;
    assert_eq!(cache.get("long", later + MINUTE + MOMENT).await?, None, "a replaced value has the newer time");
    Ok(())
}

async fn large_values_are_not_kept(cache: Arc<dyn Cache>) -> Outcome {
    let largest = "é".repeat(MAX_VALUE_BYTES / 2);
    cache.put("big", largest.clone(), MINUTE, NOON).await?;
    assert!(cache.get("big", NOON).await?.as_ref() == Some(&largest), "the largest that fits comes back whole");
    cache.put("big", format!("{largest}!"), MINUTE, NOON).await?;
    let kept = cache.get("big", NOON).await?;
    assert!(kept.is_none(), "neither the larger one nor what was there: {} bytes", kept.map_or(0, |kept| kept.len()));
    Ok(())
}

async fn forgetting_goes_by_prefix(cache: Arc<dyn Cache>) -> Outcome {
    let keys = ["city:den-haag", "city:delft", "city", "cities:all", "a%b", "axb", "a_b", "a*b", "a[b", "CITY:delft"];
    for key in keys {
        cache.put(key, key.to_owned(), MINUTE, NOON).await?;
    }
    cache.forget("city:").await?;
    assert_eq!(left(&*cache, &keys).await?, keys[2..]);
    for prefix in ["a%", "a_", "a*", "a["] {
        cache.forget(prefix).await?;
    }
    assert_eq!(left(&*cache, &keys).await?, ["city", "cities:all", "axb", "CITY:delft"], "no sign stands for others");
    cache.forget("").await?;
    assert_eq!(left(&*cache, &keys).await?, [""; 0], "every key begins with nothing");
    Ok(())
}

async fn left<'a>(cache: &dyn Cache, keys: &[&'a str]) -> Result<Vec<&'a str>, crate::error::PortError> {
    let mut left = Vec::new();
    for key in keys {
        if cache.get(key, NOON).await?.is_some() {
            left.push(*key);
        }
    }
    Ok(left)
}
