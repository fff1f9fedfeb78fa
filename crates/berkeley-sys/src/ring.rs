//! The ring of AF_PACKET, version 3: blocks of received frames in memory that the kernel fills. packet(7), PACKET_RX_RING.
//!
//! Contract. A block is the kernel's or the user's, as its status says; the kernel writes to none that is the user's. Here a block is
//! lent while it is the user's, one at a time, and given back when the loan ends. What stands in it is bytes: no length or offset in it is
//! believed here. The socket is made here, and handed out when its ring stands: nobody can have changed the ring's form before it
//! was mapped, and the kernel refuses to change one that is (EBUSY). Sources: linux/if_packet.h,
//! `Documentation/networking/packet_mmap.rst`, net/packet/af_packet.c.

use core::ops::Deref;
use core::sync::atomic::{AtomicU32, Ordering};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::memory::Mapping;
use crate::option::{self, Name, PacketRing3};
use crate::{Errno, Result, socket};

/// `struct tpacket_block_desc`: version, an offset, then the status.
const STATUS: usize = 8;
/// `TP_STATUS_KERNEL`.
const KERNEL: u32 = 0;
/// `TP_STATUS_USER`.
const USER: u32 = 1;
/// `TPACKET_V3`.
const V3: i32 = 2;

/// A packet socket and its ring.
#[derive(Debug)]
pub struct PacketRing {
    fd: OwnedFd,
    memory: Mapping,
    block: usize,
}

impl PacketRing {
    /// A packet socket of this type, which receives nothing until it is bound, and its ring.
    ///
    /// # Errors
    ///
    /// EPERM: CAP_NET_RAW. EINVAL: such a ring cannot be: a block must be a multiple of the page's size. ENOMEM.
    #[doc(alias = "PACKET_RX_RING")]
    pub fn new(ty: i32, request: &PacketRing3) -> Result<Self> {
        let fd = socket::socket(libc::AF_PACKET, ty, 0)?;
        let version = Name::<i32>::plain(libc::SOL_PACKET, libc::PACKET_VERSION);
        option::set(&fd, version, &V3)?;
        option::set(&fd, option::PACKET_RX_RING_V3, request)?;
        let block = request.block_size as usize;
        let len = block.checked_mul(request.blocks as usize).ok_or(Errno::INVAL)?;
        let memory = Mapping::of(fd.as_fd(), 0, len)?;
        Ok(Self { fd, memory, block })
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.memory.len().checked_div(self.block).unwrap_or(0)
    }

    /// Whether a block is the user's.
    #[inline]
    pub fn is_ready(&self, index: usize) -> bool {
        // What the kernel wrote before it set the status is seen by whoever saw the status.
        let status = self.status(index).map_or(KERNEL, |status| status.load(Ordering::Acquire));
        status & USER != 0
    }

    /// Lends a block that is the user's; `None`: it is the kernel's, or there is none of this number.
    ///
    /// The kernel fills them in turn, and waits at one that was not given back.
    #[inline]
    pub fn block(&mut self, index: usize) -> Option<RingBlock<'_>> {
        if !self.is_ready(index) {
            return None;
        }
        Some(RingBlock { ring: self, index })
    }

    fn status(&self, index: usize) -> Option<&AtomicU32> {
        self.memory.atomic(index.checked_mul(self.block)?.checked_add(STATUS)?)
    }
}

impl AsFd for PacketRing {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// A block on loan: its bytes, which go back to the kernel when this is dropped.
#[derive(Debug)]
pub struct RingBlock<'r> {
    /// Made from an exclusive borrow: there is no second loan.
    ring: &'r PacketRing,
    index: usize,
}

impl Deref for RingBlock<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        let len = self.ring.block;
        let place = self.index.checked_mul(len).and_then(|at| self.ring.memory.place(at, len));
        let Some(place) = place else { return &[] };
        // SAFETY: `len` bytes within the mapping, which the kernel filled before it set the status and leaves alone until we set it back:
        // that is in `drop`, when no borrow of these bytes is left. Nobody else has the mapping's address.
        unsafe { core::slice::from_raw_parts(place.as_ptr(), len) }
    }
}

impl Drop for RingBlock<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(status) = self.ring.status(self.index) {
            // All reads of the block come before the kernel sees that it may write again.
            status.store(KERNEL, Ordering::Release);
        }
    }
}
