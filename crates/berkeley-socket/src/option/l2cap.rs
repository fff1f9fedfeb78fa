//! Options of Bluetooth's L2CAP: level SOL_L2CAP, bluetooth/l2cap.h.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{As, BtConnection, Get, L2capOptions, SockOpt, Unsigned};

/// `L2CAP_OPTIONS`: sizes and mode of a channel of BR/EDR.
/// Linux 2.4.6; l2cap.h.
#[doc(alias = "L2CAP_OPTIONS")]
pub const OPTIONS: SockOpt<As<L2capOptions>> = SockOpt::of(option::L2CAP_OPTIONS);
/// `L2CAP_CONNINFO`: the link below.
/// Linux 2.4.21; l2cap.h.
#[doc(alias = "L2CAP_CONNINFO")]
pub const CONNINFO: SockOpt<As<BtConnection>, Get> = SockOpt::of(option::L2CAP_CONNINFO);
/// `L2CAP_LM`: what is asked of the link: L2CAP_LM_*.
/// Linux 2.4.21; l2cap.h.
#[doc(alias = "L2CAP_LM")]
pub const LM: SockOpt<Unsigned> = SockOpt::plain(opt::SOL_L2CAP, opt::L2CAP_LM);
