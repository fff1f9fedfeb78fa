//! `SockDiag`: the sockets of this network namespace, of every process, listed and destroyed. sock_diag(7).
//!
//! Contract: decoding is total. Sources: sock_diag(7), `linux/sock_diag.h`, `linux/inet_diag.h`, `linux/unix_diag.h`,
//! `linux/vm_sockets_diag.h`, `linux/netlink_diag.h`.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use berkeley_addr::{Address, Family, NetlinkAddr, Protocol, Type, UnixAddr, VsockAddr};
use berkeley_sys::{Errno, number};

use crate::limit::Limit;

use super::connection::Connection;
use super::error::{Error, Refusal, Result};
use super::message::{Attribute, Message};
use super::number::SocketState;
use super::prefix::family_of;
use super::request::Request;

/// SOCK_DIAG_BY_FAMILY.
const BY_FAMILY: u16 = 20;
/// SOCK_DESTROY.
const DESTROY: u16 = 21;

/// The length of `struct inet_diag_msg`, `unix_diag_msg`.
const INET_DIAG_MSG: usize = 72;
const UNIX_DIAG_MSG: usize = 16;
/// UNIX_DIAG_*.
const NAME: u16 = 0;
const PEER: u16 = 2;
const RQLEN: u16 = 4;
const UID: u16 = 7;
/// UDIAG_SHOW_NAME, _PEER, _RQLEN, _UID.
const UNIX_SHOW: u32 = 0x1 | 0x4 | 0x10 | 0x40;
/// NDIAG_PROTO_ALL.
const ALL_PROTOCOLS: u8 = 0xff;
/// Every state, as a mask.
const ALL: u32 = u32::MAX;
/// Room for any request of this file.
const ROOM: usize = 128;

/// A socket of IPv4 or IPv6.
#[doc(alias = "inet_diag_msg")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InetSocket {
    /// TCP, UDP ...
    pub protocol: Protocol,
    /// Its state; of what has no connections: ESTABLISHED if it has a peer, else CLOSE.
    pub state: SocketState,
    /// Its own address.
    pub local: SocketAddr,
    /// Its peer's; zeros: none.
    pub remote: SocketAddr,
    /// The index of the interface that it is bound to; 0: none.
    pub interface: u32,
    /// Bytes that wait to be received; of a listener: connections that wait to be accepted.
    pub receive_queue: u32,
    /// Bytes that are sent and not acknowledged; of a listener: how many connections may wait.
    pub send_queue: u32,
    /// Whose it is.
    pub uid: u32,
    /// Its inode, as in `/proc/PID/fd`; 0: it is no process's any more.
    pub inode: u32,
    /// Its number in the kernel, which is never used again.
    #[doc(alias = "SO_COOKIE")]
    pub cookie: u64,
}

/// A socket of AF_UNIX.
#[doc(alias = "unix_diag_msg")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnixSocket {
    /// Stream, datagram, seqpacket.
    pub ty: Type,
    /// Its state: ESTABLISHED, LISTEN, CLOSE.
    pub state: SocketState,
    /// Its inode, as in `/proc/PID/fd`.
    pub inode: u32,
    /// Its number in the kernel, which is never used again.
    pub cookie: u64,
    /// Its own address; `None`: it has none.
    pub local: Option<UnixAddr>,
    /// The inode of its peer.
    pub peer: Option<u32>,
    /// Whose it is (Linux 5.3).
    pub uid: Option<u32>,
    /// Bytes that wait to be received; of a listener: connections that wait to be accepted.
    pub receive_queue: u32,
    /// Bytes that are sent and not received; of a listener: how many connections may wait.
    pub send_queue: u32,
}

/// A socket of AF_VSOCK.
#[doc(alias = "vsock_diag_msg")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VsockSocket {
    /// Stream, datagram, seqpacket.
    pub ty: Type,
    /// Its state: ESTABLISHED, LISTEN, CLOSE.
    pub state: SocketState,
    /// Its own address.
    pub local: VsockAddr,
    /// Its peer's.
    pub remote: VsockAddr,
    /// Its inode, as in `/proc/PID/fd`.
    pub inode: u32,
    /// Its number in the kernel, which is never used again.
    pub cookie: u64,
}

/// A socket of AF_NETLINK.
#[doc(alias = "netlink_diag_msg")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetlinkSocket {
    /// `NETLINK_ROUTE` ...
    pub protocol: Protocol,
    /// Its port; 0: the kernel's end.
    pub local: NetlinkAddr,
    /// Its inode, as in `/proc/PID/fd`; 0: the kernel's end.
    pub inode: u32,
    /// Its number in the kernel, which is never used again.
    pub cookie: u64,
}

/// A connection to sock_diag(7).
///
/// ```
/// use berkeley_socket::netlink::SockDiag;
/// use berkeley_socket::{Family, Protocol};
///
/// let mut diag = SockDiag::open()?;
/// for socket in diag.inet(Family::INET, Protocol::TCP)? {
///     println!("{} {} {}", socket.state, socket.local, socket.remote);
/// }
/// # Ok::<(), berkeley_socket::netlink::Error>(())
/// ```
#[derive(Debug)]
pub struct SockDiag<'l> {
    connection: Connection<'l>,
}

impl SockDiag<'_> {
    /// A connection to this network namespace, where it stays.
    ///
    /// # Errors
    ///
    /// As [`Connection::open`].
    pub fn open() -> Result<Self> {
        Ok(Self { connection: Connection::open(Protocol::NETLINK_SOCK_DIAG)? })
    }
}

impl<'l> SockDiag<'l> {
    /// The same questions over a connection of the caller's.
    pub fn new(connection: Connection<'l>) -> Self {
        Self { connection }
    }

    /// The same connection under `limit`: each operation from now on, as a whole.
    #[must_use]
    pub fn within(self, limit: Limit<'_>) -> SockDiag<'_> {
        SockDiag { connection: self.connection.within(limit) }
    }

    /// The connection, for families that have no method here.
    pub fn connection(&mut self) -> &mut Connection<'l> {
        &mut self.connection
    }

    /// The sockets of `protocol` over IPv4 ([`Family::INET`]) or IPv6 ([`Family::INET6`]). An IPv6 socket that speaks IPv4 is one of IPv6.
    ///
    /// # Errors
    ///
    /// ENOENT: the kernel has no `*_diag` module for it. EINVAL: no such family.
    pub fn inet(&mut self, family: Family, protocol: Protocol) -> Result<Vec<InetSocket>> {
        let (family, number) = (byte(family.raw().into())?, byte(protocol.raw())?);
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, BY_FAMILY, 0);
        // The addresses are of no weight in a dump.
        request.body(&[family, number, 0, 0]).body(&ALL.to_ne_bytes()).body(&[0; 48]);
        self.connection.list(&mut request, |message| InetSocket::decode(message, protocol))
    }

    /// The sockets of AF_UNIX.
    ///
    /// # Errors
    ///
    /// ENOENT: the kernel has no `unix_diag`.
    pub fn unix(&mut self) -> Result<Vec<UnixSocket>> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, BY_FAMILY, 0);
        // Family, protocol, padding; states, inode, what to show, cookie.
        request.body(&[family_byte(Family::UNIX), 0, 0, 0]).body(&ALL.to_ne_bytes());
        request.body(&[0; 4]).body(&UNIX_SHOW.to_ne_bytes()).body(&[0; 8]);
        self.connection.list(&mut request, UnixSocket::decode)
    }

    /// The sockets of AF_VSOCK.
    ///
    /// # Errors
    ///
    /// ENOENT: the kernel has no `vsock_diag`.
    pub fn vsock(&mut self) -> Result<Vec<VsockSocket>> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, BY_FAMILY, 0);
        request.body(&[family_byte(Family::VSOCK), 0, 0, 0]).body(&ALL.to_ne_bytes());
        request.body(&[0; 16]);
        self.connection.list(&mut request, VsockSocket::decode)
    }

    /// The sockets of AF_NETLINK, of every protocol.
    ///
    /// # Errors
    ///
    /// ENOENT: the kernel has no `netlink_diag`.
    pub fn netlink(&mut self) -> Result<Vec<NetlinkSocket>> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, BY_FAMILY, 0);
        // Family, protocol, padding; inode, what to show, cookie.
        request.body(&[family_byte(Family::NETLINK), ALL_PROTOCOLS, 0, 0]).body(&[0; 16]);
        self.connection.list(&mut request, NetlinkSocket::decode)
    }

    /// Ends a socket of any process: it sees ECONNABORTED, a TCP peer a reset (Linux 4.5, with CONFIG_INET_DIAG_DESTROY).
    ///
    /// # Errors
    ///
    /// ENOENT: it is gone. EOPNOTSUPP: the kernel, or the protocol, cannot do that. EPERM: CAP_NET_ADMIN is missing.
    pub fn destroy(&mut self, socket: &InetSocket) -> Result<()> {
        let mut room = [0; ROOM];
        let mut request = Request::new(&mut room, DESTROY, 0);
        socket.encode(&mut request)?;
        self.connection.request(&mut request)
    }
}

impl InetSocket {
    /// What an answer about sockets of `protocol` tells; `None`: it is none of IP.
    pub fn decode(message: &Message<'_>, protocol: Protocol) -> Option<Self> {
        if message.kind != BY_FAMILY || message.body.len() < INET_DIAG_MSG {
            return None;
        }
        let family = message.u8(0)?;
        // Ports stand in the order of the network, before the addresses, of which both have 16 bytes.
        let address = |port: usize, ip: usize| {
            let port = u16::from_be_bytes(message.bytes(port)?);
            let ip = match i32::from(family) {
                number::AF_INET => IpAddr::from(Ipv4Addr::from(message.bytes::<4>(ip)?)),
                number::AF_INET6 => IpAddr::from(Ipv6Addr::from(message.bytes::<16>(ip)?)),
                _ => return None,
            };
            Some(SocketAddr::new(ip, port))
        };
        Some(Self {
            protocol,
            state: SocketState::new(message.u8(1)?),
            local: address(4, 8)?,
            remote: address(6, 24)?,
            interface: message.u32(40)?,
            cookie: cookie(message, 44)?,
            receive_queue: message.u32(56)?,
            send_queue: message.u32(60)?,
            uid: message.u32(64)?,
            inode: message.u32(68)?,
        })
    }

    /// Writes `struct inet_diag_req_v2`: whom it is about.
    fn encode(&self, request: &mut Request<'_>) -> Result<()> {
        let (family, number) = (family_of(self.local.ip()), byte(self.protocol.raw())?);
        request.body(&[family, number, 0, 0]).body(&ALL.to_ne_bytes());
        request.append(&self.local.port().to_be_bytes());
        request.append(&self.remote.port().to_be_bytes());
        for address in [self.local, self.remote] {
            match address.ip() {
                IpAddr::V4(ip) => {
                    request.append(&ip.octets());
                    request.append(&[0; 12]);
                }
                IpAddr::V6(ip) => request.append(&ip.octets()),
            }
        }
        request.append(&self.interface.to_ne_bytes());
        // Two words, the lower one first, whatever the machine's order.
        let [low, high] = [self.cookie, self.cookie >> 32].map(|word| word & u64::from(u32::MAX));
        for word in [low, high] {
            request.append(&u32::try_from(word).unwrap_or_default().to_ne_bytes());
        }
        request.body(&[]);
        Ok(())
    }
}

impl UnixSocket {
    /// What an answer about sockets of AF_UNIX tells; `None`: it is none.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        if message.kind != BY_FAMILY || message.u8(0)? != family_byte(Family::UNIX) {
            return None;
        }
        let mut socket = Self {
            ty: Type::new(message.u8(1)?.into()),
            state: SocketState::new(message.u8(2)?),
            inode: message.u32(4)?,
            cookie: cookie(message, 8)?,
            local: None,
            peer: None,
            uid: None,
            receive_queue: 0,
            send_queue: 0,
        };
        for attribute in message.attributes(UNIX_DIAG_MSG).flatten() {
            match attribute.kind {
                NAME => socket.local = unix_name(&attribute),
                PEER => socket.peer = attribute.u32(),
                UID => socket.uid = attribute.u32(),
                RQLEN => {
                    let half = |at: usize| attribute.value.get(at..)?.first_chunk().copied();
                    socket.receive_queue = half(0).map_or(0, u32::from_ne_bytes);
                    socket.send_queue = half(4).map_or(0, u32::from_ne_bytes);
                }
                _ => {}
            }
        }
        Some(socket)
    }
}

/// The address whose `sun_path` that is.
fn unix_name(attribute: &Attribute<'_>) -> Option<UnixAddr> {
    let mut sockaddr = [0; 2 + 108 + 1];
    let (family, path) = sockaddr.split_first_chunk_mut()?;
    *family = Family::UNIX.raw().to_ne_bytes();
    path.get_mut(..attribute.value.len())?.copy_from_slice(attribute.value);
    UnixAddr::decode(sockaddr.get(..2 + attribute.value.len())?).ok()
}

impl VsockSocket {
    /// What an answer about sockets of AF_VSOCK tells; `None`: it is none.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        if message.kind != BY_FAMILY || message.u8(0)? != family_byte(Family::VSOCK) {
            return None;
        }
        Some(Self {
            ty: Type::new(message.u8(1)?.into()),
            state: SocketState::new(message.u8(2)?),
            local: VsockAddr::new(message.u32(4)?, message.u32(8)?),
            remote: VsockAddr::new(message.u32(12)?, message.u32(16)?),
            inode: message.u32(20)?,
            cookie: cookie(message, 24)?,
        })
    }
}

impl NetlinkSocket {
    /// What an answer about sockets of AF_NETLINK tells; `None`: it is none.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        if message.kind != BY_FAMILY || message.u8(0)? != family_byte(Family::NETLINK) {
            return None;
        }
        Some(Self {
            protocol: Protocol::new(message.u8(2)?.into()),
            local: NetlinkAddr::new(message.u32(4)?, 0),
            inode: message.u32(16)?,
            cookie: cookie(message, 20)?,
        })
    }
}

/// The number of two words, the lower one first, whatever the machine's order.
fn cookie(message: &Message<'_>, at: usize) -> Option<u64> {
    Some(u64::from(message.u32(at)?) | u64::from(message.u32(at + 4)?) << 32)
}

fn family_byte(family: Family) -> u8 {
    u8::try_from(family.raw()).unwrap_or_default()
}

/// Families and protocols have a byte in requests; a wider one the kernel does not know either.
fn byte(number: i32) -> Result<u8> {
    number.try_into().map_err(|_| Error::Refused(Refusal::of(Errno::INVAL)))
}
