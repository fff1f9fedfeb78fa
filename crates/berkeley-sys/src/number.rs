//! The kernel's numbers that the layers above need and must not spell themselves: `SOCK_*`, `MSG_*`, `POLL*`, levels.
//!
//! From the crate `libc` where it has them; what it lacks stands here with header and name.

pub use libc::{AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNIX, AF_UNSPEC};
pub use libc::{
    MSG_CMSG_CLOEXEC, MSG_CONFIRM, MSG_CTRUNC, MSG_DONTROUTE, MSG_DONTWAIT, MSG_EOR, MSG_ERRQUEUE,
    MSG_FASTOPEN, MSG_MORE, MSG_NOSIGNAL, MSG_OOB, MSG_PEEK, MSG_TRUNC, MSG_WAITALL,
    MSG_WAITFORONE, MSG_ZEROCOPY,
};
pub use libc::{SCM_CREDENTIALS, SCM_RIGHTS};
/// `linux/socket.h`: a descriptor of the sending process, Linux 6.5.
pub const SCM_PIDFD: i32 = 4;
pub use libc::{SHUT_RD, SHUT_RDWR, SHUT_WR, SOMAXCONN};
pub use libc::{SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_STREAM};

/// Option levels and names, as `getsockopt(2)` takes them.
pub mod opt {
    pub use libc::{
        IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, SOL_NETLINK, SOL_PACKET, SOL_SOCKET,
    };

    pub use libc::{
        SO_ACCEPTCONN, SO_BINDTODEVICE, SO_BROADCAST, SO_BUSY_POLL, SO_DEBUG, SO_DOMAIN,
        SO_DONTROUTE, SO_ERROR, SO_INCOMING_CPU, SO_KEEPALIVE, SO_LINGER, SO_MARK, SO_OOBINLINE,
        SO_PASSCRED, SO_PEEK_OFF, SO_PEERCRED, SO_PRIORITY, SO_PROTOCOL, SO_RCVBUF, SO_RCVBUFFORCE,
        SO_RCVLOWAT, SO_REUSEADDR, SO_REUSEPORT, SO_SNDBUF, SO_SNDBUFFORCE, SO_TYPE,
    };

    pub use libc::{
        IP_ADD_MEMBERSHIP, IP_BIND_ADDRESS_NO_PORT, IP_DROP_MEMBERSHIP, IP_FREEBIND, IP_HDRINCL,
        IP_MTU, IP_MTU_DISCOVER, IP_MULTICAST_ALL, IP_MULTICAST_IF, IP_MULTICAST_LOOP,
        IP_MULTICAST_TTL, IP_TOS, IP_TRANSPARENT, IP_TTL,
    };
    /// `in.h`: how a path's MTU is found; values for [`IP_MTU_DISCOVER`].
    pub use libc::{IP_PMTUDISC_DO, IP_PMTUDISC_DONT, IP_PMTUDISC_PROBE, IP_PMTUDISC_WANT};

    pub use libc::{
        IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP, IPV6_FREEBIND, IPV6_MTU, IPV6_MTU_DISCOVER,
        IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF, IPV6_MULTICAST_LOOP, IPV6_TCLASS, IPV6_TRANSPARENT,
        IPV6_UNICAST_HOPS, IPV6_V6ONLY,
    };
    /// `linux/in6.h`: have received flow labels delivered.
    pub const IPV6_FLOWINFO: i32 = 11;
    /// `linux/in6.h`: send the flow label of the address.
    pub const IPV6_FLOWINFO_SEND: i32 = 33;
    /// `linux/in6.h`: let the kernel choose flow labels.
    pub const IPV6_AUTOFLOWLABEL: i32 = 70;

    pub use libc::{
        TCP_CONGESTION, TCP_CORK, TCP_DEFER_ACCEPT, TCP_FASTOPEN, TCP_FASTOPEN_CONNECT,
        TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_LINGER2, TCP_MAXSEG, TCP_NODELAY,
        TCP_NOTSENT_LOWAT, TCP_QUICKACK, TCP_SYNCNT, TCP_USER_TIMEOUT, TCP_WINDOW_CLAMP,
    };
    pub use libc::{UDP_CORK, UDP_GRO, UDP_SEGMENT};

    pub use libc::{NETLINK_ADD_MEMBERSHIP, NETLINK_BROADCAST_ERROR, NETLINK_DROP_MEMBERSHIP};
    pub use libc::{NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_NO_ENOBUFS};
    /// `linux/netlink.h`: refuse dump requests whose header says something the kernel does not know.
    pub const NETLINK_GET_STRICT_CHK: i32 = 12;

    pub use libc::{PACKET_ADD_MEMBERSHIP, PACKET_DROP_MEMBERSHIP, PACKET_IGNORE_OUTGOING};
}
