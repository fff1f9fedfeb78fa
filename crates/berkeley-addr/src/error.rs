//! `ParseError` and `DecodeError`: why a text or some bytes are no address.
//!
//! Contract: small, `Copy`, no allocation. A parse error says the cause, the byte offset, what was expected there and,
//! where there is an obvious one, a suggestion. The offset is at most the text's length and on a character boundary.

use core::fmt;

use crate::bytes::Bytes;
use crate::number::Family;

/// Why a text is not what it was read as.
///
/// ```
/// use berkeley_addr::{AnyAddr, Cause};
///
/// let error = "1.2.3.256:80".parse::<AnyAddr>().unwrap_err();
/// assert_eq!((error.cause(), error.at()), (Cause::TooLarge, 6));
/// assert_eq!(error.to_string(), "octet 256 is too large, at byte 6; expected 0 to 255");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub struct ParseError {
    part: &'static Part,
    at: usize,
    found: Bytes<15>,
    cause: Cause,
    suggestion: Suggestion,
}

/// What is wrong, in one word.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The text ends, or the next part begins, where something must stand.
    Missing,
    /// A byte that cannot stand here.
    Unexpected,
    /// A byte outside ASCII.
    NotAscii,
    /// A number above its limit.
    TooLarge,
    /// A number with a leading zero.
    LeadingZero,
    /// More bytes, groups or labels than there is room for.
    TooLong,
    /// Fewer than it takes.
    TooShort,
    /// A word that is none of those expected.
    Unknown,
    /// An option given twice.
    Repeated,
    /// A NUL where none can be.
    Nul,
    /// An interface's name where only its index can stand; resolution turns one into the other.
    InterfaceName,
    /// A host name that ends in a number, so a mistyped address.
    NumericName,
    /// A part that does not fit what stands before it.
    Conflict,
    /// Bytes written out although their family has a text of its own.
    OwnText,
    /// An endpoint where an address must stand, or the other way round.
    OtherForm,
}

/// A part of the grammar: its name, and what it looks like. The two nouns every message is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) expected: &'static str,
}

impl Part {
    pub(crate) const fn new(name: &'static str, expected: &'static str) -> Self {
        Self { name, expected }
    }
}

const TYPE: Part = Part::new("address of this type", "an address of the type's own family");

#[derive(Clone, Copy, PartialEq, Eq)]
enum Suggestion {
    None,
    Fixed(&'static str),
    Made(Bytes<63>),
}

impl ParseError {
    /// `found` is shortened to what fits; it is only shown.
    #[cold]
    pub(crate) fn new(cause: Cause, at: usize, found: &[u8], part: &'static Part) -> Self {
        let shown = found.get(..15).unwrap_or(found);
        let found = Bytes::new(shown).unwrap_or_default();
        Self { part, at, found, cause, suggestion: Suggestion::None }
    }

    /// The error of an address type outside this crate whose text is another type's: [`Cause::OtherForm`], at byte 0.
    #[cold]
    pub fn other_form() -> Self {
        Self::new(Cause::OtherForm, 0, &[], &TYPE)
    }

    /// Adds what to write instead.
    #[cold]
    pub(crate) fn suggest(mut self, text: &'static str) -> Self {
        self.suggestion = Suggestion::Fixed(text);
        self
    }

    /// Adds what to write instead, if it fits.
    #[cold]
    pub(crate) fn suggest_made(mut self, text: &dyn fmt::Display) -> Self {
        let mut made = Bytes::EMPTY;
        if fmt::write(&mut made, format_args!("{text}")).is_ok() {
            self.suggestion = Suggestion::Made(made);
        }
        self
    }

    /// The offset of the byte at fault: at most the text's length, on a character boundary.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What is wrong.
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// The part of the grammar that was being read: "octet", "port", "interface" ...
    pub fn part(&self) -> &'static str {
        self.part.name
    }

    /// What should stand there: "0 to 255".
    pub fn expected(&self) -> &'static str {
        self.part.expected
    }

    /// What to write instead, where that is obvious.
    pub fn suggestion(&self) -> Option<&str> {
        match &self.suggestion {
            Suggestion::None => None,
            Suggestion::Fixed(text) => Some(text),
            Suggestion::Made(text) => Some(text.as_text()),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.part.name;
        let found = self.found.escape_ascii();
        match self.cause {
            Cause::Missing => write!(f, "{name} is missing"),
            Cause::Unexpected => write!(f, "`{found}` cannot stand here"),
            Cause::NotAscii => write!(f, "a byte outside ASCII in {name}"),
            Cause::TooLarge => write!(f, "{name} {found} is too large"),
            Cause::LeadingZero => write!(f, "{name} {found} has a leading zero"),
            Cause::TooLong => write!(f, "{name} is too long"),
            Cause::TooShort => write!(f, "{name} is too short"),
            Cause::Unknown => write!(f, "unknown {name} `{found}`"),
            Cause::Repeated => write!(f, "{name} `{found}` stands twice"),
            Cause::Nul => write!(f, "NUL in {name}"),
            Cause::InterfaceName => write!(f, "`{found}` is an interface's name"),
            Cause::NumericName => write!(f, "host name ends in the number `{found}`"),
            Cause::Conflict => write!(f, "{name} does not fit the rest"),
            Cause::OwnText => write!(f, "{name} has a text of its own"),
            Cause::OtherForm => write!(f, "this is no {name}"),
        }?;
        write!(f, ", at byte {}; expected {}", self.at, self.part.expected)?;
        match self.suggestion() {
            Some(text) => write!(f, "; try {text}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParseError({:?}: {self})", self.cause)
    }
}

/// Why the bytes of a sockaddr are no address of the type asked for.
///
/// ```
/// use berkeley_addr::{Address, DecodeError, Family, UnixAddr};
///
/// assert_eq!(UnixAddr::decode(&[]), Err(DecodeError::TooShort { len: 0 }));
/// let loopback = [2, 0, 0, 80, 127, 0, 0, 1];
/// # #[cfg(target_endian = "little")]
/// assert_eq!(UnixAddr::decode(&loopback), Err(DecodeError::Family { got: Family::INET }));
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DecodeError {
    /// Not even a family. No bytes at all is how the kernel says "no address", for instance on a connected stream.
    #[error("{len} bytes hold no address family")]
    TooShort {
        /// How many bytes there were.
        len: usize,
    },
    /// More bytes than a sockaddr can have (128).
    #[error("{len} bytes are no sockaddr, which ends at 128")]
    TooLong {
        /// How many bytes there were.
        len: usize,
    },
    /// A family that the type asked for does not hold.
    #[error("an address of {got} where another family belongs")]
    Family {
        /// The family found.
        got: Family,
    },
    /// Another number of bytes than an IP address of this family has.
    #[error("{len} bytes are no IP address of {family}")]
    IpLength {
        /// The family asked for.
        family: Family,
        /// How many bytes there were.
        len: usize,
    },
    /// A field that holds what makes no address.
    #[error("{field} holds {value}, which makes no address")]
    Value {
        /// The field's C name.
        field: &'static str,
        /// What it holds.
        value: u32,
    },
    /// A hardware address longer than any the kernel has (32).
    #[error("a hardware address of {len} bytes, more than 32")]
    HardwareAddress {
        /// The length the bytes claim.
        len: u8,
    },
    /// A kind or a name of an algorithm that is empty, or so long that no NUL ends it.
    #[error(
        "an algorithm's kind of {kind} bytes and name of {name}; 1 to 13 and 1 to 103 belong there"
    )]
    Algorithm {
        /// The length of the kind.
        kind: usize,
        /// The length of the name.
        name: usize,
    },
}
