//! Options of raw CAN sockets: level SOL_CAN_RAW, can.rst.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{As, CanFilter, CanXlVcid, Flag, List, SockOpt, Unsigned};

/// `CAN_RAW_FILTER`: which frames to receive: those that pass any of these, of which there are at most 512; none: no frame.
/// Linux 2.6.25; can.rst.
#[doc(alias = "CAN_RAW_FILTER")]
pub const FILTER: SockOpt<List<CanFilter>> = SockOpt::of(option::CAN_RAW_FILTER);
/// `CAN_RAW_ERR_FILTER`: which error frames to receive: CAN_ERR_*.
/// Linux 2.6.25; can.rst.
#[doc(alias = "CAN_RAW_ERR_FILTER")]
pub const ERR_FILTER: SockOpt<Unsigned> = SockOpt::plain(opt::SOL_CAN_RAW, opt::CAN_RAW_ERR_FILTER);
/// `CAN_RAW_LOOPBACK`: other sockets of this host see what is sent.
/// Linux 2.6.25; can.rst.
#[doc(alias = "CAN_RAW_LOOPBACK")]
pub const LOOPBACK: SockOpt<Flag> = SockOpt::plain(opt::SOL_CAN_RAW, opt::CAN_RAW_LOOPBACK);
/// `CAN_RAW_RECV_OWN_MSGS`: see what this socket sends.
/// Linux 2.6.25; can.rst.
#[doc(alias = "CAN_RAW_RECV_OWN_MSGS")]
pub const RECV_OWN_MSGS: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_CAN_RAW, opt::CAN_RAW_RECV_OWN_MSGS);
/// `CAN_RAW_FD_FRAMES`: send and receive CAN FD frames.
/// Linux 3.6; can.rst.
#[doc(alias = "CAN_RAW_FD_FRAMES")]
pub const FD_FRAMES: SockOpt<Flag> = SockOpt::plain(opt::SOL_CAN_RAW, opt::CAN_RAW_FD_FRAMES);
/// `CAN_RAW_JOIN_FILTERS`: receive what passes all filters, not any.
/// Linux 4.1; can.rst.
#[doc(alias = "CAN_RAW_JOIN_FILTERS")]
pub const JOIN_FILTERS: SockOpt<Flag> = SockOpt::plain(opt::SOL_CAN_RAW, opt::CAN_RAW_JOIN_FILTERS);
/// `CAN_RAW_XL_FRAMES`: send and receive CAN XL frames.
/// Linux 6.2; linux/can/raw.h.
#[doc(alias = "CAN_RAW_XL_FRAMES")]
pub const XL_FRAMES: SockOpt<Flag> = SockOpt::plain(opt::SOL_CAN_RAW, opt::CAN_RAW_XL_FRAMES);
/// `CAN_RAW_XL_VCID_OPTS`: the virtual network of CAN XL frames.
/// Linux 6.9; linux/can/raw.h.
#[doc(alias = "CAN_RAW_XL_VCID_OPTS")]
pub const XL_VCID_OPTS: SockOpt<As<CanXlVcid>> = SockOpt::of(option::CAN_RAW_XL_VCID_OPTS);
