//! Experiments and personalisation: who sees which variant, and which one sells.
