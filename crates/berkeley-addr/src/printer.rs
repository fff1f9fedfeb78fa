//! Building a text in a `Bytes<N>`: what every printer shares.
//!
//! Contract: `N` is the longest text of the type, so nothing is ever dropped; a debug build checks it. The text is built
//! first and handed to the formatter once, which keeps width and alignment working and `core::fmt` out of the digits.

use core::fmt;

use crate::bytes::Bytes;

impl<const N: usize> Bytes<N> {
    #[inline]
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let fits = self.append(bytes);
        debug_assert!(fits, "{N} bytes are too few for this text");
    }

    /// The first `len` bytes of `word`. What is behind them is written as well, where there is room, and does not count:
    /// a store of known size takes a tenth of the time of a copy.
    #[inline]
    pub(crate) fn put_word<const W: usize>(&mut self, word: [u8; W], len: u8) {
        let fits = self.append_word(word, len);
        debug_assert!(fits, "{N} bytes are too few for this text");
    }

    #[inline]
    pub(crate) fn put_byte(&mut self, byte: u8) {
        self.put(&[byte]);
    }

    #[inline]
    pub(crate) fn put_text(&mut self, text: &str) {
        self.put(text.as_bytes());
    }

    /// A decimal number.
    pub(crate) fn put_decimal(&mut self, mut value: u32) {
        let mut digits = [0; 10];
        let mut start = digits.len();
        for slot in digits.iter_mut().rev() {
            let [digit, ..] = (value % 10).to_le_bytes();
            *slot = b'0' + digit;
            start -= 1;
            value /= 10;
            if value == 0 {
                break;
            }
        }
        self.put(digits.get(start..).unwrap_or_default());
    }

    /// The word of a number, by its place in `words`, or the number if there is none or an empty one.
    pub(crate) fn put_word_or_decimal(&mut self, words: &[&str], value: u32) {
        let place = usize::try_from(value).unwrap_or(usize::MAX);
        match words.get(place) {
            Some(word) if !word.is_empty() => self.put_text(word),
            _ => self.put_decimal(value),
        }
    }

    /// A lower-case hexadecimal number of at least `min` digits, 8 at most.
    pub(crate) fn put_hex(&mut self, mut value: u32, min: usize) {
        let mut digits = [b'0'; 8];
        let mut start = digits.len();
        for slot in digits.iter_mut().rev() {
            if value == 0 {
                break;
            }
            let [byte, ..] = value.to_le_bytes();
            *slot = hex_digit(byte & 0xf);
            start -= 1;
            value >>= 4;
        }
        self.put(digits.get(start.min(8 - min)..).unwrap_or_default());
    }

    /// A lower-case hexadecimal number of 64 bits.
    pub(crate) fn put_hex64(&mut self, value: u64) {
        let [a, b, c, d, e, f, g, h] = value.to_be_bytes();
        let (high, low) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
        if high != 0 {
            self.put_hex(high, 1);
        }
        self.put_hex(low, if high == 0 { 1 } else { 8 });
    }

    /// A byte as two lower-case hexadecimal digits.
    #[inline]
    pub(crate) fn put_hex_byte(&mut self, byte: u8) {
        self.put(&[hex_digit(byte >> 4), hex_digit(byte & 0xf)]);
    }

    /// Hands the text to a formatter.
    #[inline]
    pub(crate) fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_text())
    }
}

#[inline]
pub(crate) const fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' - 10 + value }
}
