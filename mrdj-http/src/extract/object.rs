//! One flat object, as JSON or as a form.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::problem::{Kind, Problem};

/// Nobody's form is nested deeper, and everything below costs no stack.
const MAX_DEPTH: usize = 32;

#[derive(Clone, Copy)]
enum Format {
    Json,
    Form,
}

/// Reads an object out of `body`, in the format that its media type names.
pub(crate) fn read_object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Problem> {
    match format_of(headers)? {
        Format::Json => read_json(body),
        Format::Form => read_form(body),
    }
}

/// Reads what a page tells in passing: JSON, under the media type that `navigator.sendBeacon` gives a text, too.
pub(crate) fn read_told(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Problem> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|text| text.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if ["application/json", "text/plain"].iter().any(|known| essence.eq_ignore_ascii_case(known)) {
        return read_json(body);
    }
    Err(Problem::new(Kind::WrongMediaType, "send application/json or text/plain, with JSON inside"))
}

fn format_of(headers: &HeaderMap) -> Result<Format, Problem> {
    let wrong =
        || Problem::new(Kind::WrongMediaType, "send application/json or application/x-www-form-urlencoded in UTF-8");
    let text = headers.get(CONTENT_TYPE).and_then(|text| text.to_str().ok()).ok_or_else(wrong)?.to_ascii_lowercase();
    let (essence, parameters) = text.split_once(';').unwrap_or((&text, ""));
    let charset = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("charset="));
    if charset.is_some_and(|charset| charset.trim_matches('"') != "utf-8") {
        return Err(wrong());
    }
    match essence.trim() {
        "application/json" => Ok(Format::Json),
        "application/x-www-form-urlencoded" => Ok(Format::Form),
        _ => Err(wrong()),
    }
}

fn read_json(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    if depth(body) > MAX_DEPTH {
        return Err(Problem::new(Kind::Unreadable, format!("the body is nested deeper than {MAX_DEPTH} levels")));
    }
    serde_json::from_slice(body).map_err(|cause| {
        // The parser's own words may repeat what a visitor wrote, so neither the answer nor the log gets them.
        let place = format!("the body is no JSON object: look at line {} column {}", cause.line(), cause.column());
        Problem::new(Kind::Unreadable, place)
    })
}

/// How deep brackets are nested outside of texts.
fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Reads a form; of a field that comes twice, the last counts, as in JSON.
fn read_form(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let read = pairs.map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let value = pair.get(at + 1..).unwrap_or_default();
        Some((text(&pair[..at])?, Value::String(text(value)?)))
    });
    let object: Option<Map<_, _>> = read.collect();
    object.ok_or_else(|| Problem::new(Kind::Unreadable, "the form is not in UTF-8"))
}

fn text(encoded: &[u8]) -> Option<String> {
    String::from_utf8(decode(encoded)).ok()
}

/// Undoes the encoding of forms; a percent sign without two digits stands for itself, as browsers read it.
pub(crate) fn decode(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let pair = if *byte == b'%' { digit(at + 1).zip(digit(at + 2)) } else { None };
        match pair {
            Some((high, low)) => {
                // Two hexadecimal digits fit into a byte.
                decoded.push((high * 16 + low) as u8);
                at += 2;
            }
            None => decoded.push(if *byte == b'+' { b' ' } else { *byte }),
        }
        at += 1;
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_are_no_nesting() {
        assert_eq!(depth(br#"{"a":"[[[\"[[","b":[{}]}"#), 3);
    }

    #[test]
    fn a_form_reads_as_browsers_write_it() {
        let form = read_form(b"name=Jan+Jans%C3%A9n&odd=100%&empty=&bare&name=Piet").expect("a form");
        assert_eq!(Value::Object(form), serde_json::json!({"name": "Piet", "odd": "100%", "empty": "", "bare": ""}));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(read_form(b"name=%ff").is_err());
        assert!(read_json(b"{\"name\":\"\xff\"}").is_err());
    }
}
