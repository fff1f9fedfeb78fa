//! Groups joined on one of two interfaces, with and without sources: what arrives, and what must not.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::collections::BTreeSet;
use std::os::fd::AsFd;
use std::sync::mpsc;
use std::thread;

use berkeley_socket::netlink::{AddressFlags, InterfaceAddress, NewLink, Peer, Rtnetlink};
use berkeley_socket::option::{Group, Group4, Group6, Source4, SourceGroup, ip, ipv6, so};
use berkeley_socket::{Interface, Limit, Result, Socket, Type};

use crate::network::unless_skipped;
use crate::two::{Outcome, alone, here, index};

const PORT: u16 = 5007;
const V4: Ipv4Addr = Ipv4Addr::new(239, 1, 2, 3);
const V6: Ipv6Addr = Ipv6Addr::new(0xff1e, 0, 0, 0, 0, 0, 0, 0x123);

/// An address on the `cable`th cable, 0 or 1: `end` is 1 here, 2 and 3 there.
fn v4(cable: u8, end: u8) -> Ipv4Addr {
    Ipv4Addr::new(192, 0, 2 + cable, end)
}

fn v6(cable: u8, end: u8) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, cable.into(), 0, 0, 0, 0, end.into())
}

/// Brings the ends up, with their addresses.
fn settle(names: [&str; 2], ends: &[u8]) -> Outcome {
    let mut route = Rtnetlink::open()?;
    for (cable, name) in (0..).zip(names) {
        let index = index(name)?;
        route.set_up(index)?;
        for end in ends {
            for ip in [IpAddr::from(v4(cable, *end)), v6(cable, *end).into()] {
                let len = if ip.is_ipv4() { 24 } else { 64 };
                let mut address = InterfaceAddress::new(index, ip, len);
                address.flags = AddressFlags::NODAD;
                route.add_address(&address)?;
            }
        }
    }
    Ok(())
}

/// Sends from each address there to the group, on its own cable, and then a last word to `end` 1 of each cable.
fn send_all(group: IpAddr) -> Outcome {
    for (cable, name) in [(0, "two"), (1, "dos")] {
        let interface = Interface::named(name)?.index();
        for end in [2, 3] {
            let (from, last): (IpAddr, IpAddr) = match group {
                IpAddr::V4(_) => (v4(cable, end).into(), v4(cable, 1).into()),
                IpAddr::V6(_) => (v6(cable, end).into(), v6(cable, 1).into()),
            };
            let socket = Socket::bound(Type::DGRAM, &SocketAddr::new(from, 0))?;
            match group {
                IpAddr::V4(group) => socket.set(ip::MULTICAST_IF, Group4 { group, interface })?,
                IpAddr::V6(_) => socket.set(ipv6::MULTICAST_IF, interface)?,
            }
            socket.send_to(&[cable, end], &SocketAddr::new(group, PORT))?;
            if end == 3 {
                socket.send_to(b"that was all", &SocketAddr::new(last, PORT))?;
            }
        }
    }
    Ok(())
}

/// What arrives until both cables' last words have.
fn arrived(socket: &Socket<SocketAddr>) -> Outcome<BTreeSet<(u8, u8)>> {
    let (mut seen, mut last) = (BTreeSet::new(), 0);
    let mut buffer = [0; 64];
    while last < 2 {
        let len = socket.within(Limit::seconds(20)).recv(&mut buffer)?;
        match buffer[..len] {
            [cable, end] => assert!(seen.insert((cable, end)), "twice"),
            _ => last += 1,
        }
    }
    Ok(seen)
}

type Join = fn(&Socket<SocketAddr>, one: u32, uno: u32) -> Result<()>;

fn group4(interface: u32) -> Group {
    Group { group: V4.into(), interface }
}

fn group6(interface: u32) -> Group {
    Group { group: V6.into(), interface }
}

fn from4(interface: u32, end: u8) -> SourceGroup {
    SourceGroup { group: V4.into(), source: v4(0, end).into(), interface }
}

fn from6(interface: u32, end: u8) -> SourceGroup {
    SourceGroup { group: V6.into(), source: v6(0, end).into(), interface }
}

/// By its own address, as the older options name an interface.
const OLD: Source4 = Source4 {
    group: V4,
    interface: Ipv4Addr::new(192, 0, 2, 1),
    source: Ipv4Addr::new(192, 0, 2, 2),
};

/// How groups are joined, and which senders are heard: cable and end.
type Row = (&'static str, Join, &'static [(u8, u8)]);

const ROWS4: &[Row] = &[
    ("nothing", |_, _, _| Ok(()), &[]),
    (
        "IP_ADD_MEMBERSHIP",
        |it, one, _| it.set(ip::ADD_MEMBERSHIP, Group4 { group: V4, interface: one }),
        &[(0, 2), (0, 3)],
    ),
    (
        "IP_DROP_MEMBERSHIP",
        |it, one, _| {
            it.set(ip::ADD_MEMBERSHIP, Group4 { group: V4, interface: one })?;
            it.set(ip::DROP_MEMBERSHIP, Group4 { group: V4, interface: one })
        },
        &[],
    ),
    ("MCAST_JOIN_GROUP", |it, _, uno| it.set(ip::JOIN_GROUP, group4(uno)), &[(1, 2), (1, 3)]),
    (
        "MCAST_JOIN_GROUP on both, MCAST_LEAVE_GROUP",
        |it, one, uno| {
            it.set(ip::JOIN_GROUP, group4(one))?;
            it.set(ip::JOIN_GROUP, group4(uno))?;
            it.set(ip::LEAVE_GROUP, group4(uno))
        },
        &[(0, 2), (0, 3)],
    ),
    ("IP_ADD_SOURCE_MEMBERSHIP", |it, _, _| it.set(ip::ADD_SOURCE_MEMBERSHIP, OLD), &[(0, 2)]),
    (
        "IP_DROP_SOURCE_MEMBERSHIP",
        |it, one, _| {
            it.set(ip::JOIN_SOURCE_GROUP, from4(one, 3))?;
            it.set(ip::ADD_SOURCE_MEMBERSHIP, OLD)?;
            it.set(ip::DROP_SOURCE_MEMBERSHIP, OLD)
        },
        &[(0, 3)],
    ),
    (
        "MCAST_JOIN_SOURCE_GROUP",
        |it, one, _| it.set(ip::JOIN_SOURCE_GROUP, from4(one, 3)),
        &[(0, 3)],
    ),
    (
        "MCAST_LEAVE_SOURCE_GROUP",
        |it, one, _| {
            it.set(ip::JOIN_SOURCE_GROUP, from4(one, 2))?;
            it.set(ip::JOIN_SOURCE_GROUP, from4(one, 3))?;
            it.set(ip::LEAVE_SOURCE_GROUP, from4(one, 2))
        },
        &[(0, 3)],
    ),
    (
        "IP_BLOCK_SOURCE",
        |it, one, _| {
            it.set(ip::ADD_MEMBERSHIP, Group4 { group: V4, interface: one })?;
            it.set(ip::BLOCK_SOURCE, OLD)
        },
        &[(0, 3)],
    ),
    (
        "IP_UNBLOCK_SOURCE",
        |it, one, _| {
            it.set(ip::ADD_MEMBERSHIP, Group4 { group: V4, interface: one })?;
            it.set(ip::BLOCK_SOURCE, OLD)?;
            it.set(ip::UNBLOCK_SOURCE, OLD)
        },
        &[(0, 2), (0, 3)],
    ),
    (
        "MCAST_BLOCK_SOURCE",
        |it, one, _| {
            it.set(ip::JOIN_GROUP, group4(one))?;
            it.set(ip::JOINED_BLOCK_SOURCE, from4(one, 3))
        },
        &[(0, 2)],
    ),
    (
        "MCAST_UNBLOCK_SOURCE",
        |it, one, _| {
            it.set(ip::JOIN_GROUP, group4(one))?;
            it.set(ip::JOINED_BLOCK_SOURCE, from4(one, 2))?;
            it.set(ip::JOINED_BLOCK_SOURCE, from4(one, 3))?;
            it.set(ip::JOINED_UNBLOCK_SOURCE, from4(one, 3))
        },
        &[(0, 3)],
    ),
];

const ROWS6: &[Row] = &[
    ("nothing", |_, _, _| Ok(()), &[]),
    (
        "IPV6_ADD_MEMBERSHIP",
        |it, one, _| it.set(ipv6::ADD_MEMBERSHIP, Group6 { group: V6, interface: one }),
        &[(0, 2), (0, 3)],
    ),
    (
        "IPV6_DROP_MEMBERSHIP",
        |it, one, uno| {
            it.set(ipv6::ADD_MEMBERSHIP, Group6 { group: V6, interface: one })?;
            it.set(ipv6::ADD_MEMBERSHIP, Group6 { group: V6, interface: uno })?;
            it.set(ipv6::DROP_MEMBERSHIP, Group6 { group: V6, interface: one })
        },
        &[(1, 2), (1, 3)],
    ),
    (
        "MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP",
        |it, one, uno| {
            it.set(ipv6::JOIN_GROUP, group6(one))?;
            it.set(ipv6::JOIN_GROUP, group6(uno))?;
            it.set(ipv6::LEAVE_GROUP, group6(one))
        },
        &[(1, 2), (1, 3)],
    ),
    (
        "MCAST_JOIN_SOURCE_GROUP",
        |it, one, _| it.set(ipv6::JOIN_SOURCE_GROUP, from6(one, 2)),
        &[(0, 2)],
    ),
    (
        "MCAST_LEAVE_SOURCE_GROUP",
        |it, one, _| {
            it.set(ipv6::JOIN_SOURCE_GROUP, from6(one, 2))?;
            it.set(ipv6::JOIN_SOURCE_GROUP, from6(one, 3))?;
            it.set(ipv6::LEAVE_SOURCE_GROUP, from6(one, 2))
        },
        &[(0, 3)],
    ),
    (
        "MCAST_BLOCK_SOURCE",
        |it, one, _| {
            it.set(ipv6::JOIN_GROUP, group6(one))?;
            it.set(ipv6::BLOCK_SOURCE, from6(one, 3))
        },
        &[(0, 2)],
    ),
    (
        "MCAST_UNBLOCK_SOURCE",
        |it, one, _| {
            it.set(ipv6::JOIN_GROUP, group6(one))?;
            it.set(ipv6::BLOCK_SOURCE, from6(one, 2))?;
            it.set(ipv6::BLOCK_SOURCE, from6(one, 3))?;
            it.set(ipv6::UNBLOCK_SOURCE, from6(one, 2))
        },
        &[(0, 2)],
    ),
];

fn receive_all(send: &mpsc::Sender<IpAddr>) -> Outcome {
    let (one, uno) = (Interface::named("one")?.index(), Interface::named("uno")?.index());
    let any4 = (IpAddr::from(Ipv4Addr::UNSPECIFIED), IpAddr::from(V4), ROWS4);
    let any6 = (IpAddr::from(Ipv6Addr::UNSPECIFIED), IpAddr::from(V6), ROWS6);
    for (any, group, rows) in [any4, any6] {
        for (how, join, heard) in rows {
            let here = SocketAddr::new(any, PORT);
            let socket = Socket::open_for(Type::DGRAM, &here)?;
            // The socket of the row before may still be on its way out.
            socket.set(so::REUSEADDR, true)?;
            socket.bind(&here)?;
            join(&socket, one, uno).map_err(|error| format!("{how}: {error}"))?;
            send.send(group)?;
            assert_eq!(arrived(&socket)?, heard.iter().copied().collect(), "{how} of {group}");
        }
    }
    Ok(())
}

#[test]
fn groups_by_interface_and_source() {
    let (give, take) = mpsc::channel();
    let (send, sends) = mpsc::channel();
    let (made, wait) = mpsc::channel();
    unless_skipped(thread::scope(|scope| {
        let far = scope.spawn(move || {
            alone(move || {
                give.send(here()?)?;
                wait.recv()?;
                settle(["two", "dos"], &[2, 3])?;
                sends.iter().try_for_each(send_all)
            })
        });
        let near = alone(move || {
            let namespace = take.recv()?;
            let mut route = Rtnetlink::open()?;
            for (name, other) in [("one", "two"), ("uno", "dos")] {
                let peer = Peer { name: other, namespace: Some(namespace.as_fd()) };
                route.add_link(name, &NewLink::Veth(peer))?;
            }
            settle(["one", "uno"], &[1])?;
            made.send(())?;
            receive_all(&send)
        });
        let far = far.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        near.and(far)
    }));
}
