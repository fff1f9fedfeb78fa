//! Options of every socket: level SOL_SOCKET, socket(7), unix(7).

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{
    DomainCodec, ErrnoCodec, Flag, Get, Integer, LingerCodec, Micros, PeerCodec, ProtocolCodec,
    Set, SockOpt, Text, TypeCodec, Unsigned,
};

/// `SO_REUSEADDR`: bind to an address in TIME_WAIT, or, on datagram sockets, one in use.
#[doc(alias = "SO_REUSEADDR")]
pub const REUSEADDR: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_REUSEADDR);
/// `SO_REUSEPORT`: share an address with sockets of the same user that also say so.
#[doc(alias = "SO_REUSEPORT")]
pub const REUSEPORT: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_REUSEPORT);
/// `SO_KEEPALIVE`: probe an idle connection: see [`tcp::KEEPIDLE`](super::tcp::KEEPIDLE).
#[doc(alias = "SO_KEEPALIVE")]
pub const KEEPALIVE: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_KEEPALIVE);
/// `SO_BROADCAST`: allow datagrams to broadcast addresses.
#[doc(alias = "SO_BROADCAST")]
pub const BROADCAST: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_BROADCAST);
/// `SO_DONTROUTE`: send to hosts on links of this one alone.
#[doc(alias = "SO_DONTROUTE")]
pub const DONTROUTE: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_DONTROUTE);
/// `SO_OOBINLINE`: leave urgent bytes in the stream.
#[doc(alias = "SO_OOBINLINE")]
pub const OOBINLINE: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_OOBINLINE);
/// `SO_DEBUG`: record debugging information (CAP_NET_ADMIN).
#[doc(alias = "SO_DEBUG")]
pub const DEBUG: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_DEBUG);
/// `SO_PASSCRED`: have the sender of each message told (AF_UNIX).
#[doc(alias = "SO_PASSCRED")]
pub const PASSCRED: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PASSCRED);
/// `SO_RCVBUF`: the receive buffer in bytes; Linux doubles what is set, and caps it at net.core.rmem_max.
#[doc(alias = "SO_RCVBUF")]
pub const RCVBUF: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RCVBUF);
/// `SO_SNDBUF`: the send buffer in bytes; doubled and capped likewise.
#[doc(alias = "SO_SNDBUF")]
pub const SNDBUF: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_SNDBUF);
/// `SO_RCVBUFFORCE`: the receive buffer beyond the cap (CAP_NET_ADMIN).
#[doc(alias = "SO_RCVBUFFORCE")]
pub const RCVBUFFORCE: SockOpt<Integer, Set> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RCVBUFFORCE);
/// `SO_SNDBUFFORCE`: the send buffer beyond the cap (CAP_NET_ADMIN).
#[doc(alias = "SO_SNDBUFFORCE")]
pub const SNDBUFFORCE: SockOpt<Integer, Set> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_SNDBUFFORCE);
/// `SO_RCVLOWAT`: wake a receive only for so many bytes. Under a limit a receive takes what is there.
#[doc(alias = "SO_RCVLOWAT")]
pub const RCVLOWAT: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RCVLOWAT);
/// `SO_LINGER`: how long close waits for unsent data; zero: it resets the connection.
#[doc(alias = "SO_LINGER")]
pub const LINGER: SockOpt<LingerCodec> = SockOpt::of(option::SO_LINGER);
/// `SO_PRIORITY`: the queueing priority of packets, 0 to 6 without CAP_NET_ADMIN.
#[doc(alias = "SO_PRIORITY")]
pub const PRIORITY: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PRIORITY);
/// `SO_MARK`: the mark of packets, for routing and filters (CAP_NET_ADMIN).
#[doc(alias = "SO_MARK")]
pub const MARK: SockOpt<Unsigned> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_MARK);
/// `SO_BINDTODEVICE`: use one interface alone, by name; empty: any.
#[doc(alias = "SO_BINDTODEVICE")]
pub const BINDTODEVICE: SockOpt<Text> = SockOpt::of(option::SO_BINDTODEVICE);
/// `SO_INCOMING_CPU`: the processor that took the last packet in.
#[doc(alias = "SO_INCOMING_CPU")]
pub const INCOMING_CPU: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_INCOMING_CPU);
/// `SO_BUSY_POLL`: how long to poll the device in a receive before sleeping.
#[doc(alias = "SO_BUSY_POLL")]
pub const BUSY_POLL: SockOpt<Micros> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_BUSY_POLL);
/// `SO_PEEK_OFF`: where MSG_PEEK begins, moving on with each; -1: off.
#[doc(alias = "SO_PEEK_OFF")]
pub const PEEK_OFF: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PEEK_OFF);
/// `SO_ERROR`: the pending error, which reading clears.
#[doc(alias = "SO_ERROR")]
pub const ERROR: SockOpt<ErrnoCodec, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_ERROR);
/// `SO_TYPE`: the type it was opened with.
#[doc(alias = "SO_TYPE")]
pub const TYPE: SockOpt<TypeCodec, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_TYPE);
/// `SO_DOMAIN`: the family it was opened with.
#[doc(alias = "SO_DOMAIN")]
pub const DOMAIN: SockOpt<DomainCodec, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_DOMAIN);
/// `SO_PROTOCOL`: the protocol it was opened with, or got by default.
#[doc(alias = "SO_PROTOCOL")]
pub const PROTOCOL: SockOpt<ProtocolCodec, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PROTOCOL);
/// `SO_ACCEPTCONN`: whether it listens.
#[doc(alias = "SO_ACCEPTCONN")]
pub const ACCEPTCONN: SockOpt<Flag, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_ACCEPTCONN);
/// `SO_PEERCRED`: who connected, or made the pair (AF_UNIX); `None`: nobody yet.
#[doc(alias = "SO_PEERCRED")]
pub const PEERCRED: SockOpt<PeerCodec, Get> = SockOpt::of(option::SO_PEERCRED);
