//! `Sockaddr`: room for what the kernel answers, and the pass that hands our bytes to rustix.
//!
//! Contract: exactly the bytes the kernel wrote, never more than 128 (`sizeof(struct sockaddr_storage)`,
//! `include/uapi/linux/socket.h`), also where it claims more (111 for a Unix path of 108 bytes). Not a byte is read before
//! it was written.

use core::fmt;
use core::mem::{MaybeUninit, offset_of};

use rustix::net::addr::{SocketAddrArg, SocketAddrLen, SocketAddrOpaque};

/// `sizeof(struct sockaddr_storage)`.
const ROOM: u32 = 128;

/// The address bytes of one answer, as the kernel wrote them; empty where it gave none.
///
/// ```
/// use berkeley_sys::{Sockaddr, number, socket};
/// let fd = socket::socket(number::AF_INET, number::SOCK_DGRAM, 0)?;
/// let mut name = Sockaddr::new();
/// socket::getsockname(&fd, &mut name)?;
/// assert_eq!(name.as_bytes().len(), 16);
/// # Ok::<(), berkeley_sys::Errno>(())
/// ```
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub struct Sockaddr {
    bytes: MaybeUninit<[u8; ROOM as usize]>,
    /// How many of them the kernel said it wrote. What it could not fit counts here, too.
    len: u32,
}

impl Sockaddr {
    /// An empty one: nothing is zeroed. Written as a struct, with a length of zero, it would all be.
    #[inline]
    pub const fn new() -> Self {
        let mut this = MaybeUninit::<Self>::uninit();
        let len = this.as_mut_ptr().wrapping_byte_add(offset_of!(Self, len)).cast::<u32>();
        // SAFETY: `len` lies within `this`, aligned.
        unsafe { len.write(0) };
        // SAFETY: the length was just written, and the bytes need no value.
        unsafe { this.assume_init() }
    }

    /// The bytes of the address; none where the kernel gave no address.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        let len = self.len.min(ROOM) as usize;
        // SAFETY: `len` is 0 or was set by a call that received `room()` and wrote that many of the 128 bytes.
        unsafe { core::slice::from_raw_parts(self.bytes.as_ptr().cast::<u8>(), len) }
    }

    /// Where the kernel writes the address, and where it reads the room and writes the length: for the calls of this crate.
    #[inline]
    pub(crate) fn room(&mut self) -> (*mut u8, *mut u32) {
        self.len = ROOM;
        (self.bytes.as_mut_ptr().cast(), &raw mut self.len)
    }

    /// After a call that failed, or that has its own place for the length (`msg_namelen`).
    #[inline]
    pub(crate) fn set_len(&mut self, len: u32) {
        self.len = len;
    }
}

impl Default for Sockaddr {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Sockaddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sockaddr").field(&self.as_bytes()).finish()
    }
}

/// Address bytes on their way into the kernel by rustix's calls.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

// SAFETY: pointer and length are those of one live slice; the kernel copies the bytes (`move_addr_to_kernel`) and checks
// family and length itself, so any bytes are a valid argument.
unsafe impl SocketAddrArg for Bytes<'_> {
    #[inline]
    unsafe fn with_sockaddr<R>(
        &self,
        f: impl FnOnce(*const SocketAddrOpaque, SocketAddrLen) -> R,
    ) -> R {
        // A slice over 4 GiB is no address: the kernel refuses any length over 128 with EINVAL.
        let len = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        f(self.0.as_ptr().cast(), len)
    }
}
