//! Making sockets, naming them, connecting them: socket(2), socketpair(2), bind(2), connect(2), listen(2), accept4(2),
//! getsockname(2), getpeername(2), shutdown(2).
//!
//! Families, types, protocols and `how` are the kernel's integers; addresses are bytes. Every new descriptor is
//! close-on-exec from the first moment.

use core::num::NonZeroU32;

use rustix::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType};

use crate::sockaddr::Bytes;
use crate::{Errno, Result, Sockaddr, raw};

/// The kernel's three integers in rustix's words. A family is 16 bits wide there; no family of the kernel's is wider.
fn words(
    family: i32,
    ty: i32,
    protocol: i32,
) -> Result<(AddressFamily, SocketType, Option<Protocol>)> {
    let family = u16::try_from(family).map_err(|_| Errno::AFNOSUPPORT)?;
    // Above the low four bits are SOCK_NONBLOCK and SOCK_CLOEXEC, which are not the type's.
    let ty = u32::try_from(ty).ok().filter(|ty| *ty <= 0xf).ok_or(Errno::INVAL)?;
    let protocol = u32::try_from(protocol).map_err(|_| Errno::INVAL)?;
    Ok((
        AddressFamily::from_raw(family),
        SocketType::from_raw(ty),
        NonZeroU32::new(protocol).map(Protocol::from_raw),
    ))
}

/// Opens a socket.
///
/// # Errors
///
/// EINVAL: no such type, or flags in it. EAFNOSUPPORT: the kernel lacks the family. EPROTONOSUPPORT, ESOCKTNOSUPPORT: it has no such type or protocol there.
/// EPERM: the type asks for a capability (CAP_NET_RAW for raw and packet sockets). EMFILE, ENFILE: out of descriptors.
#[inline]
pub fn socket(family: i32, ty: i32, protocol: i32) -> Result<OwnedFd> {
    let (family, ty, protocol) = words(family, ty, protocol)?;
    rustix::net::socket_with(family, ty, SocketFlags::CLOEXEC, protocol)
}

/// Opens two sockets that are connected to each other.
///
/// # Errors
///
/// As [`socket`]; EOPNOTSUPP: the family has no pairs (AF_UNIX and AF_TIPC have).
#[inline]
pub fn socketpair(family: i32, ty: i32, protocol: i32) -> Result<(OwnedFd, OwnedFd)> {
    let (family, ty, protocol) = words(family, ty, protocol)?;
    rustix::net::socketpair(family, ty, SocketFlags::CLOEXEC, protocol)
}

/// Gives the socket its local address.
///
/// # Errors
///
/// EADDRINUSE, EADDRNOTAVAIL (no interface has it), EACCES (a privileged port, a directory), EINVAL (bound already, or a
/// wrong length), ENOENT and ENOTDIR (AF_UNIX paths).
#[inline]
pub fn bind(fd: impl AsFd, address: &[u8]) -> Result<()> {
    rustix::net::bind(fd, &Bytes(address))
}

/// Connects, once; the caller deals with EINTR and EINPROGRESS.
///
/// # Errors
///
/// EINPROGRESS, EALREADY, EINTR: the attempt goes on. ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH. EAGAIN: on
/// AF_UNIX a full backlog, on IP no free port.
#[inline]
pub fn connect(fd: impl AsFd, address: &[u8]) -> Result<()> {
    rustix::net::connect(fd, &Bytes(address))
}

/// Makes the socket take connections. The kernel caps `backlog` at `net.core.somaxconn` without a word.
///
/// # Errors
///
/// EADDRINUSE, EOPNOTSUPP (the type has no connections).
#[inline]
pub fn listen(fd: impl AsFd, backlog: i32) -> Result<()> {
    rustix::net::listen(fd, backlog)
}

/// Takes a connection, and writes the peer's address to `peer` where one is asked for. The new descriptor blocks, whatever
/// the listener does. AF_ALG refuses to give an address: pass `None`.
///
/// # Errors
///
/// EAGAIN, EINTR, ECONNABORTED (the peer gave up first), EMFILE and ENFILE (no descriptor left: the connection stays in
/// the queue), EINVAL (not listening).
#[doc(alias = "accept4")]
#[inline]
pub fn accept(fd: impl AsFd, mut peer: Option<&mut Sockaddr>) -> Result<OwnedFd> {
    let (name, len) =
        peer.as_deref_mut().map_or((core::ptr::null_mut(), core::ptr::null_mut()), Sockaddr::room);
    let flags = libc::SOCK_CLOEXEC as usize;
    let args = [raw_fd(fd.as_fd()), name as usize, len as usize, flags, 0, 0];
    // SAFETY: `name` and `len` are both null, or point to 128 bytes and to their number.
    let answer = unsafe { raw::syscall6(libc::SYS_accept4, args) };
    if let (Err(_), Some(peer)) = (answer, peer) {
        peer.set_len(0);
    }
    let number = i32::try_from(answer?).map_err(|_| Errno::BADF)?;
    // SAFETY: the kernel has just made this descriptor for us; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Writes the socket's own address to `name`.
///
/// # Errors
///
/// EOPNOTSUPP: the family has none (AF_ALG).
#[inline]
pub fn getsockname(fd: impl AsFd, name: &mut Sockaddr) -> Result<()> {
    name_of(libc::SYS_getsockname, fd.as_fd(), name)
}

/// Writes the peer's address to `name`.
///
/// # Errors
///
/// ENOTCONN: there is no peer.
#[inline]
pub fn getpeername(fd: impl AsFd, name: &mut Sockaddr) -> Result<()> {
    name_of(libc::SYS_getpeername, fd.as_fd(), name)
}

#[inline]
fn name_of(number: libc::c_long, fd: BorrowedFd<'_>, name: &mut Sockaddr) -> Result<()> {
    let (bytes, len) = name.room();
    let args = [raw_fd(fd), bytes as usize, len as usize, 0, 0, 0];
    // SAFETY: `bytes` has room for the 128 bytes that `len` says.
    let answer = unsafe { raw::syscall6(number, args) };
    if answer.is_err() {
        name.set_len(0);
    }
    answer.map(drop)
}

/// Ends one direction or both: `SHUT_RD`, `SHUT_WR`, `SHUT_RDWR`.
///
/// # Errors
///
/// ENOTCONN: there is no peer. EINVAL: no such `how`.
#[inline]
pub fn shutdown(fd: impl AsFd, how: i32) -> Result<()> {
    use rustix::net::Shutdown;
    let how = match how {
        libc::SHUT_RD => Shutdown::Read,
        libc::SHUT_WR => Shutdown::Write,
        libc::SHUT_RDWR => Shutdown::Both,
        _ => return Err(Errno::INVAL),
    };
    rustix::net::shutdown(fd, how)
}

/// A descriptor as a system call's argument.
#[inline]
pub(crate) fn raw_fd(fd: BorrowedFd<'_>) -> usize {
    fd.as_raw_fd() as usize
}
