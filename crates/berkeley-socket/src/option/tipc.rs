//! Options of TIPC: level SOL_TIPC, linux/tipc.h.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{As, Flag, Get, Integer, Millis, Set, SockOpt, TipcGroup, Unsigned};

/// `TIPC_IMPORTANCE`: how late what is sent is dropped: TIPC_LOW_IMPORTANCE 0 to TIPC_CRITICAL_IMPORTANCE 3.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_IMPORTANCE")]
pub const IMPORTANCE: SockOpt<Unsigned> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_IMPORTANCE);
/// `TIPC_SRC_DROPPABLE`: drop what cannot be sent, rather than wait.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_SRC_DROPPABLE")]
pub const SRC_DROPPABLE: SockOpt<Flag> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_SRC_DROPPABLE);
/// `TIPC_DEST_DROPPABLE`: drop what cannot be delivered, rather than return it.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_DEST_DROPPABLE")]
pub const DEST_DROPPABLE: SockOpt<Flag> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_DEST_DROPPABLE);
/// `TIPC_CONN_TIMEOUT`: how long connect may take.
/// Linux 2.6.39; linux/tipc.h.
#[doc(alias = "TIPC_CONN_TIMEOUT")]
pub const CONN_TIMEOUT: SockOpt<Millis> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_CONN_TIMEOUT);
/// `TIPC_NODE_RECVQ_DEPTH`: messages waiting on this node; 0 since Linux 3.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_NODE_RECVQ_DEPTH")]
pub const NODE_RECVQ_DEPTH: SockOpt<Unsigned, Get> =
    SockOpt::plain(opt::SOL_TIPC, opt::TIPC_NODE_RECVQ_DEPTH);
/// `TIPC_SOCK_RECVQ_DEPTH`: messages waiting on this socket.
/// Linux 2.6.16; linux/tipc.h.
#[doc(alias = "TIPC_SOCK_RECVQ_DEPTH")]
pub const SOCK_RECVQ_DEPTH: SockOpt<Unsigned, Get> =
    SockOpt::plain(opt::SOL_TIPC, opt::TIPC_SOCK_RECVQ_DEPTH);
/// `TIPC_SOCK_RECVQ_USED`: bytes waiting on this socket.
/// Linux 4.20; linux/tipc.h.
#[doc(alias = "TIPC_SOCK_RECVQ_USED")]
pub const SOCK_RECVQ_USED: SockOpt<Unsigned, Get> =
    SockOpt::plain(opt::SOL_TIPC, opt::TIPC_SOCK_RECVQ_USED);
/// `TIPC_MCAST_BROADCAST`: multicast by broadcast, whatever the kernel would choose; the value counts for nothing.
/// Linux 4.11; linux/tipc.h.
#[doc(alias = "TIPC_MCAST_BROADCAST")]
pub const MCAST_BROADCAST: SockOpt<Integer, Set> =
    SockOpt::plain(opt::SOL_TIPC, opt::TIPC_MCAST_BROADCAST);
/// `TIPC_MCAST_REPLICAST`: multicast by one copy a node, whatever the kernel would choose; likewise.
/// Linux 4.11; linux/tipc.h.
#[doc(alias = "TIPC_MCAST_REPLICAST")]
pub const MCAST_REPLICAST: SockOpt<Integer, Set> =
    SockOpt::plain(opt::SOL_TIPC, opt::TIPC_MCAST_REPLICAST);
/// `TIPC_GROUP_JOIN`: join a communication group.
/// Linux 4.15; linux/tipc.h.
#[doc(alias = "TIPC_GROUP_JOIN")]
pub const GROUP_JOIN: SockOpt<As<TipcGroup>, Set> = SockOpt::of(option::TIPC_GROUP_JOIN);
/// `TIPC_GROUP_LEAVE`: leave the communication group; the value counts for nothing.
/// Linux 4.15; linux/tipc.h.
#[doc(alias = "TIPC_GROUP_LEAVE")]
pub const GROUP_LEAVE: SockOpt<Integer, Set> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_GROUP_LEAVE);
/// `TIPC_NODELAY`: do not gather small messages.
/// Linux 5.5; linux/tipc.h.
#[doc(alias = "TIPC_NODELAY")]
pub const NODELAY: SockOpt<Flag> = SockOpt::plain(opt::SOL_TIPC, opt::TIPC_NODELAY);
