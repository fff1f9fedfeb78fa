//! Many messages a system call: sendmmsg(2), recvmmsg(2), and datagrams that the kernel cuts and joins itself (GSO, GRO).
//!
//! Contract. At most [`AT_ONCE`] messages go or come in one system call: more saves nothing. A [`RecvBatch`] is allocated once and
//! used again; a call allocates nothing. recvmmsg's own time-out is never used: it is looked at only when a datagram has come.
//! Where a device refuses to cut datagrams (EIO, EINVAL), they are sent one by one and none is lost. Sources: udp(7),
//! `net/ipv4/udp.c` for UDP_MAX_SEGMENTS and the longest packet.

use core::marker::PhantomData;
use core::slice::Chunks;
use std::io::{IoSlice, IoSliceMut};

use berkeley_addr::Address;
use berkeley_sys::message::{self, Incoming, Outgoing};
use berkeley_sys::{Errno, Sockaddr, number};

use crate::control::{ControlData, ControlRoom, udp};
use crate::error::{Error, Op, Progress, Result};
use crate::flag::{ReceivedFlags, RecvFlags, SendFlags};
use crate::handle::Handle;
use crate::message::Message;
use crate::socket::Socket;

/// How many messages one system call sends or receives.
pub(crate) const AT_ONCE: usize = 32;

/// How many datagrams one send may be cut into, on every kernel that cuts: `UDP_MAX_SEGMENTS` before Linux 6.8.
const SEGMENTS: usize = 64;
impl<A: Address, H: Handle> Socket<A, H> {
    /// Sends messages in order, under one limit, each to its own address and with its own control messages. `flags` are for
    /// all of them.
    ///
    /// # Errors
    ///
    /// As [`send_msg`](Self::send_msg), of the first message that failed, with how many had gone before it: [`Progress`]
    /// counts messages here. EOPNOTSUPP: a stream, which may take a part of one and go on with the next. An error that the socket
    /// has kept of an earlier message (an ICMP answer) may not be told: sendmmsg(2) drops it, and the message is sent all the same.
    ///
    /// ```
    /// use berkeley_socket::{Message, RecvBatch, RecvFlags, SendFlags, Socket, Type};
    /// use std::io::IoSlice;
    /// use std::net::SocketAddr;
    ///
    /// let there = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
    /// let here = Socket::connected(Type::DGRAM, &there.local_addr()?)?;
    /// let (one, two) = ([IoSlice::new(b"one")], [IoSlice::new(b"two")]);
    /// here.send_many(&[Message::new(&one), Message::new(&two)], SendFlags::NONE)?;
    ///
    /// let mut batch = RecvBatch::new(32, 1500, 0);
    /// there.recv_many(&mut batch, RecvFlags::NONE)?;
    /// for message in batch.messages() {
    ///     assert_eq!(message.from(), Some(here.local_addr()?));
    /// }
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "sendmmsg")]
    pub fn send_many(&self, messages: &[Message<'_, A>], flags: SendFlags) -> Result<(), Progress> {
        if !self.ty().keeps_boundaries() {
            return Err(Progress::nothing(Error::kernel(Op::Send, Errno::OPNOTSUPP)));
        }
        let mut call = self.sending(flags);
        let (fd, flags) = (call.fd, flags.bits() | call.dontwait());
        call.run_all(messages.len(), &mut |done| {
            let next = messages.get(done..).unwrap_or_default();
            let count = next.len().min(AT_ONCE);
            let names: [Option<A::Sockaddr>; AT_ONCE] =
                core::array::from_fn(|i| Some(next.get(i)?.to?.encode()));
            let mut names = names.iter().map(|name| name.as_ref().map_or(&[][..], AsRef::as_ref));
            let mut next = next.iter();
            let mut outgoing: [Outgoing<'_>; AT_ONCE] = core::array::from_fn(|_| {
                let name = names.next().unwrap_or_default();
                match next.next() {
                    Some(message) => {
                        let control = message.control.map(|control| &control.0);
                        Outgoing::new(message.data, control, name)
                    }
                    None => Outgoing::new(&[], None, &[]),
                }
            });
            message::sendmmsg(fd, outgoing.get_mut(..count).unwrap_or_default(), flags)
        })
    }

    /// Receives as many messages as there are and the batch has room for; waits for the first alone. Tells how many came.
    ///
    /// # Errors
    ///
    /// As [`recv_msg`](Self::recv_msg), when none came; an error behind messages that came is the next call's. EOPNOTSUPP: a
    /// stream, which has no messages.
    #[doc(alias = "recvmmsg")]
    pub fn recv_many(&self, batch: &mut RecvBatch<A>, flags: RecvFlags) -> Result<usize> {
        batch.clear();
        if !self.ty().keeps_boundaries() {
            return Err(Error::kernel(Op::Recv, Errno::OPNOTSUPP));
        }
        if let Some(errno) = batch.later.take() {
            return Err(Error::kernel(Op::Recv, errno));
        }
        let mut call = self.receiving(flags);
        let fd = call.fd;
        let wait = if call.is_limited() { call.dontwait() } else { number::MSG_WAITFORONE };
        let bits = self.one_message(flags);
        call.run(&mut || batch.receive(|room| message::recvmmsg(fd, room, bits | wait)))?;
        // A full one may not have been all.
        while batch.count % AT_ONCE == 0 && batch.count < batch.rooms.len() {
            let more = |room: &mut [Incoming<'_>]| {
                message::recvmmsg(fd, room, bits | number::MSG_DONTWAIT)
            };
            match batch.receive(more) {
                Ok(_) => {}
                Err(Errno::AGAIN | Errno::INTR) => break,
                // The socket has given it away: it is the next call's.
                Err(errno) => {
                    batch.later = Some(errno);
                    break;
                }
            }
        }
        Ok(batch.count)
    }

    /// Sends `data` as datagrams of `size` bytes, the last perhaps shorter, to `to` or the peer. On UDP the kernel or the device
    /// cuts them (GSO), some sixty at a time; where it refuses, and on other families, they are sent one by one.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to), with how many bytes had gone in whole datagrams. EINVAL: `size` is 0. EMSGSIZE: one datagram
    /// is longer than a packet, or than the path takes.
    ///
    /// ```
    /// use berkeley_socket::{Socket, Type};
    /// use std::net::SocketAddr;
    ///
    /// let there = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
    /// let here = Socket::connected(Type::DGRAM, &there.local_addr()?)?;
    /// here.send_segments(b"aaaabbbbcc", 4, None)?;
    /// for len in [4, 4, 2] {
    ///     assert_eq!(there.recv(&mut [0; 8])?, len);
    /// }
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "UDP_SEGMENT")]
    pub fn send_segments(&self, data: &[u8], size: usize, to: Option<&A>) -> Result<(), Progress> {
        let failed = |errno| Progress::nothing(Error::kernel(Op::Send, errno));
        if size == 0 {
            return Err(failed(Errno::INVAL));
        }
        let to = to.map(Address::encode);
        let to = to.as_ref().map_or(&[][..], AsRef::as_ref);
        // Other families would take no heed of the control message, and send all as one.
        let longest = self.nature().longest_udp(self.fd());
        let segments = longest.map_or(1, |longest| SEGMENTS.min(longest / size));
        let mut control = ControlData::new();
        let cuts = segments > 1
            && u16::try_from(size).is_ok_and(|size| control.push(udp::SEGMENT, size).is_ok());
        let at_once = if cuts { size * segments } else { size };
        let mut call = self.sending(SendFlags::NONE);
        let (fd, flags) = (call.fd, call.dontwait());
        let mut refused = false;
        call.run_all(data.len(), &mut |done| {
            let rest = data.get(done..).unwrap_or_default();
            let part = rest.get(..at_once).unwrap_or(rest);
            if part.len() > size && !refused {
                let pieces = [IoSlice::new(part)];
                let outgoing = Outgoing::new(&pieces, Some(&control.0), to);
                match message::sendmsg(fd, &outgoing, flags) {
                    // The device does not sum, the kernel does not cut, or not what the path must cut again: udp_send_skb.
                    Err(Errno::IO | Errno::INVAL | Errno::MSGSIZE | Errno::OPNOTSUPP) => {
                        refused = true;
                    }
                    answer => return answer,
                }
            }
            let one = rest.get(..size).unwrap_or(rest);
            message::sendmsg(fd, &Outgoing::new(&[IoSlice::new(one)], None, to), flags)
        })
    }
}

/// Room for many messages, allocated once: data, senders, flags and control messages of each.
#[derive(Debug)]
pub struct RecvBatch<A> {
    data: Box<[u8]>,
    /// How many bytes of it each message has.
    size: usize,
    rooms: Box<[ControlRoom]>,
    names: Box<[Sockaddr]>,
    heads: Box<[Head]>,
    count: usize,
    /// What the last call met behind the messages that it brought.
    later: Option<Errno>,
    speaks: PhantomData<fn() -> A>,
}

/// What is said of a message that came.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    len: usize,
    flags: ReceivedFlags,
}

impl<A: Address> RecvBatch<A> {
    /// Room for so many messages of so many bytes each, with so many bytes of control messages each: the sum of
    /// [`space`](crate::control::space) of each that may come. For joined datagrams ([`udp::GRO`](crate::option::udp::GRO)) that is
    /// 24 bytes at least: without the control message nobody can tell them apart.
    ///
    /// # Panics
    ///
    /// When there is not so much memory.
    pub fn new(messages: usize, size: usize, control: usize) -> Self {
        Self {
            // A message without room for data still takes a place.
            data: vec![0; messages.saturating_mul(size.max(1))].into(),
            size: size.max(1),
            rooms: (0..messages).map(|_| ControlRoom::new(control)).collect(),
            names: vec![Sockaddr::new(); messages].into(),
            heads: vec![Head::default(); messages].into(),
            count: 0,
            later: None,
            speaks: PhantomData,
        }
    }

    /// Forgets what came, and closes the descriptors that nobody took.
    pub fn clear(&mut self) {
        self.controls().for_each(ControlRoom::clear);
        self.count = 0;
    }

    /// The messages that the last receive brought, in order.
    pub fn messages(&self) -> impl ExactSizeIterator<Item = BatchMessage<'_, A>> {
        let parts = self.data.chunks(self.size).zip(&self.rooms).zip(&self.names).zip(&self.heads);
        parts.take(self.count).map(|(((data, control), name), head)| BatchMessage {
            data: data.get(..head.len).unwrap_or(data),
            name,
            flags: head.flags,
            control,
            speaks: PhantomData,
        })
    }

    /// The control messages of each message, to take descriptors from.
    pub fn controls(&mut self) -> impl ExactSizeIterator<Item = &mut ControlRoom> {
        self.rooms.iter_mut().take(self.count)
    }

    /// One call into the places behind those that are taken.
    fn receive(
        &mut self,
        call: impl FnOnce(&mut [Incoming<'_>]) -> berkeley_sys::Result<usize>,
    ) -> berkeley_sys::Result<usize> {
        let start = self.count;
        let room = (self.rooms.len() - start).min(AT_ONCE);
        let data = self.data.get_mut(start * self.size..).unwrap_or_default();
        let mut pieces = data.chunks_mut(self.size);
        let mut pieces: [IoSliceMut<'_>; AT_ONCE] =
            core::array::from_fn(|_| IoSliceMut::new(pieces.next().unwrap_or_default()));
        let mut pieces = pieces.chunks_mut(1);
        let mut rooms = self.rooms.get_mut(start..).unwrap_or_default().iter_mut();
        let mut names = self.names.get_mut(start..).unwrap_or_default().iter_mut();
        let mut incoming: [Incoming<'_>; AT_ONCE] = core::array::from_fn(|_| {
            let control = rooms.next().map(|room| &mut room.0);
            Incoming::new(pieces.next().unwrap_or_default(), control, names.next())
        });
        let count = call(incoming.get_mut(..room).unwrap_or_default())?.min(room);
        let heads = self.heads.get_mut(start..).unwrap_or_default();
        for (head, message) in heads.iter_mut().zip(&incoming).take(count) {
            *head = Head { len: message.received(), flags: ReceivedFlags::of(message.flags()) };
        }
        self.count += count;
        Ok(count)
    }
}

/// A message of a [`RecvBatch`].
#[derive(Clone, Copy, Debug)]
pub struct BatchMessage<'b, A> {
    /// The data.
    pub data: &'b [u8],
    name: &'b Sockaddr,
    /// What the kernel says of it: whether it was cut.
    pub flags: ReceivedFlags,
    /// Its control messages.
    pub control: &'b ControlRoom,
    speaks: PhantomData<fn() -> A>,
}

impl<'b, A: Address> BatchMessage<'b, A> {
    /// The sender; `None` where the kernel names none, or one that is no `A`.
    pub fn from(&self) -> Option<A> {
        A::decode(self.name.as_bytes()).ok()
    }

    /// The datagrams that were joined to this one (UDP_GRO), in order; itself, if none were. Where there was no room for the control
    /// message that tells it ([`ReceivedFlags::CTRUNC`]) they cannot be told apart.
    pub fn segments(&self) -> Chunks<'b, u8> {
        segments(self.data, self.control)
    }
}

/// The datagrams in what a receive brought: joined ones (UDP_GRO) apart, in order; one that came alone by itself. `control` must
/// have had room for the message that tells it, of 24 bytes.
///
/// ```
/// use berkeley_socket::control::ControlRoom;
/// use berkeley_socket::option::udp;
/// use berkeley_socket::{RecvFlags, Socket, Type, segments};
/// use std::io::IoSliceMut;
/// use std::net::SocketAddr;
///
/// let there = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
/// there.set(udp::GRO, true)?;
/// let here = Socket::connected(Type::DGRAM, &there.local_addr()?)?;
/// here.send_segments(&[7; 1000], 100, None)?;
///
/// let (mut buffer, mut control, mut count) = ([0; 65_535], ControlRoom::new(64), 0);
/// while count < 10 {
///     let buffers = &mut [IoSliceMut::new(&mut buffer)];
///     let len = there.recv_msg(buffers, &mut control, RecvFlags::NONE)?.len;
///     count += segments(&buffer[..len], &control).inspect(|datagram| assert_eq!(datagram.len(), 100)).count();
/// }
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[doc(alias = "UDP_GRO")]
pub fn segments<'d>(data: &'d [u8], control: &ControlRoom) -> Chunks<'d, u8> {
    let size = control.get(udp::GRO).map_or(0, usize::from);
    data.chunks(if size == 0 { data.len().max(1) } else { size })
}
