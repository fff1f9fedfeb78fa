//! Options of SMC: level SOL_SMC, linux/smc.h. TCP's own work on its sockets too.

use berkeley_sys::number::opt;

use super::{Flag, SockOpt};

/// `SMC_LIMIT_HS`: fall back to TCP rather than queue when there are too many handshakes.
/// Linux 5.18; linux/smc.h.
#[doc(alias = "SMC_LIMIT_HS")]
pub const LIMIT_HS: SockOpt<Flag> = SockOpt::plain(opt::SOL_SMC, opt::SMC_LIMIT_HS);
