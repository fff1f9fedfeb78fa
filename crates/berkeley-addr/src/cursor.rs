//! The text cursor every grammar shares.
//!
//! Contract: one pass over the bytes, no allocation, no `char`. A reader either takes its part and leaves the cursor
//! behind it, or fails with the offset of the byte at fault. Strictness lives here: no signs, no spaces, no leading zeros.

use crate::error::{Cause, ParseError, Part};

/// What an endpoint is not.
pub(crate) const ADDRESS: Part =
    Part::new("address", "an address; `//` after the first colon makes an endpoint");
const COMMA: Part = Part::new("option", "`,` and an option, or the end");
const END: Part = Part::new("end", "the end of the text");
const VALUE: Part = Part::new("value", "`=` and a value");

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), at: 0 }
    }

    /// Behind the word and the colon that an address of one family begins with.
    pub(crate) fn behind(
        word: &str,
        text: &'a str,
        part: &'static Part,
    ) -> Result<Self, ParseError> {
        let mut cursor = Self::new(text);
        if !cursor.eat_word(word) {
            return Err(cursor.unexpected(part));
        }
        if cursor.rest().starts_with(b"//") {
            return Err(ParseError::new(Cause::OtherForm, 0, &[], &ADDRESS));
        }
        Ok(cursor)
    }

    /// The offset of the next byte.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What has not been read.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What was read since `start`.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        self.text.get(start..self.at).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Takes `len` bytes that were looked at in [`Cursor::rest`].
    #[inline]
    pub(crate) fn skip(&mut self, len: usize) {
        self.at += len;
    }

    /// Takes the next byte, whatever it is.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Takes the next byte if it is `byte`.
    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    /// Takes `word` if it comes next.
    #[inline]
    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let is = self.rest().starts_with(word.as_bytes());
        if is {
            self.at += word.len();
        }
        is
    }

    /// Takes `byte`, which must come next: `part` says what it begins or ends.
    #[inline]
    pub(crate) fn expect(&mut self, byte: u8, part: &'static Part) -> Result<(), ParseError> {
        if self.eat(byte) { Ok(()) } else { Err(self.unexpected(part)) }
    }

    /// Takes the longest run of bytes that `belong`.
    #[inline]
    pub(crate) fn take_while(&mut self, belong: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().position(|&byte| !belong(byte)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    /// A decimal number of at most `max`, without sign or leading zero.
    #[inline]
    pub(crate) fn decimal(&mut self, max: u32, part: &'static Part) -> Result<u32, ParseError> {
        let start = self.at;
        let mut value = 0_u64;
        while let Some(digit) = self.peek().map(|b| b.wrapping_sub(b'0')).filter(|&d| d < 10) {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            self.at += 1;
        }
        self.checked(start, value, max, part)
    }

    /// A lower-case hexadecimal number of at most `max`, without leading zeros.
    pub(crate) fn hex(&mut self, max: u32, part: &'static Part) -> Result<u32, ParseError> {
        let start = self.at;
        let mut value = 0_u64;
        while let Some(digit) = self.peek().and_then(lower_hex) {
            value = value << 4 | u64::from(digit);
            self.at += 1;
        }
        self.lower_case(part)?;
        self.checked(start, value, max, part)
    }

    /// A lower-case hexadecimal number of at most 64 bits, without leading zeros.
    pub(crate) fn hex64(&mut self, part: &'static Part) -> Result<u64, ParseError> {
        let start = self.at;
        let digits = self.take_while(|byte| lower_hex(byte).is_some());
        self.lower_case(part)?;
        if digits.is_empty() {
            return Err(self.unexpected(part));
        }
        if digits.len() > 1 && digits.starts_with(b"0") {
            return Err(self.error(Cause::LeadingZero, start, part));
        }
        if digits.len() > 16 {
            return Err(self.error(Cause::TooLarge, start, part));
        }
        let digits = digits.iter().filter_map(|&byte| lower_hex(byte));
        Ok(digits.fold(0, |value, digit| value << 4 | u64::from(digit)))
    }

    /// Behind the digits of a hexadecimal number stands none in upper case.
    fn lower_case(&self, part: &'static Part) -> Result<(), ParseError> {
        if self.peek().is_some_and(|byte| matches!(byte, b'A'..=b'F')) {
            return Err(self.unexpected(part).suggest("lower case"));
        }
        Ok(())
    }

    /// What decimal and hexadecimal numbers share: some digit, no leading zero, the limit.
    #[inline]
    fn checked(
        &mut self,
        start: usize,
        value: u64,
        max: u32,
        part: &'static Part,
    ) -> Result<u32, ParseError> {
        let len = self.at - start;
        if len == 0 {
            return Err(self.unexpected(part));
        }
        if len > 1 && self.text.get(start) == Some(&b'0') {
            return Err(self.error(Cause::LeadingZero, start, part));
        }
        match u32::try_from(value) {
            // Beyond ten digits it is no `u32`, and `value` may have wrapped.
            Ok(value) if value <= max && len <= 10 => Ok(value),
            _ => Err(self.error(Cause::TooLarge, start, part)),
        }
    }

    /// One of `words`, as its place among them, or a decimal number of at most `max`; `part` tells both. A place without a
    /// word has an empty one.
    pub(crate) fn word_or_decimal(
        &mut self,
        words: &[&str],
        max: u32,
        part: &'static Part,
    ) -> Result<u32, ParseError> {
        if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.decimal(max, part);
        }
        let start = self.at;
        let word = self.take_while(|byte| !matches!(byte, b',' | b'=' | b'/'));
        if word.is_empty() {
            return Err(self.unexpected(part));
        }
        let place = words.iter().position(|known| known.as_bytes() == word);
        place.and_then(|place| u32::try_from(place).ok()).ok_or_else(|| {
            let error = self.error(Cause::Unknown, start, part);
            let lower = words.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word));
            if lower { error.suggest("lower case") } else { error }
        })
    }

    /// A byte as two hexadecimal digits of either case.
    pub(crate) fn hex_byte(&mut self, part: &'static Part) -> Result<u8, ParseError> {
        let high = self.hex_digit(part)?;
        let low = self.hex_digit(part)?;
        Ok(high << 4 | low)
    }

    fn hex_digit(&mut self, part: &'static Part) -> Result<u8, ParseError> {
        let digit = self.peek().and_then(any_hex).ok_or_else(|| self.unexpected(part))?;
        self.at += 1;
        Ok(digit)
    }

    /// The next option's key, as its place in `keys`, or `None` at the end of the text. `=` is taken too: the value is
    /// next. `seen` remembers what came before; `part` says which options there are.
    pub(crate) fn option(
        &mut self,
        keys: &[&str],
        seen: &mut u32,
        part: &'static Part,
    ) -> Result<Option<usize>, ParseError> {
        if self.at == self.text.len() {
            return Ok(None);
        }
        if !self.eat(b',') {
            let error = self.unexpected(&COMMA);
            return Err(if self.peek() == Some(b';') { error.suggest("`,`") } else { error });
        }
        let start = self.at;
        let key = self.take_while(|byte| !matches!(byte, b',' | b'='));
        let Some(place) = keys.iter().position(|known| known.as_bytes() == key) else {
            let lower = keys.iter().find(|known| known.as_bytes().eq_ignore_ascii_case(key));
            let error = self.error(Cause::Unknown, start, part);
            return Err(match lower {
                Some(_) => error.suggest("lower case"),
                None => error,
            });
        };
        if *seen & 1 << place != 0 {
            return Err(self.error(Cause::Repeated, start, part));
        }
        *seen |= 1 << place;
        self.expect(b'=', &VALUE)?;
        Ok(Some(place))
    }

    /// The text must end here: no options, and nothing else.
    #[inline]
    pub(crate) fn end(&self) -> Result<(), ParseError> {
        if self.at == self.text.len() { Ok(()) } else { Err(self.unexpected(&END)) }
    }

    /// An error about the part that began at `start` and ends here.
    #[cold]
    pub(crate) fn error(&self, cause: Cause, start: usize, part: &'static Part) -> ParseError {
        let found = self.since(start);
        match found.iter().position(|byte| !byte.is_ascii()) {
            // The offset must stay on a character boundary, so it is that of the first such byte.
            Some(i) => ParseError::new(Cause::NotAscii, start + i, &[], part),
            None => ParseError::new(cause, start, found, part),
        }
    }

    /// The next byte cannot stand there, or there is none.
    #[cold]
    pub(crate) fn unexpected(&self, part: &'static Part) -> ParseError {
        match self.peek() {
            None => ParseError::new(Cause::Missing, self.at, &[], part),
            Some(byte) if byte.is_ascii() => {
                ParseError::new(Cause::Unexpected, self.at, &[byte], part)
            }
            Some(_) => ParseError::new(Cause::NotAscii, self.at, &[], part),
        }
    }
}

#[inline]
pub(crate) const fn lower_hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[inline]
pub(crate) const fn any_hex(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => lower_hex(byte),
    }
}
