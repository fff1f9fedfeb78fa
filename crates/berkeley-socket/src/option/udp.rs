//! Options of UDP: level IPPROTO_UDP, udp(7).

use berkeley_sys::number::opt;

use super::{Flag, Integer, SockOpt};

/// `UDP_CORK`: gather what is sent into one datagram until it is cleared.
#[doc(alias = "UDP_CORK")]
pub const CORK: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_UDP, opt::UDP_CORK);
/// `UDP_SEGMENT`: cut each send into datagrams of so many bytes (GSO).
#[doc(alias = "UDP_SEGMENT")]
pub const SEGMENT: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_UDP, opt::UDP_SEGMENT);
/// `UDP_GRO`: receive runs of datagrams as one.
#[doc(alias = "UDP_GRO")]
pub const GRO: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_UDP, opt::UDP_GRO);
