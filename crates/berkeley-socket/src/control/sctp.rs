//! Control messages of SCTP: RFC 6458 section 5.3, linux/sctp.h.

use super::{ControlKind, Raw, SctpReceiveContent, SctpSendContent, Uint16};

/// The level.
const IPPROTO_SCTP: i32 = 132;

/// `SCTP_INIT`: sent: how to set an association up: `struct sctp_initmsg`.
#[doc(alias = "SCTP_INIT")]
pub const INIT: ControlKind<Raw> = ControlKind::new(IPPROTO_SCTP, 0);
/// `SCTP_SNDRCV`: how a message is sent or came, the old form: `struct sctp_sndrcvinfo`.
#[doc(alias = "SCTP_SNDRCV")]
pub const SNDRCV: ControlKind<Raw> = ControlKind::new(IPPROTO_SCTP, 1);
/// `SCTP_SNDINFO`: sent: stream, payload protocol, association.
#[doc(alias = "SCTP_SNDINFO")]
pub const SNDINFO: ControlKind<SctpSendContent> = ControlKind::new(IPPROTO_SCTP, 2);
/// `SCTP_RCVINFO`: received: likewise, and the numbers it travelled by, after SCTP_RECVRCVINFO.
#[doc(alias = "SCTP_RCVINFO")]
pub const RCVINFO: ControlKind<SctpReceiveContent> = ControlKind::new(IPPROTO_SCTP, 3);
/// `SCTP_NXTINFO`: of the next message, after SCTP_RECVNXTINFO: `struct sctp_nxtinfo`.
#[doc(alias = "SCTP_NXTINFO")]
pub const NXTINFO: ControlKind<Raw> = ControlKind::new(IPPROTO_SCTP, 4);
/// `SCTP_PRINFO`: sent: when to give the message up: `struct sctp_prinfo`.
#[doc(alias = "SCTP_PRINFO")]
pub const PRINFO: ControlKind<Raw> = ControlKind::new(IPPROTO_SCTP, 5);
/// `SCTP_AUTHINFO`: sent: the number of the key.
#[doc(alias = "SCTP_AUTHINFO")]
pub const AUTHINFO: ControlKind<Uint16> = ControlKind::new(IPPROTO_SCTP, 6);
/// `SCTP_DSTADDRV4`: sent: one more IPv4 address of the peer.
#[doc(alias = "SCTP_DSTADDRV4")]
pub const DSTADDRV4: ControlKind<Raw> = ControlKind::new(IPPROTO_SCTP, 7);
/// `SCTP_DSTADDRV6`: sent: one more IPv6 address of the peer.
#[doc(alias = "SCTP_DSTADDRV6")]
pub const DSTADDRV6: ControlKind<Raw> = ControlKind::new(IPPROTO_SCTP, 8);
