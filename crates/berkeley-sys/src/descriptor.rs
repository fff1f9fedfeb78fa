//! What holds for every descriptor: its blocking flag, a duplicate, an end. fcntl(2), ioctl(2), close(2).

use rustix::fd::{AsFd, FromRawFd, IntoRawFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::io::FdFlags;

use crate::{Result, raw};

/// Sets or clears O_NONBLOCK by one `ioctl(FIONBIO)`: no read of the other flags, so no race with a thread that sets them.
///
/// # Errors
///
/// EBADF alone.
#[doc(alias = "FIONBIO")]
#[inline]
pub fn set_nonblocking(fd: impl AsFd, nonblocking: bool) -> Result<()> {
    rustix::io::ioctl_fionbio(fd, nonblocking)
}

/// Whether O_NONBLOCK is set.
///
/// # Errors
///
/// EBADF alone.
#[doc(alias = "F_GETFL")]
#[inline]
pub fn is_nonblocking(fd: impl AsFd) -> Result<bool> {
    Ok(rustix::fs::fcntl_getfl(fd)?.contains(OFlags::NONBLOCK))
}

/// A second descriptor for the same open file, close-on-exec.
///
/// # Errors
///
/// EMFILE: the process has as many descriptors as it may.
#[doc(alias = "F_DUPFD_CLOEXEC")]
#[inline]
pub fn duplicate(fd: impl AsFd) -> Result<OwnedFd> {
    rustix::io::fcntl_dupfd_cloexec(fd, 0)
}

/// A second descriptor for what this process was started with under a number, close-on-exec: a shell's `3<>`, a service
/// manager's socket. The number itself stays open.
///
/// Not for descriptors of this program's own making: those have owners. Like opening `/proc/self/fd/3` it reaches them all the
/// same; it is a duplicate, so the owner's stays as it is.
///
/// # Errors
///
/// EBADF: nothing is open under this number. EMFILE.
#[doc(alias = "F_DUPFD_CLOEXEC")]
pub fn inherited(number: i32) -> Result<OwnedFd> {
    let args = [number as usize, libc::F_DUPFD_CLOEXEC as usize, 0, 0, 0, 0];
    // SAFETY: no pointers; the kernel looks the number up and says EBADF.
    let copy = unsafe { raw::syscall6(libc::SYS_fcntl, args) }?;
    // SAFETY: the kernel has just made this descriptor for us; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy as i32) })
}

/// Sets whether an exec passes the descriptor on. Close-on-exec is the only flag there is, so nothing else is changed.
///
/// # Errors
///
/// EBADF alone.
#[doc(alias = "FD_CLOEXEC")]
pub fn set_inheritable(fd: impl AsFd, inheritable: bool) -> Result<()> {
    rustix::io::fcntl_setfd(fd, if inheritable { FdFlags::empty() } else { FdFlags::CLOEXEC })
}

/// Whether an exec passes the descriptor on.
///
/// # Errors
///
/// EBADF alone.
#[doc(alias = "F_GETFD")]
pub fn is_inheritable(fd: impl AsFd) -> Result<bool> {
    Ok(!rustix::io::fcntl_getfd(fd)?.contains(FdFlags::CLOEXEC))
}

/// Closes, and says what close(2) said. The descriptor is gone also on an error: it must not be closed again.
///
/// # Errors
///
/// EIO and the like from the file; on a socket practically none.
#[inline]
pub fn close(fd: OwnedFd) -> Result<()> {
    let number = fd.into_raw_fd();
    // SAFETY: the descriptor was owned and is given up here; nothing else can name it.
    unsafe { rustix::io::try_close(number) }
}
