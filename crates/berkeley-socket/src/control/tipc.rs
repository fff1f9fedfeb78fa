//! Control messages of TIPC: linux/tipc.h.

use super::{ControlKind, Raw, TipcErrorContent, TipcNameContent};

/// The level.
const SOL_TIPC: i32 = 271;

/// `TIPC_ERRINFO`: a message came back: why, and how much of it.
#[doc(alias = "TIPC_ERRINFO")]
pub const ERRINFO: ControlKind<TipcErrorContent> = ControlKind::new(SOL_TIPC, 1);
/// `TIPC_RETDATA`: the data that came back.
#[doc(alias = "TIPC_RETDATA")]
pub const RETDATA: ControlKind<Raw> = ControlKind::new(SOL_TIPC, 2);
/// `TIPC_DESTNAME`: the service address that the message was sent to.
#[doc(alias = "TIPC_DESTNAME")]
pub const DESTNAME: ControlKind<TipcNameContent> = ControlKind::new(SOL_TIPC, 3);
