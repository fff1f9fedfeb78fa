//! Control messages of packet sockets: packet(7).

use super::{AuxdataContent, ControlKind, ExtendedErrorContent};

/// The level.
const SOL_PACKET: i32 = 263;

/// `PACKET_AUXDATA`: what is known of the packet, its VLAN tag among it, after PACKET_AUXDATA.
#[doc(alias = "PACKET_AUXDATA")]
pub const AUXDATA: ControlKind<AuxdataContent> = ControlKind::new(SOL_PACKET, 8);
/// `PACKET_TX_TIMESTAMP`: an error of the error queue that tells of a transmit time stamp.
#[doc(alias = "PACKET_TX_TIMESTAMP")]
pub const TX_TIMESTAMP: ControlKind<ExtendedErrorContent> = ControlKind::new(SOL_PACKET, 16);
