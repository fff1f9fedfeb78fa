//! AF_ALG: the kernel's cryptography, by the kind and the name of an algorithm.
//!
//! Contract: `alg:skcipher/cbc%28aes%29,feat=e,mask=f`: kind and name with the escapes of Unix paths (and `%2F` in a kind),
//! feature and mask bits in hex, dropped when 0. A kind has 1 to 13 bytes, a name 1 to 103, as many as a sockaddr takes
//! beside its terminator; neither holds a NUL, and what lies behind theirs means nothing. Such addresses are bound to and
//! never come back from the kernel. Sources: linux/if_alg.h, the kernel's Documentation/crypto/userspace-if.rst.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::escape;
use crate::field::{FAMILY, SALG_FEAT, SALG_MASK, SALG_NAME, SALG_TYPE};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("algorithm", "`alg:`");
const KIND: Part = Part::new("kind of algorithm", "1 to 13 bytes, none of them NUL");
const NAME: Part = Part::new("name of the algorithm", "1 to 103 bytes, none of them NUL");
const SLASH: Part = Part::new("algorithm", "`/` between its kind and its name");
const OPTION: Part = Part::new("option", "feat=HEX or mask=HEX");
const FEAT: Part = Part::new("feat", "a lower-case hex number up to ffffffff");
const MASK: Part = Part::new("mask", "a lower-case hex number up to ffffffff");

/// The longest text after the scheme: kind and name, all escaped, and both options.
pub(crate) const TEXT: usize = 3 * 13 + 1 + 3 * 103 + 2 * (6 + 8);

/// Kernels older than sockaddr_alg_new want the whole structure, with the 64 bytes that names once had.
const SHORTEST: usize = 88;

/// An algorithm of the kernel.
///
/// ```
/// use berkeley_addr::AlgAddr;
///
/// let cipher = AlgAddr::new("skcipher", "cbc(aes)")?;
/// assert_eq!(cipher.to_string(), "alg:skcipher/cbc%28aes%29");
/// assert_eq!(cipher.name(), b"cbc(aes)");
/// assert_eq!("alg:hash/sha256".parse::<AlgAddr>()?.kind(), b"hash");
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_alg", "AF_ALG"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlgAddr {
    kind: Bytes<13>,
    name: Bytes<103>,
    /// Feature bits the algorithm must have.
    #[doc(alias = "salg_feat")]
    pub feat: u32,
    /// Which feature bits count.
    #[doc(alias = "salg_mask")]
    pub mask: u32,
}

impl AlgAddr {
    /// A kind (`hash`, `skcipher`, `aead`, `rng`) and a name (`sha256`, `cbc(aes)`), as /proc/crypto lists them.
    ///
    /// # Errors
    /// [`Cause::Missing`] for an empty one, [`Cause::Nul`] for one with a NUL in it, [`Cause::TooLong`] beyond 13 or 103 bytes.
    pub fn new(kind: impl AsRef<[u8]>, name: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        let kind = check(kind.as_ref(), &KIND)?;
        let name = check(name.as_ref(), &NAME)?;
        Ok(Self { kind, name, feat: 0, mask: 0 })
    }

    /// The kind of algorithm.
    #[doc(alias = "salg_type")]
    pub fn kind(&self) -> &[u8] {
        &self.kind
    }

    /// The algorithm's name.
    #[doc(alias = "salg_name")]
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// A sockaddr_alg of these fields, whatever they say: kind and name may be empty, hold NULs, or fill their fields. 88 bytes, which older
    /// kernels want at least, or as many as the name and its NUL take. `None` beyond 14 or 104 bytes. For who passes on what a program gave
    /// and leaves the kernel to refuse it.
    ///
    /// ```
    /// use berkeley_addr::{Address, AlgAddr};
    ///
    /// let sha = AlgAddr::new("hash", "sha256")?;
    /// assert_eq!(AlgAddr::encode_fields(b"hash", b"sha256", 0, 0), Some(sha.encode()));
    /// assert_eq!(AlgAddr::encode_fields(b"", b"", 1, 2).unwrap().len(), 88); // nobody's algorithm
    /// assert_eq!(AlgAddr::encode_fields(&[b'x'; 15], b"sha256", 0, 0), None);
    /// # Ok::<(), berkeley_addr::ParseError>(())
    /// ```
    pub fn encode_fields(kind: &[u8], name: &[u8], feat: u32, mask: u32) -> Option<Bytes<128>> {
        if kind.len() > SALG_TYPE.width || name.len() > SALG_NAME.width {
            return None;
        }
        let mut sockaddr = [0; 128];
        FAMILY.write(&mut sockaddr, &Family::ALG.raw().to_ne_bytes());
        SALG_TYPE.write(&mut sockaddr, kind);
        SALG_FEAT.write(&mut sockaddr, &feat.to_ne_bytes());
        SALG_MASK.write(&mut sockaddr, &mask.to_ne_bytes());
        SALG_NAME.write(&mut sockaddr, name);
        let end = SALG_NAME.offset + name.len() + 1;
        Some(Bytes::from_room(sockaddr, end.clamp(SHORTEST, 128)))
    }
}

/// Takes 1 to `N` bytes without a NUL.
fn check<const N: usize>(bytes: &[u8], part: &'static Part) -> Result<Bytes<N>, ParseError> {
    if bytes.is_empty() {
        return Err(ParseError::new(Cause::Missing, 0, &[], part));
    }
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Err(ParseError::new(Cause::Nul, at, &[], part));
    }
    Bytes::new(bytes).ok_or_else(|| ParseError::new(Cause::TooLong, N, &[], part))
}

impl Address for AlgAddr {
    type Sockaddr = Bytes<128>;

    fn speaks(family: Family, _: Protocol) -> bool {
        family == Family::ALG
    }

    fn family(&self) -> Family {
        Family::ALG
    }

    fn encode(&self) -> Bytes<128> {
        // Kind and name are shorter than their fields.
        Self::encode_fields(&self.kind, &self.name, self.feat, self.mask).unwrap_or(Bytes::EMPTY)
    }

    /// # Errors
    /// Also [`DecodeError::Algorithm`] when kind or name is empty or longer than fits beside its NUL.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::ALG)?;
        let (kind, name) = (SALG_TYPE.read::<14>(bytes), SALG_NAME.read::<104>(bytes));
        let (kind, name) = (before_nul(&kind), before_nul(&name));
        let fits = |(kind, name)| Some((check(kind, &KIND).ok()?, check(name, &NAME).ok()?));
        let (kind, name) = fits((kind, name))
            .ok_or(DecodeError::Algorithm { kind: kind.len(), name: name.len() })?;
        Ok(Self {
            kind,
            name,
            feat: u32::from_ne_bytes(SALG_FEAT.read(bytes)),
            mask: u32::from_ne_bytes(SALG_MASK.read(bytes)),
        })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("alg:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 4 + TEXT }>::EMPTY;
        text.put_text("alg:");
        print(&mut text, self);
        text.show(f)
    }
}

impl OneFamily for AlgAddr {
    const FAMILY: Family = Family::ALG;
}

text_traits!(AlgAddr);

impl fmt::Debug for AlgAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// A C string without its terminator.
fn before_nul(room: &[u8]) -> &[u8] {
    let len = room.iter().position(|&byte| byte == 0).unwrap_or(room.len());
    room.get(..len).unwrap_or_default()
}

/// `alg` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<AlgAddr, ParseError> {
    let kind = read_escaped(cursor, |byte| byte != b'/', &KIND)?;
    cursor.expect(b'/', &SLASH)?;
    let name = read_escaped(cursor, |_| true, &NAME)?;
    let mut addr = AlgAddr { kind, name, feat: 0, mask: 0 };
    let mut seen = 0;
    while let Some(key) = cursor.option(&["feat", "mask"], &mut seen, &OPTION)? {
        if key == 0 {
            addr.feat = cursor.hex(u32::MAX, &FEAT)?;
        } else {
            addr.mask = cursor.hex(u32::MAX, &MASK)?;
        }
    }
    Ok(addr)
}

/// 1 to `N` bytes, up to an option, the end, or a byte that does not `belong`.
fn read_escaped<const N: usize>(
    cursor: &mut Cursor<'_>,
    belong: fn(u8) -> bool,
    part: &'static Part,
) -> Result<Bytes<N>, ParseError> {
    let mut bytes = Bytes::EMPTY;
    loop {
        let at = cursor.at();
        if !bytes.append(cursor.take_while(|byte| escape::is_plain(byte) && belong(byte))) {
            return Err(ParseError::new(Cause::TooLong, at + N - bytes.len(), &[], part));
        }
        if cursor.peek().is_some_and(|byte| !belong(byte)) {
            break;
        }
        let at = cursor.at();
        let Some(byte) = escape::read_escape(cursor)? else { break };
        if byte == 0 {
            return Err(cursor.error(Cause::Nul, at, part));
        }
        if !bytes.append(&[byte]) {
            return Err(cursor.error(Cause::TooLong, at, part));
        }
    }
    if bytes.is_empty() { Err(cursor.unexpected(part)) } else { Ok(bytes) }
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: &AlgAddr) {
    for (i, run) in addr.kind.split(|&byte| byte == b'/').enumerate() {
        if i > 0 {
            escape::print_escaped(text, b'/');
        }
        escape::print(text, run);
    }
    text.put_byte(b'/');
    escape::print(text, &addr.name);
    if addr.feat != 0 {
        text.put_text(",feat=");
        text.put_hex(addr.feat, 1);
    }
    if addr.mask != 0 {
        text.put_text(",mask=");
        text.put_hex(addr.mask, 1);
    }
}
