//! Control messages of SOL_SOCKET: socket(7), unix(7), `Documentation/networking/timestamping.rst`.

use berkeley_sys::number::opt;

use super::{ControlKind, CredentialsContent, Duration64, PacketTime, Raw, Time, Times, Uint};

/// `SCM_CREDENTIALS`: the sender's process, user and group, after SO_PASSCRED; sent, they must be one's own, or need CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID.
#[doc(alias = "SCM_CREDENTIALS")]
pub const CREDENTIALS: ControlKind<CredentialsContent> = ControlKind::new(opt::SOL_SOCKET, 2);
/// `SCM_SECURITY`: the sender's security label, after SO_PASSSEC.
#[doc(alias = "SCM_SECURITY")]
pub const SECURITY: ControlKind<Raw> = ControlKind::new(opt::SOL_SOCKET, 3);
/// `SCM_TIMESTAMP`: when a packet came, to the microsecond, after SO_TIMESTAMP.
#[doc(alias = "SCM_TIMESTAMP")]
pub const TIMESTAMP: ControlKind<Time> = ControlKind::new(opt::SOL_SOCKET, 29);
/// `SCM_TIMESTAMPNS`: the same to the nanosecond, after SO_TIMESTAMPNS.
#[doc(alias = "SCM_TIMESTAMPNS")]
pub const TIMESTAMPNS: ControlKind<Times> = ControlKind::new(opt::SOL_SOCKET, 35);
/// `SCM_TIMESTAMPING`: when a packet came, or went out (error queue), by the system's and the device's clock, after SO_TIMESTAMPING.
#[doc(alias = "SCM_TIMESTAMPING")]
pub const TIMESTAMPING: ControlKind<PacketTime> = ControlKind::new(opt::SOL_SOCKET, 37);
/// `SCM_TIMESTAMPING_PKTINFO`: the device and the length of a packet that the device stamped: `struct scm_ts_pktinfo`.
#[doc(alias = "SCM_TIMESTAMPING_PKTINFO")]
pub const TIMESTAMPING_PKTINFO: ControlKind<Raw> = ControlKind::new(opt::SOL_SOCKET, 58);
/// `SCM_TIMESTAMPING_OPT_STATS`: TCP's statistics beside a time stamp, J1939's with each event, as netlink attributes.
#[doc(alias = "SCM_TIMESTAMPING_OPT_STATS")]
pub const TIMESTAMPING_OPT_STATS: ControlKind<Raw> = ControlKind::new(opt::SOL_SOCKET, 54);
/// `SCM_TS_OPT_ID`: sent: the number of this message's time stamp; Linux 6.13.
#[doc(alias = "SCM_TS_OPT_ID")]
pub const TS_OPT_ID: ControlKind<Uint> = ControlKind::new(opt::SOL_SOCKET, 81);
/// `SO_RXQ_OVFL`: how many packets were dropped because the queue was full, since the socket was made.
#[doc(alias = "SO_RXQ_OVFL")]
pub const RXQ_OVFL: ControlKind<Uint> = ControlKind::new(opt::SOL_SOCKET, 40);
/// `SCM_WIFI_STATUS`: whether a wireless frame was acknowledged (error queue).
#[doc(alias = "SCM_WIFI_STATUS")]
pub const WIFI_STATUS: ControlKind<Uint> = ControlKind::new(opt::SOL_SOCKET, 41);
/// `SCM_TXTIME`: sent: when the packet is to leave, on the clock of SO_TXTIME.
#[doc(alias = "SCM_TXTIME")]
pub const TXTIME: ControlKind<Duration64> = ControlKind::new(opt::SOL_SOCKET, 61);
/// `SO_MARK`: the packet's mark, after SO_RCVMARK (Linux 5.19); sent, it needs CAP_NET_ADMIN.
#[doc(alias = "SO_MARK")]
pub const MARK: ControlKind<Uint> = ControlKind::new(opt::SOL_SOCKET, 36);
/// `SO_PRIORITY`: the packet's priority, after SO_RCVPRIORITY (Linux 6.14).
#[doc(alias = "SO_PRIORITY")]
pub const PRIORITY: ControlKind<Uint> = ControlKind::new(opt::SOL_SOCKET, 12);
