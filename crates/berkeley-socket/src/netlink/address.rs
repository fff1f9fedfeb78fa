//! Addresses of interfaces. rtnetlink(7).
//!
//! Contract: decoding is total; attributes that are not known are skipped, and families other than IP are no address.
//! Sources: `linux/if_addr.h` (`ifaddrmsg`, `IFA_*`, `ifa_cacheinfo`).

use core::net::{IpAddr, Ipv4Addr};
use core::time::Duration;

use super::message::{Attribute, Message};
use super::number::{AddressFlags, Scope};
use super::prefix::{Prefix, family_of, unspecified};
use super::request::Request;

/// `RTM_NEWADDR`: an address of an interface.
pub const NEWADDR: u16 = 20;
/// `RTM_DELADDR`: one goes.
pub const DELADDR: u16 = 21;
/// `RTM_GETADDR`: asks for them.
pub const GETADDR: u16 = 22;

/// The length of `struct ifaddrmsg`: family, prefix length, flags, scope (a byte each), index.
const IFADDRMSG: usize = 8;

/// IFA_*.
const ADDRESS: u16 = 1;
const LOCAL: u16 = 2;
const BROADCAST: u16 = 4;
const CACHEINFO: u16 = 6;
const FLAGS: u16 = 8;

/// An address that an interface has.
///
/// ```
/// use berkeley_socket::Interface;
///
/// let lo = Interface::named("lo")?;
/// for address in lo.addresses()? {
///     assert!(address.ip.is_loopback() && address.interface == lo.index());
/// }
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[doc(alias = "ifaddrs")]
#[doc(alias = "ifaddrmsg")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InterfaceAddress {
    /// The interface's index.
    pub interface: u32,
    /// The address.
    #[doc(alias = "IFA_LOCAL")]
    pub ip: IpAddr,
    /// How many bits of it (or of the peer's) are the network's.
    pub prefix_len: u8,
    /// The address at the other end, of a point-to-point link.
    #[doc(alias = "IFA_ADDRESS")]
    pub peer: Option<IpAddr>,
    /// The address of everybody in the network.
    pub broadcast: Option<Ipv4Addr>,
    /// How far it is valid.
    pub scope: Scope,
    /// Tentative, permanent ...
    pub flags: AddressFlags,
    /// How long new connections may still use it; `None`: for ever.
    pub preferred: Option<Duration>,
    /// How long it is still there; `None`: for ever.
    pub valid: Option<Duration>,
}

impl InterfaceAddress {
    /// That address for that interface, for ever.
    pub fn new(interface: u32, ip: IpAddr, prefix_len: u8) -> Self {
        let scope = if ip.is_loopback() { Scope::HOST } else { Scope::UNIVERSE };
        Self {
            interface,
            ip,
            prefix_len,
            peer: None,
            broadcast: None,
            scope,
            flags: AddressFlags::NONE,
            preferred: None,
            valid: None,
        }
    }

    /// Its network.
    pub fn network(&self) -> Prefix {
        Prefix::new(self.peer.unwrap_or(self.ip), self.prefix_len).masked()
    }

    /// What an RTM_NEWADDR or RTM_DELADDR message tells; `None`: it is none of IP.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        if !matches!(message.kind, NEWADDR | DELADDR) {
            return None;
        }
        let family = message.u8(0)?;
        let mut address = Self::new(message.u32(4)?, unspecified(family)?, message.u8(1)?);
        address.flags = AddressFlags::from_bits(message.u8(2)?.into());
        address.scope = Scope::new(message.u8(3)?);
        let (mut local, mut other) = (None, None);
        for attribute in message.attributes(IFADDRMSG).flatten() {
            match attribute.kind {
                LOCAL => local = attribute.ip(),
                ADDRESS => other = attribute.ip(),
                _ => address.read(&attribute),
            }
        }
        // IPv6 says the local one only where there is a peer; IPv4 says both always.
        address.ip = local.or(other)?;
        address.peer = other.filter(|other| *other != address.ip);
        let same = |ip: &IpAddr| family_of(*ip) == family;
        (same(&address.ip) && address.peer.iter().all(same)).then_some(address)
    }

    fn read(&mut self, attribute: &Attribute<'_>) {
        match attribute.kind {
            BROADCAST => {
                self.broadcast = attribute.value.try_into().map(|ip: [u8; 4]| ip.into()).ok();
            }
            // All 32 of them, where the header has room for eight.
            FLAGS => {
                self.flags = attribute.u32().map_or(self.flags, AddressFlags::from_bits);
            }
            CACHEINFO => {
                let seconds = |at: usize| {
                    let seconds = attribute.value.get(at..)?.first_chunk()?;
                    let seconds = u32::from_ne_bytes(*seconds);
                    (seconds != u32::MAX).then(|| Duration::from_secs(seconds.into()))
                };
                (self.preferred, self.valid) = (seconds(0), seconds(4));
            }
            _ => {}
        }
    }

    /// Writes what RTM_NEWADDR and RTM_DELADDR want to know.
    pub(super) fn encode(&self, request: &mut Request<'_>) {
        let [flags, ..] = self.flags.bits().to_le_bytes();
        request.body(&[family_of(self.ip), self.prefix_len, flags, self.scope.raw()]);
        request.body(&self.interface.to_ne_bytes());
        request.put_ip(LOCAL, self.ip).put_ip(ADDRESS, self.peer.unwrap_or(self.ip));
        if let Some(broadcast) = self.broadcast {
            request.put_ip(BROADCAST, broadcast.into());
        }
        if self.flags.bits() > u8::MAX.into() {
            request.put_u32(FLAGS, self.flags.bits());
        }
        if self.preferred.is_some() || self.valid.is_some() {
            // What is longer than can be said is for ever.
            let seconds = |time: Option<Duration>| {
                time.map_or(u32::MAX, |time| u32::try_from(time.as_secs()).unwrap_or(u32::MAX))
            };
            let times = [seconds(self.preferred), seconds(self.valid), 0, 0];
            request.put(CACHEINFO, times.map(u32::to_ne_bytes).as_flattened());
        }
    }
}
