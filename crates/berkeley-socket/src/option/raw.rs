//! Options of raw IP sockets: level SOL_RAW, raw(7), and of ICMPv6: RFC 3542 section 3.2.

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{As, SockOpt, Unsigned};

/// `ICMP_FILTER`: the types of ICMP messages not to receive: a bit each.
/// Linux 2.2; raw(7).
pub const ICMP_FILTER: SockOpt<Unsigned> = SockOpt::plain(opt::SOL_RAW, opt::ICMP_FILTER);
/// `ICMPV6_FILTER`: the types of ICMPv6 messages not to receive: a bit each, as RFC 3542 numbers them.
/// Linux 2.2; linux/icmpv6.h.
pub const ICMPV6_FILTER: SockOpt<As<[u32; 8]>> = SockOpt::of(option::ICMPV6_FILTER);
