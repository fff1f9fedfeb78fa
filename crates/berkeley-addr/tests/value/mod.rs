//! Values of every address type, by field, for the tests that go over all of them.
//!
//! Contract: one strategy per type; every field takes its whole range, and its edges often. Composed strategies are boxed:
//! unboxed, theirs is a value of some hundred kilobytes, more than a test thread's stack takes in a debug build.

// Each test file uses its own part of this one.
#![allow(dead_code)]

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use berkeley_addr::{
    AlgAddr, AnyAddr, BdAddr, BdAddrType, Bytes, CanAddr, EtherType, Family, HciAddr, HciChannel,
    IsoAddr, IsoBroadcast, IsoTpAddr, J1939Addr, L2capAddr, NetlinkAddr, OtherAddr, PacketAddr,
    PacketType, QrtrAddr, RfcommAddr, ScoAddr, Scope, ScopedIpv6, TipcAddr, TipcScope, UnixAddr,
    VsockAddr, XdpAddr,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// A number: an edge, a small one, or any.
fn u32s() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(1), Just(u32::MAX), 0..300_u32, any::<u32>()]
}

fn u16s() -> impl Strategy<Value = u16> {
    prop_oneof![Just(0), Just(u16::MAX), 0..300_u16, any::<u16>()]
}

/// IPv6 addresses with runs of zeros, which is where texts differ; v4-mapped ones among them.
pub(crate) fn ipv6() -> impl Strategy<Value = Ipv6Addr> {
    let groups = proptest::array::uniform8(prop_oneof![Just(0_u16), Just(1), any::<u16>()]);
    prop_oneof![
        4 => groups.prop_map(Ipv6Addr::from),
        1 => any::<u32>().prop_map(|bits| Ipv4Addr::from(bits).to_ipv6_mapped()),
        1 => any::<u32>().prop_map(|bits| Ipv6Addr::from(u128::from(bits))),
    ]
}

pub(crate) fn inet() -> impl Strategy<Value = SocketAddrV4> {
    (any::<u32>(), u16s()).prop_map(|(ip, port)| SocketAddrV4::new(Ipv4Addr::from(ip), port))
}

pub(crate) fn inet6() -> impl Strategy<Value = SocketAddrV6> {
    (ipv6(), u16s(), u32s(), u32s())
        .prop_map(|(ip, port, flow, scope)| SocketAddrV6::new(ip, port, flow, scope))
}

pub(crate) fn ip() -> impl Strategy<Value = SocketAddr> {
    prop_oneof![inet().prop_map(SocketAddr::V4), inet6().prop_map(SocketAddr::V6)]
}

pub(crate) fn unix() -> impl Strategy<Value = UnixAddr> {
    let byte = prop_oneof![Just(b'/'), Just(b'@'), Just(b'%'), Just(b','), 1..=255_u8];
    prop_oneof![
        1 => Just(UnixAddr::unnamed()),
        4 => vec(byte, 1..=108).prop_map(|path| UnixAddr::path(path).expect("a path")),
        4 => vec(any::<u8>(), 0..=107)
            .prop_map(|name| UnixAddr::abstract_name(name).expect("a name")),
    ]
}

/// Packet addresses with hardware addresses of these lengths.
pub(crate) fn packet(
    lengths: core::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = PacketAddr> {
    let ethertypes = prop_oneof![Just(0), Just(3), Just(0x0800), any::<u16>()];
    (u32s(), ethertypes, u16s(), any::<u8>(), vec(any::<u8>(), lengths)).prop_map(
        |(index, protocol, hatype, packet_type, address)| PacketAddr {
            index,
            protocol: EtherType::new(protocol),
            hatype,
            packet_type: PacketType::new(packet_type % 10),
            address: Bytes::new(&address).expect("at most 32"),
        },
    )
}

pub(crate) fn netlink() -> impl Strategy<Value = NetlinkAddr> {
    (u32s(), u32s()).prop_map(|(pid, groups)| NetlinkAddr::new(pid, groups))
}

pub(crate) fn tipc() -> impl Strategy<Value = TipcAddr> {
    let kind = prop_oneof![
        (u32s(), u32s(), u32s())
            .prop_map(|(ty, instance, node)| TipcAddr::service_on(ty, instance, node)),
        (u32s(), u32s(), u32s()).prop_map(|(ty, one, two)| {
            TipcAddr::range(ty, one.min(two), one.max(two)).expect("in order")
        }),
        (u32s(), u32s()).prop_map(|(node, reference)| TipcAddr::socket(node, reference)),
    ];
    let scope = prop_oneof![-4..5_i8, any::<i8>()];
    (kind, scope).prop_map(|(addr, scope)| addr.with_scope(TipcScope::new(scope)))
}

fn device() -> impl Strategy<Value = BdAddr> {
    prop_oneof![Just(BdAddr::ANY), Just(BdAddr::NONE), any::<[u8; 6]>().prop_map(BdAddr::new)]
}

fn device_type() -> impl Strategy<Value = BdAddrType> {
    prop_oneof![0..4_u8, any::<u8>()].prop_map(BdAddrType::new)
}

pub(crate) fn l2cap() -> impl Strategy<Value = L2capAddr> {
    (device(), u16s(), u16s(), device_type())
        .prop_map(|(address, psm, cid, address_type)| L2capAddr { address, psm, cid, address_type })
}

pub(crate) fn rfcomm() -> impl Strategy<Value = RfcommAddr> {
    (device(), any::<u8>()).prop_map(|(address, channel)| RfcommAddr::new(address, channel))
}

pub(crate) fn hci() -> impl Strategy<Value = HciAddr> {
    (u16s(), prop_oneof![0..6_u16, any::<u16>()])
        .prop_map(|(device, channel)| HciAddr::new(device, HciChannel::new(channel)))
}

pub(crate) fn sco() -> impl Strategy<Value = ScoAddr> {
    device().prop_map(ScoAddr::new)
}

pub(crate) fn iso() -> impl Strategy<Value = IsoAddr> {
    let bis = vec(any::<u8>(), 0..=31).prop_map(|bis| Bytes::new(&bis).expect("at most 31"));
    let broadcast = (device(), device_type(), any::<u8>(), bis).prop_map(
        |(address, address_type, sid, bis)| IsoBroadcast { address, address_type, sid, bis },
    );
    (device(), device_type(), proptest::option::of(broadcast))
        .prop_map(|(address, address_type, broadcast)| IsoAddr { address, address_type, broadcast })
}

pub(crate) fn vsock() -> impl Strategy<Value = VsockAddr> {
    (u32s(), u32s(), any::<u8>()).prop_map(|(cid, port, flags)| VsockAddr { cid, port, flags })
}

pub(crate) fn can() -> impl Strategy<Value = CanAddr> {
    u32s().prop_map(CanAddr::on)
}

pub(crate) fn isotp() -> impl Strategy<Value = IsoTpAddr> {
    (u32s(), u32s(), u32s()).prop_map(|(index, rx, tx)| IsoTpAddr::new(index, rx, tx))
}

pub(crate) fn j1939() -> impl Strategy<Value = J1939Addr> {
    let names = prop_oneof![Just(0), 1..300_u64, any::<u32>().prop_map(u64::from), any::<u64>()];
    let pgns = prop_oneof![Just(J1939Addr::NO_PGN), u32s()];
    let addrs = prop_oneof![Just(J1939Addr::NO_ADDR), any::<u8>()];
    (u32s(), names, pgns, addrs).prop_map(|(index, name, pgn, addr)| J1939Addr {
        index,
        name,
        pgn,
        addr,
    })
}

pub(crate) fn alg() -> BoxedStrategy<AlgAddr> {
    let byte = || prop_oneof![Just(b'/'), Just(b'('), Just(b','), b'a'..=b'z', 1..=255_u8];
    let lengths = prop_oneof![Just(1), Just(103), 1..=103_usize];
    let name = lengths.prop_flat_map(move |len| vec(byte(), len)).boxed();
    (vec(byte(), 1..=13), name, u32s(), u32s())
        .prop_map(|(kind, name, feat, mask)| {
            let mut addr = AlgAddr::new(kind, name).expect("an algorithm");
            (addr.feat, addr.mask) = (feat, mask);
            addr
        })
        .boxed()
}

pub(crate) fn qrtr() -> impl Strategy<Value = QrtrAddr> {
    (u32s(), u32s()).prop_map(|(node, port)| QrtrAddr::new(node, port))
}

pub(crate) fn xdp() -> impl Strategy<Value = XdpAddr> {
    (u32s(), u32s(), u16s(), u32s()).prop_map(|(index, queue, flags, umem)| XdpAddr {
        index,
        queue,
        flags,
        umem,
    })
}

pub(crate) fn other() -> impl Strategy<Value = OtherAddr> {
    (any::<u16>(), vec(any::<u8>(), 0..=126)).prop_filter_map("has a type", |(family, data)| {
        OtherAddr::new(Family::new(family), &data).ok()
    })
}

/// Addresses whose bytes decode to themselves, see [`layout`].
pub(crate) fn any_addr() -> BoxedStrategy<AnyAddr> {
    prop_oneof![
        inet().prop_map(AnyAddr::from),
        inet6().prop_map(AnyAddr::from),
        unix().prop_map(AnyAddr::from),
        packet(0..=32).prop_map(AnyAddr::from),
        netlink().prop_map(AnyAddr::from),
        tipc().prop_map(AnyAddr::from),
        vsock().prop_map(AnyAddr::from),
        alg().prop_map(AnyAddr::from),
        qrtr().prop_map(AnyAddr::from),
        xdp().prop_map(AnyAddr::from),
        other().prop_map(AnyAddr::from),
    ]
    .boxed()
}

/// Addresses of layouts that only the socket's protocol tells apart: decoded, they stay bytes.
pub(crate) fn layout() -> BoxedStrategy<AnyAddr> {
    prop_oneof![
        l2cap().prop_map(AnyAddr::from),
        rfcomm().prop_map(AnyAddr::from),
        hci().prop_map(AnyAddr::from),
        sco().prop_map(AnyAddr::from),
        iso().prop_map(AnyAddr::from),
        can().prop_map(AnyAddr::from),
        isotp().prop_map(AnyAddr::from),
        j1939().prop_map(AnyAddr::from),
    ]
    .boxed()
}

pub(crate) fn scoped() -> BoxedStrategy<ScopedIpv6> {
    let name = "[A-Za-z0-9._~@+=-]{0,14}[A-Za-z_~@+=-]";
    let scope = prop_oneof![
        u32s().prop_map(Scope::from),
        name.prop_map(|name| Scope::Name(name.parse().expect("a name"))),
    ];
    let scope = scope.boxed();
    (ipv6(), u16s(), u32s(), scope)
        .prop_map(|(ip, port, flowinfo, scope)| ScopedIpv6 { ip, port, flowinfo, scope })
        .boxed()
}

/// Texts of endpoints, one shape of the grammar after the other.
pub(crate) fn endpoint_text() -> BoxedStrategy<String> {
    let name = "([a-zA-Z0-9_]{1,5}\\.){0,3}[a-z_]{1,2}(-[a-z0-9]{1,3}){0,2}\\.?";
    let host = || {
        prop_oneof![
            any::<u32>().prop_map(|ip| Ipv4Addr::from(ip).to_string()),
            scoped().prop_map(|addr| {
                let text = ScopedIpv6 { port: 0, flowinfo: 0, ..addr }.to_string();
                text.trim_end_matches(":0").to_owned()
            }),
            name,
        ]
        .boxed()
    };
    let service = prop_oneof![u16s().prop_map(|port| port.to_string()), "[a-z0-9][a-z+_.-]{1,31}"];
    let service = service.boxed();
    let flow = |host: String, rest: String, flow: u32| {
        let option = if host.starts_with('[') { format!(",flow={flow}") } else { String::new() };
        format!("{host}{rest}{option}")
    };
    let scheme = "(tcp|udp|udplite|dccp|mptcp|smc|sctp|sctp\\+seqpacket)";
    let local = prop_oneof![2 => any_addr(), 1 => layout()];
    let local = local.prop_filter_map("has no transport", |addr| {
        let text = addr.to_string();
        let (word, body) = text.split_once(':')?;
        match addr {
            AnyAddr::Inet(_) | AnyAddr::Inet6(_) | AnyAddr::Other(_) => None,
            AnyAddr::Unix(_) | AnyAddr::Packet(_) | AnyAddr::L2cap(_) | AnyAddr::Vsock(_) => {
                Some(format!("{word}+dgram://{body}"))
            }
            AnyAddr::Tipc(_) => Some(format!("{word}+rdm://{body}")),
            AnyAddr::Rfcomm(_) => Some(format!("{word}+raw://{body}")),
            AnyAddr::Netlink(_) => Some(format!("netlink://generic/{body}")),
            _ => Some(format!("{word}://{body}")),
        }
    });
    let local = local.boxed();
    let named = prop_oneof![
        packet(0..=32).prop_map(AnyAddr::from),
        can().prop_map(AnyAddr::from),
        isotp().prop_map(AnyAddr::from),
        j1939().prop_map(AnyAddr::from),
        xdp().prop_map(AnyAddr::from),
    ];
    let named = named.boxed();
    prop_oneof![
        (scheme, host(), service, u32s())
            .prop_map(move |(s, h, p, f)| format!("{s}://{}", flow(h, format!(":{p}"), f))),
        (scheme.prop_filter("takes no type", |s| !s.contains('+')), "[46]", name)
            .prop_map(|(s, v, h)| format!("{s}{v}://{h}:1")),
        (host(), u32s()).prop_map(move |(h, f)| format!("ping://{}", flow(h, String::new(), f))),
        (host(), any::<u8>(), u32s())
            .prop_map(move |(h, n, f)| format!("ip://{}", flow(h, format!("/{n}"), f))),
        local,
        ("[a-z]{1,15}", named).prop_map(|(name, addr)| {
            addr.on_interface(0).to_string().replacen(":0", &format!("://{name}"), 1)
        }),
        (0..32_u8).prop_map(|n| format!("netlink+dgram://{n}")),
    ]
    .boxed()
}
