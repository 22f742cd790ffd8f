//! mrdj over HTTP.
