//! The proof of the promises of this room.
