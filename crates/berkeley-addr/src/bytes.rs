//! `Bytes<N>`: at most `N` bytes, stored inline.
//!
//! Contract: the one buffer of this crate. Sockaddrs, hardware addresses, names and the text a printer builds are all
//! short and bounded, so none of them needs the heap. Two values are equal when their bytes are; the room behind them
//! does not count.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;

/// At most `N` bytes, stored inline; reads as a slice.
///
/// ```
/// use berkeley_addr::Bytes;
///
/// let mac = Bytes::<8>::new(&[0xaa, 0xbb, 0xcc]).unwrap();
/// assert_eq!(mac.len(), 3);
/// assert_eq!(Bytes::<2>::new(b"abc"), None);
/// ```
#[derive(Clone, Copy)]
pub struct Bytes<const N: usize> {
    len: u16,
    room: [u8; N],
}

impl<const N: usize> Bytes<N> {
    /// No bytes at all.
    pub const EMPTY: Self = {
        assert!(N <= 0xffff, "the length is kept in 16 bits");
        Self { len: 0, room: [0; N] }
    };

    /// A copy of `bytes`, or `None` when there are more than `N`.
    #[inline]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut this = Self::EMPTY;
        this.room.get_mut(..bytes.len())?.copy_from_slice(bytes);
        this.len = u16::try_from(bytes.len()).ok()?;
        Some(this)
    }

    /// The first `len` bytes of `room`; a `len` beyond `N` means all of it.
    #[inline]
    pub(crate) fn from_room(room: [u8; N], len: usize) -> Self {
        let len = len.min(N);
        Self { len: u16::try_from(len).unwrap_or(0), room }
    }

    /// The bytes as a slice.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        self.room.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Appends all of `bytes` if they fit, else nothing and `false`.
    #[inline]
    pub(crate) fn append(&mut self, bytes: &[u8]) -> bool {
        let start = usize::from(self.len);
        let end = start.saturating_add(bytes.len());
        let (Some(slot), Ok(len)) = (self.room.get_mut(start..end), u16::try_from(end)) else {
            return false;
        };
        slot.copy_from_slice(bytes);
        self.len = len;
        true
    }

    /// Room for `W` more bytes, if there is so much.
    #[inline]
    pub(crate) fn spare<const W: usize>(&mut self) -> Option<&mut [u8; W]> {
        self.room.get_mut(usize::from(self.len)..)?.first_chunk_mut()
    }

    /// Counts `len` bytes of the spare room in.
    #[inline]
    pub(crate) fn grow(&mut self, len: u8) {
        self.len += u16::from(len);
    }

    /// Appends the first `len` bytes of `word` if they fit, else nothing and `false`.
    #[inline]
    pub(crate) fn append_word<const W: usize>(&mut self, word: [u8; W], len: u8) -> bool {
        match self.spare() {
            Some(slot) if usize::from(len) <= W => {
                *slot = word;
                self.grow(len);
                true
            }
            _ => word.get(..usize::from(len)).is_some_and(|word| self.append(word)),
        }
    }

    /// The bytes as text; empty if they are not UTF-8, which no printer of this crate lets happen.
    #[inline]
    pub(crate) fn as_text(&self) -> &str {
        core::str::from_utf8(self).unwrap_or_default()
    }
}

impl<const N: usize> Deref for Bytes<N> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl<const N: usize> AsRef<[u8]> for Bytes<N> {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl<const N: usize> Default for Bytes<N> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<const N: usize> PartialEq for Bytes<N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<const N: usize> Eq for Bytes<N> {}

impl<const N: usize> PartialOrd for Bytes<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const N: usize> Ord for Bytes<N> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_slice().cmp(other)
    }
}

impl<const N: usize> Hash for Bytes<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

/// As a byte string: `b"\xaa\xbb"`.
impl<const N: usize> fmt::Debug for Bytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}

/// Appends text; an error when it does not fit.
impl<const N: usize> fmt::Write for Bytes<N> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.append(text.as_bytes()) { Ok(()) } else { Err(fmt::Error) }
    }
}
