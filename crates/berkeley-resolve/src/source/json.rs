//! A small reader of JSON, for the one service that speaks it.
//!
//! Contract: total and linear. Whatever the bytes, the reader ends, holds at most one value per byte, and goes no deeper than [`DEPTH`]. It
//! reads all of RFC 8259; a number is kept as its text, since an integer is all that is asked for. Source: RFC 8259.

use core::fmt;

/// How deep values may stand in others.
const DEPTH: usize = 32;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// Values in order.
    Array(Vec<Self>),
    /// Values by name, as they came; of two with one name the first is found.
    Object(Vec<(String, Self)>),
}

/// What is not JSON, at this byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The byte.
    pub at: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not JSON, at byte {}", self.at)
    }
}

impl core::error::Error for Malformed {}

impl Json {
    /// Reads one value, with nothing but white space around it.
    ///
    /// ```
    /// use berkeley_resolve::source::Json;
    /// let value = Json::parse(br#"{"name": "a\u0062", "ports": [80, 443]}"#)?;
    /// assert_eq!(value.member("name").and_then(Json::text), Some("ab"));
    /// assert_eq!(value.member("ports").map(Json::items).unwrap_or_default()[1].integer(), Some(443));
    /// assert_eq!(Json::parse(b"[1,]").unwrap_err().at, 3);
    /// # Ok::<(), berkeley_resolve::source::Malformed>(())
    /// ```
    ///
    /// # Errors
    /// [`Malformed`], at the byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader { bytes, at: 0 };
        let value = reader.value(DEPTH)?;
        reader.skip_space();
        if reader.at == bytes.len() { Ok(value) } else { Err(reader.malformed()) }
    }

    /// The member of this name, of an object.
    pub fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// The values of an array; of anything else none.
    pub fn items(&self) -> &[Self] {
        if let Self::Array(items) = self { items } else { &[] }
    }

    /// The text of a text.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number, if it is an integer.
    pub fn integer(&self) -> Option<i64> {
        if let Self::Number(number) = self { number.parse().ok() } else { None }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn malformed(&self) -> Malformed {
        Malformed { at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes these bytes, or says where they are not.
    fn expect(&mut self, word: &[u8]) -> Result<(), Malformed> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.malformed());
        }
        self.at += word.len();
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Json, Malformed> {
        self.skip_space();
        let inner = depth.checked_sub(1).ok_or_else(|| self.malformed());
        match self.peek() {
            Some(b'n') => self.expect(b"null").map(|()| Json::Null),
            Some(b't') => self.expect(b"true").map(|()| Json::Bool(true)),
            Some(b'f') => self.expect(b"false").map(|()| Json::Bool(false)),
            Some(b'"') => self.text().map(Json::Text),
            Some(b'[') => {
                let (inner, mut items) = (inner?, Vec::new());
                self.list(b']', |reader| {
                    items.push(reader.value(inner)?);
                    Ok(())
                })?;
                Ok(Json::Array(items))
            }
            Some(b'{') => {
                let (inner, mut members) = (inner?, Vec::new());
                self.list(b'}', |reader| {
                    let name = reader.text()?;
                    reader.skip_space();
                    reader.expect(b":")?;
                    members.push((name, reader.value(inner)?));
                    Ok(())
                })?;
                Ok(Json::Object(members))
            }
            _ => self.number().map(Json::Number),
        }
    }

    /// What stands between brackets, with commas between.
    fn list(
        &mut self,
        end: u8,
        mut item: impl FnMut(&mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip_space();
            item(self)?;
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == end => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.malformed()),
            }
        }
    }

    fn number(&mut self) -> Result<String, Malformed> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        Ok(text.iter().copied().map(char::from).collect())
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), Malformed> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(self.malformed()) } else { Ok(()) }
    }

    fn text(&mut self) -> Result<String, Malformed> {
        self.expect(b"\"")?;
        let mut text = String::new();
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let plain =
                rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)).count();
            let (plain, rest) = rest.split_at(plain);
            let plain = core::str::from_utf8(plain)
                .map_err(|error| Malformed { at: self.at + error.valid_up_to() })?;
            text.push_str(plain);
            self.at += plain.len();
            match rest.first() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return Err(self.malformed()),
            }
        }
    }

    /// What stands for a character, from the backslash.
    fn escape(&mut self) -> Result<char, Malformed> {
        let start = self.at;
        self.at += 1;
        let kind = self.peek().ok_or_else(|| self.malformed())?;
        self.at += 1;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                // A character beyond 16 bits is written as two, RFC 8259 section 7.
                let second = if matches!(first, 0xd800..0xdc00) {
                    self.expect(b"\\u")?;
                    Some(self.unit()?)
                } else {
                    None
                };
                let mut units = char::decode_utf16([first].into_iter().chain(second));
                match (units.next(), units.next()) {
                    (Some(Ok(character)), None) => character,
                    _ => return Err(Malformed { at: start }),
                }
            }
            _ => return Err(Malformed { at: start }),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u16, Malformed> {
        let digits = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<4>());
        let value = digits.and_then(|digits| {
            digits
                .iter()
                .try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
        });
        let value =
            value.and_then(|value| u16::try_from(value).ok()).ok_or_else(|| self.malformed())?;
        self.at += 4;
        Ok(value)
    }
}

/// A text as JSON writes it.
pub(super) fn quoted(text: &str) -> String {
    use fmt::Write;
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            // Writing to a String does not fail.
            '\0'..' ' => drop(write!(quoted, "\\u{:04x}", u32::from(character))),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_json_is_and_what_not() {
        let good = [
            "null",
            " true ",
            "-0",
            "0.5e+10",
            "\"\"",
            r#""\ud83d\ude00 \"\\\/\b\f\n\r\t""#,
            "[]",
            "[1 , [2]]",
            r#"{"a":{},"a":1}"#,
        ];
        for text in good {
            assert!(Json::parse(text.as_bytes()).is_ok(), "{text}");
        }
        let bad = [
            ("", 0),
            ("nul", 0),
            ("01", 1),
            ("1.", 2),
            ("+1", 0),
            ("1e", 2),
            ("\"", 1),
            ("\"\n\"", 1),
            (r#""\x""#, 1),
            (r#""\ud83d""#, 7),
            (r#""\udc00""#, 1),
            (r#""\u12g4""#, 3),
            ("[1,]", 3),
            ("[1", 2),
            ("{\"a\"}", 4),
            ("{a:1}", 1),
            ("1 2", 2),
        ];
        for (text, at) in bad {
            assert_eq!(Json::parse(text.as_bytes()), Err(Malformed { at }), "{text}");
        }
        assert_eq!(Json::parse(b"\"a\xff\""), Err(Malformed { at: 2 }));
        assert!(Json::parse("[".repeat(100_000).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Err(Malformed { at }) = Json::parse(&bytes) {
                prop_assert!(at <= bytes.len());
            }
        }

        #[test]
        fn texts_come_back(text in any::<String>()) {
            prop_assert_eq!(Json::parse(quoted(&text).as_bytes()), Ok(Json::Text(text)));
        }
    }
}
