//! Who is free, and why the others are not.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::calendar::clashes;
use super::{Clash, EventTime, Occupation, Resource, ResourceId, ResourceKind, Take, Why};

/// What an evening finds: every DJ or set, with what stands in its way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Free {
    /// Each performer, by name, with its obstacles; none means that it is free.
    pub performers: Vec<(ResourceId, Vec<Clash>)>,
}

impl Free {
    /// The first that is free.
    pub fn first(&self) -> Option<&ResourceId> {
        self.one(0.0)
    }

    /// One of those that are free, by `dice` from 0 to below 1.
    pub fn one(&self, dice: f64) -> Option<&ResourceId> {
        self.all().nth((dice * self.all().count() as f64) as usize)
    }

    /// All that are free.
    pub fn all(&self) -> impl Iterator<Item = &ResourceId> {
        self.performers.iter().filter(|(_, clashes)| clashes.is_empty()).map(|(id, _)| id)
    }

    /// Whether this one is free.
    pub fn has(&self, id: &ResourceId) -> bool {
        self.all().any(|one| one == id)
    }

    /// Of those that are only held for somebody else, behind whom one may stand in line, the one whose hold ends first.
    pub fn soonest_held(&self) -> Option<&ResourceId> {
        let held = |clash: &Clash| if let Clash::HeldUntil(until) = clash { Some(*until) } else { None };
        let all = |clashes: &[Clash]| clashes.iter().map(held).collect::<Option<Vec<_>>>()?.into_iter().max();
        let held = self.performers.iter().filter_map(|(id, clashes)| Some((all(clashes)?, id)));
        held.min().map(|(_, id)| id)
    }
}

/// Looks at every performer among `resources` for an event at that `time` and `place`, beside what is `taken`; a day
/// without hours is read on the clocks of `zone`.
pub fn free(
    resources: &[Resource],
    taken: &[Occupation],
    time: &EventTime,
    place: Option<&str>,
    zone: &TimeZone,
) -> Free {
    let performers = resources.iter().filter(|resource| resource.kind == ResourceKind::Performer && !resource.retired);
    let looked = performers.map(|resource| {
        // Nobody's, so that everything that is taken is in its way.
        let wanted = take(resource, 1, time, zone).occupation(Uuid::nil(), exact_place(time, place), Why::Booked);
        (resource.id.clone(), clashes(resource, &wanted, taken))
    });
    Free { performers: looked.collect() }
}

/// What `units` of `resource` take for an event at that `time`.
///
/// The time before and after belongs to hours that are known; a day without hours has room for it.
pub fn take(resource: &Resource, units: u16, time: &EventTime, zone: &TimeZone) -> Take {
    let span = time.span(zone);
    let span = if time.hours().is_some() { span.widened(resource.before, resource.after) } else { span };
    Take { resource: resource.id.clone(), units, span }
}

/// Where an event is, as far as that says how long the way to another takes: of a day without hours nobody can tell.
pub(super) fn exact_place(time: &EventTime, place: Option<&str>) -> Option<String> {
    time.hours().and(place).map(str::to_owned)
}
