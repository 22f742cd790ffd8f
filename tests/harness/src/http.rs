//! An HTTP client that says what it is told, byte by byte, and reads what comes back.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// No answer takes longer than the server's own limit.
const PATIENCE: Duration = Duration::from_secs(40);

/// What a server said.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header called `name`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The id of the enquiry that was taken in.
    pub fn contact_id(&self) -> String {
        let id = self.json()["contactId"].as_str().map(str::to_owned);
        id.unwrap_or_else(|| panic!("no receipt: {} {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    /// Whether it is a problem document.
    pub fn is_problem(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("application/problem+json"))
    }
}

/// A connection that is used again.
pub struct Line(BufReader<TcpStream>);

impl Line {
    /// Opens one.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Posts `form` as JSON; an error means that no whole answer came.
    pub async fn post(&mut self, path: &str, form: &Value) -> io::Result<Answer> {
        let body = form.to_string();
        self.say(&request("POST", path, "application/json", body.as_bytes())).await?;
        self.hear().await
    }

    /// Says `bytes`, whatever they are.
    pub async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes).await
    }

    /// Reads one answer to its end.
    pub async fn hear(&mut self) -> io::Result<Answer> {
        timeout(PATIENCE, read(&mut self.0)).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }
}

/// A request for `path` with a body.
pub fn request(method: &str, path: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Posts `body` on a connection of its own.
pub async fn post(address: SocketAddr, path: &str, kind: &str, body: &[u8]) -> io::Result<Answer> {
    talk(address, &request("POST", path, kind, body)).await
}

/// Says `bytes` on a connection of its own, whatever they are, while it listens.
pub async fn talk(address: SocketAddr, bytes: &[u8]) -> io::Result<Answer> {
    let (reading, mut writing) = TcpStream::connect(address).await?.into_split();
    let mut reading = BufReader::new(reading);
    let say = async {
        // A server that has heard enough may answer and close before everything was said.
        let _ = writing.write_all(bytes).await;
        std::future::pending::<()>().await;
    };
    let hear = timeout(PATIENCE, read(&mut reading));
    tokio::select! {
        () = say => Err(io::ErrorKind::Other.into()),
        heard = hear => heard.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?,
    }
}

/// Posts `form` and hangs up when `share` of it is said, without listening.
pub async fn deaf_post(address: SocketAddr, form: &Value, share: f64) -> io::Result<()> {
    let bytes = request("POST", "/contact", "application/json", form.to_string().as_bytes());
    let said = (bytes.len() as f64 * share) as usize;
    TcpStream::connect(address).await?.write_all(&bytes[..said]).await
}

async fn read<R: tokio::io::AsyncRead + Unpin>(reader: &mut BufReader<R>) -> io::Result<Answer> {
    let line = read_line(reader).await?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no status line: {line:?}")))?;
    let mut headers = Vec::new();
    loop {
        let line = read_line(reader).await?;
        let Some((key, value)) = line.split_once(':') else { break };
        headers.push((key.to_owned(), value.trim().to_owned()));
    }
    let mut answer = Answer { status, headers, body: Vec::new() };
    let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    answer.body = vec![0; length];
    reader.read_exact(&mut answer.body).await?;
    Ok(answer)
}

async fn read_line<R: tokio::io::AsyncRead + Unpin>(reader: &mut BufReader<R>) -> io::Result<String> {
    let mut line = Vec::new();
    if reader.read_until(b'\n', &mut line).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    String::from_utf8(line).map(|line| line.trim_end().to_owned()).map_err(io::Error::other)
}
