//! Experiments and personalisation: who sees which variant, and which one sells.
//!
//! - [`personalization`]: which page fits what a visit says about itself.

pub mod personalization;
