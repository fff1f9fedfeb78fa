//! Control messages: what travels beside the data of [`send_msg`](crate::Socket::send_msg) and
//! [`recv_msg`](crate::Socket::recv_msg). cmsg(3).
//!
//! A message is a level, a kind and bytes. A [`ControlKind`] says what the bytes mean; those of a level stand in a module of its
//! name, as its options do. One that is missing is a line, also outside this crate, and every message can be had as it is.
//!
//! ```
//! use berkeley_socket::control::{ControlData, ControlRoom, ip};
//! use berkeley_socket::option;
//! use berkeley_socket::{Message, RecvFlags, Socket, Type};
//! use std::io::{IoSlice, IoSliceMut};
//! use std::net::SocketAddr;
//!
//! let there = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
//! let here = Socket::connected(Type::DGRAM, &there.local_addr()?)?;
//! there.set(option::ip::RECVTTL, true)?;
//!
//! let mut control = ControlData::new();
//! control.push(ip::TTL, 7)?;
//! here.send_msg(&Message::new(&[IoSlice::new(b"hello")]).with(&control))?;
//!
//! let (mut buffer, mut room) = ([0; 1500], ControlRoom::new(128)); // used again for each message
//! let received = there.recv_msg(&mut [IoSliceMut::new(&mut buffer)], &mut room, RecvFlags::NONE)?;
//! assert_eq!(&buffer[..received.len], b"hello");
//! assert_eq!(room.get(ip::TTL), Some(7));
//! # Ok::<(), berkeley_socket::Error>(())
//! ```
//!
//! # Descriptors
//!
//! Those that come are the room's own, close-on-exec, from the moment the call returns. [`ControlRoom::take_fds`] gives them
//! away; whatever nobody took is closed with the room or before its next use, also when the control data was cut off.

use core::fmt;
use core::marker::PhantomData;
use std::os::fd::{BorrowedFd, OwnedFd};

use berkeley_sys::Errno;
use berkeley_sys::control::{Data, Room};
use berkeley_sys::number::{SCM_PIDFD, SCM_RIGHTS};

use crate::error::{Error, Op, Result};

/// A control message as it came: level, kind and bytes.
pub use berkeley_sys::control::Message as ControlMessage;

pub use berkeley_sys::control::{len, space};

mod content;
pub use content::{
    Auxdata, AuxdataContent, Content, CredentialsContent, Duration64, ExtendedError,
    ExtendedErrorContent, Int, Iv, J1939Name, Nothing, Origin, PacketTime, PathMtu, PathMtuContent,
    Pktinfo4, Pktinfo4Content, Pktinfo6, Pktinfo6Content, Raw, SctpReceive, SctpReceiveContent,
    SctpSendContent, Sockaddr4, Sockaddr6, Time, Times, Timestamps, TipcError, TipcErrorContent,
    TipcName, TipcNameContent, TipcReason, Uint, Uint8, Uint16, UintBe,
};

pub mod alg;
pub mod bluetooth;
pub mod can;
pub mod ip;
pub mod ipv6;
pub mod netlink;
pub mod packet;
pub mod sctp;
pub mod so;
pub mod tcp;
pub mod tipc;
pub mod tls;
pub mod udp;
pub mod vsock;

/// What a control message of a level and a kind holds.
pub struct ControlKind<C> {
    level: i32,
    kind: i32,
    content: PhantomData<fn() -> C>,
}

impl<C: Content> ControlKind<C> {
    /// The messages of this level and kind. Safe whatever the numbers: what has another form reads as `None`.
    pub const fn new(level: i32, kind: i32) -> Self {
        Self { level, kind, content: PhantomData }
    }

    /// `SOL_*` or `IPPROTO_*`.
    pub const fn level(self) -> i32 {
        self.level
    }

    /// Which of the level's messages.
    pub const fn kind(self) -> i32 {
        self.kind
    }

    /// What a message says, if it is of this kind and has its form.
    pub fn read<'a>(self, message: &ControlMessage<'a>) -> Option<C::Value<'a>> {
        let same = (message.level, message.kind) == (self.level, self.kind);
        if same { C::decode(message.data) } else { None }
    }
}

impl<C> Clone for ControlKind<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for ControlKind<C> {}

impl<C> fmt::Debug for ControlKind<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "control message {} of level {}", self.kind, self.level)
    }
}

/// Room for the control messages of a receive. Allocated once; each receive forgets what the one before brought.
#[derive(Default)]
pub struct ControlRoom(pub(crate) Room);

impl ControlRoom {
    /// Room for so many bytes: the sum of [`space`] of each message that may come. None: what comes is cut off, and said to be
    /// ([`Received::is_control_truncated`](crate::Received::is_control_truncated)).
    pub fn new(bytes: usize) -> Self {
        Self(Room::new(bytes))
    }

    /// Room for exactly so many bytes, also where it ends within a message, which is then cut there: as C and Python have it.
    pub fn exact(bytes: usize) -> Self {
        Self(Room::exact(bytes))
    }

    /// What the first message of this kind says; `None`: none came, or of another form.
    pub fn get<C: Content>(&self, kind: ControlKind<C>) -> Option<C::Value<'_>> {
        self.messages().find_map(|message| kind.read(&message))
    }

    /// All messages, in order, as they came; [`ControlKind::read`] says what one means. Of descriptors that were taken the
    /// number is -1.
    pub fn messages(&self) -> impl Iterator<Item = ControlMessage<'_>> {
        self.0.messages()
    }

    /// Takes the descriptors that came (SCM_RIGHTS), in the sender's order. Those that the iterator does not reach stay.
    #[doc(alias = "SCM_RIGHTS")]
    pub fn take_fds(&mut self) -> impl Iterator<Item = OwnedFd> {
        self.0.take(SCM_RIGHTS)
    }

    /// Takes the descriptor of the sending process, which SO_PASSPIDFD has delivered: Linux 6.5.
    #[doc(alias = "SCM_PIDFD")]
    pub fn take_pidfd(&mut self) -> Option<OwnedFd> {
        self.0.take(SCM_PIDFD).next()
    }

    /// Forgets what came, and closes the descriptors that nobody took.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl fmt::Debug for ControlRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.messages()).finish()
    }
}

/// Control messages to send. `'f` is the borrow of the descriptors among them.
#[derive(Clone, Debug, Default)]
pub struct ControlData<'f>(pub(crate) Data<'f>);

impl<'f> ControlData<'f> {
    /// None yet, and no memory.
    pub const fn new() -> Self {
        Self(Data::new())
    }

    /// Adds a message.
    ///
    /// # Errors
    ///
    /// EINVAL: the kind's form cannot say this value.
    pub fn push<C: Content>(
        &mut self,
        kind: ControlKind<C>,
        value: C::Value<'_>,
    ) -> Result<&mut Self> {
        let mut pushed = Err(Errno::INVAL);
        C::encode(value, &mut |data| pushed = self.0.push(kind.level, kind.kind, data));
        pushed.map_err(|errno| Error::kernel(Op::Send, errno))?;
        Ok(self)
    }

    /// Adds a message of any kind as bytes.
    ///
    /// # Errors
    ///
    /// EINVAL: those of SCM_RIGHTS are descriptors by number, for which there is [`push_fds`](Self::push_fds); those of
    /// SOL_RDS may be addresses of memory.
    pub fn push_raw(&mut self, level: i32, kind: i32, data: &[u8]) -> Result<&mut Self> {
        self.0.push(level, kind, data).map_err(|errno| Error::kernel(Op::Send, errno))?;
        Ok(self)
    }

    /// Adds descriptors (SCM_RIGHTS): the receiver gets duplicates. AF_UNIX takes at most 253 with a message.
    #[doc(alias = "SCM_RIGHTS")]
    pub fn push_fds(&mut self, fds: &[BorrowedFd<'f>]) -> &mut Self {
        self.0.push_descriptors(fds);
        self
    }

    /// Forgets the messages, and keeps the memory for the next ones.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// Messages put together by berkeley-sys, which can say more.
impl<'f> From<Data<'f>> for ControlData<'f> {
    fn from(data: Data<'f>) -> Self {
        Self(data)
    }
}
