//! Memory that is shared with the kernel: mmap(2), munmap(2).
//!
//! Contract: nobody else in the process has an address within a [`Mapping`]; it lives as long as this, and every place in it is
//! checked against its length. Who may read or write there and when is the business of those who share it with the kernel: `ring.rs`,
//! `xdp.rs`.

use core::ffi::c_void;
use core::fmt;
use core::ptr::{self, NonNull};
use core::sync::atomic::AtomicU32;

use rustix::fd::BorrowedFd;
use rustix::mm::{MapFlags, ProtFlags, mmap, mmap_anonymous, munmap};

use crate::{Errno, Result};

/// So many bytes, mapped for reading and writing.
pub(crate) struct Mapping {
    address: NonNull<u8>,
    len: usize,
}

// SAFETY: it is memory of the process, the same for every thread, and this is its only owner.
unsafe impl Send for Mapping {}
// SAFETY: a shared one gives addresses alone; what is done with them is argued for there.
unsafe impl Sync for Mapping {}

impl fmt::Debug for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mapping({} bytes)", self.len)
    }
}

impl Mapping {
    /// What a socket offers at this offset.
    pub(crate) fn of(fd: BorrowedFd<'_>, offset: u64, len: usize) -> Result<Self> {
        let flags = MapFlags::SHARED | MapFlags::POPULATE;
        // SAFETY: without an address of ours the kernel takes one that nobody uses.
        let address = unsafe {
            mmap(ptr::null_mut(), len, ProtFlags::READ | ProtFlags::WRITE, flags, fd, offset)
        }?;
        Self::own(address, len)
    }

    /// Zeros of our own.
    pub(crate) fn anonymous(len: usize) -> Result<Self> {
        let flags = MapFlags::PRIVATE;
        // SAFETY: as in `of`.
        let address = unsafe {
            mmap_anonymous(ptr::null_mut(), len, ProtFlags::READ | ProtFlags::WRITE, flags)
        }?;
        Self::own(address, len)
    }

    fn own(address: *mut c_void, len: usize) -> Result<Self> {
        Ok(Self { address: NonNull::new(address.cast()).ok_or(Errno::FAULT)?, len })
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The address of `len` bytes at an offset; `None`: they do not lie within.
    pub(crate) fn place(&self, offset: usize, len: usize) -> Option<NonNull<u8>> {
        let end = offset.checked_add(len)?;
        // SAFETY: the offset lies within the mapping, or at its end.
        (end <= self.len).then(|| unsafe { self.address.add(offset) })
    }

    /// A number that the kernel reads and writes as well; `None`: it does not lie within, or not aligned.
    pub(crate) fn atomic(&self, offset: usize) -> Option<&AtomicU32> {
        let place = self.place(offset, size_of::<u32>())?.cast::<u32>();
        if !place.is_aligned() {
            return None;
        }
        // SAFETY: aligned, within the mapping, which lives as long as this borrow; all who use this place use it so.
        Some(unsafe { AtomicU32::from_ptr(place.as_ptr()) })
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the whole mapping, of which nobody has an address any more. It cannot fail for a mapping that is one.
        let _ = unsafe { munmap(self.address.as_ptr().cast(), self.len) };
    }
}
