//! Queues: operators look at them and steer them.

mod dead_letters;
mod jobs;
mod page;
mod queues;
mod view;

pub(crate) use dead_letters::*;
pub(crate) use jobs::*;
pub(crate) use page::PageSize;
pub(crate) use queues::*;
pub(crate) use view::{JobWithHistory, QueueCounts, QueueList, QueueView};
