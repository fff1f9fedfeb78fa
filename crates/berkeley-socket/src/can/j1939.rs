//! Names of J1939: who a node is, whatever address it has. SAE J1939-81; `Documentation/networking/j1939.rst`, linux/can/j1939.h.
//!
//! A socket bound with a name may send once its node has claimed an address; the kernel hears claims and keeps a table of them:
//!
//! ```no_run
//! use berkeley_addr::J1939Addr;
//! use berkeley_socket::can::j1939::{ADDRESS_CLAIMED, Name};
//! use berkeley_socket::{Interface, Protocol, Socket, Type, option::so};
//!
//! let index = Interface::named("vcan0")?.index();
//! let name = Name { identity: 4711, function: 130, arbitrary_address: true, ..Name::default() };
//! let node = Socket::<J1939Addr>::open(Type::DGRAM, Protocol::DEFAULT)?;
//! node.set(so::BROADCAST, true)?;
//! node.bind(&J1939Addr { name: name.bits(), addr: 0x80, ..J1939Addr::on(index) })?;
//! node.send_to(&name.claim(), &J1939Addr { pgn: ADDRESS_CLAIMED, ..J1939Addr::on(index) })?;
//! // After 250 ms without a claim of a better name, the address is ours.
//! # Ok::<(), berkeley_socket::Error>(())
//! ```

/// Asks others for a message: its number, three bytes, least first.
#[doc(alias = "J1939_PGN_REQUEST")]
pub const REQUEST: u32 = 0xea00;
/// Claims an address: the [`Name::claim`].
#[doc(alias = "J1939_PGN_ADDRESS_CLAIMED")]
pub const ADDRESS_CLAIMED: u32 = 0xee00;
/// Tells a node to take an address.
#[doc(alias = "J1939_PGN_ADDRESS_COMMANDED")]
pub const ADDRESS_COMMANDED: u32 = 0xfed8;

/// A NAME: 64 bits, and the lower number wins an address. A field that is given more bits than it has loses the high ones.
///
/// ```
/// use berkeley_socket::can::j1939::Name;
///
/// let name = Name { identity: 0x12345, manufacturer: 0x7ff, function: 130, ..Name::default() };
/// assert_eq!(name.bits(), 0x0000_8200_ffe1_2345);
/// assert_eq!(Name::from_bits(name.bits()), name);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Name {
    /// The serial number: 21 bits.
    pub identity: u32,
    /// Who made it: 11 bits, SAE's list.
    pub manufacturer: u16,
    /// Which controller of the function: 3 bits.
    pub controller: u8,
    /// Which of several functions: 5 bits.
    pub function_instance: u8,
    /// What it does.
    pub function: u8,
    /// In which system: 7 bits.
    pub system: u8,
    /// Which of several systems: 4 bits.
    pub system_instance: u8,
    /// In which industry: 3 bits.
    pub industry: u8,
    /// It takes another address when it loses its own.
    pub arbitrary_address: bool,
}

impl Name {
    /// What the 64 bits say. The reserved one is dropped.
    pub const fn from_bits(bits: u64) -> Self {
        let [b0, b1, b2, b3, b4, function, system, b7] = bits.to_le_bytes();
        let low = u32::from_le_bytes([b0, b1, b2, b3]);
        Self {
            identity: low & 0x1f_ffff,
            manufacturer: u16::from_le_bytes([b2, b3]) >> 5,
            controller: b4 & 7,
            function_instance: b4 >> 3,
            function,
            system: system >> 1,
            system_instance: b7 & 0xf,
            industry: b7 >> 4 & 7,
            arbitrary_address: b7 >> 7 != 0,
        }
    }

    /// The 64 bits, as [`J1939Addr::name`](berkeley_addr::J1939Addr::name) has them.
    pub const fn bits(self) -> u64 {
        let low = self.identity & 0x1f_ffff | (self.manufacturer as u32) << 21;
        let [b0, b1, b2, b3] = low.to_le_bytes();
        let b4 = self.controller & 7 | self.function_instance << 3;
        let b7 = self.system_instance & 0xf
            | (self.industry & 7) << 4
            | (self.arbitrary_address as u8) << 7;
        u64::from_le_bytes([b0, b1, b2, b3, b4, self.function, self.system << 1, b7])
    }

    /// The message that claims an address for it, sent to [`ADDRESS_CLAIMED`] from a socket bound to it.
    pub const fn claim(self) -> [u8; 8] {
        self.bits().to_le_bytes()
    }
}

/// Whether a message of this number has a destination (PDU1): then its low byte is 0 in an address, whose own says to whom.
pub const fn has_destination(pgn: u32) -> bool {
    pgn >> 8 & 0xff < 240
}
