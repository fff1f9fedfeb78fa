//! The groups of an IPv6 address: hexadecimal digits to numbers and back, and where the gap is.
//!
//! Contract: `read` takes an address without dots, or nothing: what is wrong with a text, and where, is found out by the loop in
//! `inet6.rs`. Four digits, by far the most frequent, are one step; there is no branch on how many fewer there are, and none in
//! printing. One table of 256 bytes. Sources: RFC 4291 section 2.2, RFC 5952 section 4.

use core::net::Ipv6Addr;

use crate::bytes::Bytes;
use crate::cursor::any_hex;

/// What each byte is worth as a hexadecimal digit; 16 for what is none.
static DIGITS: [u8; 256] = {
    let mut digits = [16; 256];
    let mut rest: &mut [u8] = &mut digits;
    let mut byte = 0_u8;
    while let [slot, behind @ ..] = rest {
        if let Some(digit) = any_hex(byte) {
            *slot = digit;
        }
        byte = byte.wrapping_add(1);
        rest = behind;
    }
    digits
};

/// The address at the front of `text` and how many bytes it takes, or `None` where there is doubt.
#[inline]
pub(crate) fn read(text: &[u8]) -> Option<(u128, usize)> {
    let mut groups = [0; 8];
    let (mut gap, mut len, mut at) = (None, 0, 0);
    if text.starts_with(b"::") {
        (gap, at) = (Some(0), 2);
    }
    loop {
        let (group, digits) = read_at(text, at)?;
        let next = text.get(at + digits).copied();
        if digits == 0 {
            if gap == Some(len) {
                break;
            }
            return None;
        }
        *groups.get_mut(len)? = group;
        len += 1;
        at += digits;
        match next {
            Some(b':') => {}
            Some(b'.') => return None,
            _ => break,
        }
        at += 1;
        if text.get(at) == Some(&b':') {
            if gap.replace(len).is_some() {
                return None;
            }
            at += 1;
        }
    }
    // One more digit is too many; so are eight groups and a gap.
    let over = text.get(at).is_some_and(|&byte| digit(byte) < 16);
    let row = Ipv6Addr::from(groups).to_bits();
    match gap {
        _ if over => None,
        None if len == 8 => Some((row, at)),
        Some(gap) if len < 8 => {
            // What stands behind the gap goes to the end; zeros, which stand there now, come into the gap.
            let behind = u128::MAX >> (16 * gap);
            let moved = (row & behind).checked_shr(16 * (8 - u32::try_from(len).ok()?));
            Some((row & !behind | moved.unwrap_or(0), at))
        }
        _ => None,
    }
}

/// The number of up to four digits at a place of `text`, and how many they are.
#[inline]
fn read_at(text: &[u8], at: usize) -> Option<(u16, usize)> {
    let rest = text.get(at..)?;
    if let Some(&[a, b, c, d]) = rest.first_chunk() {
        let [a, b, c, d] = [digit(a), digit(b), digit(c), digit(d)];
        if a | b | c | d < 16 {
            return Some((a << 12 | b << 8 | c << 4 | d, 4));
        }
        // Fewer: a bit where a digit is none, in that digit's place. The first of them ends the group; no branch on which.
        let bits = (a >> 4 | b & 16 | (c & 16) << 4 | (d & 16) << 8).trailing_zeros();
        let group = (a & 15) << 12 | (b & 15) << 8 | (c & 15) << 4;
        let group = group.checked_shr(16 - bits).unwrap_or_default();
        return Some((group, usize::try_from(bits / 4).ok()?));
    }
    // The last group of a text.
    let mut group = 0;
    for (len, &byte) in rest.iter().enumerate() {
        match digit(byte) {
            digit @ 0..=15 => group = group << 4 | digit,
            _ => return Some((group, len)),
        }
    }
    Some((group, rest.len()))
}

#[inline]
fn digit(byte: u8) -> u16 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(16).into()
}

/// The number at the front of `text`, and how many digits it has: 5 if there are more than four.
#[inline]
pub(crate) fn read_one(text: &[u8]) -> (u16, usize) {
    let digit = |i: usize| text.get(i).and_then(|&byte| DIGITS.get(usize::from(byte)));
    let mut group = 0;
    for len in 0..4 {
        match digit(len) {
            Some(&digit @ 0..=15) => group = group << 4 | u16::from(digit),
            _ => return (group, len),
        }
    }
    (group, if matches!(digit(4), Some(0..=15)) { 5 } else { 4 })
}

/// Puts the groups with colons between them, `::` for the longest run of two or more zeros, the first of equals.
#[inline]
pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, groups: [u16; 8]) {
    let zeros = groups.iter().rev().fold(0, |zeros, &group| zeros << 1 | u32::from(group == 0));
    let (gap, len) = longest_run(zeros);
    for &group in groups.get(..gap).unwrap_or_default() {
        put_with_colon(text, group);
    }
    if gap == 0 && len > 0 {
        text.put_byte(b':');
    }
    if len > 0 {
        text.put_byte(b':');
    }
    if let Some((&last, between)) = groups.get(gap + len..).and_then(<[u16]>::split_last) {
        for &group in between {
            put_with_colon(text, group);
        }
        let (word, len) = digits(last);
        text.put_word(word, len);
    }
}

#[inline]
fn put_with_colon<const N: usize>(text: &mut Bytes<N>, group: u16) {
    let (word, len) = digits(group);
    text.put_word(word, len + 1);
}

/// Where the longest run of two or more bits begins and how long it is; the first of equals; `(0, 0)` without one.
#[inline]
fn longest_run(bits: u32) -> (usize, usize) {
    let (mut starts, mut len) = (bits & bits >> 1, 1);
    if starts == 0 {
        return (0, 0);
    }
    let mut longer = starts;
    while longer != 0 {
        starts = longer;
        len += 1;
        longer &= bits >> len;
    }
    (usize::try_from(starts.trailing_zeros()).unwrap_or(8), len)
}

/// The digits of a group and a colon, and how many the digits are.
#[inline]
fn digits(group: u16) -> ([u8; 8], u8) {
    let [high, low] = group.to_be_bytes();
    let digits = u32::from_le_bytes([high >> 4, high & 0xf, low >> 4, low & 0xf]);
    // From ten on a digit is a letter, which stand 39 behind `9`.
    let letters = (digits + 0x0606_0606) >> 4 & 0x0101_0101;
    let text = u64::from(digits + 0x3030_3030 + 39 * letters) | u64::from(b':') << 32;
    let zeros = (group | 1).leading_zeros() / 4;
    let len = match zeros {
        0 => 4,
        1 => 3,
        2 => 2,
        _ => 1,
    };
    ((text >> (8 * zeros)).to_le_bytes(), len)
}
