//! AF_CAN, raw and broadcast manager: an interface of a controller area network.
//!
//! Contract: `can:3`: the interface's index, 0 for all. AF_CAN has three layouts, which only the socket's protocol tells
//! apart: this one, `IsoTpAddr` and `J1939Addr`. All of them are written in the 24 bytes of a sockaddr_can, which every
//! kernel takes. So [`AnyAddr`](crate::AnyAddr) keeps what it decodes of this family as bytes.
//! Sources: linux/can.h, the kernel's Documentation/networking/can.rst.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{CAN_IFINDEX, FAMILY};
use crate::interface;
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("CAN address", "`can:`");

/// The address of a raw CAN socket, or of the broadcast manager's.
///
/// ```
/// use berkeley_addr::{Address, CanAddr, Family, Protocol};
///
/// let addr = CanAddr::on(3);
/// assert_eq!(addr.to_string(), "can:3");
/// assert_eq!(addr, "can:3".parse()?);
/// assert_eq!(CanAddr::PROTOCOL, Protocol::CAN_RAW);
/// assert!(CanAddr::speaks(Family::CAN, Protocol::CAN_BCM));
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_can", "AF_CAN", "CAN_RAW", "CAN_BCM"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CanAddr {
    /// The interface; 0 is all of them.
    #[doc(alias = "can_ifindex")]
    pub index: u32,
}

impl CanAddr {
    /// Every CAN interface.
    pub const ALL: Self = Self::on(0);

    /// The interface of an index.
    pub const fn on(index: u32) -> Self {
        Self { index }
    }
}

impl Address for CanAddr {
    type Sockaddr = [u8; 24];

    const PROTOCOL: Protocol = Protocol::CAN_RAW;

    /// Also for protocol 0, which SO_PROTOCOL says of every CAN socket but J1939's on all but the newest kernels.
    fn speaks(family: Family, protocol: Protocol) -> bool {
        let protocols = [Protocol::CAN_RAW, Protocol::CAN_BCM, Protocol::DEFAULT];
        family == Family::CAN && protocols.contains(&protocol)
    }

    fn family(&self) -> Family {
        Family::CAN
    }

    fn encode(&self) -> [u8; 24] {
        let mut sockaddr = [0; 24];
        FAMILY.write(&mut sockaddr, &Family::CAN.raw().to_ne_bytes());
        CAN_IFINDEX.write(&mut sockaddr, &self.index.to_ne_bytes());
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::CAN)?;
        Ok(Self::on(u32::from_ne_bytes(CAN_IFINDEX.read(bytes))))
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("can:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<14>::EMPTY;
        text.put_text("can:");
        text.put_decimal(self.index);
        text.show(f)
    }
}

impl OneFamily for CanAddr {
    const FAMILY: Family = Family::CAN;
}

text_traits!(CanAddr);

impl fmt::Debug for CanAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `interface` as an index, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<CanAddr, ParseError> {
    let index = interface::read_index(cursor)?;
    cursor.end()?;
    Ok(CanAddr::on(index))
}
