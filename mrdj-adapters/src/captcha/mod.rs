//! Human checks by hCaptcha and Cloudflare Turnstile: a token goes in, a verdict comes out, in two seconds.
//!
//! A check only marks. Whatever is wrong on the checker's side, or with our key, is
//! [`NoAnswer`](mrdj_core::leads::HumanVerdict::NoAnswer) and costs nobody an enquiry; what is wrong with the token is
//! [`NotHuman`](mrdj_core::leads::HumanVerdict::NotHuman).
//!
//! | File | What is in it |
//! | --- | --- |
//! | `config.rs` | whose check, where it is, which key |
//! | `wire.rs` | their words, and what they mean |
//! | `check.rs` | the port |
//! | `sandbox.rs` | a stand-in that speaks both dialects |

mod check;
mod config;
#[cfg(feature = "sandbox")]
mod sandbox;
mod wire;

pub use check::Captcha;
pub use config::{Config, Vendor};
#[cfg(feature = "sandbox")]
pub use sandbox::Sandbox;
