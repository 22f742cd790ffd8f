//! Calls to addresses that somebody else has named.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use mrdj_core::webhooks::{AddressRule, Host, NotCallable, Target};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use super::client::{Call, Config, Outbound};
use super::error::OutboundError;

/// Calls one address that somebody else has named, and only where the rule lets us.
///
/// The addresses that the rule has judged are those that are connected to: the name is resolved once for each line, by the
/// one resolver of this client. An open line leads where it led when it was judged.
#[derive(Clone, Debug)]
pub struct Stranger {
    outbound: Outbound,
    url: Url,
    rule: Arc<AddressRule>,
}

impl Stranger {
    /// Calls `url` as far as `rule` lets us, and keeps to `config`.
    pub fn new(config: Config, url: Url, rule: AddressRule) -> Self {
        let rule = Arc::new(rule);
        let guard = Guard { scheme: url.scheme().to_owned(), rule: Arc::clone(&rule) };
        Self { outbound: Outbound::resolving(config, guard), url, rule }
    }

    /// Begins a `POST`.
    pub fn post(&self) -> Result<Call, OutboundError> {
        self.judge().map_err(OutboundError::not_callable)?;
        Ok(self.outbound.post(self.url.clone()))
    }

    /// Judges what needs no resolver: an address in place of a name is connected to without asking one.
    fn judge(&self) -> Result<(), NotCallable> {
        let (scheme, userinfo) = (self.url.scheme(), !self.url.username().is_empty() || self.url.password().is_some());
        let address: IpAddr = match self.url.host() {
            Some(url::Host::Ipv4(address)) => address.into(),
            Some(url::Host::Ipv6(address)) => address.into(),
            Some(url::Host::Domain(_)) if userinfo => return Err(NotCallable::UserInfo),
            Some(url::Host::Domain(_)) => return Ok(()),
            None => return Err(NotCallable::Unresolved),
        };
        self.rule.admit(&Target { scheme, userinfo, host: Host::Address(address) }, &[])
    }
}

/// Resolves names, and gives out only addresses that may be called.
pub(super) struct Guard {
    scheme: String,
    rule: Arc<AddressRule>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (scheme, rule) = (self.scheme.clone(), Arc::clone(&self.rule));
        Box::pin(async move {
            // The port stands in the address that is called.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses: Vec<_> = found.iter().map(SocketAddr::ip).collect();
            let target = Target { scheme: &scheme, userinfo: false, host: Host::Name(name.as_str()) };
            rule.admit(&target, &addresses)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
