//! Posts over loopback on kept-alive lines, as many at once as there are lines.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What to post.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Lines at once.
    pub lines: usize,
    /// Posts in all.
    pub posts: usize,
    /// Makes the bodies of this load unlike those of any other.
    pub series: u64,
    /// Where to.
    pub path: &'static str,
}

/// What a load took.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Answers in all.
    pub answers: usize,
    /// Answers a second.
    pub per_second: f64,
    /// The time that half of the answers took at most, in milliseconds.
    pub p50_ms: f64,
    /// The time that 99 in 100 of the answers took at most, in milliseconds.
    pub p99_ms: f64,
}

/// Posts `load` to `address`; anything but a 200 ends the bench.
pub async fn drive(address: SocketAddr, load: Load) -> Measured {
    let began = Instant::now();
    let lines = (0..load.lines).map(|line| tokio::spawn(post_all(address, load, line)));
    let mut times = Vec::with_capacity(load.posts);
    for line in lines.collect::<Vec<_>>() {
        times.extend(line.await.expect("a line that does not panic"));
    }
    measured(times, began.elapsed())
}

/// What `times` say, all of which passed within `took`.
pub(crate) fn measured(mut times: Vec<Duration>, took: Duration) -> Measured {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    let answers = times.len();
    Measured { answers, per_second: answers as f64 / took.as_secs_f64(), p50_ms: at(50), p99_ms: at(99) }
}

async fn post_all(address: SocketAddr, load: Load, line: usize) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).await.expect("a line");
    stream.set_nodelay(true).expect("a line that sends at once");
    let mut answer = Vec::with_capacity(4_096);
    let mut times = Vec::new();
    for post in 0..load.posts / load.lines {
        let request = request(load, line, post);
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await.expect("a request that leaves");
        read_answer(&mut stream, &mut answer).await;
        times.push(began.elapsed());
    }
    times
}

/// The form of the docs, from a person of his own each time.
fn request(load: Load, line: usize, post: usize) -> String {
    let body = format!(
        r#"{{"name":"Jan en Marie Jansen","email":"jan.{}.{line}.{post}@example.com","phone":"0612345678","eventType":"Bruiloft","eventDate":"2027-06-19","message":"Wij trouwen in juni en zoeken een DJ voor de avond, met licht en een rustige dinermuziek."}}"#,
        load.series
    );
    format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        load.path,
        body.len()
    )
}

/// Reads one answer of 200, whole.
pub(crate) async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) {
    answer.clear();
    loop {
        let read = stream.read_buf(answer).await.expect("an answer");
        assert_ne!(read, 0, "the server hung up: {}", String::from_utf8_lossy(answer));
        let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&answer[..head]).expect("a head in ASCII");
        assert!(text.starts_with("HTTP/1.1 200"), "{}", String::from_utf8_lossy(answer));
        let named = |line: &'_ str| line.get(..15).is_some_and(|name| name.eq_ignore_ascii_case("content-length:"));
        let length = text.lines().find(|line| named(line)).expect("a length");
        let length: usize = length[15..].trim().parse().expect("a number");
        if answer.len() >= head + 4 + length {
            return;
        }
    }
}
