//! Where we may call, when somebody else says where.

use std::net::IpAddr;

use super::ranges::{Network, Reach, reach};

/// The parts of a URL that decide, as a parser of URLs tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// `https`, or another.
    pub scheme: &'a str,
    /// Whether it holds a user or a password.
    pub userinfo: bool,
    /// Whom it names.
    pub host: Host<'a>,
}

/// The host of a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'a> {
    /// A name, which is still to be resolved.
    Name(&'a str),
    /// An address, which stands for itself.
    Address(IpAddr),
}

/// Keeps calls out of our own network: whoever may tell us a URL would otherwise send us wherever only we can go.
///
/// The addresses that were judged are the ones to connect to. A name that is resolved once more on the way out may by
/// then lead elsewhere; so may a redirect, which is a target of its own.
///
/// ```
/// use std::net::IpAddr;
/// use mrdj_core::webhooks::{AddressRule, Host, NotCallable, Target};
///
/// let target = Target { scheme: "https", userinfo: false, host: Host::Name("hooks.example.com") };
/// let address: IpAddr = "10.0.0.7".parse().expect("an address");
/// assert_eq!(AddressRule::default().admit(&target, &[address]), Err(NotCallable::Inside(address)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressRule {
    /// Networks that may be called all the same, without TLS, too: for what stands beside us, and for trying things out.
    pub allowed: Vec<Network>,
}

/// Why a target is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCallable {
    /// What is said there could be read on the way.
    #[error("only https is called")]
    NotHttps,
    /// Logs and errors would show it.
    #[error("the address holds a user or a password")]
    UserInfo,
    /// The name ends in a number, which some read as an address.
    #[error("the host is a number and no name")]
    NumericName,
    /// The name has no address.
    #[error("the host has no address")]
    Unresolved,
    /// One of its addresses is not on the Internet.
    #[error("{0} is not on the Internet")]
    Inside(IpAddr),
}

impl AddressRule {
    /// Whether `target` may be called, whose name was resolved to `resolved`; the port may be any.
    ///
    /// One address that is not on the Internet is enough to refuse all of them.
    pub fn admit(&self, target: &Target<'_>, resolved: &[IpAddr]) -> Result<(), NotCallable> {
        if target.userinfo {
            return Err(NotCallable::UserInfo);
        }
        let literal = target.host.literal()?;
        let addresses: Vec<_> = literal.into_iter().chain(resolved.iter().copied()).collect();
        if addresses.is_empty() {
            return Err(NotCallable::Unresolved);
        }
        if !self.admits_scheme(target.scheme, &addresses) {
            return Err(NotCallable::NotHttps);
        }
        addresses
            .into_iter()
            .find(|address| !self.admits(*address))
            .map_or(Ok(()), |inside| Err(NotCallable::Inside(inside)))
    }

    fn admits(&self, address: IpAddr) -> bool {
        reach(address) == Reach::Global || self.names(address)
    }

    fn names(&self, address: IpAddr) -> bool {
        self.allowed.iter().any(|network| network.holds(address))
    }

    fn admits_scheme(&self, scheme: &str, addresses: &[IpAddr]) -> bool {
        scheme == "https" || (scheme == "http" && addresses.iter().all(|address| self.names(*address)))
    }
}

impl Host<'_> {
    fn literal(self) -> Result<Option<IpAddr>, NotCallable> {
        match self {
            Self::Address(address) => Ok(Some(address)),
            Self::Name(name) if ends_in_a_number(name) => Err(NotCallable::NumericName),
            Self::Name(_) => Ok(None),
        }
    }
}

/// Whether a resolver might read `name` as an address: `2130706433`, `127.1`, `0x7f.1`. An empty name is no better.
fn ends_in_a_number(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    last.bytes().all(|sign| sign.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|sign| sign.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: AddressRule = AddressRule { allowed: Vec::new() };
    /// Nobody's in particular: the first address after a private range.
    const OUTSIDE: &str = "11.0.0.0";

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    /// A rule that allows these networks.
    fn allowing(networks: &[(&str, u8)]) -> AddressRule {
        let network = |(address, bits): &(&str, u8)| Network::new(ip(address), *bits).expect("a network");
        AddressRule { allowed: networks.iter().map(network).collect() }
    }

    fn trying() -> AddressRule {
        allowing(&[("127.0.0.1", 8), ("::1", 128)])
    }

    fn told(rule: &AddressRule, scheme: &str, host: Host<'_>, resolved: &[&str]) -> Result<(), NotCallable> {
        let resolved: Vec<_> = resolved.iter().copied().map(ip).collect();
        rule.admit(&Target { scheme, userinfo: false, host }, &resolved)
    }

    #[test]
    fn a_name_is_called_by_tls_when_all_its_addresses_are_on_the_internet() {
        let name = Host::Name("hooks.example.com");
        assert_eq!(told(&STRICT, "https", name, &[OUTSIDE, "2001:200::1"]), Ok(()));
        assert_eq!(told(&STRICT, "https", name, &[]), Err(NotCallable::Unresolved));
        for inside in ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:192.168.0.1", "fd00::1"] {
            let refused = Err(NotCallable::Inside(ip(inside)));
            assert_eq!(told(&STRICT, "https", name, &[inside]), refused);
            assert_eq!(told(&STRICT, "https", name, &[OUTSIDE, inside]), refused);
            assert_eq!(told(&STRICT, "https", name, &[inside, OUTSIDE]), refused);
        }
    }

    #[test]
    fn an_address_in_place_of_a_name_is_judged_as_one() {
        assert_eq!(told(&STRICT, "https", Host::Address(ip(OUTSIDE)), &[]), Ok(()));
        for inside in ["10.0.0.1", "127.0.0.1", "0.0.0.0", "::", "::1", "fe80::1", "64:ff9b::7f00:1"] {
            let host = Host::Address(ip(inside));
            assert_eq!(told(&STRICT, "https", host, &[]), Err(NotCallable::Inside(ip(inside))));
            assert_eq!(told(&STRICT, "https", host, &[OUTSIDE]), Err(NotCallable::Inside(ip(inside))));
        }
    }

    #[test]
    fn other_schemes_are_not_called() {
        for scheme in ["http", "ftp", "file", "gopher", "ws", "httpsx", ""] {
            for rule in [&STRICT, &trying()] {
                let told = told(rule, scheme, Host::Name("hooks.example.com"), &[OUTSIDE]);
                assert_eq!(told, Err(NotCallable::NotHttps), "{scheme}");
            }
        }
    }

    #[test]
    fn this_machine_is_called_where_that_is_allowed_and_nothing_else_of_the_network() {
        for (scheme, name) in [("http", Host::Name("localhost")), ("https", Host::Address(ip("127.0.0.1")))] {
            assert_eq!(told(&trying(), scheme, name, &["127.0.0.1", "::1"]), Ok(()), "{scheme}");
            assert!(told(&STRICT, scheme, name, &["127.0.0.1"]).is_err(), "{scheme}");
            assert!(told(&trying(), scheme, name, &["127.0.0.1", "10.0.0.1"]).is_err(), "{scheme}");
        }
        assert_eq!(told(&trying(), "http", Host::Name("localhost"), &["::1", OUTSIDE]), Err(NotCallable::NotHttps));
        for inside in ["0.0.0.0", "10.0.0.1", "169.254.169.254", "fd00::1"] {
            assert!(told(&trying(), "https", Host::Address(ip(inside)), &[]).is_err(), "{inside}");
        }
    }

    #[test]
    fn a_network_that_is_named_is_called_and_its_neighbours_are_not() {
        let rule = allowing(&[("10.1.2.0", 24), ("fd00:1::", 32)]);
        for inside in ["10.1.2.7", "::ffff:10.1.2.7", "fd00:1:2::3"] {
            assert_eq!(told(&rule, "http", Host::Name("n8n.example.com"), &[inside]), Ok(()), "{inside}");
        }
        for inside in ["10.1.3.7", "127.0.0.1", "fd00:2::1", "169.254.169.254"] {
            assert!(told(&rule, "https", Host::Name("n8n.example.com"), &[inside]).is_err(), "{inside}");
        }
        assert_eq!(
            told(&rule, "http", Host::Name("n8n.example.com"), &["10.1.2.7", OUTSIDE]),
            Err(NotCallable::NotHttps)
        );
        assert_eq!(Network::new(ip("10.0.0.0"), 33).err(), Some(crate::webhooks::InvalidNetwork));
        let everywhere = allowing(&[("0.0.0.0", 0), ("::", 0)]);
        assert_eq!(told(&everywhere, "http", Host::Address(ip("127.0.0.1")), &["::1"]), Ok(()));
    }

    #[test]
    fn a_user_in_the_url_is_refused() {
        let target = Target { scheme: "https", userinfo: true, host: Host::Name("hooks.example.com") };
        assert_eq!(STRICT.admit(&target, &[ip(OUTSIDE)]), Err(NotCallable::UserInfo));
    }

    #[test]
    fn a_number_that_a_resolver_may_take_for_an_address_is_no_name() {
        for name in
            ["2130706433", "127.1", "0x7f.1", "0x7f000001", "0177.0.0.01", "127.0.0.1.", "example.0X7F", "0x", ""]
        {
            assert_eq!(told(&STRICT, "https", Host::Name(name), &[OUTSIDE]), Err(NotCallable::NumericName), "{name}");
        }
        for name in ["1.example.com", "example.com.", "0x7f.example", "7seven", "xn--e1afmkfd.example"] {
            assert_eq!(told(&STRICT, "https", Host::Name(name), &[OUTSIDE]), Ok(()), "{name}");
        }
    }
}
