//! AF_BLUETOOTH with BTPROTO_RFCOMM: serial ports of a device.
//!
//! Contract: `bt-rfcomm:AA:BB:CC:DD:EE:FF/3`: the device and the channel. A sockaddr_rc has 10 bytes, the last of them
//! padding, and the kernel's connect wants all of them. Sources: the kernel's include/net/bluetooth/rfcomm.h.

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bluetooth::{self, BdAddr};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{FAMILY, RC_BDADDR, RC_CHANNEL};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("RFCOMM address", "`bt-rfcomm:`");
const SLASH: Part = Part::new("channel", "`/` and 0 to 255");
const CHANNEL: Part = Part::new("channel", "0 to 255");

/// The longest text after the scheme.
pub(crate) const TEXT: usize = bluetooth::TEXT + 4;

/// An RFCOMM address.
///
/// ```
/// use berkeley_addr::{BdAddr, RfcommAddr};
///
/// let port = RfcommAddr::new("00:1A:7D:DA:71:13".parse()?, 3);
/// assert_eq!(port.to_string(), "bt-rfcomm:00:1A:7D:DA:71:13/3");
/// assert_eq!(RfcommAddr::new(BdAddr::ANY, 0), RfcommAddr::default());
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_rc", "AF_BLUETOOTH", "BTPROTO_RFCOMM"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RfcommAddr {
    /// The device; [`BdAddr::ANY`] is any adapter of this machine.
    #[doc(alias = "rc_bdaddr")]
    pub address: BdAddr,
    /// The channel, 1 to 30; bound to 0, the kernel chooses one when it listens.
    #[doc(alias = "rc_channel")]
    pub channel: u8,
}

impl RfcommAddr {
    /// A channel of a device.
    pub const fn new(address: BdAddr, channel: u8) -> Self {
        Self { address, channel }
    }
}

impl Address for RfcommAddr {
    type Sockaddr = [u8; 10];

    const PROTOCOL: Protocol = Protocol::BTPROTO_RFCOMM;

    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::BLUETOOTH && protocol == Self::PROTOCOL
    }

    fn family(&self) -> Family {
        Family::BLUETOOTH
    }

    fn encode(&self) -> [u8; 10] {
        let mut sockaddr = [0; 10];
        FAMILY.write(&mut sockaddr, &Family::BLUETOOTH.raw().to_ne_bytes());
        RC_BDADDR.write(&mut sockaddr, &self.address.encode());
        RC_CHANNEL.write(&mut sockaddr, &[self.channel]);
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::BLUETOOTH)?;
        let [channel] = RC_CHANNEL.read(bytes);
        Ok(Self { address: BdAddr::decode(RC_BDADDR.read(bytes)), channel })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("bt-rfcomm:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 10 + TEXT }>::EMPTY;
        text.put_text("bt-rfcomm:");
        print(&mut text, *self);
        text.show(f)
    }
}

impl OneFamily for RfcommAddr {
    const FAMILY: Family = Family::BLUETOOTH;
}

text_traits!(RfcommAddr);

impl fmt::Debug for RfcommAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `rfcomm` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<RfcommAddr, ParseError> {
    let address = BdAddr::read(cursor)?;
    cursor.expect(b'/', &SLASH)?;
    let [channel, ..] = cursor.decimal(255, &CHANNEL)?.to_le_bytes();
    cursor.end()?;
    Ok(RfcommAddr { address, channel })
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: RfcommAddr) {
    addr.address.print(text);
    text.put_byte(b'/');
    text.put_decimal(u32::from(addr.channel));
}
