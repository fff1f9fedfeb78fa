//! AF_INET6: IPv6 addresses with a port, as core's `SocketAddrV6`, flowinfo and scope included.
//!
//! Contract: `[2001:db8::1%2]:80,flow=74565`, always in brackets with its port. Read: RFC 4291 section 2.2, `::` for one group or
//! more. Printed: RFC 5952, with dots for `::ffff:0:0/96` only. The zone is an index here; see `ScopedIpv6` for names.
//! On the wire flowinfo is in network order (see `flow.rs`), the scope id in native order.
//! Sources: ipv6(7), linux/in6.h, RFC 3493, RFC 4007.

use core::fmt;
use core::net::{Ipv6Addr, SocketAddrV6};

use crate::address::{Address, OneFamily, expect_family};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::field::{FAMILY, SIN6_ADDR, SIN6_FLOWINFO, SIN6_PORT, SIN6_SCOPE, head};
use crate::flow;
use crate::groups;
use crate::inet;
use crate::interface::{self, Scope};
use crate::number::Family;
use crate::protocol::Protocol;

const BRACKET: Part = Part::new("IPv6 address", "`[`");
const CLOSING: Part = Part::new("bracket", "`]` after the address and its zone");
const GROUP: Part = Part::new("group", "one to four hexadecimal digits");
const ADDRESS: Part = Part::new("IPv6 address", "eight groups, or `::` for one or more of them");
const GROUPS: Part = Part::new("IPv6 address", "hexadecimal groups with `:` between them");
const GAP: Part = Part::new("the gap", "`::` once at most");

/// The protocol of an AF_SMC socket that runs over IPv6 (SMCPROTO_SMC6 of net/smc.h).
pub(crate) const SMC6: Protocol = Protocol::new(1);

impl Address for SocketAddrV6 {
    type Sockaddr = [u8; 28];

    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::INET6 || (family == Family::SMC && protocol == SMC6)
    }

    #[inline]
    fn family(&self) -> Family {
        Family::INET6
    }

    #[inline]
    fn encode(&self) -> [u8; 28] {
        let mut sockaddr = [0; 28];
        FAMILY.write(&mut sockaddr, &Family::INET6.raw().to_ne_bytes());
        SIN6_PORT.write(&mut sockaddr, &self.port().to_be_bytes());
        SIN6_FLOWINFO.write(&mut sockaddr, &self.flowinfo().to_be_bytes());
        SIN6_ADDR.write(&mut sockaddr, &self.ip().octets());
        SIN6_SCOPE.write(&mut sockaddr, &self.scope_id().to_ne_bytes());
        sockaddr
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::INET6)?;
        Ok(decode_fields(bytes))
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        read(&mut Cursor::new(text))
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<80>::EMPTY;
        print_bracketed(&mut text, *self.ip(), Scope::from(self.scope_id()));
        text.put_byte(b':');
        text.put_decimal(u32::from(self.port()));
        flow::print(&mut text, self.flowinfo());
        text.show(f)
    }
}

impl OneFamily for SocketAddrV6 {
    const FAMILY: Family = Family::INET6;
}

/// What stands behind the family. Not inline: where an address may be of either IP family, the fields of both would be moved
/// about one by one.
#[inline(never)]
pub(crate) fn decode_fields(sockaddr: &[u8]) -> SocketAddrV6 {
    let head: [u8; 28] = head(sockaddr);
    let ip = Ipv6Addr::from(SIN6_ADDR.read::<16>(&head));
    let port = u16::from_be_bytes(SIN6_PORT.read(&head));
    let flowinfo = u32::from_be_bytes(SIN6_FLOWINFO.read(&head));
    let scope = u32::from_ne_bytes(SIN6_SCOPE.read(&head));
    SocketAddrV6::new(ip, port, flowinfo, scope)
}

/// `inet6` with an index for its zone, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<SocketAddrV6, ParseError> {
    cursor.expect(b'[', &BRACKET)?;
    let ip = read_ip(cursor)?;
    let scope = if cursor.eat(b'%') { interface::read_index(cursor)? } else { 0 };
    cursor.expect(b']', &CLOSING)?;
    let port = inet::read_port(cursor)?;
    let flowinfo = flow::read(cursor)?;
    Ok(SocketAddrV6::new(ip, port, flowinfo, scope))
}

/// `"[" v6 [ "%" zone ] "]"`.
pub(crate) fn read_bracketed(cursor: &mut Cursor<'_>) -> Result<(Ipv6Addr, Scope), ParseError> {
    cursor.expect(b'[', &BRACKET)?;
    let scoped = read_scoped(cursor)?;
    cursor.expect(b']', &CLOSING)?;
    Ok(scoped)
}

/// `v6 [ "%" zone ]`.
pub(crate) fn read_scoped(cursor: &mut Cursor<'_>) -> Result<(Ipv6Addr, Scope), ParseError> {
    let ip = read_ip(cursor)?;
    let scope = if cursor.eat(b'%') { interface::read(cursor)? } else { Scope::None };
    Ok((ip, scope))
}

/// `v6`.
#[inline]
pub(crate) fn read_ip(cursor: &mut Cursor<'_>) -> Result<Ipv6Addr, ParseError> {
    match groups::read(cursor.rest()) {
        Some((bits, len)) => {
            cursor.skip(len);
            Ok(Ipv6Addr::from_bits(bits))
        }
        None => read_groups(cursor),
    }
}

/// `v6`, group by group: with an IPv4 address at its end, or what was not taken in one pass, to say what is wrong with it.
fn read_groups(cursor: &mut Cursor<'_>) -> Result<Ipv6Addr, ParseError> {
    let start = cursor.at();
    let (mut before_gap, mut bits) = (0, 0_u128);
    let (mut gap, mut len) = (None, 0);
    if cursor.eat_word("::") {
        gap = Some(0);
    }
    loop {
        let (group, digits) = groups::read_one(cursor.rest());
        if digits == 0 && gap == Some(len) {
            break;
        }
        if !(1..=4).contains(&digits) {
            return Err(bad_group(cursor, digits));
        }
        let next = cursor.rest().get(digits);
        if next == Some(&b'.') {
            bits = bits << 32 | u128::from(inet::read_ip(cursor)?.to_bits());
            len += 2;
            break;
        }
        cursor.skip(digits);
        bits = bits << 16 | u128::from(group);
        len += 1;
        if len > 8 || next != Some(&b':') {
            break;
        }
        cursor.skip(1);
        if cursor.eat(b':') {
            if gap.replace(len).is_some() {
                return Err(cursor.error(Cause::Repeated, cursor.at() - 2, &GAP));
            }
            (before_gap, bits) = (bits, 0);
        }
    }
    match gap {
        None if len == 8 => Ok(Ipv6Addr::from_bits(bits)),
        None if len < 8 => Err(too_short(cursor, start)),
        Some(gap) if len < 8 => {
            let front = before_gap.checked_shl(128 - 16 * gap).unwrap_or(0);
            Ok(Ipv6Addr::from_bits(front | bits))
        }
        _ => Err(cursor.error(Cause::TooLong, start, &ADDRESS)),
    }
}

/// No digit, or too many.
#[cold]
fn bad_group(cursor: &mut Cursor<'_>, digits: usize) -> ParseError {
    if digits == 0 {
        return cursor.unexpected(&GROUP);
    }
    let start = cursor.at();
    cursor.skip(digits);
    cursor.error(Cause::TooLong, start, &GROUP)
}

/// Fewer than eight groups and no gap: because they end, or because of a byte that is in none.
#[cold]
fn too_short(cursor: &Cursor<'_>, start: usize) -> ParseError {
    match cursor.peek() {
        None | Some(b']' | b'%') => {
            let error = cursor.error(Cause::TooShort, start, &ADDRESS);
            let dotted = !cursor.since(start).contains(&b':');
            let bracketed = cursor.since(start.saturating_sub(1)).starts_with(b"[");
            match (dotted, bracketed) {
                (true, true) => error.suggest("it without [ ], if it is IPv4"),
                _ => error,
            }
        }
        Some(_) => cursor.unexpected(&GROUPS),
    }
}

/// `"[" v6 [ "%" zone ] "]"`.
pub(crate) fn print_bracketed<const N: usize>(text: &mut Bytes<N>, ip: Ipv6Addr, scope: Scope) {
    text.put_byte(b'[');
    print_ip(text, ip);
    if scope != Scope::None {
        text.put_byte(b'%');
        interface::print(text, scope);
    }
    text.put_byte(b']');
}

/// Prints an address by itself.
pub(crate) struct Plain(pub(crate) Ipv6Addr);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<39>::EMPTY;
        print_ip(&mut text, self.0);
        text.show(f)
    }
}

/// RFC 5952, with dots for `::ffff:0:0/96` only.
#[inline]
pub(crate) fn print_ip<const N: usize>(text: &mut Bytes<N>, ip: Ipv6Addr) {
    match ip.to_ipv4_mapped() {
        Some(ip) => {
            text.put_text("::ffff:");
            inet::print_ip(text, ip);
        }
        None => groups::print(text, ip.segments()),
    }
}
