//! Associations by number: state, addresses, paths; one taken out of a one-to-many socket; one begun with several addresses at once.
//!
//! On one-to-one sockets the number does not count: 0 will do. Sources: RFC 6458 sections 8.2 and 9.

use core::net::SocketAddr;
use core::time::Duration;

use berkeley_addr::{Address, Family, Type};
use berkeley_sys::Errno;
use berkeley_sys::option::{self, Name, SctpPath, SctpStatus};

use super::event::address;
use crate::error::{Error, Op, Result};
use crate::handle::{Handle, Owned};
use crate::socket::Socket;

/// Room for the addresses of a peer; doubled while they do not fit.
const ROOM: usize = 1024;
/// As many as that are never there.
const LONGEST: usize = 1 << 20;
/// The association and a count, before the addresses.
const HEAD: usize = 8;

/// An association as it is now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Status {
    /// Its number.
    pub association: i32,
    /// `SCTP_EMPTY` 0, `SCTP_CLOSED` 1, `SCTP_COOKIE_WAIT` 2, `SCTP_COOKIE_ECHOED` 3, `SCTP_ESTABLISHED` 4, and those of the end.
    pub state: i32,
    /// The peer's window, in bytes.
    pub peer_window: u32,
    /// Chunks not acknowledged.
    pub unacked: u16,
    /// Chunks that wait to be received here.
    pub pending: u16,
    /// Streams to receive on.
    pub incoming: u16,
    /// Streams to send on.
    pub outgoing: u16,
    /// Messages longer than this are sent in pieces, in bytes.
    pub fragmentation_point: u32,
    /// The path that is used.
    pub primary: Path,
}

/// An address of the peer's, and what is known of the way there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    /// Its association.
    pub association: i32,
    /// The address; `None`: of another family than IP's.
    pub address: Option<SocketAddr>,
    /// `SCTP_INACTIVE` 0, `SCTP_PF` 1, `SCTP_ACTIVE` 2, `SCTP_UNCONFIRMED` 3.
    pub state: i32,
    /// The congestion window, in bytes.
    pub congestion_window: u32,
    /// The round-trip time, smoothed.
    pub rtt: Duration,
    /// The time-out before data is sent again.
    pub rto: Duration,
    /// The path's MTU, in bytes.
    pub mtu: u32,
}

impl From<SctpPath> for Path {
    fn from(path: SctpPath) -> Self {
        let SctpPath { association, state, congestion_window, mtu, .. } = path;
        let [rtt, rto] = [path.rtt, path.rto].map(|time| Duration::from_millis(time.into()));
        let address = address(&path.address);
        Self { association, address, state, congestion_window, rtt, rto, mtu }
    }
}

/// How an association is.
///
/// # Errors
///
/// EINVAL: there is no such association.
#[doc(alias = "SCTP_STATUS")]
pub fn status<A: Address, H: Handle>(socket: &Socket<A, H>, association: i32) -> Result<Status> {
    let question = SctpStatus { association, ..option::zeroed() };
    let status = option::ask(socket.fd(), option::SCTP_STATUS, question).map_err(refused)?;
    Ok(Status {
        association: status.association,
        state: status.state,
        peer_window: status.peer_window,
        unacked: status.unacked,
        pending: status.pending,
        incoming: status.incoming,
        outgoing: status.outgoing,
        fragmentation_point: status.fragmentation_point,
        primary: status.primary.into(),
    })
}

/// The way to one of the peer's addresses. On a one-to-many socket the address alone finds it, with 0 for the association.
///
/// # Errors
///
/// EINVAL: no such association, or none with this address.
#[doc(alias = "SCTP_GET_PEER_ADDR_INFO")]
pub fn path<A: Address, H: Handle>(
    socket: &Socket<A, H>,
    association: i32,
    to: &SocketAddr,
) -> Result<Path> {
    let mut question = SctpPath { association, ..option::zeroed() };
    for (place, byte) in question.address.iter_mut().zip(to.encode().as_ref()) {
        *place = *byte;
    }
    let path = option::ask(socket.fd(), option::SCTP_GET_PEER_ADDR_INFO, question);
    path.map(Path::from).map_err(refused)
}

/// The number of the association with the peer that has this address.
///
/// # Errors
///
/// EINVAL: there is none.
#[doc(alias = "sctp_getassocid")]
pub fn association<A: Address, H: Handle>(socket: &Socket<A, H>, with: &SocketAddr) -> Result<i32> {
    path(socket, 0, with).map(|path| path.association)
}

/// The peer's addresses.
///
/// # Errors
///
/// EINVAL: there is no such association.
#[doc(alias("sctp_getpaddrs", "SCTP_GET_PEER_ADDRS"))]
pub fn peer_addrs<A: Address, H: Handle>(
    socket: &Socket<A, H>,
    association: i32,
) -> Result<Vec<SocketAddr>> {
    addresses(socket, option::SCTP_GET_PEER_ADDRS, association)
}

/// One's own addresses in an association; with 0, on a one-to-many socket or a listener, those that it is bound to.
///
/// # Errors
///
/// EINVAL: there is no such association.
#[doc(alias("sctp_getladdrs", "SCTP_GET_LOCAL_ADDRS"))]
pub fn local_addrs<A: Address, H: Handle>(
    socket: &Socket<A, H>,
    association: i32,
) -> Result<Vec<SocketAddr>> {
    addresses(socket, option::SCTP_GET_LOCAL_ADDRS, association)
}

fn addresses<A: Address, H: Handle>(
    socket: &Socket<A, H>,
    option: Name<[u8]>,
    association: i32,
) -> Result<Vec<SocketAddr>> {
    let mut room = ROOM;
    loop {
        let mut answer = vec![0; room];
        for (place, byte) in answer.iter_mut().zip(association.to_ne_bytes()) {
            *place = byte;
        }
        match option::get_list(socket.fd(), option, &mut answer) {
            Ok(_) => return Ok(packed(&answer)),
            Err(Errno::NOMEM | Errno::FAULT) if room < LONGEST => room *= 2,
            Err(errno) => return Err(refused(errno)),
        }
    }
}

/// Reads addresses in a row, each as long as its family's. The kernel's own length is of the addresses alone for one option, and of
/// all for the other, so their number counts.
fn packed(answer: &[u8]) -> Vec<SocketAddr> {
    let count = answer.get(4..).and_then(<[u8]>::first_chunk).map_or(0, |n| u32::from_ne_bytes(*n));
    let mut rest = answer.get(HEAD..).unwrap_or_default();
    let mut addresses = Vec::new();
    for _ in 0..count {
        let family = rest.first_chunk().map_or(0, |bytes| u16::from_ne_bytes(*bytes));
        let len = if Family::new(family) == Family::INET { 16 } else { 28 };
        let Some((address, behind)) = rest.split_at_checked(len) else { break };
        let Ok(address) = SocketAddr::decode(address) else { break };
        addresses.push(address);
        rest = behind;
    }
    addresses
}

/// Takes an association out of a one-to-many socket, with what waits to be received: the new socket speaks to this peer alone.
/// Linux 4.13.
///
/// # Errors
///
/// EINVAL: there is no such association, or it is a one-to-one socket. EMFILE.
#[doc(alias("sctp_peeloff", "SCTP_SOCKOPT_PEELOFF_FLAGS"))]
pub fn peel_off<A: Address, H: Handle>(
    socket: &Socket<A, H>,
    association: i32,
) -> Result<Socket<A>> {
    let fd = option::peel_off(socket.fd(), association).map_err(refused)?;
    Ok(Socket::own(Owned::adopt(fd)))
}

/// Connects to a peer by several of its addresses at once, of which one must answer.
///
/// # Errors
///
/// As [`Socket::connect`]; EINVAL: no address.
#[doc(alias("sctp_connectx", "SCTP_SOCKOPT_CONNECTX"))]
pub fn connect<A: Address, H: Handle>(socket: &Socket<A, H>, to: &[SocketAddr]) -> Result<()> {
    let mut packed = Vec::new();
    for address in to {
        packed.extend_from_slice(address.encode().as_ref());
    }
    let (family, first) = match to.first() {
        Some(first) => (first.family(), Some(first.encode())),
        None => (Family::INET, None),
    };
    // A one-to-many socket finds its association by any of them.
    let name = first.as_ref().map(AsRef::as_ref).filter(|_| socket.ty() == Type::SEQPACKET);
    socket.connect_by(family, name, &|| {
        option::set_list(socket.fd(), option::SCTP_SOCKOPT_CONNECTX, &packed)
    })
}

fn refused(errno: Errno) -> Error {
    Error::kernel(Op::GetOption, errno)
}
