//! Mail through Postmark: one message per delivery through `POST {base}/email`.
//!
//! Postmark recognises no repeated request, so a mail whose answer was lost is looked up before it is sent again: each
//! carries our delivery's id as metadata, and its message search finds by that:
//! `GET /messages/outbound?count=1&offset=0&metadata_delivery=<id>`. The search covers what Postmark itself still keeps,
//! so a doubt is better settled soon than late.
//!
//! | File | What is in it |
//! | --- | --- |
//! | `config.rs` | where it is, which key, who sends |
//! | `client.rs` | the calls |
//! | `wire.rs` | its words |
//! | `error.rs` | its answers, one by one |
//! | `mailer.rs` | the port |
//! | `events.rs` | what it tells by itself: bounces, complaints, suppressions |
//! | `sandbox/` | a stand-in that speaks its dialect |

mod client;
mod config;
mod error;
mod events;
mod mailer;
#[cfg(feature = "sandbox")]
mod sandbox;
mod wire;

pub use config::{Config, InvalidSender, Sender};
pub use events::{MailboxNews, UnreadableEvent, read_event};
pub use mailer::Postmark;
#[cfg(feature = "sandbox")]
pub use sandbox::{Sandbox, SentFile, SentMail};
