//! `Rtnetlink`: links, addresses, routes and neighbours, listed and changed. rtnetlink(7).
//!
//! Contract: a list is of one moment, or [`Error::Changing`](super::Error::Changing). A change is acknowledged when the call returns.
//! Sources: rtnetlink(7), `linux/rtnetlink.h`.

use core::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd};

use berkeley_addr::Protocol;

use crate::limit::Limit;

use super::address::{DELADDR, GETADDR, InterfaceAddress, NEWADDR};
use super::connection::Connection;
use super::error::{Error, Result};
use super::link::{self, DELLINK, GETLINK, Link, NEWLINK, NewLink, SETLINK};
use super::message::{CREATE, EXCL, REPLACE};
use super::neighbour::{DELNEIGH, GETNEIGH, NEWNEIGH, Neighbour};
use super::number::InterfaceFlags;
use super::request::Request;
use super::route::{self, DELROUTE, GETROUTE, NEWROUTE, Route};

/// Room for any request of this file.
const ROOM: usize = 512;

/// A connection to rtnetlink(7).
///
/// ```
/// use berkeley_socket::Limit;
/// use berkeley_socket::netlink::{InterfaceFlags, Rtnetlink};
///
/// let mut route = Rtnetlink::open()?.within(Limit::seconds(5));
/// for link in route.links()? {
///     let addresses = route.addresses_of(link.interface.index())?.len();
///     println!("{:?}: {} bytes, {}, {addresses} addresses", link.interface, link.mtu, link.flags);
/// }
/// # Ok::<(), berkeley_socket::netlink::Error>(())
/// ```
#[derive(Debug)]
pub struct Rtnetlink<'l> {
    connection: Connection<'l>,
}

impl Rtnetlink<'_> {
    /// A connection to this network namespace, where it stays.
    ///
    /// # Errors
    ///
    /// As [`Connection::open`].
    pub fn open() -> Result<Self> {
        Ok(Self { connection: Connection::open(Protocol::NETLINK_ROUTE)? })
    }
}

impl<'l> Rtnetlink<'l> {
    /// The same questions over a connection of the caller's.
    pub fn new(connection: Connection<'l>) -> Self {
        Self { connection }
    }

    /// The same connection under `limit`: each operation from now on, as a whole.
    #[must_use]
    pub fn within(self, limit: Limit<'_>) -> Rtnetlink<'_> {
        Rtnetlink { connection: self.connection.within(limit) }
    }

    /// The connection, for what has no method here.
    pub fn connection(&mut self) -> &mut Connection<'l> {
        &mut self.connection
    }

    /// The links of this namespace.
    ///
    /// # Errors
    ///
    /// As [`Connection::list`].
    pub fn links(&mut self) -> Result<Vec<Link>> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, GETLINK, 0);
        request.body(&link::header(0, InterfaceFlags::NONE, InterfaceFlags::NONE));
        self.connection.list(&mut request, Link::decode)
    }

    /// The link with that index.
    ///
    /// # Errors
    ///
    /// ENODEV: there is none.
    pub fn link(&mut self, index: u32) -> Result<Link> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, GETLINK, 0);
        request.body(&link::header(index, InterfaceFlags::NONE, InterfaceFlags::NONE));
        Link::decode(&self.connection.ask(&mut request)?).ok_or(Error::Unanswered)
    }

    /// The addresses of this namespace.
    ///
    /// # Errors
    ///
    /// As [`Connection::list`].
    #[doc(alias = "getifaddrs")]
    pub fn addresses(&mut self) -> Result<Vec<InterfaceAddress>> {
        self.addresses_of(0)
    }

    /// The addresses of the interface with that index.
    ///
    /// # Errors
    ///
    /// ENODEV: there is none (Linux 4.20; before, it has none).
    pub fn addresses_of(&mut self, index: u32) -> Result<Vec<InterfaceAddress>> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, GETADDR, 0);
        // Family, prefix length, flags, scope.
        request.body(&[0; 4]).body(&index.to_ne_bytes());
        self.connection.list(&mut request, |message| {
            // A kernel without NETLINK_GET_STRICT_CHK lists them all.
            InterfaceAddress::decode(message)
                .filter(|address| index == 0 || address.interface == index)
        })
    }

    /// The routes of every table, IPv4 and IPv6.
    ///
    /// # Errors
    ///
    /// As [`Connection::list`].
    pub fn routes(&mut self) -> Result<Vec<Route>> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, GETROUTE, 0);
        request.body(&[0; route::RTMSG]);
        self.connection.list(&mut request, Route::decode)
    }

    /// The way to `destination`: one that is followed by a packet of this host.
    ///
    /// # Errors
    ///
    /// ENETUNREACH: there is none.
    pub fn route_to(&mut self, destination: IpAddr) -> Result<Route> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, GETROUTE, 0);
        route::encode_question(destination, &mut request);
        Route::decode(&self.connection.ask(&mut request)?).ok_or(Error::Unanswered)
    }

    /// What is known of neighbours on the links, IPv4 and IPv6.
    ///
    /// # Errors
    ///
    /// As [`Connection::list`].
    pub fn neighbours(&mut self) -> Result<Vec<Neighbour>> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, GETNEIGH, 0);
        request.body(&[0; super::neighbour::NDMSG]);
        self.connection.list(&mut request, Neighbour::decode)
    }

    /// Makes a link called `name`. Both ends of a cable are down at first.
    ///
    /// # Errors
    ///
    /// EEXIST: the name is taken. EOPNOTSUPP: the kernel lacks the kind. EPERM.
    pub fn add_link(&mut self, name: &str, new: &NewLink<'_>) -> Result<()> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, NEWLINK, CREATE | EXCL);
        new.encode(name, &mut request);
        self.connection.request(&mut request)
    }

    /// Deletes a link; with an end of a cable the other goes as well.
    ///
    /// # Errors
    ///
    /// ENODEV: there is none. EOPNOTSUPP: it is a device. EPERM.
    pub fn delete_link(&mut self, index: u32) -> Result<()> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, DELLINK, 0);
        request.body(&link::header(index, InterfaceFlags::NONE, InterfaceFlags::NONE));
        self.connection.request(&mut request)
    }

    /// Sets those of the link's `flags` that are in `change`: (UP, UP) has it work, (NONE, UP) not.
    ///
    /// # Errors
    ///
    /// ENODEV: there is none. EPERM.
    pub fn set_flags(
        &mut self,
        index: u32,
        flags: InterfaceFlags,
        change: InterfaceFlags,
    ) -> Result<()> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, SETLINK, 0);
        request.body(&link::header(index, flags, change));
        self.connection.request(&mut request)
    }

    /// Brings a link up.
    ///
    /// # Errors
    ///
    /// As [`set_flags`](Self::set_flags).
    pub fn set_up(&mut self, index: u32) -> Result<()> {
        self.set_flags(index, InterfaceFlags::UP, InterfaceFlags::UP)
    }

    /// Takes a link down.
    ///
    /// # Errors
    ///
    /// As [`set_flags`](Self::set_flags).
    pub fn set_down(&mut self, index: u32) -> Result<()> {
        self.set_flags(index, InterfaceFlags::NONE, InterfaceFlags::UP)
    }

    /// Sets the longest packet, in bytes.
    ///
    /// # Errors
    ///
    /// EINVAL: the link cannot do that. ENODEV, EPERM.
    pub fn set_mtu(&mut self, index: u32, mtu: u32) -> Result<()> {
        self.set_link(index, |request| {
            request.put_u32(link::MTU, mtu);
        })
    }

    /// Puts a link into another network namespace, by a descriptor of it (`/proc/self/ns/net`). It is down there, without addresses.
    ///
    /// # Errors
    ///
    /// EEXIST: its name is taken there. ENODEV, EPERM.
    pub fn set_namespace(&mut self, index: u32, namespace: BorrowedFd<'_>) -> Result<()> {
        self.set_link(index, |request| {
            request.put(link::NET_NS_FD, &namespace.as_raw_fd().to_ne_bytes());
        })
    }

    fn set_link(&mut self, index: u32, put: impl FnOnce(&mut Request<'_>)) -> Result<()> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, SETLINK, 0);
        request.body(&link::header(index, InterfaceFlags::NONE, InterfaceFlags::NONE));
        put(&mut request);
        self.connection.request(&mut request)
    }

    /// Gives an interface an address. With [`NODAD`](super::AddressFlags::NODAD) an IPv6 one can be used at once.
    ///
    /// # Errors
    ///
    /// EEXIST: it has it. ENODEV, EPERM.
    pub fn add_address(&mut self, address: &InterfaceAddress) -> Result<()> {
        self.change(NEWADDR, CREATE | EXCL, |request| address.encode(request))
    }

    /// Takes an address from an interface.
    ///
    /// # Errors
    ///
    /// EADDRNOTAVAIL: it has it not. ENODEV, EPERM.
    pub fn delete_address(&mut self, address: &InterfaceAddress) -> Result<()> {
        self.change(DELADDR, 0, |request| address.encode(request))
    }

    /// Adds a route.
    ///
    /// # Errors
    ///
    /// EEXIST: there is one. ENETUNREACH: the gateway is nowhere. EINVAL, EPERM.
    pub fn add_route(&mut self, route: &Route) -> Result<()> {
        self.change(NEWROUTE, CREATE | EXCL, |request| route.encode(request))
    }

    /// Deletes the route that fits: of its destination, table and metric, and of what else it says.
    ///
    /// # Errors
    ///
    /// ESRCH: there is none. EPERM.
    pub fn delete_route(&mut self, route: &Route) -> Result<()> {
        self.change(DELROUTE, 0, |request| route.encode(request))
    }

    /// Tells the kernel a neighbour, in place of what it knew.
    ///
    /// # Errors
    ///
    /// ENODEV, EINVAL, EPERM.
    pub fn set_neighbour(&mut self, neighbour: &Neighbour) -> Result<()> {
        self.change(NEWNEIGH, CREATE | REPLACE, |request| neighbour.encode(request))
    }

    /// Has the kernel forget a neighbour.
    ///
    /// # Errors
    ///
    /// ENOENT: it knows none. ENODEV, EPERM.
    pub fn delete_neighbour(&mut self, neighbour: &Neighbour) -> Result<()> {
        self.change(DELNEIGH, 0, |request| neighbour.encode(request))
    }

    fn change(
        &mut self,
        kind: u16,
        flags: u16,
        encode: impl FnOnce(&mut Request<'_>),
    ) -> Result<()> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, kind, flags);
        encode(&mut request);
        self.connection.request(&mut request)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::super::message::{Message, Messages};
    use super::super::{
        AddressFlags, Change, HardwareAddress, Hop, NeighbourState, Prefix, RouteKind,
        RouteProtocol, Scope, Table,
    };
    use super::*;
    use proptest::option::of;
    use proptest::prelude::*;

    /// What `read` makes of what `write` wrote, in a message of that kind.
    fn again<T>(
        kind: u16,
        write: impl FnOnce(&mut Request<'_>),
        read: impl FnOnce(&Message<'_>) -> Option<T>,
    ) -> Option<T> {
        let mut room = [0; 1024];
        let mut request = Request::new(&mut room, kind, 0);
        write(&mut request);
        read(&Messages::new(request.bytes().ok()?).next()?.ok()?)
    }

    fn ip(v4: bool) -> impl Strategy<Value = IpAddr> {
        any::<[u8; 16]>().prop_map(move |octets| match octets {
            [a, b, c, d, ..] if v4 => [a, b, c, d].into(),
            octets => octets.into(),
        })
    }

    fn seconds() -> impl Strategy<Value = Option<Duration>> {
        of((0..u32::MAX).prop_map(|seconds| Duration::from_secs(seconds.into())))
    }

    fn hop() -> impl Strategy<Value = Hop> {
        (1u32.., of(ip(true)), 1u16..257, any::<u8>()).prop_map(
            |(interface, gateway, weight, flags)| Hop { interface, gateway, weight, flags },
        )
    }

    proptest! {
        #[test]
        fn addresses(
            (ip, peer) in any::<bool>().prop_flat_map(|v4| (ip(v4), of(ip(v4)))),
            (interface, prefix_len, scope, flags) in any::<(u32, u8, u8, u32)>(),
            broadcast in of(any::<[u8; 4]>()),
            (preferred, valid) in (seconds(), seconds()),
        ) {
            let address = InterfaceAddress {
                interface,
                ip,
                prefix_len,
                peer: peer.filter(|peer| *peer != ip),
                broadcast: broadcast.map(Into::into),
                scope: Scope::new(scope),
                flags: AddressFlags::from_bits(flags),
                preferred,
                valid,
            };
            let write = |request: &mut Request<'_>| address.encode(request);
            prop_assert_eq!(again(NEWADDR, write, InterfaceAddress::decode), Some(address));
        }

        #[test]
        fn routes(
            (to, from) in any::<bool>().prop_flat_map(|v4| (ip(v4), ip(v4))),
            (len, source_len, tos, flags, kind) in any::<(u8, u8, u8, u32, u8)>(),
            (scope, protocol, table) in (any::<u8>(), any::<u8>(), 1u32..),
            gateway in of(any::<bool>().prop_flat_map(ip)),
            (interface, metric, mtu) in (of(1u32..), of(any::<u32>()), of(any::<u32>())),
            preferred_source in of(ip(true)),
            hops in proptest::collection::vec(hop(), 0..4),
        ) {
            let route = Route {
                destination: if len == 0 { Prefix::new(to, 0).masked() } else { Prefix::new(to, len) },
                source: (source_len != 0).then_some(Prefix::new(from, source_len)),
                gateway,
                interface,
                preferred_source,
                metric,
                mtu,
                table: Table::new(table),
                kind: RouteKind::new(kind),
                protocol: RouteProtocol::new(protocol),
                scope: Scope::new(scope),
                tos,
                flags,
                hops,
            };
            let write = |request: &mut Request<'_>| route.encode(request);
            prop_assert_eq!(again(NEWROUTE, write, Route::decode), Some(route.clone()));
        }

        #[test]
        fn neighbours(
            ip in any::<bool>().prop_flat_map(ip),
            (interface, state, flags) in any::<(u32, u16, u8)>(),
            address in of(proptest::collection::vec(any::<u8>(), 0..33)),
        ) {
            let neighbour = Neighbour {
                interface,
                ip,
                address: address.and_then(|bytes| HardwareAddress::new(&bytes)),
                state: NeighbourState::from_bits(state.into()),
                flags,
            };
            let write = |request: &mut Request<'_>| neighbour.encode(request);
            prop_assert_eq!(again(NEWNEIGH, write, Neighbour::decode), Some(neighbour));
        }

        /// Bytes of any kind are something or nothing, and never a panic.
        #[test]
        fn any_bytes(kind in 0u16..40, flags in any::<u16>(), body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let message = Message { kind, flags, sequence: 0, port: 0, body: &body };
            if let Some(change) = Change::decode(&message) {
                let text = format!("{change:?}");
                prop_assert!(!text.is_empty());
            }
            prop_assert_eq!(message.outcome().is_some(), matches!(kind, 2 | 3));
        }
    }
}
