//! `TipcConfig`: a node's identity and its bearers, by generic netlink's family `TIPCv2`.
//!
//! Contract: decoding is total. A node without a bearer talks to itself alone. Sources: `linux/tipc_netlink.h`, `linux/tipc.h`,
//! net/tipc/{bearer,net,node,udp_media}.c.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ffi::OsString;

use berkeley_addr::Address;

use crate::limit::Limit;

use super::error::{Error, Result};
use super::generic::{GENLMSGHDR, GenericFamily, Genetlink};
use super::message::Message;
use super::request::Request;

/// UDP's port of TIPC, which iana.org calls `tipc`.
pub const TIPC_UDP_PORT: u16 = 6118;

/// TIPC_NL_*.
const BEARER_DISABLE: u8 = 2;
const BEARER_ENABLE: u8 = 3;
const BEARER_GET: u8 = 4;
const LINK_GET: u8 = 8;
const NET_GET: u8 = 14;
const NET_SET: u8 = 15;
/// TIPC_NLA_*.
const BEARER: u16 = 1;
const LINK: u16 = 4;
const NET: u16 = 7;
/// TIPC_NLA_BEARER_*.
const BEARER_NAME: u16 = 1;
const BEARER_UDP_OPTS: u16 = 4;
/// TIPC_NLA_UDP_*.
const UDP_LOCAL: u16 = 1;
const UDP_REMOTE: u16 = 2;
/// TIPC_NLA_LINK_*.
const LINK_NAME: u16 = 1;
const LINK_BROADCAST: u16 = 4;
const LINK_UP: u16 = 5;
const LINK_MTU: u16 = 3;
/// TIPC_NLA_NET_*.
const NET_ID: u16 = 1;
const NET_ADDR: u16 = 2;
const NET_NODEID: u16 = 3;
const NET_NODEID_W1: u16 = 4;

/// Room for any request of this file: two `struct sockaddr_storage` are the most.
const ROOM: usize = 512;
/// The length of `struct sockaddr_storage`.
const STORAGE: usize = 128;

/// The kernel's TIPC in this network namespace.
///
/// ```no_run
/// use berkeley_socket::netlink::TipcConfig;
///
/// let mut tipc = TipcConfig::open()?; // the module `tipc` must be loaded; changes need CAP_NET_ADMIN
/// tipc.set_identity(*b"node-1\0\0\0\0\0\0\0\0\0\0")?;
/// tipc.enable_ethernet("eth0")?;
/// assert_eq!(tipc.bearers()?, ["eth:eth0"]);
/// # Ok::<(), berkeley_socket::netlink::Error>(())
/// ```
#[derive(Debug)]
pub struct TipcConfig<'l> {
    generic: Genetlink<'l>,
    family: GenericFamily,
}

/// Who this node is. Its number is in the address of every TIPC socket, and only there: the kernel makes it of the identity in the first
/// second of the first bearer, in which it asks whether another node has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TipcNet {
    /// The network's number, which all its nodes share; 4711 unless set.
    pub id: u32,
    /// The node's identity: bytes, mostly a text with zeros behind it. All zeros: none yet.
    pub identity: [u8; 16],
}

/// A link to another node.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TipcLink {
    /// Its name: `node:bearer-node:bearer`.
    pub name: OsString,
    /// Whether it carries messages.
    pub is_up: bool,
    /// Whether it is the one for broadcasts, which is always there.
    pub is_broadcast: bool,
    /// The longest packet, in bytes.
    pub mtu: u32,
}

impl TipcConfig<'_> {
    /// A connection to this network namespace, where it stays.
    ///
    /// # Errors
    ///
    /// ENOENT: the module `tipc` is not loaded.
    pub fn open() -> Result<Self> {
        let mut generic = Genetlink::open()?;
        let family = generic.family("TIPCv2")?;
        Ok(Self { generic, family })
    }
}

impl TipcConfig<'_> {
    /// The same connection under `limit`: each operation from now on, as a whole.
    #[must_use]
    pub fn within(self, limit: Limit<'_>) -> TipcConfig<'_> {
        TipcConfig { generic: self.generic.within(limit), family: self.family }
    }

    /// Who this node is.
    ///
    /// # Errors
    ///
    /// As [`Connection::list`](super::Connection::list).
    pub fn net(&mut self) -> Result<TipcNet> {
        let nets = self.list(NET_GET, TipcNet::decode)?;
        nets.first().copied().ok_or(Error::Unanswered)
    }

    /// Gives the node its identity, before its first bearer.
    ///
    /// # Errors
    ///
    /// EPERM: it has one, or CAP_NET_ADMIN is missing.
    pub fn set_identity(&mut self, identity: [u8; 16]) -> Result<()> {
        let (low, high) = identity.split_at(8);
        self.set_net(|net| {
            net.put(NET_NODEID, low).put(NET_NODEID_W1, high);
        })
    }

    /// Gives the node its number, in the old way; its identity is the number as text then.
    ///
    /// # Errors
    ///
    /// EPERM: it has one, or CAP_NET_ADMIN is missing.
    pub fn set_node(&mut self, node: u32) -> Result<()> {
        self.set_net(|net| {
            net.put_u32(NET_ADDR, node);
        })
    }

    /// Sets the network's number: nodes of others are not seen.
    ///
    /// # Errors
    ///
    /// EPERM: the node has a number already, or CAP_NET_ADMIN is missing.
    pub fn set_network_id(&mut self, id: u32) -> Result<()> {
        self.set_net(|net| {
            net.put_u32(NET_ID, id);
        })
    }

    /// Talks to the nodes on an Ethernet device, by its name; the bearer is `eth:` and that. A node without an identity gets the device's
    /// address for one.
    ///
    /// # Errors
    ///
    /// EEXIST: it is enabled. EINVAL: there is no such device. EPERM.
    pub fn enable_ethernet(&mut self, device: &str) -> Result<()> {
        self.bearer(BEARER_ENABLE, |bearer| {
            put_name(bearer, "eth:", device);
        })
    }

    /// Talks to nodes by UDP from a local address; the bearer is `udp:` and `name`, of at most 15 bytes. `remote` is one other node, or a
    /// multicast group; `None`: the group made of the network's number 4711, as tipc(8) does.
    ///
    /// # Errors
    ///
    /// EEXIST: it is enabled. EINVAL: no interface has the address. EPERM.
    pub fn enable_udp(
        &mut self,
        name: &str,
        local: IpAddr,
        remote: Option<SocketAddr>,
    ) -> Result<()> {
        let local = SocketAddr::new(local, TIPC_UDP_PORT);
        let remote = remote.unwrap_or_else(|| SocketAddr::new(group(local.ip()), TIPC_UDP_PORT));
        self.bearer(BEARER_ENABLE, |bearer| {
            put_name(bearer, "udp:", name);
            bearer.nest(BEARER_UDP_OPTS, |udp| {
                udp.put(UDP_LOCAL, &storage(local)).put(UDP_REMOTE, &storage(remote));
            });
        })
    }

    /// Disables a bearer, by its whole name.
    ///
    /// # Errors
    ///
    /// EINVAL: there is none. EPERM.
    pub fn disable_bearer(&mut self, name: &str) -> Result<()> {
        self.bearer(BEARER_DISABLE, |bearer| {
            bearer.put_str(BEARER_NAME, name);
        })
    }

    /// The bearers that are enabled, by their whole names.
    ///
    /// # Errors
    ///
    /// As [`Connection::list`](super::Connection::list).
    pub fn bearers(&mut self) -> Result<Vec<OsString>> {
        self.list(BEARER_GET, |message| {
            let bearer = message.attributes(GENLMSGHDR).of(BEARER)?;
            Some(bearer.nested().of(BEARER_NAME)?.text().to_owned())
        })
    }

    /// The links to other nodes, and the one for broadcasts.
    ///
    /// # Errors
    ///
    /// As [`Connection::list`](super::Connection::list).
    pub fn links(&mut self) -> Result<Vec<TipcLink>> {
        self.list(LINK_GET, TipcLink::decode)
    }

    fn bearer(&mut self, command: u8, put: impl FnOnce(&mut Request<'_>)) -> Result<()> {
        let mut room = [0; ROOM];
        let mut request = self.family.request(&mut room, command, 0);
        request.nest(BEARER, put);
        self.generic.connection().request(&mut request)
    }

    fn set_net(&mut self, put: impl FnOnce(&mut Request<'_>)) -> Result<()> {
        let mut room = [0; ROOM];
        let mut request = self.family.request(&mut room, NET_SET, 0);
        request.nest(NET, put);
        self.generic.connection().request(&mut request)
    }

    fn list<T>(
        &mut self,
        command: u8,
        read: impl FnMut(&Message<'_>) -> Option<T>,
    ) -> Result<Vec<T>> {
        let mut room = [0; 64];
        let mut request = self.family.request(&mut room, command, 0);
        self.generic.connection().list(&mut request, read)
    }
}

impl TipcNet {
    /// What an answer to TIPC_NL_NET_GET tells; `None`: it is none.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        let mut net = Self::default();
        let (low, high) = net.identity.split_at_mut(8);
        for attribute in message.attributes(GENLMSGHDR).of(NET)?.nested().flatten() {
            let copy = |(to, from): (&mut u8, &u8)| *to = *from;
            match attribute.kind {
                NET_ID => net.id = attribute.u32()?,
                NET_NODEID => low.iter_mut().zip(attribute.value).for_each(copy),
                NET_NODEID_W1 => high.iter_mut().zip(attribute.value).for_each(copy),
                _ => {}
            }
        }
        Some(net)
    }
}

impl TipcLink {
    /// What an answer to TIPC_NL_LINK_GET tells; `None`: it is none.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        let link = message.attributes(GENLMSGHDR).of(LINK)?.nested();
        let has = |kind| link.clone().of(kind);
        Some(Self {
            name: has(LINK_NAME)?.text().to_owned(),
            is_up: has(LINK_UP).is_some(),
            is_broadcast: has(LINK_BROADCAST).is_some(),
            mtu: has(LINK_MTU).and_then(|mtu| mtu.u32()).unwrap_or(0),
        })
    }
}

fn put_name(request: &mut Request<'_>, media: &str, name: &str) {
    request.attribute(BEARER_NAME, |text| {
        text.append(media.as_bytes());
        text.append(name.as_bytes());
        text.append(&[0]);
    });
}

/// The group of the network with the usual number, 4711: 0x12 and 0x67 are its bytes.
fn group(local: IpAddr) -> IpAddr {
    match local {
        IpAddr::V4(_) => Ipv4Addr::new(228, 0, 0x12, 0x67).into(),
        IpAddr::V6(_) => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x1267).into(),
    }
}

/// A `struct sockaddr_storage` of the address.
fn storage(address: SocketAddr) -> [u8; STORAGE] {
    let mut storage = [0; STORAGE];
    storage.iter_mut().zip(address.encode().as_ref()).for_each(|(to, from)| *to = *from);
    storage
}
