//! Options of every socket: level SOL_SOCKET, socket(7), unix(7).

use berkeley_sys::number::opt;
use berkeley_sys::option;

use super::{
    As, DomainCodec, ErrnoCodec, Flag, Get, Integer, Label, LingerCodec, List, MemInfo, Micros,
    PeerCodec, ProtocolCodec, Set, SockOpt, Text, TimeoutCodec, TimestampingCodec, TxTime,
    TypeCodec, Unsigned,
};

/// `SO_REUSEADDR`: bind to an address in TIME_WAIT, or, on datagram sockets, one in use.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_REUSEADDR")]
pub const REUSEADDR: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_REUSEADDR);
/// `SO_REUSEPORT`: share an address with sockets of the same user that also say so.
/// Linux 3.9; socket(7).
#[doc(alias = "SO_REUSEPORT")]
pub const REUSEPORT: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_REUSEPORT);
/// `SO_KEEPALIVE`: probe an idle connection: see [`tcp::KEEPIDLE`](super::tcp::KEEPIDLE).
/// Linux 2.2; socket(7).
#[doc(alias = "SO_KEEPALIVE")]
pub const KEEPALIVE: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_KEEPALIVE);
/// `SO_BROADCAST`: allow datagrams to broadcast addresses.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_BROADCAST")]
pub const BROADCAST: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_BROADCAST);
/// `SO_DONTROUTE`: send to hosts on links of this one alone.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_DONTROUTE")]
pub const DONTROUTE: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_DONTROUTE);
/// `SO_OOBINLINE`: leave urgent bytes in the stream.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_OOBINLINE")]
pub const OOBINLINE: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_OOBINLINE);
/// `SO_DEBUG`: record debugging information (CAP_NET_ADMIN).
/// Linux 2.2; socket(7).
#[doc(alias = "SO_DEBUG")]
pub const DEBUG: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_DEBUG);
/// `SO_PASSCRED`: have the sender of each message told (AF_UNIX).
/// Linux 2.2; unix(7).
#[doc(alias = "SO_PASSCRED")]
pub const PASSCRED: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PASSCRED);
/// `SO_RCVBUF`: the receive buffer in bytes; Linux doubles what is set, and caps it at net.core.rmem_max.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_RCVBUF")]
pub const RCVBUF: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RCVBUF);
/// `SO_SNDBUF`: the send buffer in bytes; doubled and capped likewise.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_SNDBUF")]
pub const SNDBUF: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_SNDBUF);
/// `SO_RCVBUFFORCE`: the receive buffer beyond the cap (CAP_NET_ADMIN).
/// Linux 2.6.14; socket(7).
#[doc(alias = "SO_RCVBUFFORCE")]
pub const RCVBUFFORCE: SockOpt<Integer, Set> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RCVBUFFORCE);
/// `SO_SNDBUFFORCE`: the send buffer beyond the cap (CAP_NET_ADMIN).
/// Linux 2.6.14; socket(7).
#[doc(alias = "SO_SNDBUFFORCE")]
pub const SNDBUFFORCE: SockOpt<Integer, Set> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_SNDBUFFORCE);
/// `SO_RCVLOWAT`: wake a receive only for so many bytes. Under a limit a receive takes what is there.
/// Linux 2.4; socket(7).
#[doc(alias = "SO_RCVLOWAT")]
pub const RCVLOWAT: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RCVLOWAT);
/// `SO_SNDLOWAT`: how many bytes a send waits to have room for; always 1.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_SNDLOWAT")]
pub const SNDLOWAT: SockOpt<Integer, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_SNDLOWAT);
/// `SO_RCVTIMEO`: the kernel's own time-out of one receive; `None`: none. A [`Limit`](crate::Limit) bounds the whole call, is exact, and is not shared with duplicates.
/// Linux 2.3.41; socket(7).
#[doc(alias = "SO_RCVTIMEO")]
pub const RCVTIMEO: SockOpt<TimeoutCodec> = SockOpt::of(option::SO_RCVTIMEO);
/// `SO_SNDTIMEO`: the kernel's own time-out of one send; see [`RCVTIMEO`].
/// Linux 2.3.41; socket(7).
#[doc(alias = "SO_SNDTIMEO")]
pub const SNDTIMEO: SockOpt<TimeoutCodec> = SockOpt::of(option::SO_SNDTIMEO);
/// `SO_LINGER`: how long close waits for unsent data; zero: it resets the connection.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_LINGER")]
pub const LINGER: SockOpt<LingerCodec> = SockOpt::of(option::SO_LINGER);
/// `SO_PRIORITY`: the queueing priority of packets, 0 to 6 without CAP_NET_ADMIN.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_PRIORITY")]
pub const PRIORITY: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PRIORITY);
/// `SO_MARK`: the mark of packets, for routing and filters (CAP_NET_ADMIN).
/// Linux 2.6.25; socket(7).
#[doc(alias = "SO_MARK")]
pub const MARK: SockOpt<Unsigned> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_MARK);
/// `SO_RCVMARK`: have the mark of received packets delivered as a control message.
/// Linux 5.19; linux/socket.h.
#[doc(alias = "SO_RCVMARK")]
pub const RCVMARK: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RCVMARK);
/// `SO_RCVPRIORITY`: have the priority of received packets delivered as a control message.
/// Linux 6.14; linux/socket.h.
#[doc(alias = "SO_RCVPRIORITY")]
pub const RCVPRIORITY: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RCVPRIORITY);
/// `SO_BINDTODEVICE`: use one interface alone, by name; empty: any.
/// Linux 3.8; socket(7).
#[doc(alias = "SO_BINDTODEVICE")]
pub const BINDTODEVICE: SockOpt<Text> = SockOpt::of(option::SO_BINDTODEVICE);
/// `SO_BINDTOIFINDEX`: use one interface alone, by its index; 0: any.
/// Linux 5.1; linux/socket.h.
#[doc(alias = "SO_BINDTOIFINDEX")]
pub const BINDTOIFINDEX: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_BINDTOIFINDEX);
/// `SO_INCOMING_CPU`: the processor that took the last packet in.
/// Linux 3.19; socket(7).
#[doc(alias = "SO_INCOMING_CPU")]
pub const INCOMING_CPU: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_INCOMING_CPU);
/// `SO_INCOMING_NAPI_ID`: the NAPI queue that took the last packet in; 0: unknown.
/// Linux 4.12; socket(7).
#[doc(alias = "SO_INCOMING_NAPI_ID")]
pub const INCOMING_NAPI_ID: SockOpt<Unsigned, Get> =
    SockOpt::plain(opt::SOL_SOCKET, opt::SO_INCOMING_NAPI_ID);
/// `SO_BUSY_POLL`: how long to poll the device in a receive before sleeping.
/// Linux 3.11; socket(7).
#[doc(alias = "SO_BUSY_POLL")]
pub const BUSY_POLL: SockOpt<Micros> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_BUSY_POLL);
/// `SO_PREFER_BUSY_POLL`: poll the device rather than take its interrupts (CAP_NET_ADMIN).
/// Linux 5.11; linux/socket.h.
#[doc(alias = "SO_PREFER_BUSY_POLL")]
pub const PREFER_BUSY_POLL: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_SOCKET, opt::SO_PREFER_BUSY_POLL);
/// `SO_BUSY_POLL_BUDGET`: packets a busy poll takes at most (above 64: CAP_NET_ADMIN).
/// Linux 5.11; linux/socket.h.
#[doc(alias = "SO_BUSY_POLL_BUDGET")]
pub const BUSY_POLL_BUDGET: SockOpt<Integer, Set> =
    SockOpt::plain(opt::SOL_SOCKET, opt::SO_BUSY_POLL_BUDGET);
/// `SO_PEEK_OFF`: where MSG_PEEK begins, moving on with each; -1: off.
/// Linux 3.4; socket(7).
#[doc(alias = "SO_PEEK_OFF")]
pub const PEEK_OFF: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PEEK_OFF);
/// `SO_ERROR`: the pending error, which reading clears.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_ERROR")]
pub const ERROR: SockOpt<ErrnoCodec, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_ERROR);
/// `SO_TYPE`: the type it was opened with.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_TYPE")]
pub const TYPE: SockOpt<TypeCodec, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_TYPE);
/// `SO_DOMAIN`: the family it was opened with.
/// Linux 2.6.32; socket(7).
#[doc(alias = "SO_DOMAIN")]
pub const DOMAIN: SockOpt<DomainCodec, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_DOMAIN);
/// `SO_PROTOCOL`: the protocol it was opened with, or got by default.
/// Linux 2.6.32; socket(7).
#[doc(alias = "SO_PROTOCOL")]
pub const PROTOCOL: SockOpt<ProtocolCodec, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PROTOCOL);
/// `SO_ACCEPTCONN`: whether it listens.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_ACCEPTCONN")]
pub const ACCEPTCONN: SockOpt<Flag, Get> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_ACCEPTCONN);
/// `SO_PEERCRED`: who connected, or made the pair (AF_UNIX); `None`: nobody yet.
/// Linux 2.2; unix(7).
#[doc(alias = "SO_PEERCRED")]
pub const PEERCRED: SockOpt<PeerCodec, Get> = SockOpt::of(option::SO_PEERCRED);
/// `SO_PEERGROUPS`: the supplementary groups of who connected, or made the pair (AF_UNIX).
/// Linux 4.13; unix(7).
#[doc(alias = "SO_PEERGROUPS")]
pub const PEERGROUPS: SockOpt<List<u32>, Get> = SockOpt::of(option::SO_PEERGROUPS);
/// `SO_PEERSEC`: the security label of the peer; ENOPROTOOPT without a security module that has one.
/// Linux 2.6.2; unix(7).
#[doc(alias = "SO_PEERSEC")]
pub const PEERSEC: SockOpt<Label, Get> = SockOpt::of(option::SO_PEERSEC);
/// `SO_PASSSEC`: have the sender's security label delivered with each message.
/// Linux 2.6.18; unix(7).
#[doc(alias = "SO_PASSSEC")]
pub const PASSSEC: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PASSSEC);
/// `SO_PASSPIDFD`: have a descriptor of the sending process delivered with each message (AF_UNIX).
/// Linux 6.5; linux/socket.h.
#[doc(alias = "SO_PASSPIDFD")]
pub const PASSPIDFD: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PASSPIDFD);
/// `SO_PASSRIGHTS`: take descriptors that a peer sends; cleared, its send fails (AF_UNIX).
/// Linux 6.16; linux/socket.h.
#[doc(alias = "SO_PASSRIGHTS")]
pub const PASSRIGHTS: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_PASSRIGHTS);
/// `SO_INQ`: have the bytes left in the queue told with each receive (AF_UNIX streams).
/// Linux 6.17; linux/socket.h.
#[doc(alias = "SO_INQ")]
pub const INQ: SockOpt<Flag, Set> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_INQ);
/// `SO_TIMESTAMP`: have the time of arrival delivered in microseconds.
/// Linux 2.2; socket(7).
#[doc(alias = "SO_TIMESTAMP")]
pub const TIMESTAMP: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_TIMESTAMP);
/// `SO_TIMESTAMPNS`: have the time of arrival delivered in nanoseconds.
/// Linux 2.6.22; timestamping.rst.
#[doc(alias = "SO_TIMESTAMPNS")]
pub const TIMESTAMPNS: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_TIMESTAMPNS);
/// `SO_TIMESTAMPING`: which times of which packets to deliver, and from which clocks.
/// Linux 2.6.30; timestamping.rst.
#[doc(alias = "SO_TIMESTAMPING")]
pub const TIMESTAMPING: SockOpt<TimestampingCodec> =
    SockOpt::plain(opt::SOL_SOCKET, opt::SO_TIMESTAMPING);
/// `SO_RXQ_OVFL`: have the number of dropped packets delivered with each message.
/// Linux 2.6.33; socket(7).
#[doc(alias = "SO_RXQ_OVFL")]
pub const RXQ_OVFL: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RXQ_OVFL);
/// `SO_WIFI_STATUS`: have it told whether a Wi-Fi frame was acknowledged.
/// Linux 3.3; linux/socket.h.
#[doc(alias = "SO_WIFI_STATUS")]
pub const WIFI_STATUS: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_WIFI_STATUS);
/// `SO_NOFCS`: send frames whose checksum is wrong, or the user's (AF_PACKET).
/// Linux 3.4; linux/socket.h.
#[doc(alias = "SO_NOFCS")]
pub const NOFCS: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_NOFCS);
/// `SO_SELECT_ERR_QUEUE`: have poll say POLLPRI with POLLERR when the error queue has something.
/// Linux 3.10; socket(7).
#[doc(alias = "SO_SELECT_ERR_QUEUE")]
pub const SELECT_ERR_QUEUE: SockOpt<Flag> =
    SockOpt::plain(opt::SOL_SOCKET, opt::SO_SELECT_ERR_QUEUE);
/// `SO_LOCK_FILTER`: keep the filter as it is for good: it can only be set.
/// Linux 3.9; socket(7).
#[doc(alias = "SO_LOCK_FILTER")]
pub const LOCK_FILTER: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_LOCK_FILTER);
/// `SO_BPF_EXTENSIONS`: how many offsets behind SKF_AD_OFF classic filters may load.
/// Linux 3.14; linux/socket.h.
#[doc(alias = "SO_BPF_EXTENSIONS")]
pub const BPF_EXTENSIONS: SockOpt<Integer, Get> =
    SockOpt::plain(opt::SOL_SOCKET, opt::SO_BPF_EXTENSIONS);
/// `SO_CNX_ADVICE`: what is known of the path: 1: it does not work, choose another.
/// Linux 4.2; linux/socket.h.
#[doc(alias = "SO_CNX_ADVICE")]
pub const CNX_ADVICE: SockOpt<Integer, Set> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_CNX_ADVICE);
/// `SO_MAX_PACING_RATE`: the most bytes a second; all ones: no bound.
/// Linux 3.13; tc-fq(8).
#[doc(alias = "SO_MAX_PACING_RATE")]
pub const MAX_PACING_RATE: SockOpt<As<u64>> = SockOpt::of(option::SO_MAX_PACING_RATE);
/// `SO_MEMINFO`: the socket's use of memory, in bytes.
/// Linux 4.12; linux/sock_diag.h.
#[doc(alias = "SO_MEMINFO")]
pub const MEMINFO: SockOpt<As<MemInfo>, Get> = SockOpt::of(option::SO_MEMINFO);
/// `SO_RESERVE_MEM`: memory set aside for the socket in bytes, rounded up to pages (accounted to its cgroup).
/// Linux 5.16; linux/socket.h.
#[doc(alias = "SO_RESERVE_MEM")]
pub const RESERVE_MEM: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_RESERVE_MEM);
/// `SO_BUF_LOCK`: which buffer sizes the kernel leaves alone: SOCK_SNDBUF_LOCK 1, SOCK_RCVBUF_LOCK 2.
/// Linux 5.15; linux/socket.h.
#[doc(alias = "SO_BUF_LOCK")]
pub const BUF_LOCK: SockOpt<Unsigned> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_BUF_LOCK);
/// `SO_COOKIE`: a number that no other socket of this boot has.
/// Linux 4.12; linux/socket.h.
#[doc(alias = "SO_COOKIE")]
pub const COOKIE: SockOpt<As<u64>, Get> = SockOpt::of(option::SO_COOKIE);
/// `SO_NETNS_COOKIE`: a number that no other network namespace of this boot has.
/// Linux 5.14; linux/socket.h.
#[doc(alias = "SO_NETNS_COOKIE")]
pub const NETNS_COOKIE: SockOpt<As<u64>, Get> = SockOpt::of(option::SO_NETNS_COOKIE);
/// `SO_ZEROCOPY`: allow sends that do not copy.
/// Linux 4.14; msg_zerocopy.rst.
#[doc(alias = "SO_ZEROCOPY")]
pub const ZEROCOPY: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_ZEROCOPY);
/// `SO_TXTIME`: allow messages that say when they shall leave, and by which clock.
/// Linux 4.19; tc-etf(8).
#[doc(alias = "SO_TXTIME")]
pub const TXTIME: SockOpt<As<TxTime>> = SockOpt::of(option::SO_TXTIME);
/// `SO_TXREHASH`: choose another path when TCP sends again: 1: yes, 0: no, -1: the system's setting.
/// Linux 5.18; linux/socket.h.
#[doc(alias = "SO_TXREHASH")]
pub const TXREHASH: SockOpt<Integer> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_TXREHASH);
/// `SO_NO_CHECK`: send without a UDP checksum over IPv4.
/// Linux 2.2; linux/socket.h.
#[doc(alias = "SO_NO_CHECK")]
pub const NO_CHECK: SockOpt<Flag> = SockOpt::plain(opt::SOL_SOCKET, opt::SO_NO_CHECK);
