//! AF_CAN with SAE J1939: named nodes and numbered messages on a CAN bus.
//!
//! Contract: `can-j1939:3,name=a00c81045a20021b,pgn=ee00,addr=80`: the interface's index; in hex, the node's name, the
//! parameter group number and the node's address, each dropped when it is none: name 0, PGN 40000, address ff.
//! Sources: linux/can.h, linux/can/j1939.h, the kernel's Documentation/networking/j1939.rst.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{CAN_IFINDEX, FAMILY, J1939_ADDR, J1939_NAME, J1939_PGN};
use crate::interface;
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("J1939 address", "`can-j1939:`");
const OPTION: Part = Part::new("option", "name=HEX, pgn=HEX or addr=HEX");
const NAME: Part = Part::new("name", "a lower-case hex number of at most 16 digits");
const PGN: Part = Part::new("pgn", "a lower-case hex number up to ffffffff");
const ADDR: Part = Part::new("addr", "a lower-case hex number up to ff");

/// The longest text after the interface.
pub(crate) const TEXT: usize = 6 + 16 + 5 + 8 + 6 + 2;

/// The address of a J1939 socket.
///
/// ```
/// use berkeley_addr::{Address, J1939Addr, Protocol};
///
/// let node = J1939Addr { addr: 0x80, ..J1939Addr::on(3) };
/// assert_eq!(node.to_string(), "can-j1939:3,addr=80");
/// let claim: J1939Addr = "can-j1939:3,pgn=ee00".parse()?;
/// assert_eq!((claim.pgn, claim.addr), (0xee00, J1939Addr::NO_ADDR));
/// assert_eq!(J1939Addr::PROTOCOL, Protocol::CAN_J1939);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_can", "AF_CAN", "CAN_J1939"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct J1939Addr {
    /// The interface.
    #[doc(alias = "can_ifindex")]
    pub index: u32,
    /// The node's name, where addresses are claimed; [`NO_NAME`](Self::NO_NAME) otherwise.
    pub name: u64,
    /// The parameter group number, which says what a message means.
    pub pgn: u32,
    /// The node's address.
    pub addr: u8,
}

impl J1939Addr {
    /// No name.
    #[doc(alias = "J1939_NO_NAME")]
    pub const NO_NAME: u64 = 0;
    /// No parameter group number: one beyond the last.
    #[doc(alias = "J1939_NO_PGN")]
    pub const NO_PGN: u32 = 0x4_0000;
    /// No address: to everybody.
    #[doc(alias = "J1939_NO_ADDR")]
    pub const NO_ADDR: u8 = 0xff;

    /// The interface of an index, without name, PGN and address.
    pub const fn on(index: u32) -> Self {
        Self { index, name: Self::NO_NAME, pgn: Self::NO_PGN, addr: Self::NO_ADDR }
    }
}

impl Address for J1939Addr {
    type Sockaddr = [u8; 24];

    const PROTOCOL: Protocol = Protocol::CAN_J1939;

    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::CAN && protocol == Protocol::CAN_J1939
    }

    fn family(&self) -> Family {
        Family::CAN
    }

    fn encode(&self) -> [u8; 24] {
        let mut sockaddr = [0; 24];
        FAMILY.write(&mut sockaddr, &Family::CAN.raw().to_ne_bytes());
        CAN_IFINDEX.write(&mut sockaddr, &self.index.to_ne_bytes());
        J1939_NAME.write(&mut sockaddr, &self.name.to_ne_bytes());
        J1939_PGN.write(&mut sockaddr, &self.pgn.to_ne_bytes());
        J1939_ADDR.write(&mut sockaddr, &[self.addr]);
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::CAN)?;
        Ok(Self {
            index: u32::from_ne_bytes(CAN_IFINDEX.read(bytes)),
            name: u64::from_ne_bytes(J1939_NAME.read(bytes)),
            pgn: u32::from_ne_bytes(J1939_PGN.read(bytes)),
            addr: u8::from_ne_bytes(J1939_ADDR.read(bytes)),
        })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("can-j1939:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 20 + TEXT }>::EMPTY;
        text.put_text("can-j1939:");
        text.put_decimal(self.index);
        print_rest(&mut text, self);
        text.show(f)
    }
}

impl OneFamily for J1939Addr {
    const FAMILY: Family = Family::CAN;
}

text_traits!(J1939Addr);

impl fmt::Debug for J1939Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `j1939` of the grammar with an index, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<J1939Addr, ParseError> {
    let index = interface::read_index(cursor)?;
    Ok(J1939Addr { index, ..read_rest(cursor)? })
}

/// What follows the interface, to the end of the text.
pub(crate) fn read_rest(cursor: &mut Cursor<'_>) -> Result<J1939Addr, ParseError> {
    let mut addr = J1939Addr::on(0);
    let mut seen = 0;
    while let Some(key) = cursor.option(&["name", "pgn", "addr"], &mut seen, &OPTION)? {
        match key {
            0 => addr.name = cursor.hex64(&NAME)?,
            1 => addr.pgn = cursor.hex(u32::MAX, &PGN)?,
            _ => [addr.addr, ..] = cursor.hex(0xff, &ADDR)?.to_le_bytes(),
        }
    }
    Ok(addr)
}

/// What follows the interface.
pub(crate) fn print_rest<const N: usize>(text: &mut Bytes<N>, addr: &J1939Addr) {
    if addr.name != J1939Addr::NO_NAME {
        text.put_text(",name=");
        text.put_hex64(addr.name);
    }
    if addr.pgn != J1939Addr::NO_PGN {
        text.put_text(",pgn=");
        text.put_hex(addr.pgn, 1);
    }
    if addr.addr != J1939Addr::NO_ADDR {
        text.put_text(",addr=");
        text.put_hex(u32::from(addr.addr), 1);
    }
}
