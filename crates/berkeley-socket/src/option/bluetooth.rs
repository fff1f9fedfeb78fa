//! Options of Bluetooth sockets of every protocol: level SOL_BLUETOOTH, bluetooth/bluetooth.h.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{
    BtPowerCodec, Flag, Get, IsoQosCodec, List, ModeCodec, PhysCodec, PolicyCodec, SecurityCodec,
    Short, SockOpt, VoiceCodec,
};

/// `BT_SECURITY`: how safe the link must be, and the size of its key.
/// Linux 2.6.30; bluetooth.h.
#[doc(alias = "BT_SECURITY")]
pub const SECURITY: SockOpt<SecurityCodec> = SockOpt::of(option::BT_SECURITY);
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
/// `BT_CHANNEL_POLICY`: which controllers may be used.
/// Linux 3.2; bluetooth.h.
#[doc(alias = "BT_CHANNEL_POLICY")]
pub const CHANNEL_POLICY: SockOpt<PolicyCodec> =
    SockOpt::plain(opt::SOL_BLUETOOTH, opt::BT_CHANNEL_POLICY);
/// `BT_VOICE`: how voice is coded (SCO).
/// Linux 3.11; bluetooth.h.
#[doc(alias = "BT_VOICE")]
pub const VOICE: SockOpt<VoiceCodec> = SockOpt::of(option::BT_VOICE);
/// `BT_SNDMTU`: the largest message the peer takes.
/// Linux 3.14; bluetooth.h.
#[doc(alias = "BT_SNDMTU")]
pub const SNDMTU: SockOpt<Short, Get> = SockOpt::of(option::BT_SNDMTU);
/// `BT_RCVMTU`: the largest message taken.
/// Linux 3.14; bluetooth.h.
#[doc(alias = "BT_RCVMTU")]
pub const RCVMTU: SockOpt<Short> = SockOpt::of(option::BT_RCVMTU);
/// `BT_PHY`: the physical layers of the link.
/// Linux 5.7; bluetooth.h.
#[doc(alias = "BT_PHY")]
pub const PHY: SockOpt<PhysCodec, Get> = SockOpt::plain(opt::SOL_BLUETOOTH, opt::BT_PHY);
/// `BT_MODE`: how an L2CAP channel carries messages.
/// Linux 5.7; bluetooth.h.
#[doc(alias = "BT_MODE")]
pub const MODE: SockOpt<ModeCodec> = SockOpt::of(option::BT_MODE);
/// `BT_PKT_STATUS`: have the status of received packets delivered (SCO, ISO).
/// Linux 5.9; bluetooth.h.
#[doc(alias = "BT_PKT_STATUS")]
pub const PKT_STATUS: SockOpt<Flag> = SockOpt::plain(opt::SOL_BLUETOOTH, opt::BT_PKT_STATUS);
/// `BT_ISO_QOS`: what an isochronous stream is to be like, and what it became (ISO).
/// Linux 6.0; bluetooth.h.
#[doc(alias = "BT_ISO_QOS")]
pub const ISO_QOS: SockOpt<IsoQosCodec> = SockOpt::of(option::BT_ISO_QOS);
/// `BT_CODEC`: which codecs the controller has, and which it is to use: `struct bt_codecs` as bytes (SCO).
/// Linux 5.16; bluetooth.h.
#[doc(alias = "BT_CODEC")]
pub const CODEC: SockOpt<List<u8>> = SockOpt::of(option::BT_CODEC);
/// `BT_ISO_BASE`: how a broadcast announces its streams, as bytes (ISO).
/// Linux 6.0; bluetooth.h.
#[doc(alias = "BT_ISO_BASE")]
pub const ISO_BASE: SockOpt<List<u8>> = SockOpt::of(option::BT_ISO_BASE);
