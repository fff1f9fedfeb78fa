//! AF_INET: IPv4 addresses with a port, as core's `SocketAddrV4`.
//!
//! Contract: `127.0.0.1:80`, bare, always with its port; four decimal octets without leading zeros. What the C library's
//! `inet_aton` takes besides (`127.1`, `0x7f.1`, `017700000001`) is read by [`inet_aton`] and by nothing else.
//! Sources: ip(7), linux/in.h, inet(3), RFC 6943 section 3.1.1 on why the loose forms are dangerous.

use core::fmt;
use core::net::{Ipv4Addr, SocketAddrV4};

use crate::address::{Address, OneFamily, expect_family};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::field::{FAMILY, SIN_ADDR, SIN_PORT};
use crate::number::Family;
use crate::octets;
use crate::protocol::Protocol;

const OCTET: Part = Part::new("octet", "0 to 255");
const DOT: Part = Part::new("octet", "`.` and the next of four octets");
const COLON: Part = Part::new("port", "`:` and a port");
const PORT: Part = Part::new("port", "0 to 65535");

impl Address for SocketAddrV4 {
    type Sockaddr = [u8; 16];

    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::INET || (family == Family::SMC && protocol == Protocol::DEFAULT)
    }

    #[inline]
    fn family(&self) -> Family {
        Family::INET
    }

    #[inline]
    fn encode(&self) -> [u8; 16] {
        let mut sockaddr = [0; 16];
        FAMILY.write(&mut sockaddr, &Family::INET.raw().to_ne_bytes());
        SIN_PORT.write(&mut sockaddr, &self.port().to_be_bytes());
        SIN_ADDR.write(&mut sockaddr, &self.ip().octets());
        sockaddr
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::INET)?;
        let port = u16::from_be_bytes(SIN_PORT.read(bytes));
        let ip = Ipv4Addr::from(SIN_ADDR.read::<4>(bytes));
        Ok(Self::new(ip, port))
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let addr = read(&mut cursor)?;
        cursor.end()?;
        Ok(addr)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<21>::EMPTY;
        print_ip(&mut text, *self.ip());
        text.put_byte(b':');
        text.put_decimal(u32::from(self.port()));
        text.show(f)
    }
}

impl OneFamily for SocketAddrV4 {
    const FAMILY: Family = Family::INET;
}

/// `inet` of the grammar.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<SocketAddrV4, ParseError> {
    let ip = read_ip(cursor)?;
    let port = read_port(cursor)?;
    Ok(SocketAddrV4::new(ip, port))
}

/// `v4`.
#[inline]
pub(crate) fn read_ip(cursor: &mut Cursor<'_>) -> Result<Ipv4Addr, ParseError> {
    match octets::read(cursor.rest()) {
        Some((octets, len)) => {
            cursor.skip(len);
            Ok(Ipv4Addr::from(octets))
        }
        None => read_octets(cursor),
    }
}

/// `v4`, octet by octet: what was not taken at once, to say what is wrong with it.
#[cold]
fn read_octets(cursor: &mut Cursor<'_>) -> Result<Ipv4Addr, ParseError> {
    let mut octets = [0; 4];
    for (i, slot) in octets.iter_mut().enumerate() {
        if i > 0 {
            cursor.expect(b'.', &DOT)?;
        }
        let [octet, ..] = cursor.decimal(255, &OCTET)?.to_le_bytes();
        *slot = octet;
    }
    Ok(Ipv4Addr::from(octets))
}

/// `":" port`.
#[inline]
pub(crate) fn read_port(cursor: &mut Cursor<'_>) -> Result<u16, ParseError> {
    cursor.expect(b':', &COLON)?;
    let [low, high, ..] = cursor.decimal(0xffff, &PORT)?.to_le_bytes();
    Ok(u16::from_le_bytes([low, high]))
}

#[inline]
pub(crate) fn print_ip<const N: usize>(text: &mut Bytes<N>, ip: Ipv4Addr) {
    octets::print(text, ip.octets());
}

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

const LOOSE: Part = Part::new("number", "a decimal, octal or hexadecimal number that fits");

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
