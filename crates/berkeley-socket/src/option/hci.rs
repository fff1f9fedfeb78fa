//! Options of raw Bluetooth controllers: level SOL_HCI, bluetooth/hci.h.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{As, Flag, HciFilter, SockOpt};

/// `HCI_DATA_DIR`: have the direction of each packet delivered.
/// Linux 2.4.6; hci.h.
#[doc(alias = "HCI_DATA_DIR")]
pub const DATA_DIR: SockOpt<Flag> = SockOpt::plain(opt::SOL_HCI, opt::HCI_DATA_DIR);
/// `HCI_FILTER`: which packets and events to receive.
/// Linux 2.4.6; hci.h.
#[doc(alias = "HCI_FILTER")]
pub const FILTER: SockOpt<As<HciFilter>> = SockOpt::of(option::HCI_FILTER);
/// `HCI_TIME_STAMP`: have the time of each packet delivered.
/// Linux 2.4.6; hci.h.
#[doc(alias = "HCI_TIME_STAMP")]
pub const TIME_STAMP: SockOpt<Flag> = SockOpt::plain(opt::SOL_HCI, opt::HCI_TIME_STAMP);
