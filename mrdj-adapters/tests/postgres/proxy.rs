//! A line to the server on which messages get lost.

use std::sync::{Arc, Mutex, PoisonError};

use mrdj_adapters::postgres::{Config, Postgres};
use mrdj_core::error::PortError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::frames::{COMMIT, Frames};
use crate::given::{Given, config};

/// What happens to the next `COMMIT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trick {
    /// It passes.
    #[default]
    None,
    /// The server never hears of it: the line is cut.
    CutBefore,
    /// The server never hears of it, nor that the line was cut.
    LoseBefore,
    /// The server hears of it, and the line is cut before the answer.
    CutAfter,
    /// The server hears of it, and from then on the line is silent.
    Silence,
    /// It waits until it is let go.
    Hold,
}

/// A proxy in front of a database; it ends with this value.
pub(crate) struct Proxy {
    address: String,
    switch: Arc<Switch>,
    accepting: JoinHandle<()>,
}

struct Switch {
    trick: Mutex<Trick>,
    /// Heard each time a trick was played.
    played: Notify,
    /// Heard by what is held.
    let_go: Notify,
    /// Whether lines are refused.
    away: watch::Sender<bool>,
    /// Whether lines are silent.
    silent: watch::Sender<bool>,
}

impl Proxy {
    /// A proxy in front of the database of `given`.
    pub(crate) async fn before(given: &Given) -> Self {
        let url = given.database.url();
        let (user, place) = url.split_once('@').expect("a user");
        let (server, database) = place.split_once('/').expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here = listener.local_addr().expect("an address");
        let database = database.split('?').next().unwrap_or_default();
        let switch = Arc::new(Switch {
            trick: Mutex::default(),
            played: Notify::new(),
            let_go: Notify::new(),
            away: watch::Sender::new(false),
            silent: watch::Sender::new(false),
        });
        let accepting = tokio::spawn(accept(listener, server.to_owned(), switch.clone()));
        Self { address: format!("{user}@{here}/{database}?sslmode=disable"), switch, accepting }
    }

    /// A proxy in front of the database of `given`, and a store that was reached through it.
    pub(crate) async fn with_a_store(given: &Given) -> Result<(Self, Postgres), PortError> {
        let proxy = Self::before(given).await;
        let store = given.reached(proxy.config()).await?;
        Ok((proxy, store))
    }

    /// How stores reach the database through it.
    pub(crate) fn config(&self) -> Config {
        config(&self.address)
    }

    /// Plays `trick` on the next `COMMIT`.
    pub(crate) fn play(&self, trick: Trick) {
        *self.switch.trick.lock().unwrap_or_else(PoisonError::into_inner) = trick;
    }

    /// Returns once the trick was played.
    pub(crate) async fn played(&self) {
        self.switch.played.notified().await;
    }

    /// Lets go of what is held.
    pub(crate) fn let_go(&self) {
        self.switch.let_go.notify_one();
    }

    /// Refuses lines from now on, or takes them again.
    pub(crate) fn away(&self, away: bool) {
        self.switch.away.send_replace(away);
    }

    /// Swallows everything on every line from now on; lines that are opened later, once it is over, are whole.
    pub(crate) fn silent(&self, silent: bool) {
        self.switch.silent.send_replace(silent);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, server: String, switch: Arc<Switch>) {
    while let Ok((client, _)) = listener.accept().await {
        if *switch.away.borrow() {
            continue;
        }
        let Ok(server) = TcpStream::connect(&server).await else { continue };
        // A small packet that waits for another would make every statement slow.
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        tokio::spawn(carry(client, server, switch.clone()));
    }
}

/// Carries messages until one side goes, or a trick is played.
async fn carry(client: TcpStream, server: TcpStream, switch: Arc<Switch>) {
    let ((mut questions, mut to_client), (mut answers, mut to_server)) = (client.into_split(), server.into_split());
    let (mut frames, mut answer) = (Frames::default(), [0; 8_192]);
    let mut silent = switch.silent.subscribe();
    loop {
        let frame = tokio::select! {
            biased;
            () = silence(&mut silent) => return swallow(questions).await,
            frame = frames.next(&mut questions) => frame,
            read = answers.read(&mut answer) => match read {
                Ok(length) if length > 0 && to_client.write_all(&answer[..length]).await.is_ok() => continue,
                _ => return,
            },
        };
        let Some(frame) = frame else { return };
        let trick = if frame == COMMIT { switch.taken() } else { Trick::None };
        match trick {
            Trick::None => {}
            Trick::CutBefore => return,
            Trick::LoseBefore => {
                drop((questions, to_client));
                // The server waits for a message that nobody sends, until it loses its patience.
                let _ = answers.read(&mut answer).await;
                return;
            }
            Trick::CutAfter | Trick::Silence => {
                let client = (trick == Trick::Silence).then_some((questions, to_client));
                if to_server.write_all(&frame).await.is_ok() {
                    let _ = answers.read(&mut answer).await;
                }
                if let Some((questions, _open)) = client {
                    swallow(questions).await;
                }
                return;
            }
            Trick::Hold => switch.let_go.notified().await,
        }
        if to_server.write_all(&frame).await.is_err() {
            return;
        }
    }
}

/// Returns once it is silent.
async fn silence(silent: &mut watch::Receiver<bool>) {
    // The switch is held by whoever asks, so that it is there.
    drop(silent.wait_for(|silent| *silent).await);
}

/// Takes whatever comes, until nobody is there.
async fn swallow(mut questions: OwnedReadHalf) {
    let mut question = [0; 8_192];
    while questions.read(&mut question).await.is_ok_and(|length| length > 0) {}
}

impl Switch {
    /// The trick to play now; it is played once.
    fn taken(&self) -> Trick {
        let trick = std::mem::take(&mut *self.trick.lock().unwrap_or_else(PoisonError::into_inner));
        if trick != Trick::None {
            self.played.notify_one();
        }
        trick
    }
}
