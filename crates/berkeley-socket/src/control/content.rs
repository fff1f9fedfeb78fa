//! How a control message's bytes become a value and back: one form each.
//!
//! Contract: any bytes decode to a value or to `None`; nothing is read beyond them. A form that is only received says so, and
//! encodes all the same where that makes sense.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use core::time::Duration;
use std::time::SystemTime;

use berkeley_addr::{Address, AnyAddr};
use berkeley_sys::Errno;

use crate::option::{Credentials, SctpSend};

/// What the bytes of a control message mean.
pub trait Content {
    /// What users hold; it may borrow from the message.
    type Value<'a>;
    /// Hands the bytes to `put`, once; not at all where this form cannot say the value.
    fn encode(value: Self::Value<'_>, put: &mut dyn FnMut(&[u8]));
    /// `None`: the bytes have another form.
    fn decode(data: &[u8]) -> Option<Self::Value<'_>>;
}

/// Declares forms: a unit type each, its value, and the two conversions.
macro_rules! contents {
    ($($(#[$doc:meta])* $form:ident => $value:ty { $encode:expr, $decode:expr })*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $form {}

        impl Content for $form {
            type Value<'a> = $value;
            fn encode(value: $value, put: &mut dyn FnMut(&[u8])) {
                let encode: fn($value, &mut dyn FnMut(&[u8])) = $encode;
                encode(value, put);
            }
            fn decode(data: &[u8]) -> Option<$value> {
                let decode: fn(&[u8]) -> Option<$value> = $decode;
                decode(data)
            }
        }
    )*};
}

/// A field: `N` bytes at an offset.
fn at<const N: usize>(data: &[u8], offset: usize) -> Option<[u8; N]> {
    data.get(offset..)?.first_chunk().copied()
}

fn u16_at(data: &[u8], offset: usize) -> Option<u16> {
    at(data, offset).map(u16::from_ne_bytes)
}

fn u32_at(data: &[u8], offset: usize) -> Option<u32> {
    at(data, offset).map(u32::from_ne_bytes)
}

fn i32_at(data: &[u8], offset: usize) -> Option<i32> {
    at(data, offset).map(i32::from_ne_bytes)
}

/// A `long` of this machine at a place among others of a message that is `count` of them.
fn long_at(data: &[u8], place: usize, count: usize) -> Option<i64> {
    if data.len() == 4 * count {
        return i32_at(data, 4 * place).map(i64::from);
    }
    at(data, 8 * place).map(i64::from_ne_bytes)
}

/// A moment of the system's clock: seconds, and a fraction of `per_second`.
fn moment(seconds: i64, fraction: i64, per_second: u32) -> Option<SystemTime> {
    let nanos = u32::try_from(fraction).ok()?.checked_mul(1_000_000_000 / per_second)?;
    let time = Duration::new(u64::try_from(seconds).ok()?, nanos);
    SystemTime::UNIX_EPOCH.checked_add(time)
}

contents! {
    /// An `int`; one byte is read, too (IP_TOS answers with one).
    Int => i32 {
        |value, put| put(&value.to_ne_bytes()),
        |data| match data {
            [byte] => Some((*byte).into()),
            _ => i32_at(data, 0),
        }
    }
    /// An `unsigned int`.
    Uint => u32 { |value, put| put(&value.to_ne_bytes()), |data| u32_at(data, 0) }
    /// An `unsigned int` in network order.
    UintBe => u32 { |value, put| put(&value.to_be_bytes()), |data| at(data, 0).map(u32::from_be_bytes) }
    /// Two bytes; an `int` is read, too.
    Uint16 => u16 {
        |value, put| put(&value.to_ne_bytes()),
        |data| match data.len() {
            4.. => u16::try_from(i32_at(data, 0)?).ok(),
            _ => u16_at(data, 0),
        }
    }
    /// A byte.
    Uint8 => u8 { |value, put| put(&[value]), |data| data.first().copied() }
    /// No data at all: that it is there says it.
    Nothing => () { |(), put| put(&[]), |_| Some(()) }
    /// Nanoseconds of 64 bits, on the clock that an option chose.
    Duration64 => Duration {
        |time, put| {
            if let Ok(nanos) = u64::try_from(time.as_nanos()) {
                put(&nanos.to_ne_bytes());
            }
        },
        |data| at(data, 0).map(|nanos| Duration::from_nanos(u64::from_ne_bytes(nanos)))
    }
    /// `struct ucred`.
    CredentialsContent => Credentials {
        |who, put| {
            let mut bytes = [0; 12];
            bytes[..4].copy_from_slice(&who.pid.unwrap_or(0).to_ne_bytes());
            bytes[4..8].copy_from_slice(&who.uid.to_ne_bytes());
            bytes[8..].copy_from_slice(&who.gid.to_ne_bytes());
            put(&bytes);
        },
        |data| Some(Credentials {
            pid: Some(i32_at(data, 0)?).filter(|pid| *pid > 0),
            uid: u32_at(data, 4)?,
            gid: u32_at(data, 8)?,
        })
    }
    /// `struct timeval`.
    Time => SystemTime {
        |_, _| {},
        |data| moment(long_at(data, 0, 2)?, long_at(data, 1, 2)?, 1_000_000)
    }
    /// `struct timespec`.
    Times => SystemTime {
        |_, _| {},
        |data| moment(long_at(data, 0, 2)?, long_at(data, 1, 2)?, 1_000_000_000)
    }
    /// `struct scm_timestamping`: three of them.
    PacketTime => Timestamps {
        |_, _| {},
        |data| {
            let pair = |place| Some((long_at(data, place, 6)?, long_at(data, place + 1, 6)?));
            let (software, hardware) = (pair(0)?, pair(4)?);
            let since = |(seconds, nanos)| {
                Some(Duration::new(u64::try_from(seconds).ok()?, u32::try_from(nanos).ok()?))
            };
            Some(Timestamps {
                software: Some(software).filter(|time| *time != (0, 0))
                    .and_then(|(seconds, nanos)| moment(seconds, nanos, 1_000_000_000)),
                hardware: Some(hardware).filter(|time| *time != (0, 0)).and_then(since),
            })
        }
    }
    /// `struct in_pktinfo`.
    Pktinfo4Content => Pktinfo4 {
        |info, put| {
            let mut bytes = [0; 12];
            bytes[..4].copy_from_slice(&info.interface.to_ne_bytes());
            bytes[4..8].copy_from_slice(&info.local.octets());
            bytes[8..].copy_from_slice(&info.destination.octets());
            put(&bytes);
        },
        |data| Some(Pktinfo4 {
            interface: u32_at(data, 0)?,
            local: Ipv4Addr::from(at::<4>(data, 4)?),
            destination: Ipv4Addr::from(at::<4>(data, 8)?),
        })
    }
    /// `struct in6_pktinfo`.
    Pktinfo6Content => Pktinfo6 {
        |info, put| {
            let mut bytes = [0; 20];
            bytes[..16].copy_from_slice(&info.address.octets());
            bytes[16..].copy_from_slice(&info.interface.to_ne_bytes());
            put(&bytes);
        },
        |data| Some(Pktinfo6 {
            address: Ipv6Addr::from(at::<16>(data, 0)?),
            interface: u32_at(data, 16)?,
        })
    }
    /// `struct sockaddr_in`.
    Sockaddr4 => SocketAddrV4 {
        |addr, put| put(&addr.encode()),
        |data| SocketAddrV4::decode(data).ok()
    }
    /// `struct sockaddr_in6`.
    Sockaddr6 => SocketAddrV6 {
        |addr, put| put(&addr.encode()),
        |data| SocketAddrV6::decode(data).ok()
    }
    /// `struct ip6_mtuinfo`.
    PathMtuContent => PathMtu {
        |path, put| {
            let mut bytes = [0; 32];
            bytes[..28].copy_from_slice(&path.destination.encode());
            bytes[28..].copy_from_slice(&path.mtu.to_ne_bytes());
            put(&bytes);
        },
        |data| Some(PathMtu {
            destination: SocketAddrV6::decode(data.get(..28)?).ok()?,
            mtu: u32_at(data, 28)?,
        })
    }
    /// `struct sock_extended_err`, and the offender's address behind it; received alone.
    ExtendedErrorContent => ExtendedError { |_, _| {}, ExtendedError::of }
    /// `struct tpacket_auxdata`; received alone.
    AuxdataContent => Auxdata {
        |_, _| {},
        |data| {
            let status = u32_at(data, 0)?;
            let tag = (u16_at(data, 16)?, u16_at(data, 18)?);
            Some(Auxdata {
                status,
                len: u32_at(data, 4)?,
                captured: u32_at(data, 8)?,
                mac: u16_at(data, 12)?,
                network: u16_at(data, 14)?,
                // TP_STATUS_VLAN_VALID and TP_STATUS_VLAN_TPID_VALID.
                vlan: (status & 0x10 != 0).then_some(tag.0),
                vlan_protocol: (status & 0x40 != 0).then_some(tag.1),
            })
        }
    }
    /// Two numbers: an error code of TIPC, and how many bytes came back.
    TipcErrorContent => TipcError {
        |_, _| {},
        |data| Some(TipcError { code: TipcReason::new(u32_at(data, 0)?), returned: u32_at(data, 4)? })
    }
    /// Three numbers: a service, and the range that was sent to.
    TipcNameContent => TipcName {
        |_, _| {},
        |data| Some(TipcName { service: u32_at(data, 0)?, lower: u32_at(data, 4)?, upper: u32_at(data, 8)? })
    }
    /// A J1939 NAME: 64 bits.
    J1939Name => u64 { |name, put| put(&name.to_ne_bytes()), |data| at(data, 0).map(u64::from_ne_bytes) }
    /// `struct sctp_sndinfo`: RFC 6458 section 5.3.4.
    SctpSendContent => SctpSend {
        |info, put| {
            let mut bytes = [0; 16];
            bytes[..2].copy_from_slice(&info.stream.to_ne_bytes());
            bytes[2..4].copy_from_slice(&info.flags.to_ne_bytes());
            // The kernel carries it as it is: network order is the users' to agree on.
            bytes[4..8].copy_from_slice(&info.ppid.to_ne_bytes());
            bytes[8..12].copy_from_slice(&info.context.to_ne_bytes());
            bytes[12..].copy_from_slice(&info.association.to_ne_bytes());
            put(&bytes);
        },
        |data| Some(SctpSend {
            stream: u16_at(data, 0)?,
            flags: u16_at(data, 2)?,
            ppid: u32_at(data, 4)?,
            context: u32_at(data, 8)?,
            association: i32_at(data, 12)?,
        })
    }
    /// `struct sctp_rcvinfo`: RFC 6458 section 5.3.5; received alone.
    SctpReceiveContent => SctpReceive {
        |_, _| {},
        |data| Some(SctpReceive {
            stream: u16_at(data, 0)?,
            sequence: u16_at(data, 2)?,
            flags: u16_at(data, 4)?,
            ppid: u32_at(data, 8)?,
            transmission: u32_at(data, 12)?,
            acknowledged: u32_at(data, 16)?,
            context: u32_at(data, 20)?,
            association: i32_at(data, 24)?,
        })
    }
}

/// Bytes, as they are.
#[derive(Debug)]
pub enum Raw {}

impl Content for Raw {
    type Value<'a> = &'a [u8];
    fn encode(value: &[u8], put: &mut dyn FnMut(&[u8])) {
        put(value);
    }
    fn decode(data: &[u8]) -> Option<&[u8]> {
        Some(data)
    }
}

/// `struct af_alg_iv`: an initialization vector behind its length.
#[derive(Debug)]
pub enum Iv {}

impl Content for Iv {
    type Value<'a> = &'a [u8];
    fn encode(value: &[u8], put: &mut dyn FnMut(&[u8])) {
        let Ok(len) = u32::try_from(value.len()) else { return };
        put(&[&len.to_ne_bytes(), value].concat());
    }
    fn decode(data: &[u8]) -> Option<&[u8]> {
        let len = usize::try_from(u32_at(data, 0)?).ok()?;
        data.get(4..)?.get(..len)
    }
}

/// When a packet passed, as SO_TIMESTAMPING asks: each form if it was asked for and there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamps {
    /// By the system's clock.
    pub software: Option<SystemTime>,
    /// By the clock of the network device, since that clock's own zero (often TAI).
    pub hardware: Option<Duration>,
}

/// Where an IPv4 packet came in, or where and from which address it is to go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pktinfo4 {
    /// The index of the interface; sending, 0 lets the route choose.
    pub interface: u32,
    /// The address an answer would come from; sending, the source address, unspecified for the route's own.
    pub local: Ipv4Addr,
    /// The packet's destination; sending, it does not count.
    pub destination: Ipv4Addr,
}

/// Where an IPv6 packet came in, or where and from which address it is to go out: RFC 3542 section 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pktinfo6 {
    /// Received: the packet's destination. Sending: the source address, unspecified for the route's own.
    pub address: Ipv6Addr,
    /// The index of the interface; sending, 0 lets the route choose.
    pub interface: u32,
}

/// A path's MTU that has changed: RFC 3542 section 11.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathMtu {
    /// Where the path leads.
    pub destination: SocketAddrV6,
    /// The MTU, in bytes.
    pub mtu: u32,
}

/// What a packet socket says of a packet: packet(7), PACKET_AUXDATA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Auxdata {
    /// `TP_STATUS_*`.
    pub status: u32,
    /// The packet's length.
    pub len: u32,
    /// How much of it was captured.
    pub captured: u32,
    /// Where its link header begins in the captured bytes.
    pub mac: u16,
    /// Where its network header begins.
    pub network: u16,
    /// The VLAN tag that the device took off.
    pub vlan: Option<u16>,
    /// The protocol of that tag, an ethertype.
    pub vlan_protocol: Option<u16>,
}

/// Why a message of TIPC came back, or a connection ended. An open set of numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TipcReason(u32);

impl TipcReason {
    /// Nobody is bound to the service address on the node that the message came to.
    #[doc(alias = "TIPC_ERR_NO_NAME")]
    pub const NO_NAME: Self = Self(1);
    /// There is no such socket: it was closed. Of a connection: the peer closed it without [`shutdown`](crate::Socket::shutdown).
    #[doc(alias = "TIPC_ERR_NO_PORT")]
    pub const NO_PORT: Self = Self(2);
    /// No node of this hash is reached.
    #[doc(alias = "TIPC_ERR_NO_NODE")]
    pub const NO_NODE: Self = Self(3);
    /// The receiver's queue is full for messages of this importance.
    #[doc(alias = "TIPC_ERR_OVERLOAD")]
    pub const OVERLOAD: Self = Self(4);
    /// The peer has shut the connection down.
    #[doc(alias = "TIPC_CONN_SHUTDOWN")]
    pub const CONN_SHUTDOWN: Self = Self(5);

    /// The reason of a number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number of the reason.
    pub const fn raw(self) -> u32 {
        self.0
    }
}

impl fmt::Display for TipcReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NO_NAME => f.write_str("nobody is bound to the service"),
            Self::NO_PORT => f.write_str("no such socket"),
            Self::NO_NODE => f.write_str("no such node"),
            Self::OVERLOAD => f.write_str("the receiver is overloaded"),
            Self::CONN_SHUTDOWN => f.write_str("the connection was shut down"),
            Self(other) => write!(f, "reason {other}"),
        }
    }
}

impl fmt::Debug for TipcReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A message of TIPC that came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TipcError {
    /// Why.
    pub code: TipcReason,
    /// How many of its bytes came back with it.
    pub returned: u32,
}

/// The service address that a message of TIPC was sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TipcName {
    /// The service's type.
    pub service: u32,
    /// The first instance.
    pub lower: u32,
    /// The last instance.
    pub upper: u32,
}

/// How a message of SCTP came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SctpReceive {
    /// The stream.
    pub stream: u16,
    /// Its number in the stream.
    pub sequence: u16,
    /// `SCTP_UNORDERED` and the like.
    pub flags: u16,
    /// The payload protocol identifier, as the peer sent its bytes.
    pub ppid: u32,
    /// The transmission sequence number.
    pub transmission: u32,
    /// The cumulative one.
    pub acknowledged: u32,
    /// What the socket's user has given the association.
    pub context: u32,
    /// The association.
    pub association: i32,
}

/// Who tells of an error: `SO_EE_ORIGIN_*` of linux/errqueue.h.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// Nobody.
    None,
    /// This machine.
    Local,
    /// An ICMP message.
    Icmp,
    /// An ICMPv6 message.
    Icmp6,
    /// A transmit time stamp, or a wireless status.
    Txstatus,
    /// A completion of MSG_ZEROCOPY.
    Zerocopy,
    /// A packet that SO_TXTIME's scheduler did not send.
    Txtime,
    /// Another number.
    Other(u8),
}

/// What the error queue says of a packet that was sent: ip(7), IP_RECVERR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtendedError {
    /// What went wrong; `None`: nothing (a completion). ENOMSG is a time stamp's.
    pub errno: Option<Errno>,
    /// Who tells.
    pub origin: Origin,
    /// The type of the ICMP message.
    pub kind: u8,
    /// Its code; of a completion: 1, if the bytes were copied all the same.
    pub code: u8,
    /// More: the MTU with EMSGSIZE, the first number of a range of completions, which time stamp it is.
    pub info: u32,
    /// More: the last number of a range, the number of a time stamp.
    pub data: u32,
    /// The machine that sent the ICMP message.
    pub offender: Option<AnyAddr>,
}

impl ExtendedError {
    fn of(bytes: &[u8]) -> Option<Self> {
        let [origin, kind, code, _] = at(bytes, 4)?;
        let errno = i32_at(bytes, 0)?;
        let offender =
            bytes.get(16..).and_then(|addr| AnyAddr::decode(addr.get(..28).unwrap_or(addr)).ok());
        Some(Self {
            errno: (1..=4095).contains(&errno).then(|| Errno::from_raw_os_error(errno)),
            origin: match origin {
                0 => Origin::None,
                1 => Origin::Local,
                2 => Origin::Icmp,
                3 => Origin::Icmp6,
                4 => Origin::Txstatus,
                5 => Origin::Zerocopy,
                6 => Origin::Txtime,
                other => Origin::Other(other),
            },
            kind,
            code,
            info: u32_at(bytes, 8)?,
            data: u32_at(bytes, 12)?,
            offender: offender.filter(|addr| addr.ip().is_some()),
        })
    }
}
