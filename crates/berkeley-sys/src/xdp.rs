//! AF_XDP: a socket, the memory of its frames, and the four rings between it and the kernel.
//!
//! Contract. Every frame is the kernel's or ours, and here it is kept which: one that is on its way in or out cannot be reached, one that
//! is ours is lent, one at a time in each direction, by an exclusive borrow. A frame to fill is one that was never used, or the next that
//! the completion ring gives back; a received one goes to the fill ring when its loan ends. Indexes, addresses and lengths that the kernel
//! writes are checked before they are used. The memory stays mapped until the socket is closed; the kernel holds its pages for
//! itself as long as it needs them. Sources: linux/if_xdp.h, `Documentation/networking/af_xdp.rst`, net/xdp/xsk_queue.h.

use core::ops::{Deref, DerefMut};
use core::slice;
use core::sync::atomic::Ordering;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::memory::Mapping;
use crate::option::{self, Name, XdpRing};
use crate::{Errno, Result, raw, socket};

/// `XDP_UMEM_REG`.
const XDP_UMEM_REG: i32 = 4;
const XDP_RX_RING: i32 = 2;
const XDP_TX_RING: i32 = 3;
const XDP_UMEM_FILL_RING: i32 = 5;
const XDP_UMEM_COMPLETION_RING: i32 = 6;
/// Where each ring is mapped: `XDP_PGOFF_*`, `XDP_UMEM_PGOFF_*`.
const RX: u64 = 0;
const TX: u64 = 0x8000_0000;
const FILL: u64 = 0x1_0000_0000;
const COMPLETION: u64 = 0x1_8000_0000;

/// `struct xdp_umem_reg` as of Linux 4.18, which every later kernel takes.
#[repr(C)]
struct Registration {
    address: u64,
    len: u64,
    frame_size: u32,
    headroom: u32,
}

/// `struct xdp_desc`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Descriptor {
    address: u64,
    len: u32,
    options: u32,
}

/// How much memory, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Bytes a frame: a power of two, from 2048 to the page's size.
    pub frame: u32,
    /// Frames to send.
    pub send: u32,
    /// Frames to receive into.
    pub receive: u32,
}

/// One ring: indexes that only grow, and entries of `T`.
#[derive(Debug)]
struct Ring {
    memory: Mapping,
    place: XdpRing,
    /// How many entries: a power of two.
    entries: u32,
    /// Our own index.
    ours: u32,
}

fn offset(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

impl Ring {
    /// Makes one of at least so many entries of `size` bytes, and maps it.
    fn new(
        fd: BorrowedFd<'_>,
        number: i32,
        at: u64,
        place: impl Fn() -> Result<XdpRing>,
        (entries, size): (u32, usize),
    ) -> Result<Self> {
        let entries = entries.max(1).checked_next_power_of_two().ok_or(Errno::INVAL)?;
        option::set(fd, Name::<u32>::plain(libc::SOL_XDP, number), &entries)?;
        let place = place()?;
        let bytes = size.checked_mul(entries as usize).ok_or(Errno::INVAL)?;
        let len = offset(place.descriptors).checked_add(bytes).ok_or(Errno::INVAL)?;
        let memory = Mapping::of(fd, at, len)?;
        Ok(Self { memory, place, entries, ours: 0 })
    }

    fn load(&self, place: u64) -> Option<u32> {
        self.memory.atomic(offset(place)).map(|index| index.load(Ordering::Acquire))
    }

    fn store(&self, place: u64) {
        if let Some(index) = self.memory.atomic(offset(place)) {
            index.store(self.ours, Ordering::Release);
        }
    }

    /// How many entries that we put in the kernel has not taken.
    fn pending(&self) -> u32 {
        let taken = self.load(self.place.consumer).unwrap_or(self.ours);
        // A kernel that took more than there was is one whose ring is full for ever.
        self.ours.wrapping_sub(taken).min(self.entries)
    }

    /// Where entry `index` stands.
    fn entry<T>(&self, index: u32) -> Option<*mut T> {
        let at = (index & (self.entries - 1)) as usize;
        let at = offset(self.place.descriptors).checked_add(at.checked_mul(size_of::<T>())?)?;
        let place = self.memory.place(at, size_of::<T>())?.cast::<T>();
        place.is_aligned().then_some(place.as_ptr())
    }

    /// Puts an entry in; false: there is no room.
    fn put<T: Copy>(&mut self, value: T) -> bool {
        let entry = self.entry::<T>(self.ours).filter(|_| self.pending() < self.entries);
        let Some(entry) = entry else { return false };
        // SAFETY: a place within the mapping, aligned, which the kernel reads only when it sees the index behind it.
        unsafe { entry.write(value) };
        self.ours = self.ours.wrapping_add(1);
        self.store(self.place.producer);
        true
    }

    /// Takes the next entry out.
    fn take<T: Copy>(&mut self) -> Option<T> {
        let there = self.load(self.place.producer)?.wrapping_sub(self.ours);
        if there == 0 || there > self.entries {
            return None;
        }
        let entry = self.entry::<T>(self.ours)?;
        // SAFETY: a place within the mapping, aligned, of integers alone, which the kernel wrote before it moved its index behind it.
        let value = unsafe { entry.read() };
        self.ours = self.ours.wrapping_add(1);
        self.store(self.place.consumer);
        Some(value)
    }

    /// Whether there is an entry to take.
    fn is_ready(&self) -> bool {
        let there = self.load(self.place.producer).map_or(0, |index| index.wrapping_sub(self.ours));
        there != 0 && there <= self.entries
    }
}

/// A socket, its frames and its rings.
#[derive(Debug)]
pub struct Xdp {
    // Closed before the memory goes.
    fd: OwnedFd,
    memory: Mapping,
    size: Size,
    fill: Ring,
    completion: Ring,
    receive: Ring,
    send: Ring,
    /// Frames to send that were never used: from this one on.
    fresh: u32,
    /// One that was lent and not sent.
    spare: Option<u32>,
}

impl Xdp {
    /// A socket with memory and rings, all frames to receive into being the kernel's. It moves frames once it is bound.
    ///
    /// # Errors
    ///
    /// EAFNOSUPPORT: the kernel has no AF_XDP. EOPNOTSUPP: it is older than Linux 5.4. EPERM: CAP_NET_RAW. EINVAL: such frames cannot be. ENOMEM, ENOBUFS: the
    /// limit of locked memory.
    #[doc(alias = "XDP_UMEM_REG")]
    pub fn new(size: Size) -> Result<Self> {
        let fd = socket::socket(libc::AF_XDP, libc::SOCK_RAW, 0)?;
        let frames = size.send.checked_add(size.receive).ok_or(Errno::INVAL)? as usize;
        let len = frames.checked_mul(size.frame as usize).ok_or(Errno::INVAL)?;
        let memory = Mapping::anonymous(len)?;
        let address = memory.place(0, len).ok_or(Errno::INVAL)?.as_ptr();
        let registration = Registration {
            address: address as u64,
            len: len as u64,
            frame_size: size.frame,
            headroom: 0,
        };
        let args = [
            socket::raw_fd(fd.as_fd()),
            libc::SOL_XDP as usize,
            XDP_UMEM_REG as usize,
            (&raw const registration) as usize,
            size_of::<Registration>(),
            0,
        ];
        // SAFETY: the kernel reads the structure, and takes the memory it names, which is ours alone and lives until the socket is closed; it
        // reads and writes only frames that the rings below hand to it, and those nobody else can reach.
        unsafe { raw::syscall6(libc::SYS_setsockopt, args) }?;
        let offsets = || match option::get(&fd, option::XDP_MMAP_OFFSETS)? {
            (offsets, len) if len == size_of_val(&offsets) => Ok(offsets),
            // Before Linux 5.4 the rings had no flags.
            _ => Err(Errno::OPNOTSUPP),
        };
        let (borrowed, address, full) = (fd.as_fd(), size_of::<u64>(), size_of::<Descriptor>());
        let place = || Ok(offsets()?.fill);
        let sized = (size.receive, address);
        let fill = Ring::new(borrowed, XDP_UMEM_FILL_RING, FILL, place, sized)?;
        let place = || Ok(offsets()?.completion);
        let sized = (size.send, address);
        let completion = Ring::new(borrowed, XDP_UMEM_COMPLETION_RING, COMPLETION, place, sized)?;
        let place = || Ok(offsets()?.receive);
        let receive = Ring::new(borrowed, XDP_RX_RING, RX, place, (size.receive, full))?;
        let place = || Ok(offsets()?.send);
        let send = Ring::new(borrowed, XDP_TX_RING, TX, place, (size.send, full))?;
        let mut xdp =
            Self { fd, memory, size, fill, completion, receive, send, fresh: 0, spare: None };
        for index in size.send..size.send.saturating_add(size.receive) {
            xdp.fill.put(xdp.address(index));
        }
        Ok(xdp)
    }

    /// The address of a frame within the memory.
    fn address(&self, index: u32) -> u64 {
        u64::from(index) * u64::from(self.size.frame)
    }

    /// The frame in which an address lies, if it is one of `from..to`.
    fn index(&self, address: u64, from: u32, to: u32) -> Option<u32> {
        let index = u32::try_from(address.checked_div(self.size.frame.into())?).ok()?;
        (from..to).contains(&index).then_some(index)
    }

    /// Lends a frame to fill; `None`: all are on their way.
    pub fn room(&mut self) -> Option<Room<'_>> {
        let index = match self.spare.take() {
            Some(index) => index,
            None if self.fresh < self.size.send => {
                self.fresh += 1;
                self.fresh - 1
            }
            None => {
                let address = self.completion.take::<u64>()?;
                self.index(address, 0, self.size.send)?
            }
        };
        Some(Room { xdp: self, index })
    }

    /// Lends the next frame that was received; `None`: none is there.
    pub fn receive(&mut self) -> Option<Arrived<'_>> {
        let Descriptor { address, len, .. } = self.receive.take()?;
        let last = self.size.send.saturating_add(self.size.receive);
        let index = self.index(address, self.size.send, last)?;
        Some(Arrived { address, len, xdp: self, index })
    }

    /// Whether there is a frame to receive.
    pub fn has_received(&self) -> bool {
        self.receive.is_ready()
    }

    /// Whether there is a frame to fill.
    pub fn has_room(&self) -> bool {
        self.spare.is_some() || self.fresh < self.size.send || self.completion.is_ready()
    }

    /// How many frames that were sent the kernel has not taken yet: sending nothing, with MSG_DONTWAIT, makes it take some.
    pub fn unsent(&self) -> u32 {
        self.send.pending()
    }
}

impl AsFd for Xdp {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// A frame on loan to be filled. Dropped it is not sent.
#[derive(Debug)]
pub struct Room<'x> {
    xdp: &'x mut Xdp,
    index: u32,
}

impl Room<'_> {
    /// Puts the first `len` bytes, at most all, into the send ring; false: there is no room in it.
    pub fn send(self, len: usize) -> bool {
        let address = self.xdp.address(self.index);
        let len = u32::try_from(len).unwrap_or(u32::MAX).min(self.xdp.size.frame);
        let sent = self.xdp.send.put(Descriptor { address, len, options: 0 });
        if sent {
            core::mem::forget(self);
        }
        sent
    }

    fn place(&self) -> Option<*mut u8> {
        let at = offset(self.xdp.address(self.index));
        Some(self.xdp.memory.place(at, self.xdp.size.frame as usize)?.as_ptr())
    }
}

impl Deref for Room<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        let Some(place) = self.place() else { return &[] };
        // SAFETY: a frame within the memory, initialized, which is in no ring: nobody else reaches it while it is lent.
        unsafe { slice::from_raw_parts(place, self.xdp.size.frame as usize) }
    }
}

impl DerefMut for Room<'_> {
    fn deref_mut(&mut self) -> &mut [u8] {
        let Some(place) = self.place() else { return &mut [] };
        // SAFETY: as in `deref`, and borrowed exclusively.
        unsafe { slice::from_raw_parts_mut(place, self.xdp.size.frame as usize) }
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.xdp.spare = Some(self.index);
    }
}

/// A received frame on loan. Dropped it goes back to the kernel.
#[derive(Debug)]
pub struct Arrived<'x> {
    xdp: &'x mut Xdp,
    index: u32,
    address: u64,
    len: u32,
}

impl Deref for Arrived<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        let start = self.xdp.address(self.index);
        let end = start.saturating_add(self.xdp.size.frame.into());
        let len = self.len as usize;
        let place = match self.address.checked_add(self.len.into()) {
            Some(last) if self.address >= start && last <= end => {
                self.xdp.memory.place(offset(self.address), len)
            }
            _ => None,
        };
        let Some(place) = place else { return &[] };
        // SAFETY: within one frame, which the kernel filled before it put it into the receive ring, and which is in no ring now.
        unsafe { slice::from_raw_parts(place.as_ptr(), len) }
    }
}

impl Drop for Arrived<'_> {
    fn drop(&mut self) {
        // It has room for every frame that is received into.
        self.xdp.fill.put(self.xdp.address(self.index));
    }
}
