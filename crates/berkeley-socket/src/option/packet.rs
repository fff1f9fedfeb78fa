//! Options of packet sockets: level SOL_PACKET, packet(7).

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{Flag, PacketGroupCodec, Set, SockOpt};

/// `PACKET_IGNORE_OUTGOING`: do not see what this host sends.
#[doc(alias = "PACKET_IGNORE_OUTGOING")]
pub const IGNORE_OUTGOING: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_PACKET, opt::PACKET_IGNORE_OUTGOING);
/// `PACKET_ADD_MEMBERSHIP`: let more through an interface: promiscuous, or groups.
#[doc(alias = "PACKET_ADD_MEMBERSHIP")]
pub const ADD_MEMBERSHIP: SockOpt<PacketGroupCodec, Set> =
    SockOpt::of(option::PACKET_ADD_MEMBERSHIP);
/// `PACKET_DROP_MEMBERSHIP`: end what [`ADD_MEMBERSHIP`] began.
#[doc(alias = "PACKET_DROP_MEMBERSHIP")]
pub const DROP_MEMBERSHIP: SockOpt<PacketGroupCodec, Set> =
    SockOpt::of(option::PACKET_DROP_MEMBERSHIP);
