//! Who is free, and why the others are not.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::calendar::clashes;
use super::{Clash, Occupation, Resource, ResourceId, ResourceKind, Span, Take, Why};

/// What an evening finds: every DJ or set, with what stands in its way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Free {
    /// Each performer, by name, with its obstacles; none means that it is free.
    pub performers: Vec<(ResourceId, Vec<Clash>)>,
}

impl Free {
    /// The first that is free.
    pub fn first(&self) -> Option<&ResourceId> {
        self.performers.iter().find(|(_, clashes)| clashes.is_empty()).map(|(id, _)| id)
    }

    /// The first that is only held for somebody else, behind whom one may stand in line.
    pub fn first_held(&self) -> Option<&ResourceId> {
        let held =
            |clashes: &[Clash]| !clashes.is_empty() && clashes.iter().all(|clash| matches!(clash, Clash::HeldUntil(_)));
        self.performers.iter().find(|(_, clashes)| held(clashes)).map(|(id, _)| id)
    }
}

/// Looks at every performer among `resources` for an `event` at `place`, beside what is `taken`.
pub fn free(resources: &[Resource], taken: &[Occupation], event: Span, place: Option<&str>) -> Free {
    let performers = resources.iter().filter(|resource| resource.kind == ResourceKind::Performer && !resource.retired);
    let looked = performers.map(|resource| {
        // Nobody's, so that everything that is taken is in its way.
        let wanted = take(resource, 1, event).occupation(Uuid::nil(), place.map(str::to_owned), Why::Booked);
        (resource.id.clone(), clashes(resource, &wanted, taken))
    });
    Free { performers: looked.collect() }
}

/// What `units` of `resource` take for an `event`.
pub fn take(resource: &Resource, units: u16, event: Span) -> Take {
    Take { resource: resource.id.clone(), units, span: resource.needed(event) }
}
