//! Which address of this machine a packet to some other would be from: what the sorting of addresses wants to know.
//!
//! Contract: the kernel is asked, by connecting a UDP socket, which sends nothing. What it said is kept until it tells of a change of links,
//! addresses, routes or rules; where it tells nothing (no netlink in a sandbox) it is asked each time. A probe's socket is dissolved before it is
//! used again: else the second answer is the first one's. All of it is of the network namespace in which it was first asked. A child process
//! wants sockets of its own: on shared ones it would hear what its parent then does not.
//! Sources: connect(2), rtnetlink(7), `linux/rtnetlink.h` (RTNLGRP_*).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use berkeley_addr::{Address, AnyAddr, NetlinkAddr, Protocol, Type};
use berkeley_socket::netlink::{AddressFlags, InterfaceAddress, Rtnetlink};
use berkeley_socket::option::netlink as option;
use berkeley_socket::{Errno, RecvFlags, Socket};

use crate::policy::SourceAddr;

/// How many destinations are kept.
const MOST: usize = 4096;
/// RTNLGRP_*: links, addresses of IPv4 and IPv6, routes of both, rules of both.
const GROUPS: [u32; 7] = [1, 5, 9, 7, 11, 8, 19];
/// Connecting wants one. It matters only to rules by port (`ip rule ... dport`), so it is nobody's.
const PORT: u16 = 65535;

/// The routes of this machine, as far as they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Tells of changes.
    changes: Option<Socket<NetlinkAddr>>,
    /// When it was last listened to.
    heard: Option<Instant>,
    known: HashMap<SocketAddr, Option<SourceAddr>>,
    /// This machine's addresses, with what the rules want to know of them.
    addresses: Option<HashMap<IpAddr, SourceAddr>>,
    probes: [Option<Socket>; 2],
}

impl Routes {
    /// From where each destination would be reached: `None` where there is no way. Changes are listened for once a `recheck` at most.
    pub(crate) fn sources(
        &self,
        destinations: &[SocketAddr],
        recheck: Duration,
    ) -> Vec<Option<SourceAddr>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let told = state.listen(recheck);
        let sources = destinations.iter().map(|destination| {
            let mut destination = *destination;
            destination.set_port(PORT);
            if let Some(known) = state.known.get(&destination) {
                return *known;
            }
            let source = state.probe(destination);
            if state.known.len() >= MOST {
                state.known.clear();
            }
            state.known.insert(destination, source);
            source
        });
        let sources = sources.collect();
        if !told {
            state.forget();
        }
        sources
    }
}

impl Routes {
    /// Whether this machine has addresses of IPv4 and of IPv6, beside the loopback's own (127.0.0.1 and ::1, as in glibc). Both, where none is
    /// known at all.
    pub(crate) fn families(&self, recheck: Duration) -> [bool; 2] {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let told = state.listen(recheck);
        let addresses = state.addresses.get_or_insert_with(own_addresses);
        let other = |ip: &&IpAddr| **ip != Ipv4Addr::LOCALHOST && **ip != Ipv6Addr::LOCALHOST;
        let has = |v6| addresses.keys().filter(other).any(|ip| ip.is_ipv6() == v6);
        let families = if addresses.is_empty() { [true; 2] } else { [has(false), has(true)] };
        if !told {
            state.forget();
        }
        families
    }
}

impl State {
    /// Forgets what has changed, if it is time to listen. Says whether the kernel tells of changes at all.
    fn listen(&mut self, recheck: Duration) -> bool {
        let now = Instant::now();
        if self.heard.is_some_and(|heard| now.saturating_duration_since(heard) < recheck) {
            return true;
        }
        let told = self.hear();
        self.heard = told.then_some(now);
        told
    }

    /// Forgets all if something has changed. Says whether the kernel tells of changes at all.
    fn hear(&mut self) -> bool {
        if self.changes.is_none() {
            self.forget();
            self.changes = listen();
        }
        let Some(changes) = &self.changes else { return false };
        let mut changed = false;
        loop {
            // The length alone; what exactly has changed does not matter.
            match changes.recv_with(&mut [], RecvFlags::DONTWAIT | RecvFlags::TRUNC) {
                Ok(_) => changed = true,
                Err(error) => match error.errno() {
                    Some(Errno::AGAIN) => break,
                    // So many that the queue was full.
                    Some(Errno::NOBUFS) => changed = true,
                    _ => {
                        self.changes = None;
                        self.forget();
                        return false;
                    }
                },
            }
        }
        if changed {
            self.forget();
        }
        true
    }

    fn forget(&mut self) {
        self.known.clear();
        self.addresses = None;
    }

    fn probe(&mut self, destination: SocketAddr) -> Option<SourceAddr> {
        let slot = usize::from(destination.is_ipv6());
        let probe = self.probes.get_mut(slot)?;
        let kept = probe.take().filter(dissolve);
        let socket = match kept {
            Some(socket) => socket,
            None => {
                Socket::new(AnyAddr::from(destination).family(), Type::DGRAM, Protocol::DEFAULT)
                    .ok()?
            }
        };
        let connected = socket.connect(&AnyAddr::from(destination));
        let source = connected.and_then(|()| socket.local_addr()).ok();
        *probe = Some(socket);
        let ip = SocketAddr::try_from(source?).ok()?.ip();
        let addresses = self.addresses.get_or_insert_with(own_addresses);
        Some(addresses.get(&ip).copied().unwrap_or_else(|| SourceAddr::new(ip)))
    }
}

/// Ends a connection of a datagram socket, and with it the address that it chose.
fn dissolve(socket: &Socket) -> bool {
    // AF_UNSPEC is 0.
    AnyAddr::decode(&[0; 16]).is_ok_and(|nobody| socket.connect(&nobody).is_ok())
}

fn listen() -> Option<Socket<NetlinkAddr>> {
    let socket = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE).ok()?;
    socket.bind(&NetlinkAddr::KERNEL).ok()?;
    // A kernel without IPv6 has not all of them.
    let joined = GROUPS.iter().filter(|group| socket.set(option::ADD_MEMBERSHIP, **group).is_ok());
    (joined.count() > 3).then_some(socket)
}

/// This machine's addresses; none where netlink does not tell.
fn own_addresses() -> HashMap<IpAddr, SourceAddr> {
    let listed = Rtnetlink::open().and_then(|mut route| route.addresses()).unwrap_or_default();
    listed.iter().map(|address| (address.ip, source(address))).collect()
}

fn source(address: &InterfaceAddress) -> SourceAddr {
    let mut source = SourceAddr::new(address.ip);
    source.prefix_len = address.prefix_len;
    source.deprecated = address.flags.contains(AddressFlags::DEPRECATED);
    source.home = address.flags.contains(AddressFlags::HOMEADDRESS);
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_reached_from_itself() {
        let routes = Routes::default();
        let destinations =
            ["127.0.0.1:80", "127.0.0.9:0", "[::1]:80"].map(|text| text.parse().unwrap());
        let say = || {
            let sources = routes.sources(&destinations, Duration::ZERO).into_iter();
            sources.map(|source| source.map(|source| source.ip.to_string())).collect::<Vec<_>>()
        };
        let first = say();
        assert_eq!(first[..2], [Some("127.0.0.1".to_owned()), Some("127.0.0.1".to_owned())]);
        // The second time nothing is asked; it is the same.
        assert_eq!(say(), first);
    }
}
