//! The outbound client against a far side that misbehaves on a real socket.
#![cfg(feature = "outbound")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::outbound::{Answer, BaseUrl, Config, Fault, Outbound, OutboundError};
use mrdj_core::error::{ErrorKind, Remedy};
use mrdj_core::secret::Secret;

/// Noon of 21 November 2026, UTC.
const NOW: Timestamp = Timestamp::constant(1_795_262_400, 0);

/// A far side that treats each line as `treat` says, and tells what arrived on it.
struct Far {
    base: BaseUrl,
    arrived: Receiver<String>,
}

impl Far {
    /// `treat` is given the line after one whole request has been read from it.
    fn that(treat: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (tell, arrived) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a line");
                let request = read_request(&mut stream);
                if tell.send(request).is_err() {
                    return;
                }
                treat(stream);
            }
        });
        Self { base: format!("http://{address}").parse().expect("an address"), arrived }
    }

    fn that_says(answer: &'static str) -> Self {
        Self::that(move |mut stream| stream.write_all(answer.as_bytes()).expect("a line that takes the answer"))
    }

    fn request(&self) -> String {
        self.arrived.recv().expect("a request")
    }
}

/// Reads one request, as far as its `Content-Length` says.
fn read_request(stream: &mut TcpStream) -> String {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).expect("a line that can be read") == 0 {
            return String::from_utf8(request).expect("text");
        }
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).expect("text");
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().expect("n"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a whole body");
    head + &String::from_utf8(body).expect("text")
}

/// Keeps the line open until the caller leaves it.
fn stay_silent(mut stream: TcpStream) {
    let mut rest = Vec::new();
    // The caller leaves with or without a farewell; both end the wait.
    let _left = stream.read_to_end(&mut rest);
}

fn outbound() -> Outbound {
    Outbound::new(Config { max_answer_bytes: 1000, ..Config::default() })
}

fn impatient() -> Outbound {
    Outbound::new(Config { timeout: Duration::from_millis(200), ..Config::default() })
}

async fn post(outbound: &Outbound, far: &Far) -> Result<Answer, OutboundError> {
    outbound.post(far.base.join("leads")).json(&["jan@example.com"]).send(NOW).await
}

async fn fault(outbound: &Outbound, far: &Far) -> (Fault, bool, Option<u16>) {
    let error = post(outbound, far).await.expect_err("no whole answer");
    (error.fault, error.sent, error.status)
}

#[tokio::test]
async fn a_request_says_who_calls_and_what_it_brings() {
    let far = Far::that_says("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let call = outbound().post(far.base.join("leads")).bearer(&Secret::from("not-a-real-key".to_owned()));
    let answer = call.header("x-tenant", "mr-dj").json(&["é"]).send(NOW).await.expect("an answer");
    assert_eq!(answer, Answer { status: 200, retry_after: None, body: b"ok".to_vec() });
    let request = far.request();
    assert!(request.starts_with("POST /leads HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n[\"é\"]"), "{request}");
    let agent = concat!("user-agent: mrdj/", env!("CARGO_PKG_VERSION"));
    for header in [agent, "authorization: Bearer not-a-real-key", "x-tenant: mr-dj", "content-type: application/json"] {
        assert!(request.contains(&format!("\r\n{header}\r\n")), "no {header} in {request}");
    }
    for header in ["accept-encoding", "content-encoding", "referer", "cookie"] {
        assert!(!request.contains(&format!("\r\n{header}:")), "{request}");
    }
}

#[tokio::test]
async fn a_form_is_written_as_a_form() {
    let far = Far::that_says("HTTP/1.1 204 No Content\r\n\r\n");
    let call = outbound().post(far.base.join("siteverify")).secret_header("x-key", &Secret::from("k".to_owned()));
    call.form(&[("response", "a b&c")]).send(NOW).await.expect("an answer");
    let request = far.request();
    assert!(request.contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n"), "{request}");
    assert!(request.contains("\r\nx-key: k\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\nresponse=a+b%26c"), "{request}");
}

#[tokio::test]
async fn a_refused_line_proves_that_nothing_left() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let base: BaseUrl = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("an address");
    drop(listener);
    let error = outbound().get(base.join("leads")).send(NOW).await.expect_err("nobody listens");
    assert_eq!((error.fault, error.sent, error.status), (Fault::Unreachable, false, None));
    let error = error.into_port_error("crm", "put card");
    assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::LATER));
}

#[tokio::test]
async fn a_name_that_nobody_has_proves_that_nothing_left() {
    let base: BaseUrl = "http://crm.invalid".parse().expect("an address");
    let error = outbound().get(base.join("leads")).send(NOW).await.expect_err("no such name");
    assert_eq!((error.fault, error.sent), (Fault::Unreachable, false));
}

#[tokio::test]
async fn a_line_without_trust_proves_that_nothing_left() {
    // The far side speaks no TLS, so that the line is never trusted and no request is written.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a line");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("a line that takes the answer");
        stay_silent(stream);
    });
    let base: BaseUrl = format!("https://{address}").parse().expect("an address");
    let error = outbound().get(base.join("leads")).send(NOW).await.expect_err("no trust");
    assert_eq!((error.fault, error.sent), (Fault::Unreachable, false));
}

#[test]
fn a_machine_without_certificates_still_reaches_plain_addresses() {
    // The places of certificates are read from the environment, so the other test runs in a process with its own.
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args(["--exact", "a_throttle_says_how_long"]);
    let output = child.env("SSL_CERT_FILE", "/nowhere").env("SSL_CERT_DIR", "/nowhere").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn a_request_that_cannot_be_written_never_leaves() {
    let far = Far::that_says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    for key in ["not-a-real\r\nkey", "not-a-real\nx-other: 1"] {
        let key = Secret::from(key.to_owned());
        for call in [
            outbound().get(far.base.join("leads")).bearer(&key),
            outbound().get(far.base.join("leads")).secret_header("x-key", &key),
        ] {
            let error = call.send(NOW).await.expect_err("no such header");
            assert_eq!((error.fault, error.sent), (Fault::Unsendable, false));
            let error = error.into_port_error("crm", "put card");
            assert_eq!(error.kind, ErrorKind::Misconfigured);
            assert!(!format!("{error:?}").contains("not-a-real"));
        }
    }
    assert!(far.arrived.try_recv().is_err(), "nothing left");
}

#[tokio::test]
async fn a_line_cut_before_the_answer_may_have_delivered() {
    let far = Far::that(drop);
    assert_eq!(fault(&outbound(), &far).await, (Fault::Cut, true, None));
    let error = post(&outbound(), &far).await.expect_err("cut").into_port_error("crm", "put card");
    assert_eq!((error.kind, error.remedy), (ErrorKind::Unavailable, Remedy::AskFirst));
}

#[tokio::test]
async fn a_line_cut_in_the_answer_keeps_the_status() {
    let far = Far::that_says("HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{\"half\":");
    assert_eq!(fault(&outbound(), &far).await, (Fault::Cut, true, Some(201)));
    let far = Far::that_says("HTTP/1.1 201 Cre");
    assert_eq!(fault(&outbound(), &far).await, (Fault::Cut, true, None));
}

#[tokio::test]
async fn a_kept_line_that_is_cut_is_not_tried_again_behind_our_back() {
    let arrived = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&arrived);
    let far = Far::that(move |mut stream| {
        seen.fetch_add(1, Ordering::SeqCst);
        let seen = Arc::clone(&seen);
        thread::spawn(move || {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("a line that takes the answer");
            // The second request on a line is taken, and the line is cut.
            if !read_request(&mut stream).is_empty() {
                seen.fetch_add(1, Ordering::SeqCst);
            }
        });
    });
    let outbound = outbound();
    // A call may open another line while the first is not back yet, so it takes some calls until one is used again.
    for calls in 1..=100 {
        if let Err(error) = post(&outbound, &far).await {
            assert_eq!((error.fault, error.sent), (Fault::Cut, true));
            assert!(calls > 1, "a fresh line is answered");
            assert_eq!(arrived.load(Ordering::SeqCst), calls, "each call is sent once");
            return;
        }
    }
    panic!("no line was used again");
}

#[tokio::test]
async fn a_silent_line_may_have_delivered() {
    let far = Far::that(stay_silent);
    assert_eq!(fault(&impatient(), &far).await, (Fault::TimedOut, true, None));
    let far = Far::that(|mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").expect("a line that takes the answer");
        stay_silent(stream);
    });
    assert_eq!(fault(&impatient(), &far).await, (Fault::TimedOut, true, Some(200)));
}

#[tokio::test]
async fn an_answer_larger_than_agreed_is_not_read_to_its_end() {
    let far = Far::that(|mut stream| {
        stream
            .write_all(b"HTTP/1.1 422 No\r\ntransfer-encoding: chunked\r\n\r\n")
            .expect("a line that takes the answer");
        let chunk = format!("1f4\r\n{}\r\n", "x".repeat(500));
        // It would go on for ever: only the caller ends it.
        while stream.write_all(chunk.as_bytes()).is_ok() {}
    });
    assert_eq!(fault(&outbound(), &far).await, (Fault::TooLarge, true, Some(422)));
    let fits = Far::that(|mut stream| {
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{}", "x".repeat(1000));
        stream.write_all(answer.as_bytes()).expect("a line that takes the answer");
    });
    assert_eq!(post(&outbound(), &fits).await.expect("an answer").body.len(), 1000);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = Far::that_says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let there = elsewhere.base.join("caught");
    for status in [301, 302, 307, 308] {
        let answer = format!("HTTP/1.1 {status} Moved\r\nlocation: {there}\r\ncontent-length: 0\r\n\r\n");
        let far =
            Far::that(move |mut stream| stream.write_all(answer.as_bytes()).expect("a line that takes the answer"));
        assert_eq!(post(&outbound(), &far).await.expect("an answer").status, status);
    }
    assert!(elsewhere.arrived.try_recv().is_err(), "nobody was sent on");
}

#[tokio::test]
async fn a_throttle_says_how_long() {
    for (value, wait_s) in [("30", 30), ("Sat, 21 Nov 2026 12:01:00 GMT", 60), ("9999999", 86_400)] {
        let answer = format!("HTTP/1.1 429 Slow\r\nretry-after: {value}\r\ncontent-length: 0\r\n\r\n");
        let far =
            Far::that(move |mut stream| stream.write_all(answer.as_bytes()).expect("a line that takes the answer"));
        let answer = post(&outbound(), &far).await.expect("an answer");
        assert_eq!((answer.status, answer.retry_after), (429, Some(SignedDuration::from_secs(wait_s))), "{value}");
    }
}

#[tokio::test]
async fn no_error_shows_address_or_body() {
    let far = Far::that(drop);
    let mut url = far.base.join("search");
    url.query_pairs_mut().append_pair("recipient", "jan@example.com");
    let error = outbound().post(url).json(&["0612345678"]).send(NOW).await.expect_err("cut");
    let shown = format!("{error} {error:?}") + &format!("{:?}", error.into_port_error("crm", "put card"));
    for secret in ["jan", "recipient", "0612345678", "search", "127.0.0.1"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
