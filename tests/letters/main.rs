//! What bookings say by mail, on real parts: a store on disk, a mailer over HTTP, two workers, and a clock that the test turns.

mod files;
mod postage;
mod reminders;
mod scene;
mod story;
