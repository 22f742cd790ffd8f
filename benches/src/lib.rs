//! What the benches share: a driver that posts over loopback, and a word about the machine.
//!
//! | Bench | What it measures | Beside what |
//! | --- | --- | --- |
//! | `rules` | nanoseconds per form, score and policy step | – (`criterion` keeps the last run) |
//! | `delivery` | deliveries per second, lease to settled | bare SQL that does the same writes |
//! | `redis` | microseconds per limit check and per look into the cache | bare commands on a bare socket |
//! | `intake` | posts per second to a durable row, memory, start | the same server's empty answer, the old back end |

mod driver;
mod machine;

pub use driver::{Load, Measured, drive};
pub use machine::{machine, resident_kb};
