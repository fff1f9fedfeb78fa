//! Leases of IPv6 flow labels: IPV6_FLOWLABEL_MGR.
//!
//! The one option that is set and answers in the same bytes: the kernel writes the label that it chose into what it was given.
//! Source: `include/uapi/linux/in6.h` (`struct in6_flowlabel_req`), `net/ipv6/ip6_flowlabel.c`.

use rustix::fd::AsFd;

use crate::socket::raw_fd;
use crate::{Result, raw};

/// `IPV6_FLOWLABEL_MGR`.
const IPV6_FLOWLABEL_MGR: i32 = 32;

/// `sizeof(struct in6_flowlabel_req)`, without extension headers behind it.
pub const LEN: usize = 32;

/// Asks for, renews or gives up a label, as the request says; a label that the kernel chose stands in it afterwards.
///
/// # Errors
///
/// EEXIST: somebody has it for himself. EPERM: it is not his to use, or it asks for more time than without CAP_NET_ADMIN.
/// ESRCH, ENOENT: there is no such label. EINVAL: the request makes no sense. ENOBUFS: too many.
#[doc(alias = "IPV6_FLOWLABEL_MGR")]
pub fn manage(fd: impl AsFd, request: &mut [u8; LEN]) -> Result<()> {
    let args = [
        raw_fd(fd.as_fd()),
        libc::IPPROTO_IPV6 as usize,
        IPV6_FLOWLABEL_MGR as usize,
        request.as_mut_ptr() as usize,
        LEN,
        0,
    ];
    // SAFETY: the kernel reads the 32 bytes, in which there is no pointer, and writes the four of the label among them.
    unsafe { raw::syscall6(libc::SYS_setsockopt, args) }.map(drop)
}
