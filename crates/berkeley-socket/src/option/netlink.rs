//! Options of netlink sockets: level SOL_NETLINK, netlink(7).

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{Flag, Get, MembershipsCodec, Set, SockOpt, Unsigned};

/// `NETLINK_ADD_MEMBERSHIP`: join a group by its number, also one above 32.
/// Linux 2.6.14; netlink(7).
#[doc(alias = "NETLINK_ADD_MEMBERSHIP")]
pub const ADD_MEMBERSHIP: SockOpt<Unsigned, Set> =
    SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_ADD_MEMBERSHIP);
/// `NETLINK_DROP_MEMBERSHIP`: leave a group.
/// Linux 2.6.14; netlink(7).
#[doc(alias = "NETLINK_DROP_MEMBERSHIP")]
pub const DROP_MEMBERSHIP: SockOpt<Unsigned, Set> =
    SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_DROP_MEMBERSHIP);
/// `NETLINK_LIST_MEMBERSHIPS`: the groups joined, by number.
/// Linux 4.2; netlink(7).
#[doc(alias = "NETLINK_LIST_MEMBERSHIPS")]
pub const LIST_MEMBERSHIPS: SockOpt<MembershipsCodec, Get> =
    SockOpt::of(option::NETLINK_LIST_MEMBERSHIPS);
/// `NETLINK_PKTINFO`: have the group of received messages delivered.
/// Linux 2.6.14; netlink(7).
#[doc(alias = "NETLINK_PKTINFO")]
pub const PKTINFO: SockOpt<Flag> = SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_PKTINFO);
/// `NETLINK_BROADCAST_ERROR`: have a broadcast say which deliveries failed.
/// Linux 2.6.30; netlink(7).
#[doc(alias = "NETLINK_BROADCAST_ERROR")]
pub const BROADCAST_ERROR: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_BROADCAST_ERROR);
/// `NETLINK_NO_ENOBUFS`: lose messages silently when the queue overflows.
/// Linux 2.6.30; netlink(7).
#[doc(alias = "NETLINK_NO_ENOBUFS")]
pub const NO_ENOBUFS: SockOpt<Flag> = SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_NO_ENOBUFS);
/// `NETLINK_LISTEN_ALL_NSID`: hear every network namespace that has a number in this one (CAP_NET_BROADCAST).
/// Linux 4.2; netlink(7).
#[doc(alias = "NETLINK_LISTEN_ALL_NSID")]
pub const LISTEN_ALL_NSID: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_LISTEN_ALL_NSID);
/// `NETLINK_CAP_ACK`: do not repeat the request in an acknowledgement.
/// Linux 4.3; netlink(7).
#[doc(alias = "NETLINK_CAP_ACK")]
pub const CAP_ACK: SockOpt<Flag> = SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_CAP_ACK);
/// `NETLINK_EXT_ACK`: have the kernel say in words what it refuses.
/// Linux 4.12; linux/netlink.h.
#[doc(alias = "NETLINK_EXT_ACK")]
pub const EXT_ACK: SockOpt<Flag> = SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_EXT_ACK);
/// `NETLINK_GET_STRICT_CHK`: have dump requests checked, and filtered by what they say.
/// Linux 4.20; linux/netlink.h.
#[doc(alias = "NETLINK_GET_STRICT_CHK")]
pub const GET_STRICT_CHK: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_GET_STRICT_CHK);
