//! The rules of an event business, free of databases and networks.
//!
//! An enquiry comes in from a website, is never lost, and reaches the mailbox and the CRM once. This crate holds what is
//! true about that whatever it runs on: values, rules, use cases, the ports they need, and the suites that prove an
//! adapter. `mrdj-adapters` implements the ports, `mrdj-http` composes both into a server or a router for yours.
//!
//! A room named `leads` here is `sqlite/leads.rs` in the adapters, `routes/leads.rs` over HTTP, and `leads` in the
//! contract suite.
//!
//! | Room | What happens in it |
//! | --- | --- |
//! | [`leads`] | a request comes in and is never lost |
//! | [`bookings`] | from a wish to an agreed evening, on the right day, never twice |
//! | [`experiments`] | who sees which variant, and which one sells |
//! | [`contacts`] | the people, and how they can be reached |
//! | [`messages`] | what we say, to whom, in which language |
//! | [`partners`] | the CRM, by its role |
//! | [`delivery`] | what we owe others leaves the house, at least once |
//! | [`limits`] | how often somebody may |
//! | [`cache`] | what is quick to have and harmless to lose |
//! | [`auth`] | who is logged in |
//! | [`webhooks`] | signed words: from outside, heard once, and our own to others |
//! | [`observability`] | what can be seen from outside |
//!
//! Beside the rooms stand the things that all of them use: [`store`] commits a decision whole, [`batch`] helps adapters
//! commit many at once, [`error`] is the one error
//! of every port, [`clock`] and [`chance`] are arguments, [`id`] names things, [`secret`] hides words, [`idempotency`]
//! gives the same request the same answer.
//!
//! # Trying a rule
//!
//! A decision is a value, so that a rule is tested by looking at it:
//!
//! ```
//! use mrdj_core::delivery::{Backoff, RetryPolicy};
//! use jiff::Timestamp;
//!
//! let policy = Backoff::default();
//! let at = |failures| policy.next(failures, Timestamp::UNIX_EPOCH, 0.0).map(Timestamp::as_second);
//! assert_eq!((at(1), at(5)), (Some(15), None));
//! ```
//!
//! Where to begin reading: [`leads::Intake`] takes an enquiry in, [`delivery::Worker`] carries what it owes.
//!
//! # Features
//!
//! | Feature | What it adds |
//! | --- | --- |
//! | `mocks` | a `mockall` double of every port in its room, and in `mocks` a clock and dice that a test turns by hand |
//! | `contract` | `CASES` beside every port: the proof of its promises, to be run against an adapter of yours |

pub mod auth;
pub mod batch;
pub mod bookings;
pub mod cache;
pub mod chance;
pub mod clock;
pub mod contacts;
#[cfg(feature = "contract")]
pub mod contract;
pub mod delivery;
pub mod error;
pub mod experiments;
pub mod id;
pub mod idempotency;
pub mod leads;
pub mod limits;
pub mod messages;
#[cfg(feature = "mocks")]
pub mod mocks;
pub mod observability;
pub mod partners;
pub mod secret;
pub mod store;
mod text;
pub mod webhooks;

pub use text::LineFault;

/// The examples of the crate's README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
