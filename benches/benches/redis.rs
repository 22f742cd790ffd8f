//! Microseconds per limit check and per look into the cache, beside the bare commands on a bare socket.
//!
//! ```sh
//! cargo bench -p mrdj-benches --bench redis
//! ```
//!
//! Runs on the Redis that `TEST_REDIS_URL` names (`redis://host:port`, without a password), or starts the installed
//! `redis-server` for itself. The bare side writes the same bytes and reads the same answer on one socket, one command at a
//! time, or on 32 sockets at once; ours shares its two lines.

use std::cell::Cell;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::Criterion;
use jiff::SignedDuration;
use mrdj_adapters::layers::{Fallback, Outage};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::redis::{Config, Redis, Space};
use mrdj_adapters::system::SystemClock;
use mrdj_benches::machine;
use mrdj_core::cache::Cache;
use mrdj_core::clock::Clock;
use mrdj_core::limits::{Limit, Limiter};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

/// A limit that is never reached, so that every check writes.
const LIMIT: Limit = Limit { max: 1_000_000_000, window: SignedDuration::from_hours(1) };
const AT_ONCE: [usize; 2] = [1, 32];

fn main() {
    println!("{}", machine());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let server = Server::find();
    let mut criterion = Criterion::default().configure_from_args();
    for lines in AT_ONCE {
        runtime.block_on(async { Bare::open(server.address, 1).await.run(&words(&["FLUSHALL"]), 1).await });
        bench(&mut criterion, &runtime, server.address, lines);
    }
    criterion.final_summary();
}

fn bench(criterion: &mut Criterion, runtime: &Runtime, address: SocketAddr, at_once: usize) {
    let (bare, redis) = runtime.block_on(async { (Bare::open(address, at_once).await, redis(address)) });
    let clock = Arc::new(SystemClock);
    let outage = Arc::new(Outage::new("redis", clock.clone(), clock.clone()));
    let limiter: Arc<dyn Limiter> = Arc::new(redis.clone());
    let guarded: Fallback<dyn Limiter> = Fallback::new(limiter.clone(), Arc::new(Memory::new()), outage);
    let guarded: Arc<dyn Limiter> = Arc::new(guarded);
    let cache: Arc<dyn Cache> = Arc::new(redis);
    runtime.block_on(async {
        cache.put("bench", "x".repeat(200), SignedDuration::from_hours(1), clock.now()).await.expect("kept");
        limiter.take("bench", LIMIT, clock.now()).await.expect("a ruling");
    });
    let mut figure = |name: &str, many: &dyn Fn(u64) -> Duration| {
        let last = Cell::new(0.0);
        criterion.bench_function(&format!("{name}, {at_once} at once"), |bencher| {
            bencher.iter_custom(|count| {
                let took = many(count);
                last.set(took.as_secs_f64() * 1e6 / count as f64);
                took
            });
        });
        last.get()
    };
    let (ping, evalsha) = (words(&["PING"]), runtime.block_on(evalsha(address)));
    let ping = figure("bare PING", &|count| runtime.block_on(bare.run(&ping, count)));
    let evalsha = figure("bare EVALSHA", &|count| runtime.block_on(bare.run(&evalsha, count)));
    let ours = figure("limit check", &|count| runtime.block_on(spread(count, at_once, || take(&limiter))));
    let guarded =
        figure("limit check with a second", &|count| runtime.block_on(spread(count, at_once, || take(&guarded))));
    let get = figure("cache get", &|count| runtime.block_on(spread(count, at_once, || look(&cache))));
    println!(
        "{at_once:>2} at once, µs each: PING {ping:.1}, EVALSHA {evalsha:.1} | limit check {ours:.1} ({:.2} x EVALSHA), with a second {guarded:.1} ({:.2} x) | cache get {get:.1} ({:.2} x PING)",
        ours / evalsha,
        guarded / evalsha,
        get / ping,
    );
}

fn redis(address: SocketAddr) -> Redis {
    let space = Space::new("mrdj-bench", "bench").expect("two words");
    let url = format!("redis://{address}").parse().expect("an address of a Redis");
    Redis::connect(&Config::new(url, space)).expect("an address without TLS")
}

fn take(limiter: &Arc<dyn Limiter>) -> impl Future<Output = ()> + Send + 'static {
    let limiter = Arc::clone(limiter);
    async move {
        let ruling = limiter.take("bench", LIMIT, SystemClock.now()).await.expect("a ruling");
        assert!(ruling.allowed);
    }
}

fn look(cache: &Arc<dyn Cache>) -> impl Future<Output = ()> + Send + 'static {
    let cache = Arc::clone(cache);
    async move {
        let kept = cache.get("bench", SystemClock.now()).await.expect("readable");
        assert_eq!(kept.map(|kept| kept.len()), Some(200));
    }
}

/// Runs `count` calls, so many at once, and tells how long all took.
async fn spread<F: Future<Output = ()> + Send + 'static>(count: u64, at_once: usize, call: impl Fn() -> F) -> Duration {
    let began = Instant::now();
    let mut tasks = Vec::new();
    for task in 0..at_once as u64 {
        let calls: Vec<_> = (task..count).step_by(at_once).map(|_| call()).collect();
        tasks.push(tokio::spawn(async move {
            for call in calls {
                call.await;
            }
        }));
    }
    for task in tasks {
        task.await.expect("a task that does not panic");
    }
    began.elapsed()
}

/// The least that counts in a window: a read, a write with an expiry.
const COUNT: &str = "local n = tonumber(redis.call('GET', KEYS[1]) or '0') + 1 \
    redis.call('SET', KEYS[1], n, 'PX', ARGV[1]) return n";

/// The command that runs it.
async fn evalsha(address: SocketAddr) -> Arc<[u8]> {
    let mut line = TcpStream::connect(address).await.expect("a line");
    let digest = say(&mut line, &words(&["SCRIPT", "LOAD", COUNT]), 2).await;
    let digest = digest.lines().nth(1).expect("a digest").to_owned();
    words(&["EVALSHA", &digest, "1", "bench-bare", "3600000"])
}

fn words(words: &[&str]) -> Arc<[u8]> {
    let words: Vec<_> = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    format!("*{}\r\n{}", words.len(), words.concat()).into_bytes().into()
}

/// Says one command, and hears an answer of so many lines.
async fn say(line: &mut TcpStream, command: &[u8], lines: usize) -> String {
    line.write_all(command).await.expect("a command that leaves");
    let mut answer = Vec::with_capacity(64);
    while answer.iter().filter(|byte| **byte == b'\n').count() < lines {
        assert_ne!(line.read_buf(&mut answer).await.expect("an answer"), 0, "the server hung up");
    }
    let answer = String::from_utf8(answer).expect("text");
    assert!(!answer.starts_with('-'), "{answer}");
    answer
}

/// Bare sockets, one per caller.
struct Bare(Vec<Arc<Mutex<TcpStream>>>);

impl Bare {
    async fn open(address: SocketAddr, lines: usize) -> Self {
        let mut open = Vec::new();
        for _ in 0..lines {
            let line = TcpStream::connect(address).await.expect("a line");
            line.set_nodelay(true).expect("a line that sends at once");
            open.push(Arc::new(Mutex::new(line)));
        }
        Self(open)
    }

    /// Says `command` so often, spread over the lines, and tells how long all took.
    async fn run(&self, command: &Arc<[u8]>, count: u64) -> Duration {
        let began = Instant::now();
        let tasks = self.0.iter().enumerate().map(|(at, line)| {
            let (line, command, lines) = (Arc::clone(line), Arc::clone(command), self.0.len());
            tokio::spawn(async move {
                let mut line = line.lock().await;
                for _ in (at as u64..count).step_by(lines) {
                    say(&mut line, &command, 1).await;
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("a task that does not panic");
        }
        began.elapsed()
    }
}

/// The Redis that was named, or one of our own, which is killed when this is dropped.
struct Server {
    address: SocketAddr,
    child: Option<Child>,
}

impl Server {
    fn find() -> Self {
        if let Ok(url) = std::env::var("TEST_REDIS_URL") {
            let address = url.trim_start_matches("redis://").trim_end_matches('/').parse();
            return Self {
                address: address.expect("TEST_REDIS_URL is redis:// and an address with a port"),
                child: None,
            };
        }
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let address = free.expect("a free port");
        let port = address.port().to_string();
        let arguments = ["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no"];
        let child = Command::new("redis-server").args(arguments).stdout(Stdio::null()).spawn();
        let server = Self { address, child: Some(child.expect("redis-server is installed, or TEST_REDIS_URL is set")) };
        while std::net::TcpStream::connect(address).is_err() {
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // An error means that it has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
