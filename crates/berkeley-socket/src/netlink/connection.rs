//! Questions to the kernel and its answers, over one netlink socket. netlink(7).
//!
//! Contract. Only the peer is believed: the kernel, unless [`Connection::to`] says another; what other processes send to the socket's port
//! is dropped. An answer is known by its sequence number and by the port that asked: what the kernel tells of another's change bears
//! the other's. One operation is one limit, however many messages it reads. A dump that
//! changed while it was read is asked for again by [`Connection::list`], [`TRIES`] times at most. A datagram longer than the buffer is never
//! cut in silence: the buffer grows to its length, and a dump begins anew. A full receive queue is [`Error::Lost`].
//! Sources: netlink(7), net/netlink/af_netlink.c.

use core::fmt;

use berkeley_addr::{NetlinkAddr, Protocol, Type};
use berkeley_sys::Errno;

use crate::error::{Error as SocketError, Kind, Op};
use crate::flag::RecvFlags;
use crate::limit::Limit;
use crate::option::netlink as option;
use crate::socket::Socket;

use super::error::{Error, Result};
use super::message::{ACK, DUMP, DUMP_INTR, Message, Messages};
use super::request::Request;

/// Room for one part of a dump: as much as the kernel puts into one, but for a message that is longer by itself.
const PART: usize = 32 * 1024;
/// How often a list is asked for that changes while it is read.
const TRIES: usize = 8;

/// A netlink socket on which one question at a time is asked.
///
/// ```
/// use berkeley_socket::netlink::{Connection, Request};
/// use berkeley_socket::{Limit, Protocol};
///
/// let mut route = Connection::open(Protocol::NETLINK_ROUTE)?.within(Limit::seconds(5));
/// let mut room = [0; 64];
/// let mut links = Request::new(&mut room, 18, 0); // RTM_GETLINK
/// links.body(&[0; 16]); // struct ifinfomsg
/// let names = route.list(&mut links, |link| Some(link.attributes(16).of(3)?.text().to_owned()))?;
/// assert!(names.iter().any(|name| name == "lo"));
/// # Ok::<(), berkeley_socket::netlink::Error>(())
/// ```
pub struct Connection<'l> {
    socket: Socket<NetlinkAddr>,
    limit: Limit<'l>,
    peer: NetlinkAddr,
    part: Vec<u8>,
    sequence: u32,
    /// The socket's own port; 0: it is not known yet.
    port: u32,
    /// A dump was asked for whose end was not read: the rest is in the queue, or still to be made.
    unread: bool,
}

impl Connection<'_> {
    /// A connection to the kernel's `protocol`, which is asked to say in words what it refuses, and to check and filter dumps by what
    /// their requests say (Linux 4.20).
    ///
    /// # Errors
    ///
    /// EPROTONOSUPPORT: the kernel lacks the protocol. EAFNOSUPPORT, EPERM: it, or a sandbox, refuses netlink.
    pub fn open(protocol: Protocol) -> Result<Self> {
        let socket = Socket::<NetlinkAddr>::open(Type::RAW, protocol)?;
        socket.bind(&NetlinkAddr::KERNEL)?;
        // Each is a nicety, which an old kernel has not.
        let _ = socket.set(option::EXT_ACK, true);
        let _ = socket.set(option::CAP_ACK, true);
        let _ = socket.set(option::GET_STRICT_CHK, true);
        Ok(Self::new(socket))
    }

    /// A connection over a socket with options of the caller's. The socket's own time-out does not count here, only [`within`](Self::within).
    pub fn new(socket: Socket<NetlinkAddr>) -> Self {
        let (limit, peer) = (Limit::NONE, NetlinkAddr::KERNEL);
        Self { socket, limit, peer, part: Vec::new(), sequence: 0, port: 0, unread: false }
    }
}

impl<'l> Connection<'l> {
    /// The same connection under `limit`: each operation from now on, as a whole.
    #[must_use]
    pub fn within(self, limit: Limit<'_>) -> Connection<'_> {
        let Self { socket, peer, part, sequence, port, unread, .. } = self;
        Connection { socket, limit, peer, part, sequence, port, unread }
    }

    /// The same connection to another than the kernel, who alone is believed: a process, by its port.
    #[must_use]
    pub fn to(self, peer: NetlinkAddr) -> Self {
        Self { peer, ..self }
    }

    /// The socket, for its options. A time-out of its own does not count in the connection's calls, only [`within`](Self::within).
    pub fn socket(&self) -> &Socket<NetlinkAddr> {
        &self.socket
    }

    /// Joins a multicast group by its number, also one above 32. What it says comes between answers and is dropped there, so
    /// it should have a connection of its own.
    ///
    /// # Errors
    ///
    /// EINVAL: there is none. EPERM: it asks for a capability.
    #[doc(alias = "NETLINK_ADD_MEMBERSHIP")]
    pub fn join(&self, group: u32) -> Result<()> {
        Ok(self.socket.set(option::ADD_MEMBERSHIP, group)?)
    }

    /// Leaves a group.
    ///
    /// # Errors
    ///
    /// EINVAL: there is none.
    #[doc(alias = "NETLINK_DROP_MEMBERSHIP")]
    pub fn leave(&self, group: u32) -> Result<()> {
        Ok(self.socket.set(option::DROP_MEMBERSHIP, group)?)
    }

    /// Has `request` done: sends it, and waits for the acknowledgement.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], with the kernel's errno and words. EPERM: most changes need CAP_NET_ADMIN.
    pub fn request(&mut self, request: &mut Request<'_>) -> Result<()> {
        let (sequence, limit) = self.send(request, ACK)?;
        loop {
            let len = self.receive(limit)?;
            for message in Messages::new(self.part(len)) {
                let message = message?;
                if !self.is_answer(&message, sequence) {
                    continue;
                }
                // What is none is an echo of what was done, which comes before.
                if let Some(outcome) = message.outcome() {
                    self.unread = false;
                    return outcome.map_err(Error::Refused);
                }
            }
            // Whoever sends again and again must not stretch the call.
            limit.check(Op::Recv)?;
        }
    }

    /// Asks for one thing: the message that answers.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]: ENODEV, ENOENT and the like, there is none. [`Error::Unanswered`]: an acknowledgement alone.
    pub fn ask(&mut self, request: &mut Request<'_>) -> Result<Message<'_>> {
        let (sequence, limit) = self.send(request, 0)?;
        let (at, len) = 'found: loop {
            let len = self.receive(limit)?;
            let mut messages = Messages::new(self.part(len));
            loop {
                let at = messages.at();
                let Some(message) = messages.next() else { break };
                let message = message?;
                if !self.is_answer(&message, sequence) {
                    continue;
                }
                let Some(outcome) = message.outcome() else { break 'found (at, len) };
                self.unread = false;
                return Err(outcome.map_or_else(Error::Refused, |()| Error::Unanswered));
            }
            limit.check(Op::Recv)?;
        };
        let mut found = Messages::behind(self.part(len), at);
        found.next().unwrap_or(Err(super::Malformed { at })).map_err(Error::Malformed)
    }

    /// Asks for all there are: the messages one after another, as they are received.
    ///
    /// # Errors
    ///
    /// As [`ask`](Self::ask), some of them only from [`Dump::next`].
    pub fn dump(&mut self, request: &mut Request<'_>) -> Result<Dump<'_, 'l>> {
        let (sequence, limit) = self.send(request, DUMP)?;
        let (first, changed, over) = (true, false, false);
        Ok(Dump { connection: self, sequence, limit, at: 0, len: 0, first, changed, over })
    }

    /// Asks for all there are, as values of one moment: what `read` makes of each message, but where it is `None`.
    ///
    /// # Errors
    ///
    /// As [`ask`](Self::ask). [`Error::Changing`]: no list of one moment was to be had.
    pub fn list<T>(
        &mut self,
        request: &mut Request<'_>,
        mut read: impl FnMut(&Message<'_>) -> Option<T>,
    ) -> Result<Vec<T>> {
        let limit = self.limit;
        self.limit = limit.start();
        let mut list = Vec::new();
        let mut outcome = Err(Error::Changing);
        for _ in 0..TRIES {
            list.clear();
            outcome = self.dump(request).and_then(|mut dump| {
                while let Some(message) = dump.next()? {
                    list.extend(read(&message));
                }
                Ok(())
            });
            if outcome != Err(Error::Changing) {
                break;
            }
        }
        self.limit = limit;
        outcome.map(|()| list)
    }

    /// Sends `request` under a new number: that, and the deadline of the whole operation.
    fn send(&mut self, request: &mut Request<'_>, flags: u16) -> Result<(u32, Limit<'l>)> {
        let limit = self.limit.start();
        if self.unread {
            self.drain(limit)?;
        }
        // What happened by itself is told of under number 0.
        self.sequence = self.sequence.checked_add(1).unwrap_or(1);
        let flags = request.number(self.sequence, flags);
        self.socket.within(limit).send_to(request.bytes()?, &self.peer)?;
        // Either bit alone is a dump to rtnetlink. To a change they say something else: its outcome tells that nothing is left.
        self.unread = flags & DUMP != 0;
        if self.port == 0 {
            // A socket that was not bound has a port since it sent.
            self.port = self.socket.local_addr()?.pid;
        }
        Ok((self.sequence, limit))
    }

    /// Whether `message` answers the question of that number. Who joined a group hears of what others change, under the numbers and the
    /// ports of their requests, and each counts from 1. Some protocols (audit) answer without a port.
    fn is_answer(&self, message: &Message<'_>, sequence: u32) -> bool {
        message.sequence == sequence && (message.port == self.port || message.port == 0)
    }

    /// Empties the queue. The kernel makes the next part of a dump when one is taken, so an empty queue is the dump's end.
    fn drain(&mut self, limit: Limit<'_>) -> Result<()> {
        let flags = RecvFlags::DONTWAIT | RecvFlags::TRUNC;
        loop {
            match self.socket.recv_with(&mut [], flags).map_err(Error::from) {
                Ok(_) | Err(Error::Lost) => {}
                Err(error) if error.errno() == Some(Errno::AGAIN) => break,
                Err(error) => return Err(error),
            }
            limit.check(Op::Recv)?;
        }
        self.unread = false;
        Ok(())
    }

    /// The deadline of an operation that begins now.
    pub(super) fn start(&self) -> Limit<'l> {
        self.limit.start()
    }

    /// The first `len` bytes of what was received last.
    pub(super) fn part(&self, len: usize) -> &[u8] {
        self.part.get(..len).unwrap_or_default()
    }

    /// Receives one datagram of the peer's: its length.
    pub(super) fn receive(&mut self, limit: Limit<'_>) -> Result<usize> {
        if self.part.is_empty() {
            self.part.resize(PART, 0);
        }
        loop {
            let socket = self.socket.within(limit);
            let (len, from) = socket.recv_from_with(&mut self.part, RecvFlags::TRUNC)?;
            // Any process may send to a netlink socket. Of groups an address may tell as well.
            if from.is_none_or(|from| from.pid != self.peer.pid) {
                limit.check(Op::Recv)?;
                continue;
            }
            if len > self.part.len() {
                self.part.resize(len, 0);
                return Err(Error::Socket(SocketError::other(Op::Recv, Kind::Truncated)));
            }
            return Ok(len);
        }
    }
}

impl fmt::Debug for Connection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("socket", &self.socket)
            .field("limit", &self.limit)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

/// A dump under way: its messages, one at a time. Dropped before its end, the rest is thrown away with the next question.
pub struct Dump<'c, 'l> {
    connection: &'c mut Connection<'l>,
    sequence: u32,
    limit: Limit<'l>,
    /// Where the next message begins in the part, and the part's length.
    at: usize,
    len: usize,
    /// Nothing was received yet.
    first: bool,
    changed: bool,
    over: bool,
}

impl Dump<'_, '_> {
    /// The next message; `None`: that was all, and it was all of one moment.
    ///
    /// # Errors
    ///
    /// [`Error::Changing`], at the end: what was listed changed meanwhile, so ask again. [`Error::Refused`], [`Error::Lost`].
    #[expect(
        clippy::should_implement_trait,
        reason = "each message borrows the connection's buffer"
    )]
    pub fn next(&mut self) -> Result<Option<Message<'_>>> {
        while !self.over {
            if self.at >= self.len {
                self.len = self.receive()?;
                self.at = 0;
                continue;
            }
            let begin = self.at;
            let part = self.connection.part(self.len);
            let mut messages = Messages::behind(part, begin);
            let next = messages.next();
            self.at = messages.at();
            // A dump that cannot be read is left.
            let Some(message) = next.transpose().inspect_err(|_| self.over = true)? else {
                continue;
            };
            if !self.connection.is_answer(&message, self.sequence) {
                continue;
            }
            self.changed |= message.flags & DUMP_INTR != 0;
            let Some(outcome) = message.outcome() else {
                let mut again = Messages::behind(self.connection.part(self.len), begin);
                return again.next().transpose().map_err(Error::Malformed);
            };
            self.over = true;
            self.connection.unread = false;
            outcome.map_err(Error::Refused)?;
            if self.changed {
                return Err(Error::Changing);
            }
        }
        Ok(None)
    }

    /// The next part. One that was cut is gone, and with it perhaps the end: the list is asked for anew, with more room.
    fn receive(&mut self) -> Result<usize> {
        // Whoever sends again and again, be it nothing, must not stretch the dump.
        let first = core::mem::take(&mut self.first);
        let on_time = if first { Ok(()) } else { self.limit.check(Op::Recv) };
        let received =
            on_time.map_err(Error::from).and_then(|()| self.connection.receive(self.limit));
        received.map_err(|error| {
            self.over = true;
            match error {
                Error::Socket(error) if error.kind() == Kind::Truncated => Error::Changing,
                error => error,
            }
        })
    }
}

impl fmt::Debug for Dump<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dump").field("sequence", &self.sequence).finish_non_exhaustive()
    }
}
