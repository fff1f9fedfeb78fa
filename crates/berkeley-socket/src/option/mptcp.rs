//! Options of Multipath TCP: level SOL_MPTCP, mptcp.rst, RFC 8684. TCP's own work on its sockets too.

use berkeley_sys::option;

use super::{Get, MptcpInfoCodec, SockOpt};

/// `MPTCP_INFO`: what the kernel knows of the connection.
/// Linux 5.16; linux/mptcp.h.
#[doc(alias = "MPTCP_INFO")]
pub const INFO: SockOpt<MptcpInfoCodec, Get> = SockOpt::of(option::MPTCP_INFO);
