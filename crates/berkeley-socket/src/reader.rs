//! `Reader`: a socket's incoming bytes behind a buffer, so that small reads and lines cost no system call each.
//!
//! Contract: each method, std's provided ones too, is one call under one limit, the socket's or the view's. **Nothing is lost
//! when a call stops** at its limit or by an error: what had come stays in the buffer, or is in the caller's vector
//! ([`read_to_end`](Read::read_to_end)), and the next call begins there. Source: CPython's `socket.makefile`, which gives
//! up after its first time-out.

use core::fmt;
use core::ops::Range;
use std::io::{self, BufRead, IoSliceMut, Read};

use berkeley_addr::{Address, AnyAddr};

use crate::error::{Error, Kind, Op, Result};
use crate::handle::{Handle, Owned, View};
use crate::limit::Limit;
use crate::socket::{Socket, SocketRef};
use crate::stream::push_text;

/// What a reader or writer holds where nobody says how much.
pub(crate) const CAPACITY: usize = 8 * 1024;

/// Reads a socket through a buffer: [`Read`] and [`BufRead`], for lines and small pieces.
///
/// Each method is one call under one limit: that of the [view](SocketRef) it was made from, or the time-out of its own socket
/// (`reader.socket().set_timeout(..)`). When a call stops there, what had come is kept: calling again goes on.
///
/// ```
/// use berkeley_addr::UnixAddr;
/// use berkeley_socket::{Limit, Socket, Type};
/// use core::time::Duration;
/// use std::io::{BufRead, ErrorKind};
///
/// let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM)?;
/// let mut reader = here.within(Limit::within(Duration::from_millis(5))).reader();
/// let mut line = String::new();
///
/// there.send_all(b"200 O")?;
/// assert_eq!(reader.read_line(&mut line).unwrap_err().kind(), ErrorKind::TimedOut);
/// there.send_all(b"K\r\n")?;
/// reader.read_line(&mut line)?;
/// assert_eq!(line, "200 OK\r\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Where messages have boundaries they are read as bytes in a row; the buffer must hold the longest, and an empty one is
/// taken for the end. Adapters that call many times (`bytes`, `take`, `io::copy`) are many calls:
/// [`Limit::by`] bounds them together.
#[doc(alias = "SocketIO")]
pub struct Reader<A = AnyAddr, H = Owned> {
    socket: Socket<A, H>,
    room: Room,
}

impl<A: Address> Socket<A> {
    /// A reader with a buffer of 8 KiB, over a duplicate of the socket: each is closed for itself, and the reader has the
    /// socket's time-out as it is now. For a reader that only borrows: `socket.within(limit).reader()`.
    ///
    /// # Errors
    ///
    /// As [`try_clone`](Self::try_clone).
    #[doc(alias = "makefile")]
    pub fn reader(&self) -> Result<Reader<A>> {
        self.reader_with(CAPACITY)
    }

    /// [`reader`](Self::reader) with a buffer of `capacity` bytes. 0: none; it never takes more than it was asked for, so a
    /// line costs a call for each byte.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn reader_with(&self, capacity: usize) -> Result<Reader<A>> {
        Ok(Reader::new(self.try_clone()?, capacity))
    }
}

impl<'s, A: Address> SocketRef<'s, A> {
    /// A reader with a buffer of 8 KiB, under this view's limit. No system call. What it has taken and nobody has read is
    /// gone with it: [`Reader::buffer`].
    #[doc(alias = "makefile")]
    pub fn reader(self) -> Reader<A, View<'s>> {
        self.reader_with(CAPACITY)
    }

    /// [`reader`](Self::reader) with a buffer of `capacity` bytes. 0: none; it never takes more than it was asked for, so a
    /// line costs a call for each byte.
    pub fn reader_with(self, capacity: usize) -> Reader<A, View<'s>> {
        Reader::new(self, capacity)
    }
}

impl<A: Address, H: Handle> Reader<A, H> {
    fn new(socket: Socket<A, H>, capacity: usize) -> Self {
        Self { socket, room: Room::new(capacity) }
    }

    /// The socket it reads from. Receiving from it directly passes by what the reader holds.
    pub fn socket(&self) -> &Socket<A, H> {
        &self.socket
    }

    /// What was received and not yet read.
    pub fn buffer(&self) -> &[u8] {
        self.room.held()
    }

    /// Receives until `end` is held, or the stream has ended; how many bytes that is. With `skip` what comes before is not
    /// kept, so as to hold no more than a buffer of it.
    fn find(&mut self, end: u8, skip: bool) -> Result<usize> {
        let found = |bytes: &[u8]| bytes.iter().position(|byte| *byte == end);
        if let Some(at) = found(self.room.held()) {
            return Ok(at + 1);
        }
        let limit = self.socket.handle().limit().start();
        let view = self.socket.within(limit);
        let (mut skipped, mut seen) = (0, self.room.held().len());
        loop {
            if skip {
                skipped += core::mem::take(&mut seen);
                self.room.held = 0..0;
            }
            let received = self.room.receive(&view)?;
            let news = self.room.held().get(seen..).unwrap_or_default();
            if let Some(at) = found(news) {
                return Ok(skipped + seen + at + 1);
            }
            seen += received;
            if received == 0 {
                return Ok(skipped + seen);
            }
            limit.check(Op::Recv)?;
        }
    }
}

impl<'s, A: Address> Reader<A, View<'s>> {
    /// Another limit for the calls to come; what is held stays.
    pub fn set_limit(&mut self, limit: Limit<'s>) {
        self.socket = self.socket.under(limit);
    }
}

impl<A: Address, H: Handle> Read for Reader<A, H> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.room.held().is_empty() && !out.is_empty() {
            if out.len() >= self.room.capacity {
                return Ok(self.socket.recv(out)?);
            }
            self.room.receive(&self.socket)?;
        }
        Ok(self.room.take(out))
    }

    fn read_vectored(&mut self, out: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        let wanted = out.iter().fold(0usize, |sum, piece| sum.saturating_add(piece.len()));
        if self.room.held().is_empty() && wanted > 0 {
            if wanted >= self.room.capacity {
                return Ok(self.socket.recv_vectored(out)?);
            }
            self.room.receive(&self.socket)?;
        }
        Ok(out.iter_mut().map(|piece| self.room.take(piece)).sum())
    }

    /// When it stops before all has come, also at the end of the stream, what had come can be read again.
    fn read_exact(&mut self, out: &mut [u8]) -> io::Result<()> {
        let mut done = self.room.take(out);
        if done == out.len() {
            return Ok(());
        }
        let limit = self.socket.handle().limit().start();
        let view = self.socket.within(limit);
        loop {
            let rest = out.get_mut(done..).unwrap_or_default();
            let received = if rest.len() >= self.room.capacity {
                view.recv(rest)
            } else {
                self.room.receive(&view).map(|_| self.room.take(rest))
            };
            done += received.unwrap_or(0);
            if done == out.len() {
                return Ok(());
            }
            let stopped = match received {
                Ok(0) => Err(Error::other(Op::Recv, Kind::Ended)),
                Ok(_) => limit.check(Op::Recv),
                Err(error) => Err(error),
            };
            if let Err(error) = stopped {
                self.room.put_back(out.get(..done).unwrap_or_default());
                return Err(error.into());
            }
        }
    }

    /// What came before an error is appended all the same.
    fn read_to_end(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let held = self.room.held().len();
        into.extend_from_slice(self.room.held());
        self.room.consume(held);
        Ok(held + (&self.socket).read_to_end(into)?)
    }

    /// What came before an error stays in the reader. What is not UTF-8 is an error, and gone.
    fn read_to_string(&mut self, into: &mut String) -> io::Result<usize> {
        let mut bytes = Vec::new();
        match self.read_to_end(&mut bytes) {
            Ok(len) => push_text(into, &bytes).map(|()| len),
            Err(error) => {
                self.room.put_back(&bytes);
                Err(error)
            }
        }
    }
}

impl<A: Address, H: Handle> BufRead for Reader<A, H> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.room.held().is_empty() {
            self.room.receive(&self.socket)?;
        }
        Ok(self.room.held())
    }

    fn consume(&mut self, len: usize) {
        self.room.consume(len);
    }

    /// Nothing is appended before all is there: what came before an error stays in the reader, however long.
    fn read_until(&mut self, end: u8, into: &mut Vec<u8>) -> io::Result<usize> {
        let len = self.find(end, false)?;
        into.extend_from_slice(self.room.held().get(..len).unwrap_or_default());
        self.room.consume(len);
        Ok(len)
    }

    /// What was skipped before an error is gone; calling again skips the rest.
    fn skip_until(&mut self, end: u8) -> io::Result<usize> {
        let len = self.find(end, true)?;
        // All but what is held has been dropped on the way.
        let found = self.room.held().iter().position(|byte| *byte == end);
        self.room.consume(found.map_or(usize::MAX, |at| at + 1));
        Ok(len)
    }

    /// As [`read_until`](Self::read_until). A line that is not UTF-8 is an error, and gone: the next call reads the next line.
    fn read_line(&mut self, into: &mut String) -> io::Result<usize> {
        let len = self.find(b'\n', false)?;
        let text = push_text(into, self.room.held().get(..len).unwrap_or_default());
        self.room.consume(len);
        text.map(|()| len)
    }
}

impl<A: Address, H: Handle> fmt::Debug for Reader<A, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("socket", &self.socket)
            .field("held", &self.buffer().len())
            .finish_non_exhaustive()
    }
}

/// The buffer of a reader.
struct Room {
    /// How much is received at a time; at least 1.
    capacity: usize,
    /// All of it initialised; longer than the capacity while a long line is waited for.
    bytes: Vec<u8>,
    /// What is received and not yet read.
    held: Range<usize>,
}

impl Room {
    fn new(capacity: usize) -> Self {
        // A gibibyte is more than any socket holds.
        let capacity = capacity.clamp(1, 1 << 30);
        Self { capacity, bytes: vec![0; capacity], held: 0..0 }
    }

    fn held(&self) -> &[u8] {
        self.bytes.get(self.held.clone()).unwrap_or_default()
    }

    fn consume(&mut self, len: usize) {
        self.held.start = self.held.start.saturating_add(len).min(self.held.end);
    }

    fn take(&mut self, out: &mut [u8]) -> usize {
        let len = self.held().len().min(out.len());
        if let (Some(out), Some(held)) = (out.get_mut(..len), self.held().get(..len)) {
            out.copy_from_slice(held);
        }
        self.consume(len);
        len
    }

    /// Receives behind what is held, up to the capacity.
    fn receive<A: Address, H: Handle>(&mut self, from: &Socket<A, H>) -> Result<usize> {
        self.make_room();
        let end = self.held.end;
        let room = self.bytes.get_mut(end..end + self.capacity).unwrap_or_default();
        let len = from.recv(room)?;
        self.held.end += len.min(self.capacity);
        Ok(len)
    }

    /// Makes room for the capacity behind what is held. It grows by doubling, and shrinks when nothing is held.
    fn make_room(&mut self) {
        if self.bytes.len() - self.held.end >= self.capacity {
            return;
        }
        self.bytes.copy_within(self.held.clone(), 0);
        self.held = 0..self.held.len();
        if self.held.is_empty() && self.bytes.len() > 4 * self.capacity {
            self.bytes.truncate(self.capacity);
            self.bytes.shrink_to_fit();
        }
        let least = self.held.end + self.capacity;
        if self.bytes.len() < least {
            self.bytes.resize(least.max(2 * self.held.end), 0);
        }
    }

    /// Puts bytes that were taken before what is held.
    fn put_back(&mut self, taken: &[u8]) {
        let mut bytes = taken.to_vec();
        bytes.extend_from_slice(self.held());
        self.held = 0..bytes.len();
        self.bytes = bytes;
    }
}
