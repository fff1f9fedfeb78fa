//! Links: what the kernel tells of an interface, and what makes one. rtnetlink(7).
//!
//! Contract: decoding is total; attributes that are not known are skipped. Sources: `linux/if_link.h` (`IFLA_*`), `linux/rtnetlink.h`
//! (`ifinfomsg`), `linux/veth.h`, `linux/can/vxcan.h`.

use core::fmt;
use std::ffi::OsString;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;

use crate::interface::Interface;

use super::message::{Attribute, Message};
use super::number::{InterfaceFlags, LinkType, OperState};
use super::request::Request;

/// `RTM_NEWLINK`: a link.
pub const NEWLINK: u16 = 16;
/// `RTM_DELLINK`: a link goes.
pub const DELLINK: u16 = 17;
/// `RTM_GETLINK`: asks for links.
pub const GETLINK: u16 = 18;
/// `RTM_SETLINK`: changes a link.
pub(super) const SETLINK: u16 = 19;

/// The length of `struct ifinfomsg`: a byte of family, one of padding, the type (16 bits), index, flags, which of the flags to change.
const IFINFOMSG: usize = 16;

/// IFLA_*.
const ADDRESS: u16 = 1;
const BROADCAST: u16 = 2;
pub(super) const IFNAME: u16 = 3;
pub(super) const MTU: u16 = 4;
const LINK: u16 = 5;
const MASTER: u16 = 10;
const OPERSTATE: u16 = 16;
const LINKINFO: u16 = 18;
pub(super) const NET_NS_FD: u16 = 28;
const LINK_NETNSID: u16 = 37;
const PROP_LIST: u16 = 52;
const ALT_IFNAME: u16 = 53;
/// IFLA_INFO_*, within IFLA_LINKINFO.
const INFO_KIND: u16 = 1;
const INFO_DATA: u16 = 2;
/// VETH_INFO_PEER and VXCAN_INFO_PEER.
const PEER: u16 = 1;

/// An address of the link layer: up to 32 bytes, six on Ethernet.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HardwareAddress {
    len: u8,
    /// MAX_ADDR_LEN bytes (linux/netdevice.h), zeros after the address.
    bytes: [u8; 32],
}

impl HardwareAddress {
    /// These bytes; `None`: they are more than 32.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut padded = [0; 32];
        padded.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self { len: bytes.len().try_into().ok()?, bytes: padded })
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len.into()).unwrap_or_default()
    }
}

/// `02:00:5e:00:53:01`.
impl fmt::Display for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.as_bytes().iter().enumerate() {
            let colon = if at == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An interface as rtnetlink tells it.
#[doc(alias = "ifinfomsg")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Its index and name.
    pub interface: Interface,
    /// Other names of it (Linux 5.5), up to 127 bytes long.
    #[doc(alias = "IFLA_ALT_IFNAME")]
    pub other_names: Vec<OsString>,
    /// What its frames are.
    pub ty: LinkType,
    /// What it is made of: `veth`, `vcan`; `None`: a device.
    #[doc(alias = "IFLA_INFO_KIND")]
    pub kind: Option<OsString>,
    /// What it is and does.
    pub flags: InterfaceFlags,
    /// Its address.
    pub address: Option<HardwareAddress>,
    /// The address of everybody on it; of a point-to-point link, the peer's.
    pub broadcast: Option<HardwareAddress>,
    /// The longest packet, in bytes.
    pub mtu: u32,
    /// What it can do at the moment.
    pub state: OperState,
    /// The link that it stands on, or its peer: an index, in that one's namespace.
    #[doc(alias = "IFLA_LINK")]
    pub below: Option<u32>,
    /// The number of that one's network namespace, where it is another.
    #[doc(alias = "IFLA_LINK_NETNSID")]
    pub below_namespace: Option<i32>,
    /// The bridge or bundle that it belongs to: an index.
    #[doc(alias = "IFLA_MASTER")]
    pub master: Option<u32>,
}

impl Link {
    /// What an RTM_NEWLINK or RTM_DELLINK message tells; `None`: it is none, or lacks index or name.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        // AF_UNSPEC: a bridge tells of its ports by messages of AF_BRIDGE, which say less.
        if !matches!(message.kind, NEWLINK | DELLINK) || message.u8(0)? != 0 {
            return None;
        }
        let mut link = Self {
            interface: Interface::told(message.u32(4)?, &[]),
            other_names: Vec::new(),
            ty: LinkType::new(message.u16(2)?),
            kind: None,
            flags: InterfaceFlags::from_bits(message.u32(8)?),
            address: None,
            broadcast: None,
            mtu: 0,
            state: OperState::UNKNOWN,
            below: None,
            below_namespace: None,
            master: None,
        };
        let index = link.interface.index();
        for attribute in message.attributes(IFINFOMSG).flatten() {
            link.read(index, &attribute);
        }
        (!link.interface.name().is_empty()).then_some(link)
    }

    fn read(&mut self, index: u32, attribute: &Attribute<'_>) {
        match attribute.kind {
            IFNAME => self.interface = Interface::told(index, attribute.text().as_bytes()),
            ADDRESS => self.address = HardwareAddress::new(attribute.value),
            BROADCAST => self.broadcast = HardwareAddress::new(attribute.value),
            MTU => self.mtu = attribute.u32().unwrap_or(self.mtu),
            LINK => self.below = attribute.u32().filter(|index| *index != 0),
            LINK_NETNSID => self.below_namespace = attribute.i32(),
            MASTER => self.master = attribute.u32(),
            OPERSTATE => self.state = attribute.u8().map_or(self.state, OperState::new),
            LINKINFO => {
                let kind = attribute.nested().of(INFO_KIND);
                self.kind = kind.map(|kind| kind.text().to_owned());
            }
            PROP_LIST => {
                let names = attribute.nested().flatten().filter(|name| name.kind == ALT_IFNAME);
                self.other_names = names.map(|name| name.text().to_owned()).collect();
            }
            _ => {}
        }
    }
}

/// What a new link is to be.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum NewLink<'a> {
    /// One that swallows what it is given.
    Dummy,
    /// A CAN bus of this machine's own.
    Vcan,
    /// A cable of Ethernet: what goes in here comes out there.
    Veth(Peer<'a>),
    /// A cable of CAN.
    Vxcan(Peer<'a>),
    /// Of another kind, by its name, without data of its own.
    Kind(&'a str),
}

/// The other end of a cable.
#[derive(Clone, Copy, Debug)]
pub struct Peer<'a> {
    /// Its name.
    pub name: &'a str,
    /// The network namespace it is put into, by a descriptor of it (`/proc/self/ns/net`); `None`: this one.
    pub namespace: Option<BorrowedFd<'a>>,
}

impl NewLink<'_> {
    /// Writes what RTM_NEWLINK wants to know.
    pub(super) fn encode(&self, name: &str, request: &mut Request<'_>) {
        let (kind, peer) = match *self {
            Self::Dummy => ("dummy", None),
            Self::Vcan => ("vcan", None),
            Self::Veth(peer) => ("veth", Some(peer)),
            Self::Vxcan(peer) => ("vxcan", Some(peer)),
            Self::Kind(kind) => (kind, None),
        };
        request.body(&header(0, InterfaceFlags::NONE, InterfaceFlags::NONE)).put_str(IFNAME, name);
        request.nest(LINKINFO, |info| {
            info.put_str(INFO_KIND, kind);
            let Some(peer) = peer else { return };
            info.nest(INFO_DATA, |data| {
                data.nest(PEER, |other| {
                    other.body(&header(0, InterfaceFlags::NONE, InterfaceFlags::NONE));
                    other.put_str(IFNAME, peer.name);
                    if let Some(namespace) = peer.namespace {
                        other.put(NET_NS_FD, &namespace.as_raw_fd().to_ne_bytes());
                    }
                });
            });
        });
    }
}

/// `struct ifinfomsg` of that link; of `flags` those in `change` count.
pub(super) fn header(index: u32, flags: InterfaceFlags, change: InterfaceFlags) -> [u8; IFINFOMSG] {
    let mut header = [0; IFINFOMSG];
    let numbers = [index, flags.bits(), change.bits()].map(u32::to_ne_bytes);
    header.iter_mut().skip(4).zip(numbers.as_flattened()).for_each(|(to, from)| *to = *from);
    header
}
