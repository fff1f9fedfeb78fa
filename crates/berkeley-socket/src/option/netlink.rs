//! Options of netlink sockets: level SOL_NETLINK, netlink(7).

use berkeley_sys::number::opt;

use super::{Flag, Integer, Set, SockOpt};

/// `NETLINK_ADD_MEMBERSHIP`: join a group by its number, also one above 32.
#[doc(alias = "NETLINK_ADD_MEMBERSHIP")]
pub const ADD_MEMBERSHIP: SockOpt<Integer, Set> =
    SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_ADD_MEMBERSHIP);
/// `NETLINK_DROP_MEMBERSHIP`: leave a group.
#[doc(alias = "NETLINK_DROP_MEMBERSHIP")]
pub const DROP_MEMBERSHIP: SockOpt<Integer, Set> =
    SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_DROP_MEMBERSHIP);
/// `NETLINK_EXT_ACK`: have the kernel say in words what it refuses.
#[doc(alias = "NETLINK_EXT_ACK")]
pub const EXT_ACK: SockOpt<Flag> = SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_EXT_ACK);
/// `NETLINK_CAP_ACK`: do not repeat the request in an acknowledgement.
#[doc(alias = "NETLINK_CAP_ACK")]
pub const CAP_ACK: SockOpt<Flag> = SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_CAP_ACK);
/// `NETLINK_NO_ENOBUFS`: lose messages silently when the queue overflows.
#[doc(alias = "NETLINK_NO_ENOBUFS")]
pub const NO_ENOBUFS: SockOpt<Flag> = SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_NO_ENOBUFS);
/// `NETLINK_BROADCAST_ERROR`: have a broadcast say which deliveries failed.
#[doc(alias = "NETLINK_BROADCAST_ERROR")]
pub const BROADCAST_ERROR: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_BROADCAST_ERROR);
/// `NETLINK_GET_STRICT_CHK`: have dump requests checked, and filtered by what they say.
#[doc(alias = "NETLINK_GET_STRICT_CHK")]
pub const GET_STRICT_CHK: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_NETLINK, opt::NETLINK_GET_STRICT_CHK);
