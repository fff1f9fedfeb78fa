//! `Address`: what an address type can do, and `OneFamily`, for those with one family.
//!
//! Contract: one plain value type per sockaddr *layout*; the family number does not identify a layout (AF_BLUETOOTH has
//! five, AF_RDS reuses IP's). Four verbs: `parse` and `text` for text, `encode` and `decode` for bytes. `decode` is total,
//! never demands `sizeof` and reads what is missing as zero; `parse` of `text` and `decode` of `encode` give the value back.
//!
//! A new family is an `impl Address` of some ten lines, here or in a program.

use core::fmt;

use crate::error::{DecodeError, ParseError};
use crate::number::Family;
use crate::protocol::Protocol;

/// An address type: text, value and sockaddr bytes, and which sockets speak it.
///
/// Open to programs: the crate's page has [a family of one's own](crate#a-family-of-your-own), in full.
#[doc(alias("sockaddr", "SocketAddr"))]
pub trait Address: Sized + Clone {
    /// Exact room for the encoded sockaddr.
    type Sockaddr: AsRef<[u8]>;

    /// The protocol a socket for such addresses is made with, where the family has a layout per protocol.
    const PROTOCOL: Protocol = Protocol::DEFAULT;

    /// Whether every address of a socket of this family and protocol is of this type.
    fn speaks(family: Family, protocol: Protocol) -> bool;

    /// The address's own family.
    fn family(&self) -> Family;

    /// The protocol a socket for this address is made with: [`Address::PROTOCOL`], unless the type holds addresses of several
    /// layouts, as [`AnyAddr`](crate::AnyAddr) does.
    fn protocol(&self) -> Protocol {
        Self::PROTOCOL
    }

    /// The sockaddr the kernel takes.
    fn encode(&self) -> Self::Sockaddr;

    /// The address in a sockaddr from the kernel.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] without a family, [`DecodeError::Family`] with one this type does not hold.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError>;

    /// The address a text stands for; strict.
    ///
    /// # Errors
    /// What is wrong, where, and what was expected.
    fn parse(text: &str) -> Result<Self, ParseError>;

    /// Writes the canonical text, which [`Address::parse`] reads back to the same value.
    ///
    /// # Errors
    /// Only what the formatter answers.
    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// The canonical text, to print: for core's types, whose own `Display` loses fields, too.
    ///
    /// ```
    /// use std::net::{Ipv6Addr, SocketAddrV6};
    /// use berkeley_addr::Address;
    ///
    /// let addr = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, 7, 0);
    /// assert_eq!(addr.text().to_string(), "[::1]:80,flow=7");
    /// assert_eq!(addr.to_string(), "[::1]:80");
    /// ```
    fn text(&self) -> Text<'_, Self> {
        Text(self)
    }
}

/// An address type with one family, so a socket can be made before there is an address.
pub trait OneFamily: Address {
    /// The family.
    const FAMILY: Family;
}

/// Prints an address by [`Address::fmt_text`]; made by [`Address::text`].
#[derive(Clone, Copy)]
pub struct Text<'a, A>(&'a A);

impl<A: Address> fmt::Display for Text<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_text(f)
    }
}

impl<A: Address> fmt::Debug for Text<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_text(f)
    }
}

/// The family at the front of a sockaddr.
#[inline]
pub(crate) fn family_of(sockaddr: &[u8]) -> Result<Family, DecodeError> {
    Family::of(sockaddr).ok_or(DecodeError::TooShort { len: sockaddr.len() })
}

/// Refuses a sockaddr of another family.
#[inline]
pub(crate) fn expect_family(sockaddr: &[u8], wanted: Family) -> Result<(), DecodeError> {
    let got = family_of(sockaddr)?;
    if got == wanted { Ok(()) } else { Err(DecodeError::Family { got }) }
}

/// Gives an address type of this crate `FromStr` and `Display` by its `parse` and `fmt_text`.
macro_rules! text_traits {
    ($($type:ty),+) => {$(
        impl core::str::FromStr for $type {
            type Err = $crate::error::ParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <Self as $crate::address::Address>::parse(text)
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                $crate::address::Address::fmt_text(self, f)
            }
        }
    )+};
}
pub(crate) use text_traits;
