//! Options of Bluetooth sockets of every protocol: level SOL_BLUETOOTH, bluetooth/bluetooth.h.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{As, BtPowerCodec, BtSecurity, Byte, Flag, Get, Short, SockOpt, Unsigned};

/// `BT_SECURITY`: the security level asked of the link, BT_SECURITY_*, and the size of its key.
/// Linux 2.6.30; bluetooth.h.
#[doc(alias = "BT_SECURITY")]
pub const SECURITY: SockOpt<As<BtSecurity>> = SockOpt::of(option::BT_SECURITY);
/// `BT_DEFER_SETUP`: accept gives a connection not yet agreed to; the first receive agrees.
/// Linux 2.6.30; bluetooth.h.
#[doc(alias = "BT_DEFER_SETUP")]
pub const DEFER_SETUP: SockOpt<Flag> = SockOpt::plain(opt::SOL_BLUETOOTH, opt::BT_DEFER_SETUP);
/// `BT_FLUSHABLE`: old data may be thrown away.
/// Linux 2.6.39; bluetooth.h.
#[doc(alias = "BT_FLUSHABLE")]
pub const FLUSHABLE: SockOpt<Flag> = SockOpt::plain(opt::SOL_BLUETOOTH, opt::BT_FLUSHABLE);
/// `BT_POWER`: stay active to send, rather than wait for the link's sniff interval.
/// Linux 3.1; bluetooth.h.
#[doc(alias = "BT_POWER")]
pub const POWER: SockOpt<BtPowerCodec> = SockOpt::of(option::BT_POWER);
/// `BT_CHANNEL_POLICY`: which controllers may be used: BT_CHANNEL_POLICY_*.
/// Linux 3.2; bluetooth.h.
#[doc(alias = "BT_CHANNEL_POLICY")]
pub const CHANNEL_POLICY: SockOpt<Unsigned> =
    SockOpt::plain(opt::SOL_BLUETOOTH, opt::BT_CHANNEL_POLICY);
/// `BT_VOICE`: how voice is coded: BT_VOICE_* (SCO).
/// Linux 3.11; bluetooth.h.
#[doc(alias = "BT_VOICE")]
pub const VOICE: SockOpt<Short> = SockOpt::of(option::BT_VOICE);
/// `BT_SNDMTU`: the largest message the peer takes.
/// Linux 3.14; bluetooth.h.
#[doc(alias = "BT_SNDMTU")]
pub const SNDMTU: SockOpt<Short, Get> = SockOpt::of(option::BT_SNDMTU);
/// `BT_RCVMTU`: the largest message taken.
/// Linux 3.14; bluetooth.h.
#[doc(alias = "BT_RCVMTU")]
pub const RCVMTU: SockOpt<Short> = SockOpt::of(option::BT_RCVMTU);
/// `BT_PHY`: the physical layers of the link: BT_PHY_*.
/// Linux 5.7; bluetooth.h.
#[doc(alias = "BT_PHY")]
pub const PHY: SockOpt<Unsigned, Get> = SockOpt::plain(opt::SOL_BLUETOOTH, opt::BT_PHY);
/// `BT_MODE`: the mode of an L2CAP channel: BT_MODE_*.
/// Linux 5.7; bluetooth.h.
#[doc(alias = "BT_MODE")]
pub const MODE: SockOpt<Byte> = SockOpt::of(option::BT_MODE);
/// `BT_PKT_STATUS`: have the status of received packets delivered (SCO, ISO).
/// Linux 5.9; bluetooth.h.
#[doc(alias = "BT_PKT_STATUS")]
pub const PKT_STATUS: SockOpt<Flag> = SockOpt::plain(opt::SOL_BLUETOOTH, opt::BT_PKT_STATUS);
