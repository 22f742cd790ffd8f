//! What every answer brings along.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use mrdj_core::observability::{Condition, Finding, MockProbe, Probe};
use mrdj_http::Lookout;

use crate::house::{Answer, House, SAMPLE, request};

#[tokio::test]
async fn every_answer_keeps_browsers_on_the_safe_side() {
    let client = House::new().client();
    let answers = [
        client.get("/").await,
        client.get("/docs").await,
        client.get("/nowhere").await,
        client.get("/leads").await,
        client.get("/contact").await,
        client.post_json("/contact", SAMPLE).await,
    ];
    for answer in answers {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(!answer.header("x-request-id").is_empty());
        assert_eq!(answer.header("strict-transport-security"), "");
    }
}

async fn with(house: &House, peer: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = request("GET", "/healthz");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    house.client().at(peer).send(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn https_is_insisted_on_only_where_a_trusted_proxy_speaks_it() {
    let mut house = House::new();
    house.app.rules.trusted_proxies = vec!["10.0.0.0/8".parse().expect("a net")];
    let https = [("x-forwarded-proto", "https")];
    let insisted = with(&house, "10.0.0.1", &https).await;
    assert_eq!(insisted.header("strict-transport-security"), "max-age=15552000; includeSubDomains");
    assert_eq!(with(&house, "192.0.2.1", &https).await.header("strict-transport-security"), "");
    assert_eq!(
        with(&house, "10.0.0.1", &[("x-forwarded-proto", "http")]).await.header("strict-transport-security"),
        ""
    );
}

#[tokio::test]
async fn a_request_keeps_a_sane_name_and_gets_one_otherwise() {
    let house = House::new();
    let kept = with(&house, "127.0.0.1", &[("x-request-id", "trace-0001.a_b")]).await;
    assert_eq!(kept.header("x-request-id"), "trace-0001.a_b");
    let long = "a".repeat(65);
    for odd in ["short", "has spaces in it", "<script>alert</script>", long.as_str()] {
        let given = with(&house, "127.0.0.1", &[("x-request-id", odd)]).await;
        assert!(given.header("x-request-id").parse::<uuid::Uuid>().is_ok(), "{odd}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_as_a_problem() {
    let client = House::new().client();
    for path in ["/nowhere", "/api/nowhere", "/api/api/contact", "/leads/a/b/c"] {
        client.get(path).await.problem(404);
    }
    let wrong = client.get("/contact").await;
    wrong.problem(405);
    assert_eq!(wrong.header("allow"), "POST");
}

fn preflight(origin: &str) -> axum::http::Request<Body> {
    let request = request("OPTIONS", "/contact").header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    request
        .header("access-control-request-headers", "content-type,idempotency-key")
        .body(Body::empty())
        .expect("a request")
}

#[tokio::test]
async fn a_listed_site_may_send_forms_and_read_answers() {
    let mut house = House::new();
    house.app.rules.cors_origins = vec![HeaderValue::from_static("https://www.example.com")];
    let client = house.client();
    let asked = client.send(preflight("https://www.example.com")).await;
    assert_eq!((asked.status.as_u16(), asked.header("access-control-allow-origin")), (200, "https://www.example.com"));
    assert_eq!(asked.header("access-control-allow-methods"), "GET,POST");
    assert!(asked.header("access-control-allow-headers").contains("idempotency-key"));
    assert_eq!(asked.header("access-control-allow-credentials"), "");
    let sent = request("POST", "/contact").header("origin", "https://www.example.com");
    let sent = sent.header("content-type", "application/json").body(Body::from("{")).expect("a request");
    let refused = client.send(sent).await;
    refused.problem(400);
    assert_eq!(refused.header("access-control-allow-origin"), "https://www.example.com");
    assert!(refused.header("access-control-expose-headers").contains("retry-after"));
    for stranger in ["https://evil.example", "https://www.example.com.evil.example", "http://www.example.com", "null"] {
        assert_eq!(client.send(preflight(stranger)).await.header("access-control-allow-origin"), "", "{stranger}");
    }
}

#[tokio::test]
async fn without_a_list_no_other_site_may_read() {
    let answer = House::new().client().send(preflight("https://www.example.com")).await;
    answer.problem(405);
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

fn probe(look: impl Fn() -> Finding + Send + 'static) -> Arc<dyn Probe> {
    let mut probe = MockProbe::new();
    probe.expect_name().return_const("store");
    probe.expect_required().return_const(true);
    probe.expect_look().returning(move |_| look());
    Arc::new(probe)
}

#[tokio::test]
async fn a_panic_costs_one_request_and_tells_nothing() {
    let mut house = House::new();
    house.app.lookout = Lookout::over([probe(|| panic!("a secret in a panic"))]);
    let client = house.client();
    let answer = client.get("/health").await;
    answer.problem(500);
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    assert_eq!(client.get("/healthz").await.status, 200);
}

/// Looks until the end of time.
pub(crate) struct Endless;

#[async_trait::async_trait]
impl Probe for Endless {
    fn name(&self) -> &'static str {
        "store"
    }

    fn required(&self) -> bool {
        true
    }

    async fn look(&self, _: jiff::Timestamp) -> Finding {
        std::future::pending::<()>().await;
        Finding { condition: Condition::Up, note: String::new() }
    }
}

#[tokio::test]
async fn no_answer_takes_forever() {
    let mut house = House::new();
    house.app.lookout = Lookout::over([Arc::new(Endless) as Arc<dyn Probe>]);
    house.app.rules.request_timeout = Duration::from_millis(1);
    let answer = house.client().get("/health").await;
    answer.problem(503);
    assert_eq!(answer.header("retry-after"), "5");
}
