//! Gets pages over loopback on kept-alive lines, as many at once as there are lines.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::driver::{Measured, measured, read_answer};

/// Which pages to get.
#[derive(Clone, Copy, Debug)]
pub struct Pages {
    /// Lines at once.
    pub lines: usize,
    /// Answers in all.
    pub answers: usize,
    /// The pages, in turn.
    pub paths: &'static [&'static str],
}

/// A request, and how long its answer is once that is known.
struct Page {
    request: String,
    length: usize,
}

/// Gets `pages` from `address`; anything but a 200 ends the bench.
///
/// The answer to a page is read by its head the first time, and by its length afterwards, so that the driver costs as little
/// as it can.
pub async fn get(address: SocketAddr, pages: Pages) -> Measured {
    let began = Instant::now();
    let lines = (0..pages.lines).map(|line| tokio::spawn(get_all(address, pages, line)));
    let mut times = Vec::with_capacity(pages.answers);
    for line in lines.collect::<Vec<_>>() {
        times.extend(line.await.expect("a line that does not panic"));
    }
    measured(times, began.elapsed())
}

async fn get_all(address: SocketAddr, pages: Pages, line: usize) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).await.expect("a line");
    stream.set_nodelay(true).expect("a line that sends at once");
    let mut answer = Vec::with_capacity(16_384);
    let mut known: Vec<Page> = Vec::new();
    for path in pages.paths {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: nl\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("a request that leaves");
        read_answer(&mut stream, &mut answer).await;
        known.push(Page { request, length: answer.len() });
    }
    let mut times = Vec::with_capacity(pages.answers / pages.lines);
    for nr in 0..pages.answers / pages.lines {
        let page = &known[(line + nr) % known.len()];
        let began = Instant::now();
        stream.write_all(page.request.as_bytes()).await.expect("a request that leaves");
        read_as_long(&mut stream, &mut answer, page.length).await;
        times.push(began.elapsed());
    }
    times
}

async fn read_as_long(stream: &mut TcpStream, answer: &mut Vec<u8>, length: usize) {
    answer.clear();
    while answer.len() < length {
        let read = stream.read_buf(answer).await.expect("an answer");
        assert_ne!(read, 0, "the server hung up: {}", String::from_utf8_lossy(answer));
    }
    let sound = answer.starts_with(b"HTTP/1.1 200") && answer.len() == length && answer.ends_with(b"}");
    assert!(sound, "{}", String::from_utf8_lossy(answer));
}
