//! Events out, from the form of a visitor to subscribers over sockets, in a whole house.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use mrdj_adapters::memory::Memory;
use mrdj_adapters::sandbox::Mode;
use mrdj_adapters::subscriber::{Config, Hook, Sandbox};
use mrdj_adapters::system::SystemClock;
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{BreakerRule, Delivery, DeliveryDesk, Filter, QueueRule, State, Worker};
use mrdj_core::leads::{EnquiryForm, LeadKind, Visit};
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::secret::Secret;
use mrdj_core::store::{Change, Changes, Commit, Store};
use mrdj_core::webhooks::{AddressRule, EventCourier, Happening, Network, PartnerName, StandardRetries, Subscription};
use mrdj_harness::until;
use mrdj_http::composition::{Crew, House};
use mrdj_http::settings::{Settings, Sources};
use serde_json::json;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

fn form() -> EnquiryForm {
    EnquiryForm {
        name: "Jan Jansen".into(),
        email: "jan@example.com".into(),
        phone: "0612345678".into(),
        event_type: "Bruiloft".into(),
        ..EnquiryForm::default()
    }
}

/// Settings with everything in `directory`, and with `own`.
fn settings(directory: &Path, own: &[(&str, String)]) -> Settings {
    let mut values = BTreeMap::from([("DATA_DIR".to_owned(), directory.display().to_string())]);
    values.extend(own.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    let sources = Sources::gather(values, BTreeMap::new(), Box::new(|path| std::fs::read_to_string(path)));
    Settings::parse(&sources.expect("sources")).expect("settings")
}

#[tokio::test]
async fn what_happens_in_the_house_is_heard_by_who_wants_to_hear_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let (n8n, deaf) = (sandbox(Arc::new(SystemClock)).await, sandbox(Arc::new(SystemClock)).await);
    deaf.knobs().set(Mode::Stall);
    let settings = settings(
        directory.path(),
        &[
            ("EVENT_SUBSCRIBERS", format!("n8n={0}/hook, bi={0}/hook, deaf={1}/hook", n8n.url(), deaf.url())),
            (
                "EVENT_SUBSCRIBER_SECRETS",
                ["n8n", "bi", "deaf"].map(|name| format!("{name}={}", Sandbox::SECRET)).join(","),
            ),
            ("EVENT_SUBSCRIBER_KINDS", "bi=booking.*".to_owned()),
            ("EVENT_ALLOWED_NETWORKS", "127.0.0.0/8".to_owned()),
        ],
    );
    let built = House::open(settings).await.expect("a house").build().expect("whole");
    let receipt = built.app.intake.submit(LeadKind::Contact, &form(), Visit::default()).await.expect("taken");
    let crew = built.crew.map(Crew::start).expect("a crew");
    until("the event is heard", PATIENCE, async || !n8n.heard().is_empty()).await;
    let heard = n8n.heard();
    assert_eq!(heard.len(), 1, "one wants bookings alone, and the other hears it once");
    assert_eq!(heard[0].event.kind, "lead.created");
    assert_eq!(heard[0].event.body["data"]["leadId"], receipt.reference.as_str());
    let said = serde_json::to_string(&heard[0].event.body).expect("JSON");
    assert!(!said.contains("Jan") && !said.contains("jan@") && !said.contains("612345678"), "{said}");
    crew.stop(SignedDuration::from_millis(100)).await;
    built.store.close().await;
}

async fn sandbox(clock: Arc<dyn Clock>) -> Sandbox {
    Sandbox::start(clock).await.expect("a stand-in")
}

/// A worker who tells one subscriber, and what it owes him.
struct Scene {
    memory: Arc<Memory>,
    clock: FakeClock,
    worker: Worker,
    sandbox: Sandbox,
    delivery: Delivery,
}

impl Scene {
    /// One in which something has just happened, and the subscriber may be called as far as `rule` says.
    async fn with(rule: AddressRule) -> Self {
        let (memory, clock, chance) = (Arc::new(Memory::new()), FakeClock::default(), FakeChance::seeded(3));
        let sandbox = sandbox(Arc::new(clock.clone())).await;
        let subscription = Subscription { name: PartnerName::new("n8n"), kinds: Vec::new() };
        let secrets = vec![Secret::from(Sandbox::SECRET.to_owned())];
        let hook = Hook::new(Config { url: sandbox.hook(), secrets, rule, timeout: Duration::from_secs(10) });
        let courier =
            EventCourier { subscription: subscription.clone(), subscriber: Arc::new(hook.expect("a secret")) };
        let kind = "booking.created".to_owned();
        let happening = Happening { kind, at: clock.now(), edition: 1, data: json!({ "stage": "held" }) };
        let owed = subscription.owed(&happening).expect("it wants to hear everything");
        let delivery = Delivery::new(owed, Uuid::nil(), clock.now(), &chance);
        let changes = Changes::new().with(Change::Deliver(delivery.clone()));
        assert_eq!(memory.commit(changes).await.expect("a store"), Commit::Done);
        let rule = QueueRule {
            retry: Arc::new(StandardRetries),
            breaker: BreakerRule { failures: 3, cooldown: SignedDuration::from_mins(2) },
            ..QueueRule::default()
        };
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let worker = Worker::new(memory.clone(), memory.clone(), shared, Arc::new(clock.clone()), Arc::new(chance));
        let worker = worker.with_courier(Arc::new(courier), rule);
        Self { memory, clock, worker, sandbox, delivery }
    }

    async fn turn(&self) -> State {
        self.worker.run_once().await.expect("a turn");
        let filter = Filter::default();
        let all = self.memory.list(&filter, 10, self.clock.now()).await.expect("a list");
        all.into_iter().find(|kept| kept.id == self.delivery.id).expect("the delivery").state
    }
}

fn this_machine() -> AddressRule {
    AddressRule { allowed: vec![Network::new([127, 0, 0, 1].into(), 8).expect("a network")] }
}

#[tokio::test]
async fn an_event_that_failed_is_told_again_under_the_same_id() {
    let scene = Scene::with(this_machine()).await;
    scene.sandbox.knobs().set_for(Mode::CutAfterAccepting, 1);
    assert!(matches!(scene.turn().await, State::Ready { .. } | State::InDoubt { .. }));
    scene.clock.advance(SignedDuration::from_mins(1));
    assert!(matches!(scene.turn().await, State::Done { .. }));
    let heard: Vec<_> = scene.sandbox.heard().into_iter().map(|heard| (heard.id, heard.signed_at)).collect();
    let id = format!("evt_{}", scene.delivery.id);
    assert!(heard.iter().all(|(heard, _)| heard.as_str() == id) && heard.len() == 2, "{heard:?}");
    assert!(heard[0].1 < heard[1].1, "signed anew: {heard:?}");
}

#[tokio::test]
async fn who_wants_no_more_is_told_no_more() {
    let scene = Scene::with(this_machine()).await;
    scene.sandbox.knobs().set(Mode::Answer { status: 410, retry_after_s: None, body: None });
    assert!(matches!(scene.turn().await, State::Dead { .. }), "at once");
}

#[tokio::test]
async fn what_leads_inside_waits_for_a_person_and_spends_no_try() {
    let scene = Scene::with(AddressRule::default()).await;
    for _ in 0..20 {
        assert!(matches!(scene.turn().await, State::Ready { .. }));
        scene.clock.advance(SignedDuration::from_hours(24));
    }
    assert_eq!(scene.sandbox.heard(), []);
}
