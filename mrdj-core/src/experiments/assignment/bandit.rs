//! Weights that were learned for kinds of visitors.

use super::Value;
use super::bucket::Range;
use super::condition::Condition;
use super::fields::{Fields, integer};
use super::loading::{Loading, Place};

/// One kind of visitors of a contextual bandit, and the weights that were learned for it.
#[derive(Debug)]
pub struct Leaf {
    /// Its number; -1 for visitors of no kind.
    pub id: i64,
    /// How large a share each variation has.
    pub weights: Box<[f64]>,
    /// The version of the bandit that these weights are of.
    pub bandit_version: Option<i64>,
    condition: Condition,
    pub(super) ranges: Box<[Range]>,
}

/// The kinds of visitors of one rule; the first whose condition holds counts.
#[derive(Debug)]
pub(super) struct Bandit {
    leaves: Box<[Leaf]>,
}

impl Bandit {
    /// Reads what `contextualBanditRef` refers to. `ranges` makes the ranges of weights, or of the rule's own when there are
    /// none.
    pub(super) fn read(
        fields: &Fields<'_>,
        own: &[f64],
        ranges: impl Fn(Option<&[f64]>) -> Box<[Range]>,
        loading: &mut Loading<'_>,
    ) -> Option<Self> {
        let name = fields.text("contextualBanditRef", loading)?;
        let Some(bandit) = loading.bandits.and_then(|bandits| bandits.get(&name)).filter(|bandit| bandit.is_truthy())
        else {
            loading.warn(fields.place.field("contextualBanditRef"), "names a bandit that is not there, and is ignored");
            return None;
        };
        let place = Place::BANDITS.field(&name);
        let place = place.field("contexts");
        let fixed = fields.is_overridden("weights");
        let version = integer(bandit.get("banditVersion"));
        let contexts = if let Some(Value::List(contexts)) = bandit.get("contexts") { &**contexts } else { &[] };
        let leaf = |(at, context): (usize, &Value)| {
            let fields = Fields::new(context, place.index(at));
            let weights = if fixed { Some(own.into()) } else { fields.list("weights", loading).map(numbers) };
            Leaf {
                id: integer(context.get("leafId")).unwrap_or_default(),
                ranges: ranges(weights.as_deref()),
                weights: weights.unwrap_or_default(),
                bandit_version: version,
                condition: fields.condition(loading).unwrap_or_else(Condition::always),
            }
        };
        let mut leaves: Vec<_> = contexts.iter().enumerate().map(leaf).collect();
        leaves.push(Leaf {
            id: -1,
            ranges: ranges(Some(own)),
            weights: own.into(),
            bandit_version: version,
            condition: Condition::always(),
        });
        Some(Self { leaves: leaves.into() })
    }

    /// The first kind of which `holds` is true.
    pub(super) fn leaf(&self, holds: impl Fn(&Condition) -> bool) -> Option<&Leaf> {
        self.leaves.iter().find(|leaf| holds(&leaf.condition))
    }
}

/// The numbers of a list; what is none makes the weights unfit.
pub(super) fn numbers(items: &[Value]) -> Box<[f64]> {
    let number = |item: &Value| if let Value::Number(number) = item { *number } else { f64::NAN };
    items.iter().map(number).collect()
}
