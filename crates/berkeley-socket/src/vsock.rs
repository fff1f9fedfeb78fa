//! The number of this machine among virtual ones. vsock(7).

use berkeley_sys::vsock;

use crate::error::{Error, Op, Result};

/// The context id that others reach this machine by: on a host [`VsockAddr::HOST`](berkeley_addr::VsockAddr::HOST), in a virtual machine
/// what its host has given it; without either [`ANY`](berkeley_addr::VsockAddr::ANY), or
/// [`LOCAL`](berkeley_addr::VsockAddr::LOCAL) where there is only the loopback transport.
///
/// # Errors
///
/// ENOENT, ENODEV: the kernel has no vsock. EACCES: `/dev/vsock` may not be read.
///
/// ```no_run
/// println!("reach me at vsock:{}:1024", berkeley_socket::vsock::local_cid()?);
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[doc(alias("IOCTL_VM_SOCKETS_GET_LOCAL_CID", "VMADDR_CID_ANY"))]
pub fn local_cid() -> Result<u32> {
    vsock::local_cid().map_err(|errno| Error::kernel(Op::LocalAddr, errno))
}
