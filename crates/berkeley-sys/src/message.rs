//! Messages of many pieces, with an address and control data: sendmsg(2), recvmsg(2), sendmmsg(2), recvmmsg(2).
//!
//! An [`Outgoing`] or [`Incoming`] is the kernel's own header (`struct mmsghdr` over `struct user_msghdr`,
//! `include/linux/socket.h`) with the borrows that keep its pointers good, made for one call: nothing is left over from an
//! earlier one (`msg_namelen`, `msg_controllen` and `msg_flags` are in and out). One that is used again has all its room again.
//!
//! recvmmsg's own time-out is not offered: it is looked at only after a datagram came (recvmmsg(2), BUGS).

use core::fmt;
use core::marker::PhantomData;
use core::mem::offset_of;
use core::ptr;
use std::io::{IoSlice, IoSliceMut};

use rustix::fd::{AsFd, BorrowedFd};

use crate::control::{self, Data, Room};
use crate::socket::raw_fd;
use crate::transfer::{no_signal, outgoing};
use crate::{Errno, Result, Sockaddr, option, raw};

/// `struct user_msghdr`. The padding after the 32-bit fields is the compiler's, as in C.
#[repr(C)]
#[derive(Clone, Copy)]
struct Header {
    name: *mut u8,
    name_len: i32,
    pieces: *mut u8,
    pieces_len: usize,
    control: *mut u8,
    control_len: usize,
    flags: u32,
}

/// `struct mmsghdr`. Two structures and not one: the header's padding comes before `len`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Counted {
    header: Header,
    /// `msg_len`: what sendmmsg and recvmmsg say of this message.
    len: u32,
}

const _: () = assert!(
    size_of::<Counted>() == size_of::<libc::mmsghdr>()
        && offset_of!(Counted, len) == offset_of!(libc::mmsghdr, msg_len)
);

/// One message to send.
#[repr(transparent)]
pub struct Outgoing<'a> {
    counted: Counted,
    borrows: PhantomData<&'a [u8]>,
}

impl<'a> Outgoing<'a> {
    /// The pieces of `data` in a row, `control` beside them, to `address` (empty: to the connected peer).
    #[inline]
    pub fn new(data: &'a [IoSlice<'a>], control: Option<&'a Data<'a>>, address: &'a [u8]) -> Self {
        let control = control.map_or(&[][..], Data::as_bytes);
        let header = Header {
            name: pointer(address),
            name_len: i32::try_from(address.len()).unwrap_or(i32::MAX),
            pieces: data.as_ptr().cast_mut().cast(),
            pieces_len: data.len(),
            control: pointer(control),
            control_len: control.len(),
            flags: 0,
        };
        Self { counted: Counted { header, len: 0 }, borrows: PhantomData }
    }

    /// After [`sendmmsg`]: the bytes that were sent of this message.
    #[inline]
    pub fn sent(&self) -> usize {
        self.counted.len as usize
    }
}

/// Room for one message, and after a call what arrived.
#[repr(transparent)]
pub struct Incoming<'a> {
    counted: Counted,
    borrows: PhantomData<&'a mut [u8]>,
}

impl<'a> Incoming<'a> {
    /// Room for data, and for control messages and the sender's address if they are asked for. What the room for control messages
    /// still holds is forgotten, its descriptors closed.
    #[inline]
    pub fn new(
        data: &'a mut [IoSliceMut<'_>],
        control: Option<&'a mut Room>,
        from: Option<&'a mut Sockaddr>,
    ) -> Self {
        let (name, name_len) = match from {
            Some(from) => {
                from.set_len(0);
                (ptr::from_mut(from).cast(), 128)
            }
            None => (ptr::null_mut(), 0),
        };
        let (control, control_len) = control.map_or((ptr::null_mut(), 0), |control| {
            control.clear();
            control.writable()
        });
        let header = Header {
            name,
            name_len,
            pieces: data.as_mut_ptr().cast(),
            pieces_len: data.len(),
            control,
            control_len,
            flags: 0,
        };
        Self { counted: Counted { header, len: 0 }, borrows: PhantomData }
    }

    /// The length of the data; with MSG_TRUNC among the call's flags the length of the message.
    #[inline]
    pub fn received(&self) -> usize {
        self.counted.len as usize
    }

    /// How many bytes of control data the kernel wrote.
    #[inline]
    pub fn control_len(&self) -> usize {
        self.counted.header.control_len
    }

    /// What the kernel says of the message: MSG_TRUNC, MSG_CTRUNC, MSG_EOR, MSG_OOB, MSG_ERRQUEUE.
    #[inline]
    pub fn flags(&self) -> i32 {
        self.counted.header.flags as i32
    }

    /// All the room there is, also after an earlier call.
    #[inline]
    fn reset(&mut self) {
        self.counted.header.name_len = if self.counted.header.name.is_null() { 0 } else { 128 };
        if let Some(room) = self.room() {
            control::clear(room);
            self.counted.header.control_len = room.len() - control::FRONT;
        }
    }

    /// Where there is no room for descriptors, none comes.
    #[inline]
    fn closing(&self) -> i32 {
        if self.counted.header.control.is_null() { 0 } else { libc::MSG_CMSG_CLOEXEC }
    }

    /// The memory of the room for control messages.
    #[inline]
    fn room(&mut self) -> Option<&'a mut [u8]> {
        if self.counted.header.control.is_null() {
            return None;
        }
        let start = self.counted.header.control.wrapping_sub(control::FRONT);
        // SAFETY: a pointer that is not null came from `Room::writable`, whose memory begins so much earlier, with two
        // `usize` of which the second is how long the rest is.
        let front = unsafe { start.cast::<[[u8; size_of::<usize>()]; 2]>().read() };
        let len = control::FRONT + usize::from_ne_bytes(front[1]);
        // SAFETY: the memory is as long as it says, and exclusively borrowed by this value.
        Some(unsafe { core::slice::from_raw_parts_mut(start, len) })
    }

    /// Writes the lengths that the kernel left in the header to where they belong: to the `Sockaddr` and the room.
    #[inline]
    fn settle(&mut self) {
        let control_len = self.counted.header.control_len;
        if let Some(room) = self.room() {
            control::set_written(room, control_len);
        }
        if !self.counted.header.name.is_null() {
            #[expect(
                clippy::cast_ptr_alignment,
                reason = "it was a `Sockaddr` before it was bytes"
            )]
            let from = self.counted.header.name.cast::<Sockaddr>();
            // SAFETY: a name that is not null came from `&'a mut Sockaddr` in `new`, whose borrow this
            // value still holds.
            let from = unsafe { &mut *from };
            from.set_len(u32::try_from(self.counted.header.name_len).unwrap_or(0));
        }
    }
}

impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("pieces", &self.counted.header.pieces_len)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("received", &self.received())
            .field("control_len", &self.control_len())
            .field("flags", &self.flags())
            .finish_non_exhaustive()
    }
}

/// Sends one message; returns the bytes taken.
///
/// # Errors
///
/// As [`send`](crate::transfer::send); EINVAL for control data the family does not know; EMSGSIZE for over 1024 pieces.
#[inline]
pub fn sendmsg(fd: impl AsFd, message: &Outgoing<'_>, flags: i32) -> Result<usize> {
    let header = ptr::from_ref(&message.counted.header) as usize;
    no_signal(fd.as_fd(), outgoing(flags), |fd, flags| {
        // SAFETY: every pointer of the header comes from a borrow that `message` holds; the kernel only reads.
        unsafe { raw::syscall6(libc::SYS_sendmsg, [fd, header, flags, 0, 0, 0]) }
    })
}

/// Receives one message. Descriptors that come as control data are close-on-exec.
///
/// # Errors
///
/// As [`recv`](crate::transfer::recv).
#[inline]
pub fn recvmsg(fd: impl AsFd, message: &mut Incoming<'_>, flags: i32) -> Result<usize> {
    message.reset();
    let closing = message.closing();
    let header = ptr::from_mut(&mut message.counted.header) as usize;
    let len = closed_on_exec(fd.as_fd(), flags, closing, |fd, flags| {
        // SAFETY: every pointer of the header comes from an exclusive borrow that `message` holds, with its length.
        unsafe { raw::syscall6(libc::SYS_recvmsg, [fd, header, flags, 0, 0, 0]) }
    })?;
    message.counted.len = u32::try_from(len).unwrap_or(u32::MAX);
    message.settle();
    Ok(len)
}

/// A call with MSG_CMSG_CLOEXEC, where descriptors can come. Some families, which have none, refuse that flag: AF_PACKET, AF_KEY,
/// and of AF_CAN ISO-TP and J1939 by EINVAL, AF_MCTP by EOPNOTSUPP.
#[inline]
fn closed_on_exec(
    fd: BorrowedFd<'_>,
    flags: i32,
    closing: i32,
    call: impl Fn(usize, usize) -> Result<usize>,
) -> Result<usize> {
    let answer = call(raw_fd(fd), (flags | closing) as usize);
    let refused = matches!(answer, Err(Errno::INVAL | Errno::OPNOTSUPP));
    if closing != 0 && refused && passes_no_descriptors(fd) {
        return call(raw_fd(fd), flags as usize);
    }
    answer
}

#[cold]
fn passes_no_descriptors(fd: BorrowedFd<'_>) -> bool {
    const DOMAIN: option::Name<i32> = option::Name::plain(libc::SOL_SOCKET, libc::SO_DOMAIN);
    /// `linux/socket.h`.
    const AF_MCTP: i32 = 45;
    let family = option::get(fd, DOMAIN).map(|(family, _)| family);
    matches!(family, Ok(libc::AF_PACKET | libc::AF_KEY | libc::AF_CAN | AF_MCTP))
}

/// Sends messages in order; returns how many were sent. What stopped it after the first is not told; the next call meets it
/// again, unless it was an error that the socket had kept (an ICMP answer), which is gone.
///
/// # Errors
///
/// As [`sendmsg`], of the first message alone.
#[inline]
pub fn sendmmsg(fd: impl AsFd, messages: &mut [Outgoing<'_>], flags: i32) -> Result<usize> {
    let (headers, len) = (messages.as_mut_ptr() as usize, messages.len());
    no_signal(fd.as_fd(), outgoing(flags), |fd, flags| {
        // SAFETY: `Outgoing` is a `struct mmsghdr`; its pointers come from borrows it holds. The kernel writes `len` alone.
        unsafe { raw::syscall6(libc::SYS_sendmmsg, [fd, headers, len, flags, 0, 0]) }
    })
}

/// Receives up to as many messages as there is room for; returns how many came.
///
/// # Errors
///
/// As [`recvmsg`], of the first message alone.
#[inline]
pub fn recvmmsg(fd: impl AsFd, messages: &mut [Incoming<'_>], flags: i32) -> Result<usize> {
    messages.iter_mut().for_each(Incoming::reset);
    let closing = messages.iter().fold(0, |closing, message| closing | message.closing());
    let (headers, len) = (messages.as_mut_ptr() as usize, messages.len());
    let count = closed_on_exec(fd.as_fd(), flags, closing, |fd, flags| {
        // SAFETY: `Incoming` is a `struct mmsghdr`; its pointers come from exclusive borrows it holds. No time-out is given.
        unsafe { raw::syscall6(libc::SYS_recvmmsg, [fd, headers, len, flags, 0, 0]) }
    })?;
    messages.iter_mut().take(count).for_each(Incoming::settle);
    Ok(count)
}

/// The kernel takes a null pointer, not a dangling one, for "none".
#[inline]
fn pointer(bytes: &[u8]) -> *mut u8 {
    if bytes.is_empty() { ptr::null_mut() } else { bytes.as_ptr().cast_mut() }
}
