//! What a node and a link of TIPC are called: ioctls SIOCGETNODEID and SIOCGETLINKNAME, linux/tipc.h.
//!
//! Contract: only a TIPC socket is asked. These numbers are each protocol's own (SIOCPROTOPRIVATE): others write more than is
//! asked for here, or take the numbers for descriptors.

use rustix::fd::{AsFd, BorrowedFd};

use crate::number::opt;
use crate::socket::raw_fd;
use crate::{Errno, Result, option, raw};

/// `SIOCPROTOPRIVATE`, linux/sockios.h.
const SIOCGETLINKNAME: usize = 0x89e0;
const SIOCGETNODEID: usize = SIOCGETLINKNAME + 1;

/// `struct tipc_sioc_ln_req`.
#[repr(C)]
struct LinkName {
    peer: u32,
    bearer: u32,
    name: [u8; 68],
}

/// `struct tipc_sioc_nodeid_req`.
#[repr(C)]
struct NodeId {
    peer: u32,
    id: [u8; 16],
}

/// The identity of a node, by its hash; zeros after a shorter one.
///
/// # Errors
///
/// EADDRNOTAVAIL: no such node is known; on old kernels, or it is this one. ENOTTY: no TIPC socket.
#[doc(alias = "SIOCGETNODEID")]
pub fn node_id(fd: impl AsFd, node: u32) -> Result<[u8; 16]> {
    let mut request = NodeId { peer: node, id: [0; 16] };
    // SAFETY: the kernel reads and writes a structure of these 20 bytes, in which there is no pointer.
    unsafe { ask(fd.as_fd(), SIOCGETNODEID, (&raw mut request).cast()) }?;
    Ok(request.id)
}

/// The name of the link to a node over a bearer; zeros after it.
///
/// # Errors
///
/// EADDRNOTAVAIL: no such link is known. ENOTTY: no TIPC socket.
#[doc(alias = "SIOCGETLINKNAME")]
pub fn link_name(fd: impl AsFd, node: u32, bearer: u32) -> Result<[u8; 68]> {
    let mut request = LinkName { peer: node, bearer, name: [0; 68] };
    // SAFETY: the kernel reads and writes a structure of these 76 bytes, in which there is no pointer.
    unsafe { ask(fd.as_fd(), SIOCGETLINKNAME, (&raw mut request).cast()) }?;
    Ok(request.name)
}

/// ioctl(2) of a TIPC socket, with a request whose answer is written over it.
unsafe fn ask(fd: BorrowedFd<'_>, what: usize, request: *mut u8) -> Result<()> {
    let (family, _) = option::get(fd, option::Name::<i32>::plain(opt::SOL_SOCKET, opt::SO_DOMAIN))?;
    if family != libc::AF_TIPC {
        return Err(Errno::NOTTY);
    }
    let args = [raw_fd(fd), what, request as usize, 0, 0, 0];
    // SAFETY: it is a TIPC socket, and the caller's request is what TIPC reads and writes for this number.
    unsafe { raw::syscall6(libc::SYS_ioctl, args) }.map(drop)
}
