//! Experiments and personalisation: who sees which variant, and which one sells.
//!
//! - [`assignment`] decides who sees which variant, by GrowthBook's published rules.
//! - [`analysis`] reads figures: bounds that hold whenever one looks, whether visitors are divided as planned, what may not get
//!   worse, how much longer it takes, and one sentence for an owner.
//! - [`personalization`] finds the page that fits what a visit says about itself.

pub mod analysis;
pub mod assignment;
pub mod personalization;
