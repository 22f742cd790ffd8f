//! What a client has already.

use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;

/// Whether the client says (`If-None-Match`, RFC 9110) that it has what `tag` names, quotes included.
pub(crate) fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let same = |one: &str| one.trim().trim_start_matches("W/") == tag || one.trim() == "*";
    known.flat_map(|line| line.split(',')).any(same)
}
