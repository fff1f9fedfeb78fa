//! AF_BLUETOOTH with BTPROTO_HCI: this machine's adapters.
//!
//! Contract: `bt-hci:0/user`: the adapter's number, and how to talk to it; `raw` goes without saying. `bt-hci:/monitor` is of
//! no adapter in particular. Both are in native order. Sources: the kernel's include/net/bluetooth/hci_sock.h
//! (`HCI_CHANNEL_*`, `HCI_DEV_NONE`).

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ParseError, Part};
use crate::field::{FAMILY, HCI_CHANNEL, HCI_DEV};
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("HCI address", "`bt-hci:`");
const DEVICE: Part = Part::new("device", "an adapter's number up to 65535, or `/` and a channel");
const CHANNEL: Part = Part::new("channel", "raw, user, monitor, control, logging, or 0 to 65535");

/// The longest text after the scheme.
pub(crate) const TEXT: usize = 5 + 1 + 7;

/// How an HCI socket talks to an adapter.
///
/// ```
/// use berkeley_addr::HciChannel;
///
/// assert_eq!(HciChannel::MONITOR.to_string(), "monitor");
/// assert_eq!(HciChannel::new(9).to_string(), "9");
/// ```
#[doc(alias = "hci_channel")]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HciChannel(u16);

impl HciChannel {
    /// Commands and events beside the kernel's own.
    #[doc(alias = "HCI_CHANNEL_RAW")]
    pub const RAW: Self = Self(0);
    /// The adapter to oneself; it must be down.
    #[doc(alias = "HCI_CHANNEL_USER")]
    pub const USER: Self = Self(1);
    /// Everything that all adapters send and receive, to read.
    #[doc(alias = "HCI_CHANNEL_MONITOR")]
    pub const MONITOR: Self = Self(2);
    /// The management interface, for all adapters.
    #[doc(alias = "HCI_CHANNEL_CONTROL")]
    pub const CONTROL: Self = Self(3);
    /// Remarks into what monitors read.
    #[doc(alias = "HCI_CHANNEL_LOGGING")]
    pub const LOGGING: Self = Self(4);

    const WORDS: [&'static str; 5] = ["raw", "user", "monitor", "control", "logging"];

    /// The channel of a number.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number of the channel.
    pub const fn raw(self) -> u16 {
        self.0
    }

    fn print<const N: usize>(self, text: &mut Bytes<N>) {
        text.put_word_or_decimal(&Self::WORDS, u32::from(self.0));
    }
}

impl fmt::Display for HciChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<7>::EMPTY;
        self.print(&mut text);
        text.show(f)
    }
}

impl fmt::Debug for HciChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An HCI address: an adapter of this machine.
///
/// ```
/// use berkeley_addr::{HciAddr, HciChannel};
///
/// assert_eq!(HciAddr::new(0, HciChannel::RAW).to_string(), "bt-hci:0");
/// assert_eq!("bt-hci:/control".parse(), Ok(HciAddr::new(HciAddr::NO_DEVICE, HciChannel::CONTROL)));
/// ```
#[doc(alias("sockaddr_hci", "AF_BLUETOOTH", "BTPROTO_HCI"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HciAddr {
    /// The adapter's number: 0 for `hci0`; [`HciAddr::NO_DEVICE`] for none in particular.
    #[doc(alias = "hci_dev")]
    pub device: u16,
    /// How to talk to it.
    #[doc(alias = "hci_channel")]
    pub channel: HciChannel,
}

impl HciAddr {
    /// No adapter in particular, which monitor, control and logging want.
    #[doc(alias = "HCI_DEV_NONE")]
    pub const NO_DEVICE: u16 = 0xffff;

    /// An adapter, and how to talk to it.
    pub const fn new(device: u16, channel: HciChannel) -> Self {
        Self { device, channel }
    }
}

impl Address for HciAddr {
    type Sockaddr = [u8; 6];

    const PROTOCOL: Protocol = Protocol::BTPROTO_HCI;

    fn speaks(family: Family, protocol: Protocol) -> bool {
        family == Family::BLUETOOTH && protocol == Self::PROTOCOL
    }

    fn family(&self) -> Family {
        Family::BLUETOOTH
    }

    fn encode(&self) -> [u8; 6] {
        let mut sockaddr = [0; 6];
        FAMILY.write(&mut sockaddr, &Family::BLUETOOTH.raw().to_ne_bytes());
        HCI_DEV.write(&mut sockaddr, &self.device.to_ne_bytes());
        HCI_CHANNEL.write(&mut sockaddr, &self.channel.raw().to_ne_bytes());
        sockaddr
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::BLUETOOTH)?;
        let device = u16::from_ne_bytes(HCI_DEV.read(bytes));
        let channel = HciChannel::new(u16::from_ne_bytes(HCI_CHANNEL.read(bytes)));
        Ok(Self { device, channel })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("bt-hci:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 7 + TEXT }>::EMPTY;
        text.put_text("bt-hci:");
        print(&mut text, *self);
        text.show(f)
    }
}

impl OneFamily for HciAddr {
    const FAMILY: Family = Family::BLUETOOTH;
}

text_traits!(HciAddr);

impl fmt::Debug for HciAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `hci` of the grammar, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<HciAddr, ParseError> {
    let mut addr = HciAddr::new(HciAddr::NO_DEVICE, HciChannel::RAW);
    if cursor.peek().is_some_and(|byte| byte != b'/') {
        let named = cursor.rest().starts_with(b"hci");
        let device = cursor.decimal(0xffff, &DEVICE);
        let device = device.map_err(|error| {
            if named { error.suggest("the number alone: `0` for hci0") } else { error }
        })?;
        addr.device = narrow(device);
    }
    if cursor.eat(b'/') {
        let channel = cursor.word_or_decimal(&HciChannel::WORDS, 0xffff, &CHANNEL)?;
        addr.channel = HciChannel(narrow(channel));
    }
    cursor.end()?;
    Ok(addr)
}

/// The low half, which is all there is.
fn narrow(number: u32) -> u16 {
    let [low, high, ..] = number.to_le_bytes();
    u16::from_le_bytes([low, high])
}

pub(crate) fn print<const N: usize>(text: &mut Bytes<N>, addr: HciAddr) {
    if addr.device != HciAddr::NO_DEVICE {
        text.put_decimal(u32::from(addr.device));
    }
    if addr.channel != HciChannel::RAW {
        text.put_byte(b'/');
        addr.channel.print(text);
    }
}
