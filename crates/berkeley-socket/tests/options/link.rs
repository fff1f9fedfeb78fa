//! Options of netlink, packet, XDP and vsock sockets. Nothing is sent over vsock, and nobody is connected to.

use core::time::Duration;

use berkeley_addr::{AnyAddr, EtherType, Family, PacketAddr, Protocol, Type};
use berkeley_socket::option::{
    Fanout, FanoutMode, PacketGroup, PacketRing, netlink, packet, vsock, xdp,
};
use berkeley_socket::{Errno, Result, Socket};

use crate::kit::{Kit, Level, open, reads, same, toggle};

pub(crate) const NETLINK: Level = Level {
    name: "netlink",
    source: include_str!("../../src/option/netlink.rs"),
    needs: "",
    rows: &[
        // RTNLGRP_LINK.
        ("ADD_MEMBERSHIP", "", |k| k.netlink.set(netlink::ADD_MEMBERSHIP, 1)),
        ("DROP_MEMBERSHIP", "", |k| k.netlink.set(netlink::DROP_MEMBERSHIP, 1)),
        ("EXT_ACK", "", |k| toggle(&k.netlink, netlink::EXT_ACK)),
        ("CAP_ACK", "", |k| toggle(&k.netlink, netlink::CAP_ACK)),
        ("NO_ENOBUFS", "", |k| toggle(&k.netlink, netlink::NO_ENOBUFS)),
        ("BROADCAST_ERROR", "", |k| toggle(&k.netlink, netlink::BROADCAST_ERROR)),
        ("GET_STRICT_CHK", "", |k| toggle(&k.netlink, netlink::GET_STRICT_CHK)),
        ("LIST_MEMBERSHIPS", "", |_| {
            let socket = open(Family::NETLINK, Type::RAW, Protocol::NETLINK_ROUTE)?;
            reads(&socket, netlink::LIST_MEMBERSHIPS, &vec![])?;
            // RTNLGRP_LINK, RTNLGRP_IPV6_MROUTE_R.
            for group in [1, 31] {
                socket.set(netlink::ADD_MEMBERSHIP, group)?;
            }
            reads(&socket, netlink::LIST_MEMBERSHIPS, &vec![1, 31])
        }),
        ("PKTINFO", "", |k| toggle(&k.netlink, netlink::PKTINFO)),
        ("LISTEN_ALL_NSID", "", |k| toggle(&k.netlink, netlink::LISTEN_ALL_NSID)),
    ],
};

pub(crate) const PACKET: Level = Level {
    name: "packet",
    source: include_str!("../../src/option/packet.rs"),
    needs: "",
    rows: &[
        ("IGNORE_OUTGOING", "", |k| toggle(k.packet()?, packet::IGNORE_OUTGOING)),
        ("ADD_MEMBERSHIP", "", |k| {
            for group in packet_groups(k) {
                k.packet()?.set(packet::ADD_MEMBERSHIP, group)?;
            }
            Ok(())
        }),
        ("DROP_MEMBERSHIP", "", |k| {
            for group in packet_groups(k) {
                k.packet()?.set(packet::DROP_MEMBERSHIP, group)?;
            }
            Ok(())
        }),
        ("AUXDATA", "", |k| toggle(k.packet()?, packet::AUXDATA)),
        ("ORIGDEV", "", |k| toggle(k.packet()?, packet::ORIGDEV)),
        ("STATISTICS", "", |k| {
            let seen = k.packet()?.get(packet::STATISTICS)?;
            assert!(seen.drops <= seen.packets && seen.freezes.is_none(), "{seen:?}");
            Ok(())
        }),
        ("VERSION", "", |_| {
            let socket = idle()?;
            same(&socket, packet::VERSION, 2)?;
            assert_eq!(socket.get(packet::STATISTICS)?.freezes, Some(0));
            same(&socket, packet::VERSION, 0)
        }),
        ("HDRLEN", "", |k| k.packet()?.get(packet::HDRLEN).map(|len| assert!(len > 0))),
        ("RESERVE", "", |_| same(&idle()?, packet::RESERVE, 16)),
        ("RX_RING", "", |_| idle()?.set(packet::RX_RING, ring())),
        ("TX_RING", "", |_| idle()?.set(packet::TX_RING, ring())),
        ("LOSS", "", |_| toggle(&idle()?, packet::LOSS)),
        ("TX_HAS_OFF", "", |_| toggle(&idle()?, packet::TX_HAS_OFF)),
        ("COPY_THRESH", "", |_| idle()?.set(packet::COPY_THRESH, 64)),
        ("VNET_HDR", "", |_| toggle(&idle()?, packet::VNET_HDR)),
        ("VNET_HDR_SZ", "", |_| same(&idle()?, packet::VNET_HDR_SZ, 12)),
        ("TIMESTAMP", "", |_| same(&idle()?, packet::TIMESTAMP, 1 << 6)),
        ("FANOUT", "", |k| {
            let socket =
                Socket::bound(Type::RAW, &AnyAddr::from(PacketAddr::on(k.lo, EtherType::ALL)))?;
            let fanout = Fanout::new(0x7b7b, FanoutMode::LB);
            same(&socket, packet::FANOUT, fanout)?;
            assert_eq!(socket.get(packet::ROLLOVER_STATS).unwrap_err().errno(), Some(Errno::INVAL));
            Ok(())
        }),
        ("ROLLOVER_STATS", "", |k| {
            let socket =
                Socket::bound(Type::RAW, &AnyAddr::from(PacketAddr::on(k.lo, EtherType::ALL)))?;
            socket.set(packet::FANOUT, Fanout::new(0x7b7c, FanoutMode::ROLLOVER))?;
            assert_eq!(socket.get(packet::ROLLOVER_STATS)?.huge, 0);
            Ok(())
        }),
        ("QDISC_BYPASS", "", |_| toggle(&idle()?, packet::QDISC_BYPASS)),
    ],
};

pub(crate) const XDP: Level = Level {
    name: "xdp",
    source: include_str!("../../src/option/xdp.rs"),
    needs: "AF_XDP",
    rows: &[
        ("MMAP_OFFSETS", "", |_| {
            let offsets = xsk()?.get(xdp::MMAP_OFFSETS)?;
            assert!(offsets.receive.descriptors > offsets.receive.producer, "{offsets:?}");
            Ok(())
        }),
        ("RX_RING", "", |_| {
            let socket = xsk()?;
            assert_eq!(socket.set(xdp::RX_RING, 63).unwrap_err().errno(), Some(Errno::INVAL));
            socket.set(xdp::RX_RING, 64)
        }),
        ("TX_RING", "", |_| xsk()?.set(xdp::TX_RING, 64)),
        ("UMEM_FILL_RING", "", |_| xsk()?.set(xdp::UMEM_FILL_RING, 64)),
        ("UMEM_COMPLETION_RING", "", |_| xsk()?.set(xdp::UMEM_COMPLETION_RING, 64)),
        ("STATISTICS", "", |_| {
            assert_eq!(xsk()?.get(xdp::STATISTICS)?.receive_dropped, 0);
            Ok(())
        }),
        ("OPTIONS", "", |_| reads(&xsk()?, xdp::OPTIONS, &0)),
        ("MAX_TX_SKB_BUDGET", "", |_| {
            let socket = xsk()?;
            socket.set(xdp::TX_RING, 64)?;
            socket.set(xdp::MAX_TX_SKB_BUDGET, 64)
        }),
    ],
};

pub(crate) const VSOCK: Level = Level {
    name: "vsock",
    source: include_str!("../../src/option/vsock.rs"),
    needs: "AF_VSOCK",
    rows: &[
        ("BUFFER_SIZE", "", |_| same(&vm()?, vsock::BUFFER_SIZE, 131_072)),
        ("BUFFER_MIN_SIZE", "", |_| same(&vm()?, vsock::BUFFER_MIN_SIZE, 1024)),
        ("BUFFER_MAX_SIZE", "", |_| same(&vm()?, vsock::BUFFER_MAX_SIZE, 524_288)),
        ("CONNECT_TIMEOUT", "", |_| {
            same(&vm()?, vsock::CONNECT_TIMEOUT, Duration::from_millis(1500))
        }),
    ],
};

fn packet_groups(kit: &Kit) -> [PacketGroup; 4] {
    [
        PacketGroup::Promiscuous(kit.lo),
        PacketGroup::Multicast(kit.lo, [0x33, 0x33, 0, 0, 0, 1]),
        PacketGroup::AllMulticast(kit.lo),
        PacketGroup::Unicast(kit.lo, [2, 0, 0, 0, 0, 9]),
    ]
}

/// A packet socket that hears nothing.
fn idle() -> Result<Socket> {
    open(Family::PACKET, Type::RAW, Protocol::DEFAULT)
}

fn ring() -> PacketRing {
    PacketRing { block_size: 65_536, blocks: 1, frame_size: 2048, frames: 32 }
}

fn xsk() -> Result<Socket> {
    open(Family::XDP, Type::RAW, Protocol::DEFAULT)
}

fn vm() -> Result<Socket> {
    open(Family::VSOCK, Type::STREAM, Protocol::DEFAULT)
}
