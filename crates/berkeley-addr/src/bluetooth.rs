//! What every Bluetooth address is made of: `BdAddr`, a device, and `BdAddrType`, the kind of its address.
//!
//! Contract: a device is six octets of two hex digits, `AA:BB:CC:DD:EE:FF`, printed in upper case and read in either; in a
//! sockaddr they stand the other way round. AF_BLUETOOTH has a layout per protocol, and nothing in the bytes tells which:
//! the socket's protocol does. The kernel installs no header for them.
//! Sources: the kernel's include/net/bluetooth/bluetooth.h (`bdaddr_t`, `BDADDR_*`, `BTPROTO_*`).

use core::fmt;
use core::str::FromStr;

use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, ParseError, Part};
use crate::printer::hex_digit;

const OCTET: Part =
    Part::new("Bluetooth address", "six octets of two hex digits, `:` between them");
const LOOSE: Part = Part::new("Bluetooth address", "six hex numbers up to ff, `:` between them");
const TYPE: Part = Part::new("address type", "bredr, le-public, le-random, or 0 to 255");

/// The length of every device's text.
pub(crate) const TEXT: usize = 17;
/// The longest `,type=`.
pub(crate) const TYPE_TEXT: usize = 6 + 9;

/// The address of a Bluetooth device.
///
/// ```
/// use berkeley_addr::BdAddr;
///
/// let device: BdAddr = "00:1a:7d:DA:71:13".parse()?;
/// assert_eq!(device.octets(), [0x00, 0x1a, 0x7d, 0xda, 0x71, 0x13]);
/// assert_eq!(device.to_string(), "00:1A:7D:DA:71:13");
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("bdaddr_t", "BD_ADDR"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BdAddr([u8; 6]);

impl BdAddr {
    /// No device in particular: bound to, any adapter of this machine.
    #[doc(alias = "BDADDR_ANY")]
    pub const ANY: Self = Self([0; 6]);
    /// No device at all.
    #[doc(alias = "BDADDR_NONE")]
    pub const NONE: Self = Self([0xff; 6]);
    /// This machine, to programs that agree on it; to Linux a device like any other. CPython's text of it is the other way round.
    #[doc(alias = "BDADDR_LOCAL")]
    pub const LOCAL: Self = Self([0xff, 0xff, 0xff, 0, 0, 0]);

    /// The device of these octets, in the order in which they are written.
    pub const fn new(octets: [u8; 6]) -> Self {
        Self(octets)
    }

    /// The octets, in the order in which they are written; a sockaddr has them the other way round.
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// The octets as sockaddrs and packets have them: the last one first.
    ///
    /// ```
    /// use berkeley_addr::BdAddr;
    ///
    /// let device = BdAddr::new([0x00, 0x1a, 0x7d, 0xda, 0x71, 0x13]);
    /// assert_eq!(device.encode(), [0x13, 0x71, 0xda, 0x7d, 0x1a, 0x00]);
    /// assert_eq!(BdAddr::decode(device.encode()), device);
    /// ```
    #[doc(alias = "baswap")]
    pub const fn encode(self) -> [u8; 6] {
        let [a, b, c, d, e, f] = self.0;
        [f, e, d, c, b, a]
    }

    /// The device of a sockaddr's or a packet's octets.
    pub const fn decode([a, b, c, d, e, f]: [u8; 6]) -> Self {
        Self([f, e, d, c, b, a])
    }

    /// The device of a text as C's `scanf` and Python read it: each octet has as many hex digits as it likes, one among them, while it is at
    /// most `ff`. For being compatible on purpose; [`parse`](str::parse) takes two.
    ///
    /// # Errors
    /// What is wrong, where, and what was expected.
    ///
    /// ```
    /// use berkeley_addr::BdAddr;
    ///
    /// assert_eq!(BdAddr::parse_loose("0:1a:7d:DA:071:13")?, "00:1A:7D:DA:71:13".parse()?);
    /// assert!(BdAddr::parse_loose("0:1a:7d:DA:71:113").is_err());
    /// # Ok::<(), berkeley_addr::ParseError>(())
    /// ```
    #[doc(alias = "str2ba")]
    pub fn parse_loose(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let mut octets = [0; 6];
        for (i, octet) in octets.iter_mut().enumerate() {
            if i > 0 {
                cursor.expect(b':', &LOOSE)?;
            }
            let start = cursor.at();
            let digits = cursor.take_while(|byte| byte.is_ascii_hexdigit());
            if digits.is_empty() {
                return Err(cursor.unexpected(&LOOSE));
            }
            let digits = digits.iter().filter_map(|&digit| char::from(digit).to_digit(16));
            let value = digits.fold(0_u32, |value, digit| value.saturating_mul(16) | digit);
            *octet =
                u8::try_from(value).map_err(|_| cursor.error(Cause::TooLarge, start, &LOOSE))?;
        }
        cursor.end()?;
        Ok(Self(octets))
    }

    /// `bdaddr`.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut octets = [0; 6];
        for (i, octet) in octets.iter_mut().enumerate() {
            if i > 0 && !cursor.eat(b':') {
                let error = cursor.unexpected(&OCTET);
                let dashed = cursor.peek() == Some(b'-');
                return Err(if dashed { error.suggest("`:`") } else { error });
            }
            *octet = cursor.hex_byte(&OCTET)?;
        }
        Ok(Self(octets))
    }

    pub(crate) fn print<const N: usize>(self, text: &mut Bytes<N>) {
        for (i, octet) in self.0.into_iter().enumerate() {
            if i > 0 {
                text.put_byte(b':');
            }
            for digit in [octet >> 4, octet & 0xf] {
                text.put_byte(hex_digit(digit).to_ascii_uppercase());
            }
        }
    }
}

impl FromStr for BdAddr {
    type Err = ParseError;

    /// # Errors
    /// What is wrong, where, and what was expected.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(text);
        let device = Self::read(&mut cursor)?;
        cursor.end()?;
        Ok(device)
    }
}

impl fmt::Display for BdAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<TEXT>::EMPTY;
        self.print(&mut text);
        text.show(f)
    }
}

impl fmt::Debug for BdAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Which kind of address a device's is: each kind numbers its devices by itself.
///
/// ```
/// use berkeley_addr::BdAddrType;
///
/// assert_eq!(BdAddrType::LE_RANDOM.to_string(), "le-random");
/// assert_eq!(BdAddrType::new(9).to_string(), "9");
/// ```
#[doc(alias("l2_bdaddr_type", "iso_bdaddr_type"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BdAddrType(u8);

impl BdAddrType {
    /// Bluetooth Classic.
    #[doc(alias = "BDADDR_BREDR")]
    pub const BREDR: Self = Self(0);
    /// Low Energy, the manufacturer's number.
    #[doc(alias = "BDADDR_LE_PUBLIC")]
    pub const LE_PUBLIC: Self = Self(1);
    /// Low Energy, a number the device chose.
    #[doc(alias = "BDADDR_LE_RANDOM")]
    pub const LE_RANDOM: Self = Self(2);

    const WORDS: [&'static str; 3] = ["bredr", "le-public", "le-random"];

    /// The address type of a number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number of the address type.
    pub const fn raw(self) -> u8 {
        self.0
    }

    /// `bd-type`.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let [number, ..] = cursor.word_or_decimal(&Self::WORDS, 255, &TYPE)?.to_le_bytes();
        Ok(Self(number))
    }

    /// The option `key` with this type, unless it is the default.
    pub(crate) fn print_option<const N: usize>(self, text: &mut Bytes<N>, key: &str) {
        if self != Self::BREDR {
            text.put_byte(b',');
            text.put_text(key);
            text.put_byte(b'=');
            text.put_word_or_decimal(&Self::WORDS, u32::from(self.0));
        }
    }
}

impl fmt::Display for BdAddrType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<9>::EMPTY;
        text.put_word_or_decimal(&Self::WORDS, u32::from(self.0));
        text.show(f)
    }
}

impl fmt::Debug for BdAddrType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
