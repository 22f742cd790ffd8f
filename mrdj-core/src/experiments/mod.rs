//! Experiments and personalisation: who sees which variant, and which one sells.
//!
//! [`assignment`] decides who sees which variant, by GrowthBook's published rules.

pub mod assignment;
