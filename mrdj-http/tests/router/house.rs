//! A house to test in: real services over the memory adapter, a clock that is turned by hand, and a client.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::tz::{self, TimeZone};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::phone::NumberingPlans;
use mrdj_adapters::system::SystemClock;
use mrdj_core::bookings::{BookingRules, Bookings, LinkSigner};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{Bell, Desk};
use mrdj_core::experiments::funnel::{Funnel, KnownVariants, PageEventRecorder};
use mrdj_core::experiments::personalization::Personalization;
use mrdj_core::experiments::{Cookieless, Experiments, ExposureRecorder, RecorderRule};
use mrdj_core::leads::{Intake, IntakeRules};
use mrdj_core::messages::{MAIL, MailsForLead};
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::partners::{CRM, CardForLead, Listener};
use mrdj_core::secret::Secret;
use mrdj_core::webhooks::PartnerName;
use mrdj_http::{
    App, CrmView, Given, Lookout, Operators, Personalizer, Rules, SignedDoor, SignedDoors, Variants, router,
};
use serde_json::Value;
use tower::ServiceExt;

/// The operator's name in these tests.
pub(crate) const USER: &str = "admin";
/// The operator's password in these tests.
pub(crate) const PASSWORD: &str = "not-a-real-password";
/// The contact form of the site's own sample.
pub(crate) const SAMPLE: &str = r#"{
  "name": "Test User", "email": "test@example.com", "phone": "0612345678",
  "eventType": "Bruiloft", "eventDate": "2025-12-31", "message": "Test bericht" }"#;

/// Hashing is slow on purpose, so that most tests share one operator.
static OPERATORS: LazyLock<Operators> = LazyLock::new(new_operators);

/// An operator of whom nothing is remembered yet.
pub(crate) fn new_operators() -> Operators {
    let password = Secret::from(PASSWORD.to_owned());
    Operators::new(USER, &password, Operators::loopback(), &FakeChance::seeded(1)).expect("a usable password")
}

/// The secrets of every sender, current first.
pub(crate) const SECRETS: [&str; 2] = ["test-secret", "the-former-secret"];

/// A door for each way to sign, and one that has no secret.
fn doors() -> SignedDoors {
    let secrets = SECRETS.map(|secret| Secret::from(secret.to_owned()));
    SignedDoors::of([
        SignedDoor::stamped(PartnerName::new("rentguy"), &secrets).expect("secrets"),
        SignedDoor::standard(PartnerName::new("n8n"), &secrets).expect("secrets"),
        SignedDoor::github(PartnerName::new("github"), &secrets).expect("secrets"),
        SignedDoor::standard(PartnerName::new("personalization"), &[]).expect("no secret is no wrong one"),
    ])
}

struct NoBell;

#[async_trait]
impl Bell for NoBell {
    fn ring(&self) {}

    async fn wait(&self) {
        std::future::pending::<()>().await;
    }
}

/// An app and what a test may look at and turn behind its back.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) memory: Arc<Memory>,
    pub(crate) clock: FakeClock,
}

impl House {
    pub(crate) fn new() -> Self {
        let (memory, clock) = (Arc::new(Memory::new()), FakeClock::default());
        let chance = Arc::new(FakeChance::seeded(7));
        let shared_clock: Arc<dyn Clock> = Arc::new(clock.clone());
        let intake = Intake {
            store: memory.clone(),
            leads: memory.clone(),
            answers: memory.clone(),
            phones: Arc::new(NumberingPlans::of("NL").expect("a region")),
            human: None,
            owes: vec![Arc::new(MailsForLead), Arc::new(CardForLead)],
            bell: Arc::new(NoBell),
            clock: Arc::clone(&shared_clock),
            chance: chance.clone(),
            detour: None,
            rules: IntakeRules::new(TimeZone::fixed(tz::offset(1)), "test"),
        };
        let bookings = Bookings {
            store: memory.clone(),
            book: memory.clone(),
            calendar: memory.clone(),
            answers: memory.clone(),
            phones: Arc::new(NumberingPlans::of("NL").expect("a region")),
            human: None,
            owes: Vec::new(),
            bell: Arc::new(NoBell),
            clock: Arc::clone(&shared_clock),
            chance: chance.clone(),
            rules: BookingRules::new(TimeZone::fixed(tz::offset(1))),
        };
        let listener = Listener {
            store: memory.clone(),
            events: memory.clone(),
            news: memory.clone(),
            leads: memory.clone(),
            bookings: memory.clone(),
            replays: memory.clone(),
            clock: Arc::clone(&shared_clock),
            chance: chance.clone(),
        };
        let timer = Arc::new(clock.clone());
        let funnel = Funnel {
            variants: KnownVariants::of(&Personalization::sample()),
            recorder: PageEventRecorder::new(memory.clone(), Arc::clone(&shared_clock), timer, RecorderRule::default()),
            log: memory.clone(),
            clock: Arc::clone(&shared_clock),
            chance: chance.clone(),
            zone: TimeZone::fixed(tz::offset(1)),
        };
        let experiments = Experiments {
            store: memory.clone(),
            book: memory.clone(),
            log: memory.clone(),
            owes: Vec::new(),
            bell: Arc::new(NoBell),
            clock: Arc::clone(&shared_clock),
            chance: chance.clone(),
        };
        let desk =
            Desk::new(memory.clone(), memory.clone(), Arc::new(NoBell), Arc::clone(&shared_clock), [CRM], [CRM, MAIL]);
        let app = App {
            intake,
            bookings,
            links: Arc::new(LinkSigner::new(&Secret::from("not-a-real-secret".to_owned())).expect("a secret")),
            sessions: memory.clone(),
            desk,
            limiter: memory.clone(),
            post_office: memory.clone(),
            lookout: Lookout::over([]),
            clock: shared_clock,
            chance,
            operators: OPERATORS.clone(),
            postmark: None,
            calendar: None,
            listener,
            doors: doors(),
            personalizer: Personalizer::new(Personalization::sample()),
            funnel,
            variants: Variants::new(Given::default(), memory.clone()).expect("nothing is wrong with nothing"),
            exposures: ExposureRecorder::new(
                memory.clone(),
                Arc::new(clock.clone()),
                Arc::new(SystemClock),
                RecorderRule::default(),
            ),
            cookieless: Arc::new(Cookieless::new(&Secret::from("not-a-real-secret".to_owned())).expect("a secret")),
            experiments,
            rentguy: CrmView { queue: CRM, workspace: "mr-dj".to_owned() },
            metrics: Arc::new(|| "# figures\n".to_owned()),
            rules: Rules::new(clock.now()),
        };
        Self { app, memory, clock }
    }

    /// A client on this machine.
    pub(crate) fn client(&self) -> Client {
        Client::of(router(self.app.clone()))
    }
}

/// Sends requests to a router, from an address of choice.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    peer: Option<IpAddr>,
}

impl Client {
    pub(crate) fn of(router: Router) -> Self {
        Self { router, peer: Some(IpAddr::from([127, 0, 0, 1])) }
    }

    /// The same, from `peer`.
    pub(crate) fn at(&self, peer: &str) -> Self {
        Self { peer: Some(peer.parse().expect("an address")), ..self.clone() }
    }

    /// The same, where the address cannot be known.
    pub(crate) fn nowhere(&self) -> Self {
        Self { peer: None, ..self.clone() }
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 4711)));
        }
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request("GET", path).body(Body::empty()).expect("a request")).await
    }

    /// Acts as the operator.
    pub(crate) async fn operate(&self, method: &str, path: &str) -> Answer {
        let request = request(method, path).header("authorization", login(PASSWORD));
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// The same with a JSON body.
    pub(crate) async fn operate_with(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = request(method, path).header("authorization", login(PASSWORD));
        let request = request.header("content-type", "application/json").body(Body::from(body.to_string()));
        self.send(request.expect("a request")).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = request("POST", path).header("content-type", "application/json");
        self.send(request.body(body.into()).expect("a request")).await
    }
}

/// A request in the making.
pub(crate) fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path)
}

/// The operator's `Authorization` header with `password`.
pub(crate) fn login(password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{USER}:{password}")))
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The problem document, having checked that it is one.
    pub(crate) fn problem(&self, status: u16) -> Value {
        assert_eq!(
            (self.status.as_u16(), self.header("content-type")),
            (status, "application/problem+json"),
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["instance"], format!("urn:request:{}", self.header("x-request-id")));
        for member in ["type", "title", "detail", "error"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member} in {problem}");
        }
        problem
    }
}
