//! Options of packet sockets: level SOL_PACKET, packet(7).

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{
    As, FanoutCodec, Flag, Get, Integer, PacketGroupCodec, PacketRing, PacketStatisticsCodec,
    RolloverStats, Set, SockOpt, Unsigned,
};

/// `PACKET_IGNORE_OUTGOING`: do not see what this host sends.
/// Linux 4.20; linux/if_packet.h.
#[doc(alias = "PACKET_IGNORE_OUTGOING")]
pub const IGNORE_OUTGOING: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_PACKET, opt::PACKET_IGNORE_OUTGOING);
/// `PACKET_ADD_MEMBERSHIP`: let more through an interface: promiscuous, or groups.
/// Linux 2.2; packet(7).
#[doc(alias = "PACKET_ADD_MEMBERSHIP")]
pub const ADD_MEMBERSHIP: SockOpt<PacketGroupCodec, Set> =
    SockOpt::of(option::PACKET_ADD_MEMBERSHIP);
/// `PACKET_DROP_MEMBERSHIP`: end what [`ADD_MEMBERSHIP`] began.
/// Linux 2.2; packet(7).
#[doc(alias = "PACKET_DROP_MEMBERSHIP")]
pub const DROP_MEMBERSHIP: SockOpt<PacketGroupCodec, Set> =
    SockOpt::of(option::PACKET_DROP_MEMBERSHIP);
/// `PACKET_AUXDATA`: have lengths, VLAN and checksum state of each packet delivered.
/// Linux 2.6.21; packet(7).
#[doc(alias = "PACKET_AUXDATA")]
pub const AUXDATA: SockOpt<Flag> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_AUXDATA);
/// `PACKET_ORIGDEV`: the address names the interface it came in by, below a bond or bridge.
/// Linux 2.6.22; linux/if_packet.h.
#[doc(alias = "PACKET_ORIGDEV")]
pub const ORIGDEV: SockOpt<Flag> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_ORIGDEV);
/// `PACKET_STATISTICS`: how many packets were received and dropped; reading resets them.
/// Linux 2.2; packet(7).
#[doc(alias = "PACKET_STATISTICS")]
pub const STATISTICS: SockOpt<PacketStatisticsCodec, Get> = SockOpt::of(option::PACKET_STATISTICS);
/// `PACKET_VERSION`: the form of the rings: TPACKET_V1 0, V2 1, V3 2.
/// Linux 2.6.27; packet(7).
#[doc(alias = "PACKET_VERSION")]
pub const VERSION: SockOpt<Integer> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_VERSION);
/// `PACKET_HDRLEN`: the length of a ring's frame header of version 1.
/// Linux 2.6.27; linux/if_packet.h.
#[doc(alias = "PACKET_HDRLEN")]
pub const HDRLEN: SockOpt<Integer, Get> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_HDRLEN);
/// `PACKET_RESERVE`: bytes left before each packet in the ring.
/// Linux 2.6.27; packet(7).
#[doc(alias = "PACKET_RESERVE")]
pub const RESERVE: SockOpt<Unsigned> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_RESERVE);
/// `PACKET_RX_RING`: make the ring for receiving (versions 1 and 2), to be mapped. Version 3: `packet::Ring`.
/// Linux 2.2; packet(7).
#[doc(alias = "PACKET_RX_RING")]
pub const RX_RING: SockOpt<As<PacketRing>, Set> = SockOpt::of(option::PACKET_RX_RING);
/// `PACKET_TX_RING`: make the ring for sending (versions 1 and 2), to be mapped.
/// Linux 2.6.31; packet(7).
#[doc(alias = "PACKET_TX_RING")]
pub const TX_RING: SockOpt<As<PacketRing>, Set> = SockOpt::of(option::PACKET_TX_RING);
/// `PACKET_LOSS`: skip malformed frames of the sending ring, rather than stop there.
/// Linux 2.6.31; packet(7).
#[doc(alias = "PACKET_LOSS")]
pub const LOSS: SockOpt<Flag> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_LOSS);
/// `PACKET_TX_HAS_OFF`: frames of the sending ring say where their data begins.
/// Linux 3.6; linux/if_packet.h.
#[doc(alias = "PACKET_TX_HAS_OFF")]
pub const TX_HAS_OFF: SockOpt<Flag> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_TX_HAS_OFF);
/// `PACKET_COPY_THRESH`: packets longer than so many bytes go past the ring, whole.
/// Linux 2.2; linux/if_packet.h.
#[doc(alias = "PACKET_COPY_THRESH")]
pub const COPY_THRESH: SockOpt<Integer> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_COPY_THRESH);
/// `PACKET_VNET_HDR`: a `virtio_net_hdr` stands before each packet.
/// Linux 2.6.34; linux/if_packet.h.
#[doc(alias = "PACKET_VNET_HDR")]
pub const VNET_HDR: SockOpt<Flag> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_VNET_HDR);
/// `PACKET_VNET_HDR_SZ`: the size of that header: 10, 12 or 0.
/// Linux 6.4; linux/if_packet.h.
#[doc(alias = "PACKET_VNET_HDR_SZ")]
pub const VNET_HDR_SZ: SockOpt<Integer> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_VNET_HDR_SZ);
/// `PACKET_TIMESTAMP`: which clock stamps frames of the ring: SOF_TIMESTAMPING_*.
/// Linux 2.6.36; packet(7).
#[doc(alias = "PACKET_TIMESTAMP")]
pub const TIMESTAMP: SockOpt<Integer> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_TIMESTAMP);
/// `PACKET_FANOUT`: share what comes with the sockets of a group, and how.
/// Linux 3.1; packet(7).
#[doc(alias = "PACKET_FANOUT")]
pub const FANOUT: SockOpt<FanoutCodec> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_FANOUT);
/// `PACKET_ROLLOVER_STATS`: how often a full socket of the group passed packets on.
/// Linux 4.2; linux/if_packet.h.
#[doc(alias = "PACKET_ROLLOVER_STATS")]
pub const ROLLOVER_STATS: SockOpt<As<RolloverStats>, Get> =
    SockOpt::of(option::PACKET_ROLLOVER_STATS);
/// `PACKET_QDISC_BYPASS`: send past the queueing layer.
/// Linux 3.14; packet(7).
#[doc(alias = "PACKET_QDISC_BYPASS")]
pub const QDISC_BYPASS: SockOpt<Flag> = SockOpt::plain(opt::SOL_PACKET, opt::PACKET_QDISC_BYPASS);
