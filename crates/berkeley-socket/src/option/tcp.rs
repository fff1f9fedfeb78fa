//! Options of TCP: level IPPROTO_TCP, tcp(7).

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{Flag, Integer, Millis, Seconds, SecondsOrNone, SockOpt, Text, Unsigned};

/// `TCP_NODELAY`: send small segments at once: Nagle off.
#[doc(alias = "TCP_NODELAY")]
pub const NODELAY: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_NODELAY);
/// `TCP_CORK`: hold partial segments back, for at most 200 ms.
#[doc(alias = "TCP_CORK")]
pub const CORK: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_CORK);
/// `TCP_QUICKACK`: acknowledge at once, for now.
#[doc(alias = "TCP_QUICKACK")]
pub const QUICKACK: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_QUICKACK);
/// `TCP_MAXSEG`: the largest segment, in bytes.
#[doc(alias = "TCP_MAXSEG")]
pub const MAXSEG: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_MAXSEG);
/// `TCP_KEEPIDLE`: idle time before the first keep-alive probe.
#[doc(alias = "TCP_KEEPIDLE")]
pub const KEEPIDLE: SockOpt<Seconds> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_KEEPIDLE);
/// `TCP_KEEPINTVL`: time between keep-alive probes.
#[doc(alias = "TCP_KEEPINTVL")]
pub const KEEPINTVL: SockOpt<Seconds> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_KEEPINTVL);
/// `TCP_KEEPCNT`: probes without an answer before the connection is given up.
#[doc(alias = "TCP_KEEPCNT")]
pub const KEEPCNT: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_KEEPCNT);
/// `TCP_USER_TIMEOUT`: how long sent data may stay unacknowledged: RFC 5482.
#[doc(alias = "TCP_USER_TIMEOUT")]
pub const USER_TIMEOUT: SockOpt<Millis> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_USER_TIMEOUT);
/// `TCP_SYNCNT`: how often a SYN is sent again.
#[doc(alias = "TCP_SYNCNT")]
pub const SYNCNT: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_SYNCNT);
/// `TCP_LINGER2`: how long FIN_WAIT2 lasts; zero sets the system's default, `None` is no FIN_WAIT2 at all.
#[doc(alias = "TCP_LINGER2")]
pub const LINGER2: SockOpt<SecondsOrNone> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_LINGER2);
/// `TCP_DEFER_ACCEPT`: accept a connection only when data has come.
#[doc(alias = "TCP_DEFER_ACCEPT")]
pub const DEFER_ACCEPT: SockOpt<Seconds> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_DEFER_ACCEPT);
/// `TCP_FASTOPEN`: the queue of a listener that takes data in SYNs: RFC 7413.
#[doc(alias = "TCP_FASTOPEN")]
pub const FASTOPEN: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_FASTOPEN);
/// `TCP_FASTOPEN_CONNECT`: connect with the first send.
#[doc(alias = "TCP_FASTOPEN_CONNECT")]
pub const FASTOPEN_CONNECT: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_FASTOPEN_CONNECT);
/// `TCP_NOTSENT_LOWAT`: writable only while less than so many bytes are unsent.
#[doc(alias = "TCP_NOTSENT_LOWAT")]
pub const NOTSENT_LOWAT: SockOpt<Unsigned> =
    SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_NOTSENT_LOWAT);
/// `TCP_WINDOW_CLAMP`: the largest window advertised.
#[doc(alias = "TCP_WINDOW_CLAMP")]
pub const WINDOW_CLAMP: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_WINDOW_CLAMP);
/// `TCP_CONGESTION`: the congestion control algorithm, by name.
#[doc(alias = "TCP_CONGESTION")]
pub const CONGESTION: SockOpt<Text> = SockOpt::of(option::TCP_CONGESTION);
