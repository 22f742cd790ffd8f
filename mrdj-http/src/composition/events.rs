//! Signed events: who may send them to us, and who hears ours.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::subscriber::{Config, Hook};
use mrdj_core::delivery::{DeliveryQueue, Holding, QueueName, QueueRule, QueueState};
use mrdj_core::experiments::ExperimentsForSubscribers;
use mrdj_core::observability::{Condition, Finding, Probe};
use mrdj_core::partners::EventsForSubscribers;
use mrdj_core::webhooks::{
    AddressRule, EventCourier, InvalidSecret, Network, PartnerName, StandardRetries, Subscription,
};

use super::house::{House, StartError};
use super::partners::LEASE_TERM;
use crate::settings::{Settings, SubscriberSettings};
use crate::{SignedDoor, SignedDoors};

/// The doors of everybody who may send us events; who has no secret here is told so.
pub(super) fn doors(settings: &Settings) -> Result<SignedDoors, StartError> {
    let senders = &settings.senders;
    let doors = [
        SignedDoor::stamped(PartnerName::new("rentguy"), &senders.rentguy),
        SignedDoor::standard(PartnerName::new("personalization"), &senders.personalization),
        SignedDoor::standard(PartnerName::new("n8n"), &senders.n8n),
        SignedDoor::github(PartnerName::new("github"), &senders.github),
    ];
    Ok(SignedDoors::of(doors.into_iter().collect::<Result<Vec<_>, _>>().map_err(unusable)?))
}

fn unusable(invalid: InvalidSecret) -> StartError {
    StartError::Setting(invalid.to_string())
}

/// Sets up a courier for every subscriber, and lets enquiries, bookings and whoever was won by an experiment owe them what they
/// want to hear.
pub(super) fn set_up(house: House) -> Result<House, StartError> {
    let list = house.settings().subscribers.list.clone();
    let subscriptions: Vec<_> = list.iter().map(subscription).collect();
    let (zone, packages) = (house.settings().business.zone.clone(), house.booking_rules()?.packages);
    let won = ExperimentsForSubscribers { subscriptions: subscriptions.clone(), packages, zone };
    let owes = EventsForSubscribers { subscriptions };
    let house = house.with_owes(owes.clone()).with_booking_owes(owes);
    let house = house.with_owes(won.clone()).with_booking_owes(won.clone()).with_experiment_owes(won);
    list.into_iter().try_fold(house, |house, subscriber| {
        let settings = house.settings();
        let rule = rule(settings);
        let config = Config {
            rule: AddressRule { allowed: settings.subscribers.allowed_networks.iter().map(network).collect() },
            timeout: Duration::try_from(settings.subscribers.timeout).unwrap_or(Duration::from_secs(10)),
            url: subscriber.url.clone(),
            secrets: subscriber.secrets.clone(),
        };
        let hook = Arc::new(Hook::new(config).map_err(unusable)?);
        let courier = EventCourier { subscription: subscription(&subscriber), subscriber: hook };
        Ok(house.with_courier(courier, rule))
    })
}

/// The queues of all subscribers.
pub(super) fn queues(settings: &Settings) -> Vec<QueueName> {
    settings.subscribers.list.iter().map(|subscriber| subscription(subscriber).queue()).collect()
}

fn subscription(subscriber: &SubscriberSettings) -> Subscription {
    Subscription { name: subscriber.name.clone(), kinds: subscriber.kinds.clone() }
}

fn network(net: &IpNet) -> Network {
    Network::new(net.addr(), net.prefix_len()).expect("a network that was read shares no more bits than there are")
}

fn rule(settings: &Settings) -> QueueRule {
    QueueRule {
        retry: Arc::new(StandardRetries),
        breaker: settings.breaker,
        concurrency: settings.workers.max(1),
        deadline: settings.subscribers.timeout.saturating_add(SignedDuration::from_secs(5)),
        lease_term: LEASE_TERM,
        ..QueueRule::default()
    }
}

/// A look at all subscribers, through the queues that lead to them.
pub(super) struct Audience {
    /// Their queues.
    pub(super) queues: Vec<QueueName>,
    /// Where the state of queues is read.
    pub(super) states: Arc<dyn DeliveryQueue>,
}

#[async_trait]
impl Probe for Audience {
    fn name(&self) -> &'static str {
        "events"
    }

    fn required(&self) -> bool {
        // Enquiries are taken whoever hears of them.
        false
    }

    async fn look(&self, _: Timestamp) -> Finding {
        if self.queues.is_empty() {
            return found(Condition::NotConfigured, "nobody wants to hear what happens here".to_owned());
        }
        let states = match self.states.queues().await {
            Ok(states) => states,
            Err(error) => return found(Condition::Degraded, format!("queues cannot be read: {}", error.summary)),
        };
        let held: Vec<_> = states.iter().filter(|state| self.queues.contains(&state.name)).filter_map(held).collect();
        if held.is_empty() { found(Condition::Up, String::new()) } else { found(Condition::Degraded, held.join("; ")) }
    }
}

fn held(state: &QueueState) -> Option<String> {
    Some(match state.holding(true)? {
        Holding::NotConfigured => return None,
        Holding::Paused { since } => format!("{} paused since {since}", state.name),
        Holding::BreakerOpen { since, .. } => format!("{} waits since {since}", state.name),
    })
}

fn found(condition: Condition, note: String) -> Finding {
    Finding { condition, note }
}
