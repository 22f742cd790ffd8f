//! Doubles of the partners, in memory: each speaks its dialect, has its moods, and writes down what it received.

mod alerts;
mod cards;
mod mail_bag;
mod mood;
mod temper;

pub(crate) use alerts::{ALERT, ALERTS, AlertCourier, AlertForLead, Pagers};
pub(crate) use cards::CardIndex;
pub(crate) use mail_bag::{MailBag, Sent};
pub(crate) use mood::Dialect;
pub(crate) use temper::{Said, Temper};
