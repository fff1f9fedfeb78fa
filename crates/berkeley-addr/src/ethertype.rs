//! `EtherType`: what an Ethernet frame carries, and AF_PACKET's word for it.
//!
//! Contract: a number in host order here, in network order on the wire. Printed as four lower-case hex digits; the words of
//! the grammar are read. Source: linux/if_ether.h (`ETH_P_*`).

use core::fmt;

use crate::bytes::Bytes;
use crate::cursor::{Cursor, lower_hex};
use crate::error::{Cause, ParseError, Part};
use crate::protocol::Protocol;

const ETHERTYPE: Part =
    Part::new("ethertype", "four lower-case hex digits, or all, ip, arp, ipv6, vlan, lldp");

/// The protocol of a frame.
///
/// ```
/// use berkeley_addr::{EtherType, Protocol};
///
/// assert_eq!(EtherType::ARP.to_string(), "0806");
/// assert_eq!(EtherType::new(0x88cc), EtherType::LLDP);
/// // socket(2) wants it in network order
/// assert_eq!(Protocol::from(EtherType::IP).raw(), i32::from(0x0800_u16.to_be()));
/// ```
#[doc(alias("sll_protocol", "ETH_P_ALL"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EtherType(u16);

impl EtherType {
    /// None: a packet socket bound to it receives nothing.
    pub const NONE: Self = Self(0);
    /// Every frame, in and out.
    #[doc(alias = "ETH_P_ALL")]
    pub const ALL: Self = Self(0x0003);
    /// Loopback test.
    #[doc(alias = "ETH_P_LOOP")]
    pub const LOOP: Self = Self(0x0060);
    /// IPv4.
    #[doc(alias = "ETH_P_IP")]
    pub const IP: Self = Self(0x0800);
    /// ARP.
    #[doc(alias = "ETH_P_ARP")]
    pub const ARP: Self = Self(0x0806);
    /// A VLAN tag, 802.1Q.
    #[doc(alias = "ETH_P_8021Q")]
    pub const VLAN: Self = Self(0x8100);
    /// IPv6.
    #[doc(alias = "ETH_P_IPV6")]
    pub const IPV6: Self = Self(0x86dd);
    /// Link layer discovery.
    #[doc(alias = "ETH_P_LLDP")]
    pub const LLDP: Self = Self(0x88cc);

    /// The ethertype of a number in host order.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number in host order.
    pub const fn raw(self) -> u16 {
        self.0
    }
}

/// What socket(2) takes: the number in network order.
impl From<EtherType> for Protocol {
    fn from(ethertype: EtherType) -> Self {
        Self::new(i32::from(ethertype.0.to_be()))
    }
}

impl fmt::Display for EtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<4>::EMPTY;
        text.put_hex(u32::from(self.0), 4);
        text.show(f)
    }
}

impl fmt::Debug for EtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:04x}", self.0)
    }
}

const WORDS: [(&str, EtherType); 6] = [
    ("all", EtherType::ALL),
    ("ip", EtherType::IP),
    ("arp", EtherType::ARP),
    ("ipv6", EtherType::IPV6),
    ("vlan", EtherType::VLAN),
    ("lldp", EtherType::LLDP),
];

/// `4lowhex / ethertype`.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<EtherType, ParseError> {
    let start = cursor.at();
    let word = cursor.take_while(|byte| byte.is_ascii_alphanumeric());
    if word.is_empty() {
        return Err(cursor.unexpected(&ETHERTYPE));
    }
    if let Some((_, ethertype)) = WORDS.iter().find(|(name, _)| name.as_bytes() == word) {
        return Ok(*ethertype);
    }
    let mut value = 0;
    for &byte in word {
        match lower_hex(byte) {
            Some(digit) => value = value << 4 | u16::from(digit),
            None => return Err(unknown(cursor, start, word)),
        }
    }
    if word.len() == 4 { Ok(EtherType(value)) } else { Err(unknown(cursor, start, word)) }
}

#[cold]
fn unknown(cursor: &Cursor<'_>, start: usize, word: &[u8]) -> ParseError {
    let error = cursor.error(Cause::Unknown, start, &ETHERTYPE);
    if word.iter().any(u8::is_ascii_uppercase) { error.suggest("lower case") } else { error }
}
