//! Options of TCP: level IPPROTO_TCP, tcp(7).

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{
    AoInfo, AoKeyCodec, AoKeyIdCodec, AoRepair, As, Flag, Get, Integer, List, Micros, Millis,
    RepairOption, RepairWindow, Seconds, SecondsOrNone, Set, SockOpt, TcpInfoCodec, TcpMd5Codec,
    Text, Unsigned,
};

/// `TCP_NODELAY`: send small segments at once: Nagle off.
/// Linux 2.2; tcp(7).
#[doc(alias = "TCP_NODELAY")]
pub const NODELAY: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_NODELAY);
/// `TCP_CORK`: hold partial segments back, for at most 200 ms.
/// Linux 2.2; tcp(7).
#[doc(alias = "TCP_CORK")]
pub const CORK: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_CORK);
/// `TCP_QUICKACK`: acknowledge at once, for now.
/// Linux 2.4.4; tcp(7).
#[doc(alias = "TCP_QUICKACK")]
pub const QUICKACK: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_QUICKACK);
/// `TCP_MAXSEG`: the largest segment, in bytes.
/// Linux 2.2; tcp(7).
#[doc(alias = "TCP_MAXSEG")]
pub const MAXSEG: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_MAXSEG);
/// `TCP_KEEPIDLE`: idle time before the first keep-alive probe.
/// Linux 2.4; tcp(7).
#[doc(alias = "TCP_KEEPIDLE")]
pub const KEEPIDLE: SockOpt<Seconds> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_KEEPIDLE);
/// `TCP_KEEPINTVL`: time between keep-alive probes.
/// Linux 2.4; tcp(7).
#[doc(alias = "TCP_KEEPINTVL")]
pub const KEEPINTVL: SockOpt<Seconds> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_KEEPINTVL);
/// `TCP_KEEPCNT`: probes without an answer before the connection is given up.
/// Linux 2.4; tcp(7).
#[doc(alias = "TCP_KEEPCNT")]
pub const KEEPCNT: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_KEEPCNT);
/// `TCP_USER_TIMEOUT`: how long sent data may stay unacknowledged: RFC 5482.
/// Linux 2.6.37; tcp(7).
#[doc(alias = "TCP_USER_TIMEOUT")]
pub const USER_TIMEOUT: SockOpt<Millis> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_USER_TIMEOUT);
/// `TCP_SYNCNT`: how often a SYN is sent again.
/// Linux 2.4; tcp(7).
#[doc(alias = "TCP_SYNCNT")]
pub const SYNCNT: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_SYNCNT);
/// `TCP_LINGER2`: how long FIN_WAIT2 lasts; zero sets the system's default, `None` is no FIN_WAIT2 at all.
/// Linux 2.4; tcp(7).
#[doc(alias = "TCP_LINGER2")]
pub const LINGER2: SockOpt<SecondsOrNone> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_LINGER2);
/// `TCP_DEFER_ACCEPT`: accept a connection only when data has come.
/// Linux 2.4; tcp(7).
#[doc(alias = "TCP_DEFER_ACCEPT")]
pub const DEFER_ACCEPT: SockOpt<Seconds> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_DEFER_ACCEPT);
/// `TCP_FASTOPEN`: the queue of a listener that takes data in SYNs: RFC 7413.
/// Linux 3.7; tcp(7).
#[doc(alias = "TCP_FASTOPEN")]
pub const FASTOPEN: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_FASTOPEN);
/// `TCP_FASTOPEN_CONNECT`: connect with the first send.
/// Linux 4.11; tcp(7).
#[doc(alias = "TCP_FASTOPEN_CONNECT")]
pub const FASTOPEN_CONNECT: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_FASTOPEN_CONNECT);
/// `TCP_FASTOPEN_KEY`: the secret of the cookies a listener gives out: 16 bytes, or 32 for two of which the second is the old one.
/// Linux 4.15; linux/tcp.h.
#[doc(alias = "TCP_FASTOPEN_KEY")]
pub const FASTOPEN_KEY: SockOpt<List<u8>> = SockOpt::of(option::TCP_FASTOPEN_KEY);
/// `TCP_FASTOPEN_NO_COOKIE`: take and send data in SYNs without a cookie.
/// Linux 4.15; linux/tcp.h.
#[doc(alias = "TCP_FASTOPEN_NO_COOKIE")]
pub const FASTOPEN_NO_COOKIE: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_FASTOPEN_NO_COOKIE);
/// `TCP_NOTSENT_LOWAT`: writable only while less than so many bytes are unsent.
/// Linux 3.12; tcp(7).
#[doc(alias = "TCP_NOTSENT_LOWAT")]
pub const NOTSENT_LOWAT: SockOpt<Unsigned> =
    SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_NOTSENT_LOWAT);
/// `TCP_WINDOW_CLAMP`: the largest window advertised.
/// Linux 2.4; tcp(7).
#[doc(alias = "TCP_WINDOW_CLAMP")]
pub const WINDOW_CLAMP: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_WINDOW_CLAMP);
/// `TCP_CONGESTION`: the congestion control algorithm, by name.
/// Linux 2.6.13; tcp(7).
#[doc(alias = "TCP_CONGESTION")]
pub const CONGESTION: SockOpt<Text> = SockOpt::of(option::TCP_CONGESTION);
/// `TCP_CC_INFO`: what the congestion control algorithm tells of itself, in its own structure; empty: nothing.
/// Linux 4.1; linux/inet_diag.h.
#[doc(alias = "TCP_CC_INFO")]
pub const CC_INFO: SockOpt<List<u8>, Get> = SockOpt::of(option::TCP_CC_INFO);
/// `TCP_INFO`: what the kernel knows of the connection.
/// Linux 2.4; tcp(7).
#[doc(alias = "TCP_INFO")]
pub const INFO: SockOpt<TcpInfoCodec, Get> = SockOpt::of(option::TCP_INFO);
/// `TCP_ULP`: the protocol on top of TCP that the kernel speaks: `tls`; see [`tls`](super::tls).
/// Linux 4.13; tls.rst.
#[doc(alias = "TCP_ULP")]
pub const ULP: SockOpt<Text> = SockOpt::of(option::TCP_ULP);
/// `TCP_INQ`: have the bytes left in the queue told with each receive.
/// Linux 4.18; tcp(7).
#[doc(alias = "TCP_INQ")]
pub const INQ: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_INQ);
/// `TCP_TX_DELAY`: delay what is sent, for trials.
/// Linux 5.3; linux/tcp.h.
#[doc(alias = "TCP_TX_DELAY")]
pub const TX_DELAY: SockOpt<Micros> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_TX_DELAY);
/// `TCP_SAVE_SYN`: keep the headers of SYNs for [`SAVED_SYN`]: 1: from IP on, 2: the link's too.
/// Linux 4.2; linux/tcp.h.
#[doc(alias = "TCP_SAVE_SYN")]
pub const SAVE_SYN: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_SAVE_SYN);
/// `TCP_SAVED_SYN`: the headers of the SYN that began an accepted connection; reading gives them up.
/// Linux 4.2; linux/tcp.h.
#[doc(alias = "TCP_SAVED_SYN")]
pub const SAVED_SYN: SockOpt<List<u8>, Get> = SockOpt::of(option::TCP_SAVED_SYN);
/// `TCP_THIN_LINEAR_TIMEOUTS`: do not double the time-out of a connection that sends little.
/// Linux 2.6.34; linux/tcp.h.
#[doc(alias = "TCP_THIN_LINEAR_TIMEOUTS")]
pub const THIN_LINEAR_TIMEOUTS: SockOpt<Flag> =
    SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_THIN_LINEAR_TIMEOUTS);
/// `TCP_THIN_DUPACK`: send again after one duplicate acknowledgement; without effect since Linux 4.9.
/// Linux 2.6.34; linux/tcp.h.
#[doc(alias = "TCP_THIN_DUPACK")]
pub const THIN_DUPACK: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_THIN_DUPACK);
/// `TCP_TIMESTAMP`: the connection's clock, in milliseconds; set under repair alone.
/// Linux 3.9; linux/tcp.h.
#[doc(alias = "TCP_TIMESTAMP")]
pub const TIMESTAMP: SockOpt<Unsigned> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_TIMESTAMP);
/// `TCP_REPAIR`: freeze and mend a connection: 1: begin, 0: end, -1: end without a window probe (CAP_NET_ADMIN).
/// Linux 3.5; linux/tcp.h.
#[doc(alias = "TCP_REPAIR")]
pub const REPAIR: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_REPAIR);
/// `TCP_REPAIR_QUEUE`: the queue under repair: 0: none, 1: received, 2: sent.
/// Linux 3.5; linux/tcp.h.
#[doc(alias = "TCP_REPAIR_QUEUE")]
pub const REPAIR_QUEUE: SockOpt<Integer> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_REPAIR_QUEUE);
/// `TCP_QUEUE_SEQ`: the sequence number of the queue under repair.
/// Linux 3.5; linux/tcp.h.
#[doc(alias = "TCP_QUEUE_SEQ")]
pub const QUEUE_SEQ: SockOpt<Unsigned> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_QUEUE_SEQ);
/// `TCP_REPAIR_OPTIONS`: the options that were agreed on, under repair.
/// Linux 3.5; linux/tcp.h.
#[doc(alias = "TCP_REPAIR_OPTIONS")]
pub const REPAIR_OPTIONS: SockOpt<List<RepairOption>, Set> =
    SockOpt::of(option::TCP_REPAIR_OPTIONS);
/// `TCP_REPAIR_WINDOW`: the windows, under repair.
/// Linux 4.8; linux/tcp.h.
#[doc(alias = "TCP_REPAIR_WINDOW")]
pub const REPAIR_WINDOW: SockOpt<As<RepairWindow>> = SockOpt::of(option::TCP_REPAIR_WINDOW);
/// `TCP_MD5SIG`: sign segments to and from a peer with a key: RFC 2385.
/// Linux 2.6.20; linux/tcp.h.
#[doc(alias = "TCP_MD5SIG")]
pub const MD5SIG: SockOpt<TcpMd5Codec, Set> = SockOpt::of(option::TCP_MD5SIG);
/// `TCP_MD5SIG_EXT`: likewise, for a prefix or an interface.
/// Linux 4.13; linux/tcp.h.
#[doc(alias = "TCP_MD5SIG_EXT")]
pub const MD5SIG_EXT: SockOpt<TcpMd5Codec, Set> = SockOpt::of(option::TCP_MD5SIG_EXT);
/// `TCP_AO_ADD_KEY`: sign segments to and from a peer with one more key: RFC 5925.
/// Linux 6.7; tcp_ao.rst.
#[doc(alias = "TCP_AO_ADD_KEY")]
pub const AO_ADD_KEY: SockOpt<AoKeyCodec, Set> = SockOpt::of(option::TCP_AO_ADD_KEY);
/// `TCP_AO_DEL_KEY`: forget a key.
/// Linux 6.7; tcp_ao.rst.
#[doc(alias = "TCP_AO_DEL_KEY")]
pub const AO_DEL_KEY: SockOpt<AoKeyIdCodec, Set> = SockOpt::of(option::TCP_AO_DEL_KEY);
/// `TCP_AO_INFO`: which keys are used, and how many segments were good.
/// Linux 6.7; tcp_ao.rst.
#[doc(alias = "TCP_AO_INFO")]
pub const AO_INFO: SockOpt<As<AoInfo>> = SockOpt::of(option::TCP_AO_INFO);
/// `TCP_AO_REPAIR`: initial sequence numbers and extensions, under repair.
/// Linux 6.7; tcp_ao.rst.
#[doc(alias = "TCP_AO_REPAIR")]
pub const AO_REPAIR: SockOpt<As<AoRepair>> = SockOpt::of(option::TCP_AO_REPAIR);
/// `TCP_IS_MPTCP`: whether Multipath TCP is spoken, and not fallen back from.
/// Linux 6.10; linux/tcp.h.
#[doc(alias = "TCP_IS_MPTCP")]
pub const IS_MPTCP: SockOpt<Flag, Get> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_IS_MPTCP);
/// `TCP_RTO_MAX_MS`: the longest time-out before data is sent again, 1 to 120 seconds.
/// Linux 6.15; linux/tcp.h.
#[doc(alias = "TCP_RTO_MAX_MS")]
pub const RTO_MAX_MS: SockOpt<Millis> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_RTO_MAX_MS);
/// `TCP_RTO_MIN_US`: the shortest time-out before data is sent again.
/// Linux 6.15; linux/tcp.h.
#[doc(alias = "TCP_RTO_MIN_US")]
pub const RTO_MIN_US: SockOpt<Micros> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_RTO_MIN_US);
/// `TCP_DELACK_MAX_US`: how long an acknowledgement may wait.
/// Linux 6.15; linux/tcp.h.
#[doc(alias = "TCP_DELACK_MAX_US")]
pub const DELACK_MAX_US: SockOpt<Micros> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_DELACK_MAX_US);
