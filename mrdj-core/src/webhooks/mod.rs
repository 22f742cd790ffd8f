//! Signed words from outside, heard once; and our own, signed for others.
//!
//! A message is bytes until its [`Verifier`] believes it; only then is it read. That it has been heard is stored by the
//! same commit as what it causes; the [`ReplayGuard`] answers quickly for repetitions that come soon after.
//!
//! ```text
//! raw bytes ──Verifier──▶ verified ──ReplayGuard──▶ once ──InboundEvent──▶ stored with its effect
//!     │                                  └──▶ heard before: answered like the first time
//!     └──▶ Refusal: no secret of ours (503), unsigned, too old, another's (401)
//!
//! OutgoingEvent ──body──▶ bytes ──sign──▶ id, moment, signature ──AddressRule──▶ subscriber
//!                                                                    └──▶ NotCallable: it lies in our own network
//! ```
//!
//! What we tell is a delivery like any other: a [`Subscription`] is owed what it wants to hear by a queue of its own, and an
//! [`EventCourier`] carries it.
//!
//! Every secret that is live is tried, and which of them it was is told, so that an old one can be retired when nobody
//! signs with it any more.

mod address;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_events;
mod courier;
mod event;
mod heard;
mod hex;
mod key;
mod message;
mod outgoing;
mod ports;
#[cfg(test)]
mod proof;
mod ranges;
mod retries;
mod scheme;
mod signature;
mod subscription;

pub use address::{AddressRule, Host, NotCallable, Target};
pub use courier::EventCourier;
pub use event::{InboundEvent, MAX_EVENT_BYTES, NoEvent};
pub use heard::{EventLine, HeardEvent, HeardId, InvalidPartnerName, PartnerName};
pub use key::{InvalidSecret, SigningKey};
pub use message::{InvalidMessageId, MessageId};
pub use outgoing::{OutgoingEvent, sign};
pub use ports::{EVENTS_KEPT_FOR, EventBook, EventFilter, ReplayGuard, Subscriber};
#[cfg(feature = "mocks")]
pub use ports::{MockEventBook, MockReplayGuard, MockSubscriber};
pub use ranges::{InvalidNetwork, Network};
pub use retries::StandardRetries;
pub use scheme::{ID_HEADER, SIGNATURE_HEADER, Scheme, TIMESTAMP_HEADER};
pub use signature::{REMEMBERED, Refusal, Verified, Verifier, WINDOW};
pub use subscription::{Happening, Subscription};
