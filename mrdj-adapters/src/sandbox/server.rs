//! A stand-in on a port.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::Line;
use super::line::Held;

/// A running stand-in; when it is dropped its port is closed and every line is cut, as when a partner goes away.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
    lines: Lines,
}

impl Server {
    /// Serves `router` on `address`; port 0 takes any free one.
    pub async fn start(address: SocketAddr, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let (address, lines) = (listener.local_addr()?, Lines::default());
        let door = Door { listener, lines: lines.clone() };
        let service = router.into_make_service_with_connect_info::<Line>();
        let task = tokio::spawn(async move {
            // Serving ends with the task: an error of accepting is waited out, not returned.
            let _ended = axum::serve(door, service).await;
        });
        Ok(Self { address, task, lines })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base address, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Does the same, and returns when the port is free.
    pub async fn stop(mut self) {
        self.task.abort();
        // It ends as cancelled, which is what was asked for.
        let _cancelled = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        self.lines.cut();
    }
}

/// Every line that stands.
#[derive(Clone, Debug, Default)]
struct Lines(Arc<Mutex<Vec<Line>>>);

impl Lines {
    fn add(&self, line: Line) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(Line::stands);
        lines.push(line);
    }

    fn cut(&self) {
        for line in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            line.cut();
        }
    }
}

struct Door {
    listener: TcpListener,
    lines: Lines,
}

impl Listener for Door {
    type Io = Held;
    type Addr = Line;

    async fn accept(&mut self) -> (Held, Line) {
        let (stream, _) = Listener::accept(&mut self.listener).await;
        let (held, line) = Line::hold(stream);
        self.lines.add(line.clone());
        (held, line)
    }

    fn local_addr(&self) -> io::Result<Line> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "a door has no line of its own"))
    }
}

impl Connected<IncomingStream<'_, Door>> for Line {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.remote_addr().clone()
    }
}
