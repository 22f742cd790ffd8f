//! What subscribers hear of enquiries and bookings.

use serde_json::json;

use crate::bookings::BookingFact;
use crate::delivery::{Owed, Owes};
use crate::leads::LeadFact;
use crate::webhooks::{Happening, Subscription};

/// Owes every subscription the events that it wants to hear of.
///
/// An event names things by their ids and says what kind they are of; it holds no personal data. Who needs more asks for it
/// by the id.
#[derive(Clone, Debug, Default)]
pub struct EventsForSubscribers {
    /// Who wants to hear what.
    pub subscriptions: Vec<Subscription>,
}

impl EventsForSubscribers {
    fn owed(&self, happening: &Happening) -> Vec<Owed> {
        self.subscriptions.iter().filter_map(|subscription| subscription.owed(happening)).collect()
    }
}

impl Owes<LeadFact> for EventsForSubscribers {
    fn owes(&self, fact: &LeadFact) -> Vec<Owed> {
        let lead = fact.lead();
        let word = match fact {
            LeadFact::Received(_) => "created",
            LeadFact::Extended(_) => "extended",
            LeadFact::Released(_) => "released",
        };
        let data = json!({
            "id": lead.id,
            "leadId": lead.reference,
            "kind": lead.kind,
            "eventType": lead.event_type().map(|kind| kind.kind()),
            "eventDate": lead.event_date(),
            "standing": lead.standing,
            "version": lead.version,
        });
        self.owed(&Happening { kind: format!("lead.{word}"), at: lead.changed_at, edition: lead.version, data })
    }
}

impl Owes<BookingFact> for EventsForSubscribers {
    fn owes(&self, fact: &BookingFact) -> Vec<Owed> {
        let booking = &fact.booking;
        let data = json!({
            "id": booking.id,
            "reference": booking.reference,
            "lead": booking.lead,
            "stage": booking.stage.word(),
            "eventType": booking.event.kind.kind(),
            "eventDate": booking.event.time.day(),
            "version": booking.version,
        });
        let kind = format!("booking.{}", fact.event.word());
        self.owed(&Happening { kind, at: booking.changed_at, edition: booking.version, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leads::Lead;
    use crate::messages::Language;
    use crate::messages::fixture::lead;
    use crate::webhooks::PartnerName;

    fn subscribers(kinds: &[&str]) -> EventsForSubscribers {
        let kinds: Vec<_> = kinds.iter().copied().map(str::to_owned).collect();
        let subscription = |name| Subscription { name: PartnerName::new(name), kinds: kinds.clone() };
        EventsForSubscribers { subscriptions: vec![subscription("n8n"), subscription("bi")] }
    }

    fn owed(subscribers: &EventsForSubscribers, fact: &LeadFact) -> Vec<(String, String, u32)> {
        let owes = Owes::<LeadFact>::owes(subscribers, fact).into_iter();
        owes.map(|owed| (owed.queue.to_string(), owed.kind, owed.edition)).collect()
    }

    #[test]
    fn each_hears_by_a_queue_of_its_own_what_it_wants_to_hear() {
        let fact = LeadFact::Received(lead(Language::Nl));
        let row = |queue: &str| (queue.to_owned(), "lead.created".to_owned(), 1);
        assert_eq!(owed(&subscribers(&[]), &fact), [row("events-n8n"), row("events-bi")]);
        assert_eq!(owed(&subscribers(&["lead.created"]), &fact).len(), 2);
        assert_eq!(owed(&subscribers(&["booking.*"]), &fact), []);
    }

    #[test]
    fn each_addition_is_an_event_of_its_own() {
        let fact = |version| LeadFact::Extended(Lead { version, ..lead(Language::Nl) });
        let editions = [2, 3].map(|version| owed(&subscribers(&[]), &fact(version))[0].2);
        assert_eq!(editions, [2, 3]);
    }

    #[test]
    fn nothing_that_a_visitor_wrote_is_told() {
        let mut asked = lead(Language::Nl);
        asked.enquiry.event_type = crate::leads::EventType::parse("Jan van Dijk, 0612345678").ok();
        let said = Owes::<LeadFact>::owes(&subscribers(&[]), &LeadFact::Received(asked.clone()))[0].payload.to_string();
        let phone = asked.phone().map(|phone| phone.as_str().to_owned()).unwrap_or_default();
        let email = asked.email().map(|email| email.as_str().to_owned()).unwrap_or_default();
        for personal in [asked.name().as_str(), &phone, &email, "dijk", "0612345678"] {
            assert!(personal.is_empty() || !said.contains(personal), "{personal} in {said}");
        }
        assert!(said.contains("anders") && said.contains(asked.reference.as_str()), "{said}");
    }
}
