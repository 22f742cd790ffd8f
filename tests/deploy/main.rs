//! The samples in `examples/deploy`, and the pages that lead to them: what they name is there, and agrees.
//!
//! Nothing is started here. What a container or systemd makes of the files, their own programs say.

mod links;
mod sample;
mod services;
mod settings;
