//! A name where it stands in a message: labels, and pointers to where the rest was written before.
//!
//! Contract: a `NameRef` is checked when it is made, so its labels can be walked without an error. Each pointer leads before
//! the piece of the name that it stands in, never into the header; at most 128 are followed, as a name has at most 127 labels and an end; the
//! whole is at most 255 bytes. So a name costs at most a constant whatever the message holds, and there is no way round.
//! Nothing is allocated. Sources: RFC 1035 sections 3.1 and 4.1.4; RFC 4343 for case; RFC 9267 for what goes wrong.

use core::fmt::{self, Write as _};
use core::hash::{Hash, Hasher};

use super::error::{Fault, Malformed};

/// The length of a message's header, which no pointer leads into.
pub(super) const HEADER: usize = 12;

/// As many labels as fit into 255 bytes, each behind a pointer, and the root behind one more.
const POINTERS: usize = 128;

/// A name within a message. Equal to another whose labels are equal but for the case of ASCII letters.
#[derive(Clone, Copy)]
pub struct NameRef<'a> {
    message: &'a [u8],
    at: usize,
}

impl<'a> NameRef<'a> {
    /// The name at a place of the message, and the place behind it.
    pub(super) fn decode(message: &'a [u8], at: usize) -> Result<(Self, usize), Malformed> {
        let mut place = at;
        let mut piece = at;
        let mut behind = None;
        let mut octets = 1;
        let mut pointers = 0;
        loop {
            match message.get(place) {
                None => return Err(Malformed::new(Fault::Cut, message.len())),
                Some(0) => break,
                Some(&len @ 1..=63) => {
                    octets += 1 + usize::from(len);
                    if octets > 255 {
                        return Err(Malformed::new(Fault::NameLength, place));
                    }
                    place += 1 + usize::from(len);
                }
                Some(&high @ 192..) => {
                    let Some(&low) = message.get(place + 1) else {
                        return Err(Malformed::new(Fault::Cut, message.len()));
                    };
                    behind.get_or_insert(place + 2);
                    let target = usize::from(u16::from_be_bytes([high & 0x3f, low]));
                    if target >= piece || target < HEADER {
                        return Err(Malformed::new(Fault::Pointer, place));
                    }
                    pointers += 1;
                    if pointers > POINTERS {
                        return Err(Malformed::new(Fault::Pointers, place));
                    }
                    (piece, place) = (target, target);
                }
                Some(_) => return Err(Malformed::new(Fault::Label, place)),
            }
        }
        Ok((Self { message, at }, behind.unwrap_or(place + 1)))
    }

    /// The name at a place where a pointer stands that was followed before.
    pub(super) const fn again(message: &'a [u8], at: usize) -> Self {
        Self { message, at }
    }

    /// A name that stands alone and has no pointers.
    pub(super) const fn whole(bytes: &'a [u8]) -> Self {
        Self { message: bytes, at: 0 }
    }

    /// The message in which it stands.
    pub(super) const fn message(self) -> &'a [u8] {
        self.message
    }

    /// Where it stands, or what a pointer there points to.
    #[inline]
    fn place(self) -> usize {
        let pointer = self.message.get(self.at..).and_then(<[u8]>::first_chunk);
        match pointer.map(|bytes| u16::from_be_bytes(*bytes)) {
            Some(pointer @ 0xc000..) => usize::from(pointer & 0x3fff),
            _ => self.at,
        }
    }

    /// The labels, as they are written, without the root's.
    pub const fn labels(self) -> Labels<'a> {
        Labels { message: self.message, at: self.at }
    }

    /// Whether it is `.`, the root.
    pub fn is_root(self) -> bool {
        self.labels().next().is_none()
    }

    /// Whether the name ends in another's labels, or is that name.
    pub fn is_within(self, other: NameRef<'_>) -> bool {
        let (own, others) = (self.labels().count(), other.labels().count());
        let Some(more) = own.checked_sub(others) else { return false };
        let mut rest = self.labels();
        for _ in 0..more {
            rest.next();
        }
        rest.equals(other.labels(), <[u8]>::eq_ignore_ascii_case)
    }

    /// Whether the names are equal to the bit: what a server must give back where the case was chosen at random.
    pub fn is_identical(self, other: NameRef<'_>) -> bool {
        self.labels().equals(other.labels(), |a, b| a == b)
    }
}

/// The labels of a name.
#[derive(Clone, Debug)]
pub struct Labels<'a> {
    message: &'a [u8],
    at: usize,
}

impl Labels<'_> {
    /// Moves from a pointer to what it points to, and gives the length that stands there.
    fn settle(&mut self) -> Option<u8> {
        // As many steps as a checked name can have.
        for _ in 0..=POINTERS {
            match *self.message.get(self.at)? {
                high @ 192.. => {
                    let low = *self.message.get(self.at + 1)?;
                    self.at = usize::from(u16::from_be_bytes([high & 0x3f, low]));
                }
                len => return Some(len),
            }
        }
        None
    }

    fn equals(mut self, mut other: Labels<'_>, equal: impl Fn(&[u8], &[u8]) -> bool) -> bool {
        let same = core::ptr::eq(self.message, other.message);
        loop {
            let (one, two) = (self.settle(), other.settle());
            // Most owners point to the question's name: then all the rest is one and the same.
            if same && self.at == other.at {
                return true;
            }
            if one != two {
                return false;
            }
            match (self.next(), other.next()) {
                (Some(one), Some(two)) if equal(one, two) => {}
                (None, None) => return true,
                _ => return false,
            }
        }
    }
}

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let len = usize::from(self.settle()?);
        if len == 0 {
            return None;
        }
        let start = self.at + 1;
        let label = self.message.get(start..start + len)?;
        self.at = start + len;
        Some(label)
    }
}

impl PartialEq<NameRef<'_>> for NameRef<'_> {
    #[inline]
    fn eq(&self, other: &NameRef<'_>) -> bool {
        // Most owners point to the question's name, or to an alias's target: then both are one and the same place.
        (core::ptr::eq(self.message, other.message) && self.place() == other.place())
            || self.labels().equals(other.labels(), <[u8]>::eq_ignore_ascii_case)
    }
}

impl Eq for NameRef<'_> {}

impl Hash for NameRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for label in self.labels() {
            state.write_usize(label.len());
            for byte in label {
                state.write_u8(byte.to_ascii_lowercase());
            }
        }
        state.write_usize(0);
    }
}

/// The name without its final dot, the root as `.`. Dots within a label, and what a zone file takes for itself, stand behind a
/// `\`; blanks, control characters and bytes beyond ASCII are `\DDD`: the text is one word of printable ASCII.
impl fmt::Display for NameRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut labels = self.labels();
        let Some(first) = labels.next() else { return f.write_char('.') };
        print(f, first)?;
        for label in labels {
            f.write_char('.')?;
            print(f, label)?;
        }
        Ok(())
    }
}

impl fmt::Debug for NameRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn print(f: &mut fmt::Formatter<'_>, label: &[u8]) -> fmt::Result {
    for &byte in label {
        match byte {
            b'.' | b'\\' | b'"' | b'(' | b')' | b';' | b'@' | b'$' => {
                write!(f, "\\{}", char::from(byte))?;
            }
            b'!'..=b'~' => f.write_char(char::from(byte))?,
            byte => write!(f, "\\{byte:03}")?,
        }
    }
    Ok(())
}
