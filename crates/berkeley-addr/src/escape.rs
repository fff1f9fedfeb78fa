//! Bytes in text: what stands for itself, and `%XX` for all others.
//!
//! Contract: `A-Z a-z 0-9 - . _ ~ / @ : + =` stand for themselves. Written escapes are two upper-case digits and only where
//! needed; needless ones are read. So a text holds no space, control, quote or newline, whatever the bytes.

use core::fmt;

use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{ParseError, Part};
use crate::printer::hex_digit;

const ESCAPE: Part = Part::new("escape", "two digits 0-9 A-F after `%`");
const BYTE: Part = Part::new("a path or name", "A-Z a-z 0-9 - . _ ~ / @ : + = or %XX");

/// Whether a byte stands for itself.
pub(crate) fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b':' | b'+' | b'=')
}

/// The byte that an escape stands for; `None` at the end or a comma, where options begin. Plain bytes are taken before.
pub(crate) fn read_escape(cursor: &mut Cursor<'_>) -> Result<Option<u8>, ParseError> {
    match cursor.peek() {
        None | Some(b',') => Ok(None),
        Some(b'%') => {
            cursor.next();
            let high = read_digit(cursor)?;
            let low = read_digit(cursor)?;
            Ok(Some(high << 4 | low))
        }
        Some(_) => Err(unescaped(cursor)),
    }
}

/// A byte stands there that must be escaped; suggests the escapes of the whole character.
#[cold]
fn unescaped(cursor: &Cursor<'_>) -> ParseError {
    let mut text = Bytes::<12>::EMPTY;
    for (i, &byte) in cursor.rest().iter().enumerate().take(4) {
        let continues = byte & 0xc0 == 0x80;
        if i > 0 && !continues {
            break;
        }
        print_escaped(&mut text, byte);
    }
    cursor.unexpected(&BYTE).suggest_made(&text.as_text())
}

fn read_digit(cursor: &mut Cursor<'_>) -> Result<u8, ParseError> {
    match cursor.peek() {
        Some(digit @ b'0'..=b'9') => {
            cursor.next();
            Ok(digit - b'0')
        }
        Some(digit @ b'A'..=b'F') => {
            cursor.next();
            Ok(digit - b'A' + 10)
        }
        Some(b'a'..=b'f') => Err(cursor.unexpected(&ESCAPE).suggest("upper case")),
        _ => Err(cursor.unexpected(&ESCAPE)),
    }
}

/// Prints the bytes of a Unix path or name, escaped where needed.
pub(crate) struct Escaped<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 3 * 108 }>::EMPTY;
        print(&mut text, self.0);
        text.show(f)
    }
}

/// Puts bytes, escaped where needed.
pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, bytes: &[u8]) {
    for run in bytes.chunk_by(|&one, &next| is_plain(one) && is_plain(next)) {
        match run {
            [byte] if !is_plain(*byte) => print_escaped(text, *byte),
            plain => text.put(plain),
        }
    }
}

pub(crate) fn print_escaped<const N: usize>(text: &mut Bytes<N>, byte: u8) {
    text.put(&[b'%', upper(byte >> 4), upper(byte & 0xf)]);
}

fn upper(value: u8) -> u8 {
    hex_digit(value).to_ascii_uppercase()
}
