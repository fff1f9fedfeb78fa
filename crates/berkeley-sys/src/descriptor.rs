//! What holds for every descriptor: its blocking flag, a duplicate, an end. fcntl(2), ioctl(2), close(2).

use rustix::fd::{AsFd, IntoRawFd, OwnedFd};
use rustix::fs::OFlags;

use crate::Result;

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
