//! Control messages of netlink: netlink(7).

use super::{ControlKind, Int, Uint};

/// The level.
const SOL_NETLINK: i32 = 270;

/// `NETLINK_PKTINFO`: the number of the group that the message was for, after NETLINK_PKTINFO; 0: it was not.
#[doc(alias = "NETLINK_PKTINFO")]
pub const PKTINFO: ControlKind<Uint> = ControlKind::new(SOL_NETLINK, 3);
/// `NETLINK_LISTEN_ALL_NSID`: the network namespace that the message is from, after NETLINK_LISTEN_ALL_NSID.
#[doc(alias = "NETLINK_LISTEN_ALL_NSID")]
pub const LISTEN_ALL_NSID: ControlKind<Int> = ControlKind::new(SOL_NETLINK, 8);
