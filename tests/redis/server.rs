//! The installed `redis-server` on a free port of loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);

/// Whether there is one to start.
pub(crate) fn is_installed() -> bool {
    Command::new("redis-server").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// A Redis that nobody else uses; it is killed when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    child: Option<Child>,
    directory: TempDir,
    password: Option<&'static str>,
}

impl Server {
    /// Starts one, and returns when it answers.
    pub(crate) fn start() -> Self {
        Self::begin(None)
    }

    /// Starts one that wants a password.
    pub(crate) fn with_password(password: &'static str) -> Self {
        Self::begin(Some(password))
    }

    fn begin(password: Option<&'static str>) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let directory = tempfile::tempdir().expect("a directory");
        let mut server = Self { address: free.expect("a free port"), child: None, directory, password };
        server.restart();
        server
    }

    /// Its address, as a setting.
    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Starts it on the same port, empty.
    pub(crate) fn restart(&mut self) {
        self.stop();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &self.address.port().to_string(), "--appendonly", "no"]);
        command.args(["--save", "", "--dir"]).arg(self.directory.path());
        command.args(self.password.map(|password| ["--requirepass", password]).into_iter().flatten());
        self.child =
            Some(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("redis-server is installed"));
        let end = Instant::now() + PATIENCE;
        while self.try_run(&["PING"]).is_none() {
            assert!(Instant::now() < end, "the Redis of this test does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// kill −9.
    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // An error means that it has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Lets it hold still: its lines stand, and nobody answers.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.as_ref().expect("a running server").id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().is_ok_and(|status| status.success()));
    }

    /// What it answers to one command, as it stands on the line.
    pub(crate) fn run(&self, words: &[&str]) -> String {
        self.try_run(words).expect("the Redis of this test answers")
    }

    fn try_run(&self, words: &[&str]) -> Option<String> {
        let mut line = BufReader::new(TcpStream::connect(self.address).ok()?);
        line.get_ref().set_read_timeout(Some(PATIENCE)).ok()?;
        let login = self.password.map(|password| vec!["AUTH", password]);
        let commands = login.into_iter().chain([words.to_vec()]);
        let mut answer = String::new();
        for words in commands {
            let words: String =
                words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect::<Vec<_>>().concat();
            let many = words.matches('$').count();
            line.get_mut().write_all(format!("*{many}\r\n{words}").as_bytes()).ok()?;
            answer = read(&mut line)?;
        }
        Some(answer)
    }

    /// How often each command was called, by its name in lower case.
    pub(crate) fn calls(&self) -> std::collections::BTreeMap<String, u64> {
        let stats = self.run(&["INFO", "commandstats"]);
        let calls = stats.lines().filter_map(|line| {
            let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            Some((name.to_owned(), rest.split(',').next()?.parse().ok()?))
        });
        calls.collect()
    }

    /// Every key there is.
    pub(crate) fn keys(&self) -> Vec<String> {
        let page = self.run(&["SCAN", "0", "COUNT", "100000"]);
        page.lines().skip(1).map(str::to_owned).collect()
    }
}

impl Drop for Server {
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
