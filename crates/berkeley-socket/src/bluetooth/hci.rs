//! HCI packets: what a controller is sent and sends, on the raw and the user channel.
//!
//! Contract: see [`bluetooth`](super). A packet is one message of the socket, and its first byte says what it is. Bytes behind the
//! end that a packet says it has are refused: the kernel sends none.
//! Sources: Core Specification 5.4, volume 4 part A section 2, part E sections 5.4 and 7.7.

use core::fmt;

use berkeley_sys::option::HciFilter;

use super::{Fields, Malformed};

mod event;
pub use event::{Completed, Event, Status};

/// The first byte of a packet: what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(u8);

impl Kind {
    /// To the controller: do something.
    #[doc(alias = "HCI_COMMAND_PKT")]
    pub const COMMAND: Self = Self(1);
    /// Data of a connection.
    #[doc(alias = "HCI_ACLDATA_PKT")]
    pub const ACL: Self = Self(2);
    /// Voice.
    #[doc(alias = "HCI_SCODATA_PKT")]
    pub const SCO: Self = Self(3);
    /// From the controller: something happened.
    #[doc(alias = "HCI_EVENT_PKT")]
    pub const EVENT: Self = Self(4);
    /// Data of an isochronous stream.
    #[doc(alias = "HCI_ISODATA_PKT")]
    pub const ISO: Self = Self(5);

    /// The kind of a number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number of the kind.
    pub const fn raw(self) -> u8 {
        self.0
    }
}

/// A command's number: its group and its place in the group.
#[doc(alias("OGF", "OCF", "hci_opcode_pack"))]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Opcode(u16);

impl Opcode {
    /// End a connection.
    pub const DISCONNECT: Self = Self::new(1, 0x0006);
    /// Forget everything but the address.
    pub const RESET: Self = Self::new(3, 0x0003);
    /// Which version of Bluetooth, and who made it.
    pub const READ_LOCAL_VERSION: Self = Self::new(4, 0x0001);
    /// Which commands there are, a bit each.
    pub const READ_LOCAL_COMMANDS: Self = Self::new(4, 0x0002);
    /// Which features there are, a bit each.
    pub const READ_LOCAL_FEATURES: Self = Self::new(4, 0x0003);
    /// How large and how many packets may be under way.
    pub const READ_BUFFER_SIZE: Self = Self::new(4, 0x0005);
    /// The controller's address.
    pub const READ_BD_ADDR: Self = Self::new(4, 0x0009);
    /// How strong a connection's signal is.
    pub const READ_RSSI: Self = Self::new(5, 0x0005);

    /// Group (6 bits) and command (10 bits); what is above is cut off.
    pub const fn new(group: u8, command: u16) -> Self {
        Self((group as u16) << 10 | command & 0x3ff)
    }

    /// The opcode of a number.
    pub const fn from_raw(number: u16) -> Self {
        Self(number)
    }

    /// The number of the opcode.
    pub const fn raw(self) -> u16 {
        self.0
    }

    /// Which group of commands.
    #[doc(alias = "OGF")]
    pub const fn group(self) -> u8 {
        self.0.to_be_bytes()[0] >> 2
    }

    /// Which command of the group.
    #[doc(alias = "OCF")]
    pub const fn command(self) -> u16 {
        self.0 & 0x3ff
    }
}

impl fmt::Debug for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.0)
    }
}

/// A packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Packet<'a> {
    /// Host to controller.
    Command(Command<'a>),
    /// Data of a connection.
    Acl(Data<'a>),
    /// Voice.
    Sco(Data<'a>),
    /// Controller to host.
    Event(Event<'a>),
    /// Data of an isochronous stream.
    Iso(Data<'a>),
    /// Of a kind that is not known.
    Other(Kind, &'a [u8]),
}

/// A command and its parameters.
///
/// ```
/// use berkeley_socket::bluetooth::hci::{Command, Opcode};
///
/// let command = Command { opcode: Opcode::READ_RSSI, parameters: &[0x2a, 0x00] };
/// assert_eq!(command.encode().as_deref(), Some(&[1, 0x05, 0x14, 2, 0x2a, 0x00][..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// Which.
    pub opcode: Opcode,
    /// At most 255 bytes.
    pub parameters: &'a [u8],
}

/// A packet of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Data<'a> {
    /// The connection's number: 12 bits.
    pub handle: u16,
    /// The four bits above it: which part of a message this is, and of SCO how well it came.
    pub flags: u8,
    /// The data. An isochronous packet's begin with a header of their own.
    pub data: &'a [u8],
}

impl<'a> Packet<'a> {
    /// The packet that a message of the socket is.
    ///
    /// ```
    /// use berkeley_socket::bluetooth::hci::{Event, Opcode, Packet, Status};
    ///
    /// let Packet::Event(event) = Packet::decode(&[4, 0x0f, 4, 0x01, 1, 0x05, 0x14])? else { panic!() };
    /// let status = Status::UNKNOWN_COMMAND;
    /// assert_eq!(event, Event::CommandStatus { status, credits: 1, opcode: Opcode::READ_RSSI });
    /// # Ok::<(), berkeley_socket::bluetooth::Malformed>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Malformed`]: no bytes, or not as many as it says.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (kind, body) = bytes.split_first().ok_or(Malformed)?;
        Self::of(Kind(*kind), body)
    }

    /// The packet of a kind that is known already: what follows the first byte.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn of(kind: Kind, body: &'a [u8]) -> Result<Self, Malformed> {
        let mut fields = Fields(body);
        Ok(match kind {
            Kind::COMMAND => {
                let opcode = Opcode(fields.u16()?);
                let len = fields.byte()?;
                Self::Command(Command { opcode, parameters: rest(fields, len.into())? })
            }
            Kind::EVENT => {
                let code = fields.byte()?;
                let len = fields.byte()?;
                Self::Event(Event::of(code, rest(fields, len.into())?)?)
            }
            Kind::ACL => Self::Acl(Data::of(&mut fields, Fields::u16)?),
            Kind::SCO => Self::Sco(Data::of(&mut fields, |fields| fields.byte().map(u16::from))?),
            // The two bits above the length are reserved.
            Kind::ISO => {
                Self::Iso(Data::of(&mut fields, |fields| fields.u16().map(|len| len & 0x3fff))?)
            }
            kind => Self::Other(kind, body),
        })
    }
}

/// All that is left, which must be so long.
fn rest(fields: Fields<'_>, len: usize) -> Result<&[u8], Malformed> {
    if fields.0.len() == len { Ok(fields.0) } else { Err(Malformed) }
}

impl Command<'_> {
    /// The packet's bytes; `None`: more than 255 of parameters.
    pub fn encode(&self) -> Option<Vec<u8>> {
        let len = u8::try_from(self.parameters.len()).ok()?;
        let [low, high] = self.opcode.0.to_le_bytes();
        Some([&[Kind::COMMAND.0, low, high, len], self.parameters].concat())
    }
}

impl<'a> Data<'a> {
    fn of(
        fields: &mut Fields<'a>,
        len: impl Fn(&mut Fields<'a>) -> Result<u16, Malformed>,
    ) -> Result<Self, Malformed> {
        let word = fields.u16()?;
        let len = len(fields)?;
        let [_, high] = word.to_le_bytes();
        Ok(Self { handle: word & 0xfff, flags: high >> 4, data: rest(*fields, len.into())? })
    }

    /// The packet's bytes, of this kind; `None`: a kind without data, or more than its length can say: 255 bytes of voice, 16383 of a
    /// stream, 65535 of a connection.
    pub fn encode(&self, kind: Kind) -> Option<Vec<u8>> {
        let word = self.handle & 0xfff | u16::from(self.flags) << 12;
        let len = u16::try_from(self.data.len()).ok()?;
        let [low, high] = len.to_le_bytes();
        let head: &[u8] = match kind {
            Kind::ACL => &[low, high],
            Kind::ISO if high < 0x40 => &[low, high],
            Kind::SCO if high == 0 => &[low],
            _ => return None,
        };
        Some([&[kind.0], &word.to_le_bytes()[..], head, self.data].concat())
    }
}

/// A filter that lets through packets of these kinds, and of events those with these codes (0 to 63).
///
/// ```
/// use berkeley_socket::bluetooth::hci::{self, Kind};
/// let filter = hci::filter(&[Kind::EVENT], &[0x0e, 0x3e]); // command complete, Low Energy
/// assert_eq!((filter.types, filter.events), (1 << 4, [1 << 0x0e, 1 << 0x1e]));
/// ```
#[doc(alias = "hci_filter_set_event")]
pub fn filter(kinds: &[Kind], codes: &[u8]) -> HciFilter {
    let types = kinds.iter().fold(0, |types, kind| types | 1 << (kind.0 & 31));
    let mut events = [0; 2];
    for code in codes {
        let word = &mut events[usize::from(code >> 5 & 1)];
        *word |= 1 << (code & 31);
    }
    HciFilter { types, events, opcode: 0, pad: [0; 2] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use berkeley_addr::BdAddr;
    use proptest::prelude::*;

    #[test]
    fn packets_are_read_as_the_specification_has_them() {
        let address = BdAddr::new([0x00, 0xaa, 0x01, 0x00, 0x01, 0x23]);
        let data = Data { handle: 0x02a, flags: 2, data: &[7, 8] };
        let rows: [(&[u8], Result<Packet<'_>, Malformed>); 14] = [
            (&[], Err(Malformed)),
            (&[9, 1], Ok(Packet::Other(Kind(9), &[1]))),
            (
                &[1, 3, 0x0c, 0],
                Ok(Packet::Command(Command { opcode: Opcode::RESET, parameters: &[] })),
            ),
            (&[1, 3, 0x0c, 1], Err(Malformed)),
            (&[1, 3, 0x0c, 0, 0], Err(Malformed)),
            (&[2, 0x2a, 0x20, 2, 0, 7, 8], Ok(Packet::Acl(data))),
            (&[2, 0x2a, 0x20, 3, 0, 7, 8], Err(Malformed)),
            (&[3, 0x2a, 0x20, 2, 7, 8], Ok(Packet::Sco(data))),
            (&[5, 0x2a, 0x20, 2, 0xc0, 7, 8], Ok(Packet::Iso(data))),
            (
                &[4, 0x03, 11, 0, 0x2a, 0, 0x23, 1, 0, 1, 0xaa, 0, 1, 0],
                Ok(Packet::Event(Event::ConnectionComplete {
                    status: Status::SUCCESS,
                    handle: 0x2a,
                    address,
                    link: 1,
                    encrypted: false,
                })),
            ),
            (&[4, 0x03, 2, 0, 0x2a], Err(Malformed)),
            (
                &[4, 0x13, 5, 1, 0x2a, 0, 3, 0],
                Ok(Packet::Event(Event::CompletedPackets(Completed(&[0x2a, 0, 3, 0])))),
            ),
            (&[4, 0x13, 5, 2, 0x2a, 0, 3, 0], Err(Malformed)),
            (
                &[4, 0x3e, 2, 0x19, 1],
                Ok(Packet::Event(Event::Le { subevent: 0x19, parameters: &[1] })),
            ),
        ];
        for (bytes, packet) in rows {
            assert_eq!(Packet::decode(bytes), packet, "{bytes:02x?}");
        }
        let Ok(Packet::Event(Event::CompletedPackets(done))) =
            Packet::decode(&[4, 0x13, 5, 1, 0x2a, 0, 3, 0])
        else {
            panic!("not completed packets")
        };
        assert_eq!(done.iter().collect::<Vec<_>>(), [(0x2a, 3)]);
        assert_eq!((Opcode::READ_RSSI.group(), Opcode::READ_RSSI.command()), (5, 5));
    }

    #[test]
    fn what_a_length_cannot_say_is_no_packet() {
        let long = [0; 0x4000];
        let data = |len| Data { handle: 1, flags: 0, data: &long[..len] };
        assert!(Command { opcode: Opcode::RESET, parameters: &long[..256] }.encode().is_none());
        assert!(data(255).encode(Kind::SCO).is_some() && data(256).encode(Kind::SCO).is_none());
        assert!(
            data(0x3fff).encode(Kind::ISO).is_some() && data(0x4000).encode(Kind::ISO).is_none()
        );
        assert!(data(0x4000).encode(Kind::ACL).is_some() && data(1).encode(Kind::EVENT).is_none());
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(
            number: u16, handle in 0u16..0x1000, flags in 0u8..16,
            bytes in proptest::collection::vec(any::<u8>(), 0..256),
        ) {
            let command = Command { opcode: Opcode(number), parameters: bytes.get(..255).unwrap_or(&bytes) };
            let encoded = command.encode().unwrap();
            prop_assert_eq!(Packet::decode(&encoded), Ok(Packet::Command(command)));
            let data = Data { handle, flags, data: command.parameters };
            for kind in [Kind::ACL, Kind::SCO, Kind::ISO] {
                let encoded = data.encode(kind).unwrap();
                let expected = match kind {
                    Kind::ACL => Packet::Acl(data),
                    Kind::SCO => Packet::Sco(data),
                    _ => Packet::Iso(data),
                };
                prop_assert_eq!(Packet::decode(&encoded), Ok(expected));
            }
        }
    }
}
