//! Options of Bluetooth's voice links: level SOL_SCO, bluetooth/sco.h.

use berkeley_sys::option;

use super::{As, BtConnection, Get, Short, SockOpt};

/// `SCO_OPTIONS`: the largest packet, in bytes.
/// Linux 2.4.6; sco.h.
#[doc(alias = "SCO_OPTIONS")]
pub const OPTIONS: SockOpt<Short, Get> = SockOpt::of(option::SCO_OPTIONS);
/// `SCO_CONNINFO`: the link below.
/// Linux 2.4.21; sco.h.
#[doc(alias = "SCO_CONNINFO")]
pub const CONNINFO: SockOpt<As<BtConnection>, Get> = SockOpt::of(option::SCO_CONNINFO);
