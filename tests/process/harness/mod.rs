//! What the tests over one server share: its house, visitors who write to it, and the sums.

mod browser;
mod house;
mod load;
mod tally;

pub(crate) use browser::Tab;
pub(crate) use house::House;
pub(crate) use load::Load;
pub(crate) use tally::Tally;
