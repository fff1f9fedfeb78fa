//! Lines, words and numbers in bytes that may be anything, and the IP addresses with zones that are written in them.

use core::net::{IpAddr, Ipv6Addr};
use core::str;

use berkeley_addr::{InterfaceName, Ip as _, Scope};

/// What C's `isspace` says in its own locale: the vertical tab is one, unlike in [`u8::is_ascii_whitespace`].
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The lines, each up to its first NUL.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n').map(|line| before(line, |byte| byte == 0))
}

/// What stands before the first byte that `ends` it.
pub(super) fn before(text: &[u8], ends: impl Fn(u8) -> bool) -> &[u8] {
    text.split(|&byte| ends(byte)).next().unwrap_or_default()
}

/// A line without the comment that `#` begins.
pub(super) fn uncommented(line: &[u8]) -> &[u8] {
    before(line, |byte| byte == b'#')
}

/// What stands between the blanks.
pub(super) fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    line.split(|&byte| is_blank(byte)).filter(|word| !word.is_empty())
}

/// Decimal digits alone; what is too large is the largest.
pub(super) fn number(word: &[u8]) -> Option<u32> {
    if word.is_empty() || !word.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(
        word.iter().fold(0, |sum: u32, digit| {
            sum.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
        }),
    )
}

/// A strict IP address; an IPv6 one may have a zone.
pub(super) fn scoped_ip(word: &[u8]) -> Option<(IpAddr, Scope)> {
    let text = str::from_utf8(word).ok()?;
    match text.split_once('%') {
        None => Some((IpAddr::parse(text).ok()?, Scope::None)),
        Some((ip, zone)) => Some((Ipv6Addr::parse(ip).ok()?.into(), scope(zone)?)),
    }
}

/// A zone: an index, or the name of an interface.
pub(super) fn scope(zone: &str) -> Option<Scope> {
    if zone.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Scope::from(zone.parse::<u32>().ok()?));
    }
    Some(Scope::from(zone.parse::<InterfaceName>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_saturate_and_have_no_sign() {
        let table: [(&[u8], Option<u32>); 7] = [
            (b"", None),
            (b"0", Some(0)),
            (b"007", Some(7)),
            (b"99999999999999999999", Some(u32::MAX)),
            (b"-1", None),
            (b"+1", None),
            (b"1 ", None),
        ];
        for (word, value) in table {
            assert_eq!(number(word), value, "{word:?}");
        }
    }

    #[test]
    fn zones_are_of_ipv6() {
        let table = [
            ("192.0.2.1", Some("192.0.2.1 ")),
            ("2001:DB8::1", Some("2001:db8::1 ")),
            ("fe80::1%2", Some("fe80::1 2")),
            ("fe80::1%0", Some("fe80::1 ")),
            ("fe80::1%eth0.1", Some("fe80::1 eth0.1")),
            ("fe80::1%", None),
            ("fe80::1%4294967296", None),
            ("192.0.2.1%eth0", None),
            ("127.1", None),
            ("010.0.0.1", None),
            ("[::1]", None),
        ];
        for (word, text) in table {
            let read = scoped_ip(word.as_bytes()).map(|(ip, scope)| format!("{ip} {scope}"));
            assert_eq!(read.as_deref(), text, "{word}");
        }
        assert_eq!(scoped_ip(b"\xff\xfe"), None);
    }
}
