//! Neighbours: whose address on the link an IP address is. rtnetlink(7), arp(7).
//!
//! Contract: decoding is total; attributes that are not known are skipped, and families other than IP are no neighbour.
//! Sources: `linux/neighbour.h` (`ndmsg`, `NDA_*`).

use core::net::IpAddr;

use super::link::HardwareAddress;
use super::message::Message;
use super::number::NeighbourState;
use super::prefix::{family_of, unspecified};
use super::request::Request;

/// `RTM_NEWNEIGH`: a neighbour.
pub const NEWNEIGH: u16 = 28;
/// `RTM_DELNEIGH`: one is forgotten.
pub const DELNEIGH: u16 = 29;
/// `RTM_GETNEIGH`: asks for them.
pub const GETNEIGH: u16 = 30;

/// The length of `struct ndmsg`: family (a byte, three of padding), index, state (16 bits), flags and kind (a byte each).
pub(super) const NDMSG: usize = 12;

/// NDA_*.
const DST: u16 = 1;
const LLADDR: u16 = 2;

/// A neighbour on a link.
#[doc(alias = "ndmsg")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Neighbour {
    /// The interface's index.
    pub interface: u32,
    /// Who.
    pub ip: IpAddr,
    /// His address on the link; `None`: not known.
    #[doc(alias = "NDA_LLADDR")]
    pub address: Option<HardwareAddress>,
    /// What is known of him.
    pub state: NeighbourState,
    /// `NTF_*`: a router, one we answer for.
    pub flags: u8,
}

impl Neighbour {
    /// That one, for ever.
    pub fn new(interface: u32, ip: IpAddr, address: HardwareAddress) -> Self {
        let state = NeighbourState::PERMANENT;
        Self { interface, ip, address: Some(address), state, flags: 0 }
    }

    /// What an RTM_NEWNEIGH or RTM_DELNEIGH message tells; `None`: it is none of IP.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        if !matches!(message.kind, NEWNEIGH | DELNEIGH) {
            return None;
        }
        let family = message.u8(0)?;
        let mut neighbour = Self {
            interface: message.u32(4)?,
            ip: unspecified(family)?,
            address: None,
            state: NeighbourState::from_bits(message.u16(8)?.into()),
            flags: message.u8(10)?,
        };
        let mut ip = None;
        for attribute in message.attributes(NDMSG).flatten() {
            match attribute.kind {
                DST => ip = attribute.ip(),
                LLADDR => neighbour.address = HardwareAddress::new(attribute.value),
                _ => {}
            }
        }
        neighbour.ip = ip.filter(|ip| family_of(*ip) == family)?;
        Some(neighbour)
    }

    /// Writes what RTM_NEWNEIGH and RTM_DELNEIGH want to know.
    pub(super) fn encode(&self, request: &mut Request<'_>) {
        let [low, high, ..] = self.state.bits().to_le_bytes();
        let [first, second] = u16::from_le_bytes([low, high]).to_ne_bytes();
        request.body(&[family_of(self.ip), 0, 0, 0]).body(&self.interface.to_ne_bytes());
        request.body(&[first, second, self.flags, 0]).put_ip(DST, self.ip);
        if let Some(address) = &self.address {
            request.put(LLADDR, address.as_bytes());
        }
    }
}
