//! EDNS: what the OPT record says, and DNS cookies.
//!
//! Contract: the options are checked when the record is decoded, so walking them cannot fail; an unknown version is no fault here.
//! Sources: RFC 6891 sections 6.1.2 and 6.1.3; RFC 7873 section 4, RFC 9018.

use super::cursor::Cursor;
use super::error::Malformed;
use super::number::OptionCode;

/// The content of an OPT record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opt<'a> {
    /// The longest message that its sender takes by UDP, in bytes.
    pub payload: u16,
    /// The upper eight bits of the response code.
    pub extended: u8,
    /// The version of EDNS, 0.
    pub version: u8,
    /// The DO bit: signatures are wanted, or there.
    pub dnssec_ok: bool,
    /// The options.
    pub options: Options<'a>,
}

impl<'a> Opt<'a> {
    /// From the record's class and time to live, which mean something else here, and its data.
    pub(super) fn decode(class: u16, ttl: u32, mut data: Cursor<'a>) -> Result<Self, Malformed> {
        let options = Options(data.rest());
        while !data.is_empty() {
            data.short()?;
            data.counted()?;
        }
        let [extended, version, flags, _] = ttl.to_be_bytes();
        Ok(Self { payload: class, extended, version, dnssec_ok: flags & 0x80 != 0, options })
    }

    /// The cookie, if there is one of a possible length.
    pub fn cookie(&self) -> Option<Cookie> {
        let (_, bytes) = self.options.into_iter().find(|(code, _)| *code == OptionCode::COOKIE)?;
        Cookie::decode(bytes)
    }
}

/// The options of an OPT record: code and data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Options<'a>(&'a [u8]);

impl<'a> IntoIterator for Options<'a> {
    type Item = (OptionCode, &'a [u8]);
    type IntoIter = OptionsIter<'a>;

    fn into_iter(self) -> OptionsIter<'a> {
        OptionsIter(self.0)
    }
}

/// A walk over [`Options`].
#[derive(Clone, Debug)]
pub struct OptionsIter<'a>(&'a [u8]);

impl<'a> Iterator for OptionsIter<'a> {
    type Item = (OptionCode, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let mut cursor = Cursor::new(self.0, 0, self.0.len());
        let option = (OptionCode::new(cursor.short().ok()?), cursor.counted().ok()?);
        self.0 = cursor.rest();
        Some(option)
    }
}

/// A DNS cookie: eight bytes of the client's, and what the server answered to them, up to 32.
///
/// ```
/// use berkeley_resolve::wire::Cookie;
///
/// let cookie = Cookie::new([7; 8]);
/// assert_eq!((cookie.client(), cookie.server()), ([7; 8], &[][..]));
/// assert_eq!(Cookie::decode(&[7; 24]).map(|cookie| cookie.server().len()), Some(16));
/// // A server's part has eight bytes at least.
/// assert_eq!(Cookie::decode(&[7; 12]), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookie {
    client: [u8; 8],
    len: u8,
    server: [u8; 32],
}

impl Cookie {
    /// A cookie to which no server has answered yet.
    pub const fn new(client: [u8; 8]) -> Self {
        Self { client, len: 0, server: [0; 32] }
    }

    /// The cookie of an option's data.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (client, answer) = bytes.split_first_chunk()?;
        let len = u8::try_from(answer.len()).ok()?;
        if !matches!(len, 0 | 8..=32) {
            return None;
        }
        let mut server = [0; 32];
        server.get_mut(..answer.len())?.copy_from_slice(answer);
        Some(Self { client: *client, len, server })
    }

    /// The client's part.
    pub const fn client(&self) -> [u8; 8] {
        self.client
    }

    /// The server's part; nothing before its first answer.
    pub fn server(&self) -> &[u8] {
        self.server.get(..usize::from(self.len)).unwrap_or_default()
    }
}
