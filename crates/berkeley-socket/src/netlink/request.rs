//! A request as bytes: header, the kind's own structure, attributes. netlink(7).
//!
//! Contract: written into a room of the caller's; nothing is allocated. What does not fit is [`NoRoom`] when the request is taken as
//! bytes or sent, never a cut. What was put is what [`Messages`](super::Messages) and [`Attributes`](super::Attributes) read.

use core::fmt;
use core::net::IpAddr;

use super::message::{ALIGN, REQUEST};

/// NLA_F_NESTED: attributes stand in this attribute.
const NESTED: u16 = 0x8000;

/// A message that is being written.
///
/// ```
/// use berkeley_socket::netlink::{ACK, Messages, Request};
///
/// let mut room = [0; 128];
/// let mut request = Request::new(&mut room, 16, ACK); // RTM_NEWLINK
/// request.body(&[0; 16]); // struct ifinfomsg
/// request.put_str(3, "eth7"); // IFLA_IFNAME
/// request.nest(18, |info| { info.put_str(1, "dummy"); }); // IFLA_LINKINFO, IFLA_INFO_KIND
///
/// let message = Messages::new(request.bytes()?).next().unwrap()?;
/// assert_eq!(message.attributes(16).of(3).unwrap().text(), "eth7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Request<'b> {
    room: &'b mut [u8],
    len: usize,
    /// The caller's; a question adds its own for itself alone.
    flags: u16,
    /// Something did not fit: the request can no longer be had.
    overfull: bool,
}

impl<'b> Request<'b> {
    /// A request of `kind`, with `flags` beside [`REQUEST`], to be written into `room`. A connection numbers it.
    pub fn new(room: &'b mut [u8], kind: u16, flags: u16) -> Self {
        let flags = flags | REQUEST;
        let mut request = Self { room, len: 0, flags, overfull: false };
        request.append(&[0; 4]);
        request.append(&kind.to_ne_bytes());
        request.append(&flags.to_ne_bytes());
        request.append(&[0; 8]);
        request.close();
        request
    }

    /// Appends the structure that the kind begins with, or a part of it; padded to a multiple of four.
    pub fn body(&mut self, bytes: &[u8]) -> &mut Self {
        self.append(bytes);
        self.close();
        self
    }

    /// Appends an attribute.
    pub fn put(&mut self, kind: u16, value: &[u8]) -> &mut Self {
        self.attribute(kind, |request| request.append(value))
    }

    /// Appends an attribute that says what it says by being there.
    pub fn put_flag(&mut self, kind: u16) -> &mut Self {
        self.put(kind, &[])
    }

    /// Appends a byte.
    pub fn put_u8(&mut self, kind: u16, value: u8) -> &mut Self {
        self.put(kind, &[value])
    }

    /// Appends a number in the machine's order.
    pub fn put_u16(&mut self, kind: u16, value: u16) -> &mut Self {
        self.put(kind, &value.to_ne_bytes())
    }

    /// Appends a number in the machine's order.
    pub fn put_u32(&mut self, kind: u16, value: u32) -> &mut Self {
        self.put(kind, &value.to_ne_bytes())
    }

    /// Appends a number in the machine's order.
    pub fn put_u64(&mut self, kind: u16, value: u64) -> &mut Self {
        self.put(kind, &value.to_ne_bytes())
    }

    /// Appends a text and its NUL.
    pub fn put_str(&mut self, kind: u16, text: &str) -> &mut Self {
        self.attribute(kind, |request| {
            request.append(text.as_bytes());
            request.append(&[0]);
        })
    }

    /// Appends an IP address: 4 bytes or 16.
    pub fn put_ip(&mut self, kind: u16, ip: IpAddr) -> &mut Self {
        match ip {
            IpAddr::V4(ip) => self.put(kind, &ip.octets()),
            IpAddr::V6(ip) => self.put(kind, &ip.octets()),
        }
    }

    /// Appends an attribute of those that `within` appends.
    pub fn nest(&mut self, kind: u16, within: impl FnOnce(&mut Self)) -> &mut Self {
        self.attribute(kind | NESTED, within)
    }

    /// The message as bytes.
    ///
    /// # Errors
    ///
    /// [`NoRoom`]: something did not fit, or an attribute is longer than its 16-bit length says.
    pub fn bytes(&self) -> Result<&[u8], NoRoom> {
        match self.room.get(..self.len) {
            Some(bytes) if !self.overfull => Ok(bytes),
            _ => Err(NoRoom),
        }
    }

    /// Writes the number by which the answers are known, and the caller's flags with those beside them, instead of what the question
    /// before wrote: all flags that go out.
    pub(super) fn number(&mut self, sequence: u32, flags: u16) -> u16 {
        let flags = self.flags | flags;
        self.write(6, &flags.to_ne_bytes());
        self.write(8, &sequence.to_ne_bytes());
        flags
    }

    /// An attribute whose value `value` appends, without the bit that says it is a nest.
    pub(super) fn attribute(&mut self, kind: u16, value: impl FnOnce(&mut Self)) -> &mut Self {
        self.measured(|request| {
            request.append(&kind.to_ne_bytes());
            value(request);
        })
    }

    /// Something that begins with its length in 16 bits, and goes on with what `rest` appends.
    pub(super) fn measured(&mut self, rest: impl FnOnce(&mut Self)) -> &mut Self {
        let begin = self.len;
        self.append(&[0; 2]);
        rest(self);
        match u16::try_from(self.len - begin) {
            Ok(len) => self.write(begin, &len.to_ne_bytes()),
            Err(_) => self.overfull = true,
        }
        self.close();
        self
    }

    /// Appends bytes as they are; padding is its caller's.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        self.write(self.len, bytes);
        if !self.overfull {
            self.len += bytes.len();
        }
    }

    /// Pads to a multiple of four, and writes the message's length.
    fn close(&mut self) {
        let padding = self.len.next_multiple_of(ALIGN) - self.len;
        self.append([0; ALIGN].get(..padding).unwrap_or_default());
        match u32::try_from(self.len) {
            Ok(len) => self.write(0, &len.to_ne_bytes()),
            Err(_) => self.overfull = true,
        }
    }

    fn write(&mut self, at: usize, bytes: &[u8]) {
        let place = at.checked_add(bytes.len()).and_then(|end| self.room.get_mut(at..end));
        match place {
            Some(place) => place.copy_from_slice(bytes),
            None => self.overfull = true,
        }
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("len", &self.len).field("overfull", &self.overfull).finish()
    }
}

/// A request did not fit into its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom;

impl fmt::Display for NoRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a netlink request does not fit into its room")
    }
}

impl core::error::Error for NoRoom {}

#[cfg(test)]
mod tests {
    use super::super::message::{Attributes, Malformed, Messages};
    use super::*;
    use proptest::prelude::*;

    /// An attribute as it was meant.
    #[derive(Clone, Debug)]
    enum Item {
        Bytes(u16, Vec<u8>),
        Nest(u16, Vec<Self>),
    }

    impl Item {
        fn put(&self, request: &mut Request<'_>) {
            match self {
                Self::Bytes(kind, bytes) => request.put(*kind, bytes),
                Self::Nest(kind, items) => request.nest(*kind, |nest| {
                    for item in items {
                        item.put(nest);
                    }
                }),
            };
        }

        /// Its length, padded.
        fn len(&self) -> usize {
            match self {
                Self::Bytes(_, bytes) => 4 + bytes.len().next_multiple_of(ALIGN),
                Self::Nest(_, items) => 4 + items.iter().map(Self::len).sum::<usize>(),
            }
        }

        /// Whether that is what was read.
        fn is(&self, kind: u16, value: &[u8]) -> bool {
            match self {
                Self::Bytes(own, bytes) => *own == kind && bytes == value,
                Self::Nest(own, items) => *own == kind && all_are(items, Attributes::new(value)),
            }
        }
    }

    fn all_are(items: &[Item], attributes: Attributes<'_>) -> bool {
        let found: Result<Vec<_>, Malformed> = attributes.collect();
        found.is_ok_and(|found| {
            let mut pairs = found.iter().zip(items);
            found.len() == items.len() && pairs.all(|(it, item)| item.is(it.kind, it.value))
        })
    }

    fn items() -> impl Strategy<Value = Vec<Item>> {
        let kind = 0u16..0x4000;
        let bytes = proptest::collection::vec(any::<u8>(), 0..40);
        let leaf = (kind.clone(), bytes).prop_map(|(kind, bytes)| Item::Bytes(kind, bytes));
        let item = leaf.prop_recursive(3, 20, 4, move |item| {
            let items = proptest::collection::vec(item, 0..4);
            (kind.clone(), items).prop_map(|(kind, items)| Item::Nest(kind, items))
        });
        proptest::collection::vec(item, 0..6)
    }

    proptest! {
        /// What was put is what is read, or there was no room for it.
        #[test]
        fn built_and_read(
            kind: u16,
            flags: u16,
            body in proptest::collection::vec(any::<u8>(), 0..30),
            items in items(),
            room in 0usize..800,
        ) {
            let mut bytes = vec![0xaa; room];
            let mut request = Request::new(&mut bytes, kind, flags);
            request.body(&body);
            for item in &items {
                item.put(&mut request);
            }
            request.number(76, 0x300);
            prop_assert_eq!(request.number(77, 4), flags | REQUEST | 4);
            let skip = body.len().next_multiple_of(ALIGN);
            let len = 16 + skip + items.iter().map(Item::len).sum::<usize>();
            match request.bytes() {
                Err(NoRoom) => prop_assert!(room < len, "{len} bytes fit into {room}"),
                Ok(bytes) => {
                    prop_assert_eq!(bytes.len(), len);
                    let message = Messages::new(bytes).next().unwrap().unwrap();
                    prop_assert_eq!((message.kind, message.sequence, message.port), (kind, 77, 0));
                    prop_assert_eq!(message.flags, flags | REQUEST | 4);
                    prop_assert_eq!(&message.body[..body.len()], &body);
                    prop_assert!(all_are(&items, message.attributes(skip)));
                }
            }
        }
    }

    #[test]
    fn what_a_length_cannot_say_is_no_room() {
        let mut room = vec![0; 200_000];
        let long = vec![7; 40_000];
        let mut request = Request::new(&mut room, 1, 0);
        request.nest(1, |nest| {
            nest.put(2, &long);
        });
        assert!(request.bytes().is_ok());
        request.nest(1, |nest| {
            nest.put(2, &long).put(3, &long);
        });
        assert_eq!(request.bytes(), Err(NoRoom));
        assert_eq!(request.put_u8(1, 1).bytes(), Err(NoRoom), "once is for ever");
    }

    #[test]
    fn each_type_is_read_as_it_was_put() {
        let mut room = [0; 256];
        let mut request = Request::new(&mut room, 1, 0);
        request.put_u8(1, 1).put_u16(2, 0x102).put_u32(3, 0x102_0304).put_u64(4, 1 << 40);
        request.put_str(5, "name").put_flag(6).put_ip(7, [192, 0, 2, 1].into());
        request.put_ip(8, [1, 2, 3, 4, 5, 6, 7, 8].into()).put_u32(9, u32::MAX);
        let message = Messages::new(request.bytes().unwrap()).next().unwrap().unwrap();
        let of = |kind| message.attributes(0).of(kind).unwrap();
        assert_eq!(
            (of(1).u8(), of(2).u16(), of(3).u32()),
            (Some(1), Some(0x102), Some(0x102_0304))
        );
        assert_eq!((of(4).u64(), of(9).i32()), (Some(1 << 40), Some(-1)));
        assert_eq!(
            (of(5).text(), of(5).value, of(6).value),
            ("name".as_ref(), &b"name\0"[..], &[][..])
        );
        assert_eq!(of(7).ip(), Some([192, 0, 2, 1].into()));
        assert_eq!(of(8).ip(), Some([1, 2, 3, 4, 5, 6, 7, 8].into()));
        // Of another size it is none.
        assert_eq!((of(1).u16(), of(3).u8(), of(3).u64(), of(5).ip()), (None, None, None, None));
        assert_eq!(message.attributes(0).of(77), None);
    }
}
