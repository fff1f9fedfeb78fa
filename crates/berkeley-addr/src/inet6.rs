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
use crate::cursor::{Cursor, any_hex};
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::field::{FAMILY, SIN6_ADDR, SIN6_FLOWINFO, SIN6_PORT, SIN6_SCOPE};
use crate::flow;
use crate::inet;
use crate::interface::{self, Scope};
use crate::number::Family;
use crate::protocol::Protocol;

const BRACKET: Part = Part::new("IPv6 address", "`[`");
const CLOSING: Part = Part::new("IPv6 address", "`]` after the address and its zone");
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
        let ip = Ipv6Addr::from(SIN6_ADDR.read::<16>(bytes));
        let port = u16::from_be_bytes(SIN6_PORT.read(bytes));
        let flowinfo = u32::from_be_bytes(SIN6_FLOWINFO.read(bytes));
        let scope = u32::from_ne_bytes(SIN6_SCOPE.read(bytes));
        Ok(Self::new(ip, port, flowinfo, scope))
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

/// `v6`, in one pass: the groups before the gap and those after it stand in one row, which is drawn apart at the end.
pub(crate) fn read_ip(cursor: &mut Cursor<'_>) -> Result<Ipv6Addr, ParseError> {
    let start = cursor.at();
    let mut groups = [0_u16; 8];
    let mut len = 0;
    let mut gap = None;
    if cursor.eat_word("::") {
        gap = Some(0);
    }
    while gap != Some(len) || cursor.peek().and_then(any_hex).is_some() {
        let group_at = *cursor;
        let group = read_group(cursor)?;
        if cursor.peek() == Some(b'.') {
            *cursor = group_at;
            let [a, b, c, d] = inet::read_ip(cursor)?.octets();
            push(&mut groups, &mut len, u16::from_be_bytes([a, b]), cursor, start)?;
            push(&mut groups, &mut len, u16::from_be_bytes([c, d]), cursor, start)?;
            break;
        }
        push(&mut groups, &mut len, group, cursor, start)?;
        let colon = cursor.at();
        if cursor.eat_word("::") {
            if gap.replace(len).is_some() {
                return Err(cursor.error(Cause::Repeated, colon, &GAP));
            }
        } else if !cursor.eat(b':') {
            break;
        }
    }
    match gap {
        None if len == 8 => {}
        None => return Err(too_short(cursor, start)),
        Some(_) if len == 8 => return Err(cursor.error(Cause::TooLong, start, &ADDRESS)),
        Some(gap) => {
            // The groups after the gap go to the end; zeros, which stand there now, come into the gap.
            groups.get_mut(gap..).unwrap_or_default().rotate_right(8 - len);
        }
    }
    Ok(Ipv6Addr::from(groups))
}

/// Fewer than eight groups and no gap: because they end, or because of a byte that is in none.
#[cold]
fn too_short(cursor: &Cursor<'_>, start: usize) -> ParseError {
    match cursor.peek() {
        None | Some(b']' | b'%') => {
            let error = cursor.error(Cause::TooShort, start, &ADDRESS);
            let dotted = !cursor.since(start).contains(&b':');
            if dotted { error.suggest("it without [ ], if it is IPv4") } else { error }
        }
        Some(_) => cursor.unexpected(&GROUPS),
    }
}

/// Takes a group into the row, if there is room.
#[inline]
fn push(
    groups: &mut [u16; 8],
    len: &mut usize,
    group: u16,
    cursor: &Cursor<'_>,
    start: usize,
) -> Result<(), ParseError> {
    let slot = groups.get_mut(*len).ok_or_else(|| cursor.error(Cause::TooLong, start, &ADDRESS))?;
    *slot = group;
    *len += 1;
    Ok(())
}

/// `h16`.
#[inline]
fn read_group(cursor: &mut Cursor<'_>) -> Result<u16, ParseError> {
    let start = cursor.at();
    let mut value = 0;
    while let Some(digit) = cursor.peek().and_then(any_hex) {
        cursor.next();
        if cursor.at() - start > 4 {
            return Err(cursor.error(Cause::TooLong, start, &GROUP));
        }
        value = value << 4 | u16::from(digit);
    }
    if cursor.at() == start { Err(cursor.unexpected(&GROUP)) } else { Ok(value) }
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

/// RFC 5952: lower case, no leading zeros, `::` for the longest run of two or more zero groups, the first of equals.
pub(crate) fn print_ip<const N: usize>(text: &mut Bytes<N>, ip: Ipv6Addr) {
    if let Some(v4) = ip.to_ipv4_mapped() {
        text.put_text("::ffff:");
        inet::print_ip(text, v4);
        return;
    }
    let groups = ip.segments();
    let (gap, gap_end) = longest_zeros(&groups);
    for (i, group) in groups.into_iter().enumerate() {
        if i == gap && gap_end > gap {
            text.put_text("::");
        }
        if (gap..gap_end).contains(&i) {
            continue;
        }
        if i != 0 && i != gap_end {
            text.put_byte(b':');
        }
        text.put_hex(u32::from(group), 1);
    }
}

/// Where `::` stands, from and to; both 0 when nowhere.
fn longest_zeros(groups: &[u16; 8]) -> (usize, usize) {
    let (mut best, mut run) = ((0, 0), (0, 0));
    for (i, group) in groups.iter().enumerate() {
        run = if *group != 0 { (i + 1, i + 1) } else { (run.0, i + 1) };
        if run.1 - run.0 > (best.1 - best.0).max(1) {
            best = run;
        }
    }
    best
}
