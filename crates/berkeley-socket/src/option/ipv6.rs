//! Options of IPv6: level IPPROTO_IPV6, ipv6(7), RFC 3493, RFC 3542.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{
    BigEndian, DomainCodec, Flag, Get, Group6Codec, GroupCodec, Integer, List, PathMtu, Set,
    SockOpt, Sockaddr6, SourceGroupCodec, Unsigned,
};

/// `IPV6_V6ONLY`: no IPv4 through mapped addresses; before bind.
/// Linux 2.4.21; ipv6(7).
#[doc(alias = "IPV6_V6ONLY")]
pub const V6ONLY: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_V6ONLY);
/// `IPV6_ADDRFORM`: turn a socket connected to a mapped address into one of IPv4, for handing it on.
/// Linux 2.2; ipv6(7).
#[doc(alias = "IPV6_ADDRFORM")]
pub const ADDRFORM: SockOpt<DomainCodec, Set> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_ADDRFORM);
/// `IPV6_UNICAST_HOPS`: the hop limit of packets, 0 to 255; -1: the route's.
/// Linux 2.2; ipv6(7).
#[doc(alias = "IPV6_UNICAST_HOPS")]
pub const UNICAST_HOPS: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_UNICAST_HOPS);
/// `IPV6_RECVHOPLIMIT`: have the hop limit of received packets delivered.
/// Linux 2.6.14; ipv6(7).
#[doc(alias = "IPV6_RECVHOPLIMIT")]
pub const RECVHOPLIMIT: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVHOPLIMIT);
/// `IPV6_MINHOPCOUNT`: drop what has come further: the least hop limit of received packets: RFC 5082.
/// Linux 2.6.35; linux/in6.h.
#[doc(alias = "IPV6_MINHOPCOUNT")]
pub const MINHOPCOUNT: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MINHOPCOUNT);
/// `IPV6_TCLASS`: the traffic class: DSCP in the upper six bits, ECN in the lower two.
/// Linux 2.6.14; RFC 3542.
#[doc(alias = "IPV6_TCLASS")]
pub const TCLASS: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_TCLASS);
/// `IPV6_RECVTCLASS`: have the traffic class of received packets delivered.
/// Linux 2.6.14; RFC 3542.
#[doc(alias = "IPV6_RECVTCLASS")]
pub const RECVTCLASS: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVTCLASS);
/// `IPV6_MTU`: the path's MTU, on a connected socket; set: a cap.
/// Linux 2.4; ipv6(7).
#[doc(alias = "IPV6_MTU")]
pub const MTU: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MTU);
/// `IPV6_MTU_DISCOVER`: how the path's MTU is found: IPV6_PMTUDISC_*, which are IPv4's.
/// Linux 2.4; ipv6(7).
#[doc(alias = "IPV6_MTU_DISCOVER")]
pub const MTU_DISCOVER: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MTU_DISCOVER);
/// `IPV6_DONTFRAG`: do not fragment: EMSGSIZE instead.
/// Linux 2.6.35; RFC 3542.
#[doc(alias = "IPV6_DONTFRAG")]
pub const DONTFRAG: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_DONTFRAG);
/// `IPV6_RECVPATHMTU`: have changes of the path's MTU delivered.
/// Linux 2.6.35; RFC 3542.
#[doc(alias = "IPV6_RECVPATHMTU")]
pub const RECVPATHMTU: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVPATHMTU);
/// `IPV6_PATHMTU`: what is known of the path's MTU, on a connected socket.
/// Linux 2.6.35; RFC 3542.
#[doc(alias = "IPV6_PATHMTU")]
pub const PATHMTU: SockOpt<PathMtu, Get> = SockOpt::of(option::IPV6_PATHMTU);
/// `IPV6_HDRINCL`: the user writes the IPv6 header (RAW).
/// Linux 4.5; linux/in6.h.
#[doc(alias = "IPV6_HDRINCL")]
pub const HDRINCL: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_HDRINCL);
/// `IPV6_CHECKSUM`: where in the packet the kernel puts the checksum (RAW); -1: nowhere.
/// Linux 2.2; ipv6(7).
#[doc(alias = "IPV6_CHECKSUM")]
pub const CHECKSUM: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_CHECKSUM);
/// `IPV6_FREEBIND`: bind to an address that no interface has yet.
/// Linux 4.15; linux/in6.h.
#[doc(alias = "IPV6_FREEBIND")]
pub const FREEBIND: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_FREEBIND);
/// `IPV6_TRANSPARENT`: bind to addresses of others (CAP_NET_ADMIN).
/// Linux 2.6.37; linux/in6.h.
#[doc(alias = "IPV6_TRANSPARENT")]
pub const TRANSPARENT: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_TRANSPARENT);
/// `IPV6_RECVPKTINFO`: have destination and interface of received packets delivered.
/// Linux 2.6.14; ipv6(7).
#[doc(alias = "IPV6_RECVPKTINFO")]
pub const RECVPKTINFO: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVPKTINFO);
/// `IPV6_PKTINFO`: source address and interface of what is sent, until set to zeros.
/// Linux 2.6.14; RFC 3542.
#[doc(alias = "IPV6_PKTINFO")]
pub const PKTINFO: SockOpt<Group6Codec, Set> = SockOpt::of(option::IPV6_PKTINFO);
/// `IPV6_RECVORIGDSTADDR`: have the destination before any redirection delivered (UDP).
/// Linux 2.6.37; linux/in6.h.
#[doc(alias = "IPV6_RECVORIGDSTADDR")]
pub const RECVORIGDSTADDR: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVORIGDSTADDR);
/// `IP6T_SO_ORIGINAL_DST`: where a connection was going before netfilter redirected it.
/// Linux 3.8; linux/netfilter_ipv6/ip6_tables.h.
#[doc(alias = "IP6T_SO_ORIGINAL_DST")]
pub const ORIGINAL_DST: SockOpt<Sockaddr6, Get> = SockOpt::of(option::IP6T_SO_ORIGINAL_DST);
/// `IPV6_RECVERR`: keep errors of packets sent in the error queue.
/// Linux 2.2; ipv6(7).
#[doc(alias = "IPV6_RECVERR")]
pub const RECVERR: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVERR);
/// `IPV6_RECVERR_RFC4884`: with the extensions of ICMP messages: RFC 4884.
/// Linux 5.9; linux/in6.h.
#[doc(alias = "IPV6_RECVERR_RFC4884")]
pub const RECVERR_RFC4884: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVERR_RFC4884);
/// `IPV6_RECVFRAGSIZE`: have the size of the largest fragment delivered.
/// Linux 4.9; linux/in6.h.
#[doc(alias = "IPV6_RECVFRAGSIZE")]
pub const RECVFRAGSIZE: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVFRAGSIZE);
/// `IPV6_RECVHOPOPTS`: have hop-by-hop options of received packets delivered.
/// Linux 2.6.14; ipv6(7).
#[doc(alias = "IPV6_RECVHOPOPTS")]
pub const RECVHOPOPTS: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVHOPOPTS);
/// `IPV6_HOPOPTS`: the hop-by-hop options header of what is sent, as on the wire (CAP_NET_RAW).
/// Linux 2.6.14; RFC 3542.
#[doc(alias = "IPV6_HOPOPTS")]
pub const HOPOPTS: SockOpt<List<u8>> = SockOpt::of(option::IPV6_HOPOPTS);
/// `IPV6_RECVRTHDR`: have routing headers of received packets delivered.
/// Linux 2.6.14; ipv6(7).
#[doc(alias = "IPV6_RECVRTHDR")]
pub const RECVRTHDR: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVRTHDR);
/// `IPV6_RTHDR`: the routing header of what is sent, as on the wire.
/// Linux 2.6.14; RFC 3542.
#[doc(alias = "IPV6_RTHDR")]
pub const RTHDR: SockOpt<List<u8>> = SockOpt::of(option::IPV6_RTHDR);
/// `IPV6_RECVDSTOPTS`: have destination options of received packets delivered.
/// Linux 2.6.14; ipv6(7).
#[doc(alias = "IPV6_RECVDSTOPTS")]
pub const RECVDSTOPTS: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_RECVDSTOPTS);
/// `IPV6_DSTOPTS`: the destination options header of what is sent, as on the wire (CAP_NET_RAW).
/// Linux 2.6.14; RFC 3542.
#[doc(alias = "IPV6_DSTOPTS")]
pub const DSTOPTS: SockOpt<List<u8>> = SockOpt::of(option::IPV6_DSTOPTS);
/// `IPV6_RTHDRDSTOPTS`: destination options for each hop of a routing header (CAP_NET_RAW).
/// Linux 2.6.14; RFC 3542.
#[doc(alias = "IPV6_RTHDRDSTOPTS")]
pub const RTHDRDSTOPTS: SockOpt<List<u8>> = SockOpt::of(option::IPV6_RTHDRDSTOPTS);
/// `IPV6_ROUTER_ALERT`: take packets to be forwarded that carry this router alert (RAW); -1: none.
/// Linux 2.4; ipv6(7).
#[doc(alias = "IPV6_ROUTER_ALERT")]
pub const ROUTER_ALERT: SockOpt<Integer, Set> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_ROUTER_ALERT);
/// `IPV6_ROUTER_ALERT_ISOLATE`: take those of this network namespace alone.
/// Linux 5.1; linux/in6.h.
#[doc(alias = "IPV6_ROUTER_ALERT_ISOLATE")]
pub const ROUTER_ALERT_ISOLATE: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_ROUTER_ALERT_ISOLATE);
/// `IPV6_FLOWINFO`: have received flow labels delivered as control messages.
/// Linux 2.2; linux/in6.h.
#[doc(alias = "IPV6_FLOWINFO")]
pub const FLOWINFO: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_FLOWINFO);
/// `IPV6_FLOWINFO_SEND`: send the flow label of the address: without it Linux ignores flowinfo.
/// Linux 2.2; linux/in6.h.
#[doc(alias = "IPV6_FLOWINFO_SEND")]
pub const FLOWINFO_SEND: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_FLOWINFO_SEND);
/// `IPV6_AUTOFLOWLABEL`: let the kernel choose flow labels: RFC 6438.
/// Linux 3.17; linux/in6.h.
#[doc(alias = "IPV6_AUTOFLOWLABEL")]
pub const AUTOFLOWLABEL: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_AUTOFLOWLABEL);
/// `IPV6_ADDR_PREFERENCES`: which of the own addresses to prefer: IPV6_PREFER_SRC_*.
/// Linux 2.6.26; RFC 5014.
#[doc(alias = "IPV6_ADDR_PREFERENCES")]
pub const ADDR_PREFERENCES: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_ADDR_PREFERENCES);
/// `IPV6_UNICAST_IF`: the index of the interface that packets leave by; 0: by the route.
/// Linux 3.4; linux/in6.h.
#[doc(alias = "IPV6_UNICAST_IF")]
pub const UNICAST_IF: SockOpt<BigEndian> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_UNICAST_IF);
/// `IPV6_MULTICAST_HOPS`: the hop limit of multicast packets; the default is 1.
/// Linux 2.2; ipv6(7).
#[doc(alias = "IPV6_MULTICAST_HOPS")]
pub const MULTICAST_HOPS: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MULTICAST_HOPS);
/// `IPV6_MULTICAST_IF`: the index of the interface that multicast packets leave by.
/// Linux 2.2; ipv6(7).
#[doc(alias = "IPV6_MULTICAST_IF")]
pub const MULTICAST_IF: SockOpt<Unsigned> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MULTICAST_IF);
/// `IPV6_MULTICAST_LOOP`: receive what this host sends to a group itself.
/// Linux 2.2; ipv6(7).
#[doc(alias = "IPV6_MULTICAST_LOOP")]
pub const MULTICAST_LOOP: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MULTICAST_LOOP);
/// `IPV6_MULTICAST_ALL`: receive from every group that any socket here has joined.
/// Linux 4.20; linux/in6.h.
#[doc(alias = "IPV6_MULTICAST_ALL")]
pub const MULTICAST_ALL: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IPV6, opt::IPV6_MULTICAST_ALL);
/// `IPV6_ADD_MEMBERSHIP`: join a group (IPV6_JOIN_GROUP).
/// Linux 2.2; ipv6(7).
#[doc(alias = "IPV6_ADD_MEMBERSHIP")]
pub const ADD_MEMBERSHIP: SockOpt<Group6Codec, Set> = SockOpt::of(option::IPV6_ADD_MEMBERSHIP);
/// `IPV6_DROP_MEMBERSHIP`: leave a group (IPV6_LEAVE_GROUP).
/// Linux 2.2; ipv6(7).
#[doc(alias = "IPV6_DROP_MEMBERSHIP")]
pub const DROP_MEMBERSHIP: SockOpt<Group6Codec, Set> = SockOpt::of(option::IPV6_DROP_MEMBERSHIP);
/// `IPV6_JOIN_ANYCAST`: answer to an anycast address (CAP_NET_ADMIN).
/// Linux 2.4; linux/in6.h.
#[doc(alias = "IPV6_JOIN_ANYCAST")]
pub const JOIN_ANYCAST: SockOpt<Group6Codec, Set> = SockOpt::of(option::IPV6_JOIN_ANYCAST);
/// `IPV6_LEAVE_ANYCAST`: end what [`JOIN_ANYCAST`] began.
/// Linux 2.4; linux/in6.h.
#[doc(alias = "IPV6_LEAVE_ANYCAST")]
pub const LEAVE_ANYCAST: SockOpt<Group6Codec, Set> = SockOpt::of(option::IPV6_LEAVE_ANYCAST);
/// `MCAST_JOIN_GROUP`: join a group on an interface by its index: RFC 3678.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_JOIN_GROUP")]
pub const JOIN_GROUP: SockOpt<GroupCodec, Set> = SockOpt::of(option::IPV6_MCAST_JOIN_GROUP);
/// `MCAST_LEAVE_GROUP`: leave a group.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_LEAVE_GROUP")]
pub const LEAVE_GROUP: SockOpt<GroupCodec, Set> = SockOpt::of(option::IPV6_MCAST_LEAVE_GROUP);
/// `MCAST_JOIN_SOURCE_GROUP`: join a group for what one source sends: RFC 4607.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_JOIN_SOURCE_GROUP")]
pub const JOIN_SOURCE_GROUP: SockOpt<SourceGroupCodec, Set> =
    SockOpt::of(option::IPV6_MCAST_JOIN_SOURCE_GROUP);
/// `MCAST_LEAVE_SOURCE_GROUP`: end what [`JOIN_SOURCE_GROUP`] began.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_LEAVE_SOURCE_GROUP")]
pub const LEAVE_SOURCE_GROUP: SockOpt<SourceGroupCodec, Set> =
    SockOpt::of(option::IPV6_MCAST_LEAVE_SOURCE_GROUP);
/// `MCAST_BLOCK_SOURCE`: no longer take what one source sends to a group joined.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_BLOCK_SOURCE")]
pub const BLOCK_SOURCE: SockOpt<SourceGroupCodec, Set> =
    SockOpt::of(option::IPV6_MCAST_BLOCK_SOURCE);
/// `MCAST_UNBLOCK_SOURCE`: end what [`BLOCK_SOURCE`] began.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_UNBLOCK_SOURCE")]
pub const UNBLOCK_SOURCE: SockOpt<SourceGroupCodec, Set> =
    SockOpt::of(option::IPV6_MCAST_UNBLOCK_SOURCE);
