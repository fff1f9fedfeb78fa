//! `berkeley addr`: what a text of the grammar means: canonical text, family, fields, bytes; or where it is wrong.
//!
//! Contract: a report for each text, in order, good or bad; exit code 2 if any was bad. Memory is constant, however many
//! lines come and however long they are: a line beyond [`LONGEST`] is told by its beginning.

use core::fmt::{self, Write as _};
use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;

use berkeley::addr::{Bytes, ParseError, Parsed};
use berkeley::{Address, Family};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::caret;
use crate::fail::{self, Fail};
use crate::out::Out;

/// How much of a line is kept. No address has a thousand bytes; this is for those who want to see theirs again.
const LONGEST: u64 = 1 << 20;

/// Fields that are decimal numbers, where they are no words. The others are strings whatever they look like: a path `7`, a
/// hexadecimal `11`.
#[rustfmt::skip]
const NUMBERS: [&str; 22] = [
    "bc-type", "channel", "cid", "device", "flow", "hatype", "index", "instance", "lower", "node", "number", "pid", "port",
    "psm", "queue", "reference", "scope", "service", "sid", "type", "umem", "upper",
];

/// Reads addresses and endpoints: canonical text, fields, bytes; or where they are wrong.
///
/// Prints the canonical text, the family, the fields and the bytes of the sockaddr in hexadecimal; for a text that is none,
/// a caret under the byte at fault, what is wrong, what was expected and what to write instead. Exits with 2 if any text was
/// wrong.
///
/// JSON, a line for each text: {"input":TEXT,"ok":true,"text":CANONICAL,"family":"AF_INET6","fields":{...},"sockaddr":HEX}
/// or {"input":TEXT,"ok":false,"at":BYTE,"error":WORDS}. Fields that are decimal numbers (ports, indexes, flow ...) are JSON
/// numbers; words, hexadecimal numbers, paths and IP addresses are strings. "sockaddr" is null where names are still to be
/// looked up and for endpoints; "family" is null for an endpoint that may be of either IP family. Bytes that are no UTF-8
/// are an error, and U+FFFD in "input".
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Addresses such as '[fe80::1%2]:80', unix:@name, packet:2/0800; endpoints such as tcp://example.org:http; IPv6 addresses
    /// with a named zone, '[fe80::1%eth0]:80'; `-` for the lines of standard input
    #[arg(value_name = "TEXT", required = true)]
    texts: Vec<OsString>,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<(), Fail> {
    let mut reports = Reports { out, wrong: false, words: String::new() };
    for (nth, text) in args.texts.iter().enumerate() {
        match text.as_bytes() {
            b"-" => reports.lines()?,
            text => reports.report(text, false, nth > 0)?,
        }
    }
    if reports.wrong { Err(Fail::silent(fail::USAGE)) } else { Ok(()) }
}

/// Where reports go, whether a text was wrong, and room to write words in.
struct Reports<'a> {
    out: &'a mut Out,
    wrong: bool,
    words: String,
}

impl Reports<'_> {
    /// Reports every line of standard input.
    fn lines(&mut self) -> Result<(), Fail> {
        let failed = |error: io::Error| Fail::io("standard input", &error);
        let input = io::stdin().as_fd().try_clone_to_owned().map_err(failed)?;
        let mut input = BufReader::with_capacity(1 << 16, File::from(input));
        let mut line = Vec::new();
        for nth in 0_u64.. {
            if input.buffer().is_empty() {
                // What comes next may take a while, and somebody may wait for these answers before he sends more.
                self.out.flush()?;
            }
            line.clear();
            if input.by_ref().take(LONGEST + 1).read_until(b'\n', &mut line).map_err(failed)? == 0 {
                break;
            }
            let whole = line.pop_if(|last| *last == b'\n').is_some();
            let cut = !whole && line.len() as u64 > LONGEST;
            if cut {
                line.pop();
                input.skip_until(b'\n').map_err(failed)?;
            }
            self.report(&line, cut, nth > 0)?;
        }
        Ok(())
    }

    /// Reports one text. `cut`: only its beginning is there. `parted`: words stand before it.
    fn report(&mut self, text: &[u8], cut: bool, parted: bool) -> Result<(), Fail> {
        let parsed = parse(text, cut);
        self.wrong |= parsed.is_err();
        if self.out.is_json() {
            let input = String::from_utf8_lossy(text);
            return match &parsed {
                Ok(parsed) => self.out.record(&Good {
                    input,
                    cut,
                    ok: true,
                    text: Shown(parsed),
                    family: parsed.family().map(Shown),
                    fields: Fields(parsed),
                    sockaddr: sockaddr(parsed).map(Shown),
                }),
                Err(wrong) => {
                    let (at, error) = (wrong.at(), Shown(wrong));
                    self.out.record(&Bad { input, cut, ok: false, at, error })
                }
            };
        }
        self.words.clear();
        if parted {
            self.words.push('\n');
        }
        // Writing to a String does not fail.
        let _ = match &parsed {
            Ok(parsed) => describe(&mut self.words, parsed),
            Err(wrong) => writeln!(self.words, "error: {wrong}"),
        };
        if let Err(wrong) = parsed {
            caret::append(&mut self.words, text, wrong.at());
        }
        self.out.bytes(self.words.as_bytes())
    }
}

fn parse(text: &[u8], cut: bool) -> Result<Parsed, Wrong> {
    match core::str::from_utf8(text) {
        Ok(text) => text.parse().map_err(Wrong::Text),
        // The cut went through a character, which is not at fault.
        Err(error) if cut && error.error_len().is_none() => {
            parse(text.get(..error.valid_up_to()).unwrap_or_default(), false)
        }
        Err(error) => Err(Wrong::Utf8(error.valid_up_to())),
    }
}

/// Why a text is wrong.
enum Wrong {
    Text(ParseError),
    Utf8(usize),
}

impl Wrong {
    fn at(&self) -> usize {
        match self {
            Self::Text(error) => error.at(),
            Self::Utf8(at) => *at,
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(error) => error.fmt(f),
            Self::Utf8(at) => {
                write!(
                    f,
                    "no UTF-8, at byte {at}; expected ASCII, in paths and names other bytes as %XX"
                )
            }
        }
    }
}

/// The canonical text and a line for each field.
fn describe(words: &mut String, parsed: &Parsed) -> fmt::Result {
    fn row(words: &mut String, name: &str, value: &dyn fmt::Display) -> fmt::Result {
        write!(words, "  {name:<15} {value}")?;
        // There may be no value: an AF_PACKET address without a hardware address.
        words.truncate(words.trim_end().len());
        words.write_char('\n')
    }
    writeln!(words, "{parsed}")?;
    match parsed.family() {
        Some(family) => row(words, "family", &family)?,
        None => row(words, "family", &"AF_INET or AF_INET6")?,
    }
    let mut written = Ok(());
    parsed.fields(&mut |name, value| written = written.and_then(|()| row(words, name, value)));
    written?;
    match sockaddr(parsed) {
        Some(bytes) => row(words, "sockaddr", &bytes),
        None => Ok(()),
    }
}

/// The sockaddr of what has one: not of names, and not of endpoints, which have as many as their names have addresses.
fn sockaddr(parsed: &Parsed) -> Option<Hex> {
    match parsed {
        Parsed::Address(addr) => Some(Hex(addr.encode())),
        Parsed::Scoped(_) | Parsed::Endpoint(_) => None,
    }
}

/// Bytes in hexadecimal.
struct Hex(Bytes<128>);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The object for a text with a meaning. It borrows, and what prints is printed into the output: nothing is allocated.
#[derive(Serialize)]
struct Good<'a> {
    input: Cow<'a, str>,
    #[serde(skip_serializing_if = "is_false")]
    cut: bool,
    ok: bool,
    text: Shown<&'a Parsed>,
    family: Option<Shown<Family>>,
    fields: Fields<'a>,
    sockaddr: Option<Shown<Hex>>,
}

/// The object for a text without.
#[derive(Serialize)]
struct Bad<'a> {
    input: Cow<'a, str>,
    #[serde(skip_serializing_if = "is_false")]
    cut: bool,
    ok: bool,
    at: usize,
    error: Shown<&'a Wrong>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// As a string, what it prints.
struct Shown<T>(T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The fields as an object.
struct Fields<'a>(&'a Parsed);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut written = Ok(());
        self.0.fields(&mut |name, value| {
            if written.is_ok() {
                written = match Decimal::of(value).filter(|_| NUMBERS.contains(&name)) {
                    Some(number) => map.serialize_entry(name, &number),
                    None => map.serialize_entry(name, &Shown(value)),
                };
            }
        });
        written?;
        map.end()
    }
}

/// Reads a decimal number while it is printed.
#[derive(Default)]
struct Decimal {
    number: Option<i64>,
    negative: bool,
}

impl Decimal {
    /// The number that `value` prints, if it prints digits, after a minus perhaps, and nothing else.
    fn of(value: &dyn fmt::Display) -> Option<i64> {
        let mut this = Self::default();
        write!(this, "{value}").ok()?;
        if this.negative { this.number.map(|number| -number) } else { this.number }
    }
}

impl fmt::Write for Decimal {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if byte == b'-' && self.number.is_none() && !self.negative {
                self.negative = true;
                continue;
            }
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10).ok_or(fmt::Error)?;
            let number = self.number.unwrap_or(0).checked_mul(10).ok_or(fmt::Error)?;
            self.number = Some(number.checked_add(digit.into()).ok_or(fmt::Error)?);
        }
        Ok(())
    }
}
