//! What is taken, and whether something more fits: the one rule behind every answer and every write.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{EventHours, Resource, ResourceId, Span};

/// What takes a resource for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupation {
    /// The booking or the blocked day that takes it.
    pub owner: Uuid,
    /// What is taken.
    pub resource: ResourceId,
    /// How many of it.
    pub units: u16,
    /// For how long, with the time before and after the event.
    pub span: Span,
    /// Where, as far as it is known.
    pub place: Option<String>,
    /// Why.
    pub why: Why,
}

impl Occupation {
    /// Nothing takes longer: the longest event, with the longest time before and after.
    pub const LONGEST: SignedDuration =
        SignedDuration::from_hours(EventHours::LONGEST.as_hours() + 2 * Resource::LONGEST_BUFFER.as_hours());
}

/// What can be booked, and what is taken around a span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// Everything that can be booked, by name.
    pub resources: Vec<Resource>,
    /// What takes any of it, what waits in line included.
    pub taken: Vec<Occupation>,
}

/// Why a resource is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It was agreed.
    Booked,
    /// Somebody has until then to decide.
    Held {
        /// Until when.
        until: Timestamp,
    },
    /// The business is not there.
    Blocked {
        /// Why not, in words for operators.
        reason: String,
    },
    /// Somebody stands in line behind a hold; this takes nothing.
    Waiting,
}

/// Why something does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clash {
    /// Another event was agreed.
    Booked,
    /// Somebody else has until then to decide.
    HeldUntil(Timestamp),
    /// The day is blocked.
    Blocked(String),
    /// An event at another place lies too close.
    TooShort {
        /// How many minutes lie between.
        gap_min: u32,
        /// How many are needed.
        needed_min: u32,
    },
    /// It takes no new bookings.
    Retired,
    /// There are not so many of it.
    TooMany {
        /// How many there are.
        units: u16,
    },
}

/// Whether `wanted` fits on `resource` beside what is `taken`; empty when it does.
///
/// What belongs to the same owner, and what waits in line, is no obstacle. Of a pool, as many may be taken at any one
/// moment as there are; of a performer there is one, and between two places it needs its time to travel.
pub fn clashes<'t>(
    resource: &Resource,
    wanted: &Occupation,
    taken: impl IntoIterator<Item = &'t Occupation>,
) -> Vec<Clash> {
    let others = taken
        .into_iter()
        .filter(|other| other.resource == wanted.resource && other.owner != wanted.owner && other.why != Why::Waiting);
    let others: Vec<_> = others.collect();
    let mut found = Vec::new();
    if resource.retired {
        found.push(Clash::Retired);
    }
    if wanted.units > resource.units {
        found.push(Clash::TooMany { units: resource.units });
    } else if most_at_once(wanted.span, &others) + u32::from(wanted.units) > u32::from(resource.units) {
        found.extend(others.iter().filter(|other| other.span.overlaps(wanted.span)).filter_map(|other| told(other)));
    }
    found.extend(others.iter().filter_map(|other| too_short(resource, wanted, other)));
    found.sort();
    found.dedup();
    found
}

/// How many units are taken at the fullest moment of `span`.
fn most_at_once(span: Span, others: &[&Occupation]) -> u32 {
    let common = others.iter().filter_map(|other| Some((other.span.common(span)?, u32::from(other.units))));
    let common: Vec<_> = common.collect();
    // It is fullest where one of them begins.
    let at = |moment| {
        common.iter().filter(|(span, _)| span.start <= moment && moment < span.end).map(|(_, units)| units).sum()
    };
    common.iter().map(|(span, _)| at(span.start)).max().unwrap_or(0)
}

fn told(other: &Occupation) -> Option<Clash> {
    match &other.why {
        Why::Booked => Some(Clash::Booked),
        Why::Held { until } => Some(Clash::HeldUntil(*until)),
        Why::Blocked { reason } => Some(Clash::Blocked(reason.clone())),
        Why::Waiting => None,
    }
}

fn too_short(resource: &Resource, wanted: &Occupation, other: &Occupation) -> Option<Clash> {
    let (here, there) = (wanted.place.as_deref()?, other.place.as_deref()?);
    let same = here.trim().to_lowercase() == there.trim().to_lowercase();
    let gap = wanted.span.gap(other.span);
    if same || other.span.overlaps(wanted.span) || gap >= resource.travel {
        return None;
    }
    let minutes = |length: SignedDuration| u32::try_from(length.as_mins()).unwrap_or(u32::MAX);
    Some(Clash::TooShort { gap_min: minutes(gap), needed_min: minutes(resource.travel) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    fn taken(owner: u128, from: i64, to: i64, units: u16, why: Why) -> Occupation {
        Occupation {
            owner: Uuid::from_u128(owner),
            resource: ResourceId::parse("dj-1").expect("a name"),
            units,
            span: Span { start: at(from), end: at(to) },
            place: None,
            why,
        }
    }

    fn dj() -> Resource {
        Resource::performer(ResourceId::parse("dj-1").expect("a name"), "DJ 1")
    }

    fn lights(units: u16) -> Resource {
        Resource::equipment(ResourceId::parse("dj-1").expect("a name"), "Lights", units)
    }

    #[test]
    fn each_obstacle_is_named() {
        let wanted = taken(1, 60, 120, 1, Why::Booked);
        let others = [
            taken(2, 0, 61, 1, Why::Held { until: at(500) }),
            taken(3, 119, 200, 1, Why::Blocked { reason: "holiday".to_owned() }),
            taken(4, 90, 95, 1, Why::Booked),
            taken(5, 60, 120, 1, Why::Waiting),
            taken(1, 60, 120, 1, Why::Booked),
        ];
        let found = clashes(&dj(), &wanted, &others);
        assert_eq!(found, [Clash::Booked, Clash::HeldUntil(at(500)), Clash::Blocked("holiday".to_owned())]);
        let touching = [taken(2, 0, 60, 1, Why::Booked), taken(3, 120, 180, 1, Why::Booked)];
        assert_eq!(clashes(&dj(), &wanted, &touching), []);
        assert_eq!(clashes(&Resource { retired: true, ..dj() }, &wanted, &touching), [Clash::Retired]);
    }

    #[test]
    fn two_places_need_their_time_between() {
        let place = |mut occupation: Occupation, place: &str| {
            occupation.place = Some(place.to_owned());
            occupation
        };
        let wanted = place(taken(1, 100, 200, 1, Why::Booked), "Breda");
        let there = place(taken(2, 230, 300, 1, Why::Booked), "Tilburg");
        assert_eq!(clashes(&dj(), &wanted, [&there]), [Clash::TooShort { gap_min: 30, needed_min: 60 }]);
        assert_eq!(clashes(&dj(), &wanted, [&place(there.clone(), " breda ")]), []);
        assert_eq!(clashes(&dj(), &wanted, [&place(taken(2, 260, 300, 1, Why::Booked), "Tilburg")]), []);
        assert_eq!(clashes(&dj(), &wanted, [&Occupation { place: None, ..there }]), []);
    }

    #[test]
    fn a_pool_is_full_when_all_of_it_is_out_at_one_moment() {
        // At no moment are more than two out, though four are taken around it.
        let others =
            [taken(2, 0, 10, 1, Why::Booked), taken(3, 5, 20, 1, Why::Booked), taken(4, 10, 30, 1, Why::Booked)];
        assert_eq!(clashes(&lights(3), &taken(1, 0, 30, 1, Why::Booked), &others), []);
        assert_eq!(clashes(&lights(3), &taken(1, 0, 30, 2, Why::Booked), &others), [Clash::Booked]);
        assert_eq!(clashes(&lights(3), &taken(1, 0, 30, 4, Why::Booked), []), [Clash::TooMany { units: 3 }]);
    }

    proptest! {
        /// Whatever was let in, at no moment is more out than there is.
        #[test]
        fn what_fits_never_takes_more_than_there_is(
            units in 1_u16..4, wishes in proptest::collection::vec((0_i64..200, 1_i64..60, 1_u16..4), 1..40),
        ) {
            let resource = lights(units);
            let mut let_in: Vec<Occupation> = Vec::new();
            for (n, (from, length, many)) in wishes.into_iter().enumerate() {
                let wish = taken(n as u128 + 1, from, from + length, many, Why::Booked);
                if clashes(&resource, &wish, &let_in).is_empty() {
                    let_in.push(wish);
                }
            }
            for minute in 0..260 {
                let out = let_in.iter().filter(|one| one.span.start <= at(minute) && at(minute) < one.span.end);
                prop_assert!(out.map(|one| one.units).sum::<u16>() <= units);
            }
        }
    }
}
