//! Options of IPv4: level IPPROTO_IP, ip(7).

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{
    BigEndian, Flag, Get, Group4Codec, GroupCodec, Integer, List, PortRange, Set, SockOpt,
    Sockaddr4, Source4Codec, SourceGroupCodec,
};

/// `IP_TTL`: the hop limit of packets, 1 to 255; -1: the default of the system.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_TTL")]
pub const TTL: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_TTL);
/// `IP_RECVTTL`: have the hop limit of received packets delivered.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_RECVTTL")]
pub const RECVTTL: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_RECVTTL);
/// `IP_MINTTL`: drop what has come further: the least hop limit of received packets, 0 to 255: RFC 5082.
/// Linux 2.6.34; linux/in.h.
#[doc(alias = "IP_MINTTL")]
pub const MINTTL: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MINTTL);
/// `IP_TOS`: the type of service: DSCP in the upper six bits, ECN in the lower two.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_TOS")]
pub const TOS: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_TOS);
/// `IP_RECVTOS`: have the type of service of received packets delivered.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_RECVTOS")]
pub const RECVTOS: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_RECVTOS);
/// `IP_MTU`: what is known of the path's MTU, on a connected socket.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_MTU")]
pub const MTU: SockOpt<Integer, Get> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MTU);
/// `IP_MTU_DISCOVER`: how the path's MTU is found: IP_PMTUDISC_*.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_MTU_DISCOVER")]
pub const MTU_DISCOVER: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MTU_DISCOVER);
/// `IP_HDRINCL`: the user writes the IP header (RAW).
/// Linux 2.2; ip(7).
#[doc(alias = "IP_HDRINCL")]
pub const HDRINCL: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_HDRINCL);
/// `IP_FREEBIND`: bind to an address that no interface has yet.
/// Linux 2.4; ip(7).
#[doc(alias = "IP_FREEBIND")]
pub const FREEBIND: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_FREEBIND);
/// `IP_TRANSPARENT`: bind to addresses of others (CAP_NET_ADMIN).
/// Linux 2.6.24; ip(7).
#[doc(alias = "IP_TRANSPARENT")]
pub const TRANSPARENT: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_TRANSPARENT);
/// `IP_BIND_ADDRESS_NO_PORT`: leave the port to connect, when bound to port 0.
/// Linux 4.2; ip(7).
#[doc(alias = "IP_BIND_ADDRESS_NO_PORT")]
pub const BIND_ADDRESS_NO_PORT: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_IP, opt::IP_BIND_ADDRESS_NO_PORT);
/// `IP_LOCAL_PORT_RANGE`: the ports that the kernel chooses from for this socket; `None`: the system's.
/// Linux 6.3; ip(7).
#[doc(alias = "IP_LOCAL_PORT_RANGE")]
pub const LOCAL_PORT_RANGE: SockOpt<PortRange> =
    SockOpt::plain(opt::IPPROTO_IP, opt::IP_LOCAL_PORT_RANGE);
/// `IP_PROTOCOL`: the protocol a raw socket was opened with, also above 255.
/// Linux 6.4; linux/in.h.
#[doc(alias = "IP_PROTOCOL")]
pub const PROTOCOL: SockOpt<Integer, Get> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_PROTOCOL);
/// `IP_OPTIONS`: the options in the header of what is sent, as on the wire, at most 40 bytes.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_OPTIONS")]
pub const OPTIONS: SockOpt<List<u8>> = SockOpt::of(option::IP_OPTIONS);
/// `IP_RECVOPTS`: have the IP options of received packets delivered.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_RECVOPTS")]
pub const RECVOPTS: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_RECVOPTS);
/// `IP_RETOPTS`: have them delivered turned round, ready to answer with (IP_RECVRETOPTS).
/// Linux 2.2; ip(7).
#[doc(alias = "IP_RETOPTS")]
pub const RETOPTS: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_RETOPTS);
/// `IP_ROUTER_ALERT`: take packets to be forwarded that carry the router alert option (RAW, CAP_NET_ADMIN).
/// Linux 2.2; ip(7).
#[doc(alias = "IP_ROUTER_ALERT")]
pub const ROUTER_ALERT: SockOpt<Flag, Set> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_ROUTER_ALERT);
/// `IP_NODEFRAG`: do not reassemble what is sent (RAW).
/// Linux 2.6.36; ip(7).
#[doc(alias = "IP_NODEFRAG")]
pub const NODEFRAG: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_NODEFRAG);
/// `IP_PKTINFO`: have destination and interface of received packets delivered.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_PKTINFO")]
pub const PKTINFO: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_PKTINFO);
/// `IP_RECVORIGDSTADDR`: have the destination before any redirection delivered (UDP).
/// Linux 2.6.29; ip(7).
#[doc(alias = "IP_RECVORIGDSTADDR")]
pub const RECVORIGDSTADDR: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_RECVORIGDSTADDR);
/// `IP_RECVERR`: keep errors of packets sent in the error queue.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_RECVERR")]
pub const RECVERR: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_RECVERR);
/// `IP_RECVERR_RFC4884`: with the extensions of ICMP messages: RFC 4884.
/// Linux 5.9; linux/in.h.
#[doc(alias = "IP_RECVERR_RFC4884")]
pub const RECVERR_RFC4884: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_RECVERR_RFC4884);
/// `IP_RECVFRAGSIZE`: have the size of the largest fragment delivered.
/// Linux 4.9; linux/in.h.
#[doc(alias = "IP_RECVFRAGSIZE")]
pub const RECVFRAGSIZE: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_RECVFRAGSIZE);
/// `IP_CHECKSUM`: have the checksum of received packets delivered (UDP).
/// Linux 4.0; linux/in.h.
#[doc(alias = "IP_CHECKSUM")]
pub const CHECKSUM: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_CHECKSUM);
/// `IP_PASSSEC`: have the security label of received packets delivered.
/// Linux 2.6.17; linux/in.h.
#[doc(alias = "IP_PASSSEC")]
pub const PASSSEC: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_PASSSEC);
/// `IP_UNICAST_IF`: the index of the interface that packets leave by; 0: by the route.
/// Linux 3.4; linux/in.h.
#[doc(alias = "IP_UNICAST_IF")]
pub const UNICAST_IF: SockOpt<BigEndian> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_UNICAST_IF);
/// `IP_MULTICAST_TTL`: the hop limit of multicast packets; the default is 1.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_MULTICAST_TTL")]
pub const MULTICAST_TTL: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MULTICAST_TTL);
/// `IP_MULTICAST_LOOP`: receive what this host sends to a group itself.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_MULTICAST_LOOP")]
pub const MULTICAST_LOOP: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MULTICAST_LOOP);
/// `IP_MULTICAST_ALL`: receive from every group that any socket here has joined.
/// Linux 2.6.31; ip(7).
#[doc(alias = "IP_MULTICAST_ALL")]
pub const MULTICAST_ALL: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_IP, opt::IP_MULTICAST_ALL);
/// `IP_MULTICAST_IF`: the interface that multicast packets leave by (the group counts for nothing).
/// Linux 2.2; ip(7).
#[doc(alias = "IP_MULTICAST_IF")]
pub const MULTICAST_IF: SockOpt<Group4Codec, Set> = SockOpt::of(option::IP_MULTICAST_IF);
/// `IP_ADD_MEMBERSHIP`: join a group.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_ADD_MEMBERSHIP")]
pub const ADD_MEMBERSHIP: SockOpt<Group4Codec, Set> = SockOpt::of(option::IP_ADD_MEMBERSHIP);
/// `IP_DROP_MEMBERSHIP`: leave a group.
/// Linux 2.2; ip(7).
#[doc(alias = "IP_DROP_MEMBERSHIP")]
pub const DROP_MEMBERSHIP: SockOpt<Group4Codec, Set> = SockOpt::of(option::IP_DROP_MEMBERSHIP);
/// `IP_ADD_SOURCE_MEMBERSHIP`: join a group for what one source sends: RFC 4607.
/// Linux 2.5.68; ip(7).
#[doc(alias = "IP_ADD_SOURCE_MEMBERSHIP")]
pub const ADD_SOURCE_MEMBERSHIP: SockOpt<Source4Codec, Set> =
    SockOpt::of(option::IP_ADD_SOURCE_MEMBERSHIP);
/// `IP_DROP_SOURCE_MEMBERSHIP`: end what [`ADD_SOURCE_MEMBERSHIP`] began.
/// Linux 2.5.68; ip(7).
#[doc(alias = "IP_DROP_SOURCE_MEMBERSHIP")]
pub const DROP_SOURCE_MEMBERSHIP: SockOpt<Source4Codec, Set> =
    SockOpt::of(option::IP_DROP_SOURCE_MEMBERSHIP);
/// `IP_BLOCK_SOURCE`: no longer take what one source sends to a group joined.
/// Linux 2.5.68; ip(7).
#[doc(alias = "IP_BLOCK_SOURCE")]
pub const BLOCK_SOURCE: SockOpt<Source4Codec, Set> = SockOpt::of(option::IP_BLOCK_SOURCE);
/// `IP_UNBLOCK_SOURCE`: end what [`BLOCK_SOURCE`] began.
/// Linux 2.5.68; ip(7).
#[doc(alias = "IP_UNBLOCK_SOURCE")]
pub const UNBLOCK_SOURCE: SockOpt<Source4Codec, Set> = SockOpt::of(option::IP_UNBLOCK_SOURCE);
/// `MCAST_JOIN_GROUP`: join a group on an interface by its index: RFC 3678.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_JOIN_GROUP")]
pub const JOIN_GROUP: SockOpt<GroupCodec, Set> = SockOpt::of(option::IP_MCAST_JOIN_GROUP);
/// `MCAST_LEAVE_GROUP`: leave a group.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_LEAVE_GROUP")]
pub const LEAVE_GROUP: SockOpt<GroupCodec, Set> = SockOpt::of(option::IP_MCAST_LEAVE_GROUP);
/// `MCAST_JOIN_SOURCE_GROUP`: join a group for what one source sends.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_JOIN_SOURCE_GROUP")]
pub const JOIN_SOURCE_GROUP: SockOpt<SourceGroupCodec, Set> =
    SockOpt::of(option::IP_MCAST_JOIN_SOURCE_GROUP);
/// `MCAST_LEAVE_SOURCE_GROUP`: end what [`JOIN_SOURCE_GROUP`] began.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_LEAVE_SOURCE_GROUP")]
pub const LEAVE_SOURCE_GROUP: SockOpt<SourceGroupCodec, Set> =
    SockOpt::of(option::IP_MCAST_LEAVE_SOURCE_GROUP);
/// `MCAST_BLOCK_SOURCE`: no longer take what one source sends to a group joined, as RFC 3678 says it.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_BLOCK_SOURCE")]
pub const JOINED_BLOCK_SOURCE: SockOpt<SourceGroupCodec, Set> =
    SockOpt::of(option::IP_MCAST_BLOCK_SOURCE);
/// `MCAST_UNBLOCK_SOURCE`: end what [`JOINED_BLOCK_SOURCE`] began.
/// Linux 2.5.68; linux/in.h.
#[doc(alias = "MCAST_UNBLOCK_SOURCE")]
pub const JOINED_UNBLOCK_SOURCE: SockOpt<SourceGroupCodec, Set> =
    SockOpt::of(option::IP_MCAST_UNBLOCK_SOURCE);
/// `SO_ORIGINAL_DST`: where a connection was going before netfilter redirected it.
/// Linux 2.4; linux/netfilter_ipv4.h.
#[doc(alias = "SO_ORIGINAL_DST")]
pub const ORIGINAL_DST: SockOpt<Sockaddr4, Get> = SockOpt::of(option::SO_ORIGINAL_DST);
