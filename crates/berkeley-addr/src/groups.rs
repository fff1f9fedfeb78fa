//! The groups of an IPv6 address: hexadecimal digits to numbers and back, and where the gap is.
//!
//! Contract: `read` takes an address without dots, or nothing: what is wrong with a text, and where, is found out by the loop in
//! `inet6.rs`. Four digits, by far the most frequent, are one step; there is no branch on how many fewer there are, and none in
//! printing. Three tables, of 256 bytes, 256 and 512. Sources: RFC 4291 section 2.2, RFC 5952 section 4.

use crate::bytes::Bytes;
use crate::cursor::any_hex;
use crate::printer::hex_digit;

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
    let (mut row, mut len, mut at) = (0_u128, 0, 0);
    let mut gap = None;
    if text.starts_with(b"::") {
        (gap, at) = (Some(0), 2);
    }
    loop {
        let (group, digits) = read_at(text, at)?;
        at += digits;
        let next = text.get(at);
        if digits == 0 {
            if gap == Some(len) {
                break;
            }
            return None;
        }
        row = row << 16 | u128::from(group);
        len += 1;
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
    match gap {
        _ if over => None,
        None if len == 8 => Some((row, at)),
        Some(gap) if len < 8 => {
            // What stands before the gap goes to the front, and zeros come into it.
            let behind = (1_u128 << (16 * (len - gap))) - 1;
            Some(((row & !behind) << (112 - 16 * len) << 16 | row & behind, at))
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

/// Seven groups of four digits and a colon, and the word that the last is written with.
const ROOM: usize = 43;

/// Puts the groups with colons between them, `::` for the longest run of two or more zeros, the first of equals.
#[inline]
pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, groups: [u16; 8]) {
    if let Some(room) = text.spare() {
        let len = fill(room, groups);
        text.grow(len);
    } else {
        let mut room = [0; ROOM];
        let len = fill(&mut room, groups);
        text.put_word(room, len);
    }
}

/// Writes the text to `room`, and tells its length. No branch depends on the address, and nothing is copied afterwards.
#[inline]
fn fill(room: &mut [u8; ROOM], groups: [u16; 8]) -> u8 {
    let zeros = groups.iter().rev().fold(0, |zeros, &group| zeros << 1 | usize::from(group == 0));
    let gap = GAPS.get(zeros).copied().unwrap_or_default();
    let first = gap & gap.wrapping_neg();
    // Of the gap's first group a colon is put, which is all of it that stands behind a group; of its others, nothing.
    let no_colon = gap ^ first | 1 << 7;
    let [front, ..] = room;
    *front = b':';
    let mut len = first & 1;
    for (i, group) in groups.into_iter().enumerate() {
        let (word, digits) = digits(group, gap >> i & 1);
        if let Some(slot) = room.get_mut(usize::from(len)..).and_then(<[u8]>::first_chunk_mut) {
            *slot = word.to_le_bytes();
        }
        len += digits + 1 - (no_colon >> i & 1);
    }
    len
}

/// Which groups the gap of an address takes, by which of them are zero: a bit each, the first group's the lowest.
static GAPS: [u8; 256] = {
    let mut gaps = [0; 256];
    let mut rest: &mut [u8] = &mut gaps;
    let mut zeros = 0_u8;
    while let [slot, behind @ ..] = rest {
        *slot = longest_run(zeros);
        zeros = zeros.wrapping_add(1);
        rest = behind;
    }
    gaps
};

/// The longest run of two or more bits, the first of equals; 0 without one.
const fn longest_run(bits: u8) -> u8 {
    let (mut longest, mut len) = (0, 2);
    while len <= 8 {
        let mut start = 9 - len;
        while start > 0 {
            start -= 1;
            let run = u8::MAX >> (8 - len) << start;
            if bits & run == run {
                longest = run;
            }
        }
        len += 1;
    }
    longest
}

/// The digits of a group and a colon, and how many the digits are; `fewer` of them than the group has.
#[inline]
fn digits(group: u16, fewer: u8) -> (u64, u8) {
    let [high, low] =
        group.to_be_bytes().map(|byte| HEX.get(usize::from(byte)).copied().unwrap_or_default());
    let text = u64::from(high) | u64::from(low) << 16 | u64::from(b':') << 32;
    let len = 1 + u8::from(group > 0xf) + u8::from(group > 0xff) + u8::from(group > 0xfff) - fewer;
    (text >> (8 * (4 - len)), len)
}

/// Of each byte its two digits; the first of them is the lower byte.
static HEX: [u16; 256] = {
    let mut all = [0; 256];
    let mut rest: &mut [u16] = &mut all;
    let mut byte = 0_u8;
    while let [slot, behind @ ..] = rest {
        *slot = u16::from_le_bytes([hex_digit(byte >> 4), hex_digit(byte & 0xf)]);
        byte = byte.wrapping_add(1);
        rest = behind;
    }
    all
};
