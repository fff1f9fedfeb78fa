//! `Parsed`: whatever a text is: an address, an IPv6 address with a named zone, or an endpoint.
//!
//! Contract: the three never overlap. An endpoint has `//` after its first colon; `[v6%zone]:port` is an address unless the
//! zone is a name. What the value prints parses to the same value.

use core::fmt;
use core::str::FromStr;

use crate::address::Address;
use crate::any::AnyAddr;
use crate::endpoint::{Endpoint, is_endpoint};
use crate::error::ParseError;
use crate::inet6::Plain;
use crate::number::Family;
use crate::scoped::ScopedIpv6;

/// Any text of this crate's grammar.
///
/// ```
/// use berkeley_addr::Parsed;
///
/// assert!(matches!("[fe80::1%2]:80".parse()?, Parsed::Address(_)));
/// assert!(matches!("[fe80::1%eth0]:80".parse()?, Parsed::Scoped(_)));
/// assert!(matches!("tcp://localhost:80".parse()?, Parsed::Endpoint(_)));
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Parsed {
    /// What fits a sockaddr.
    Address(AnyAddr),
    /// An IPv6 socket address with a name for its zone.
    Scoped(ScopedIpv6),
    /// A transport and where to.
    Endpoint(Endpoint),
}

impl Parsed {
    /// The family; `None` for an endpoint of either IP family.
    pub fn family(&self) -> Option<Family> {
        match self {
            Self::Address(addr) => Some(addr.family()),
            Self::Scoped(_) => Some(Family::INET6),
            Self::Endpoint(endpoint) => endpoint.family(),
        }
    }

    /// Gives each field's name and value text, in the order of the canonical text.
    pub fn fields(&self, visit: &mut dyn FnMut(&'static str, &dyn fmt::Display)) {
        match self {
            Self::Address(addr) => addr.fields(visit),
            Self::Scoped(addr) => {
                visit("ip", &Plain(addr.ip));
                visit("scope", &addr.scope);
                visit("port", &addr.port);
                visit("flow", &addr.flowinfo);
            }
            Self::Endpoint(endpoint) => endpoint.fields(visit),
        }
    }
}

impl FromStr for Parsed {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.starts_with('[') {
            let addr: ScopedIpv6 = text.parse()?;
            return Ok(match addr.resolved() {
                Some(addr) => Self::Address(AnyAddr::Inet6(addr)),
                None => Self::Scoped(addr),
            });
        }
        if is_endpoint(text) {
            return text.parse().map(Self::Endpoint);
        }
        AnyAddr::parse(text).map(Self::Address)
    }
}

impl fmt::Display for Parsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(addr) => fmt::Display::fmt(addr, f),
            Self::Scoped(addr) => fmt::Display::fmt(addr, f),
            Self::Endpoint(endpoint) => fmt::Display::fmt(endpoint, f),
        }
    }
}
