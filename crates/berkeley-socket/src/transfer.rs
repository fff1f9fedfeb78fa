//! Sending and receiving: send(2), sendto(2), sendmsg(2), recv(2), recvfrom(2), recvmsg(2).
//!
//! Contract. One system call when the socket is ready, with a limit or without one. **Where messages have boundaries** (every
//! type but STREAM) a receive asks for the message's own length (MSG_TRUNC), or for recvmsg's flags where the kernel does not
//! answer that: one longer than the buffer is an error of kind [`Truncated`](crate::Kind::Truncated). Streams never get that
//! flag: TCP would throw the bytes away.
//!
//! The hot path of a send or receive of one buffer is the plain call, inline down to the instruction and with MSG_DONTWAIT
//! under a limit; what comes after its failure is [`Call`].

use std::io::{IoSlice, IoSliceMut};

use berkeley_addr::Address;
use berkeley_sys::message::{self, Incoming, Outgoing};
use berkeley_sys::{Errno, Sockaddr, number, poll, transfer};

use crate::call::{self, Call};
use crate::error::{Error, Kind, Op, Progress, Result};
use crate::flag::{RecvFlags, SendFlags};
use crate::handle::Handle;
use crate::socket::Socket;

/// `UIO_MAXIOV` (include/uapi/linux/uio.h): pieces beyond it are EMSGSIZE.
const PIECES: usize = 1024;

impl<A: Address, H: Handle> Socket<A, H> {
    /// Sends to the peer. A stream may take less than all: [`send_all`](Self::send_all). A message goes whole or not at all.
    ///
    /// # Errors
    ///
    /// EPIPE: this direction is shut down, or the peer is gone; never a signal. ECONNRESET, ECONNREFUSED (an ICMP answer to an
    /// earlier datagram). EMSGSIZE: the message is too long. ENOTCONN, EDESTADDRREQ: there is no peer. ENOBUFS: the device's
    /// queue is full.
    #[inline]
    pub fn send(&self, data: &[u8]) -> Result<usize> {
        self.send_with(data, SendFlags::NONE)
    }

    /// [`send`](Self::send) with flags.
    ///
    /// # Errors
    ///
    /// As there; EOPNOTSUPP: a flag the family does not know.
    #[expect(clippy::inline_always, reason = "a returning wrapper costs 20 % on some processors")]
    #[inline(always)]
    pub fn send_with(&self, data: &[u8], flags: SendFlags) -> Result<usize> {
        let mut failed = None;
        if let Some(first) = self.first_flags() {
            match transfer::send(self.fd(), data, flags.bits() | first) {
                Ok(len) => return Ok(len),
                Err(errno) => failed = Some(errno),
            }
        }
        send_slow(self.sending(flags), failed, data, flags.bits())
    }

    /// Sends one message to `to`.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send). EISCONN: a connected stream takes no address (AF_UNIX; TCP does not look at it, and UDP sends there). ENETUNREACH,
    /// EACCES (broadcast without [`so::BROADCAST`](crate::option::so::BROADCAST)).
    #[doc(alias = "sendto")]
    #[inline]
    pub fn send_to(&self, data: &[u8], to: &A) -> Result<usize> {
        self.send_to_with(data, SendFlags::NONE, to)
    }

    /// [`send_to`](Self::send_to) with flags.
    ///
    /// # Errors
    ///
    /// As there.
    #[inline]
    pub fn send_to_with(&self, data: &[u8], flags: SendFlags, to: &A) -> Result<usize> {
        let to = to.encode();
        let mut failed = None;
        if let Some(first) = self.first_flags() {
            match transfer::sendto(self.fd(), data, flags.bits() | first, to.as_ref()) {
                Ok(len) => return Ok(len),
                Err(errno) => failed = Some(errno),
            }
        }
        send_to_slow(self.sending(flags), failed, data, flags.bits(), to.as_ref())
    }

    /// Sends the pieces in a row, as one message where there are messages. A stream takes at most 1024 of them at once.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send); EMSGSIZE: also for a message of more than 1024 pieces.
    #[doc(alias = "sendmsg")]
    #[doc(alias = "writev")]
    pub fn send_vectored(&self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        self.send_vectored_with(pieces, SendFlags::NONE)
    }

    /// [`send_vectored`](Self::send_vectored) with flags.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn send_vectored_with(&self, pieces: &[IoSlice<'_>], flags: SendFlags) -> Result<usize> {
        let at_once = if self.ty().keeps_boundaries() { pieces.len() } else { PIECES };
        let pieces = pieces.get(..at_once).unwrap_or(pieces);
        let message = Outgoing::new(pieces, None, &[]);
        let mut call = self.sending(flags);
        let (fd, flags) = (call.fd, flags.bits() | call.dontwait());
        call.run(&mut || message::sendmsg(fd, &message, flags))
    }

    /// Sends all of `data`, in as many sends as it takes, under one limit. Where messages have boundaries it is one message.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), with how many bytes had gone before: [`Progress`].
    #[doc(alias = "sendall")]
    pub fn send_all(&self, data: &[u8]) -> Result<(), Progress> {
        self.send_all_with(data, SendFlags::NONE)
    }

    /// [`send_all`](Self::send_all) with flags, on each of the sends.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn send_all_with(&self, data: &[u8], flags: SendFlags) -> Result<(), Progress> {
        if self.nature().sends_messages() {
            return self.send_with(data, flags).map(drop).map_err(Progress::nothing);
        }
        send_all_slow(self.sending(flags), data, flags.bits())
    }

    /// Receives from the peer. On a stream 0 is its end (or an empty buffer); where messages have boundaries it is an empty
    /// message, or the end of a SEQPACKET connection.
    ///
    /// # Errors
    ///
    /// ECONNRESET. ECONNREFUSED: an ICMP answer to an earlier datagram. ENOTCONN: there is no peer. ENOBUFS: netlink messages
    /// were lost. [`Kind::Truncated`]: the message was longer; its beginning is in the buffer, its end is gone.
    #[inline]
    pub fn recv(&self, buffer: &mut [u8]) -> Result<usize> {
        self.recv_with(buffer, RecvFlags::NONE)
    }

    /// [`recv`](Self::recv) with flags. With [`RecvFlags::TRUNC`] the answer is the message's own length, where the family tells
    /// it (IP but for ping, AF_UNIX, AF_NETLINK, AF_PACKET), and a longer one is no error. With [`RecvFlags::PEEK`] nothing is
    /// gone after [`Kind::Truncated`].
    ///
    /// # Errors
    ///
    /// As there; EINVAL: [`OOB`](RecvFlags::OOB) without a limit, and nothing urgent was announced. (Under a limit it waits for
    /// that; 0 is the end of the stream.)
    #[doc(alias = "recv_into")]
    #[inline]
    pub fn recv_with(&self, buffer: &mut [u8], flags: RecvFlags) -> Result<usize> {
        let mut failed = None;
        if let Some(first) = self.first_recv_flags(flags.bits() & call::NEVER_AT_ONCE) {
            match transfer::recv(self.fd(), buffer, self.recv_bits(flags) | first) {
                Ok(len) => return whole(len, buffer.len(), flags),
                Err(errno) => failed = Some(errno),
            }
        }
        self.recv_slow(failed, buffer, flags)
    }

    #[cold]
    fn recv_slow(
        &self,
        failed: Option<Errno>,
        buffer: &mut [u8],
        flags: RecvFlags,
    ) -> Result<usize> {
        if self.nature().cuts_unsaid() {
            return self.recv_message(&mut [IoSliceMut::new(buffer)], flags, None);
        }
        let len = call::recv(self.receiving(flags), failed, buffer, self.recv_bits(flags))?;
        whole(len, buffer.len(), flags)
    }

    /// Receives a message and its sender; `None` where the kernel names none (a connected stream, an unbound Unix sender), or
    /// one that is no `A`.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv).
    #[doc(alias = "recvfrom")]
    #[inline]
    pub fn recv_from(&self, buffer: &mut [u8]) -> Result<(usize, Option<A>)> {
        self.recv_from_with(buffer, RecvFlags::NONE)
    }

    /// [`recv_from`](Self::recv_from) with flags, as [`recv_with`](Self::recv_with). Under a limit
    /// [`WAITALL`](RecvFlags::WAITALL) does not hold.
    ///
    /// # Errors
    ///
    /// As there.
    #[doc(alias = "recvfrom_into")]
    #[inline]
    pub fn recv_from_with(
        &self,
        buffer: &mut [u8],
        flags: RecvFlags,
    ) -> Result<(usize, Option<A>)> {
        let mut failed = None;
        if let Some(first) = self.first_recv_flags(0) {
            let bits = self.recv_bits(flags) | first;
            let mut from = Sockaddr::new();
            match transfer::recvfrom(self.fd(), buffer, bits, &mut from) {
                Ok(len) => {
                    let len = whole(len, buffer.len(), flags)?;
                    return Ok((len, A::decode(from.as_bytes()).ok()));
                }
                Err(errno) => failed = Some(errno),
            }
        }
        self.recv_from_slow(failed, buffer, flags)
    }

    #[cold]
    fn recv_from_slow(
        &self,
        failed: Option<Errno>,
        buffer: &mut [u8],
        flags: RecvFlags,
    ) -> Result<(usize, Option<A>)> {
        let mut from = Sockaddr::new();
        let len = if self.nature().cuts_unsaid() {
            self.recv_message(&mut [IoSliceMut::new(buffer)], flags, Some(&mut from))?
        } else {
            let mut call = self.receiving(flags);
            let (fd, bits) = (call.fd, self.recv_bits(flags) | call.dontwait());
            let mut receive = || transfer::recvfrom(fd, buffer, bits, &mut from);
            let len = call.run_after(failed, &mut receive)?;
            whole(len, buffer.len(), flags)?
        };
        Ok((len, A::decode(from.as_bytes()).ok()))
    }

    /// Receives into the buffers in turn. A stream fills at most 1024 of them at once.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv); EMSGSIZE: a message into more than 1024 buffers.
    #[doc(alias = "recvmsg_into")]
    #[doc(alias = "readv")]
    pub fn recv_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<usize> {
        self.recv_vectored_with(buffers, RecvFlags::NONE)
    }

    /// [`recv_vectored`](Self::recv_vectored) with flags, as [`recv_with`](Self::recv_with). Under a limit
    /// [`WAITALL`](RecvFlags::WAITALL) does not hold.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn recv_vectored_with(
        &self,
        buffers: &mut [IoSliceMut<'_>],
        flags: RecvFlags,
    ) -> Result<usize> {
        let at_once = if self.ty().keeps_boundaries() { usize::MAX } else { PIECES };
        let at_once = buffers.len().min(at_once);
        self.recv_message(buffers.get_mut(..at_once).unwrap_or_default(), flags, None)
    }

    /// Receives by recvmsg(2), whose flags say of every family's messages whether they were cut.
    fn recv_message(
        &self,
        buffers: &mut [IoSliceMut<'_>],
        flags: RecvFlags,
        from: Option<&mut Sockaddr>,
    ) -> Result<usize> {
        let mut call = self.receiving(flags);
        let (fd, bits) = (call.fd, self.recv_bits(flags) | call.dontwait());
        let room = buffers.iter().map(|buffer| buffer.len()).sum();
        let mut message = Incoming::new(buffers, None, from);
        let len = call.run(&mut || message::recvmsg(fd, &mut message, bits))?;
        let cut = message.flags() & number::MSG_TRUNC != 0 && self.ty().keeps_boundaries();
        if cut && !flags.contains(RecvFlags::TRUNC) {
            return Err(Error::other(Op::Recv, Kind::Truncated));
        }
        whole(len, room, flags)
    }

    /// Fills the buffer, in as many receives as it takes, under one limit. Where messages have boundaries: receives one
    /// message, which must have this length.
    ///
    /// MSG_WAITALL may return less (at the end of the stream, after an error, at a time-out); this never does.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv), with how many bytes are in the buffer: [`Progress`]. [`Kind::Ended`]: the stream ended, or the
    /// message was shorter.
    pub fn recv_exact(&self, buffer: &mut [u8]) -> Result<(), Progress> {
        if self.ty().keeps_boundaries() {
            let error = match self.recv(buffer) {
                Ok(len) if len == buffer.len() => return Ok(()),
                Ok(done) => {
                    return Err(Progress { error: Error::other(Op::Recv, Kind::Ended), done });
                }
                Err(error) => error,
            };
            let done = if error.kind() == Kind::Truncated { buffer.len() } else { 0 };
            return Err(Progress { error, done });
        }
        recv_exact_slow(self.receiving(RecvFlags::NONE), buffer)
    }

    /// What the kernel is asked. Where there are messages: for the message's own length, and never for more than one.
    #[inline]
    fn recv_bits(&self, flags: RecvFlags) -> i32 {
        let trunc = if self.nature().tells_length() { number::MSG_TRUNC } else { 0 };
        self.one_message(flags) | trunc
    }

    /// [`first_flags`](crate::handle::sealed::Handle::first_flags) of a plain receive; none either where recvmsg(2) is needed, or
    /// where flags do not go with a limit.
    #[inline]
    fn first_recv_flags(&self, not_limited: i32) -> Option<i32> {
        let first = self.first_flags()?;
        let plain = !self.nature().cuts_unsaid() && (not_limited == 0 || first == 0);
        plain.then_some(first)
    }

    /// Where there are messages, never more than one.
    #[inline]
    pub(crate) fn one_message(&self, flags: RecvFlags) -> i32 {
        let all = if self.ty().keeps_boundaries() { number::MSG_WAITALL } else { 0 };
        flags.bits() & !all
    }

    /// A send under way. [`SendFlags::DONTWAIT`] is a limit of its own: no wait, and EAGAIN.
    #[cold]
    pub(crate) fn sending(&self, flags: SendFlags) -> Call<'_> {
        self.transfer_call(Op::Send, poll::OUT, flags.bits())
    }

    /// A receive under way: what to wait for depends on the queue that the flags choose.
    #[cold]
    pub(crate) fn receiving(&self, flags: RecvFlags) -> Call<'_> {
        let events = if flags.contains(RecvFlags::ERRQUEUE) {
            0 // POLLERR, which is always reported
        } else if flags.contains(RecvFlags::OOB) {
            poll::PRI | poll::RDHUP
        } else {
            poll::IN
        };
        self.transfer_call(Op::Recv, events, flags.bits())
    }

    fn transfer_call(&self, op: Op, events: u16, flags: i32) -> Call<'_> {
        if flags & number::MSG_DONTWAIT == 0 {
            self.call(op, events)
        } else {
            Call::new(self.fd(), op, events, crate::Limit::NONE, true)
        }
    }
}

/// A message that did not fit is an error, unless its length was asked for.
#[inline]
fn whole(len: usize, room: usize, flags: RecvFlags) -> Result<usize> {
    if len > room && !flags.contains(RecvFlags::TRUNC) { truncated() } else { Ok(len) }
}

#[cold]
fn truncated() -> Result<usize> {
    Err(Error::other(Op::Recv, Kind::Truncated))
}

#[cold]
fn send_slow(mut call: Call<'_>, failed: Option<Errno>, data: &[u8], flags: i32) -> Result<usize> {
    let (fd, flags) = (call.fd, flags | call.dontwait());
    call.run_after(failed, &mut || transfer::send(fd, data, flags))
}

#[cold]
fn send_to_slow(
    mut call: Call<'_>,
    failed: Option<Errno>,
    data: &[u8],
    flags: i32,
    to: &[u8],
) -> Result<usize> {
    let (fd, flags) = (call.fd, flags | call.dontwait());
    call.run_after(failed, &mut || transfer::sendto(fd, data, flags, to))
}

fn send_all_slow(mut call: Call<'_>, data: &[u8], flags: i32) -> Result<(), Progress> {
    let (fd, flags) = (call.fd, flags | call.dontwait());
    call.run_all(data.len(), &mut |done| {
        transfer::send(fd, data.get(done..).unwrap_or_default(), flags)
    })
}

fn recv_exact_slow(mut call: Call<'_>, buffer: &mut [u8]) -> Result<(), Progress> {
    // Without a limit the kernel fills the buffer in one call, where nothing interrupts it.
    let waitall = if call.is_limited() { 0 } else { number::MSG_WAITALL };
    let (fd, flags) = (call.fd, waitall | call.dontwait());
    call.run_all(buffer.len(), &mut |done| {
        transfer::recv(fd, buffer.get_mut(done..).unwrap_or_default(), flags)
    })
}
