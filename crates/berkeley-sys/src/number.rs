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
/// `linux/sctp.h`: no message but news of an association.
pub const MSG_NOTIFICATION: i32 = 0x8000;
/// `linux/socket.h`: a descriptor of the sending process, Linux 6.5.
pub const SCM_PIDFD: i32 = 4;
pub use libc::{SHUT_RD, SHUT_RDWR, SHUT_WR, SOMAXCONN};
pub use libc::{SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_STREAM};

pub mod opt;
pub mod value;
