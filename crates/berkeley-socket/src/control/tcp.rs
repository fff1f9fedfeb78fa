//! Control messages of TCP: linux/tcp.h.

use super::{ControlKind, Int};

/// The level.
const SOL_TCP: i32 = 6;

/// `TCP_CM_INQ`: how many bytes are left to receive, after TCP_INQ; Linux 4.18.
#[doc(alias = "TCP_CM_INQ")]
pub const CM_INQ: ControlKind<Int> = ControlKind::new(SOL_TCP, 36);
