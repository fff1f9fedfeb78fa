//! Every option constant against the kernel: read, set, or both, on a socket that has it.
//!
//! Contract: the constants are read from the sources; one without a row fails the test. A row sets what can be set and
//! reads back what can be read. What asks for a privilege is printed with its errno. Sources: socket(7), ip(7), ipv6(7),
//! tcp(7), udp(7), netlink(7), packet(7).

use core::fmt::Debug;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;

use berkeley_addr::{AnyAddr, Family, NetlinkAddr, PacketAddr, Protocol, Type, UnixAddr};
use berkeley_socket::option::{
    Codec, Flag, Get, Group4, Group6, PacketGroup, SockOpt, ip, ipv6, netlink, packet, so, tcp, udp,
};
use berkeley_socket::{BACKLOG, Errno, Interface, Result, Socket};

/// Sockets of each kind.
struct Kit {
    listener: Socket,
    tcp: Socket,
    tcp6: Socket,
    /// Not connected.
    fresh: Socket,
    udp: Socket,
    udp6: Socket,
    raw: Result<Socket>,
    unix: Socket,
    unix_datagram: Socket,
    netlink: Socket,
    packet: Result<Socket>,
    lo: u32,
}

impl Kit {
    fn new() -> Self {
        let any = |address: SocketAddr| AnyAddr::from(address);
        let v4 = any((Ipv4Addr::LOCALHOST, 0).into());
        let listener = Socket::listening(Type::STREAM, &v4, BACKLOG).unwrap();
        let tcp = Socket::connected(Type::STREAM, &listener.local_addr().unwrap()).unwrap();
        let open = |family, ty| Socket::new(family, ty, Protocol::DEFAULT).unwrap();
        let udp = Socket::bound(Type::DGRAM, &v4).unwrap();
        udp.connect(&udp.local_addr().unwrap()).unwrap();
        Self {
            listener,
            tcp,
            tcp6: open(Family::INET6, Type::STREAM),
            fresh: open(Family::INET, Type::STREAM),
            udp,
            udp6: open(Family::INET6, Type::DGRAM),
            raw: Socket::new(Family::INET, Type::RAW, Protocol::ICMP),
            unix: Socket::<UnixAddr>::pair(Type::STREAM).unwrap().0.widen(),
            unix_datagram: Socket::<UnixAddr>::pair(Type::DGRAM).unwrap().0.widen(),
            netlink: Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE)
                .unwrap()
                .widen(),
            packet: Socket::<PacketAddr>::open(Type::RAW, Protocol::DEFAULT).map(Socket::widen),
            lo: Interface::named("lo").unwrap().index(),
        }
    }

    fn raw(&self) -> Result<&Socket> {
        self.raw.as_ref().map_err(|error| *error)
    }

    fn packet(&self) -> Result<&Socket> {
        self.packet.as_ref().map_err(|error| *error)
    }
}

/// Sets both values and reads each back.
fn toggle(socket: &Socket, option: SockOpt<Flag>) -> Result<()> {
    let before = socket.get(option)?;
    for on in [!before, before] {
        same(socket, option, on)?;
    }
    Ok(())
}

/// Sets a value and reads it back.
fn same<C: Codec>(socket: &Socket, option: SockOpt<C>, value: C::Value) -> Result<()>
where
    C::Value: Clone + PartialEq + Debug,
{
    let read = value.clone();
    becomes(socket, option, value, &read)
}

/// Sets a value, and reads what the kernel makes of it.
fn becomes<C: Codec>(
    socket: &Socket,
    option: SockOpt<C>,
    value: C::Value,
    read: &C::Value,
) -> Result<()>
where
    C::Value: PartialEq + Debug,
{
    socket.set(option, value)?;
    assert_eq!(&socket.get(option)?, read, "{option:?}");
    Ok(())
}

/// Reads what is known.
fn reads<C: Codec>(socket: &Socket, option: SockOpt<C, Get>, known: &C::Value) -> Result<()>
where
    C::Value: PartialEq + Debug,
{
    assert_eq!(&socket.get(option)?, known, "{option:?}");
    Ok(())
}

type Show = fn(&Kit) -> Result<()>;

const SO: &[(&str, Show)] = &[
    ("REUSEADDR", |k| toggle(&k.tcp, so::REUSEADDR)),
    ("REUSEPORT", |k| toggle(&k.udp, so::REUSEPORT)),
    ("KEEPALIVE", |k| toggle(&k.tcp, so::KEEPALIVE)),
    ("BROADCAST", |k| toggle(&k.udp, so::BROADCAST)),
    ("DONTROUTE", |k| toggle(&k.udp, so::DONTROUTE)),
    ("OOBINLINE", |k| toggle(&k.tcp, so::OOBINLINE)),
    ("DEBUG", |k| toggle(&k.tcp, so::DEBUG)),
    ("PASSCRED", |k| toggle(&k.unix, so::PASSCRED)),
    ("RCVBUF", |k| becomes(&k.unix, so::RCVBUF, 65_536, &131_072)),
    ("SNDBUF", |k| becomes(&k.unix, so::SNDBUF, 65_536, &131_072)),
    ("RCVBUFFORCE", |k| {
        k.udp.set(so::RCVBUFFORCE, 1 << 24)?;
        assert_eq!(k.udp.get(so::RCVBUF)?, 1 << 25);
        Ok(())
    }),
    ("SNDBUFFORCE", |k| {
        k.udp.set(so::SNDBUFFORCE, 1 << 24)?;
        assert_eq!(k.udp.get(so::SNDBUF)?, 1 << 25);
        Ok(())
    }),
    ("RCVLOWAT", |k| same(&k.tcp, so::RCVLOWAT, 7)),
    ("LINGER", |k| {
        becomes(&k.tcp, so::LINGER, Some(Duration::from_millis(1)), &Some(Duration::from_secs(1)))?;
        same(&k.tcp, so::LINGER, Some(Duration::ZERO))?;
        same(&k.tcp, so::LINGER, None)
    }),
    ("PRIORITY", |k| same(&k.udp, so::PRIORITY, 5)),
    ("MARK", |k| same(&k.udp, so::MARK, 0xffff_0001)),
    ("BINDTODEVICE", |k| {
        same(&k.tcp6, so::BINDTODEVICE, "lo".to_owned())?;
        same(&k.tcp6, so::BINDTODEVICE, String::new())?;
        let refused = |name: &str| k.tcp6.set(so::BINDTODEVICE, name.to_owned()).unwrap_err();
        assert_eq!(refused("berkeley-none").errno(), Some(Errno::NODEV));
        assert_eq!(refused("sixteen-bytes-xx").errno(), Some(Errno::INVAL));
        Ok(())
    }),
    ("INCOMING_CPU", |k| same(&k.udp, so::INCOMING_CPU, 0)),
    ("BUSY_POLL", |k| same(&k.udp, so::BUSY_POLL, Duration::from_micros(50))),
    ("PEEK_OFF", |k| {
        same(&k.unix, so::PEEK_OFF, 3)?;
        same(&k.unix, so::PEEK_OFF, -1)
    }),
    ("ERROR", |k| {
        reads(&k.tcp, so::ERROR, &None)?;
        // Nobody listens there: the pending error is told once.
        let closed =
            Socket::bound(Type::DGRAM, &AnyAddr::from(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))))?;
        let address = closed.local_addr()?;
        closed.close()?;
        let client = Socket::connected(Type::DGRAM, &address)?;
        client.send(b"x")?;
        reads(&client, so::ERROR, &Some(Errno::CONNREFUSED))?;
        reads(&client, so::ERROR, &None)
    }),
    ("TYPE", |k| {
        reads(&k.tcp, so::TYPE, &Type::STREAM)?;
        reads(&k.unix_datagram, so::TYPE, &Type::DGRAM)?;
        reads(&k.netlink, so::TYPE, &Type::RAW)
    }),
    ("DOMAIN", |k| {
        reads(&k.tcp, so::DOMAIN, &Family::INET)?;
        reads(&k.unix, so::DOMAIN, &Family::UNIX)?;
        reads(&k.udp6, so::DOMAIN, &Family::INET6)
    }),
    ("PROTOCOL", |k| {
        reads(&k.tcp, so::PROTOCOL, &Protocol::TCP)?;
        reads(&k.udp6, so::PROTOCOL, &Protocol::UDP)?;
        reads(&k.netlink, so::PROTOCOL, &Protocol::NETLINK_ROUTE)
    }),
    ("ACCEPTCONN", |k| {
        reads(&k.listener, so::ACCEPTCONN, &true)?;
        reads(&k.tcp, so::ACCEPTCONN, &false)
    }),
    ("PEERCRED", |k| {
        assert_eq!(
            k.unix_datagram.get(so::PEERCRED)?.map(|peer| peer.uid),
            k.unix.get(so::PEERCRED)?.map(|peer| peer.uid)
        );
        let alone = Socket::<UnixAddr>::open(Type::STREAM, Protocol::DEFAULT)?;
        assert_eq!(alone.get(so::PEERCRED)?, None);
        let peer = k.unix.get(so::PEERCRED)?.expect("a pair");
        assert_eq!(peer.pid.map(i32::unsigned_abs), Some(std::process::id()));
        Ok(())
    }),
];

const IP: &[(&str, Show)] = &[
    ("TTL", |k| same(&k.udp, ip::TTL, 7)),
    ("TOS", |k| same(&k.udp, ip::TOS, 0x48)),
    ("MTU", |k| {
        // Loopback's, whatever it is set to, but no more than IPv4's length field holds.
        let mtu = std::fs::read_to_string("/sys/class/net/lo/mtu").unwrap();
        reads(&k.tcp, ip::MTU, &mtu.trim().parse::<i32>().unwrap().min(65_535))
    }),
    ("MTU_DISCOVER", |k| same(&k.udp, ip::MTU_DISCOVER, 2)),
    ("HDRINCL", |k| toggle(k.raw()?, ip::HDRINCL)),
    ("FREEBIND", |k| toggle(&k.udp, ip::FREEBIND)),
    ("TRANSPARENT", |k| toggle(&k.udp, ip::TRANSPARENT)),
    ("BIND_ADDRESS_NO_PORT", |k| toggle(&k.fresh, ip::BIND_ADDRESS_NO_PORT)),
    ("MULTICAST_TTL", |k| same(&k.udp, ip::MULTICAST_TTL, 9)),
    ("MULTICAST_LOOP", |k| toggle(&k.udp, ip::MULTICAST_LOOP)),
    ("MULTICAST_ALL", |k| toggle(&k.udp, ip::MULTICAST_ALL)),
    ("MULTICAST_IF", |k| {
        k.udp.set(ip::MULTICAST_IF, Group4 { group: Ipv4Addr::UNSPECIFIED, interface: k.lo })
    }),
    ("ADD_MEMBERSHIP", |k| k.udp.set(ip::ADD_MEMBERSHIP, group4(k))),
    // What the row before has joined.
    ("DROP_MEMBERSHIP", |k| {
        k.udp.set(ip::DROP_MEMBERSHIP, group4(k))?;
        let again = k.udp.set(ip::DROP_MEMBERSHIP, group4(k)).unwrap_err();
        assert_eq!(again.errno(), Some(Errno::ADDRNOTAVAIL));
        Ok(())
    }),
];

fn group4(kit: &Kit) -> Group4 {
    Group4 { group: Ipv4Addr::new(239, 1, 2, 3), interface: kit.lo }
}

const IPV6: &[(&str, Show)] = &[
    ("V6ONLY", |k| toggle(&k.tcp6, ipv6::V6ONLY)),
    ("UNICAST_HOPS", |k| same(&k.udp6, ipv6::UNICAST_HOPS, 7)),
    ("TCLASS", |k| same(&k.udp6, ipv6::TCLASS, 0x48)),
    ("MTU", |_| {
        // It is told on a connected socket, and there set as a cap.
        let bound =
            Socket::bound(Type::DGRAM, &AnyAddr::from(SocketAddr::from((Ipv6Addr::LOCALHOST, 0))))?;
        bound.connect(&bound.local_addr()?)?;
        assert!(bound.get(ipv6::MTU)? >= 1280);
        bound.set(ipv6::MTU, 1400)
    }),
    ("MTU_DISCOVER", |k| same(&k.udp6, ipv6::MTU_DISCOVER, 2)),
    ("FREEBIND", |k| toggle(&k.udp6, ipv6::FREEBIND)),
    ("TRANSPARENT", |k| toggle(&k.udp6, ipv6::TRANSPARENT)),
    ("FLOWINFO", |k| toggle(&k.udp6, ipv6::FLOWINFO)),
    ("FLOWINFO_SEND", |k| toggle(&k.udp6, ipv6::FLOWINFO_SEND)),
    ("AUTOFLOWLABEL", |k| toggle(&k.udp6, ipv6::AUTOFLOWLABEL)),
    ("MULTICAST_HOPS", |k| same(&k.udp6, ipv6::MULTICAST_HOPS, 9)),
    ("MULTICAST_IF", |k| {
        let lo = i32::try_from(k.lo).unwrap();
        same(&k.udp6, ipv6::MULTICAST_IF, lo)
    }),
    ("MULTICAST_LOOP", |k| toggle(&k.udp6, ipv6::MULTICAST_LOOP)),
    ("ADD_MEMBERSHIP", |k| k.udp6.set(ipv6::ADD_MEMBERSHIP, group6(k))),
    ("DROP_MEMBERSHIP", |k| {
        k.udp6.set(ipv6::DROP_MEMBERSHIP, group6(k))?;
        let again = k.udp6.set(ipv6::DROP_MEMBERSHIP, group6(k)).unwrap_err();
        assert_eq!(again.errno(), Some(Errno::ADDRNOTAVAIL));
        Ok(())
    }),
];

fn group6(kit: &Kit) -> Group6 {
    Group6 { group: Ipv6Addr::new(0xff01, 0, 0, 0, 0, 0, 0x1234, 0x5678), interface: kit.lo }
}

const TCP: &[(&str, Show)] = &[
    ("NODELAY", |k| toggle(&k.tcp, tcp::NODELAY)),
    ("CORK", |k| toggle(&k.tcp, tcp::CORK)),
    ("QUICKACK", |k| toggle(&k.tcp, tcp::QUICKACK)),
    // The kernel answers with its default until there is a connection.
    ("MAXSEG", |k| {
        k.fresh.set(tcp::MAXSEG, 1000).and_then(|()| k.fresh.get(tcp::MAXSEG).map(drop))
    }),
    ("KEEPIDLE", |k| {
        same(&k.tcp, tcp::KEEPIDLE, Duration::from_secs(77))?;
        becomes(&k.tcp, tcp::KEEPIDLE, Duration::from_millis(1500), &Duration::from_secs(2))
    }),
    ("KEEPINTVL", |k| same(&k.tcp, tcp::KEEPINTVL, Duration::from_secs(11))),
    ("KEEPCNT", |k| same(&k.tcp, tcp::KEEPCNT, 4)),
    ("USER_TIMEOUT", |k| {
        same(&k.tcp, tcp::USER_TIMEOUT, Duration::from_millis(1234))?;
        let beyond = k.tcp.set(tcp::USER_TIMEOUT, Duration::MAX).unwrap_err();
        assert_eq!(beyond.errno(), Some(Errno::INVAL));
        Ok(())
    }),
    ("SYNCNT", |k| same(&k.fresh, tcp::SYNCNT, 3)),
    ("LINGER2", |k| {
        same(&k.tcp, tcp::LINGER2, None)?;
        same(&k.tcp, tcp::LINGER2, Some(Duration::from_secs(5)))
    }),
    // Kept as a number of SYN-ACKs: the kernel rounds up to what they take.
    ("DEFER_ACCEPT", |k| {
        becomes(&k.fresh, tcp::DEFER_ACCEPT, Duration::from_secs(2), &Duration::from_secs(3))
    }),
    ("FASTOPEN", |k| same(&k.listener, tcp::FASTOPEN, 8)),
    ("FASTOPEN_CONNECT", |k| toggle(&k.fresh, tcp::FASTOPEN_CONNECT)),
    ("NOTSENT_LOWAT", |k| same(&k.tcp, tcp::NOTSENT_LOWAT, 16_384)),
    ("WINDOW_CLAMP", |k| same(&k.tcp, tcp::WINDOW_CLAMP, 32_768)),
    ("CONGESTION", |k| {
        let name = k.tcp.get(tcp::CONGESTION)?;
        assert!(!name.is_empty());
        same(&k.tcp, tcp::CONGESTION, "reno".to_owned())?;
        let none = k.tcp.set(tcp::CONGESTION, "berkeley-none".to_owned()).unwrap_err();
        assert_eq!(none.errno(), Some(Errno::NOENT));
        Ok(())
    }),
];

const UDP: &[(&str, Show)] = &[
    ("CORK", |k| toggle(&k.udp, udp::CORK)),
    ("SEGMENT", |k| same(&k.udp, udp::SEGMENT, 1200)),
    ("GRO", |k| toggle(&k.udp, udp::GRO)),
];

const NETLINK: &[(&str, Show)] = &[
    // RTNLGRP_LINK.
    ("ADD_MEMBERSHIP", |k| k.netlink.set(netlink::ADD_MEMBERSHIP, 1)),
    ("DROP_MEMBERSHIP", |k| k.netlink.set(netlink::DROP_MEMBERSHIP, 1)),
    ("EXT_ACK", |k| toggle(&k.netlink, netlink::EXT_ACK)),
    ("CAP_ACK", |k| toggle(&k.netlink, netlink::CAP_ACK)),
    ("NO_ENOBUFS", |k| toggle(&k.netlink, netlink::NO_ENOBUFS)),
    ("BROADCAST_ERROR", |k| toggle(&k.netlink, netlink::BROADCAST_ERROR)),
    ("GET_STRICT_CHK", |k| toggle(&k.netlink, netlink::GET_STRICT_CHK)),
];

const PACKET: &[(&str, Show)] = &[
    ("IGNORE_OUTGOING", |k| toggle(k.packet()?, packet::IGNORE_OUTGOING)),
    ("ADD_MEMBERSHIP", |k| {
        for group in packet_groups(k) {
            k.packet()?.set(packet::ADD_MEMBERSHIP, group)?;
        }
        Ok(())
    }),
    ("DROP_MEMBERSHIP", |k| {
        for group in packet_groups(k) {
            k.packet()?.set(packet::DROP_MEMBERSHIP, group)?;
        }
        Ok(())
    }),
];

fn packet_groups(kit: &Kit) -> [PacketGroup; 3] {
    [
        PacketGroup::Promiscuous(kit.lo),
        PacketGroup::Multicast(kit.lo, [0x33, 0x33, 0, 0, 0, 1]),
        PacketGroup::AllMulticast(kit.lo),
    ]
}

type Level = (&'static str, &'static str, &'static [(&'static str, Show)]);

const LEVELS: &[Level] = &[
    ("so", include_str!("../src/option/so.rs"), SO),
    ("ip", include_str!("../src/option/ip.rs"), IP),
    ("ipv6", include_str!("../src/option/ipv6.rs"), IPV6),
    ("tcp", include_str!("../src/option/tcp.rs"), TCP),
    ("udp", include_str!("../src/option/udp.rs"), UDP),
    ("netlink", include_str!("../src/option/netlink.rs"), NETLINK),
    ("packet", include_str!("../src/option/packet.rs"), PACKET),
];

/// The option constants of a source, in its order.
fn declared(source: &str) -> Vec<&str> {
    let constants = source.lines().filter_map(|line| line.strip_prefix("pub const "));
    constants.filter_map(|rest| Some(rest.split_once(": SockOpt<")?.0)).collect()
}

#[test]
fn every_option_is_the_kernels() {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/option")).unwrap();
    // codec.rs declares none.
    assert_eq!(files.count(), LEVELS.len() + 1, "a level without rows");
    let kit = Kit::new();
    let (mut count, mut wrong) = (0, Vec::new());
    for (level, source, rows) in LEVELS {
        let names: Vec<&str> = rows.iter().map(|(name, _)| *name).collect();
        assert_eq!(declared(source), names, "left: constants of {level}; right: rows");
        for (name, show) in *rows {
            count += 1;
            match show(&kit) {
                Ok(()) => println!("{level}::{name}"),
                Err(error) if matches!(error.errno(), Some(Errno::PERM | Errno::ACCESS)) => {
                    println!("{level}::{name}  skipped: {error}");
                }
                Err(error) => wrong.push(format!("{level}::{name}: {error}")),
            }
        }
    }
    println!("{count} options");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
