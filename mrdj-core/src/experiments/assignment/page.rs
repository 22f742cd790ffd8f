//! The address of the page that a visitor looks at, in the parts that rules compare.

use super::number;

/// The address of the page that a visitor looks at; read once for a request.
///
/// It is read as browsers read addresses, as far as the web's own go: `http` and `https`, and paths alone. A host in other
/// letters than ASCII is none that a rule can name.
///
/// ```
/// use mrdj_core::experiments::assignment::PageUrl;
///
/// let page = PageUrl::new("https://Example.com:443/a/../feest?hero=1#top");
/// assert_eq!(page.href(), Some("https://example.com/feest?hero=1#top"));
/// ```
#[derive(Clone, Debug)]
pub struct PageUrl {
    raw: Box<str>,
    pub(super) parts: Option<Parts>,
}

/// The parts of an address.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) href: String,
    /// Where the path begins in it.
    pub(super) path_at: usize,
    /// The host, with its port where that is not the usual one.
    pub(super) host: String,
    pub(super) path: String,
    /// With its sign; empty where there is none.
    pub(super) fragment: String,
    /// What is asked, each name with its value.
    pub(super) query: Vec<(String, String)>,
}

impl PageUrl {
    /// Reads an address; what is none is compared with nothing but itself.
    pub fn new(url: &str) -> Self {
        Self { raw: url.into(), parts: Parts::read(url, "_") }
    }

    /// The address as a browser writes it.
    pub fn href(&self) -> Option<&str> {
        self.parts.as_ref().map(|parts| parts.href.as_str())
    }

    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// The variation that the address asks for: `?key=1` of at least two.
    pub(super) fn asks_for(&self, key: &str, variations: usize) -> Option<usize> {
        let (_, search) = self.raw.split_once('?')?;
        let search = search.split(['?', '#']).next()?;
        let (_, value) = search.split('&').map(pair).find(|(name, _)| *name == key)?;
        number::parse_int(value).map(|asked| asked as usize).filter(|asked| *asked < variations)
    }
}

/// A name and what comes up to the next sign of equality.
fn pair(text: &str) -> (&str, &str) {
    let mut parts = text.split('=');
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

impl Parts {
    /// Reads `url` on a page whose host is `base`, with `https`.
    pub(super) fn read(url: &str, base: &str) -> Option<Self> {
        let url: String =
            url.trim_matches(|sign| sign <= ' ').chars().filter(|sign| !"\t\n\r".contains(*sign)).collect();
        let (scheme, rest) = scheme(&url)?;
        let slash = |sign| sign == '/' || sign == '\\';
        let absolute = scheme == "http" || rest.strip_prefix(slash).is_some_and(|rest| rest.starts_with(slash));
        let (host, rest) = if absolute {
            let rest = rest.trim_start_matches(slash);
            let (authority, rest) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
            (host(authority, scheme)?, rest)
        } else {
            (base.to_owned(), rest)
        };
        let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        let path = normal_path(path);
        let origin = format!("{scheme}://{host}");
        let query = query.map(|query| encoded(query, "\"#<>'"));
        let fragment = fragment.map(|fragment| encoded(fragment, "\"<>`"));
        let mut href = format!("{origin}{path}");
        for (sign, part) in [('?', &query), ('#', &fragment)] {
            if let Some(part) = part {
                href.push(sign);
                href.push_str(part);
            }
        }
        let fragment = fragment.filter(|text| !text.is_empty()).map_or_else(String::new, |text| format!("#{text}"));
        Some(Self { href, path_at: origin.len(), host, path, fragment, query: pairs(&query.unwrap_or_default()) })
    }

    /// What is asked under `name`, or nothing.
    pub(super) fn asked(&self, name: &str) -> &str {
        self.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// The scheme, and what follows it; `None` where it is none of the web's.
fn scheme(url: &str) -> Option<(&'static str, &str)> {
    let is_scheme = |text: &str| {
        text.starts_with(|sign: char| sign.is_ascii_alphabetic())
            && text.chars().all(|sign| sign.is_ascii_alphanumeric() || "+-.".contains(sign))
    };
    match url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
        None => Some(("https", url)),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => Some(("https", rest)),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => Some(("http", rest)),
        Some(_) => None,
    }
}

/// The host as it is written, with its port unless the scheme says it anyway.
fn host(authority: &str, scheme: &str) -> Option<String> {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (host, ""),
    };
    let host = String::from_utf8(percent_decoded(host)).ok()?.to_ascii_lowercase();
    let forbidden = |sign: char| !sign.is_ascii() || sign.is_ascii_control() || " #/:<>?@[\\]^|%".contains(sign);
    let address =
        host.starts_with('[') && host.ends_with(']') && host[1..host.len() - 1].parse::<std::net::Ipv6Addr>().is_ok();
    if host.is_empty() || (host.contains(forbidden) && !address) {
        return None;
    }
    let usual = if scheme == "http" { 80 } else { 443 };
    let port = if port.is_empty() { usual } else { port.parse::<u16>().ok()? };
    Some(if port == usual { host } else { format!("{host}:{port}") })
}

/// The path without steps that lead nowhere or back.
fn normal_path(path: &str) -> String {
    let path = path.strip_prefix(['/', '\\']).unwrap_or(path);
    let (mut kept, mut steps) = (Vec::new(), path.split(['/', '\\']).peekable());
    while let Some(step) = steps.next() {
        let dots = step.to_ascii_lowercase().replace("%2e", ".");
        let last = steps.peek().is_none();
        match dots.as_str() {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => {
                kept.push(encoded(step, "\"#<>?^`{}"));
                continue;
            }
        }
        if last {
            kept.push(String::new());
        }
    }
    format!("/{}", kept.join("/"))
}

/// What is not printed in ASCII, and what is in `also`, by the numbers of its bytes.
fn encoded(text: &str, also: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !also.contains(char::from(byte)) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, after @ ..] = rest {
        let digit = |at: usize| after.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let decoded = if *first == b'%' { digit(0).zip(digit(1)) } else { None };
        bytes.push(decoded.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()).unwrap_or(*first));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    bytes
}

/// The names and values of a form.
fn pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| String::from_utf8_lossy(&percent_decoded(&text.replace('+', " "))).into_owned();
    let pair = |part: &str| {
        part.split_once('=').map_or((decoded(part), String::new()), |(name, value)| (decoded(name), decoded(value)))
    };
    query.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_browsers_read_them() {
        let read = [
            ("https://Example.com", "https://example.com/"),
            ("HTTP://user@example.com:80/a b?c d#e f", "http://example.com/a%20b?c%20d#e%20f"),
            ("https://example.com:8080\\a\\..\\b", "https://example.com:8080/b"),
            ("/a/./b/../c/..", "https://_/a/"),
            ("?q=é", "https://_/?q=%C3%A9"),
            ("//example.com/%2E%2e/x", "https://example.com/x"),
            ("", "https://_/"),
        ];
        for (url, href) in read {
            assert_eq!(PageUrl::new(url).href(), Some(href), "{url}");
        }
        for url in [
            "mailto:jan@example.com",
            "https://",
            "http://exa mple.com",
            "https://example.com:99999/",
            "http://[::zz]/",
        ] {
            assert_eq!(PageUrl::new(url).href(), None, "{url}");
        }
    }

    #[test]
    fn an_address_asks_for_a_variation_by_number() {
        let asks = |url: &str| PageUrl::new(url).asks_for("hero", 3);
        assert_eq!(asks("https://example.com/?a=1&hero=2"), Some(2));
        assert_eq!(asks("/?hero=1#top"), Some(1));
        for url in ["/", "/?hero=3", "/?hero=-1", "/?hero=", "/?hero", "/?Hero=1", "/?a?hero=1", "/?hero=9&hero=1"] {
            assert_eq!(asks(url), None, "{url}");
        }
    }
}
