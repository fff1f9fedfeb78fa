//! This machine itself: `myhostname` in nsswitch.conf, from its own name and its interfaces.
//!
//! Contract: no file and no server, so a machine always knows itself. `localhost` and what ends in it is the loopback; the machine's name is its
//! addresses, near ones last, or 127.0.0.2 and ::1 where it has none; `_gateway` is whom packets for elsewhere are handed to,
//! `_outbound` the address that they are from. Sources: nss-myhostname(8), RFC 6761 section 6.3.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use berkeley_addr::Family;
use berkeley_socket::Limit;
use berkeley_socket::netlink::{
    self, AddressFlags, InterfaceAddress, Route, RouteKind, Rtnetlink, Scope, Table,
};

use super::{Found, Silence};
use crate::error::Cause;
use crate::kind::Kind;

/// What Debian and others give a machine in its hosts file that has no address of its own.
const NOWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const LOCALHOST: &str = "localhost";
const GATEWAY: &str = "_gateway";
const OUTBOUND: &str = "_outbound";

/// The source; it holds the machine's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyHostname {
    name: String,
}

impl MyHostname {
    /// Of a machine that is called so: see [`gethostname`](crate::gethostname).
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }

    /// The addresses of a name that is this machine's; of both families without one.
    ///
    /// # Errors
    /// [`Silence::NotFound`] for every other name; what [`Silence`] says where the interfaces cannot be listed.
    pub fn lookup(
        &self,
        name: &str,
        family: Option<Family>,
        limit: Limit<'_>,
    ) -> Result<Found, Silence> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let limit = limit.start();
        let (addresses, canonical) = if Kind::of(name) == Kind::Localhost {
            (loopback().to_vec(), name)
        } else if name.eq_ignore_ascii_case(GATEWAY) {
            (gateways(limit)?, GATEWAY)
        } else if name.eq_ignore_ascii_case(OUTBOUND) {
            (outbound(limit)?, OUTBOUND)
        } else if !self.name.is_empty() && name.eq_ignore_ascii_case(&self.name) {
            let own = own(limit)?;
            (
                if own.is_empty() {
                    vec![(NOWHERE, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()]
                } else {
                    own
                },
                self.name.as_str(),
            )
        } else {
            return Err(Silence::NotFound);
        };
        let fits = |addr: &SocketAddr| match family {
            Some(Family::INET) => addr.is_ipv4(),
            Some(Family::INET6) => addr.is_ipv6(),
            _ => true,
        };
        let addresses: Vec<_> = addresses.into_iter().filter(fits).collect();
        if addresses.is_empty() {
            return Err(Silence::NotFound);
        }
        Ok(Found { addresses, canonical: Some(canonical.to_owned()) })
    }

    /// The names of an address that is this machine's, or its gateway's.
    ///
    /// # Errors
    /// As [`lookup`](Self::lookup)'s.
    pub fn reverse(&self, ip: IpAddr, limit: Limit<'_>) -> Result<Vec<String>, Silence> {
        let limit = limit.start();
        let named = |name: &str| match name {
            "" => Err(Silence::NotFound),
            name => Ok(vec![name.to_owned()]),
        };
        if ip == NOWHERE {
            return named(&self.name);
        }
        if ip.is_loopback() {
            return named(LOCALHOST);
        }
        if own(limit)?.iter().any(|addr| addr.ip() == ip) {
            return named(&self.name);
        }
        if gateways(limit)?.iter().any(|addr| addr.ip() == ip) {
            return named(GATEWAY);
        }
        Err(Silence::NotFound)
    }
}

/// IPv6's first, as a look-up that sorts would have it.
pub(crate) fn loopback() -> [SocketAddr; 2] {
    [(Ipv6Addr::LOCALHOST, 0).into(), (Ipv4Addr::LOCALHOST, 0).into()]
}

/// This machine's addresses that others can reach, the farthest-reaching first.
fn own(limit: Limit<'_>) -> Result<Vec<SocketAddr>, Silence> {
    let mut addresses = route(limit)?.addresses().map_err(silence)?;
    let unusable = |address: &InterfaceAddress| {
        let never = AddressFlags::TENTATIVE.bits()
            | AddressFlags::DADFAILED.bits()
            | AddressFlags::DEPRECATED.bits();
        address.flags.bits() & never != 0
            || address.scope == Scope::HOST
            || address.scope == Scope::NOWHERE
    };
    addresses.retain(|address| !unusable(address));
    addresses.sort_by_key(|address| address.scope.raw());
    Ok(distinct(addresses.iter().map(|address| with_scope(address.ip, Some(address.interface)))))
}

/// To whom packets are handed that are for anywhere, the nearest first.
fn gateways(limit: Limit<'_>) -> Result<Vec<SocketAddr>, Silence> {
    let mut addresses = Vec::new();
    for route in default_routes(limit)? {
        addresses.extend(route.gateway.map(|gateway| with_scope(gateway, route.interface)));
        let hops = route.hops.iter();
        addresses
            .extend(hops.filter_map(|hop| Some(with_scope(hop.gateway?, Some(hop.interface)))));
    }
    Ok(distinct(addresses))
}

/// The addresses that packets for elsewhere are from.
fn outbound(limit: Limit<'_>) -> Result<Vec<SocketAddr>, Silence> {
    let defaults = default_routes(limit)?;
    let mut route = route(limit)?;
    let mut addresses = Vec::new();
    for gateway in defaults.iter().filter_map(|default| default.gateway) {
        // A gateway that cannot be reached just now has no address towards it.
        match route.route_to(gateway) {
            Ok(Route { preferred_source: Some(source), interface, .. }) => {
                addresses.push(with_scope(source, interface));
            }
            Ok(_) | Err(netlink::Error::Refused(_)) => {}
            Err(error) => return Err(silence(error)),
        }
    }
    Ok(distinct(addresses))
}

fn default_routes(limit: Limit<'_>) -> Result<Vec<Route>, Silence> {
    let mut routes = route(limit)?.routes().map_err(silence)?;
    routes.retain(|route| {
        route.destination.len == 0 && route.table == Table::MAIN && route.kind == RouteKind::UNICAST
    });
    routes.sort_by_key(|route| route.metric.unwrap_or(0));
    Ok(routes)
}

fn route(limit: Limit<'_>) -> Result<Rtnetlink<'_>, Silence> {
    Ok(Rtnetlink::open().map_err(silence)?.within(limit))
}

fn silence(error: netlink::Error) -> Silence {
    match error {
        netlink::Error::Socket(error) => error.into(),
        other => Silence::Unavailable(Cause::System(
            other.errno().unwrap_or(berkeley_socket::Errno::BADMSG),
        )),
    }
}

/// Link-local addresses mean nothing without their interface.
fn with_scope(ip: IpAddr, interface: Option<u32>) -> SocketAddr {
    match ip {
        IpAddr::V6(ip) if ip.is_unicast_link_local() => {
            SocketAddrV6::new(ip, 0, 0, interface.unwrap_or(0)).into()
        }
        ip => (ip, 0).into(),
    }
}

fn distinct(addresses: impl IntoIterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut kept: Vec<SocketAddr> = Vec::new();
    for addr in addresses {
        if !kept.contains(&addr) {
            kept.push(addr);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_needs_no_interface() {
        let here = MyHostname::new("here");
        let found = here.lookup("x.localhost", Some(Family::INET), Limit::NONE).unwrap();
        assert_eq!(
            (found.addresses, found.canonical),
            (vec![loopback()[1]], Some("x.localhost".to_owned()))
        );
        assert_eq!(here.lookup("there", None, Limit::NONE), Err(Silence::NotFound));
        assert_eq!(MyHostname::new("").lookup("", None, Limit::NONE), Err(Silence::NotFound));
        assert_eq!(here.reverse(NOWHERE.into(), Limit::NONE), Ok(vec!["here".to_owned()]));
        let nameless = MyHostname::new("").reverse(NOWHERE.into(), Limit::NONE);
        assert_eq!(nameless, Err(Silence::NotFound));
        assert_eq!(
            here.reverse(Ipv6Addr::LOCALHOST.into(), Limit::NONE),
            Ok(vec!["localhost".to_owned()])
        );
    }
}
