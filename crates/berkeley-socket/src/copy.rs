//! Sending without the bytes coming here: a file by sendfile(2), another stream by splice(2).
//!
//! Contract: one call is one deadline, no SIGPIPE, and what was sent before a failure is told ([`Progress`]). Neither system
//! call has a MSG_DONTWAIT, so under a limit an owned socket becomes non-blocking for good, as by `accept`. **A descriptor
//! that is somebody else's and blocks** stays as it is: under a limit a file is read and sent instead, and a splice waits until
//! there is something to move, then moves little; another process that empties or fills the socket meanwhile can stretch that.
//! Source: CPython's `socket.sendfile`.

use core::ops::{Bound, RangeBounds};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use berkeley_addr::Address;
use berkeley_sys::{Errno, copy, descriptor, poll, transfer};

use crate::call::{Call, look};
use crate::error::{Error, Kind, Op, Progress, Result};
use crate::handle::{Handle, Mode};
use crate::limit::Limit;
use crate::socket::Socket;

/// How much is read at a time where the kernel does not copy.
const PIECE: usize = 64 * 1024;
/// How much a blocking socket has room for once poll says so: all have more, in bytes that count.
const LITTLE: usize = 4 * 1024;
/// `MAX_RW_COUNT` (include/linux/fs.h): the kernel moves no more at once, and refuses to be asked for more than an `isize`.
const MOST: usize = 0x7fff_f000;

/// What [`splice_to`](Socket::splice_to) moves bytes through. It holds what was taken from one socket and has not reached the
/// other, when a call stopped in between.
#[derive(Debug)]
pub struct Pipe {
    read: OwnedFd,
    write: OwnedFd,
    held: usize,
}

impl Pipe {
    /// An empty one.
    ///
    /// # Errors
    ///
    /// EMFILE, ENFILE: it takes two descriptors.
    pub fn new() -> Result<Self> {
        let (read, write) = copy::pipe().map_err(|errno| Error::kernel(Op::Pipe, errno))?;
        Ok(Self { read, write, held: 0 })
    }

    /// How many bytes it holds.
    pub fn len(&self) -> usize {
        self.held
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.held == 0
    }
}

impl<A: Address, H: Handle> Socket<A, H> {
    /// Sends that range of a file's bytes on a stream, or as much of it as the file has; how much. The file's own position
    /// stays where it is (CPython's moves to the end of what was sent).
    ///
    /// ```
    /// use berkeley_addr::UnixAddr;
    /// use berkeley_socket::{Limit, Socket, Type};
    /// use std::fs::File;
    ///
    /// let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM)?;
    /// let file = File::open("Cargo.toml")?;
    /// let sent = here.within(Limit::seconds(5)).send_file(&file, ..)?;
    /// assert_eq!(sent as u64, file.metadata()?.len());
    /// assert_eq!(here.send_file(&file, 1..8)?, 7);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// What the kernel cannot copy (many files under `/proc`) is read and sent. From a pipe, or anything else without
    /// positions, comes what comes, up to the range's length; of what is neither file nor pipe (another socket) up to
    /// 64 KiB that were read and not sent are lost when the call stops. For sockets: [`splice_to`](Self::splice_to).
    ///
    /// # Errors
    ///
    /// As [`send_all`](Self::send_all), with how many bytes had gone before. EOPNOTSUPP: no stream. EISDIR, EBADF (not open
    /// for reading), EIO: of the file. ESPIPE: it has no positions, and the range does not begin at 0.
    #[doc(alias = "sendfile")]
    pub fn send_file(
        &self,
        file: impl AsFd,
        range: impl RangeBounds<u64>,
    ) -> Result<usize, Progress> {
        let (start, end) = bounds(&range);
        let total = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        let blocks = self.prepare(Op::SendFile)?;
        let limit = self.handle().limit().start();
        let would_block = self.handle().mode().is_none_or(Mode::is_user_nonblocking);
        let file = file.as_fd();
        let sending = Sending {
            file,
            start,
            total,
            limit,
            // A blocking descriptor that is somebody else's, and no limit: the kernel waits for the file.
            look: !limit.is_none() || self.handle().mode().is_some(),
            from: Call::new(file, Op::SendFile, poll::IN, limit, would_block),
            to: Call::new(self.fd(), Op::SendFile, poll::OUT, limit, would_block),
        };
        sending.run(blocks)
    }

    /// Moves what this stream has received, at most `max` bytes, to another stream through `pipe`; how many arrived there. 0:
    /// this one has ended. Waiting here is under this socket's limit, waiting there under the other's.
    ///
    /// Nothing is lost when it stops in between: the pipe holds what was taken, and the next call with it begins by sending
    /// that, and takes no more.
    ///
    /// ```
    /// use berkeley_addr::UnixAddr;
    /// use berkeley_socket::{Pipe, Socket, Type};
    ///
    /// let (client, front) = Socket::<UnixAddr>::pair(Type::STREAM)?;
    /// let (back, server) = Socket::<UnixAddr>::pair(Type::STREAM)?;
    /// client.send_all(b"hello")?;
    /// drop(client);
    ///
    /// let mut pipe = Pipe::new()?;
    /// while front.splice_to(&back, &mut pipe, usize::MAX)? > 0 {}
    ///
    /// let mut request = [0; 5];
    /// server.recv_exact(&mut request)?;
    /// assert_eq!(&request, b"hello");
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv) of this and [`send_all`](Self::send_all) of the other ([`Error::op`] tells which), with how many
    /// bytes had arrived. EOPNOTSUPP: one is no stream. EINVAL: the kernel does not splice this family.
    #[doc(alias = "splice")]
    pub fn splice_to<B: Address, G: Handle>(
        &self,
        to: &Socket<B, G>,
        pipe: &mut Pipe,
        max: usize,
    ) -> Result<usize, Progress> {
        let (blocks, blocks_there) = (self.prepare(Op::Recv)?, to.prepare(Op::Send)?);
        let to = to.within(to.handle().limit().start());
        if pipe.is_empty() {
            let fd = self.fd();
            let taken = self.call(Op::Recv, poll::IN).run(&mut || {
                if blocks {
                    look(fd, poll::IN)?;
                }
                copy::splice(fd, &pipe.write, max.min(MOST))
            });
            pipe.held = taken.map_err(Progress::nothing)?;
        }
        let (fd, held, from) = (to.fd(), pipe.held, &pipe.read);
        let given = to.call(Op::Send, poll::OUT).run_all(held, &mut |done| {
            if blocks_there {
                look(fd, poll::OUT)?;
            }
            copy::splice(from, fd, piece(blocks_there, held - done))
        });
        let done = given.map_or_else(|stopped| stopped.done, |()| held);
        pipe.held -= done;
        given.map(|()| done)
    }

    /// Makes a stream fit for a call that has no flag against blocking; whether it blocks all the same.
    fn prepare(&self, op: Op) -> Result<bool, Progress> {
        if self.ty().keeps_boundaries() {
            return Err(Progress::nothing(Error::kernel(op, Errno::OPNOTSUPP)));
        }
        if self.is_unlimited() {
            return Ok(false);
        }
        let blocks = match self.handle().mode() {
            Some(mode) => mode.need_nonblocking(self.fd()).map(|()| false),
            None => descriptor::is_nonblocking(self.fd()).map(|nonblocking| !nonblocking),
        };
        blocks.map_err(|errno| Progress::nothing(Error::kernel(op, errno)))
    }
}

/// A file being sent: two calls under one deadline.
struct Sending<'a> {
    file: BorrowedFd<'a>,
    start: u64,
    total: usize,
    limit: Limit<'a>,
    /// Whether to wait here for what has no positions.
    look: bool,
    from: Call<'a>,
    to: Call<'a>,
}

impl Sending<'_> {
    /// In the way that suits the file, which the kernel says: by sendfile, by splice from a pipe, or by reading.
    fn run(mut self, blocks: bool) -> Result<usize, Progress> {
        if !blocks {
            match self.by_sendfile() {
                // It does not copy this file. After a part of it, the next says why not.
                Err(Progress { error, done: 0 }) if is_refusal(error) => {}
                answer => return answer,
            }
        }
        match self.by_reading(true) {
            Err(Progress { error, done: 0 }) if self.has_no_positions(error) => {}
            answer => return answer,
        }
        match self.by_splice(blocks) {
            Err(Progress { error, done: 0 }) if is_refusal(error) => self.by_reading(false),
            answer => answer,
        }
    }

    fn has_no_positions(&self, error: Error) -> bool {
        self.start == 0 && error.errno() == Some(Errno::SPIPE)
    }

    fn by_sendfile(&mut self) -> Result<usize, Progress> {
        let (file, fd, start, total) = (self.file, self.to.fd, self.start, self.total);
        ended(
            total,
            self.to.run_all(total, &mut |done| {
                copy::sendfile(
                    fd,
                    file,
                    start.saturating_add(done as u64),
                    (total - done).min(MOST),
                )
            }),
        )
    }

    /// From a pipe. What cannot be sent stays there.
    fn by_splice(&mut self, blocks: bool) -> Result<usize, Progress> {
        let (file, fd) = (self.file, self.to.fd);
        self.pieces(&mut |sending, rest| {
            if sending.look {
                sending.from.run(&mut || look(file, poll::IN)).map_err(Progress::nothing)?;
            }
            let sent = sending.to.run(&mut || {
                if blocks {
                    look(fd, poll::OUT)?;
                }
                copy::splice(file, fd, piece(blocks, rest))
            });
            sent.map_err(Progress::nothing)
        })
    }

    /// Where the file has `positions`, each piece is read where the last one that was sent ended.
    fn by_reading(&mut self, positions: bool) -> Result<usize, Progress> {
        let (file, fd, start) = (self.file, self.to.fd, self.start);
        let flags = self.to.dontwait();
        let mut buffer = vec![0; PIECE.min(self.total)];
        let total = self.total;
        self.pieces(&mut |sending, rest| {
            let room = buffer.get_mut(..rest.min(PIECE)).unwrap_or_default();
            let at = start.saturating_add((total - rest) as u64);
            let read = sending.from.run(&mut || {
                if positions {
                    return copy::read_at(file, room, at);
                }
                if sending.look {
                    look(file, poll::IN)?;
                }
                copy::read(file, room)
            });
            let read = room.get(..read.map_err(Progress::nothing)?).unwrap_or_default();
            sending.to.run_all(read.len(), &mut |done| {
                transfer::send(fd, read.get(done..).unwrap_or_default(), flags)
            })?;
            Ok(read.len())
        })
    }

    /// Does `step` with what is left until nothing is, or the file has ended.
    fn pieces(
        &mut self,
        step: &mut dyn FnMut(&mut Self, usize) -> Result<usize, Progress>,
    ) -> Result<usize, Progress> {
        let mut done = 0;
        while done < self.total {
            if done > 0 {
                self.limit.check(Op::SendFile).map_err(|error| Progress { error, done })?;
            }
            match step(self, self.total - done) {
                Ok(0) => break,
                Ok(len) => done += len,
                Err(stopped) => return Err(Progress { done: done + stopped.done, ..stopped }),
            }
        }
        Ok(done)
    }
}

/// Where a range begins, and where it has ended.
pub(crate) fn bounds(range: &impl RangeBounds<u64>) -> (u64, u64) {
    let start = match range.start_bound() {
        Bound::Included(start) => *start,
        Bound::Excluded(start) => start.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(end) => end.saturating_add(1),
        Bound::Excluded(end) => *end,
        Bound::Unbounded => u64::MAX,
    };
    (start, end)
}

/// The end of the file is no error.
fn ended(total: usize, answer: Result<(), Progress>) -> Result<usize, Progress> {
    match answer {
        Ok(()) => Ok(total),
        Err(Progress { error, done }) if error.kind() == Kind::Ended => Ok(done),
        Err(stopped) => Err(stopped),
    }
}

/// Whether the kernel does not copy from such a file.
fn is_refusal(error: Error) -> bool {
    matches!(error.errno(), Some(Errno::INVAL | Errno::NOSYS | Errno::SPIPE))
}

/// How much of it to move at once.
fn piece(blocks: bool, len: usize) -> usize {
    len.min(if blocks { LITTLE } else { MOST })
}
