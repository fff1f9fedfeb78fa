//! Options of SAE J1939 over CAN: level SOL_CAN_J1939, j1939.rst.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{Flag, Integer, J1939Filter, List, Set, SockOpt};

/// `SO_J1939_FILTER`: which messages to receive: those that pass any of these; none: all.
/// Linux 5.4; j1939.rst.
#[doc(alias = "SO_J1939_FILTER")]
pub const FILTER: SockOpt<List<J1939Filter>, Set> = SockOpt::of(option::SO_J1939_FILTER);
/// `SO_J1939_PROMISC`: receive what is for others too.
/// Linux 5.4; j1939.rst.
#[doc(alias = "SO_J1939_PROMISC")]
pub const PROMISC: SockOpt<Flag> = SockOpt::plain(opt::SOL_CAN_J1939, opt::SO_J1939_PROMISC);
/// `SO_J1939_SEND_PRIO`: the priority of what is sent, 0 (highest) to 7; 0 and 1: CAP_NET_ADMIN.
/// Linux 5.4; j1939.rst.
#[doc(alias = "SO_J1939_SEND_PRIO")]
pub const SEND_PRIO: SockOpt<Integer> = SockOpt::plain(opt::SOL_CAN_J1939, opt::SO_J1939_SEND_PRIO);
/// `SO_J1939_ERRQUEUE`: have the progress of transfers told in the error queue.
/// Linux 5.4; j1939.rst.
#[doc(alias = "SO_J1939_ERRQUEUE")]
pub const ERRQUEUE: SockOpt<Flag> = SockOpt::plain(opt::SOL_CAN_J1939, opt::SO_J1939_ERRQUEUE);
