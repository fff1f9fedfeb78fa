//! AF_UNIX: pathnames, abstract names, and no name at all.
//!
//! Contract: `unix:/run/x.sock`, `unix:@name`, `unix:`. A path has 1 to 108 bytes and no NUL; Linux takes 108 without a
//! terminator. An abstract name has 0 to 107 bytes, any of them, and its length is exact. The kernel may claim 111 bytes
//! for a 108-byte path: decoding trusts a length up to 110, and a path ends at its first NUL.
//! Sources: unix(7), linux/un.h.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::escape;
use crate::field::{FAMILY, SUN_PATH};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("unix address", "`unix:`");
const PATH: Part = Part::new("path", "1 to 108 bytes, none of them NUL");
const NAME: Part = Part::new("abstract name", "at most 107 bytes after the `@`");
const SLASHES: Part = Part::new("path", "a path of two slashes first to begin with `%2F/`");

/// The longest text: 108 bytes, all escaped.
pub(crate) const TEXT: usize = 3 * 108;

/// A Unix domain address.
///
/// ```
/// use berkeley_addr::{UnixAddr, UnixKind};
///
/// let path = UnixAddr::path("/run/x.sock")?;
/// assert_eq!(path.to_string(), "unix:/run/x.sock");
/// let name = UnixAddr::abstract_name(b"a\0b")?;
/// assert_eq!(name.kind(), UnixKind::Abstract(b"a\0b"));
/// assert_eq!(name, "unix:@a%00b".parse()?);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_un", "AF_UNIX", "AF_LOCAL"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixAddr {
    /// `sun_path` without a terminator: a path, or a NUL and an abstract name, or nothing.
    sun_path: Bytes<108>,
}

/// What a Unix domain address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnixKind<'a> {
    /// A path in the file system, 1 to 108 bytes without NUL.
    Path(&'a [u8]),
    /// A name outside the file system, 0 to 107 bytes; the NUL that marks it is not part of it.
    Abstract(&'a [u8]),
    /// None. Binding to it lets the kernel choose an abstract name.
    Unnamed,
}

impl UnixAddr {
    /// No name; bound to, the kernel chooses one.
    pub const fn unnamed() -> Self {
        Self { sun_path: Bytes::EMPTY }
    }

    /// A path in the file system.
    ///
    /// # Errors
    /// [`Cause::Missing`] for an empty path, [`Cause::Nul`] for one with a NUL in it, [`Cause::TooLong`] beyond 108 bytes.
    pub fn path(path: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        let path = path.as_ref();
        if path.is_empty() {
            return Err(ParseError::new(Cause::Missing, 0, &[], &PATH));
        }
        if let Some(at) = path.iter().position(|&byte| byte == 0) {
            return Err(ParseError::new(Cause::Nul, at, &[], &PATH));
        }
        let sun_path = Bytes::new(path);
        let sun_path = sun_path.ok_or_else(|| ParseError::new(Cause::TooLong, 108, &[], &PATH))?;
        Ok(Self { sun_path })
    }

    /// A name outside the file system; any bytes, and exactly these.
    ///
    /// # Errors
    /// [`Cause::TooLong`] beyond 107 bytes.
    pub fn abstract_name(name: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        let mut sun_path = Bytes::EMPTY;
        if sun_path.append(&[0]) && sun_path.append(name.as_ref()) {
            Ok(Self { sun_path })
        } else {
            Err(ParseError::new(Cause::TooLong, 107, &[], &NAME))
        }
    }

    /// Which of the three it is.
    pub fn kind(&self) -> UnixKind<'_> {
        match self.sun_path.as_slice() {
            [] => UnixKind::Unnamed,
            [0, name @ ..] => UnixKind::Abstract(name),
            path => UnixKind::Path(path),
        }
    }

    /// The path, if it is one.
    #[cfg(feature = "std")]
    pub fn as_pathname(&self) -> Option<&std::path::Path> {
        use std::os::unix::ffi::OsStrExt as _;
        match self.kind() {
            UnixKind::Path(path) => Some(std::ffi::OsStr::from_bytes(path).as_ref()),
            UnixKind::Abstract(_) | UnixKind::Unnamed => None,
        }
    }
}

#[cfg(feature = "std")]
impl TryFrom<&std::path::Path> for UnixAddr {
    type Error = ParseError;

    /// # Errors
    /// As [`UnixAddr::path`].
    fn try_from(path: &std::path::Path) -> Result<Self, ParseError> {
        use std::os::unix::ffi::OsStrExt as _;
        Self::path(path.as_os_str().as_bytes())
    }
}

impl Address for UnixAddr {
    type Sockaddr = Bytes<110>;

    fn speaks(family: Family, _: Protocol) -> bool {
        family == Family::UNIX
    }

    fn family(&self) -> Family {
        Family::UNIX
    }

    /// A path gets a NUL behind it where there is room, as C programs do.
    #[inline]
    fn encode(&self) -> Bytes<110> {
        let mut sockaddr = [0; 110];
        FAMILY.write(&mut sockaddr, &Family::UNIX.raw().to_ne_bytes());
        SUN_PATH.write(&mut sockaddr, &self.sun_path);
        let terminator = usize::from(matches!(self.kind(), UnixKind::Path(_)));
        Bytes::from_room(sockaddr, SUN_PATH.offset + self.sun_path.len() + terminator)
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::UNIX)?;
        let claimed = bytes.get(SUN_PATH.offset..).unwrap_or_default();
        let given = claimed.get(..SUN_PATH.width).unwrap_or(claimed);
        let len = match given {
            [] | [0, ..] => given.len(),
            path => path.iter().position(|&byte| byte == 0).unwrap_or(path.len()),
        };
        Ok(Self { sun_path: Bytes::from_room(SUN_PATH.read(bytes), len) })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("unix:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 5 + TEXT }>::EMPTY;
        text.put_text("unix:");
        print(&mut text, self);
        text.show(f)
    }
}

impl OneFamily for UnixAddr {
    const FAMILY: Family = Family::UNIX;
}

text_traits!(UnixAddr);

impl fmt::Debug for UnixAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `unix` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<UnixAddr, ParseError> {
    let start = cursor.at();
    if cursor.rest().starts_with(b"//") {
        return Err(ParseError::new(Cause::Unexpected, start, b"//", &SLASHES).suggest("`%2F/`"));
    }
    let mut sun_path = Bytes::EMPTY;
    let is_abstract = cursor.eat(b'@');
    let part = if is_abstract { &NAME } else { &PATH };
    if is_abstract {
        sun_path.append(&[0]);
    }
    loop {
        let at = cursor.at();
        let plain = cursor.take_while(escape::is_plain);
        if !sun_path.append(plain) {
            let room = SUN_PATH.width - sun_path.len();
            return Err(ParseError::new(Cause::TooLong, at + room, &[], part));
        }
        let at = cursor.at();
        let Some(byte) = escape::read_escape(cursor)? else { break };
        if byte == 0 && !is_abstract {
            let error = cursor.error(Cause::Nul, at, part);
            return Err(if at == start {
                error.suggest("`@` for an abstract name")
            } else {
                error
            });
        }
        if !sun_path.append(&[byte]) {
            return Err(cursor.error(Cause::TooLong, at, part));
        }
    }
    // There are no options, so a comma can only be meant for a byte.
    cursor.end().map_err(|error| error.suggest("%2C"))?;
    Ok(UnixAddr { sun_path })
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: &UnixAddr) {
    match addr.kind() {
        UnixKind::Unnamed => {}
        UnixKind::Abstract(name) => {
            text.put_byte(b'@');
            escape::print(text, name);
        }
        UnixKind::Path(path) => {
            // Unescaped, the first byte of these two would read as something else.
            let split = matches!(path, [b'@', ..] | [b'/', b'/', ..]);
            let (first, rest) = path.split_at_checked(usize::from(split)).unwrap_or((&[], path));
            for &byte in first {
                escape::print_escaped(text, byte);
            }
            escape::print(text, rest);
        }
    }
}
