//! Control messages of Bluetooth: `include/net/bluetooth/bluetooth.h`, `hci_sock.h`.

use berkeley_sys::number::opt;

use super::{ControlKind, Int, Time, Uint8};

/// The level.
const SOL_BLUETOOTH: i32 = 274;

/// `BT_SCM_PKT_STATUS`: whether a SCO or ISO packet came whole, after BT_PKT_STATUS.
#[doc(alias = "BT_SCM_PKT_STATUS")]
pub const PKT_STATUS: ControlKind<Uint8> = ControlKind::new(SOL_BLUETOOTH, 3);
/// `BT_SCM_ERROR`: an error of the error queue that tells of a connection.
#[doc(alias = "BT_SCM_ERROR")]
pub const ERROR: ControlKind<Uint8> = ControlKind::new(SOL_BLUETOOTH, 4);
/// `HCI_CMSG_DIR`: 1 for a packet that came from the controller, 0 for one on the way to it, after HCI_DATA_DIR.
#[doc(alias = "HCI_CMSG_DIR")]
pub const HCI_DIR: ControlKind<Int> = ControlKind::new(opt::SOL_HCI, 1);
/// `HCI_CMSG_TSTAMP`: when the kernel had the packet, to the microsecond, after HCI_TIME_STAMP.
#[doc(alias = "HCI_CMSG_TSTAMP")]
pub const HCI_TSTAMP: ControlKind<Time> = ControlKind::new(opt::SOL_HCI, 2);
