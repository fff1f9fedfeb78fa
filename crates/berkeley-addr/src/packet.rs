//! AF_PACKET: frames of the link layer.
//!
//! Contract: `packet:2/0800/aa:bb:cc:dd:ee:ff,type=multicast,hatype=1`: the interface's index, the ethertype, the hardware
//! address; trailing parts that are zero are dropped. A sockaddr_ll has 20 bytes, more for hardware addresses over 8 bytes
//! (InfiniBand has 20, the kernel's limit is 32). The kernel answers 12 or 18 of them at times: what is missing is zero.
//! Sources: packet(7), linux/if_packet.h, linux/netdevice.h (MAX_ADDR_LEN).

use core::fmt;

use crate::address::{Address, OneFamily, expect_family, text_traits};
use crate::bytes::Bytes;
use crate::cursor::Cursor;
use crate::error::{Cause, DecodeError, ParseError, Part};
use crate::ethertype::{self, EtherType};
use crate::field::{
    FAMILY, SLL_ADDR, SLL_HALEN, SLL_HATYPE, SLL_IFINDEX, SLL_PKTTYPE, SLL_PROTOCOL,
};
use crate::interface;
use crate::number::Family;
use crate::protocol::Protocol;

const PREFIX: Part = Part::new("packet address", "`packet:`");
const OCTET: Part = Part::new("hardware address", "1 to 32 octets, two hex digits each");
const OPTION: Part = Part::new("option", "type=WORD or hatype=NUMBER");
const HATYPE: Part = Part::new("hatype", "0 to 65535");
const TYPE: Part = Part::new(
    "packet type",
    "host, broadcast, multicast, otherhost, outgoing, loopback, user, kernel, or 0 to 255",
);

/// The longest text after the interface: protocol, 32 octets, both options.
pub(crate) const TEXT: usize = 5 + 3 * 32 + 15 + 13;

/// Why a frame was received: [`PacketType::HOST`] for this machine, and so on.
///
/// ```
/// use berkeley_addr::PacketType;
///
/// assert_eq!(PacketType::MULTICAST.to_string(), "multicast");
/// assert_eq!(PacketType::new(99).to_string(), "99");
/// ```
#[doc(alias = "sll_pkttype")]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketType(u8);

impl PacketType {
    /// To this machine.
    #[doc(alias = "PACKET_HOST")]
    pub const HOST: Self = Self(0);
    /// To all.
    #[doc(alias = "PACKET_BROADCAST")]
    pub const BROADCAST: Self = Self(1);
    /// To a group.
    #[doc(alias = "PACKET_MULTICAST")]
    pub const MULTICAST: Self = Self(2);
    /// To another machine, seen in promiscuous mode.
    #[doc(alias = "PACKET_OTHERHOST")]
    pub const OTHERHOST: Self = Self(3);
    /// From this machine.
    #[doc(alias = "PACKET_OUTGOING")]
    pub const OUTGOING: Self = Self(4);
    /// Looped back.
    #[doc(alias = "PACKET_LOOPBACK")]
    pub const LOOPBACK: Self = Self(5);
    /// To user space.
    #[doc(alias = "PACKET_USER")]
    pub const USER: Self = Self(6);
    /// To the kernel.
    #[doc(alias = "PACKET_KERNEL")]
    pub const KERNEL: Self = Self(7);

    const WORDS: [&'static str; 8] =
        ["host", "broadcast", "multicast", "otherhost", "outgoing", "loopback", "user", "kernel"];

    /// The packet type of a number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number of the packet type.
    pub const fn raw(self) -> u8 {
        self.0
    }

    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let [number, ..] = cursor.word_or_decimal(&Self::WORDS, 255, &TYPE)?.to_le_bytes();
        Ok(Self(number))
    }
}

impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::WORDS.get(usize::from(self.0)) {
            Some(word) => f.pad(word),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl fmt::Debug for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A link-layer address.
///
/// ```
/// use berkeley_addr::{EtherType, PacketAddr, PacketType};
///
/// assert_eq!(PacketAddr::on(2, EtherType::ALL).to_string(), "packet:2/0003");
/// let from: PacketAddr = "packet:2/0806/02:00:5e:10:00:01,type=broadcast,hatype=1".parse()?;
/// assert_eq!(from.packet_type, PacketType::BROADCAST);
/// assert_eq!(from.address.as_slice(), [0x02, 0x00, 0x5e, 0x10, 0x00, 0x01]);
/// # Ok::<(), berkeley_addr::ParseError>(())
/// ```
#[doc(alias("sockaddr_ll", "AF_PACKET"))]
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketAddr {
    /// The interface; 0 is any.
    #[doc(alias = "sll_ifindex")]
    pub index: u32,
    /// What the frames carry.
    #[doc(alias = "sll_protocol")]
    pub protocol: EtherType,
    /// The kind of hardware, an ARPHRD_ number of linux/if_arp.h.
    #[doc(alias = "sll_hatype")]
    pub hatype: u16,
    /// Why the frame was received.
    #[doc(alias = "sll_pkttype")]
    pub packet_type: PacketType,
    /// The hardware address, 6 bytes on Ethernet.
    #[doc(alias("sll_addr", "sll_halen"))]
    pub address: Bytes<32>,
}

impl PacketAddr {
    /// What to bind to: an interface (0 is any) and the frames wanted.
    pub fn on(index: u32, protocol: EtherType) -> Self {
        Self { index, protocol, ..Self::default() }
    }
}

impl Address for PacketAddr {
    type Sockaddr = Bytes<44>;

    fn speaks(family: Family, _: Protocol) -> bool {
        family == Family::PACKET
    }

    fn family(&self) -> Family {
        Family::PACKET
    }

    /// 20 bytes, which the kernel wants at least, or as many as the hardware address takes.
    fn encode(&self) -> Bytes<44> {
        let mut sockaddr = [0; 44];
        let [halen, ..] = self.address.len().to_le_bytes();
        FAMILY.write(&mut sockaddr, &Family::PACKET.raw().to_ne_bytes());
        SLL_PROTOCOL.write(&mut sockaddr, &self.protocol.raw().to_be_bytes());
        SLL_IFINDEX.write(&mut sockaddr, &self.index.to_ne_bytes());
        SLL_HATYPE.write(&mut sockaddr, &self.hatype.to_ne_bytes());
        SLL_PKTTYPE.write(&mut sockaddr, &[self.packet_type.raw()]);
        SLL_HALEN.write(&mut sockaddr, &[halen]);
        SLL_ADDR.write(&mut sockaddr, &self.address);
        Bytes::from_room(sockaddr, SLL_ADDR.offset + self.address.len().max(8))
    }

    /// # Errors
    /// Also [`DecodeError::HardwareAddress`] when `sll_halen` claims more than 32 bytes.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        expect_family(bytes, Family::PACKET)?;
        let [halen] = SLL_HALEN.read(bytes);
        if usize::from(halen) > SLL_ADDR.width {
            return Err(DecodeError::HardwareAddress { len: halen });
        }
        Ok(Self {
            index: u32::from_ne_bytes(SLL_IFINDEX.read(bytes)),
            protocol: EtherType::new(u16::from_be_bytes(SLL_PROTOCOL.read(bytes))),
            hatype: u16::from_ne_bytes(SLL_HATYPE.read(bytes)),
            packet_type: PacketType::new(u8::from_ne_bytes(SLL_PKTTYPE.read(bytes))),
            address: Bytes::from_room(SLL_ADDR.read(bytes), usize::from(halen)),
        })
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        let mut cursor = Cursor::behind("packet:", text, &PREFIX)?;
        read(&mut cursor)
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Bytes::<{ 17 + TEXT }>::EMPTY;
        text.put_text("packet:");
        text.put_decimal(self.index);
        print_rest(&mut text, self);
        text.show(f)
    }
}

impl OneFamily for PacketAddr {
    const FAMILY: Family = Family::PACKET;
}

text_traits!(PacketAddr);

impl fmt::Debug for PacketAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_text(f)
    }
}

/// `packet` of the grammar with an index, to the end of the text.
pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<PacketAddr, ParseError> {
    let index = interface::read_index(cursor)?;
    Ok(PacketAddr { index, ..read_rest(cursor)? })
}

/// What follows the interface, to the end of the text.
pub(crate) fn read_rest(cursor: &mut Cursor<'_>) -> Result<PacketAddr, ParseError> {
    let mut addr = PacketAddr::default();
    if cursor.eat(b'/') {
        addr.protocol = ethertype::read(cursor)?;
        if cursor.eat(b'/') {
            addr.address = read_hardware(cursor)?;
        }
    }
    let mut seen = 0;
    while let Some(key) = cursor.option(&["type", "hatype"], &mut seen, &OPTION)? {
        if key == 0 {
            addr.packet_type = PacketType::read(cursor)?;
        } else {
            let [low, high, ..] = cursor.decimal(0xffff, &HATYPE)?.to_le_bytes();
            addr.hatype = u16::from_le_bytes([low, high]);
        }
    }
    Ok(addr)
}

/// `2HEXDIG *31( ":" 2HEXDIG )`.
fn read_hardware(cursor: &mut Cursor<'_>) -> Result<Bytes<32>, ParseError> {
    let start = cursor.at();
    let mut address = Bytes::EMPTY;
    loop {
        if !address.append(&[cursor.hex_byte(&OCTET)?]) {
            return Err(cursor.error(Cause::TooLong, start, &OCTET));
        }
        if !cursor.eat(b':') {
            return Ok(address);
        }
    }
}

/// Prints a hardware address.
pub(crate) struct Hardware<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hardware<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .enumerate()
            .try_for_each(|(i, octet)| write!(f, "{}{octet:02x}", if i == 0 { "" } else { ":" }))
    }
}

/// What follows the interface.
pub(crate) fn print_rest<const N: usize>(text: &mut Bytes<N>, addr: &PacketAddr) {
    if addr.protocol != EtherType::NONE || !addr.address.is_empty() {
        text.put_byte(b'/');
        text.put_hex(u32::from(addr.protocol.raw()), 4);
    }
    for (i, &octet) in addr.address.iter().enumerate() {
        text.put_byte(if i == 0 { b'/' } else { b':' });
        text.put_hex_byte(octet);
    }
    if addr.packet_type != PacketType::HOST {
        text.put_text(",type=");
        text.put_word_or_decimal(&PacketType::WORDS, u32::from(addr.packet_type.raw()));
    }
    if addr.hatype != 0 {
        text.put_text(",hatype=");
        text.put_decimal(u32::from(addr.hatype));
    }
}
