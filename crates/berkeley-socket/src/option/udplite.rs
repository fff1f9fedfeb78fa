//! Options of UDP-Lite: level IPPROTO_UDPLITE, udplite(7), RFC 3828.

use berkeley_sys::number::opt;

use super::{Integer, SockOpt};

/// `UDPLITE_SEND_CSCOV`: how many bytes of what is sent the checksum covers, the header's 8 among them; 0: all.
/// Linux 2.6.20; udplite(7).
#[doc(alias = "UDPLITE_SEND_CSCOV")]
pub const SEND_CSCOV: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_UDPLITE, opt::UDPLITE_SEND_CSCOV);
/// `UDPLITE_RECV_CSCOV`: how many bytes it must cover of what is received, the header's 8 among them; 0: all. Until it is set,
/// anything passes.
/// Linux 2.6.20; udplite(7).
#[doc(alias = "UDPLITE_RECV_CSCOV")]
pub const RECV_CSCOV: SockOpt<Integer> =
    SockOpt::plain(opt::IPPROTO_UDPLITE, opt::UDPLITE_RECV_CSCOV);
