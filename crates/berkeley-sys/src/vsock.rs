//! The number of this machine among virtual ones: ioctl IOCTL_VM_SOCKETS_GET_LOCAL_CID of `/dev/vsock`. vsock(7).

use rustix::fd::AsFd;
use rustix::fs::{self, Mode, OFlags};

use crate::number::value::IOCTL_VM_SOCKETS_GET_LOCAL_CID;
use crate::socket::raw_fd;
use crate::{Result, raw};

/// The context id of this machine.
///
/// # Errors
///
/// ENOENT, ENODEV: the kernel has no vsock, or its module is not loaded. EACCES: the device may not be read.
#[doc(alias = "IOCTL_VM_SOCKETS_GET_LOCAL_CID")]
pub fn local_cid() -> Result<u32> {
    let device = fs::open("/dev/vsock", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let mut cid = 0_u32;
    let request = IOCTL_VM_SOCKETS_GET_LOCAL_CID as usize;
    let args = [raw_fd(device.as_fd()), request, core::ptr::from_mut(&mut cid) as usize, 0, 0, 0];
    // SAFETY: this ioctl writes one unsigned int (`vsock_dev_do_ioctl` of net/vmw_vsock/af_vsock.c), for which there is room.
    unsafe { raw::syscall6(libc::SYS_ioctl, args) }?;
    Ok(cid)
}
