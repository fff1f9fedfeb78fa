//! To and from descriptors and std's sockets.
//!
//! A socket that becomes somebody else's blocks again if only the library had made it non-blocking. One that comes from
//! elsewhere keeps its blocking mode; kernel time-outs (`set_read_timeout`) it may carry do not bound our calls.

use core::net::SocketAddr;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

use berkeley_addr::{Address, UnixAddr};
use berkeley_sys::{Errno, descriptor};

use crate::error::{Error, Op, Result};
use crate::handle::{Handle, Owned};
use crate::socket::Socket;

impl<A: Address, H: Handle> AsFd for Socket<A, H> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd()
    }
}

/// A socket under mio's poll. It must not block: [`set_blocking(false)`](Socket::set_blocking); mio's readiness is told once, so go
/// on until EAGAIN ([`Error::is_would_block`]).
#[cfg(feature = "mio")]
impl<A: Address, H: Handle> mio::event::Source for Socket<A, H> {
    fn register(
        &mut self,
        registry: &mio::Registry,
        token: mio::Token,
        interests: mio::Interest,
    ) -> std::io::Result<()> {
        mio::unix::SourceFd(&self.as_raw_fd()).register(registry, token, interests)
    }

    fn reregister(
        &mut self,
        registry: &mio::Registry,
        token: mio::Token,
        interests: mio::Interest,
    ) -> std::io::Result<()> {
        mio::unix::SourceFd(&self.as_raw_fd()).reregister(registry, token, interests)
    }

    fn deregister(&mut self, registry: &mio::Registry) -> std::io::Result<()> {
        mio::unix::SourceFd(&self.as_raw_fd()).deregister(registry)
    }
}

impl<A: Address, H: Handle> AsRawFd for Socket<A, H> {
    fn as_raw_fd(&self) -> RawFd {
        self.fd().as_raw_fd()
    }
}

/// Any descriptor of a socket, such as one inherited. [`narrow`](Socket::narrow) says which addresses it speaks.
///
/// ```
/// use berkeley_socket::Socket;
/// use std::net::{SocketAddr, UdpSocket};
/// use std::os::fd::OwnedFd;
///
/// let inherited: OwnedFd = UdpSocket::bind("127.0.0.1:0")?.into();
/// let socket: Socket<SocketAddr> = Socket::from(inherited).narrow().expect("an IP socket");
/// assert!(socket.local_addr()?.ip().is_loopback());
/// # Ok::<(), std::io::Error>(())
/// ```
impl From<OwnedFd> for Socket {
    fn from(fd: OwnedFd) -> Self {
        Self::own(Owned::adopt(fd))
    }
}

impl Socket {
    /// A socket that this process was started with, by the number of its descriptor: from a shell, or from a service manager
    /// (systemd's begin at 3). It is a duplicate; the number stays open.
    ///
    /// # Errors
    ///
    /// EBADF: nothing is open under this number. ENOTSOCK: it is no socket.
    ///
    /// ```
    /// use berkeley_socket::{Errno, Socket};
    /// assert_eq!(Socket::inherited(1 << 20).unwrap_err().errno(), Some(Errno::BADF));
    /// ```
    #[doc(alias = "fromfd")]
    #[doc(alias = "LISTEN_FDS")]
    pub fn inherited(number: RawFd) -> Result<Self> {
        let fd = descriptor::inherited(number).map_err(|errno| Error::kernel(Op::Open, errno))?;
        let socket = Self::from(fd);
        match socket.family() {
            Ok(_) => Ok(socket),
            Err(error) => Err(Error::kernel(Op::Open, error.errno().unwrap_or(Errno::NOTSOCK))),
        }
    }
}

impl<A: Address, H: Handle> Socket<A, H> {
    /// Whether programs that this process executes get the descriptor, under the same number; every descriptor that this crate
    /// makes is close-on-exec. It is so for every child that any thread starts meanwhile: to give a socket to one child, hand
    /// it to `Command` as `Stdio::from(OwnedFd::from(socket))`.
    ///
    /// # Errors
    ///
    /// None on an open descriptor.
    #[doc(alias = "FD_CLOEXEC")]
    pub fn set_inheritable(&self, inheritable: bool) -> Result<()> {
        descriptor::set_inheritable(self.fd(), inheritable)
            .map_err(|errno| Error::kernel(Op::Inheritable, errno))
    }

    /// What [`set_inheritable`](Self::set_inheritable) set.
    ///
    /// # Errors
    ///
    /// As there.
    #[doc(alias = "get_inheritable")]
    pub fn is_inheritable(&self) -> Result<bool> {
        descriptor::is_inheritable(self.fd()).map_err(|errno| Error::kernel(Op::Inheritable, errno))
    }
}

impl<A: Address> From<Socket<A>> for OwnedFd {
    fn from(socket: Socket<A>) -> Self {
        socket.into_handle().into_blocking_fd()
    }
}

/// Both ways between std's types and ours. Expands to two impls a type.
macro_rules! like_std {
    ($($std:ty => $address:ty,)*) => {$(
        impl From<$std> for Socket<$address> {
            fn from(socket: $std) -> Self {
                Self::own(Owned::adopt(socket.into()))
            }
        }

        impl From<Socket<$address>> for $std {
            fn from(socket: Socket<$address>) -> Self {
                OwnedFd::from(socket).into()
            }
        }
    )*};
}

like_std! {
    TcpStream => SocketAddr,
    TcpListener => SocketAddr,
    UdpSocket => SocketAddr,
    UnixStream => UnixAddr,
    UnixListener => UnixAddr,
    UnixDatagram => UnixAddr,
}
