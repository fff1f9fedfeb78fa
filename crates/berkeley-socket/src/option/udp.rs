//! Options of UDP: level IPPROTO_UDP, udp(7).

use berkeley_sys::number::opt;

use super::{Flag, Integer, SockOpt};

/// `UDP_CORK`: gather what is sent into one datagram until it is cleared.
/// Linux 2.5.44; udp(7).
#[doc(alias = "UDP_CORK")]
pub const CORK: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_UDP, opt::UDP_CORK);
/// `UDP_SEGMENT`: cut each send into datagrams of so many bytes (GSO).
/// Linux 4.18; udp(7).
#[doc(alias = "UDP_SEGMENT")]
pub const SEGMENT: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_UDP, opt::UDP_SEGMENT);
/// `UDP_GRO`: receive runs of datagrams as one.
/// Linux 5.0; udp(7).
#[doc(alias = "UDP_GRO")]
pub const GRO: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_UDP, opt::UDP_GRO);
/// `UDP_ENCAP`: what is inside: UDP_ENCAP_*, such as ESP: RFC 3948.
/// Linux 2.5.67; udp(7).
#[doc(alias = "UDP_ENCAP")]
pub const ENCAP: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_UDP, opt::UDP_ENCAP);
/// `UDP_NO_CHECK6_TX`: send without a checksum over IPv6: RFC 6936.
/// Linux 3.16; linux/udp.h.
#[doc(alias = "UDP_NO_CHECK6_TX")]
pub const NO_CHECK6_TX: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_UDP, opt::UDP_NO_CHECK6_TX);
/// `UDP_NO_CHECK6_RX`: take what has no checksum over IPv6: RFC 6936.
/// Linux 3.16; linux/udp.h.
#[doc(alias = "UDP_NO_CHECK6_RX")]
pub const NO_CHECK6_RX: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_UDP, opt::UDP_NO_CHECK6_RX);
