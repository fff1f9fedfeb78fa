//! Options of IPv4: level IPPROTO_IP, ip(7).

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{Flag, Get, Group4Codec, Integer, Set, SockOpt};

/// `IP_TTL`: the hop limit of packets, 1 to 255; -1: the default of the system.
#[doc(alias = "IP_TTL")]
pub const TTL: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_TTL);
/// `IP_TOS`: the type of service: DSCP in the upper six bits, ECN in the lower two.
#[doc(alias = "IP_TOS")]
pub const TOS: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_TOS);
/// `IP_MTU`: what is known of the path's MTU, on a connected socket.
#[doc(alias = "IP_MTU")]
pub const MTU: SockOpt<Integer, Get> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MTU);
/// `IP_MTU_DISCOVER`: how the path's MTU is found: IP_PMTUDISC_*.
#[doc(alias = "IP_MTU_DISCOVER")]
pub const MTU_DISCOVER: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MTU_DISCOVER);
/// `IP_HDRINCL`: the user writes the IP header (RAW).
#[doc(alias = "IP_HDRINCL")]
pub const HDRINCL: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_HDRINCL);
/// `IP_FREEBIND`: bind to an address that no interface has yet.
#[doc(alias = "IP_FREEBIND")]
pub const FREEBIND: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_FREEBIND);
/// `IP_TRANSPARENT`: bind to addresses of others (CAP_NET_ADMIN).
#[doc(alias = "IP_TRANSPARENT")]
pub const TRANSPARENT: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_TRANSPARENT);
/// `IP_BIND_ADDRESS_NO_PORT`: leave the port to connect, when bound to port 0.
#[doc(alias = "IP_BIND_ADDRESS_NO_PORT")]
pub const BIND_ADDRESS_NO_PORT: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_IP, opt::IP_BIND_ADDRESS_NO_PORT);
/// `IP_MULTICAST_TTL`: the hop limit of multicast packets; the default is 1.
#[doc(alias = "IP_MULTICAST_TTL")]
pub const MULTICAST_TTL: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MULTICAST_TTL);
/// `IP_MULTICAST_LOOP`: receive what this host sends to a group itself.
#[doc(alias = "IP_MULTICAST_LOOP")]
pub const MULTICAST_LOOP: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MULTICAST_LOOP);
/// `IP_MULTICAST_ALL`: receive from every group that any socket here has joined.
#[doc(alias = "IP_MULTICAST_ALL")]
pub const MULTICAST_ALL: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MULTICAST_ALL);
/// `IP_MULTICAST_IF`: the interface that multicast packets leave by (the group counts for nothing).
#[doc(alias = "IP_MULTICAST_IF")]
pub const MULTICAST_IF: SockOpt<Group4Codec, Set> = SockOpt::of(option::IP_MULTICAST_IF);
/// `IP_ADD_MEMBERSHIP`: join a group.
#[doc(alias = "IP_ADD_MEMBERSHIP")]
pub const ADD_MEMBERSHIP: SockOpt<Group4Codec, Set> = SockOpt::of(option::IP_ADD_MEMBERSHIP);
/// `IP_DROP_MEMBERSHIP`: leave a group.
#[doc(alias = "IP_DROP_MEMBERSHIP")]
pub const DROP_MEMBERSHIP: SockOpt<Group4Codec, Set> = SockOpt::of(option::IP_DROP_MEMBERSHIP);
