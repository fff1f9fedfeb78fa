//! Names as the databases give them, on their way into a `String`.
//!
//! A name comes from a file or from a server that someone else runs, and goes into logs and terminals. Letters, digits,
//! `-`, `_` and `.` stand for themselves; every other byte is written `\DDD` in decimal, as RFC 1035 section 5.1 and
//! RFC 4343 section 2.1 do. So no name is lost, none is anything but ASCII, and none panics.

use core::fmt::Write as _;

use crate::wire::Name;

/// The name, escaped.
pub(crate) fn name(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'-' | b'_' | b'.' => text.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
            byte => {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\{byte:03}");
            }
        }
    }
    text
}

/// The same of a name as another resolver of this machine prints it: what is escaped there stays as it is.
pub(crate) fn again(text: &str) -> String {
    let read = text.parse::<Name>();
    read.map_or_else(|_| name(text.as_bytes()), |name| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::{again, name};

    #[test]
    fn other_bytes_are_escaped() {
        let table: [(&[u8], &str); 6] = [
            (b"", ""),
            (b"a-b_C.example.", "a-b_C.example."),
            (b"a b\n", "a\\032b\\010"),
            (b"b\xfccher.example", "b\\252cher.example"),
            (b"\x1b[2J", "\\027\\0912J"),
            (b"\\\x00;", "\\092\\000\\059"),
        ];
        for (bytes, text) in table {
            assert_eq!(name(bytes), text);
        }
    }

    #[test]
    fn what_is_escaped_is_not_escaped_again() {
        let table = [
            ("a.example", "a.example"),
            ("a.example.", "a.example"),
            ("a\\032b.Test", "a\\032b.Test"),
            ("a\\.b", "a\\.b"),
            ("a b\n", "a\\032b\\010"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(again(text), expected, "{text:?}");
        }
    }
}
