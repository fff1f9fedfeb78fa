//! Either IP family: core's `SocketAddr`.
//!
//! Contract: the text of whichever it is, told apart by the first byte; the sockaddr likewise, told apart by its family.
//! AF_RDS and AF_SMC sockets use IP's sockaddrs, with AF_INET or AF_INET6 in them. A v4-mapped address stays IPv6.

use core::fmt;
use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::address::{Address, family_of};
use crate::bytes::Bytes;
use crate::error::{DecodeError, ParseError};
use crate::inet;
use crate::inet6;
use crate::number::Family;
use crate::protocol::Protocol;

impl Address for SocketAddr {
    type Sockaddr = Bytes<28>;

    fn speaks(family: Family, _: Protocol) -> bool {
        matches!(family, Family::INET | Family::INET6 | Family::RDS | Family::SMC)
    }

    #[inline]
    fn family(&self) -> Family {
        match self {
            Self::V4(_) => Family::INET,
            Self::V6(_) => Family::INET6,
        }
    }

    #[inline]
    fn encode(&self) -> Bytes<28> {
        match self {
            Self::V4(addr) => {
                let mut room = [0; 28];
                let sockaddr = addr.encode();
                room.iter_mut().zip(sockaddr).for_each(|(slot, byte)| *slot = byte);
                Bytes::from_room(room, sockaddr.len())
            }
            Self::V6(addr) => Bytes::from_room(addr.encode(), 28),
        }
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        // First the most frequent, whole: with one look at the length.
        if let Some(head) = bytes.first_chunk::<8>() {
            if Family::of(head) == Some(Family::INET) {
                return Ok(Self::V4(inet::decode_fields(head)));
            }
        }
        match family_of(bytes)? {
            Family::INET => Ok(Self::V4(inet::decode_fields(bytes))),
            Family::INET6 => Ok(Self::V6(inet6::decode_fields(bytes))),
            got => Err(DecodeError::Family { got }),
        }
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        if text.starts_with('[') {
            SocketAddrV6::parse(text).map(Self::V6)
        } else {
            SocketAddrV4::parse(text).map(Self::V4)
        }
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(addr) => addr.fmt_text(f),
            Self::V6(addr) => addr.fmt_text(f),
        }
    }
}
