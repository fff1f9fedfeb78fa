//! A place in a message, and what stands from there on.
//!
//! Contract: takes what is there or says that it is not, and never reads beyond its end, which may be that of a record's data
//! rather than of the message; names alone look back into the rest.

use super::error::{Fault, Malformed};
use super::label::NameRef;

/// The rest of a part of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    message: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Cursor<'a> {
    /// What lies between two places.
    pub(super) const fn new(message: &'a [u8], at: usize, end: usize) -> Self {
        Self { message, at, end }
    }

    #[inline]
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        self.at >= self.end
    }

    pub(super) const fn fault(&self, fault: Fault) -> Malformed {
        Malformed::new(fault, self.at)
    }

    /// All that is left.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.message.get(self.at..self.end).unwrap_or_default()
    }

    /// The next bytes.
    #[inline]
    pub(super) fn bytes(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let bytes = self.rest().get(..len).ok_or_else(|| Malformed::new(Fault::Cut, self.end))?;
        self.at += len;
        Ok(bytes)
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let bytes =
            self.rest().first_chunk().ok_or_else(|| Malformed::new(Fault::Cut, self.end))?;
        self.at += N;
        Ok(*bytes)
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, Malformed> {
        self.array().map(|[byte]| byte)
    }

    #[inline]
    pub(super) fn short(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    #[inline]
    pub(super) fn long(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    /// The next bytes, of which a length says how many they are.
    #[inline]
    pub(super) fn counted(&mut self) -> Result<&'a [u8], Malformed> {
        let len = usize::from(self.short()?);
        self.bytes(len)
    }

    /// A record's owner. Mostly it is a pointer, and the same as the last one's, which is `known`: that was checked.
    #[inline]
    pub(super) fn owner(&mut self, known: &mut u16) -> Result<NameRef<'a>, Malformed> {
        let pointer = self.rest().first_chunk().map_or(0, |bytes| u16::from_be_bytes(*bytes));
        if pointer < 0xc000 {
            return self.name();
        }
        if pointer == *known {
            let name = NameRef::again(self.message, self.at);
            self.at += 2;
            return Ok(name);
        }
        let name = self.name()?;
        *known = pointer;
        Ok(name)
    }

    pub(super) fn name(&mut self) -> Result<NameRef<'a>, Malformed> {
        let (name, behind) = NameRef::decode(self.message, self.at)?;
        if behind > self.end {
            return Err(Malformed::new(Fault::Cut, self.end));
        }
        self.at = behind;
        Ok(name)
    }

    /// Nothing is left.
    pub(super) const fn end(&self) -> Result<(), Malformed> {
        if self.is_empty() { Ok(()) } else { Err(self.fault(Fault::Excess)) }
    }
}
