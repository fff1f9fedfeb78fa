//! Options of IPv4 and IPv6, and of raw sockets over them.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use berkeley_addr::{AnyAddr, Family, Protocol, Type};
use berkeley_socket::option::{
    Group, Group4, Group6, List, SockOpt, Source4, SourceGroup, ip, ipv6, raw,
};
use berkeley_socket::{Errno, Result, Socket};

use crate::kit::{Kit, Level, becomes, open, reads, same, toggle};

pub(crate) const IP: Level = Level {
    name: "ip",
    source: include_str!("../../src/option/ip.rs"),
    needs: "",
    rows: &[
        ("TTL", "", |k| same(&k.udp, ip::TTL, 7)),
        ("TOS", "", |k| same(&k.udp, ip::TOS, 0x48)),
        ("MTU", "", |k| {
            // Loopback's, whatever it is set to, but no more than IPv4's length field holds.
            let mtu = std::fs::read_to_string("/sys/class/net/lo/mtu").unwrap();
            reads(&k.tcp, ip::MTU, &mtu.trim().parse::<i32>().unwrap().min(65_535))
        }),
        ("MTU_DISCOVER", "", |k| same(&k.udp, ip::MTU_DISCOVER, 2)),
        ("HDRINCL", "", |k| toggle(k.raw()?, ip::HDRINCL)),
        ("FREEBIND", "", |k| toggle(&k.udp, ip::FREEBIND)),
        ("TRANSPARENT", "", |k| toggle(&k.udp, ip::TRANSPARENT)),
        ("BIND_ADDRESS_NO_PORT", "", |k| toggle(&k.fresh, ip::BIND_ADDRESS_NO_PORT)),
        ("MULTICAST_TTL", "", |k| same(&k.udp, ip::MULTICAST_TTL, 9)),
        ("MULTICAST_LOOP", "", |k| toggle(&k.udp, ip::MULTICAST_LOOP)),
        ("MULTICAST_ALL", "", |k| toggle(&k.udp, ip::MULTICAST_ALL)),
        ("MULTICAST_IF", "", |k| {
            k.udp.set(ip::MULTICAST_IF, Group4 { group: Ipv4Addr::UNSPECIFIED, interface: k.lo })
        }),
        ("ADD_MEMBERSHIP", "", |k| k.udp.set(ip::ADD_MEMBERSHIP, group4(k))),
        // What the row before has joined.
        ("DROP_MEMBERSHIP", "", |k| {
            k.udp.set(ip::DROP_MEMBERSHIP, group4(k))?;
            let again = k.udp.set(ip::DROP_MEMBERSHIP, group4(k)).unwrap_err();
            assert_eq!(again.errno(), Some(Errno::ADDRNOTAVAIL));
            Ok(())
        }),
        ("RECVTTL", "", |k| toggle(&k.udp, ip::RECVTTL)),
        ("MINTTL", "", |k| same(&k.udp, ip::MINTTL, 5)),
        ("RECVTOS", "", |k| toggle(&k.udp, ip::RECVTOS)),
        ("LOCAL_PORT_RANGE", "", |k| {
            same(&k.fresh, ip::LOCAL_PORT_RANGE, Some((40_000, 40_100)))?;
            same(&k.fresh, ip::LOCAL_PORT_RANGE, None)
        }),
        ("PROTOCOL", "", |k| reads(k.raw()?, ip::PROTOCOL, &1)),
        ("OPTIONS", "", |k| {
            // Two no-operations and the end of the list.
            becomes(&k.udp, ip::OPTIONS, vec![1, 1, 0, 0], &vec![1, 1, 0, 0])?;
            same(&k.udp, ip::OPTIONS, vec![])
        }),
        ("RECVOPTS", "", |k| toggle(&k.udp, ip::RECVOPTS)),
        ("RETOPTS", "", |k| toggle(&k.udp, ip::RETOPTS)),
        ("ROUTER_ALERT", "", |_| {
            // Not IPPROTO_RAW, which cannot receive.
            let socket = open(Family::INET, Type::RAW, Protocol::RSVP)?;
            socket.set(ip::ROUTER_ALERT, true)
        }),
        ("NODEFRAG", "", |k| toggle(k.raw()?, ip::NODEFRAG)),
        ("PKTINFO", "", |k| toggle(&k.udp, ip::PKTINFO)),
        ("RECVORIGDSTADDR", "", |k| toggle(&k.udp, ip::RECVORIGDSTADDR)),
        ("RECVERR", "", |k| toggle(&k.udp, ip::RECVERR)),
        ("RECVERR_RFC4884", "", |k| toggle(&k.udp, ip::RECVERR_RFC4884)),
        ("RECVFRAGSIZE", "", |k| toggle(k.raw()?, ip::RECVFRAGSIZE)),
        ("CHECKSUM", "", |k| toggle(&k.udp, ip::CHECKSUM)),
        ("PASSSEC", "", |k| toggle(&k.udp, ip::PASSSEC)),
        ("UNICAST_IF", "", |k| {
            let socket = open(Family::INET, Type::DGRAM, Protocol::DEFAULT)?;
            same(&socket, ip::UNICAST_IF, k.lo)?;
            same(&socket, ip::UNICAST_IF, 0)
        }),
        ("ADD_SOURCE_MEMBERSHIP", "", |k| k.udp.set(ip::ADD_SOURCE_MEMBERSHIP, source4())),
        ("DROP_SOURCE_MEMBERSHIP", "", |k| k.udp.set(ip::DROP_SOURCE_MEMBERSHIP, source4())),
        ("BLOCK_SOURCE", "", |k| {
            let join = Source4 { group: Ipv4Addr::new(239, 1, 2, 9), ..source4() };
            k.udp.set(ip::ADD_MEMBERSHIP, Group4 { group: join.group, interface: k.lo })?;
            k.udp.set(ip::BLOCK_SOURCE, join)
        }),
        ("UNBLOCK_SOURCE", "", |k| {
            let join = Source4 { group: Ipv4Addr::new(239, 1, 2, 9), ..source4() };
            k.udp.set(ip::UNBLOCK_SOURCE, join)?;
            k.udp.set(ip::DROP_MEMBERSHIP, Group4 { group: join.group, interface: k.lo })
        }),
        ("JOIN_GROUP", "", |k| k.udp.set(ip::JOIN_GROUP, group(k, V4))),
        ("JOINED_BLOCK_SOURCE", "", |k| k.udp.set(ip::JOINED_BLOCK_SOURCE, source(k, V4))),
        ("JOINED_UNBLOCK_SOURCE", "", |k| k.udp.set(ip::JOINED_UNBLOCK_SOURCE, source(k, V4))),
        ("LEAVE_GROUP", "", |k| {
            k.udp.set(ip::LEAVE_GROUP, group(k, V4))?;
            gone(k.udp.set(ip::LEAVE_GROUP, group(k, V4)));
            Ok(())
        }),
        ("JOIN_SOURCE_GROUP", "", |k| k.udp.set(ip::JOIN_SOURCE_GROUP, source(k, V4))),
        ("LEAVE_SOURCE_GROUP", "", |k| {
            k.udp.set(ip::LEAVE_SOURCE_GROUP, source(k, V4))?;
            gone(k.udp.set(ip::LEAVE_SOURCE_GROUP, source(k, V4)));
            Ok(())
        }),
        ("ORIGINAL_DST", "connection tracking", |k| {
            reads(&k.tcp, ip::ORIGINAL_DST, &k.listener.local_addr()?.try_into().ok())
        }),
    ],
};

pub(crate) const IPV6: Level = Level {
    name: "ipv6",
    source: include_str!("../../src/option/ipv6.rs"),
    needs: "",
    rows: &[
        ("V6ONLY", "", |k| toggle(&k.tcp6, ipv6::V6ONLY)),
        ("UNICAST_HOPS", "", |k| same(&k.udp6, ipv6::UNICAST_HOPS, 7)),
        ("TCLASS", "", |k| same(&k.udp6, ipv6::TCLASS, 0x48)),
        ("MTU", "", |_| {
            // It is told on a connected socket, and there set as a cap.
            let bound = Socket::bound(
                Type::DGRAM,
                &AnyAddr::from(SocketAddr::from((Ipv6Addr::LOCALHOST, 0))),
            )?;
            bound.connect(&bound.local_addr()?)?;
            assert!(bound.get(ipv6::MTU)? >= 1280);
            bound.set(ipv6::MTU, 1400)
        }),
        ("MTU_DISCOVER", "", |k| same(&k.udp6, ipv6::MTU_DISCOVER, 2)),
        ("FREEBIND", "", |k| toggle(&k.udp6, ipv6::FREEBIND)),
        ("TRANSPARENT", "", |k| toggle(&k.udp6, ipv6::TRANSPARENT)),
        ("FLOWINFO", "", |k| toggle(&k.udp6, ipv6::FLOWINFO)),
        ("FLOWINFO_SEND", "", |k| toggle(&k.udp6, ipv6::FLOWINFO_SEND)),
        ("AUTOFLOWLABEL", "", |k| toggle(&k.udp6, ipv6::AUTOFLOWLABEL)),
        ("MULTICAST_HOPS", "", |k| same(&k.udp6, ipv6::MULTICAST_HOPS, 9)),
        ("MULTICAST_IF", "", |k| same(&k.udp6, ipv6::MULTICAST_IF, k.lo)),
        ("MULTICAST_LOOP", "", |k| toggle(&k.udp6, ipv6::MULTICAST_LOOP)),
        ("ADD_MEMBERSHIP", "", |k| k.udp6.set(ipv6::ADD_MEMBERSHIP, group6(k))),
        ("DROP_MEMBERSHIP", "", |k| {
            k.udp6.set(ipv6::DROP_MEMBERSHIP, group6(k))?;
            let again = k.udp6.set(ipv6::DROP_MEMBERSHIP, group6(k)).unwrap_err();
            assert_eq!(again.errno(), Some(Errno::ADDRNOTAVAIL));
            Ok(())
        }),
        ("ADDRFORM", "", |_| {
            let mapped = Socket::bound(Type::DGRAM, &mapped())?;
            mapped.connect(&mapped.local_addr()?)?;
            mapped.set(ipv6::ADDRFORM, Family::INET)?;
            assert_eq!(mapped.family()?, Family::INET);
            Ok(())
        }),
        ("RECVHOPLIMIT", "", |k| toggle(&k.udp6, ipv6::RECVHOPLIMIT)),
        ("MINHOPCOUNT", "", |k| same(&k.tcp6, ipv6::MINHOPCOUNT, 5)),
        ("RECVTCLASS", "", |k| toggle(&k.udp6, ipv6::RECVTCLASS)),
        ("DONTFRAG", "", |k| toggle(&k.udp6, ipv6::DONTFRAG)),
        ("RECVPATHMTU", "", |k| toggle(&k.udp6, ipv6::RECVPATHMTU)),
        ("PATHMTU", "", |_| {
            let bound = Socket::bound(
                Type::DGRAM,
                &AnyAddr::from(SocketAddr::from((Ipv6Addr::LOCALHOST, 0))),
            )?;
            bound.connect(&bound.local_addr()?)?;
            let mtu = i64::from(bound.get(ipv6::MTU)?);
            assert_eq!(i64::from(bound.get(ipv6::PATHMTU)?), mtu);
            Ok(())
        }),
        ("HDRINCL", "", |_| toggle(&raw6()?, ipv6::HDRINCL)),
        ("CHECKSUM", "", |_| {
            let socket = open(Family::INET6, Type::RAW, Protocol::UDP)?;
            same(&socket, ipv6::CHECKSUM, 6)?;
            same(&socket, ipv6::CHECKSUM, -1)
        }),
        ("RECVPKTINFO", "", |k| toggle(&k.udp6, ipv6::RECVPKTINFO)),
        ("PKTINFO", "", |k| {
            k.udp6.set(ipv6::PKTINFO, Group6 { group: Ipv6Addr::LOCALHOST, interface: k.lo })?;
            k.udp6.set(ipv6::PKTINFO, Group6 { group: Ipv6Addr::UNSPECIFIED, interface: 0 })
        }),
        ("RECVORIGDSTADDR", "", |k| toggle(&k.udp6, ipv6::RECVORIGDSTADDR)),
        ("ORIGINAL_DST", "connection tracking", |k| k.tcp6.get(ipv6::ORIGINAL_DST).map(drop)),
        ("RECVERR", "", |k| toggle(&k.udp6, ipv6::RECVERR)),
        ("RECVERR_RFC4884", "", |k| toggle(&k.udp6, ipv6::RECVERR_RFC4884)),
        ("RECVFRAGSIZE", "", |_| toggle(&raw6()?, ipv6::RECVFRAGSIZE)),
        ("RECVHOPOPTS", "", |k| toggle(&k.udp6, ipv6::RECVHOPOPTS)),
        ("HOPOPTS", "", |k| headers(k, ipv6::HOPOPTS)),
        ("RECVRTHDR", "", |k| toggle(&k.udp6, ipv6::RECVRTHDR)),
        ("RTHDR", "", |k| {
            // Segment routing, one segment left, one address: RFC 8754.
            let mut header = vec![0, 2, 4, 0, 0, 0, 0, 0];
            header.extend(Ipv6Addr::LOCALHOST.octets());
            same(&k.udp6, ipv6::RTHDR, header)?;
            same(&k.udp6, ipv6::RTHDR, vec![])
        }),
        ("RECVDSTOPTS", "", |k| toggle(&k.udp6, ipv6::RECVDSTOPTS)),
        ("DSTOPTS", "", |k| headers(k, ipv6::DSTOPTS)),
        ("RTHDRDSTOPTS", "", |k| headers(k, ipv6::RTHDRDSTOPTS)),
        ("ROUTER_ALERT", "", |_| {
            open(Family::INET6, Type::RAW, Protocol::RAW)?.set(ipv6::ROUTER_ALERT, 0)
        }),
        ("ROUTER_ALERT_ISOLATE", "", |_| toggle(&raw6()?, ipv6::ROUTER_ALERT_ISOLATE)),
        // IPV6_PREFER_SRC_PUBLIC, and no home address.
        ("ADDR_PREFERENCES", "", |k| becomes(&k.udp6, ipv6::ADDR_PREFERENCES, 2, &(2 | 0x400))),
        ("UNICAST_IF", "", |k| {
            same(&k.udp6, ipv6::UNICAST_IF, k.lo)?;
            same(&k.udp6, ipv6::UNICAST_IF, 0)
        }),
        ("MULTICAST_ALL", "", |k| toggle(&k.udp6, ipv6::MULTICAST_ALL)),
        ("JOIN_ANYCAST", "a prefix on the link", |k| k.udp6.set(ipv6::JOIN_ANYCAST, anycast(k))),
        ("LEAVE_ANYCAST", "a prefix on the link", |k| k.udp6.set(ipv6::LEAVE_ANYCAST, anycast(k))),
        ("JOIN_GROUP", "", |k| k.udp6.set(ipv6::JOIN_GROUP, group(k, V6))),
        ("BLOCK_SOURCE", "", |k| k.udp6.set(ipv6::BLOCK_SOURCE, source(k, V6))),
        ("UNBLOCK_SOURCE", "", |k| k.udp6.set(ipv6::UNBLOCK_SOURCE, source(k, V6))),
        ("LEAVE_GROUP", "", |k| {
            k.udp6.set(ipv6::LEAVE_GROUP, group(k, V6))?;
            gone(k.udp6.set(ipv6::LEAVE_GROUP, group(k, V6)));
            Ok(())
        }),
        ("JOIN_SOURCE_GROUP", "", |k| k.udp6.set(ipv6::JOIN_SOURCE_GROUP, source(k, V6))),
        ("LEAVE_SOURCE_GROUP", "", |k| {
            k.udp6.set(ipv6::LEAVE_SOURCE_GROUP, source(k, V6))?;
            gone(k.udp6.set(ipv6::LEAVE_SOURCE_GROUP, source(k, V6)));
            Ok(())
        }),
    ],
};

pub(crate) const RAW: Level = Level {
    name: "raw",
    source: include_str!("../../src/option/raw.rs"),
    needs: "",
    rows: &[
        ("ICMP_FILTER", "", |k| {
            // Of echo replies, no more.
            same(k.raw()?, raw::ICMP_FILTER, 1)?;
            same(k.raw()?, raw::ICMP_FILTER, 0)
        }),
        ("ICMPV6_FILTER", "", |_| {
            same(&raw6()?, raw::ICMPV6_FILTER, [u32::MAX, 0, 0, 0, 1, 0, 0, 7])
        }),
    ],
};

fn group4(kit: &Kit) -> Group4 {
    Group4 { group: Ipv4Addr::new(239, 1, 2, 3), interface: kit.lo }
}

fn source4() -> Source4 {
    Source4 {
        group: Ipv4Addr::new(232, 1, 2, 3),
        interface: Ipv4Addr::LOCALHOST,
        source: Ipv4Addr::new(127, 0, 0, 9),
    }
}

fn group6(kit: &Kit) -> Group6 {
    Group6 { group: Ipv6Addr::new(0xff01, 0, 0, 0, 0, 0, 0x1234, 0x5678), interface: kit.lo }
}

fn anycast(kit: &Kit) -> Group6 {
    Group6 { group: Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 0x77), interface: kit.lo }
}

/// A group and a source.
const V4: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(232, 1, 2, 4)), IpAddr::V4(Ipv4Addr::new(127, 0, 0, 8))];
const V6: [IpAddr; 2] = [
    IpAddr::V6(Ipv6Addr::new(0xff31, 0, 0, 0, 0, 0, 0x8000, 0x1234)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1)),
];

fn group(kit: &Kit, [group, _]: [IpAddr; 2]) -> Group {
    Group { group, interface: kit.lo }
}

fn source(kit: &Kit, [group, source]: [IpAddr; 2]) -> SourceGroup {
    SourceGroup { group, source, interface: kit.lo }
}

/// Left already.
fn gone(outcome: Result<()>) {
    let errno = outcome.unwrap_err().errno();
    assert!(matches!(errno, Some(Errno::ADDRNOTAVAIL | Errno::INVAL)), "{errno:?}");
}

fn mapped() -> AnyAddr {
    AnyAddr::from(SocketAddr::from((Ipv4Addr::LOCALHOST.to_ipv6_mapped(), 0)))
}

fn raw6() -> Result<Socket> {
    open(Family::INET6, Type::RAW, Protocol::ICMPV6)
}

/// An options header of six bytes of padding.
fn headers(kit: &Kit, option: SockOpt<List<u8>>) -> Result<()> {
    same(&kit.udp6, option, vec![0, 0, 1, 4, 0, 0, 0, 0])?;
    same(&kit.udp6, option, vec![])
}
