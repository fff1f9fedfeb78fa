//! Netlink messages over bytes: a walk through what was received, and the header of a request. netlink(7), rtnetlink(7).
//!
//! Contract: total. Whatever the bytes, the walk ends; a length that does not fit is [`Malformed`], said once, at its offset.
//! Numbers are in the machine's order (`include/uapi/linux/netlink.h`).

use core::fmt;

/// `struct nlmsghdr`: 16 bytes.
const HEADER: usize = 16;
/// Messages and attributes begin at multiples of four (NLMSG_ALIGNTO, NLA_ALIGNTO).
const ALIGN: usize = 4;

/// `NLMSG_ERROR`: an errno, 0 for an acknowledgement.
pub const ERROR: u16 = 2;
/// `NLMSG_DONE`: the end of a dump.
pub const DONE: u16 = 3;
/// `NLM_F_REQUEST`.
pub const REQUEST: u16 = 0x1;
/// `NLM_F_ACK`: answer also where all is well.
pub const ACK: u16 = 0x4;
/// `NLM_F_DUMP_INTR`: what is dumped changed meanwhile; ask again.
pub const DUMP_INTR: u16 = 0x10;
/// `NLM_F_DUMP`: all there are.
pub const DUMP: u16 = 0x300;
/// `RTM_NEWLINK`: a link (rtnetlink(7)).
pub const NEWLINK: u16 = 16;
/// `RTM_GETLINK`: asks for links.
pub const GETLINK: u16 = 18;
/// `IFLA_IFNAME`: the attribute with a link's name.
pub const IFNAME: u16 = 3;
/// The length of `struct ifinfomsg`, with which a link's message begins; its index is at offset 4.
pub const IFINFOMSG: usize = 16;

/// One message.
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
    /// A request of `kind` as bytes: header and `body`. The body's first bytes are the kind's own structure.
    ///
    /// ```
    /// use berkeley_socket::netlink::{DUMP, GETLINK, IFINFOMSG, Message, Messages, REQUEST};
    /// let bytes = Message::request(GETLINK, REQUEST | DUMP, 7, &[0; IFINFOMSG]);
    /// assert_eq!(bytes.len(), 32);
    /// assert_eq!(Messages::new(&bytes).next().unwrap()?.sequence, 7);
    /// # Ok::<(), berkeley_socket::netlink::Malformed>(())
    /// ```
    pub fn request(kind: u16, flags: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
        let len = u32::try_from(HEADER + body.len()).unwrap_or(u32::MAX);
        let mut bytes = Vec::with_capacity(HEADER + body.len());
        bytes.extend(len.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(flags.to_ne_bytes());
        bytes.extend(sequence.to_ne_bytes());
        bytes.extend(0u32.to_ne_bytes());
        bytes.extend(body);
        bytes
    }

    /// The errno of an [`ERROR`] message; 0 acknowledges.
    pub fn errno(&self) -> Option<i32> {
        let code = self.body.first_chunk().map(|bytes| i32::from_ne_bytes(*bytes))?;
        (self.kind == ERROR).then_some(code.saturating_neg())
    }

    /// The attributes after the kind's own structure of `skip` bytes.
    pub fn attributes(&self, skip: usize) -> Attributes<'a> {
        Attributes { walk: Walk { bytes: self.body.get(skip..).unwrap_or_default(), at: 0 } }
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
        Self { walk: Walk { bytes, at: 0 } }
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

/// Attributes: kind and value. The bits for nesting and byte order are taken off the kind.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    walk: Walk<'a>,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(u16, &'a [u8]), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let len = |head: &[u8; 4]| usize::from(u16::from_ne_bytes([head[0], head[1]]));
        let item = self.walk.next(ALIGN, len)?;
        Some(item.and_then(|(at, item)| {
            let kind =
                item.get(2..).and_then(<[u8]>::first_chunk).map(|kind| u16::from_ne_bytes(*kind));
            match (kind, item.get(ALIGN..)) {
                (Some(kind), Some(value)) => Ok((kind & 0x3fff, value)),
                _ => Err(Malformed { at }),
            }
        }))
    }
}

/// A walk over items that say their own length in their first bytes.
#[derive(Clone, Debug)]
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    /// The next item, of at least `least` bytes, and its offset.
    fn next(
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

    #[test]
    fn lengths_that_do_not_fit_are_said_once() {
        let good = Message::request(GETLINK, REQUEST, 1, &[1, 2, 3]);
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
