//! AF_CAN with ISO-TP: messages longer than a frame, between two CAN identifiers.
//!
//! Contract: `can-isotp:3/7e0/7e8`: the interface's index, the identifier received, the one sent, both in hex and with their
//! flag bits, as `canid_t` has them (bit 31 marks an extended identifier of 29 bits).
//! Sources: linux/can.h, linux/can/isotp.h, the kernel's Documentation/networking/iso15765-2.rst.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{CAN_IFINDEX, FAMILY, TP_RX_ID, TP_TX_ID};
use crate::interface;
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("ISO-TP address", "`can-isotp:`");
const SLASH_RX: Part = Part::new("rx", "`/` and the CAN identifier received");
const SLASH_TX: Part = Part::new("tx", "`/` and the CAN identifier sent");
const RX: Part = Part::new("rx", "a lower-case hex number up to ffffffff");
const TX: Part = Part::new("tx", "a lower-case hex number up to ffffffff");

/// The longest text after the interface.
pub(crate) const TEXT: usize = 2 * 9;

/// The address of an ISO-TP socket.
///
/// ```
/// use berkeley_addr::{Address, IsoTpAddr, Protocol};
///
/// let tester = IsoTpAddr::new(3, 0x7e8, 0x7e0);
/// assert_eq!(tester.to_string(), "can-isotp:3/7e8/7e0");
/// let extended: IsoTpAddr = "can-isotp:3/98da10f1/98daf110".parse()?;
/// assert_eq!(extended.rx, IsoTpAddr::EXTENDED | 0x18da_10f1);
/// assert_eq!(IsoTpAddr::PROTOCOL, Protocol::CAN_ISOTP);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_can", "AF_CAN", "CAN_ISOTP"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoTpAddr {
    /// The interface.
    #[doc(alias = "can_ifindex")]
    pub index: u32,
    /// The identifier whose frames are received, with its flag bits.
    #[doc(alias = "rx_id")]
    pub rx: u32,
    /// The identifier frames are sent with, with its flag bits.
    #[doc(alias = "tx_id")]
    pub tx: u32,
}

impl IsoTpAddr {
    /// The flag of an identifier of 29 bits; without it, one has 11.
    #[doc(alias = "CAN_EFF_FLAG")]
    pub const EXTENDED: u32 = 0x8000_0000;

    /// An interface's index, the identifier received, the identifier sent.
    pub const fn new(index: u32, rx: u32, tx: u32) -> Self {
        Self { index, rx, tx }
    }
}

impl Address for IsoTpAddr {
    type Sockaddr = [u8; 24];

    const PROTOCOL: Protocol = Protocol::CAN_ISOTP;

    /// Also for protocol 0, which SO_PROTOCOL says of every CAN socket but J1939's on all but the newest kernels.
    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::CAN && [Protocol::CAN_ISOTP, Protocol::DEFAULT].contains(&protocol)
    }

    fn family(&self) -> Family {
        Family::CAN
    }

    fn encode(&self) -> [u8; 24] {
        let mut sockaddr = [0; 24];
        FAMILY.write(&mut sockaddr, &Family::CAN.raw().to_ne_bytes());
        CAN_IFINDEX.write(&mut sockaddr, &self.index.to_ne_bytes());
        TP_RX_ID.write(&mut sockaddr, &self.rx.to_ne_bytes());
        TP_TX_ID.write(&mut sockaddr, &self.tx.to_ne_bytes());
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::CAN)?;
        let index = u32::from_ne_bytes(CAN_IFINDEX.read(bytes));
        let rx = u32::from_ne_bytes(TP_RX_ID.read(bytes));
        let tx = u32::from_ne_bytes(TP_TX_ID.read(bytes));
        Ok(Self::new(index, rx, tx))
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("can-isotp:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 20 + TEXT }>::EMPTY;
        text.put_text("can-isotp:");
        text.put_decimal(self.index);
        print_rest(&mut text, self);
        text.show(f)
    }
}

impl OneFamily for IsoTpAddr {
    const FAMILY: Family = Family::CAN;
}

text_traits!(IsoTpAddr);

impl fmt::Debug for IsoTpAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `isotp` of the grammar with an index, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<IsoTpAddr, ParseError> {
    let index = interface::read_index(cursor)?;
    Ok(IsoTpAddr { index, ..read_rest(cursor)? })
}

/// What follows the interface, to the end of the text.
pub(crate) fn read_rest(cursor: &mut Cursor<'_>) -> Result<IsoTpAddr, ParseError> {
    cursor.expect(b'/', &SLASH_RX)?;
    let rx = cursor.hex(u32::MAX, &RX)?;
    cursor.expect(b'/', &SLASH_TX)?;
    let tx = cursor.hex(u32::MAX, &TX)?;
    cursor.end()?;
    Ok(IsoTpAddr::new(0, rx, tx))
}

/// What follows the interface.
pub(crate) fn print_rest<const N: usize>(text: &mut Bytes<N>, addr: &IsoTpAddr) {
    text.put_byte(b'/');
    text.put_hex(addr.rx, 1);
    text.put_byte(b'/');
    text.put_hex(addr.tx, 1);
}
