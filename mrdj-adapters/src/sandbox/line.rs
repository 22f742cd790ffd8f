//! A connection with scissors, and with a voice that can be doubled.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// A hand on one connection; a handler finds it as `ConnectInfo<Line>`.
#[derive(Clone)]
pub struct Line {
    cut: watch::Sender<bool>,
    twice: Arc<AtomicBool>,
}

impl Line {
    /// Wraps `stream`, giving the hand on it beside it.
    pub(super) fn hold(stream: TcpStream) -> (Held, Self) {
        let (cut, mut watched) = watch::channel(false);
        let line = Self { cut, twice: Arc::default() };
        let end = Box::pin(async move {
            // It cannot fail: the connection itself holds one of the hands.
            let _cut = watched.wait_for(|cut| *cut).await;
        });
        (Held { stream, line: line.clone(), end, echo: Vec::new() }, line)
    }

    /// Closes the connection; nothing more is written to it.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }

    /// Lets what is written until the next pause be written once more.
    pub fn answer_twice(&self) {
        self.twice.store(true, Ordering::Release);
    }

    /// Whether the connection still stands.
    pub(super) fn stands(&self) -> bool {
        !self.cut.is_closed()
    }

    fn is_cut(&self) -> bool {
        *self.cut.borrow()
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("stands", &self.stands()).finish()
    }
}

/// The connection itself.
pub(super) struct Held {
    stream: TcpStream,
    line: Line,
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
    echo: Vec<u8>,
}

impl AsyncRead for Held {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.line.is_cut() || self.end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Held {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.line.is_cut() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf))?;
        if self.line.twice.load(Ordering::Acquire) {
            self.echo.extend_from_slice(&buf[..written]);
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let held = &mut *self;
        while !held.echo.is_empty() {
            held.line.twice.store(false, Ordering::Release);
            let written = ready!(Pin::new(&mut held.stream).poll_write(cx, &held.echo))?;
            held.echo.drain(..written);
        }
        Pin::new(&mut held.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
