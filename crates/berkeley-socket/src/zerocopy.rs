//! Sending without a copy: MSG_ZEROCOPY, with the buffers kept until the kernel has done with them.
//! `Documentation/networking/msg_zerocopy.rst`.
//!
//! Contract: a buffer that was sent is not read, written or freed here until the kernel has said so in the error queue. A sender
//! that is dropped before leaks what is still out: the kernel may read it, and freed memory would be sent in its place. On
//! loopback, and on devices that cannot, the kernel copies all the same, and says so.

use std::collections::VecDeque;
use std::sync::Arc;

use berkeley_addr::Address;
use berkeley_sys::{Errno, transfer};

use crate::control::ControlRoom;
use crate::error::{Error, Op, Progress, Result};
use crate::flag::SendFlags;
use crate::handle::Handle;
use crate::limit::Limit;
use crate::option::so;
use crate::queue::QueuedEvent;
use crate::socket::Socket;

/// Bytes that stay where they are while their owner is moved. Sealed.
pub trait ZeroCopyBuffer: sealed::Buffer {}

mod sealed {
    #[expect(
        unnameable_types,
        reason = "a trait that cannot be named cannot be implemented elsewhere"
    )]
    pub trait Buffer {
        fn bytes(&self) -> &[u8];
    }
}

/// Implements it for owners of memory on the heap, or of none.
macro_rules! buffers {
    ($($owner:ty),*) => {$(
        impl ZeroCopyBuffer for $owner {}
        impl sealed::Buffer for $owner {
            fn bytes(&self) -> &[u8] {
                self
            }
        }
    )*};
}
buffers!(Vec<u8>, Box<[u8]>, Arc<[u8]>, &'static [u8]);

/// Sends buffers of a stream without copying them; made by [`Socket::zero_copy`].
///
/// ```
/// use berkeley_socket::{BACKLOG, Limit, Socket, Type};
/// use std::net::SocketAddr;
///
/// let server = Socket::listening(Type::STREAM, &SocketAddr::from(([127, 0, 0, 1], 0)), BACKLOG)?;
/// let client = Socket::connected(Type::STREAM, &server.local_addr()?)?;
/// let (served, _) = server.accept()?;
/// let mut sender = client.zero_copy()?;
/// sender.send(vec![7; 100_000]).map_err(|(stopped, _)| stopped)?;
/// # let reader = std::thread::spawn(move || served.recv_exact(&mut [0; 100_000]));
/// let released = sender.wait(Limit::seconds(5))?; // the same buffer, to be used again
/// assert_eq!(released.buffer.len(), 100_000);
/// # reader.join().unwrap()?;
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[derive(Debug)]
pub struct ZeroCopySender<'s, A: Address, H: Handle, B: ZeroCopyBuffer> {
    socket: &'s Socket<A, H>,
    /// The buffers that are out, in the order of their sends.
    out: VecDeque<Out<B>>,
    /// The number that the kernel gives the next send.
    next: u32,
    control: ControlRoom,
}

/// A buffer that is out: the kernel counts its sends.
#[derive(Debug)]
struct Out<B> {
    buffer: B,
    first: u32,
    sends: u32,
    released: u32,
    copied: bool,
}

/// A buffer that the kernel has done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released<B> {
    /// The buffer, as it was.
    pub buffer: B,
    /// The kernel copied it all the same: sending so cost more than it saved.
    pub copied: bool,
}

impl<A: Address, H: Handle> Socket<A, H> {
    /// Sends buffers without copying them: TCP, since Linux 4.14; UDP since 5.0; vsock since 6.7. Worth it from some ten
    /// kilobytes a send. Nobody else should take events from the error queue.
    ///
    /// Once for a socket and its clones: the kernel numbers such sends from the socket's beginning and does not tell where it is, so keep
    /// the sender.
    ///
    /// # Errors
    ///
    /// EOPNOTSUPP: the family cannot. EBUSY: there has been one, or somebody has set SO_ZEROCOPY.
    #[doc(alias = "MSG_ZEROCOPY")]
    pub fn zero_copy<B: ZeroCopyBuffer>(&self) -> Result<ZeroCopySender<'_, A, H, B>> {
        let used = self.get(so::ZEROCOPY).is_ok_and(|on| on);
        self.set(so::ZEROCOPY, true)?;
        let first = self.handle().mode().is_none_or(super::handle::Mode::first_zero_copy);
        if used || !first {
            return Err(Error::kernel(Op::SetOption, Errno::BUSY));
        }
        let control = ControlRoom::new(128);
        Ok(ZeroCopySender { socket: self, out: VecDeque::new(), next: 0, control })
    }
}

impl<A: Address, H: Handle, B: ZeroCopyBuffer> ZeroCopySender<'_, A, H, B> {
    /// Sends all of `buffer`, under the socket's limit, and keeps it until [`wait`](Self::wait) gives it back.
    ///
    /// # Errors
    ///
    /// As [`Socket::send_all`]. The buffer comes back, if none of it is out; what is out comes back later, as ever. ENOBUFS: too
    /// much is out (`net.core.optmem_max`): wait for some of it.
    pub fn send(&mut self, buffer: B) -> Result<(), (Progress, Option<B>)> {
        let mut call = self.socket.sending(SendFlags::NONE);
        let (fd, flags) = (call.fd, call.dontwait());
        let data = buffer.bytes();
        let mut sends = 0;
        let answer = if data.is_empty() && self.socket.ty().keeps_boundaries() {
            // A message of nothing is sent, and not counted: there is nothing to wait for.
            let sent = call.run(&mut || transfer::send(fd, data, flags));
            sent.map(drop).map_err(Progress::nothing)
        } else if self.socket.ty().keeps_boundaries() {
            let sent = call.run(&mut || transfer::send_zerocopy(fd, data, flags));
            sends = u32::from(sent.is_ok());
            sent.map(drop).map_err(Progress::nothing)
        } else {
            call.run_all(data.len(), &mut |done| {
                let rest = data.get(done..).unwrap_or_default();
                transfer::send_zerocopy(fd, rest, flags).inspect(|_| sends += 1)
            })
        };
        if sends == 0 {
            // Nothing to keep: an empty buffer, or a send that failed at once.
            return answer.map_err(|stopped| (stopped, Some(buffer)));
        }
        let first = self.next;
        self.next = self.next.wrapping_add(sends);
        self.out.push_back(Out { buffer, first, sends, released: 0, copied: false });
        answer.map_err(|stopped| (stopped, None))
    }

    /// How many buffers are out.
    pub fn pending(&self) -> usize {
        self.out.len()
    }

    /// Waits until the kernel has done with a buffer, and gives it back; the oldest first where several are done.
    ///
    /// # Errors
    ///
    /// As [`Socket::recv_error`]; EAGAIN: nothing is out. An event that is no completion is passed over.
    pub fn wait(&mut self, limit: Limit<'_>) -> Result<Released<B>> {
        let limit = limit.start();
        if self.out.is_empty() {
            return Err(Error::kernel(Op::Recv, Errno::AGAIN));
        }
        loop {
            if let Some(place) = self.out.iter().position(|out| out.released == out.sends) {
                if let Some(out) = self.out.remove(place) {
                    return Ok(Released { buffer: out.buffer, copied: out.copied });
                }
            }
            let queued = self.socket.within(limit).recv_error(&mut [], &mut self.control)?;
            if let QueuedEvent::Released { first, last, copied } = queued.event {
                self.release(first, last, copied);
            }
        }
    }

    /// Counts the sends of a range, which may go round, for the buffers that they were of.
    fn release(&mut self, first: u32, last: u32, copied: bool) {
        let count = u64::from(last.wrapping_sub(first)) + 1;
        for out in &mut self.out {
            // Places in the range's own count.
            let start = u64::from(out.first.wrapping_sub(first));
            let (start, before) = if start < count {
                (start, 0)
            } else {
                (0, u64::from(first.wrapping_sub(out.first)))
            };
            let left = u64::from(out.sends).saturating_sub(before);
            let common = left.min(count - start);
            if common > 0 {
                out.released += u32::try_from(common).unwrap_or(u32::MAX);
                out.copied |= copied;
            }
        }
    }
}

impl<A: Address, H: Handle, B: ZeroCopyBuffer> Drop for ZeroCopySender<'_, A, H, B> {
    fn drop(&mut self) {
        // Not freed: the kernel may still read them.
        self.out.drain(..).for_each(core::mem::forget);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Family, Protocol, Type};

    /// Ranges of completions, also those that go round 2^32, count for the buffers that they are of.
    #[test]
    fn ranges() {
        let socket = Socket::new(Family::INET, Type::STREAM, Protocol::DEFAULT).unwrap();
        let out =
            |first, sends| Out { buffer: Vec::new(), first, sends, released: 0, copied: false };
        let mut sender = ZeroCopySender {
            socket: &socket,
            out: [out(u32::MAX - 1, 3), out(1, 1), out(2, 4)].into(),
            next: 6,
            control: ControlRoom::default(),
        };
        let counts = |sender: &ZeroCopySender<'_, _, _, Vec<u8>>| -> Vec<u32> {
            sender.out.iter().map(|out| out.released).collect()
        };
        sender.release(u32::MAX - 1, u32::MAX, false);
        assert_eq!(counts(&sender), [2, 0, 0]);
        sender.release(0, 3, true);
        assert_eq!(counts(&sender), [3, 1, 2]);
        sender.release(4, 5, false);
        assert_eq!(counts(&sender), [3, 1, 4]);
        assert_eq!(sender.out.iter().map(|out| out.copied).collect::<Vec<_>>(), [true, true, true]);
    }
}
