//! The ports of [`mrdj_core`] on real technology: one folder and one feature each.
//!
//! | Folder | Feature | What it is |
//! | --- | --- | --- |
//! | `memory` | `memory` | every port in the process's memory |
//! | `sqlite` | `sqlite` (default) | the embedded store of record, and the spool beside any store |
//! | `postgres` | `postgres` | the store of record for more than one process or machine |
//! | `redis` | `redis` | what is quick and shared: limits, cache, sessions, replay guard, bell |
//! | `upstash` | `upstash` | the same over REST, without the bell |
//! | `system` | `system` (default) | clock, dice, timer and bell |
//! | `phone` | `phone` | numbering plans |
//! | `rentguy` | `rentguy` | the CRM RentGuy |
//! | `postmark` | `postmark` | mail through Postmark |
//! | `subscriber` | `subscriber` | Standard Webhooks to whoever wants to hear what happens |
//! | `captcha` | `captcha` | hCaptcha and Cloudflare Turnstile |
//! | `layers` | `layers` | traced, timed and faulty, around any port; a second for what may be away |
//! | `outbound` | `outbound` | the one HTTP client of the house |
//!
//! An adapter is handed to the core's services as an `Arc<dyn Port>`. Each runs the contract suite of its port, the one in
//! memory and the layers included, so that what a test learns from one is true of the other.
//!
//! With the feature `sandbox` each partner's folder holds a stand-in that speaks its dialect over real HTTP, records what
//! it received, and can be told to misbehave.

#[cfg(feature = "captcha")]
pub mod captcha;
#[cfg(feature = "layers")]
pub mod layers;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(feature = "outbound")]
pub mod outbound;
#[cfg(feature = "phone")]
pub mod phone;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "postmark")]
pub mod postmark;
#[cfg(any(feature = "redis", feature = "upstash"))]
pub mod redis;
#[cfg(feature = "rentguy")]
pub mod rentguy;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(feature = "subscriber")]
pub mod subscriber;
#[cfg(feature = "system")]
pub mod system;
#[cfg(feature = "upstash")]
pub mod upstash;

/// The examples of the crate's README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
