//! The router as a client sees it: every request goes through every layer.

mod bad_input;
mod bookings;
mod calendar;
mod client;
mod contact;
mod desk;
mod document;
mod events;
mod funnel;
mod headers;
mod health;
mod house;
mod limits;
mod log;
mod mounting;
mod operators;
mod personalization;
mod spool;
mod stock;
mod variants;
mod visitor;
mod webhook;
