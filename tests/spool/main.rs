//! The store of record goes away and comes back, on a clock that the test turns; the spool is a real file.

mod chaos;
mod desk;
mod drain;
mod intake;
