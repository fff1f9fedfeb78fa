//! Control messages of SCTP: RFC 6458 section 5.3, linux/sctp.h.

use core::net::{Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use super::{Content, ControlKind, Raw, SctpReceiveContent, SctpSendContent, Uint16};
use crate::option::SctpInit;

/// The level.
const IPPROTO_SCTP: i32 = 132;

/// `SCTP_INIT`: sent: how to set an association up.
#[doc(alias = "SCTP_INIT")]
pub const INIT: ControlKind<Init> = ControlKind::new(IPPROTO_SCTP, 0);
/// `SCTP_SNDRCV`: how a message is sent or came, the old form: `struct sctp_sndrcvinfo`.
#[doc(alias = "SCTP_SNDRCV")]
pub const SNDRCV: ControlKind<Raw> = ControlKind::new(IPPROTO_SCTP, 1);
/// `SCTP_SNDINFO`: sent: stream, payload protocol, association.
#[doc(alias = "SCTP_SNDINFO")]
pub const SNDINFO: ControlKind<SctpSendContent> = ControlKind::new(IPPROTO_SCTP, 2);
/// `SCTP_RCVINFO`: received: likewise, and the numbers it travelled by, after SCTP_RECVRCVINFO.
#[doc(alias = "SCTP_RCVINFO")]
pub const RCVINFO: ControlKind<SctpReceiveContent> = ControlKind::new(IPPROTO_SCTP, 3);
/// `SCTP_NXTINFO`: of the next message, after SCTP_RECVNXTINFO.
#[doc(alias = "SCTP_NXTINFO")]
pub const NXTINFO: ControlKind<NextContent> = ControlKind::new(IPPROTO_SCTP, 4);
/// `SCTP_PRINFO`: sent: when to give the message up.
#[doc(alias = "SCTP_PRINFO")]
pub const PRINFO: ControlKind<ReliabilityContent> = ControlKind::new(IPPROTO_SCTP, 5);
/// `SCTP_AUTHINFO`: sent: the number of the key.
#[doc(alias = "SCTP_AUTHINFO")]
pub const AUTHINFO: ControlKind<Uint16> = ControlKind::new(IPPROTO_SCTP, 6);
/// `SCTP_DSTADDRV4`: sent: one more IPv4 address of the peer.
#[doc(alias = "SCTP_DSTADDRV4")]
pub const DSTADDRV4: ControlKind<Ip4> = ControlKind::new(IPPROTO_SCTP, 7);
/// `SCTP_DSTADDRV6`: sent: one more IPv6 address of the peer.
#[doc(alias = "SCTP_DSTADDRV6")]
pub const DSTADDRV6: ControlKind<Ip6> = ControlKind::new(IPPROTO_SCTP, 8);

/// `struct sctp_initmsg`.
#[derive(Debug)]
pub enum Init {}

impl Content for Init {
    type Value<'a> = SctpInit;
    fn encode(init: SctpInit, put: &mut dyn FnMut(&[u8])) {
        let words = [init.outgoing, init.incoming, init.attempts, init.timeout];
        put(words.map(u16::to_ne_bytes).as_flattened());
    }
    fn decode(data: &[u8]) -> Option<SctpInit> {
        let at =
            |place: usize| data.get(2 * place..)?.first_chunk().map(|n| u16::from_ne_bytes(*n));
        Some(SctpInit { outgoing: at(0)?, incoming: at(1)?, attempts: at(2)?, timeout: at(3)? })
    }
}

/// The message that follows the one that was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SctpNext {
    /// The stream.
    pub stream: u16,
    /// `SCTP_UNORDERED` and the like; 0x8000: it is a notification.
    pub flags: u16,
    /// The payload protocol identifier, as the peer sent its bytes.
    pub ppid: u32,
    /// How many bytes there are of it, so far.
    pub len: u32,
    /// The association.
    pub association: i32,
}

/// `struct sctp_nxtinfo`; received alone.
#[derive(Debug)]
pub enum NextContent {}

impl Content for NextContent {
    type Value<'a> = SctpNext;
    fn encode(_: SctpNext, _: &mut dyn FnMut(&[u8])) {}
    fn decode(data: &[u8]) -> Option<SctpNext> {
        let half = |at: usize| data.get(at..)?.first_chunk().map(|n| u16::from_ne_bytes(*n));
        let word = |at: usize| data.get(at..)?.first_chunk().map(|n| u32::from_ne_bytes(*n));
        Some(SctpNext {
            stream: half(0)?,
            flags: half(2)?,
            ppid: word(4)?,
            len: word(8)?,
            association: i32::from_ne_bytes(word(12)?.to_ne_bytes()),
        })
    }
}

/// How long a message is worth sending: RFC 3758, RFC 7496.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SctpReliability {
    /// Until it arrives, or the association is lost.
    Full,
    /// For so long; whole milliseconds.
    #[doc(alias = "SCTP_PR_SCTP_TTL")]
    Lifetime(Duration),
    /// So many times again.
    #[doc(alias = "SCTP_PR_SCTP_RTX")]
    Retransmissions(u32),
    /// Until room is needed for one of a smaller number.
    #[doc(alias = "SCTP_PR_SCTP_PRIO")]
    Priority(u32),
}

/// `struct sctp_prinfo`; a lifetime of more milliseconds than 32 bits count cannot be said.
#[derive(Debug)]
pub enum ReliabilityContent {}

impl Content for ReliabilityContent {
    type Value<'a> = SctpReliability;
    fn encode(reliability: SctpReliability, put: &mut dyn FnMut(&[u8])) {
        let (policy, value): (u16, u32) = match reliability {
            SctpReliability::Full => (0, 0),
            SctpReliability::Lifetime(time) => match time.as_nanos().div_ceil(1_000_000).try_into()
            {
                Ok(millis) => (0x10, millis),
                Err(_) => return,
            },
            SctpReliability::Retransmissions(count) => (0x20, count),
            SctpReliability::Priority(priority) => (0x30, priority),
        };
        let ([a, b], [c, d, e, f]) = (policy.to_ne_bytes(), value.to_ne_bytes());
        put(&[a, b, 0, 0, c, d, e, f]);
    }
    fn decode(data: &[u8]) -> Option<SctpReliability> {
        let policy = data.first_chunk().map(|n| u16::from_ne_bytes(*n))?;
        let value = data.get(4..)?.first_chunk().map(|n| u32::from_ne_bytes(*n))?;
        match policy {
            0 => Some(SctpReliability::Full),
            0x10 => Some(SctpReliability::Lifetime(Duration::from_millis(value.into()))),
            0x20 => Some(SctpReliability::Retransmissions(value)),
            0x30 => Some(SctpReliability::Priority(value)),
            _ => None,
        }
    }
}

/// `struct in_addr`.
#[derive(Debug)]
pub enum Ip4 {}

impl Content for Ip4 {
    type Value<'a> = Ipv4Addr;
    fn encode(ip: Ipv4Addr, put: &mut dyn FnMut(&[u8])) {
        put(&ip.octets());
    }
    fn decode(data: &[u8]) -> Option<Ipv4Addr> {
        data.first_chunk().map(|octets| Ipv4Addr::from(*octets))
    }
}

/// `struct in6_addr`.
#[derive(Debug)]
pub enum Ip6 {}

impl Content for Ip6 {
    type Value<'a> = Ipv6Addr;
    fn encode(ip: Ipv6Addr, put: &mut dyn FnMut(&[u8])) {
        put(&ip.octets());
    }
    fn decode(data: &[u8]) -> Option<Ipv6Addr> {
        data.first_chunk().map(|octets| Ipv6Addr::from(*octets))
    }
}
