//! A Redis server for a test that stops, flushes or questions it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);

/// Whether there is a `redis-server` to start.
pub fn has_redis() -> bool {
    Command::new("redis-server").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// A Redis on a free port of loopback that nobody else uses; it is killed when it is dropped.
#[derive(Debug)]
pub struct RedisServer {
    address: SocketAddr,
    child: Option<Child>,
    directory: TempDir,
}

impl RedisServer {
    /// Starts one, and returns when it answers.
    pub fn start() -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let directory = tempfile::tempdir().expect("a directory");
        let mut server = Self { address: free.expect("a free port"), child: None, directory };
        server.restart();
        server
    }

    /// Its address, as a setting.
    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Starts it anew on the same port, empty.
    pub fn restart(&mut self) {
        self.stop();
        let port = self.address.port().to_string();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no", "--dir"]);
        command.arg(self.directory.path()).stdin(Stdio::null()).stdout(Stdio::null());
        self.child = Some(command.spawn().expect("redis-server is installed"));
        let end = Instant::now() + PATIENCE;
        while self.try_run(&["PING"]).is_none() {
            assert!(Instant::now() < end, "this Redis does not answer");
            sleep(Duration::from_millis(10));
        }
    }

    /// kill −9.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // An error means that it has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What it answers to one command, on a line of its own.
    pub fn run(&self, words: &[&str]) -> String {
        self.try_run(words).expect("this Redis answers")
    }

    fn try_run(&self, words: &[&str]) -> Option<String> {
        let mut line = BufReader::new(TcpStream::connect(self.address).ok()?);
        line.get_ref().set_read_timeout(Some(PATIENCE)).ok()?;
        let mut command = format!("*{}\r\n", words.len());
        for word in words {
            command.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        line.get_mut().write_all(command.as_bytes()).ok()?;
        read(&mut line)
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One reply; the parts of a list stand on lines of their own.
fn read(line: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    line.read_line(&mut head).ok().filter(|read| *read > 0)?;
    let (kind, rest) = head.trim_end().split_at_checked(1)?;
    match kind {
        "$" => {
            let Ok(length) = rest.parse::<usize>() else { return Some(String::new()) };
            let mut body = vec![0; length + 2];
            line.read_exact(&mut body).ok()?;
            body.truncate(length);
            String::from_utf8(body).ok()
        }
        "*" => {
            let parts = (0..rest.parse().ok()?).map(|_| read(line)).collect::<Option<Vec<_>>>()?;
            Some(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n"))
        }
        _ => Some(rest.to_owned()),
    }
}
