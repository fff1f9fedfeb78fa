//! What monitors read: every packet that any controller sends or is sent, and news of controllers.
//!
//! Contract: see [`bluetooth`](super). A message of the socket is one [`Record`].
//! Source: the kernel's include/net/bluetooth/hci_mon.h.

use berkeley_addr::BdAddr;

use super::hci::{Kind, Packet};
use super::{Fields, Malformed};

/// What a record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Opcode(u16);

impl Opcode {
    /// There is a controller: [`Record::new_index`]. Told of each that there is when a monitor begins.
    #[doc(alias = "HCI_MON_NEW_INDEX")]
    pub const NEW_INDEX: Self = Self(0);
    /// It is gone.
    #[doc(alias = "HCI_MON_DEL_INDEX")]
    pub const DEL_INDEX: Self = Self(1);
    /// A command was sent.
    #[doc(alias = "HCI_MON_COMMAND_PKT")]
    pub const COMMAND: Self = Self(2);
    /// An event came.
    #[doc(alias = "HCI_MON_EVENT_PKT")]
    pub const EVENT: Self = Self(3);
    /// Data were sent.
    #[doc(alias = "HCI_MON_ACL_TX_PKT")]
    pub const ACL_TX: Self = Self(4);
    /// Data came.
    #[doc(alias = "HCI_MON_ACL_RX_PKT")]
    pub const ACL_RX: Self = Self(5);
    /// Voice was sent.
    #[doc(alias = "HCI_MON_SCO_TX_PKT")]
    pub const SCO_TX: Self = Self(6);
    /// Voice came.
    #[doc(alias = "HCI_MON_SCO_RX_PKT")]
    pub const SCO_RX: Self = Self(7);
    /// It is being brought up.
    #[doc(alias = "HCI_MON_OPEN_INDEX")]
    pub const OPEN_INDEX: Self = Self(8);
    /// It went down.
    #[doc(alias = "HCI_MON_CLOSE_INDEX")]
    pub const CLOSE_INDEX: Self = Self(9);
    /// Its address and maker are known.
    #[doc(alias = "HCI_MON_INDEX_INFO")]
    pub const INDEX_INFO: Self = Self(10);
    /// Data of a stream were sent.
    #[doc(alias = "HCI_MON_ISO_TX_PKT")]
    pub const ISO_TX: Self = Self(18);
    /// Data of a stream came.
    #[doc(alias = "HCI_MON_ISO_RX_PKT")]
    pub const ISO_RX: Self = Self(19);

    /// The opcode of a number.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number of the opcode.
    pub const fn raw(self) -> u16 {
        self.0
    }
}

/// One record.
///
/// ```
/// use berkeley_socket::bluetooth::hci::{Command, Opcode, Packet};
/// use berkeley_socket::bluetooth::monitor::Record;
///
/// let record = Record::decode(&[2, 0, 1, 0, 3, 0, 0x03, 0x0c, 0])?; // hci1 is told to reset
/// assert_eq!(record.index, 1);
/// let reset = Command { opcode: Opcode::RESET, parameters: &[] };
/// assert_eq!(record.packet(), Some(Ok(Packet::Command(reset))));
/// # Ok::<(), berkeley_socket::bluetooth::Malformed>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// What it tells.
    pub opcode: Opcode,
    /// Of which controller; 65535 of none.
    pub index: u16,
    /// What it says.
    pub payload: &'a [u8],
}

/// A controller, as [`Opcode::NEW_INDEX`] tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewIndex<'a> {
    /// 0 for an ordinary controller.
    pub kind: u8,
    /// What it is attached to: 0 virtual, 1 USB, 3 UART ...
    pub bus: u8,
    /// Its address; [`BdAddr::ANY`] while it is not known yet.
    pub address: BdAddr,
    /// Its name, such as `hci0`.
    pub name: &'a [u8],
}

impl<'a> Record<'a> {
    /// The record that a message of the socket is.
    ///
    /// # Errors
    ///
    /// [`Malformed`]: not as many bytes as it says.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut fields = Fields(bytes);
        let opcode = Opcode(fields.u16()?);
        let index = fields.u16()?;
        let len = usize::from(fields.u16()?);
        if fields.0.len() == len {
            Ok(Self { opcode, index, payload: fields.0 })
        } else {
            Err(Malformed)
        }
    }

    /// The packet that it tells of; `None`: it tells of something else.
    pub fn packet(&self) -> Option<Result<Packet<'a>, Malformed>> {
        let kind = match self.opcode {
            Opcode::COMMAND => Kind::COMMAND,
            Opcode::EVENT => Kind::EVENT,
            Opcode::ACL_TX | Opcode::ACL_RX => Kind::ACL,
            Opcode::SCO_TX | Opcode::SCO_RX => Kind::SCO,
            Opcode::ISO_TX | Opcode::ISO_RX => Kind::ISO,
            _ => return None,
        };
        Some(Packet::of(kind, self.payload))
    }

    /// The controller that it tells of; `None`: it tells of something else.
    pub fn new_index(&self) -> Option<Result<NewIndex<'a>, Malformed>> {
        let read = || {
            let mut fields = Fields(self.payload);
            let (kind, bus) = (fields.byte()?, fields.byte()?);
            let address = BdAddr::decode(fields.take()?);
            let name = fields.bytes(8)?;
            let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
            Ok(NewIndex { kind, bus, address, name: name.get(..end).unwrap_or_default() })
        };
        (self.opcode == Opcode::NEW_INDEX).then(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_whole_or_refused() {
        let mut bytes = vec![0, 0, 1, 0, 16, 0, 0, 1, 1, 0, 0, 1, 0xaa, 0];
        bytes.extend(*b"hci1\0\0\0\0");
        let record = Record::decode(&bytes).unwrap();
        let index = record.new_index().unwrap().unwrap();
        assert_eq!(index.address, BdAddr::new([0, 0xaa, 1, 0, 0, 1]));
        assert_eq!((index.bus, index.name, record.packet()), (1, &b"hci1"[..], None));
        for cut in 0..bytes.len() {
            assert_eq!(Record::decode(&bytes[..cut]), Err(Malformed));
        }
        let short = Record { payload: &[0; 15], ..record };
        assert_eq!(short.new_index(), Some(Err(Malformed)));
    }
}
