//! AF_BLUETOOTH with BTPROTO_L2CAP: channels to a device.
//!
//! Contract: `bt-l2cap:AA:BB:CC:DD:EE:FF/4097,cid=4,type=le-public`: the device, the protocol/service multiplexer, and
//! where they differ from 0 and Bluetooth Classic the fixed channel and the kind of address. PSM and channel are
//! little-endian in a sockaddr_l2 on every machine. Sources: the kernel's include/net/bluetooth/l2cap.h.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bluetooth::{self, BdAddr, BdAddrType};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{FAMILY, L2_BDADDR, L2_BDADDR_TYPE, L2_CID, L2_PSM};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("L2CAP address", "`bt-l2cap:`");
const SLASH: Part = Part::new("PSM", "`/` and 0 to 65535");
const PSM: Part = Part::new("PSM", "0 to 65535");
const OPTION: Part = Part::new("option", "cid=NUMBER or type=WORD");
const CID: Part = Part::new("cid", "0 to 65535");

/// The longest text after the scheme.
pub(crate) const TEXT: usize = bluetooth::TEXT + 6 + 10 + bluetooth::TYPE_TEXT;

/// An L2CAP address.
///
/// ```
/// use berkeley_addr::{BdAddrType, L2capAddr};
///
/// let classic = L2capAddr::new("00:1A:7D:DA:71:13".parse()?, 0x1001);
/// assert_eq!(classic.to_string(), "bt-l2cap:00:1A:7D:DA:71:13/4097");
/// let attributes: L2capAddr = "bt-l2cap:00:1A:7D:DA:71:13/0,cid=4,type=le-public".parse()?;
/// assert_eq!(attributes, L2capAddr { psm: 0, cid: 4, address_type: BdAddrType::LE_PUBLIC, ..classic });
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_l2", "AF_BLUETOOTH", "BTPROTO_L2CAP"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct L2capAddr {
    /// The device; [`BdAddr::ANY`] is any adapter of this machine.
    #[doc(alias = "l2_bdaddr")]
    pub address: BdAddr,
    /// The protocol/service multiplexer; 0 with a fixed channel.
    #[doc(alias = "l2_psm")]
    pub psm: u16,
    /// The fixed channel, 0 for none.
    #[doc(alias = "l2_cid")]
    pub cid: u16,
    /// The kind of address.
    #[doc(alias = "l2_bdaddr_type")]
    pub address_type: BdAddrType,
}

impl L2capAddr {
    /// A service of a device of Bluetooth Classic.
    pub const fn new(address: BdAddr, psm: u16) -> Self {
        Self { address, psm, cid: 0, address_type: BdAddrType::BREDR }
    }
}

impl Address for L2capAddr {
    type Sockaddr = [u8; 14];

    const PROTOCOL: Protocol = Protocol::BTPROTO_L2CAP;

    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::BLUETOOTH && protocol == Self::PROTOCOL
    }

    fn family(&self) -> Family {
        Family::BLUETOOTH
    }

    fn encode(&self) -> [u8; 14] {
        let mut sockaddr = [0; 14];
        FAMILY.write(&mut sockaddr, &Family::BLUETOOTH.raw().to_ne_bytes());
        L2_PSM.write(&mut sockaddr, &self.psm.to_le_bytes());
        L2_BDADDR.write(&mut sockaddr, &self.address.encode());
        L2_CID.write(&mut sockaddr, &self.cid.to_le_bytes());
        L2_BDADDR_TYPE.write(&mut sockaddr, &[self.address_type.raw()]);
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::BLUETOOTH)?;
        Ok(Self {
            address: BdAddr::decode(L2_BDADDR.read(bytes)),
            psm: u16::from_le_bytes(L2_PSM.read(bytes)),
            cid: u16::from_le_bytes(L2_CID.read(bytes)),
            address_type: BdAddrType::new(u8::from_ne_bytes(L2_BDADDR_TYPE.read(bytes))),
        })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("bt-l2cap:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 9 + TEXT }>::EMPTY;
        text.put_text("bt-l2cap:");
        print(&mut text, *self);
        text.show(f)
    }
}

impl OneFamily for L2capAddr {
    const FAMILY: Family = Family::BLUETOOTH;
}

text_traits!(L2capAddr);

impl fmt::Debug for L2capAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `l2cap` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<L2capAddr, ParseError> {
    let address = BdAddr::read(cursor)?;
    cursor.expect(b'/', &SLASH)?;
    let mut addr = L2capAddr::new(address, read_u16(cursor, &PSM)?);
    let mut seen = 0;
    while let Some(key) = cursor.option(&["cid", "type"], &mut seen, &OPTION)? {
        if key == 0 {
            addr.cid = read_u16(cursor, &CID)?;
        } else {
            addr.address_type = BdAddrType::read(cursor)?;
        }
    }
    Ok(addr)
}

fn read_u16(cursor: &mut Cursor<'_>, part: &'static Part) -> Result<u16, ParseError> {
    let [low, high, ..] = cursor.decimal(0xffff, part)?.to_le_bytes();
    Ok(u16::from_le_bytes([low, high]))
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: L2capAddr) {
    addr.address.print(text);
    text.put_byte(b'/');
    text.put_decimal(u32::from(addr.psm));
    if addr.cid != 0 {
        text.put_text(",cid=");
        text.put_decimal(u32::from(addr.cid));
    }
    addr.address_type.print_option(text, "type");
}
