//! Experiments from a draft to their figures: what operators do, what is recorded, and who was won.

mod desk;
mod house;
mod recorder;
mod scene;
mod won;
