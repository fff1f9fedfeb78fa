//! AF_INET: IPv4 addresses with a port, as core's `SocketAddrV4`.
//!
//! Contract: `127.0.0.1:80`, bare, always with its port; four decimal octets without leading zeros. What the C library's
//! `inet_aton` takes besides (`127.1`, `0x7f.1`, `017700000001`) is read by `arpa.rs` and by nothing else.
//! Sources: ip(7), linux/in.h, inet(3), RFC 6943 section 3.1.1 on why the loose forms are dangerous.

use core::fmt;
use core::net::{Ipv4Addr, SocketAddrV4};

use crate::address::{Address, OneFamily, expect_family};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{FAMILY, SIN_ADDR, SIN_PORT, head};
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
        Ok(decode_fields(bytes))
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

/// What stands behind the family.
#[inline]
pub(crate) fn decode_fields(sockaddr: &[u8]) -> SocketAddrV4 {
    let head: [u8; 8] = head(sockaddr);
    let port = u16::from_be_bytes(SIN_PORT.read(&head));
    SocketAddrV4::new(Ipv4Addr::from(SIN_ADDR.read::<4>(&head)), port)
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
