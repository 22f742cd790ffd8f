//! Which addresses lie on the Internet, and which do not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where an address lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Everybody reaches it.
    Global,
    /// It is this machine, or belongs to somebody's own network, to the machinery, or to nobody.
    Inside,
}

/// A network, by an address in it and the bits that all of its addresses share.
///
/// ```
/// use mrdj_core::webhooks::Network;
///
/// let network = Network::new("10.1.0.0".parse().expect("an address"), 16).expect("a network");
/// assert!(network.holds("10.1.2.3".parse().expect("an address")));
/// assert!(network.holds("::ffff:10.1.2.3".parse().expect("an address")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// An address has not so many bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a network shares at most the bits that an address has: 32, or 128")]
pub struct InvalidNetwork;

impl Network {
    /// The network of all addresses that share the first `bits` of `address`.
    pub const fn new(address: IpAddr, bits: u8) -> Result<Self, InvalidNetwork> {
        let most = if address.is_ipv4() { 32 } else { 128 };
        if bits <= most { Ok(Self { address, bits }) } else { Err(InvalidNetwork) }
    }

    /// Whether `address` lies in it, also when it is an IPv4 address in the notation of IPv6.
    pub fn holds(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differing = u32::from(own) ^ u32::from(other);
                differing.checked_shr(32 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differing = u128::from(own) ^ u128::from(other);
                differing.checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// What IANA keeps back from the Internet (RFC 6890 and its registry).
const CLOSED_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),        // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // private
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // this machine
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // between a provider and its customers; Alibaba's metadata
    (Ipv4Addr::new(168, 63, 129, 16), 32), // Azure's machinery, on an address that looks like any other
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local; the metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // protocols; Oracle's metadata
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // reserved, and broadcast
];

/// The only part of IPv6 that is given out; private, link-local, multicast and the rest lie outside of it.
const GIVEN_OUT_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is kept back within it.
const CLOSED_V6: [(Ipv6Addr, u32); 3] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols; Teredo, which carries IPv4 in disguise
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Where `address` lies.
pub(super) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let within = |(net, bits): &(Ipv4Addr, u32)| (u32::from(address) ^ u32::from(*net)) >> (32 - bits) == 0;
    match address {
        _ if CLOSED_V4.iter().any(within) => Reach::Inside,
        _ => Reach::Global,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let within = |(net, bits): &(Ipv6Addr, u32)| (u128::from(address) ^ u128::from(*net)) >> (128 - bits) == 0;
    // The same address in another notation, where the others are a way to it.
    if let Some(mapped) = address.to_ipv4_mapped() {
        return reach_v4(mapped);
    }
    match carried(address).map(reach_v4) {
        Some(Reach::Global) => Reach::Global,
        None if within(&GIVEN_OUT_V6) && !CLOSED_V6.iter().any(within) => Reach::Global,
        _ => Reach::Inside,
    }
}

/// The IPv4 address that NAT64 (RFC 6052) or 6to4 (RFC 3056) makes of it on the way.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(address: &str) -> Reach {
        reach(address.parse().expect("an address"))
    }

    #[test]
    fn every_range_is_closed_from_its_first_address_to_its_last_and_no_further() {
        let ranges = [
            ("0.0.0.0", "0.255.255.255", "", "1.0.0.0"),
            ("10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
            ("100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"),
            ("168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17"),
            ("169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"),
            ("172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"),
            ("192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"),
            ("192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"),
            ("192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"),
            ("192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"),
            ("198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"),
            ("198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"),
            ("203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"),
            ("224.0.0.0", "255.255.255.255", "223.255.255.255", ""),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff::", "2001:200::"),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff::", "2001:db9::"),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe:ffff::", "3fff:1000::"),
            ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:ffff::", ""),
        ];
        for (first, last, before, after) in ranges {
            assert_eq!((of(first), of(last)), (Reach::Inside, Reach::Inside), "{first} to {last}");
            for beside in [before, after].into_iter().filter(|beside| !beside.is_empty()) {
                assert_eq!(of(beside), Reach::Global, "{beside}");
            }
        }
    }

    #[test]
    fn an_address_lies_where_it_leads_however_it_is_written() {
        let cases = [
            ("127.0.0.1", Reach::Inside),
            ("127.255.255.254", Reach::Inside),
            ("::1", Reach::Inside),
            ("0:0:0:0:0:0:0:1", Reach::Inside),
            ("::ffff:127.0.0.1", Reach::Inside),
            ("::ffff:7f00:1", Reach::Inside),
            ("::", Reach::Inside),
            ("::2", Reach::Inside),
            ("::7f00:1", Reach::Inside),
            ("::8.8.8.8", Reach::Inside),
            ("::ffff:0:8.8.8.8", Reach::Inside),
            ("::ffff:10.0.0.1", Reach::Inside),
            ("::FFFF:A9FE:A9FE", Reach::Inside),
            ("::ffff:11.0.0.1", Reach::Global),
            ("64:ff9b::127.0.0.1", Reach::Inside),
            ("64:ff9b::10.0.0.1", Reach::Inside),
            ("64:ff9b::a9fe:a9fe", Reach::Inside),
            ("64:ff9b::11.0.0.1", Reach::Global),
            ("64:ff9b:1::11.0.0.1", Reach::Inside),
            ("64:ff9b::1:11.0.0.1", Reach::Inside),
            ("2002:7f00:1::", Reach::Inside),
            ("2002:a00:1::1", Reach::Inside),
            ("2002:a9fe:a9fe::", Reach::Inside),
            ("2002:b00:1::1", Reach::Global),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", Reach::Inside),
            ("100::1", Reach::Inside),
            ("5f00::1", Reach::Inside),
            ("fc00::1", Reach::Inside),
            ("fd00:ec2::254", Reach::Inside),
            ("fe80::1", Reach::Inside),
            ("fec0::1", Reach::Inside),
            ("ff02::1", Reach::Inside),
            ("169.254.169.254", Reach::Inside),
            ("100.100.100.200", Reach::Inside),
            ("192.0.0.192", Reach::Inside),
        ];
        for (address, expected) in cases {
            assert_eq!(of(address), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_the_standard_library_knows_as_special_is_global(v4: u32, v6: u128) {
            let v4 = Ipv4Addr::from(v4);
            let special = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast();
            let special = special || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified();
            prop_assert!(!(special && reach_v4(v4) == Reach::Global), "{}", v4);
            let v6 = Ipv6Addr::from(v6);
            let special = v6.is_multicast() || v6.is_unique_local() || v6.is_unicast_link_local();
            prop_assert!(!(special && reach_v6(v6) == Reach::Global), "{}", v6);
            prop_assert_eq!(reach_v6(v4.to_ipv6_mapped()), reach_v4(v4));
        }
    }
}
