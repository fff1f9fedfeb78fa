//! Messages and attributes over bytes that were received: netlink(7), `linux/netlink.h`.
//!
//! Contract: total, and without allocation. Whatever the bytes, the walk ends; a length that does not fit is [`Malformed`], said once,
//! at its offset. An attribute of another size than a reader wants is `None` to it, never a guess. Numbers are in the machine's order.
//! Sources: `include/uapi/linux/netlink.h` (`nlmsghdr`, `nlattr`).

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// `struct nlmsghdr`: 16 bytes.
pub(super) const HEADER: usize = 16;
/// `struct nlattr`: 4 bytes.
pub(super) const ATTRIBUTE: usize = 4;
/// Messages and attributes begin at multiples of four (NLMSG_ALIGNTO, NLA_ALIGNTO).
pub(super) const ALIGN: usize = 4;
/// NLA_TYPE_MASK: the kind without the bits for nesting and byte order.
const KIND: u16 = 0x3fff;

/// `NLMSG_NOOP`: nothing.
pub const NOOP: u16 = 1;
/// `NLMSG_ERROR`: an errno, 0 for an acknowledgement.
pub const ERROR: u16 = 2;
/// `NLMSG_DONE`: the end of a dump.
pub const DONE: u16 = 3;

/// `NLM_F_REQUEST`.
pub const REQUEST: u16 = 0x1;
/// `NLM_F_MULTI`: one of many, of which the last is [`DONE`].
pub const MULTI: u16 = 0x2;
/// `NLM_F_ACK`: answer also where all is well.
pub const ACK: u16 = 0x4;
/// `NLM_F_DUMP_INTR`: what is dumped changed meanwhile; ask again.
pub const DUMP_INTR: u16 = 0x10;
/// `NLM_F_DUMP`: all there are.
pub const DUMP: u16 = 0x300;
/// `NLM_F_REPLACE`: in place of one that is there.
pub const REPLACE: u16 = 0x100;
/// `NLM_F_EXCL`: EEXIST if there is one.
pub const EXCL: u16 = 0x200;
/// `NLM_F_CREATE`: make one if there is none.
pub const CREATE: u16 = 0x400;
/// `NLM_F_APPEND`: behind those that are there.
pub const APPEND: u16 = 0x800;
/// `NLM_F_CAPPED`: an [`ERROR`] that holds no more of the request than its header.
pub(super) const CAPPED: u16 = 0x100;
/// `NLM_F_ACK_TLVS`: an [`ERROR`] or [`DONE`] with attributes behind it.
pub(super) const ACK_TLVS: u16 = 0x200;

/// One message.
#[doc(alias = "nlmsghdr")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// What it is: `NLMSG_*`, `RTM_*` ...
    pub kind: u16,
    /// `NLM_F_*`.
    pub flags: u16,
    /// The request's number, in its answers.
    pub sequence: u32,
    /// The port of whom it is for.
    pub port: u32,
    /// What follows the header.
    pub body: &'a [u8],
}

impl<'a> Message<'a> {
    /// The attributes after the kind's own structure of `skip` bytes.
    pub fn attributes(&self, skip: usize) -> Attributes<'a> {
        Attributes::new(self.body.get(skip..).unwrap_or_default())
    }

    /// `N` bytes of the body from `at` on; `None`: it ends before.
    pub(super) fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.body.get(at..)?.first_chunk().copied()
    }

    /// The byte of the body at `at`.
    pub(super) fn u8(&self, at: usize) -> Option<u8> {
        self.body.get(at).copied()
    }

    /// The number of the body at `at`, in the machine's order.
    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        self.bytes(at).map(u16::from_ne_bytes)
    }

    /// The number of the body at `at`, in the machine's order.
    pub(super) fn u32(&self, at: usize) -> Option<u32> {
        self.bytes(at).map(u32::from_ne_bytes)
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("kind", &self.kind)
            .field("flags", &format_args!("{:#x}", self.flags))
            .field("sequence", &self.sequence)
            .field("port", &self.port)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// A length that does not fit the bytes, at this offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where the message or attribute begins.
    pub at: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a netlink length that does not fit, at byte {}", self.at)
    }
}

impl core::error::Error for Malformed {}

/// The messages in what one receive gave.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    walk: Walk<'a>,
}

impl<'a> Messages<'a> {
    /// Over `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::behind(bytes, 0)
    }

    /// Over those that begin at offset `at`.
    pub(super) fn behind(bytes: &'a [u8], at: usize) -> Self {
        Self { walk: Walk { bytes, at } }
    }

    /// Where the next one begins.
    pub(super) fn at(&self) -> usize {
        self.walk.at
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.walk.next(HEADER, |head| u32::from_ne_bytes(*head) as usize)?;
        Some(item.and_then(|(at, item)| {
            let parse = || {
                Some(Message {
                    kind: u16::from_ne_bytes(*item.get(4..)?.first_chunk()?),
                    flags: u16::from_ne_bytes(*item.get(6..)?.first_chunk()?),
                    sequence: u32::from_ne_bytes(*item.get(8..)?.first_chunk()?),
                    port: u32::from_ne_bytes(*item.get(12..)?.first_chunk()?),
                    body: item.get(HEADER..)?,
                })
            };
            parse().ok_or(Malformed { at })
        }))
    }
}

/// One attribute: what it is, and its value's bytes.
#[doc(alias = "nlattr")]
#[doc(alias = "rtattr")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// What it is, by the structure that it stands in: `IFLA_*`, `RTA_*` ... The bits for nesting and byte order are taken off.
    pub kind: u16,
    /// Its bytes, without the padding.
    pub value: &'a [u8],
}

impl<'a> Attribute<'a> {
    /// One byte.
    pub fn u8(&self) -> Option<u8> {
        self.value.try_into().ok().map(u8::from_ne_bytes)
    }

    /// A number of two bytes, in the machine's order.
    pub fn u16(&self) -> Option<u16> {
        self.value.try_into().ok().map(u16::from_ne_bytes)
    }

    /// A number of four bytes, in the machine's order.
    pub fn u32(&self) -> Option<u32> {
        self.value.try_into().ok().map(u32::from_ne_bytes)
    }

    /// A number of four bytes with a sign, in the machine's order.
    pub fn i32(&self) -> Option<i32> {
        self.value.try_into().ok().map(i32::from_ne_bytes)
    }

    /// A number of eight bytes, in the machine's order.
    pub fn u64(&self) -> Option<u64> {
        self.value.try_into().ok().map(u64::from_ne_bytes)
    }

    /// A text: up to its NUL, of any bytes.
    pub fn text(&self) -> &'a OsStr {
        let end = self.value.iter().position(|byte| *byte == 0).unwrap_or(self.value.len());
        OsStr::from_bytes(self.value.get(..end).unwrap_or_default())
    }

    /// An IP address, by its length: 4 bytes or 16.
    pub fn ip(&self) -> Option<IpAddr> {
        ip(self.value)
    }

    /// The attributes within it.
    pub fn nested(&self) -> Attributes<'a> {
        Attributes::new(self.value)
    }
}

/// The IP address of 4 bytes or 16.
pub(super) fn ip(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = |octets: [u8; 4]| IpAddr::from(Ipv4Addr::from(octets));
    let v6 = |octets: [u8; 16]| IpAddr::from(Ipv6Addr::from(octets));
    bytes.try_into().map(v4).or_else(|_| bytes.try_into().map(v6)).ok()
}

/// Attributes in a row.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    walk: Walk<'a>,
}

impl<'a> Attributes<'a> {
    /// Over `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { walk: Walk::new(bytes) }
    }

    /// The last one of that kind, as the kernel itself reads them; what comes after a length that does not fit is not seen.
    pub fn of(self, kind: u16) -> Option<Attribute<'a>> {
        self.flatten().filter(|attribute| attribute.kind == kind).last()
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<Attribute<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let len = |head: &[u8; 4]| usize::from(u16::from_ne_bytes([head[0], head[1]]));
        let item = self.walk.next(ATTRIBUTE, len)?;
        Some(item.and_then(|(at, item)| {
            let parse = || {
                let kind = u16::from_ne_bytes(*item.get(2..)?.first_chunk()?) & KIND;
                Some(Attribute { kind, value: item.get(ATTRIBUTE..)? })
            };
            parse().ok_or(Malformed { at })
        }))
    }
}

/// A walk over items that say their own length in their first bytes.
#[derive(Clone, Debug)]
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next item, of at least `least` bytes, and its offset.
    pub(super) fn next(
        &mut self,
        least: usize,
        len: impl Fn(&[u8; 4]) -> usize,
    ) -> Option<Result<(usize, &'a [u8]), Malformed>> {
        let (at, rest) = (self.at, self.bytes.get(self.at..)?);
        if rest.is_empty() {
            return None;
        }
        let item =
            rest.first_chunk().map(len).filter(|len| *len >= least).and_then(|len| rest.get(..len));
        // After a length that does not fit there is no next item to be found.
        self.at = item.map_or(self.bytes.len(), |item| at + item.len().next_multiple_of(ALIGN));
        Some(item.map(|item| (at, item)).ok_or(Malformed { at }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A message of that body.
    fn message(body: &[u8]) -> Vec<u8> {
        let len = u32::try_from(HEADER + body.len()).unwrap();
        [&len.to_ne_bytes()[..], &[18, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0], body].concat()
    }

    #[test]
    fn lengths_that_do_not_fit_are_said_once() {
        let good = message(&[1, 2, 3]);
        let mut two = good.clone();
        two.push(0); // the padding of 19 bytes to 20
        two.extend(&good);
        let rows: [(&[u8], usize, Option<usize>); 6] = [
            (&[], 0, None),
            (&good, 1, None),
            (&two, 2, None),
            (&good[..18], 0, Some(0)),
            (&[0; 16], 0, Some(0)),
            (&[3], 0, Some(0)),
        ];
        for (bytes, count, bad) in rows {
            let all: Vec<_> = Messages::new(bytes).collect();
            assert_eq!(all.iter().filter(|item| item.is_ok()).count(), count, "{bytes:?}");
            assert_eq!(all.iter().find_map(|item| item.err()).map(|bad| bad.at), bad, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..300), skip in 0usize..40) {
            let mut count = 0;
            for message in Messages::new(&bytes).flatten() {
                count += 1;
                prop_assert!(message.attributes(skip).count() <= message.body.len());
            }
            prop_assert!(count <= bytes.len() / HEADER);
        }
    }
}
