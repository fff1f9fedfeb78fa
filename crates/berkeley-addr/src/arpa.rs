//! The functions of arpa/inet.h by their own names: `inet_aton`, `inet_ntoa`, `inet_pton`, `inet_ntop`, `htons` and its
//! relatives, as C and Python's `socket` have them.
//!
//! Contract: for programs that are moved here from C or Python; new ones say [`Ip::parse`], [`Ip::print`](crate::Ip) and
//! `to_be_bytes`. `inet_aton` and `BdAddr::parse_loose` are the lenient parsers of this crate. `inet_ntop` prints as glibc does, which differs from RFC 5952
//! for `::1.2.3.4`. Sources: inet(3), inet_pton(3), inet_ntop(3), byteorder(3); glibc's resolv/inet_ntop.c for the dots.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::bare::{Ip, IpText};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::number::Family;

const LOOSE: Part = Part::new("number", "a decimal, octal or hexadecimal number that fits");
const IP: Part = Part::new("family of IP addresses", "AF_INET or AF_INET6");

/// The IPv4 address that the C library's `inet_aton` reads: one to four numbers with dots between them, each decimal,
/// octal (`0...`) or hexadecimal (`0x...`), the last one filling all bytes that are left.
///
/// For old configuration files and for being compatible on purpose. Everything else in this crate refuses these forms,
/// because two programs that disagree about `010.0.0.1` are a way around a filter. Unlike C's, it takes no trailing text.
///
/// # Errors
/// What is wrong, where, and what was expected.
///
/// ```
/// use berkeley_addr::inet_aton;
/// use std::net::Ipv4Addr;
///
/// assert_eq!(inet_aton("127.1"), Ok(Ipv4Addr::LOCALHOST));
/// assert_eq!(inet_aton("0x7f000001"), Ok(Ipv4Addr::LOCALHOST));
/// assert_eq!(inet_aton("010.0.0.1"), Ok(Ipv4Addr::new(8, 0, 0, 1)));
/// assert!(inet_aton("127.0.0.1 x").is_err());
/// ```
pub fn inet_aton(text: &str) -> Result<Ipv4Addr, ParseError> {
    let mut cursor = Cursor::new(text);
    let mut address = 0_u32;
    for octets_left in (0..4).rev() {
        let start = cursor.at();
        let value = loose_number(&mut cursor)?;
        let last = octets_left == 0 || cursor.peek() != Some(b'.');
        let room = if last { 8 * (octets_left + 1) } else { 8 };
        if value >> room != 0 {
            return Err(cursor.error(Cause::TooLarge, start, &LOOSE));
        }
        let [a, b, c, d, ..] = value.to_le_bytes();
        let part = u32::from_le_bytes([a, b, c, d]);
        if last {
            cursor.end()?;
            return Ok(Ipv4Addr::from_bits(address | part));
        }
        address |= part << (8 * octets_left);
        cursor.eat(b'.');
    }
    Err(cursor.unexpected(&LOOSE))
}

/// The text of an IPv4 address: four decimal octets.
///
/// ```
/// use berkeley_addr::{inet_aton, inet_ntoa};
///
/// assert_eq!(inet_ntoa(inet_aton("127.1")?).as_str(), "127.0.0.1");
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
pub fn inet_ntoa(ip: Ipv4Addr) -> IpText {
    ip.print()
}

/// The bytes of an IP address, in network order: 4 of AF_INET, 16 of AF_INET6. Strict; a zone is no part of them.
///
/// # Errors
/// What is wrong, where, and what was expected; [`Cause::OtherForm`] for any other family.
///
/// ```
/// use berkeley_addr::{Family, inet_pton};
///
/// assert_eq!(*inet_pton(Family::INET, "127.0.0.1")?, [127, 0, 0, 1]);
/// assert_eq!(inet_pton(Family::INET6, "::1")?.len(), 16);
/// assert!(inet_pton(Family::INET, "127.1").is_err());
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
pub fn inet_pton(family: Family, text: &str) -> Result<Bytes<16>, ParseError> {
    match family {
        Family::INET => {
            let [a, b, c, d] = Ipv4Addr::parse(text)?.octets();
            Ok(Bytes::from_room([a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 4))
        }
        Family::INET6 => Ok(Bytes::from_room(Ipv6Addr::parse(text)?.octets(), 16)),
        _ => Err(ParseError::new(Cause::OtherForm, 0, &[], &IP)),
    }
}

/// The text of an IP address in network order, as glibc prints it: [`Ip::print`](crate::Ip), but with dots for
/// `::a.b.c.d` too.
///
/// # Errors
/// [`DecodeError::IpLength`] for another number of bytes than the family's, [`DecodeError::Family`] for any family but
/// AF_INET and AF_INET6.
///
/// ```
/// use berkeley_addr::{Family, inet_ntop};
///
/// let mut ip = [0; 16];
/// ip[12..].copy_from_slice(&[192, 0, 2, 1]);
/// assert_eq!(inet_ntop(Family::INET6, &ip)?.as_str(), "::192.0.2.1");
/// assert!(inet_ntop(Family::INET, &ip).is_err());
/// # Ok::<(), berkeley_addr::DecodeError>(())
/// ```
pub fn inet_ntop(family: Family, ip: &[u8]) -> Result<IpText, DecodeError> {
    let wrong = |_| DecodeError::IpLength { family, len: ip.len() };
    match family {
        Family::INET => Ok(Ipv4Addr::from(<[u8; 4]>::try_from(ip).map_err(wrong)?).print()),
        Family::INET6 => {
            let ip = Ipv6Addr::from(<[u8; 16]>::try_from(ip).map_err(wrong)?);
            // Six groups of zeros and no seventh.
            let compatible = u32::try_from(ip.to_bits()).ok().filter(|&ip| ip > 0xffff);
            Ok(match compatible {
                Some(ip) => IpText::compatible(Ipv4Addr::from_bits(ip)),
                None => ip.print(),
            })
        }
        _ => Err(DecodeError::Family { got: family }),
    }
}

/// 16 bits of this machine, in network order.
///
/// ```
/// assert_eq!(berkeley_addr::htons(80).to_ne_bytes(), [0, 80]);
/// ```
pub const fn htons(host: u16) -> u16 {
    host.to_be()
}

/// 32 bits of this machine, in network order.
///
/// ```
/// assert_eq!(berkeley_addr::htonl(0x7f00_0001).to_ne_bytes(), [127, 0, 0, 1]);
/// ```
pub const fn htonl(host: u32) -> u32 {
    host.to_be()
}

/// 16 bits from the network, in the order of this machine.
///
/// ```
/// assert_eq!(berkeley_addr::ntohs(u16::from_ne_bytes([0, 80])), 80);
/// ```
pub const fn ntohs(net: u16) -> u16 {
    u16::from_be(net)
}

/// 32 bits from the network, in the order of this machine.
///
/// ```
/// assert_eq!(berkeley_addr::ntohl(u32::from_ne_bytes([127, 0, 0, 1])), 0x7f00_0001);
/// ```
pub const fn ntohl(net: u32) -> u32 {
    u32::from_be(net)
}

/// `strtoul` with base 0, without sign and spaces; too large stays too large.
fn loose_number(cursor: &mut Cursor<'_>) -> Result<u64, ParseError> {
    let (radix, prefixed) = match (cursor.eat(b'0'), cursor.eat(b'x') || cursor.eat(b'X')) {
        (true, true) => (16, false),
        (true, false) => (8, true),
        (false, true) => return Err(cursor.unexpected(&LOOSE)),
        (false, false) => (10, false),
    };
    let digits = cursor.take_while(|byte| char::from(byte).is_digit(radix));
    if digits.is_empty() && !prefixed {
        return Err(cursor.unexpected(&LOOSE));
    }
    let value = digits.iter().filter_map(|&digit| char::from(digit).to_digit(radix));
    Ok(value.fold(0_u64, |sum, digit| {
        sum.saturating_mul(u64::from(radix)).saturating_add(u64::from(digit))
    }))
}
