//! `Ip`: IP addresses by themselves, without a port.
//!
//! Contract: the same strict texts as within socket addresses: four decimal octets without leading zeros; RFC 4291 section 2.2,
//! printed as RFC 5952 says with dots for `::ffff:0:0/96` only. No zone, no brackets, no prefix length. Core's own `FromStr`
//! reads the same texts; these say what is wrong and where, take a fifth to a half of the time, and print into a buffer.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::ops::Deref;

use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::ParseError;
use crate::groups;
use crate::inet;
use crate::inet6;
use crate::octets;

/// An IP address without a port: core's `Ipv4Addr`, `Ipv6Addr`, and `IpAddr` over both.
///
/// ```
/// use berkeley_addr::Ip;
/// use std::net::{IpAddr, Ipv6Addr};
///
/// let ip = Ipv6Addr::parse("2001:DB8:0:0:0:0:0:1")?;
/// assert_eq!(ip.print().as_str(), "2001:db8::1");
/// assert_eq!(IpAddr::parse("127.0.0.01").unwrap_err().at(), 8);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
pub trait Ip: Copy {
    /// The address a text stands for; strict.
    ///
    /// # Errors
    /// What is wrong, where, and what was expected.
    fn parse(text: &str) -> Result<Self, ParseError>;

    /// The canonical text, in a buffer of its own: no heap, no formatter.
    fn print(self) -> IpText;
}

impl Ip for Ipv4Addr {
    #[inline]
    fn parse(text: &str) -> Result<Self, ParseError> {
        match octets::read(text.as_bytes()) {
            Some((octets, len)) if len == text.len() => Ok(Self::from(octets)),
            _ => whole(text, inet::read_ip),
        }
    }

    #[inline]
    fn print(self) -> IpText {
        let mut text = Bytes::EMPTY;
        inet::print_ip(&mut text, self);
        IpText(text)
    }
}

impl Ip for Ipv6Addr {
    #[inline]
    fn parse(text: &str) -> Result<Self, ParseError> {
        match groups::read(text.as_bytes()) {
            Some((bits, len)) if len == text.len() => Ok(Self::from_bits(bits)),
            _ => whole(text, inet6::read_ip),
        }
    }

    #[inline]
    fn print(self) -> IpText {
        let mut text = Bytes::EMPTY;
        inet6::print_ip(&mut text, self);
        IpText(text)
    }
}

/// Told apart by the first byte that is no digit.
impl Ip for IpAddr {
    #[inline]
    fn parse(text: &str) -> Result<Self, ParseError> {
        let dotted = text.bytes().find(|byte| !byte.is_ascii_digit()) == Some(b'.');
        if dotted {
            Ipv4Addr::parse(text).map(Self::V4)
        } else {
            Ipv6Addr::parse(text).map(Self::V6)
        }
    }

    #[inline]
    fn print(self) -> IpText {
        match self {
            Self::V4(ip) => ip.print(),
            Self::V6(ip) => ip.print(),
        }
    }
}

/// `read` must take all of `text`.
fn whole<T>(
    text: &str,
    read: impl Fn(&mut Cursor<'_>) -> Result<T, ParseError>,
) -> Result<T, ParseError> {
    let mut cursor = Cursor::new(text);
    let value = read(&mut cursor)?;
    cursor.end()?;
    Ok(value)
}

/// The text of an IP address, stored inline; reads as a `str`.
///
/// ```
/// use berkeley_addr::Ip;
/// use std::net::Ipv4Addr;
///
/// let text = Ipv4Addr::LOCALHOST.print();
/// assert_eq!((&*text, text.as_bytes(), text.to_string()), ("127.0.0.1", &b"127.0.0.1"[..], "127.0.0.1".to_owned()));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpText(Bytes<46>);

impl IpText {
    /// An IPv4 address behind `::`, with dots.
    pub(crate) fn compatible(ip: Ipv4Addr) -> Self {
        let mut text = Bytes::EMPTY;
        text.put_text("::");
        inet::print_ip(&mut text, ip);
        Self(text)
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        self.0.as_text()
    }

    /// The text's bytes, all of them ASCII.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Deref for IpText {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for IpText {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for IpText {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for IpText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

impl fmt::Debug for IpText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
