//! Four decimal octets at once: the fast way to read and print an IPv4 address.
//!
//! Contract: no branch depends on how many digits an octet has, because a processor guesses those wrongly about twice an
//! address, which is half of what a loop over the digits costs. `read` takes an address or nothing: what is wrong with a text,
//! and where, is found out by the loop in `inet.rs`. One table of 1 KiB, to print.
//! Source: "SIMD within a register", after Lamport, "Multiple byte processing with full-word instructions" (CACM 18, 1975).

use crate::bytes::Bytes;

/// In each byte of a word, to be multiplied.
const EACH: u64 = u64::MAX / 0xff;

/// The address at the front of `text` and how many bytes it takes, or `None` where there is doubt.
#[inline]
pub(crate) fn read(text: &[u8]) -> Option<([u8; 4], usize)> {
    let Some(head) = text.first_chunk() else { return read_short(text) };
    // The first two octets end in the first eight bytes, the other two in the eight bytes behind them.
    let ([a, b], dot) = pair(u64::from_le_bytes(*head))?;
    if text.get(dot) != Some(&b'.') {
        return None;
    }
    let start = dot + 1;
    let from = start.min(text.len() - 8);
    let tail = u64::from_le_bytes(*text.get(from..)?.first_chunk()?);
    let beyond = u32::try_from(8 * (start - from)).ok()?;
    let ([c, d], len) = pair(tail.checked_shr(beyond)?)?;
    Some(([a, b, c, d], start + len))
}

/// A text of seven bytes, which can be an address, or of fewer.
fn read_short(text: &[u8]) -> Option<([u8; 4], usize)> {
    let mut room = [0; 8];
    room.get_mut(..text.len())?.copy_from_slice(text);
    read(&room)
}

/// Two octets with a dot between them, at the front of eight bytes of text, and where the second ends. The first byte is the
/// lowest.
#[inline]
fn pair(text: u64) -> Option<([u8; 2], usize)> {
    // A digit is now its value, and any other byte more than 9.
    let digits = text ^ (u64::from(b'0') * EACH);
    let others = ((((digits & (0x7f * EACH)) + 0x76 * EACH) | digits) >> 7) & EACH;
    let more = others & others.wrapping_sub(1);
    if more == 0 {
        return None;
    }
    let (first, second) = (others.trailing_zeros(), more.trailing_zeros());
    let [between, ..] = text.wrapping_shr(first).to_le_bytes();
    if between != b'.' {
        return None;
    }
    let digits = digits.swap_bytes();
    let a = octet(digits, first)?;
    let b = octet(digits.wrapping_shl(first) << 8, second - first - 8)?;
    Some(([a, b], usize::try_from(second / 8).ok()?))
}

/// The first `bits / 8` bytes of `digits` as an octet: one to three digits, no needless zero, 255 at most. The first byte is the
/// highest, and behind the octet stands a byte that is no digit.
#[inline]
fn octet(digits: u64, bits: u32) -> Option<u8> {
    // Bytes in a row compare like the numbers that they are. Without a digit this is the other byte and so too much.
    let own = digits.wrapping_shr(64_u32.wrapping_sub(bits));
    let led_by_zero = (own | 1).wrapping_shr(bits.wrapping_sub(8)) == 0;
    if own > 0x02_05_05 || led_by_zero {
        return None;
    }
    // The first of the digits lowest, times 1, 10 and 100: their sum is the highest byte.
    let digits = u32::try_from(own).ok()?.swap_bytes();
    let [.., value] = digits.wrapping_mul(0x64_0a_01).to_le_bytes();
    Some(value)
}

/// Puts the octets with dots between them.
#[inline]
pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, octets: [u8; 4]) {
    let [a, b, c, d] = octets.map(digits);
    let (head, head_bits) = joined(a, b);
    let (tail, tail_bits) = joined(c, d);
    let all = u128::from(head) | u128::from(tail) << head_bits;
    text.put_word(all.to_le_bytes(), (head_bits + tail_bits) / 8 - 1);
}

/// Two words in a row, with their lengths in bits. The first byte is the lowest.
#[inline]
fn joined((first, len): (u64, u8), (second, more): (u64, u8)) -> (u64, u8) {
    (first | second << len, len + more)
}

/// The digits of an octet and a dot, and how many bits they are.
#[inline]
fn digits(octet: u8) -> (u64, u8) {
    let word = DIGITS.get(usize::from(octet)).copied().unwrap_or_default();
    (u64::from(word), 16 + 8 * (u8::from(octet >= 10) + u8::from(octet >= 100)))
}

/// Of each octet its digits and a dot; the first of them is the lowest byte.
static DIGITS: [u32; 256] = {
    let mut all = [0; 256];
    let mut rest: &mut [u32] = &mut all;
    let mut octet = 0_u8;
    while let [slot, behind @ ..] = rest {
        let [hundreds, tens, ones] = [octet / 100, octet / 10 % 10, octet % 10];
        let word = u32::from_le_bytes([b'0' + hundreds, b'0' + tens, b'0' + ones, b'.']);
        *slot = if octet < 10 {
            word >> 16
        } else if octet < 100 {
            word >> 8
        } else {
            word
        };
        octet = octet.wrapping_add(1);
        rest = behind;
    }
    all
};
