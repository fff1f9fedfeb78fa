//! Names of network interfaces, and the scope of an IPv6 address, which may be one.
//!
//! Contract: a sockaddr holds an interface's index. Its name stands only in texts that are still to be resolved, and only a
//! name that those texts can say is an `InterfaceName`: 1 to 15 of `A-Z a-z 0-9 - . _ ~ @ + =`, not digits only, not `.` or
//! `..`. Any other interface is given by its index. Inside `[ ]` nothing is percent-decoded: `%25eth0` names `25eth0`.
//! Sources: netdevice(7), linux/if.h (IFNAMSIZ), RFC 4007 section 11, RFC 9844 (which obsoletes RFC 6874).

use core::fmt;
use core::num::NonZeroU32;
use core::str::FromStr;

use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, ParseError, Part};

const INTERFACE: Part =
    Part::new("interface", "an index, or a name of 1 to 15 of A-Z a-z 0-9 - . _ ~ @ + =");
const INDEX: Part = Part::new("interface index", "0 to 4294967295");
const NAME: Part = Part::new("interface name", "1 to 15 of A-Z a-z 0-9 - . _ ~ @ + =");
const INDEX_ONLY: Part = Part::new("interface", "an index; names are looked up in endpoints");

/// The name of a network interface.
///
/// ```
/// use berkeley_addr::InterfaceName;
///
/// let name: InterfaceName = "eth0.100".parse()?;
/// assert_eq!(name.as_str(), "eth0.100");
/// assert!("7".parse::<InterfaceName>().is_err()); // digits are an index
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("IFNAMSIZ", "ifr_name"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceName(Bytes<15>);

impl InterfaceName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_text()
    }

    /// The name as bytes, without a NUL.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for InterfaceName {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let name = read_name(&mut cursor, &NAME)?;
        cursor.end()?;
        Ok(name)
    }
}

impl fmt::Display for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// The zone of an IPv6 address (RFC 4007): none, an interface's index, or its name, which is still to be looked up.
///
/// ```
/// use berkeley_addr::Scope;
///
/// assert_eq!(Scope::from(2).to_string(), "2");
/// assert_eq!(Scope::from(0), Scope::None);
/// assert_eq!(Scope::Name("eth0".parse()?).index(), None);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("zone", "sin6_scope_id"))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// No zone; a `sin6_scope_id` of 0.
    #[default]
    None,
    /// The interface of this index.
    Index(NonZeroU32),
    /// The interface of this name.
    Name(InterfaceName),
}

impl Scope {
    /// The index, 0 without a zone; `None` for a name, which only resolution can turn into one.
    pub fn index(self) -> Option<u32> {
        match self {
            Self::None => Some(0),
            Self::Index(index) => Some(index.get()),
            Self::Name(_) => None,
        }
    }
}

/// 0 is no zone.
impl From<u32> for Scope {
    fn from(index: u32) -> Self {
        NonZeroU32::new(index).map_or(Self::None, Self::Index)
    }
}

impl From<InterfaceName> for Scope {
    fn from(name: InterfaceName) -> Self {
        Self::Name(name)
    }
}

/// The index or the name; nothing without a zone.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.pad(""),
            Self::Index(index) => fmt::Display::fmt(index, f),
            Self::Name(name) => fmt::Display::fmt(name, f),
        }
    }
}

/// `interface`: an index (0 is no zone) or a name. It ends at the first byte that no name holds.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Scope, ParseError> {
    let mut ahead = *cursor;
    let digits = ahead.take_while(|byte| byte.is_ascii_digit());
    if !digits.is_empty() && !ahead.peek().is_some_and(is_name_byte) {
        return Ok(Scope::from(cursor.decimal(u32::MAX, &INDEX)?));
    }
    read_name(cursor, &INTERFACE).map(Scope::Name)
}

/// `interface` where only an index can stand, as in a sockaddr.
pub(crate) fn read_index(cursor: &mut Cursor<'_>) -> Result<u32, ParseError> {
    let start = cursor.at();
    let scope = read(cursor)?;
    scope.index().ok_or_else(|| name_error(cursor, start))
}

/// The error of a name, which began at `start`, where only an index can stand.
#[cold]
pub(crate) fn name_error(cursor: &Cursor<'_>, start: usize) -> ParseError {
    cursor.error(Cause::InterfaceName, start, &INDEX_ONLY)
}

/// `ifname`.
fn read_name(cursor: &mut Cursor<'_>, part: &'static Part) -> Result<InterfaceName, ParseError> {
    let start = cursor.at();
    let name = cursor.take_while(is_name_byte);
    if name.is_empty() {
        return Err(cursor.unexpected(part));
    }
    if name == b"." || name == b".." || name.iter().all(u8::is_ascii_digit) {
        return Err(cursor.error(Cause::Unexpected, start, part));
    }
    match Bytes::new(name) {
        Some(name) => Ok(InterfaceName(name)),
        None => Err(cursor.error(Cause::TooLong, start, part)),
    }
}

/// `ifchar`.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@' | b'+' | b'=')
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, scope: Scope) {
    match scope {
        Scope::None => {}
        Scope::Index(index) => text.put_decimal(index.get()),
        Scope::Name(name) => text.put(name.as_bytes()),
    }
}
