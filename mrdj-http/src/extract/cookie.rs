//! Cookies of our own: plain names, values of digits and letters.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use super::Client;

/// What the first cookie called `name` says.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The header that lets a browser keep a cookie for so many seconds, for this site alone and hidden from its scripts.
pub(crate) fn set_cookie(name: &str, value: &str, seconds: i64, client: &Client) -> HeaderValue {
    let secure = if client.secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut cookie = HeaderValue::from_str(&cookie).expect("digits and letters are plain ASCII");
    cookie.set_sensitive(true);
    cookie
}
