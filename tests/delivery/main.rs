//! Deliveries on their way, over real SQLite and a clock that the test turns: what a partner sees when things go wrong.

mod doubt;
mod leases;
mod partner;
mod policy;
mod scene;
mod steering;
