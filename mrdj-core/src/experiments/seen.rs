//! What a visitor saw before they asked or booked.

use serde::{Deserialize, Serialize};

use super::{ExperimentKey, VisitorId};

/// What a visitor saw, as far as it may be known; it travels with their form until something comes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Who they are, where they agreed to be known again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<VisitorId>,
    /// What the page says that it showed; it counts for who is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Shown>,
}

/// One variation that a page showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Of which experiment.
    pub experiment: ExperimentKey,
    /// Its place, from 0.
    pub variation: u8,
}

impl Seen {
    /// So many variations a page may say that it showed; more is nonsense.
    pub const MOST_SHOWN: usize = 20;

    /// What somebody saw who agreed to be known again.
    pub fn by(visitor: VisitorId) -> Self {
        Self { visitor: Some(visitor), shown: Vec::new() }
    }

    /// What somebody saw who did not, in the words of the page: of each experiment the first, and no more than
    /// [`Seen::MOST_SHOWN`] of them.
    pub fn on_page(shown: impl IntoIterator<Item = Shown>) -> Self {
        let mut first: Vec<Shown> = Vec::new();
        for one in shown {
            let is_new = first.iter().all(|known| known.experiment != one.experiment);
            if is_new && first.len() < Self::MOST_SHOWN {
                first.push(one);
            }
        }
        Self { visitor: None, shown: first }
    }

    /// Whether nothing is known of it, so that it counts for nothing.
    pub const fn is_empty(&self) -> bool {
        self.visitor.is_none() && self.shown.is_empty()
    }

    /// The same, or the `later` one where nothing is known of this.
    #[must_use]
    pub fn or(&self, later: &Self) -> Self {
        if self.is_empty() { later.clone() } else { self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(key: &str, variation: u8) -> Shown {
        Shown { experiment: ExperimentKey::parse(key).expect("a key"), variation }
    }

    #[test]
    fn a_page_says_one_variation_of_each_experiment_and_not_endlessly_many() {
        let seen = Seen::on_page([shown("a", 1), shown("b", 0), shown("a", 2)]);
        assert_eq!(seen.shown, [shown("a", 1), shown("b", 0)]);
        let many = Seen::on_page((0..100).map(|n| shown(&format!("key-{n}"), 0)));
        assert_eq!(many.shown.len(), Seen::MOST_SHOWN);
    }

    #[test]
    fn nothing_seen_takes_no_room() {
        assert_eq!(serde_json::to_string(&Seen::default()).expect("plain data"), "{}");
        assert_eq!(serde_json::from_str::<Seen>("{}").expect("it is read"), Seen::default());
        assert!(Seen::default().is_empty() && !Seen::on_page([shown("a", 0)]).is_empty());
    }
}
