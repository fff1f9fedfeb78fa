//! One buffer to or from the kernel: send(2), sendto(2), recv(2), recvfrom(2).
//!
//! Flags are `MSG_*` ([`crate::number`]). Every send passes MSG_NOSIGNAL: EPIPE is an errno here, never a signal. None but
//! [`send_zerocopy`] passes MSG_ZEROCOPY: with it the kernel reads the bytes after the call, when their borrow is over. A receive
//! returns what the kernel returned; with MSG_TRUNC that is the length of the message, which may exceed the buffer.

use core::ptr;

use rustix::fd::{AsFd, BorrowedFd};

use crate::socket::raw_fd;
use crate::{Errno, Result, Sockaddr, option, raw};

/// The flags of every send.
#[inline]
pub(crate) fn outgoing(flags: i32) -> i32 {
    flags & !libc::MSG_ZEROCOPY | libc::MSG_NOSIGNAL
}

/// A send with these flags, MSG_NOSIGNAL among them. AF_QIPCRTR and AF_MCTP refuse that one by EINVAL, AF_RDS by EOPNOTSUPP, and raise
/// no signal: they are asked again without.
#[inline]
pub(crate) fn no_signal(
    fd: BorrowedFd<'_>,
    flags: i32,
    mut call: impl FnMut(usize, usize) -> Result<usize>,
) -> Result<usize> {
    match call(raw_fd(fd), flags as usize) {
        Err(Errno::INVAL | Errno::OPNOTSUPP) if raises_no_signal(fd) => {
            call(raw_fd(fd), (flags & !libc::MSG_NOSIGNAL) as usize)
        }
        answer => answer,
    }
}

#[cold]
fn raises_no_signal(fd: BorrowedFd<'_>) -> bool {
    const DOMAIN: option::Name<i32> = option::Name::plain(libc::SOL_SOCKET, libc::SO_DOMAIN);
    /// `linux/socket.h`.
    const AF_RDS: i32 = 21;
    /// Likewise.
    const AF_QIPCRTR: i32 = 42;
    /// Likewise.
    const AF_MCTP: i32 = 45;
    let family = option::get(fd, DOMAIN).map(|(family, _)| family);
    matches!(family, Ok(AF_RDS | AF_QIPCRTR | AF_MCTP))
}

/// `sendto`, to the connected peer where `name` is null.
#[inline(always)]
fn outward(fd: impl AsFd, data: &[u8], flags: i32, name: *const u8, len: usize) -> Result<usize> {
    let (fd, start) = (fd.as_fd(), data.as_ptr() as usize);
    let args = [raw_fd(fd), start, data.len(), flags as usize, name as usize, len];
    // SAFETY: the data are one live slice, `name` null or another with its length; the kernel only reads, and checks.
    match unsafe { raw::syscall6(libc::SYS_sendto, args) } {
        // Not `no_signal`: a second call in the same place would take the first one out of line.
        Err(errno @ (Errno::INVAL | Errno::OPNOTSUPP)) => {
            outward_again(fd, data, flags, (name, len), errno)
        }
        answer => answer,
    }
}

/// What [`no_signal`] does, for a send that failed so.
#[cold]
#[inline(never)]
fn outward_again(
    fd: BorrowedFd<'_>,
    data: &[u8],
    flags: i32,
    (name, len): (*const u8, usize),
    errno: Errno,
) -> Result<usize> {
    if !raises_no_signal(fd) {
        return Err(errno);
    }
    let flags = (flags & !libc::MSG_NOSIGNAL) as usize;
    let args = [raw_fd(fd), data.as_ptr() as usize, data.len(), flags, name as usize, len];
    // SAFETY: as in `outward`, whose arguments these are.
    unsafe { raw::syscall6(libc::SYS_sendto, args) }
}

/// Sends to the connected peer.
///
/// # Errors
///
/// EAGAIN, EINTR, EPIPE, ECONNRESET, ENOTCONN, EDESTADDRREQ, EMSGSIZE (a message too long to go in one piece).
#[inline(always)]
pub fn send(fd: impl AsFd, data: &[u8], flags: i32) -> Result<usize> {
    outward(fd, data, outgoing(flags), ptr::null(), 0)
}

/// Sends to the connected peer, and has the kernel read the bytes where they are, later: MSG_ZEROCOPY. On a socket with
/// SO_ZEROCOPY alone, which counts such sends and tells in its error queue when it has done with one.
///
/// Safe, because the pages are held and only read. But what stands in them *then* is sent: until the kernel has told, the bytes
/// must neither change nor be freed, or others are sent in their place.
///
/// # Errors
///
/// As [`send`]; ENOBUFS: too much is under way.
#[inline]
pub fn send_zerocopy(fd: impl AsFd, data: &[u8], flags: i32) -> Result<usize> {
    outward(fd, data, outgoing(flags) | libc::MSG_ZEROCOPY, ptr::null(), 0)
}

/// Sends to `address`.
///
/// # Errors
///
/// As [`send`]; EISCONN where a connection forbids another address.
#[inline]
pub fn sendto(fd: impl AsFd, data: &[u8], flags: i32, address: &[u8]) -> Result<usize> {
    outward(fd, data, outgoing(flags), address.as_ptr(), address.len())
}

/// Receives into `buffer`.
///
/// # Errors
///
/// EAGAIN, EINTR, ECONNRESET, ECONNREFUSED (an ICMP answer to an earlier datagram), ENOTCONN.
#[inline]
pub fn recv(fd: impl AsFd, buffer: &mut [u8], flags: i32) -> Result<usize> {
    let start = buffer.as_mut_ptr() as usize;
    let args = [raw_fd(fd.as_fd()), start, buffer.len(), flags as usize, 0, 0];
    // SAFETY: the buffer is writable for its length, and no address is asked for.
    unsafe { raw::syscall6(libc::SYS_recvfrom, args) }
}

/// Receives into `buffer`, and the sender's address into `from`, empty where there is none (a connected stream).
///
/// # Errors
///
/// As [`recv`].
#[inline]
pub fn recvfrom(
    fd: impl AsFd,
    buffer: &mut [u8],
    flags: i32,
    from: &mut Sockaddr,
) -> Result<usize> {
    let (name, len) = from.room();
    let args = [
        raw_fd(fd.as_fd()),
        buffer.as_mut_ptr() as usize,
        buffer.len(),
        flags as usize,
        name as usize,
        len as usize,
    ];
    // SAFETY: the buffer is writable for its length, `name` for the 128 bytes that `len` says.
    let answer = unsafe { raw::syscall6(libc::SYS_recvfrom, args) };
    if answer.is_err() {
        from.set_len(0);
    }
    answer
}
