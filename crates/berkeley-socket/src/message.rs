//! Whole messages: data in pieces, an address, flags and control messages at once. sendmsg(2), recvmsg(2).
//!
//! Contract. Nothing is cut in silence: what did not fit is said in [`Received`], of the data and of the control messages alike, and is
//! no error here, because a part of a message may be what was wanted. The sender's address that is no `A` is `None`; the data
//! are there all the same.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{BorrowedFd, OwnedFd};

use berkeley_addr::{Address, UnixAddr};
use berkeley_sys::Sockaddr;
use berkeley_sys::message::{self, Incoming, Outgoing};

use crate::control::{ControlData, ControlRoom, space};
use crate::error::{Error, Kind, Op, Result};
use crate::flag::{ReceivedFlags, RecvFlags, SendFlags};
use crate::handle::Handle;
use crate::socket::Socket;

/// As many descriptors as AF_UNIX sends at once (`include/net/scm.h`).
const SCM_MAX_FD: usize = 253;

/// A message to send: pieces of data in a row, and what goes with them.
///
/// ```
/// use berkeley_socket::{Message, Socket, Type};
/// use std::io::IoSlice;
/// use std::net::SocketAddr;
///
/// let there = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
/// let here = Socket::open_for(Type::DGRAM, &there.local_addr()?)?;
/// let pieces = [IoSlice::new(b"he"), IoSlice::new(b"llo")];
/// here.send_msg(&Message::new(&pieces).to(&there.local_addr()?))?;
/// assert_eq!(there.recv(&mut [0; 8])?, 5);
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[derive(Debug)]
pub struct Message<'m, A> {
    pub(crate) data: &'m [IoSlice<'m>],
    pub(crate) to: Option<&'m A>,
    pub(crate) control: Option<&'m ControlData<'m>>,
    flags: SendFlags,
}

impl<A> Clone for Message<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A> Copy for Message<'_, A> {}

impl<'m, A> Message<'m, A> {
    /// These pieces in a row, to the peer.
    pub const fn new(data: &'m [IoSlice<'m>]) -> Self {
        Self { data, to: None, control: None, flags: SendFlags::NONE }
    }

    /// The same to an address.
    #[must_use]
    pub const fn to(self, address: &'m A) -> Self {
        Self { to: Some(address), ..self }
    }

    /// The same with control messages beside it.
    #[must_use]
    pub const fn with(self, control: &'m ControlData<'m>) -> Self {
        Self { control: Some(control), ..self }
    }

    /// The same with flags. A batch has one set of them: there they do not count.
    #[must_use]
    pub const fn flags(self, flags: SendFlags) -> Self {
        Self { flags, ..self }
    }
}

/// What a receive brought: how much, from whom, and what was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received<A> {
    /// How many bytes are in the buffers; with [`RecvFlags::TRUNC`] the message's own length, where the family tells it.
    pub len: usize,
    /// The sender; `None` where the kernel names none, or one that is no `A`.
    pub from: Option<A>,
    /// What the kernel says of the message: whether it was cut, ends a record, came out of band.
    pub flags: ReceivedFlags,
}

impl<A> Received<A> {
    /// Whether the message was longer than the buffers; the rest is gone.
    #[doc(alias = "MSG_TRUNC")]
    pub fn is_truncated(&self) -> bool {
        self.flags.contains(ReceivedFlags::TRUNC)
    }

    /// Whether control messages did not fit into their room. Descriptors that did not are closed.
    #[doc(alias = "MSG_CTRUNC")]
    pub fn is_control_truncated(&self) -> bool {
        self.flags.contains(ReceivedFlags::CTRUNC)
    }
}

impl<A: Address, H: Handle> Socket<A, H> {
    /// Sends a message of pieces, with control messages. A stream may take less than all.
    ///
    /// # Errors
    ///
    /// As [`send_to`](Self::send_to). EINVAL: a control message that the family does not know, or over 253 descriptors. EPERM: one
    /// that asks for a capability. ETOOMANYREFS: too many descriptors are under way. EMSGSIZE: over 1024 pieces.
    #[doc(alias = "sendmsg")]
    pub fn send_msg(&self, message: &Message<'_, A>) -> Result<usize> {
        let to = message.to.map(Address::encode);
        let to = to.as_ref().map_or(&[][..], AsRef::as_ref);
        let outgoing = Outgoing::new(message.data, message.control.map(|control| &control.0), to);
        let mut call = self.sending(message.flags);
        let (fd, flags) = (call.fd, message.flags.bits() | call.dontwait());
        call.run(&mut || message::sendmsg(fd, &outgoing, flags))
    }

    /// Receives a message into the buffers in turn, and its control messages into `control`, which forgets those of before. What
    /// did not fit is said in the answer.
    ///
    /// Under a limit [`WAITALL`](RecvFlags::WAITALL) does not hold.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv), but never [`Kind::Truncated`].
    ///
    /// ```
    /// use berkeley_addr::UnixAddr;
    /// use berkeley_socket::{RecvFlags, Socket, Type, control::ControlRoom};
    /// use std::io::IoSliceMut;
    ///
    /// let (here, there) = Socket::<UnixAddr>::pair(Type::SEQPACKET)?;
    /// here.send(b"a long message")?;
    /// let mut short = [0; 6];
    /// let mut none = ControlRoom::default();
    /// let received = there.recv_msg(&mut [IoSliceMut::new(&mut short)], &mut none, RecvFlags::NONE)?;
    /// assert!(received.is_truncated() && &short == b"a long");
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "recvmsg")]
    #[doc(alias = "recvmsg_into")]
    pub fn recv_msg(
        &self,
        buffers: &mut [IoSliceMut<'_>],
        control: &mut ControlRoom,
        flags: RecvFlags,
    ) -> Result<Received<A>> {
        let mut from = Sockaddr::new();
        let received = self.recv_named(buffers, control, flags, &mut from)?;
        Ok(Received { from: A::decode(from.as_bytes()).ok(), ..received })
    }

    /// [`recv_msg`](Self::recv_msg), whose sender is bytes: some families tell two addresses in them.
    pub(crate) fn recv_named(
        &self,
        buffers: &mut [IoSliceMut<'_>],
        control: &mut ControlRoom,
        flags: RecvFlags,
        from: &mut Sockaddr,
    ) -> Result<Received<A>> {
        let mut call = self.receiving(flags);
        let (fd, bits) = (call.fd, self.one_message(flags) | call.dontwait());
        let room = buffers.iter().map(|buffer| buffer.len()).sum();
        let mut incoming = Incoming::new(buffers, Some(&mut control.0), Some(from));
        let len = call.run(&mut || message::recvmsg(fd, &mut incoming, bits))?;
        let len = if flags.contains(RecvFlags::TRUNC) { len } else { len.min(room) };
        Ok(Received { len, from: None, flags: ReceivedFlags::of(incoming.flags()) })
    }
}

impl<H: Handle> Socket<UnixAddr, H> {
    /// Sends descriptors with some data: the receiver gets duplicates. A stream needs at least a byte, and may take a part of the
    /// data: the descriptors have gone with its first byte, so the rest goes by [`send_all`](Socket::send_all).
    ///
    /// # Errors
    ///
    /// As [`send_msg`](Self::send_msg). EINVAL: over 253 descriptors.
    ///
    /// ```
    /// use berkeley_addr::UnixAddr;
    /// use berkeley_socket::{Socket, Type};
    /// use std::os::fd::AsFd;
    ///
    /// let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM)?;
    /// let file = std::fs::File::open("/dev/null")?;
    /// here.send_fds(b"log", &[file.as_fd()])?;
    /// let (len, fds) = there.recv_fds(&mut [0; 16], 1)?;
    /// assert_eq!((len, fds.len()), (3, 1)); // owned, close-on-exec
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[doc(alias = "SCM_RIGHTS")]
    pub fn send_fds(&self, data: &[u8], fds: &[BorrowedFd<'_>]) -> Result<usize> {
        let mut control = ControlData::new();
        control.push_fds(fds);
        self.send_msg(&Message::new(&[IoSlice::new(data)]).with(&control))
    }

    /// Receives data, and at most `most` descriptors with them. Where messages have boundaries a longer one is an error.
    ///
    /// # Errors
    ///
    /// As [`recv`](Self::recv). [`Kind::Truncated`]: more descriptors came than that, or than this process may have open; or the
    /// message was longer. All that came are closed.
    #[doc(alias = "SCM_RIGHTS")]
    pub fn recv_fds(&self, buffer: &mut [u8], most: usize) -> Result<(usize, Vec<OwnedFd>)> {
        // What options may have delivered beside them: the sender's credentials and its descriptor, a label.
        let beside = space(12) + space(4) + space(256);
        let mut room = ControlRoom::new(space(4 * most.min(SCM_MAX_FD)) + beside);
        let buffers = &mut [IoSliceMut::new(buffer)];
        let received = self.recv_msg(buffers, &mut room, RecvFlags::NONE)?;
        let cut = received.is_truncated() && self.ty().keeps_boundaries();
        if cut || received.is_control_truncated() {
            return Err(Error::other(Op::Recv, Kind::Truncated));
        }
        let fds: Vec<_> = room.take_fds().collect();
        // The room is for more.
        if fds.len() > most {
            return Err(Error::other(Op::Recv, Kind::Truncated));
        }
        Ok((received.len, fds))
    }
}
