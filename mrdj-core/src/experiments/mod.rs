//! Experiments and personalisation: who sees which variant, and which one sells.
//!
//! [`analysis`] reads figures: bounds that hold whenever one looks, whether visitors are divided as planned, what may not get
//! worse, how much longer it takes, and one sentence for an owner.

pub mod analysis;
