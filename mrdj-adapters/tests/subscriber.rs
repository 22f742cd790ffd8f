//! Subscribers over real sockets: what they hear, and where nobody is called.
#![cfg(all(feature = "subscriber", feature = "sandbox"))]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::sandbox::{Mode, Server};
use mrdj_adapters::subscriber::{Config, Hook, Sandbox};
use mrdj_core::clock::Clock;
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::mocks::FakeClock;
use mrdj_core::secret::Secret;
use mrdj_core::webhooks::{AddressRule, MessageId, Network, OutgoingEvent, Subscriber};
use serde_json::json;

/// This machine, which the rule leaves out unless it is named.
fn this_machine() -> AddressRule {
    let network = |address: &str, bits| Network::new(address.parse::<IpAddr>().expect("an address"), bits);
    AddressRule { allowed: vec![network("127.0.0.0", 8).expect("a network"), network("::1", 128).expect("a network")] }
}

fn hook(url: &str, secrets: &[&str], rule: AddressRule) -> Hook {
    let secrets = secrets.iter().map(|secret| Secret::from((*secret).to_owned())).collect();
    let url = url.parse().expect("an address");
    Hook::new(Config { url, secrets, rule, timeout: Duration::from_secs(10) }).expect("a secret")
}

/// A stand-in, and one who tells it.
async fn scene() -> (Sandbox, Hook, FakeClock) {
    let clock = FakeClock::default();
    let sandbox = Sandbox::start(Arc::new(clock.clone())).await.expect("a stand-in");
    let hook = hook(&format!("{}/hook", sandbox.url()), &[Sandbox::SECRET], this_machine());
    (sandbox, hook, clock)
}

fn event() -> OutgoingEvent {
    OutgoingEvent {
        id: MessageId::parse("evt_1").expect("an id"),
        kind: "booking.created".to_owned(),
        at: Timestamp::constant(1_795_262_300, 0),
        data: json!({ "id": "7", "stage": "held" }),
    }
}

#[tokio::test]
async fn an_event_is_heard_as_it_was_and_signed_as_it_is_told() {
    let (sandbox, hook, clock) = scene().await;
    hook.tell(&event(), clock.now()).await.expect("heard");
    let [heard] = <[_; 1]>::try_from(sandbox.heard()).expect("one event");
    assert_eq!((&heard.id, heard.signed_at), (&event().id, Some(clock.now())));
    assert_eq!((heard.event.kind.as_str(), heard.event.at), ("booking.created", Some(event().at)));
    assert_eq!(heard.event.body["data"], event().data);
}

#[tokio::test]
async fn told_again_it_has_the_same_id_and_a_new_signature() {
    let (sandbox, hook, clock) = scene().await;
    sandbox.knobs().set_for(Mode::CutAfterAccepting, 1);
    let cut = hook.tell(&event(), clock.now()).await.expect_err("no answer");
    assert_eq!((cut.kind, cut.remedy), (ErrorKind::Unavailable, Remedy::AskFirst));
    clock.advance(SignedDuration::from_mins(30));
    hook.tell(&event(), clock.now()).await.expect("heard");
    let heard: Vec<_> = sandbox.heard().into_iter().map(|heard| (heard.id, heard.signed_at)).collect();
    let before = clock.now() - SignedDuration::from_mins(30);
    assert_eq!(heard, [(event().id, Some(before)), (event().id, Some(clock.now()))]);
}

#[tokio::test]
async fn a_subscriber_takes_a_new_secret_over_when_it_likes() {
    let (sandbox, _, clock) = scene().await;
    let url = format!("{}/hook", sandbox.url());
    hook(&url, &["whsec_bmV3LW5ldy1uZXctbmV3LW5ldw==", Sandbox::SECRET], this_machine())
        .tell(&event(), clock.now())
        .await
        .expect("the former secret signs, too");
    let stranger = hook(&url, &["whsec_bmV3LW5ldy1uZXctbmV3LW5ldw=="], this_machine());
    let refused = stranger.tell(&event(), clock.now()).await.expect_err("not believed");
    assert_eq!((refused.kind, refused.summary.as_str()), (ErrorKind::Misconfigured, "401: the secret is refused"));
    assert_eq!(sandbox.heard().len(), 1);
}

#[tokio::test]
async fn each_answer_means_what_the_standard_says() {
    let (sandbox, hook, clock) = scene().await;
    let later = |seconds| Remedy::TryAgain { no_sooner_than: Some(clock.now() + SignedDuration::from_secs(seconds)) };
    let whenever = Remedy::TryAgain { no_sooner_than: None };
    for (status, retry_after_s, kind, remedy) in [
        (400, None, ErrorKind::Failed, whenever),
        (401, None, ErrorKind::Misconfigured, whenever),
        (404, None, ErrorKind::Misconfigured, whenever),
        (410, None, ErrorKind::Rejected, Remedy::GiveUp),
        (429, None, ErrorKind::Throttled, later(60)),
        (429, Some(7), ErrorKind::Throttled, later(7)),
        (500, None, ErrorKind::Failed, whenever),
        (502, None, ErrorKind::Unavailable, whenever),
        (503, Some(30), ErrorKind::Unavailable, later(30)),
    ] {
        sandbox.knobs().set_for(Mode::Answer { status, retry_after_s, body: Some("jan@example.com".to_owned()) }, 1);
        let error = hook.tell(&event(), clock.now()).await.expect_err("no success");
        assert_eq!((error.kind, error.remedy), (kind, remedy), "{status}");
        assert!(!error.summary.contains('@'), "{error}");
    }
    for status in [200, 201, 202, 299] {
        sandbox.knobs().set_for(Mode::Answer { status, retry_after_s: None, body: None }, 1);
        hook.tell(&event(), clock.now()).await.expect("any success will do");
    }
}

async fn refused(url: &str, rule: AddressRule) -> PortError {
    let error = hook(url, &[Sandbox::SECRET], rule).tell(&event(), FakeClock::default().now()).await;
    error.expect_err("nobody is called inside our own network")
}

#[tokio::test]
async fn nobody_is_called_inside_our_own_network() {
    let (sandbox, _, _) = scene().await;
    let port = sandbox.url().rsplit(':').next().expect("a port").to_owned();
    let inside = [
        "127.0.0.1",
        "localhost",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[fd00::1]",
        "[fe80::1]",
        "2130706433",
        "0x7f.1",
        "127.1",
    ];
    for host in inside {
        for scheme in ["http", "https"] {
            let error = refused(&format!("{scheme}://{host}:{port}/hook"), AddressRule::default()).await;
            assert_eq!(error.kind, ErrorKind::Misconfigured, "{scheme} {host}: {error}");
            assert!(error.summary.starts_with("it is not called: "), "{scheme} {host}: {error}");
        }
    }
    assert_eq!(sandbox.heard(), []);
}

#[tokio::test]
async fn a_network_that_is_named_is_called_by_name_and_by_address() {
    let (sandbox, _, clock) = scene().await;
    let port = sandbox.url().rsplit(':').next().expect("a port").to_owned();
    for host in ["127.0.0.1", "localhost"] {
        let hook = hook(&format!("http://{host}:{port}/hook"), &[Sandbox::SECRET], this_machine());
        hook.tell(&event(), clock.now()).await.expect("heard");
    }
    assert_eq!(sandbox.heard().len(), 2);
    let elsewhere = AddressRule { allowed: vec![Network::new([10, 0, 0, 0].into(), 8).expect("a network")] };
    let error = refused(&format!("http://localhost:{port}/hook"), elsewhere).await;
    assert_eq!(error.kind, ErrorKind::Misconfigured);
    assert_eq!(sandbox.heard().len(), 2);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (sandbox, _, clock) = scene().await;
    let target = format!("{}/hook", sandbox.url());
    let lead = move || async move { (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, target)]) };
    let router = Router::new().route("/hook", post(lead));
    let server = Server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), router).await.expect("a server");
    let hook = hook(&format!("{}/hook", server.url()), &[Sandbox::SECRET], this_machine());
    let error = hook.tell(&event(), clock.now()).await.expect_err("no success");
    assert_eq!((error.kind, error.summary.as_str()), (ErrorKind::Misconfigured, "307: the address leads elsewhere"));
    assert_eq!(sandbox.heard(), []);
}

#[tokio::test]
async fn an_address_and_a_secret_are_never_shown() {
    let rule = AddressRule::default();
    let hook = hook("https://10.0.0.1/webhook/not-a-real-key", &[Sandbox::SECRET], rule);
    let error = hook.tell(&event(), FakeClock::default().now()).await.expect_err("it is inside");
    for text in [format!("{error} {error:?}"), format!("{:?}", error.cause)] {
        assert!(!text.contains("not-a-real-key") && !text.contains("whsec_"), "{text}");
    }
}
