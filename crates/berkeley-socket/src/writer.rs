//! `Writer`: a socket's outgoing bytes behind a buffer, so that small writes are one send together.
//!
//! Contract: each method, std's provided ones too, is one call under one limit, the socket's or the view's. **No byte is lost
//! or sent twice** when a call stops at its limit: what could not be sent stays in the buffer, and
//! [`flush`](Write::flush) goes on there. Source: CPython's `socket.makefile`.

use core::fmt;
use core::time::Duration;
use std::io::{self, IoSlice, Write};

use berkeley_addr::{Address, AnyAddr};

use crate::error::{Progress, Result};
use crate::handle::{Handle, Owned, View};
use crate::limit::Limit;
use crate::reader::CAPACITY;
use crate::socket::{Socket, SocketRef};

/// How much is allocated at once, however large a buffer may grow.
const AT_ONCE: usize = 64 * 1024;

/// Writes to a socket through a buffer. [`flush`](Write::flush) sends it; so does a write that it has no room for.
///
/// Each method is one call under one limit: that of the [view](SocketRef) it was made from, or the time-out of its own socket
/// (`writer.socket().set_timeout(..)`). When a call stops there, what was not sent is kept. `write_all` and `write!` have then
/// taken **all** they were given: do not write it again, flush. A `write` that fails has taken nothing.
///
/// ```
/// use berkeley_addr::UnixAddr;
/// use berkeley_socket::{Limit, Socket, Type};
/// use std::io::Write;
///
/// let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM)?;
/// let mut writer = here.within(Limit::seconds(5)).writer();
/// write!(writer, "GET {} HTTP/1.0\r\n", "/")?;
/// writer.write_all(b"\r\n")?;
/// writer.flush()?; // one send
///
/// let mut request = [0; 18];
/// assert_eq!(there.recv(&mut request)?, 18);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Dropping it flushes, and tells no error; under its limit, or for as long as it takes where there is none. After a send that
/// failed it only tries. [`take_buffer`](Self::take_buffer) leaves nothing to flush. Where messages have boundaries each flush
/// is one message; one that is too long (EMSGSIZE) stays, and every flush says so again, until `take_buffer`.
pub struct Writer<A: Address = AnyAddr, H: Handle = Owned> {
    socket: Socket<A, H>,
    capacity: usize,
    /// What was written and not yet sent.
    held: Vec<u8>,
    /// The last send failed.
    stuck: bool,
}

impl<A: Address> Socket<A> {
    /// A writer with a buffer of 8 KiB, over a duplicate of the socket: each is closed for itself, and the writer has the
    /// socket's time-out as it is now. For a writer that only borrows: `socket.within(limit).writer()`.
    ///
    /// # Errors
    ///
    /// As [`try_clone`](Self::try_clone).
    #[doc(alias = "makefile")]
    pub fn writer(&self) -> Result<Writer<A>> {
        self.writer_with(CAPACITY)
    }

    /// [`writer`](Self::writer) with a buffer of `capacity` bytes. 0: none, each write is a send.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn writer_with(&self, capacity: usize) -> Result<Writer<A>> {
        Ok(Writer::new(self.try_clone()?, capacity))
    }
}

impl<'s, A: Address> SocketRef<'s, A> {
    /// A writer with a buffer of 8 KiB, under this view's limit. No system call.
    #[doc(alias = "makefile")]
    pub fn writer(self) -> Writer<A, View<'s>> {
        self.writer_with(CAPACITY)
    }

    /// [`writer`](Self::writer) with a buffer of `capacity` bytes. 0: none, each write is a send.
    pub fn writer_with(self, capacity: usize) -> Writer<A, View<'s>> {
        Writer::new(self, capacity)
    }
}

impl<A: Address, H: Handle> Writer<A, H> {
    fn new(socket: Socket<A, H>, capacity: usize) -> Self {
        Self { socket, capacity, held: Vec::with_capacity(capacity.min(AT_ONCE)), stuck: false }
    }

    /// The socket it writes to. Sending on it directly overtakes what the writer holds.
    pub fn socket(&self) -> &Socket<A, H> {
        &self.socket
    }

    /// What was written and not yet sent.
    pub fn buffer(&self) -> &[u8] {
        &self.held
    }

    /// Takes out what was written and not yet sent: nobody sends it then.
    pub fn take_buffer(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.held)
    }

    fn has_room(&self, len: usize) -> bool {
        self.held.len().saturating_add(len) <= self.capacity
    }

    /// Sends what is held, and then what `last` does, under one limit.
    fn send_held<T>(
        &mut self,
        last: impl FnOnce(SocketRef<'_, A>) -> Result<T, Progress>,
    ) -> Result<T, Progress> {
        if self.held.is_empty() {
            let sent = last(self.socket.within(self.socket.handle().limit()));
            self.stuck = sent.is_err();
            return sent;
        }
        let view = self.socket.within(self.socket.handle().limit().start());
        let sent = view.send_all(&self.held);
        let done = sent.map_or_else(|stopped| stopped.done, |()| self.held.len());
        self.held.drain(..done);
        let sent =
            sent.map_err(|stopped| Progress { done: 0, ..stopped }).and_then(|()| last(view));
        self.stuck = sent.is_err();
        sent
    }

    /// What `data` is to be sent by directly: more than a buffer holds.
    fn is_much(&self, len: usize) -> bool {
        len >= self.capacity
    }
}

impl<'s, A: Address> Writer<A, View<'s>> {
    /// Another limit for the calls to come; what is held stays.
    pub fn set_limit(&mut self, limit: Limit<'s>) {
        self.socket = self.socket.under(limit);
    }
}

impl<A: Address, H: Handle> Write for Writer<A, H> {
    /// An error means that nothing of `data` was taken.
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(data)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let len = pieces.iter().fold(0usize, |sum, piece| sum.saturating_add(piece.len()));
        if !self.has_room(len) {
            let much = self.is_much(len);
            let sent = self.send_held(|view| {
                if !much {
                    return Ok(None);
                }
                let sent = match pieces {
                    [data] => view.send(data),
                    pieces => view.send_vectored(pieces),
                };
                sent.map(Some).map_err(Progress::nothing)
            })?;
            if let Some(len) = sent {
                return Ok(len);
            }
        }
        for piece in pieces {
            self.held.extend_from_slice(piece);
        }
        Ok(len)
    }

    /// Takes all of `data`, also when it returns an error: what was not sent is held.
    fn write_all(&mut self, data: &[u8]) -> io::Result<()> {
        let mut sent = Ok(());
        let mut rest = data;
        if !self.has_room(data.len()) {
            let much = self.is_much(data.len());
            sent = self.send_held(|view| if much { view.send_all(data) } else { Ok(()) });
            let done = match sent {
                Ok(()) if much => data.len(),
                Ok(()) => 0,
                Err(stopped) => stopped.done,
            };
            rest = data.get(done..).unwrap_or_default();
        }
        self.held.extend_from_slice(rest);
        Ok(sent?)
    }

    /// As [`write_all`](Self::write_all) of the whole text.
    fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        match text.as_str() {
            Some(text) => self.write_all(text.as_bytes()),
            None => self.write_all(text.to_string().as_bytes()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        Ok(self.send_held(|_| Ok(()))?)
    }
}

impl<A: Address, H: Handle> Drop for Writer<A, H> {
    fn drop(&mut self) {
        if self.held.is_empty() {
            return;
        }
        // There is nobody to tell of an error.
        let _ = if self.stuck {
            self.socket.within(Limit::within(Duration::ZERO)).send_all(&self.held)
        } else {
            self.socket.send_all(&self.held)
        };
    }
}

impl<A: Address, H: Handle> fmt::Debug for Writer<A, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("socket", &self.socket)
            .field("held", &self.held.len())
            .finish_non_exhaustive()
    }
}
