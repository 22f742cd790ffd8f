//! Who is at the other end.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use ipnet::{IpNet, Ipv6Net};

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Who is at the other end, as far as it can be believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Client {
    /// Their address; `None` when the router is served without `ConnectInfo`.
    pub(crate) address: Option<IpAddr>,
    /// Whether they came by HTTPS, as a trusted proxy says.
    pub(crate) secure: bool,
    /// Somebody we do not trust says that he forwards: the address is likely a proxy's and not the visitor's.
    pub(crate) forwarded_by_stranger: bool,
}

impl Client {
    /// What limits count by: the address, of IPv6 the net of 64 bits that one household has.
    pub(crate) fn limit_key(&self) -> Option<String> {
        self.address.map(|address| match address {
            IpAddr::V4(four) => four.to_string(),
            IpAddr::V6(six) => Ipv6Net::new_assert(six, 64).trunc().to_string(),
        })
    }
}

/// Who sent a request with these headers, when only `trusted` proxies are believed.
pub(crate) fn client_of(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> Client {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical());
    let trusts = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let Some(peer) = peer.filter(trusts) else {
        let forwarded_by_stranger = headers.contains_key(FORWARDED_FOR);
        return Client { address: peer, secure: false, forwarded_by_stranger };
    };
    let proto = headers.get(FORWARDED_PROTO).map(|proto| proto.as_bytes().to_ascii_lowercase());
    let secure = matches!(proto.as_deref(), Some(b"https" | b"wss"));
    Client { address: Some(first_untrusted(peer, headers, trusts)), secure, forwarded_by_stranger: false }
}

/// Walks the hops from the nearest outwards; at the first that cannot be read, the last good one is believed.
fn first_untrusted(peer: IpAddr, headers: &HeaderMap, trusts: impl Fn(&IpAddr) -> bool) -> IpAddr {
    let mut client = peer;
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    for hop in lines.flat_map(|line| line.to_str().unwrap_or("unreadable").rsplit(',')) {
        let Some(address) = address_of(hop.trim()) else {
            break;
        };
        client = address;
        if !trusts(&client) {
            break;
        }
    }
    client
}

/// Reads `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80` and `fe80::1%eth0`.
fn address_of(hop: &str) -> Option<IpAddr> {
    let unbracketed = hop.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inner, _)| inner);
    let bare = unbracketed.unwrap_or_else(|| match hop.split_once(':') {
        Some((four, port)) if !port.contains(':') => four,
        _ => hop,
    });
    let zoneless = bare.split_once('%').map_or(bare, |(address, _)| address);
    zoneless.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    /// Whom the outermost layer noted; without it, somebody of whom nothing is known.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, trusted: &[&str], lines: &[&str]) -> Client {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 4711)));
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().expect("a header"));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().expect("a net")).collect();
        client_of(&extensions, &headers, &trusted)
    }

    fn address(peer: &str, trusted: &[&str], lines: &[&str]) -> String {
        seen(peer, trusted, lines).address.map(|address| address.to_string()).unwrap_or_default()
    }

    const PROXIES: &[&str] = &["10.0.0.1/32", "10.0.0.2/32"];
    const LINE: &str = "203.0.113.9, 198.51.100.7, 10.0.0.1";

    #[test]
    fn the_first_hop_that_is_not_ours_is_the_client() {
        assert_eq!(address("10.0.0.2", PROXIES, &[LINE]), "198.51.100.7");
        assert_eq!(address("10.0.0.2", PROXIES, &["203.0.113.9, 198.51.100.7", "10.0.0.1"]), "198.51.100.7");
    }

    #[test]
    fn a_stranger_forwards_for_nobody() {
        let client = seen("192.0.2.1", PROXIES, &[LINE]);
        assert_eq!(client.address, Some("192.0.2.1".parse().expect("an address")));
        assert!(client.forwarded_by_stranger);
    }

    #[test]
    fn what_cannot_be_read_ends_the_walk_at_the_last_good_hop() {
        assert_eq!(address("10.0.0.2", PROXIES, &["198.51.100.7, unknown, 10.0.0.1"]), "10.0.0.1");
        assert_eq!(address("10.0.0.2", PROXIES, &[""]), "10.0.0.2");
    }

    #[test]
    fn ports_and_zones_are_left_off() {
        assert_eq!(address("10.0.0.2", PROXIES, &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(address("10.0.0.2", PROXIES, &["[2001:db8::17]:4711"]), "2001:db8::17");
        assert_eq!(address("10.0.0.2", PROXIES, &["fe80::1%eth0"]), "fe80::1");
        assert_eq!(address("10.0.0.2", PROXIES, &["::ffff:198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn a_household_is_counted_once() {
        let key = |peer| seen(peer, &[], &[]).limit_key().expect("an address");
        assert_eq!(key("2001:db8:0:1::a"), key("2001:db8:0:1:ffff::b"));
        assert_ne!(key("2001:db8:0:1::a"), key("2001:db8:0:2::a"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
