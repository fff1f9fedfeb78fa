//! Control messages of AF_VSOCK: linux/vm_sockets.h.

use super::{ControlKind, ExtendedErrorContent};

/// The level: linux/socket.h.
const SOL_VSOCK: i32 = 287;

/// `VSOCK_RECVERR`: a completion of a send without a copy (error queue). Linux 6.7.
#[doc(alias = "VSOCK_RECVERR")]
pub const RECVERR: ControlKind<ExtendedErrorContent> = ControlKind::new(SOL_VSOCK, 1);
