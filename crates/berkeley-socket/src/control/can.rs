//! Control messages of CAN's J1939: linux/can/j1939.h.

use super::{ControlKind, ExtendedErrorContent, J1939Name, Uint8};

/// The level.
const SOL_CAN_J1939: i32 = 107;

/// `SCM_J1939_DEST_ADDR`: the address that the message was sent to.
#[doc(alias = "SCM_J1939_DEST_ADDR")]
pub const DEST_ADDR: ControlKind<Uint8> = ControlKind::new(SOL_CAN_J1939, 1);
/// `SCM_J1939_DEST_NAME`: the name that the message was sent to.
#[doc(alias = "SCM_J1939_DEST_NAME")]
pub const DEST_NAME: ControlKind<J1939Name> = ControlKind::new(SOL_CAN_J1939, 2);
/// `SCM_J1939_PRIO`: the message's priority.
#[doc(alias = "SCM_J1939_PRIO")]
pub const PRIO: ControlKind<Uint8> = ControlKind::new(SOL_CAN_J1939, 3);
/// `SCM_J1939_ERRQUEUE`: what became of a long message (error queue): `J1939_EE_INFO_*` in `info`.
#[doc(alias = "SCM_J1939_ERRQUEUE")]
pub const ERRQUEUE: ControlKind<ExtendedErrorContent> = ControlKind::new(SOL_CAN_J1939, 4);
