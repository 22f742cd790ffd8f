//! What subscribers hear of experiments, and of who was won.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{Conversion, ExperimentFact};
use crate::bookings::{BookingEvent, BookingFact, Package};
use crate::delivery::{Owed, Owes};
use crate::leads::LeadFact;
use crate::webhooks::{Happening, Subscription};

/// Owes every subscription what happens to experiments (`experiment.started`, …) and who was won (`conversion.enquiry`,
/// `conversion.booking`).
///
/// An event names an experiment by its key, and an enquiry or booking by its id; it names no visitor.
#[derive(Clone, Debug)]
pub struct ExperimentsForSubscribers {
    /// Who wants to hear what.
    pub subscriptions: Vec<Subscription>,
    /// What can be bought, for what a booking is worth.
    pub packages: Vec<Package>,
    /// The business's civil time.
    pub zone: TimeZone,
}

impl ExperimentsForSubscribers {
    fn owed(&self, happening: &Happening) -> Vec<Owed> {
        self.subscriptions.iter().filter_map(|subscription| subscription.owed(happening)).collect()
    }

    fn won(&self, conversion: Option<Conversion>) -> Vec<Owed> {
        let Some(conversion) = conversion else { return Vec::new() };
        let data = json!({
            "id": conversion.id,
            "goal": conversion.goal,
            "shown": conversion.seen.shown,
            "valueCents": conversion.value_cents,
        });
        let kind = format!("conversion.{}", conversion.goal.word());
        self.owed(&Happening { kind, at: conversion.at, edition: 1, data })
    }
}

impl Owes<ExperimentFact> for ExperimentsForSubscribers {
    fn owes(&self, fact: &ExperimentFact) -> Vec<Owed> {
        let experiment = &fact.experiment;
        let at = experiment.life.last().map_or(Timestamp::UNIX_EPOCH, |line| line.at);
        let data = json!({
            "id": experiment.id,
            "key": experiment.key,
            "status": experiment.word(),
            "frozen": experiment.frozen,
            "phase": experiment.phase,
            "winner": experiment.winner().map(|place| &experiment.definition.variations[usize::from(place)].key),
            "version": experiment.version,
        });
        let kind = format!("experiment.{}", fact.event.word());
        self.owed(&Happening { kind, at, edition: experiment.version, data })
    }
}

impl Owes<LeadFact> for ExperimentsForSubscribers {
    fn owes(&self, fact: &LeadFact) -> Vec<Owed> {
        let lead = fact.lead();
        self.won(Conversion::of_lead(lead, lead.changed_at, &self.zone))
    }
}

impl Owes<BookingFact> for ExperimentsForSubscribers {
    fn owes(&self, fact: &BookingFact) -> Vec<Owed> {
        let booking = &fact.booking;
        let won = || Conversion::of_booking(booking, &self.packages, booking.changed_at, &self.zone);
        self.won((fact.event == BookingEvent::Agreed).then(won).flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bookings::fixture::booking;
    use crate::bookings::{Booking, Party, Stage};
    use crate::chance::Chance;
    use crate::experiments::fixture::{draft, running};
    use crate::experiments::{ExperimentEvent, ExperimentKey, Seen, Shown, Step, VisitorId};
    use crate::leads::Lead;
    use crate::messages::Language;
    use crate::messages::fixture::lead;
    use crate::webhooks::PartnerName;

    struct Dice;

    impl Chance for Dice {
        fn bits(&self) -> u64 {
            0x5555_5555_5555_5555
        }
    }

    fn subscribers() -> ExperimentsForSubscribers {
        let n8n = Subscription { name: PartnerName::new("n8n"), kinds: Vec::new() };
        let packages = Package::samples();
        ExperimentsForSubscribers { subscriptions: vec![n8n], packages, zone: TimeZone::UTC }
    }

    fn told(owed: &[Owed]) -> Vec<(&str, u32)> {
        owed.iter().map(|owed| (owed.kind.as_str(), owed.edition)).collect()
    }

    fn seen() -> Seen {
        let shown = vec![Shown { experiment: ExperimentKey::parse("hero").expect("a key"), variation: 1 }];
        Seen { visitor: Some(VisitorId::new(&Dice)), shown }
    }

    #[test]
    fn each_step_of_an_experiment_is_an_event() {
        let stopped = Step::Stop { winner: Some("face".to_owned()) };
        let stopped = running().step(&stopped, "rik", Timestamp::UNIX_EPOCH).expect("it runs");
        let fact = |event, experiment| ExperimentFact { event, experiment };
        assert_eq!(told(&subscribers().owes(&fact(ExperimentEvent::Created, draft()))), [("experiment.created", 1)]);
        let owed = subscribers().owes(&fact(ExperimentEvent::Stopped, stopped));
        assert_eq!(told(&owed), [("experiment.stopped", 3)]);
        let data = &owed[0].payload["data"];
        assert_eq!((&data["status"], &data["winner"]), (&json!("stopped"), &json!("face")));
    }

    #[test]
    fn who_was_won_is_told_with_what_the_page_showed_and_no_visitor() {
        let won = Lead { seen: seen(), ..lead(Language::Nl) };
        let owed = Owes::<LeadFact>::owes(&subscribers(), &LeadFact::Received(won));
        assert_eq!(told(&owed), [("conversion.enquiry", 1)]);
        let payload = owed[0].payload.to_string();
        assert!(payload.contains("hero"), "{payload}");
        let visitor = VisitorId::new(&Dice).uuid();
        assert!(
            !payload.contains(&visitor.to_string()) && !payload.contains(&visitor.simple().to_string()),
            "{payload}"
        );
    }

    #[test]
    fn a_booking_is_told_when_it_is_agreed_and_where_something_was_seen() {
        let mut agreed = Booking { seen: seen(), stage: Stage::Agreed, ..booking() };
        agreed.event.package = Some("gold".to_owned());
        let fact = |event, booking: &Booking| {
            let fact = BookingFact { event, by: Party::Client, booking: booking.clone() };
            Owes::<BookingFact>::owes(&subscribers(), &fact)
        };
        let owed = fact(BookingEvent::Agreed, &agreed);
        assert_eq!(told(&owed), [("conversion.booking", 1)]);
        assert_eq!(owed[0].payload["data"]["valueCents"], json!(129_500));
        assert_eq!(fact(BookingEvent::Changed, &agreed), []);
        assert_eq!(fact(BookingEvent::Agreed, &booking()), []);
    }
}
