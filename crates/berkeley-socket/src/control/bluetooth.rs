//! Control messages of Bluetooth: `include/net/bluetooth/bluetooth.h`, `hci_sock.h`.

use super::{ControlKind, Uint8};

/// The level.
const SOL_BLUETOOTH: i32 = 274;

/// `BT_SCM_PKT_STATUS`: whether a SCO or ISO packet came whole, after BT_PKT_STATUS.
#[doc(alias = "BT_SCM_PKT_STATUS")]
pub const PKT_STATUS: ControlKind<Uint8> = ControlKind::new(SOL_BLUETOOTH, 3);
/// `BT_SCM_ERROR`: an error of the error queue that tells of a connection.
#[doc(alias = "BT_SCM_ERROR")]
pub const ERROR: ControlKind<Uint8> = ControlKind::new(SOL_BLUETOOTH, 4);
