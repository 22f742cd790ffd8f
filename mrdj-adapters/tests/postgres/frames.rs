//! The messages that a client of Postgres sends.

use tokio::io::AsyncReadExt;
use tokio::net::tcp::OwnedReadHalf;

/// A simple query that says `COMMIT`, as it goes over the line.
pub(crate) const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// Cuts what a client says into messages.
#[derive(Default)]
pub(crate) struct Frames {
    begun: bool,
    buffer: Vec<u8>,
}

impl Frames {
    /// The next message; `None` once the client has gone.
    pub(crate) async fn next(&mut self, questions: &mut OwnedReadHalf) -> Option<Vec<u8>> {
        loop {
            // The first message names no kind.
            let kind = usize::from(self.begun);
            if let Some(length) = self.buffer.get(kind..kind + 4).and_then(|length| length.try_into().ok()) {
                let whole = kind + usize::try_from(u32::from_be_bytes(length)).ok()?;
                if self.buffer.len() >= whole {
                    self.begun = true;
                    return Some(self.buffer.drain(..whole).collect());
                }
            }
            if questions.read_buf(&mut self.buffer).await.ok()? == 0 {
                return None;
            }
        }
    }
}
