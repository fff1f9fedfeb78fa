//! Options of MCTP: level SOL_MCTP, mctp.rst.

use berkeley_sys::number::opt;

use super::{Flag, SockOpt};

/// `MCTP_OPT_ADDR_EXT`: give and take addresses with the link's part.
/// Linux 5.16; mctp.rst.
#[doc(alias = "MCTP_OPT_ADDR_EXT")]
pub const ADDR_EXT: SockOpt<Flag> = SockOpt::plain(opt::SOL_MCTP, opt::MCTP_OPT_ADDR_EXT);
