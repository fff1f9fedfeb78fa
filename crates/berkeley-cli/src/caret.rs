//! A caret under the byte at fault.
//!
//! Contract: two lines: the text, or what surrounds the byte in a long one, and the caret. The text is shown escaped, so
//! nothing in it moves the terminal's cursor.

use core::fmt::Write;

/// How much of the text is shown on either side of the fault, in bytes.
const AROUND: usize = 60;
/// How far the lines are indented.
const INDENT: &str = "  ";

/// Appends the two lines for byte `at` of `text`.
pub(crate) fn append(into: &mut String, text: &[u8], at: usize) {
    let at = at.min(text.len());
    let (before, after) = text.split_at(at);
    let start = before.len().saturating_sub(AROUND);
    let left = before.get(start..).unwrap_or_default();
    let right = after.get(..AROUND).unwrap_or(after);

    into.push_str(INDENT);
    let line = into.len();
    if start > 0 {
        into.push('…');
    }
    escape(into, left);
    let column = into.get(line..).unwrap_or_default().chars().count();
    escape(into, right);
    if right.len() < after.len() {
        into.push('…');
    }
    into.push('\n');
    into.push_str(INDENT);
    into.extend(core::iter::repeat_n(' ', column));
    into.push_str("^\n");
}

/// Printable characters as they are, controls and what is no UTF-8 as `\u{..}` and `\xNN`.
fn escape(into: &mut String, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        for char in chunk.valid().chars() {
            if char.is_control() {
                into.extend(char.escape_default());
            } else {
                into.push(char);
            }
        }
        for byte in chunk.invalid() {
            // Writing to a String does not fail.
            let _ = write!(into, "\\x{byte:02x}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::append;

    #[test]
    fn the_caret_stands_under_the_byte() {
        let long = [b'a'; 200];
        let rows: [(&[u8], usize, &str); 6] = [
            (b"1.2.3.256:80", 6, "  1.2.3.256:80\n        ^\n"),
            (b"", 0, "  \n  ^\n"),
            (b"ab", 9, "  ab\n    ^\n"),
            (b"a\tb\xff", 2, "  a\\tb\\xff\n     ^\n"),
            ("é:".as_bytes(), 2, "  é:\n   ^\n"),
            (&long, 100, &format!("  …{}…\n  {}^\n", "a".repeat(120), " ".repeat(61))),
        ];
        for (text, at, expected) in rows {
            let mut lines = String::new();
            append(&mut lines, text, at);
            assert_eq!(lines, expected, "{}", text.escape_ascii());
        }
    }
}
