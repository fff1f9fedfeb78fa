//! Control messages beside the data of sendmsg(2) and recvmsg(2): cmsg(3). Bytes, and the descriptors that come in them.
//!
//! A [`Room`] is where the kernel writes. The descriptors in it are the room's own, from the moment the call returns: one that
//! nobody [takes](Room::take) is closed with the room, or before its next use, whatever else was cut off. [`Data`] is what is sent; it
//! borrows the descriptors it names, and refuses the messages whose bytes the kernel would take for descriptors or pointers.
//!
//! The walker, [`messages`], believes nothing: a length below the header's ends the walk, one beyond the bytes is cut to them.
//! Source: `include/linux/socket.h` (`CMSG_ALIGN`, `__cmsg_nxthdr`), `net/core/scm.c`.

use core::fmt;
use core::marker::PhantomData;
use core::ops::Range;

use rustix::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use crate::number::{SCM_PIDFD, SCM_RIGHTS, opt};
use crate::{Errno, Result};

/// `CMSG_ALIGN(sizeof(struct cmsghdr))`: a length as wide as `size_t`, the level, the kind.
const HEADER: usize = align(size_of::<usize>() + 8);

/// `CMSG_ALIGN`.
const fn align(len: usize) -> usize {
    len.saturating_add(size_of::<usize>() - 1) & !(size_of::<usize>() - 1)
}

/// How many bytes of a [`Room`] a message with so many bytes of data takes.
///
/// ```
/// # #[cfg(target_pointer_width = "64")]
/// assert_eq!(berkeley_sys::control::space(4), 24);
/// ```
#[doc(alias = "CMSG_SPACE")]
pub const fn space(len: usize) -> usize {
    HEADER.saturating_add(align(len))
}

/// What the header of a message with so many bytes of data says.
#[doc(alias = "CMSG_LEN")]
pub const fn len(len: usize) -> usize {
    HEADER.saturating_add(len)
}

/// One control message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// `SOL_*` or `IPPROTO_*`.
    pub level: i32,
    /// Which of the level's messages.
    pub kind: i32,
    /// What it says.
    pub data: &'a [u8],
}

/// The messages in `bytes`, which may be any.
pub fn messages(bytes: &[u8]) -> Messages<'_> {
    Messages { bytes, at: 0 }
}

/// A walk over control messages.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Messages<'_> {
    /// The next message's level and kind, and where its data stand.
    fn step(&mut self) -> Option<(i32, i32, Range<usize>)> {
        let rest = self.bytes.get(self.at..)?;
        let header = rest.get(..HEADER)?;
        let len = usize::from_ne_bytes(*header.first_chunk()?);
        let level = i32::from_ne_bytes(*header.get(WORD..)?.first_chunk()?);
        let kind = i32::from_ne_bytes(*header.get(WORD + 4..)?.first_chunk()?);
        if len < HEADER {
            return None;
        }
        let data = self.at + HEADER..self.at + len.min(rest.len());
        // At least the header: the walk moves on, and ends.
        self.at = self.at.saturating_add(align(len));
        Some((level, kind, data))
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let (level, kind, data) = self.step()?;
        Some(Message { level, kind, data: self.bytes.get(data)? })
    }
}

/// Where control messages are received: memory that is allocated once, and used again.
///
/// In front of it stand, as two `usize`, how much the kernel wrote and how much it may write: so a message header, which points
/// behind them, finds its room.
pub struct Room(Box<[u8]>);

const WORD: usize = size_of::<usize>();
/// What stands in front of a room.
pub(crate) const FRONT: usize = 2 * WORD;

impl Room {
    /// More than any message brings: `net.core.optmem_max` bounds it, and is some hundred kilobytes.
    pub const MOST: usize = 1 << 20;

    /// Room for so many bytes, at most [`MOST`](Self::MOST); see [`space`]. No room: no memory, and what comes is cut off, its
    /// descriptors closed.
    pub fn new(bytes: usize) -> Self {
        if bytes == 0 {
            return Self(Box::default());
        }
        // Where a room ended within a message's first four bytes of data, a descriptor could be made whose number is cut.
        Self::exact(align(bytes.min(Self::MOST)))
    }

    /// Room for so many bytes and no more, at most [`MOST`](Self::MOST). Where it ends within a message, the message is cut there; of
    /// descriptors the kernel makes only whole ones (net/core/scm.c, `scm_detach_fds`, `scm_pidfd_recv`).
    pub fn exact(bytes: usize) -> Self {
        let room = bytes.min(Self::MOST);
        if room == 0 {
            return Self(Box::default());
        }
        let mut memory = vec![0; FRONT.saturating_add(room)];
        if let Some(front) = memory.get_mut(WORD..).and_then(<[u8]>::first_chunk_mut) {
            *front = room.to_ne_bytes();
        }
        Self(memory.into())
    }

    /// What the last call brought.
    pub fn as_bytes(&self) -> &[u8] {
        let len = written(&self.0);
        self.0.get(FRONT..FRONT + len).unwrap_or_default()
    }

    /// The messages that the last call brought. Of descriptors that were taken the number is -1.
    pub fn messages(&self) -> Messages<'_> {
        messages(self.as_bytes())
    }

    /// Takes the descriptors that came as messages of this kind at SOL_SOCKET, in order: [`SCM_RIGHTS`] or
    /// [`SCM_PIDFD`]. Those that the iterator does not reach stay.
    pub fn take(&mut self, kind: i32) -> Descriptors<'_> {
        Descriptors { memory: &mut self.0, at: 0, kind, slots: 0..0 }
    }

    /// Forgets what came, and closes the descriptors that nobody took.
    pub fn clear(&mut self) {
        clear(&mut self.0);
    }

    /// Where the kernel may write, and how much.
    pub(crate) fn writable(&mut self) -> (*mut u8, usize) {
        let room = self.0.len().saturating_sub(FRONT);
        if room == 0 {
            return (core::ptr::null_mut(), 0);
        }
        (self.0.as_mut_ptr().wrapping_add(FRONT), room)
    }
}

/// How much of a room the kernel wrote.
fn written(memory: &[u8]) -> usize {
    let len = memory.first_chunk().map_or(0, |len| usize::from_ne_bytes(*len));
    len.min(memory.len().saturating_sub(FRONT))
}

/// After a call: so much was written. Every descriptor in it is new, and this process's.
pub(crate) fn set_written(memory: &mut [u8], len: usize) {
    if let Some(front) = memory.first_chunk_mut() {
        *front = len.to_ne_bytes();
    }
}

/// Closes the descriptors that nobody took, and forgets the rest.
pub(crate) fn clear(memory: &mut [u8]) {
    if written(memory) == 0 {
        return;
    }
    for kind in [SCM_RIGHTS, SCM_PIDFD] {
        Descriptors { memory, at: 0, kind, slots: 0..0 }.for_each(drop);
    }
    set_written(memory, 0);
}

impl Drop for Room {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Default for Room {
    /// No room.
    fn default() -> Self {
        Self::new(0)
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.messages()).finish()
    }
}

/// Descriptors on their way out of a [`Room`]: [`Room::take`].
#[derive(Debug)]
pub struct Descriptors<'r> {
    memory: &'r mut [u8],
    /// Where the walk goes on.
    at: usize,
    kind: i32,
    /// What is left of the message at hand.
    slots: Range<usize>,
}

impl Iterator for Descriptors<'_> {
    type Item = OwnedFd;

    fn next(&mut self) -> Option<OwnedFd> {
        let len = written(self.memory);
        let bytes = self.memory.get_mut(FRONT..FRONT + len)?;
        loop {
            if self.slots.len() < 4 {
                let mut walk = Messages { bytes, at: self.at };
                let (level, kind, data) = walk.step()?;
                self.at = walk.at;
                let wanted = level == opt::SOL_SOCKET && kind == self.kind;
                self.slots = if wanted { data } else { 0..0 };
                continue;
            }
            let slot: &mut [u8; 4] = bytes.get_mut(self.slots.start..)?.first_chunk_mut()?;
            self.slots.start += 4;
            let number = i32::from_ne_bytes(*slot);
            *slot = (-1_i32).to_ne_bytes();
            // A negative one was taken already, or is none.
            if number >= 0 {
                // SAFETY: recvmsg made this descriptor for this process and left its number here and nowhere else; the slot
                // is overwritten, so it is taken once.
                return Some(unsafe { OwnedFd::from_raw_fd(number) });
            }
        }
    }
}

/// Control messages to send, one behind the other; `'f` is the borrow of the descriptors among them.
#[derive(Clone, Default)]
pub struct Data<'f> {
    bytes: Vec<u8>,
    descriptors: PhantomData<BorrowedFd<'f>>,
}

impl<'f> Data<'f> {
    /// None yet.
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), descriptors: PhantomData }
    }

    /// Makes room for one more message, of so many bytes: adding it then allocates nothing. For lengths that another chooses.
    ///
    /// # Errors
    ///
    /// ENOMEM: there is no memory, or no such length.
    pub fn try_reserve(&mut self, data: usize) -> Result<()> {
        self.bytes.try_reserve(space(data)).map_err(|_| Errno::NOMEM)
    }

    /// Adds a message.
    ///
    /// # Errors
    ///
    /// EINVAL: its bytes would be descriptors by number (SCM_RIGHTS: see [`push_descriptors`](Self::push_descriptors)) or
    /// addresses of memory (SOL_RDS).
    pub fn push(&mut self, level: i32, kind: i32, data: &[u8]) -> Result<()> {
        /// `include/linux/socket.h`.
        const SOL_RDS: i32 = 276;
        if level == SOL_RDS || level == opt::SOL_SOCKET && kind == SCM_RIGHTS {
            return Err(Errno::INVAL);
        }
        self.put(level, kind, data);
        Ok(())
    }

    /// Adds a message of any kind as bytes: [`push`](Self::push) without its fence.
    ///
    /// # Safety
    ///
    /// Where the kernel takes the bytes for descriptors (SCM_RIGHTS), the caller must have the right to send those; where it takes them
    /// for addresses (SOL_RDS), the memory there must be the caller's for as long as the kernel uses it.
    pub unsafe fn push_unchecked(&mut self, level: i32, kind: i32, data: &[u8]) {
        self.put(level, kind, data);
    }

    fn put(&mut self, level: i32, kind: i32, data: &[u8]) {
        self.begin(level, kind, data.len());
        self.bytes.extend_from_slice(data);
        self.end();
    }

    /// Adds descriptors: the receiver gets duplicates of them. AF_UNIX takes 253 in one call.
    pub fn push_descriptors(&mut self, descriptors: &[BorrowedFd<'f>]) {
        self.begin(opt::SOL_SOCKET, SCM_RIGHTS, 4 * descriptors.len());
        for fd in descriptors {
            self.bytes.extend(fd.as_raw_fd().to_ne_bytes());
        }
        self.end();
    }

    /// Forgets the messages, and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// What is sent.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn begin(&mut self, level: i32, kind: i32, data: usize) {
        self.bytes.reserve(space(data));
        self.bytes.extend(len(data).to_ne_bytes());
        self.bytes.extend(level.to_ne_bytes());
        self.bytes.extend(kind.to_ne_bytes());
        self.end();
    }

    /// Zeros up to where the next part begins.
    fn end(&mut self) {
        self.bytes.resize(align(self.bytes.len()), 0);
    }
}

impl fmt::Debug for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(messages(&self.bytes)).finish()
    }
}
