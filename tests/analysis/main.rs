//! Which one sells: our figures beside those of other programs, and what they promise put to the test on made-up visitors.
//!
//! `oracle.json` holds cases with the answers of gbstats, ssrm-test and SciPy; `tests/gbstats` asks them again. The full simulation,
//! with ten thousand experiments for each kind of traffic, is `cargo bench -p mrdj-benches --bench peeking`.

mod oracle;
mod peeking;
mod people;
mod power;
