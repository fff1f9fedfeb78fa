//! AF_BLUETOOTH with BTPROTO_SCO: the voice channel of a device.
//!
//! Contract: `bt-sco:AA:BB:CC:DD:EE:FF`: the device, and nothing else. Sources: the kernel's include/net/bluetooth/sco.h.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bluetooth::{self, BdAddr};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{FAMILY, SCO_BDADDR};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("SCO address", "`bt-sco:`");

/// The length of every text after the scheme.
pub(crate) const TEXT: usize = bluetooth::TEXT;

/// An SCO address.
///
/// ```
/// use berkeley_addr::ScoAddr;
///
/// let headset = ScoAddr::new("00:1A:7D:DA:71:13".parse()?);
/// assert_eq!(headset.to_string(), "bt-sco:00:1A:7D:DA:71:13");
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_sco", "AF_BLUETOOTH", "BTPROTO_SCO"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScoAddr {
    /// The device; [`BdAddr::ANY`] is any adapter of this machine.
    #[doc(alias = "sco_bdaddr")]
    pub address: BdAddr,
}

impl ScoAddr {
    /// A device.
    pub const fn new(address: BdAddr) -> Self {
        Self { address }
    }
}

impl Address for ScoAddr {
    type Sockaddr = [u8; 8];

    const PROTOCOL: Protocol = Protocol::BTPROTO_SCO;

    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::BLUETOOTH && protocol == Self::PROTOCOL
    }

    fn family(&self) -> Family {
        Family::BLUETOOTH
    }

    fn encode(&self) -> [u8; 8] {
        let mut sockaddr = [0; 8];
        FAMILY.write(&mut sockaddr, &Family::BLUETOOTH.raw().to_ne_bytes());
        SCO_BDADDR.write(&mut sockaddr, &self.address.encode());
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::BLUETOOTH)?;
        Ok(Self::new(BdAddr::decode(SCO_BDADDR.read(bytes))))
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("bt-sco:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 7 + TEXT }>::EMPTY;
        text.put_text("bt-sco:");
        self.address.print(&mut text);
        text.show(f)
    }
}

impl OneFamily for ScoAddr {
    const FAMILY: Family = Family::BLUETOOTH;
}

text_traits!(ScoAddr);

impl fmt::Debug for ScoAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `bdaddr` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<ScoAddr, ParseError> {
    let address = BdAddr::read(cursor)?;
    cursor.end()?;
    Ok(ScoAddr { address })
}
