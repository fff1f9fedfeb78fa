//! Control messages of UDP: udp(7).

use super::{ControlKind, Uint16};

/// The level.
const SOL_UDP: i32 = 17;

/// `UDP_SEGMENT`: sent: the data are datagrams of so many bytes, the last one perhaps shorter (GSO); Linux 4.18.
#[doc(alias = "UDP_SEGMENT")]
pub const SEGMENT: ControlKind<Uint16> = ControlKind::new(SOL_UDP, 103);
/// `UDP_GRO`: received: likewise, after UDP_GRO; Linux 5.0.
#[doc(alias = "UDP_GRO")]
pub const GRO: ControlKind<Uint16> = ControlKind::new(SOL_UDP, 104);
