//! Options of ISO 15765-2 transport over CAN: level SOL_CAN_ISOTP, iso15765-2.rst. Before bind.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{As, IsoTpFlowControl, IsoTpLink, IsoTpOptions, Nanos, SockOpt};

/// `CAN_ISOTP_OPTS`: flags CAN_ISOTP_*, addressing and padding.
/// Linux 5.10; linux/can/isotp.h.
#[doc(alias = "CAN_ISOTP_OPTS")]
pub const OPTS: SockOpt<As<IsoTpOptions>> = SockOpt::of(option::CAN_ISOTP_OPTS);
/// `CAN_ISOTP_RECV_FC`: what is asked of the sender: block size, separation, waits.
/// Linux 5.10; linux/can/isotp.h.
#[doc(alias = "CAN_ISOTP_RECV_FC")]
pub const RECV_FC: SockOpt<As<IsoTpFlowControl>> = SockOpt::of(option::CAN_ISOTP_RECV_FC);
/// `CAN_ISOTP_TX_STMIN`: the separation of frames sent, whatever the peer asks.
/// Linux 5.10; linux/can/isotp.h.
#[doc(alias = "CAN_ISOTP_TX_STMIN")]
pub const TX_STMIN: SockOpt<Nanos> = SockOpt::plain(opt::SOL_CAN_ISOTP, opt::CAN_ISOTP_TX_STMIN);
/// `CAN_ISOTP_RX_STMIN`: ignore frames that come closer than so.
/// Linux 5.10; linux/can/isotp.h.
#[doc(alias = "CAN_ISOTP_RX_STMIN")]
pub const RX_STMIN: SockOpt<Nanos> = SockOpt::plain(opt::SOL_CAN_ISOTP, opt::CAN_ISOTP_RX_STMIN);
/// `CAN_ISOTP_LL_OPTS`: classic CAN or CAN FD, and how long its frames are.
/// Linux 5.10; linux/can/isotp.h.
#[doc(alias = "CAN_ISOTP_LL_OPTS")]
pub const LL_OPTS: SockOpt<As<IsoTpLink>> = SockOpt::of(option::CAN_ISOTP_LL_OPTS);
