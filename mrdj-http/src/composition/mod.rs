//! The composition: settings in, a running house out. The one place that sees services and adapters both.
//!
//! [`House::open`] opens the store and sets up every partner that has a key. What an enquiry owes the world is a list: add
//! to it with [`House::with_owes`] and [`House::with_courier`], and what is owed by the clock with
//! [`House::with_schedule`]. [`House::build`] gives the [`App`](crate::App) for the
//! router, the [`Crew`] that carries deliveries, and the [`Recorders`] of what pages tell; [`serve`] runs all of them until a
//! signal comes.

mod content;
mod crew;
mod crm_news;
mod doctor;
mod events;
mod figures;
mod freeze;
mod holds;
mod house;
mod housekeeping;
mod lane;
mod logging;
mod partners;
mod quick;
mod record;
mod recorders;
mod schedules;
mod servant;
mod serve;
mod spool;
#[cfg(feature = "stand-ins")]
mod stand_ins;
mod variants;

pub use crew::{Crew, CrewHandle};
pub use doctor::{Diagnosis, doctor};
pub use house::{Built, House, Login, StandIn, StartError};
pub use logging::init_logging;
pub use record::{Record, Steps};
pub use recorders::{Recorders, RecordersHandle};
pub use serve::{serve, until_signalled, work};
#[cfg(feature = "stand-ins")]
pub use stand_ins::StandIns;
