//! Options of Bluetooth's RFCOMM: level SOL_RFCOMM, bluetooth/rfcomm.h.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{As, BtConnection, Get, SockOpt, Unsigned};

/// `RFCOMM_CONNINFO`: the link below.
/// Linux 2.4.21; rfcomm.h.
#[doc(alias = "RFCOMM_CONNINFO")]
pub const CONNINFO: SockOpt<As<BtConnection>, Get> = SockOpt::of(option::RFCOMM_CONNINFO);
/// `RFCOMM_LM`: what is asked of the link: RFCOMM_LM_*.
/// Linux 2.4.21; rfcomm.h.
#[doc(alias = "RFCOMM_LM")]
pub const LM: SockOpt<Unsigned> = SockOpt::plain(opt::SOL_RFCOMM, opt::RFCOMM_LM);
