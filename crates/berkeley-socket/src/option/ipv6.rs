//! Options of IPv6: level IPPROTO_IPV6, ipv6(7), RFC 3493, RFC 3542.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{Flag, Group6Codec, Integer, Set, SockOpt};

/// `IPV6_V6ONLY`: no IPv4 through mapped addresses; before bind.
#[doc(alias = "IPV6_V6ONLY")]
pub const V6ONLY: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_V6ONLY);
/// `IPV6_UNICAST_HOPS`: the hop limit of packets, 0 to 255; -1: the route's.
#[doc(alias = "IPV6_UNICAST_HOPS")]
pub const UNICAST_HOPS: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_UNICAST_HOPS);
/// `IPV6_TCLASS`: the traffic class: DSCP in the upper six bits, ECN in the lower two.
#[doc(alias = "IPV6_TCLASS")]
pub const TCLASS: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_TCLASS);
/// `IPV6_MTU`: the path's MTU, on a connected socket; set: a cap.
#[doc(alias = "IPV6_MTU")]
pub const MTU: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MTU);
/// `IPV6_MTU_DISCOVER`: how the path's MTU is found: IPV6_PMTUDISC_*, which are IPv4's.
#[doc(alias = "IPV6_MTU_DISCOVER")]
pub const MTU_DISCOVER: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MTU_DISCOVER);
/// `IPV6_FREEBIND`: bind to an address that no interface has yet.
#[doc(alias = "IPV6_FREEBIND")]
pub const FREEBIND: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_FREEBIND);
/// `IPV6_TRANSPARENT`: bind to addresses of others (CAP_NET_ADMIN).
#[doc(alias = "IPV6_TRANSPARENT")]
pub const TRANSPARENT: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_TRANSPARENT);
/// `IPV6_FLOWINFO`: have received flow labels delivered as control messages.
#[doc(alias = "IPV6_FLOWINFO")]
pub const FLOWINFO: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_FLOWINFO);
/// `IPV6_FLOWINFO_SEND`: send the flow label of the address: without it Linux ignores flowinfo.
#[doc(alias = "IPV6_FLOWINFO_SEND")]
pub const FLOWINFO_SEND: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_FLOWINFO_SEND);
/// `IPV6_AUTOFLOWLABEL`: let the kernel choose flow labels: RFC 6438.
#[doc(alias = "IPV6_AUTOFLOWLABEL")]
pub const AUTOFLOWLABEL: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_AUTOFLOWLABEL);
/// `IPV6_MULTICAST_HOPS`: the hop limit of multicast packets; the default is 1.
#[doc(alias = "IPV6_MULTICAST_HOPS")]
pub const MULTICAST_HOPS: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MULTICAST_HOPS);
/// `IPV6_MULTICAST_IF`: the index of the interface that multicast packets leave by.
#[doc(alias = "IPV6_MULTICAST_IF")]
pub const MULTICAST_IF: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MULTICAST_IF);
/// `IPV6_MULTICAST_LOOP`: receive what this host sends to a group itself.
#[doc(alias = "IPV6_MULTICAST_LOOP")]
pub const MULTICAST_LOOP: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MULTICAST_LOOP);
/// `IPV6_ADD_MEMBERSHIP`: join a group (IPV6_JOIN_GROUP).
#[doc(alias = "IPV6_ADD_MEMBERSHIP")]
pub const ADD_MEMBERSHIP: SockOpt<Group6Codec, Set> = SockOpt::of(option::IPV6_ADD_MEMBERSHIP);
/// `IPV6_DROP_MEMBERSHIP`: leave a group (IPV6_LEAVE_GROUP).
#[doc(alias = "IPV6_DROP_MEMBERSHIP")]
pub const DROP_MEMBERSHIP: SockOpt<Group6Codec, Set> = SockOpt::of(option::IPV6_DROP_MEMBERSHIP);
