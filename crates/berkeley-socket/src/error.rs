//! `Error`: what was tried and how it failed, in four bytes.
//!
//! An error says the operation ([`Op`]) and the [`Kind`]; where the kernel failed it, the errno. It is `Copy` and allocates
//! nothing. It turns into [`std::io::Error`] by `?`: an errno keeps its number there, everything else is the payload.

use core::fmt;
use core::num::NonZeroU32;
use std::io;

use berkeley_sys::Errno;

/// What every operation of this crate returns.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Op {
    /// `socket(2)`.
    Open,
    /// `socketpair(2)`.
    Pair,
    /// `bind(2)`.
    Bind,
    /// `connect(2)`.
    Connect,
    /// `listen(2)`.
    Listen,
    /// `accept4(2)`.
    Accept,
    /// `getsockname(2)`.
    LocalAddr,
    /// `getpeername(2)`.
    PeerAddr,
    /// Any of the sends.
    Send,
    /// Any of the receives.
    Recv,
    /// `shutdown(2)`.
    Shutdown,
    /// `close(2)`.
    Close,
    /// `fcntl(F_DUPFD_CLOEXEC)`.
    Clone,
    /// `getsockopt(2)`.
    GetOption,
    /// `setsockopt(2)`.
    SetOption,
    /// `ioctl(FIONBIO)`.
    SetBlocking,
    /// Looking up an interface.
    Interface,
    /// Making a token: `eventfd(2)`.
    Token,
    /// `sendfile(2)`, and what stands in for it.
    SendFile,
    /// Making the pipe of a splice: `pipe2(2)`.
    Pipe,
    /// `fcntl(F_SETFD)`, `fcntl(F_GETFD)`.
    Inheritable,
    /// Looking up a node or a link of TIPC.
    Node,
}

impl Op {
    /// In the order of the discriminants.
    const ALL: [Self; 22] = [
        Self::Open,
        Self::Pair,
        Self::Bind,
        Self::Connect,
        Self::Listen,
        Self::Accept,
        Self::LocalAddr,
        Self::PeerAddr,
        Self::Send,
        Self::Recv,
        Self::Shutdown,
        Self::Close,
        Self::Clone,
        Self::GetOption,
        Self::SetOption,
        Self::SetBlocking,
        Self::Interface,
        Self::Token,
        Self::SendFile,
        Self::Pipe,
        Self::Inheritable,
        Self::Node,
    ];

    /// The word for it, as an error prints it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "socket",
            Self::Pair => "socketpair",
            Self::Bind => "bind",
            Self::Connect => "connect",
            Self::Listen => "listen",
            Self::Accept => "accept",
            Self::LocalAddr => "getsockname",
            Self::PeerAddr => "getpeername",
            Self::Send => "send",
            Self::Recv => "recv",
            Self::Shutdown => "shutdown",
            Self::Close => "close",
            Self::Clone => "dup",
            Self::GetOption => "getsockopt",
            Self::SetOption => "setsockopt",
            Self::SetBlocking => "set blocking mode",
            Self::Interface => "interface",
            Self::Token => "cancel token",
            Self::SendFile => "sendfile",
            Self::Pipe => "pipe",
            Self::Inheritable => "inheritable",
            Self::Node => "node",
        }
    }
}

/// How it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Kind {
    /// The kernel said an errno: [`Error::errno`]. Also its own time-out, ETIMEDOUT.
    Kernel = 1,
    /// The [`Limit`](crate::Limit)'s time was over.
    #[doc(alias("timeout", "TimeoutError"))]
    TimedOut,
    /// The [`Limit`](crate::Limit)'s token was cancelled.
    Cancelled,
    /// The [`Limit`](crate::Limit)'s hook, run because of a signal, asked for an end.
    Interrupted,
    /// The peer ended before all had come that was asked for.
    Ended,
    /// An address of another family than the socket's type says came back from the kernel.
    Foreign,
    /// The message was longer than the buffer: its first part is there, the rest is gone (unless it was only peeked at).
    Truncated,
}

impl Kind {
    /// In the order of the discriminants, from 1.
    const ALL: [Self; 7] = [
        Self::Kernel,
        Self::TimedOut,
        Self::Cancelled,
        Self::Interrupted,
        Self::Ended,
        Self::Foreign,
        Self::Truncated,
    ];
}

/// What failed, and how.
///
/// ```
/// use berkeley_addr::UnixAddr;
/// use berkeley_socket::{Errno, Kind, Op, Socket, Type};
///
/// let error = Socket::connected(Type::STREAM, &UnixAddr::path("/nobody/listens/here")?).unwrap_err();
/// assert_eq!((error.op(), error.kind(), error.errno()), (Op::Connect, Kind::Kernel, Some(Errno::NOENT)));
/// assert_eq!(error.to_string(), "connect: No such file or directory (os error 2)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias("error", "OSError"))]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error(NonZeroU32);

impl Error {
    const fn pack(op: Op, kind: Kind, errno: u16) -> Self {
        // The kernel's errnos are at most 4095; kinds begin at 1, so the word is never zero.
        let [high, low] = errno.to_be_bytes();
        match NonZeroU32::new(u32::from_be_bytes([op as u8, kind as u8, high, low])) {
            Some(bits) => Self(bits),
            None => unreachable!(),
        }
    }

    /// An operation that the kernel refused.
    #[inline]
    pub fn kernel(op: Op, errno: Errno) -> Self {
        Self::pack(op, Kind::Kernel, u16::try_from(errno.raw_os_error()).unwrap_or(0))
    }

    /// An operation that failed without an errno.
    pub(crate) const fn other(op: Op, kind: Kind) -> Self {
        Self::pack(op, kind, 0)
    }

    /// What was tried.
    pub fn op(self) -> Op {
        let [op, ..] = self.0.get().to_be_bytes();
        Op::ALL.get(usize::from(op)).copied().unwrap_or(Op::Open)
    }

    /// How it failed.
    pub fn kind(self) -> Kind {
        let [_, kind, ..] = self.0.get().to_be_bytes();
        Kind::ALL.get(usize::from(kind).wrapping_sub(1)).copied().unwrap_or(Kind::Kernel)
    }

    /// What the kernel said, where it was the kernel.
    pub fn errno(self) -> Option<Errno> {
        match self.kind() {
            Kind::Kernel => {
                let [.., high, low] = self.0.get().to_be_bytes();
                Some(Errno::from_raw_os_error(u16::from_be_bytes([high, low]).into()))
            }
            _ => None,
        }
    }

    /// Whether messages to this socket were lost because its receive queue was full: ENOBUFS of a receive, as netlink says it, once. What was
    /// known by them must be asked for again. A packet socket does not say it so, but counts
    /// ([`STATISTICS`](crate::option::packet::STATISTICS), [`Block::is_losing`](crate::packet::Block::is_losing)).
    ///
    /// ```
    /// use berkeley_addr::{NetlinkAddr, Protocol, Type};
    /// use berkeley_socket::{RecvFlags, Socket};
    ///
    /// let route = Socket::<NetlinkAddr>::open(Type::RAW, Protocol::NETLINK_ROUTE)?;
    /// let nothing = route.recv_with(&mut [0; 8], RecvFlags::DONTWAIT).unwrap_err();
    /// assert!(!nothing.is_loss());
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "ENOBUFS")]
    pub fn is_loss(self) -> bool {
        self.op() == Op::Recv && self.errno() == Some(Errno::NOBUFS)
    }

    /// Whether a non-blocking socket would have had to wait (EAGAIN).
    #[doc(alias = "EAGAIN")]
    #[doc(alias = "EWOULDBLOCK")]
    pub fn is_would_block(self) -> bool {
        self.errno() == Some(Errno::AGAIN)
    }

    /// std's word for it. Cancelled and interrupted are `Other`: what is `Interrupted` there is tried again by std for ever.
    pub fn io_kind(self) -> io::ErrorKind {
        match self.kind() {
            Kind::Kernel => match self.errno() {
                Some(errno) => errno.kind(),
                None => io::ErrorKind::Other,
            },
            Kind::TimedOut => io::ErrorKind::TimedOut,
            Kind::Cancelled | Kind::Interrupted => io::ErrorKind::Other,
            Kind::Ended => io::ErrorKind::UnexpectedEof,
            Kind::Foreign | Kind::Truncated => io::ErrorKind::InvalidData,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.op().name())?;
        match self.kind() {
            Kind::Kernel => match self.errno() {
                // std prints the C library's words and the number.
                Some(errno) => io::Error::from(errno).fmt(f),
                None => f.write_str("failed"),
            },
            Kind::TimedOut => f.write_str("timed out"),
            Kind::Cancelled => f.write_str("cancelled"),
            Kind::Interrupted => f.write_str("interrupted by a signal"),
            Kind::Ended => f.write_str("the peer ended before all had come"),
            Kind::Foreign => f.write_str("an address of another family than the socket's"),
            Kind::Truncated => f.write_str("the message is longer than the buffer"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self})")
    }
}

impl core::error::Error for Error {}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error.errno() {
            Some(errno) => errno.into(),
            None => Self::new(error.io_kind(), error),
        }
    }
}

/// An operation of many steps that stopped part of the way: nothing of what was done is lost.
///
/// ```
/// use berkeley_addr::UnixAddr;
/// use berkeley_socket::{Kind, Socket, Type};
///
/// let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM)?;
/// there.send_all(b"abc")?;
/// there.close()?;
/// let stopped = here.recv_exact(&mut [0; 8]).unwrap_err();
/// assert_eq!((stopped.done, stopped.error.kind()), (3, Kind::Ended));
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Why it stopped.
    pub error: Error,
    /// How many bytes were sent, or received into the buffer, before.
    pub done: usize,
}

impl Progress {
    /// It stopped before the first byte.
    pub(crate) const fn nothing(error: Error) -> Self {
        Self { error, done: 0 }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (after {} bytes)", self.error, self.done)
    }
}

impl core::error::Error for Progress {}

impl From<Progress> for Error {
    fn from(progress: Progress) -> Self {
        progress.error
    }
}

impl From<Progress> for io::Error {
    fn from(progress: Progress) -> Self {
        progress.error.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_op_and_kind_survives_the_packing() {
        for op in Op::ALL {
            for kind in Kind::ALL {
                let error = Error::pack(op, kind, 0);
                assert_eq!((error.op(), error.kind()), (op, kind));
            }
            for number in [1, 11, 133, 4095] {
                let error = Error::kernel(op, Errno::from_raw_os_error(number));
                assert_eq!((error.op(), error.kind()), (op, Kind::Kernel));
                assert_eq!(error.errno().map(Errno::raw_os_error), Some(number));
                assert_eq!(io::Error::from(error).raw_os_error(), Some(number));
            }
        }
        assert_eq!(size_of::<Result<()>>(), 4);
        assert_eq!(size_of::<Result<(), Progress>>(), 16);
    }

    #[test]
    fn only_the_kernel_interrupts() {
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Kernel) {
            let error = io::Error::from(Error::other(Op::Recv, kind));
            assert_ne!(error.kind(), io::ErrorKind::Interrupted, "{kind:?}");
            assert!(
                error.get_ref().is_some_and(<dyn core::error::Error + Send + Sync>::is::<Error>),
                "{kind:?}"
            );
        }
    }
}
