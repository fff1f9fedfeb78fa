//! `Socket`: making one, naming it, taking connections, ending it. socket(2), socketpair(2), bind(2), listen(2), accept4(2).

use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;
use std::os::fd::{BorrowedFd, OwnedFd};

use berkeley_addr::{Address, AnyAddr, Family, OneFamily, Protocol, Type};
use berkeley_sys::{Errno, Sockaddr, descriptor, number, poll, socket};

use crate::call::{Call, look};
use crate::error::{Error, Kind, Op, Result};
use crate::handle::{Handle, Nature, Owned, View};
use crate::limit::Limit;

/// As many connections as the system lets wait: the kernel caps it at `net.core.somaxconn`.
#[doc(alias = "SOMAXCONN")]
pub const BACKLOG: i32 = number::SOMAXCONN;

/// A socket whose addresses are `A`. Plain `Socket` speaks every family.
///
/// `H` says whose the descriptor is: [`Owned`] by the socket, or only borrowed ([`SocketRef`]). Every operation is there for
/// both, and takes `&self`: threads may share a socket.
///
/// ```
/// use berkeley_socket::{BACKLOG, Socket, Type};
/// use std::net::SocketAddr;
///
/// let server = Socket::listening(Type::STREAM, &SocketAddr::from(([127, 0, 0, 1], 0)), BACKLOG)?;
/// let client = Socket::connected(Type::STREAM, &server.local_addr()?)?;
/// let (served, from) = server.accept()?;
/// assert_eq!(from, client.local_addr()?);
/// client.send_all(b"GET")?;
/// let mut request = [0; 3];
/// served.recv_exact(&mut request)?;
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
///
/// `AsFd` and `AsRawFd` tell the descriptor, `OwnedFd::from(socket)` takes it out.
#[doc(alias("SocketType", "fileno", "detach"))]
pub struct Socket<A = AnyAddr, H = Owned> {
    handle: H,
    speaks: PhantomData<fn(A) -> A>,
}

/// A socket by reference, with a limit: what [`within`](Socket::within) gives and what helper functions should take.
///
/// ```
/// use berkeley_socket::{Limit, Result, Socket, SocketRef, Type};
/// use std::net::SocketAddr;
///
/// fn greet(to: SocketRef<'_, SocketAddr>) -> Result<usize> {
///     to.send(b"hello")
/// }
///
/// let server = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
/// let client = Socket::connected(Type::DGRAM, &server.local_addr()?)?;
/// greet(client.within(Limit::seconds(1)))?;
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
pub type SocketRef<'s, A = AnyAddr> = Socket<A, View<'s>>;

/// Which direction [`shutdown`](Socket::shutdown) ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// Receiving: a receive waits no longer; where nothing is there it says the end. TCP still takes what comes later; on
    /// AF_UNIX the peer's sends fail with EPIPE.
    #[doc(alias = "SHUT_RD")]
    Read,
    /// Sending: the peer sees the end of the stream.
    #[doc(alias = "SHUT_WR")]
    Write,
    /// Both.
    #[doc(alias = "SHUT_RDWR")]
    Both,
}

impl Socket {
    /// A socket of any family: socket(2), word by word. For a typed one: [`open`](Socket::open), [`bound`](Socket::bound).
    ///
    /// # Errors
    ///
    /// EAFNOSUPPORT: the kernel lacks the family. EPROTONOSUPPORT, ESOCKTNOSUPPORT: or the type or protocol. EPERM: raw and
    /// packet sockets need CAP_NET_RAW. EMFILE, ENFILE: out of descriptors.
    ///
    /// ```
    /// use berkeley_socket::{Family, Protocol, Socket, Type};
    /// let socket = Socket::new(Family::UNIX, Type::SEQPACKET, Protocol::DEFAULT)?;
    /// assert_eq!(socket.ty(), Type::SEQPACKET);
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "socket")]
    pub fn new(family: Family, ty: Type, protocol: Protocol) -> Result<Self> {
        Self::make(family, ty, protocol)
    }
}

impl<A: OneFamily> Socket<A> {
    /// A socket of `A`'s family, without an address yet. Where `A` has two families ([`SocketAddr`](core::net::SocketAddr)):
    /// [`open_for`](Self::open_for). The default protocol is `A`'s own: `Socket::<RfcommAddr>` opens BTPROTO_RFCOMM.
    ///
    /// # Errors
    ///
    /// As [`new`](Socket::new).
    pub fn open(ty: Type, protocol: Protocol) -> Result<Self> {
        let own = protocol == Protocol::DEFAULT;
        Self::make(A::FAMILY, ty, if own { A::PROTOCOL } else { protocol })
    }

    /// Two sockets connected to each other (AF_UNIX; AF_TIPC where the kernel has it).
    ///
    /// # Errors
    ///
    /// As [`new`](Socket::new); EOPNOTSUPP: the family has no pairs.
    #[doc(alias = "socketpair")]
    pub fn pair(ty: Type) -> Result<(Self, Self)> {
        let protocol = A::PROTOCOL.raw();
        let (one, two) = socket::socketpair(A::FAMILY.raw().into(), ty.raw(), protocol)
            .map_err(|errno| Error::kernel(Op::Pair, errno))?;
        let nature = Nature::new(A::FAMILY, ty, A::PROTOCOL);
        Ok((Self::own(Owned::new(one, nature)), Self::own(Owned::new(two, nature))))
    }
}

impl<A: Address> Socket<A> {
    fn make(family: Family, ty: Type, protocol: Protocol) -> Result<Self> {
        let fd = socket::socket(family.raw().into(), ty.raw(), protocol.raw())
            .map_err(|errno| Error::kernel(Op::Open, errno))?;
        Ok(Self::own(Owned::new(fd, Nature::new(family, ty, protocol))))
    }

    pub(crate) fn own(handle: Owned) -> Self {
        Self { handle, speaks: PhantomData }
    }

    /// A socket of `address`'s family, not bound: for options that come before [`bind`](Self::bind) or
    /// [`connect`](Self::connect).
    ///
    /// # Errors
    ///
    /// As [`new`](Socket::new).
    pub fn open_for(ty: Type, address: &A) -> Result<Self> {
        Self::make(address.family(), ty, address.protocol())
    }

    /// A socket bound to `address`.
    ///
    /// # Errors
    ///
    /// As [`new`](Socket::new) and [`bind`](Self::bind).
    pub fn bound(ty: Type, address: &A) -> Result<Self> {
        let socket = Self::open_for(ty, address)?;
        socket.bind(address)?;
        Ok(socket)
    }

    /// A socket connected to `address`, without a limit; with one: [`open_for`](Self::open_for), then
    /// [`within`](Self::within) and [`connect`](Self::connect).
    ///
    /// # Errors
    ///
    /// As [`new`](Socket::new) and [`connect`](Self::connect).
    pub fn connected(ty: Type, address: &A) -> Result<Self> {
        let socket = Self::open_for(ty, address)?;
        socket.connect(address)?;
        Ok(socket)
    }

    /// A socket that takes connections at `address`, with a queue of `backlog`: see [`listen`](Self::listen).
    ///
    /// No option is set: for a TCP server that restarts, `berkeley::create_server` sets SO_REUSEADDR.
    ///
    /// # Errors
    ///
    /// As [`new`](Socket::new), [`bind`](Self::bind) and [`listen`](Self::listen).
    pub fn listening(ty: Type, address: &A, backlog: i32) -> Result<Self> {
        let socket = Self::open_for(ty, address)?;
        socket.listen_at(address, backlog)?;
        Ok(socket)
    }

    /// [`bind`](Self::bind) and [`listen`](Self::listen), in the order that leaves no client refused between the two: on TIPC a bound
    /// server is published, so it must listen before.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn listen_at(&self, address: &A, backlog: i32) -> Result<()> {
        if address.family() == Family::TIPC {
            self.listen(backlog)?;
            return self.bind(address);
        }
        self.bind(address)?;
        self.listen(backlog)
    }

    /// How long each call may take from now on; `None`: as long as it takes. Python's `settimeout`, but for a whole call,
    /// and zero is one try that ends in [`Kind::TimedOut`], not the non-blocking mode. There is none for all sockets at once.
    #[doc(alias("settimeout", "setdefaulttimeout"))]
    pub fn set_timeout(&self, timeout: Option<Duration>) {
        self.handle.set_timeout(timeout);
    }

    /// What [`set_timeout`](Self::set_timeout) set. An accepted socket has none, whatever the listener has.
    #[doc(alias("gettimeout", "getdefaulttimeout"))]
    pub fn timeout(&self) -> Option<Duration> {
        self.handle.timeout()
    }

    /// `false`: for event loops. A call that would wait says EAGAIN ([`Error::is_would_block`]), unless a limit says how long.
    ///
    /// O_NONBLOCK is the open file's: a [clone](Self::try_clone) that becomes a std socket or an `OwnedFd` takes it back.
    ///
    /// # Errors
    ///
    /// None that a socket gives.
    #[doc(alias = "setblocking")]
    #[doc(alias = "O_NONBLOCK")]
    pub fn set_blocking(&self, blocking: bool) -> Result<()> {
        self.handle
            .mode
            .set_user(self.fd(), !blocking)
            .map_err(|errno| Error::kernel(Op::SetBlocking, errno))
    }

    /// Whether calls without a limit wait.
    #[doc(alias = "getblocking")]
    pub fn is_blocking(&self) -> bool {
        !self.handle.mode.is_user_nonblocking()
    }

    /// A second socket for the same open file, close-on-exec, with the same time-out.
    ///
    /// O_NONBLOCK is the open file's. Both stay under their limits; but while one is handed on, as a std socket or an `OwnedFd`,
    /// which blocks, a limit on an accept or connect that waits on the other may not hold.
    ///
    /// # Errors
    ///
    /// EMFILE: out of descriptors.
    #[doc(alias = "dup")]
    pub fn try_clone(&self) -> Result<Self> {
        let fd =
            descriptor::duplicate(self.fd()).map_err(|errno| Error::kernel(Op::Clone, errno))?;
        Ok(Self::own(self.handle.twin(fd)))
    }

    /// Closes, and says what close(2) said; dropping closes as well. The descriptor is gone also on an error.
    ///
    /// Under SO_LINGER closing waits, and no limit bounds that.
    ///
    /// # Errors
    ///
    /// Practically none on a socket.
    pub fn close(self) -> Result<()> {
        descriptor::close(self.handle.into_fd()).map_err(|errno| Error::kernel(Op::Close, errno))
    }

    /// The same socket, for any address.
    pub fn widen(self) -> Socket {
        Socket::own(self.handle)
    }

    /// The same socket, for addresses `B`, if its family and protocol speak them; else it comes back.
    ///
    /// ```
    /// use berkeley_addr::UnixAddr;
    /// use berkeley_socket::{Family, Protocol, Socket, Type};
    /// use std::net::SocketAddr;
    ///
    /// let any = Socket::new(Family::INET6, Type::STREAM, Protocol::DEFAULT)?;
    /// let any = any.narrow::<UnixAddr>().unwrap_err();
    /// let typed: Socket<SocketAddr> = any.narrow().expect("an IPv6 socket");
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The socket itself.
    pub fn narrow<B: Address>(self) -> core::result::Result<Socket<B>, Self> {
        match (self.family(), self.protocol()) {
            (Ok(family), Ok(protocol)) if B::speaks(family, protocol) => {
                Ok(Socket::own(self.handle))
            }
            _ => Err(self),
        }
    }

    pub(crate) fn into_handle(self) -> Owned {
        self.handle
    }
}

impl<'s, A: Address> SocketRef<'s, A> {
    /// A socket over a descriptor that is somebody else's. One system call, for its type.
    ///
    /// Where the descriptor blocks, [`accept`](Self::accept) under a limit waits for a connection and then calls: raced by
    /// another process it may wait longer.
    pub fn on(fd: BorrowedFd<'s>) -> Self {
        Self { handle: View::on(fd), speaks: PhantomData }
    }

    /// [`on`](Self::on), without its system call and without its care for messages: each operation is the kernel's own call, to which
    /// the limit adds the waiting. A message longer than the buffer is cut without a word, and `ty` says STREAM, whatever the socket is. For
    /// bindings of other languages, which keep a descriptor, its type and its mode themselves.
    ///
    /// ```
    /// use berkeley_socket::{Socket, SocketRef, Type};
    /// use berkeley_addr::UnixAddr;
    /// use std::os::fd::AsFd;
    ///
    /// let (here, there) = Socket::<UnixAddr>::pair(Type::DGRAM)?;
    /// here.send(b"a long one")?;
    /// let raw = SocketRef::<UnixAddr>::raw(there.as_fd());
    /// assert_eq!(raw.recv(&mut [0; 6])?, 6); // there.recv would say that it was cut
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[inline]
    pub fn raw(fd: BorrowedFd<'s>) -> Self {
        Self { handle: View::raw(fd), speaks: PhantomData }
    }

    /// The same view under another limit.
    pub(crate) fn under(self, limit: Limit<'s>) -> Self {
        Self { handle: self.handle.under(limit), ..self }
    }
}

impl<A, H: Copy> Clone for Socket<A, H> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A, H: Copy> Copy for Socket<A, H> {}

impl<A: Address, H: Handle> Socket<A, H> {
    /// The same socket under `limit`, for the calls that are made through what this returns. It replaces the socket's own
    /// time-out, and the limit of a view.
    pub fn within<'s>(&'s self, limit: Limit<'s>) -> SocketRef<'s, A> {
        Socket { handle: View::of(&self.handle, limit), speaks: PhantomData }
    }

    /// Gives the socket its address. Port 0 and the empty Unix name let the kernel choose.
    ///
    /// # Errors
    ///
    /// EADDRINUSE. EADDRNOTAVAIL: no interface has it. EACCES: a port below 1024 needs CAP_NET_BIND_SERVICE; or a directory
    /// may not be written. EINVAL: it has one already.
    pub fn bind(&self, address: &A) -> Result<()> {
        socket::bind(self.fd(), address.encode().as_ref())
            .map_err(|errno| Error::kernel(Op::Bind, errno))
    }

    /// Takes connections from now on, up to `backlog` waiting ones; [`BACKLOG`] is as many as the system lets.
    ///
    /// # Errors
    ///
    /// EOPNOTSUPP: the type has no connections. EADDRINUSE.
    pub fn listen(&self, backlog: i32) -> Result<()> {
        socket::listen(self.fd(), backlog).map_err(|errno| Error::kernel(Op::Listen, errno))
    }

    /// Takes a connection, and says whose. The new socket blocks and has no time-out.
    ///
    /// Under a limit the first call on an owned socket makes the descriptor non-blocking, for good; calls without a limit
    /// notice nothing, but another process that shares the listener sees EAGAIN.
    ///
    /// # Errors
    ///
    /// EMFILE, ENFILE: out of descriptors; the connection stays in the queue, so wait before trying again. ECONNABORTED: it
    /// was given up. EINVAL: not listening. [`Kind::Foreign`]: its address is no `A`; it is closed.
    pub fn accept(&self) -> Result<(Socket<A>, A)> {
        let mut peer = Sockaddr::new();
        let fd = self.accept_fd(Some(&mut peer))?;
        let address =
            A::decode(peer.as_bytes()).map_err(|_| Error::other(Op::Accept, Kind::Foreign))?;
        Ok((Socket::own(Owned::new(fd, self.nature())), address))
    }

    /// Takes a connection and asks for no address: some families refuse one (AF_ALG).
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept), but never [`Kind::Foreign`].
    pub fn accept_only(&self) -> Result<Socket<A>> {
        let fd = self.accept_fd(None)?;
        Ok(Socket::own(Owned::new(fd, self.nature())))
    }

    fn accept_fd(&self, mut peer: Option<&mut Sockaddr>) -> Result<OwnedFd> {
        let limited = !self.handle.is_unlimited();
        if let (true, Some(mode)) = (limited, self.handle.mode()) {
            mode.need_nonblocking(self.fd()).map_err(|errno| Error::kernel(Op::Accept, errno))?;
        }
        // Somebody else's descriptor may block, so the limit can end a wait there, but not a call.
        let look_first = limited && self.handle.mode().is_none();
        let mut accepted = None;
        self.call(Op::Accept, poll::IN).run(&mut || {
            if look_first {
                look(self.fd(), poll::IN)?;
            }
            accepted = Some(socket::accept(self.fd(), peer.as_deref_mut())?);
            Ok(0)
        })?;
        accepted.ok_or_else(|| Error::kernel(Op::Accept, Errno::AGAIN))
    }

    /// Ends one direction, or both, for every descriptor of the open file.
    ///
    /// # Errors
    ///
    /// ENOTCONN: there is no peer.
    pub fn shutdown(&self, how: How) -> Result<()> {
        let how = match how {
            How::Read => number::SHUT_RD,
            How::Write => number::SHUT_WR,
            How::Both => number::SHUT_RDWR,
        };
        socket::shutdown(self.fd(), how).map_err(|errno| Error::kernel(Op::Shutdown, errno))
    }

    /// The socket's own address.
    ///
    /// # Errors
    ///
    /// EOPNOTSUPP: the family has none. [`Kind::Foreign`]: it is no `A`.
    #[doc(alias = "getsockname")]
    pub fn local_addr(&self) -> Result<A> {
        named(Op::LocalAddr, |name| socket::getsockname(self.fd(), name))
    }

    /// The peer's address.
    ///
    /// # Errors
    ///
    /// ENOTCONN: there is no peer. [`Kind::Foreign`]: it is no `A`.
    #[doc(alias = "getpeername")]
    pub fn peer_addr(&self) -> Result<A> {
        named(Op::PeerAddr, |name| socket::getpeername(self.fd(), name))
    }

    /// The type: no system call.
    #[doc(alias = "type")]
    #[inline]
    pub fn ty(&self) -> Type {
        self.nature().ty()
    }

    #[inline]
    pub(crate) fn nature(&self) -> Nature {
        self.handle.nature()
    }

    #[inline]
    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.handle.fd()
    }

    #[inline]
    pub(crate) fn is_unlimited(&self) -> bool {
        self.handle.is_unlimited()
    }

    #[inline]
    pub(crate) fn first_flags(&self) -> Option<i32> {
        self.handle.first_flags()
    }

    #[inline]
    pub(crate) fn handle(&self) -> &H {
        &self.handle
    }

    /// An operation that may wait. EAGAIN is the caller's where he asked for it, or where the descriptor is not ours.
    #[cold]
    pub(crate) fn call(&self, op: Op, events: u16) -> Call<'_> {
        let would_block = self.handle.mode().is_none_or(super::handle::Mode::is_user_nonblocking);
        Call::new(self.fd(), op, events, self.handle.limit(), would_block)
    }
}

/// Asks for a name, and reads it.
fn named<A: Address>(
    op: Op,
    ask: impl FnOnce(&mut Sockaddr) -> berkeley_sys::Result<()>,
) -> Result<A> {
    let mut name = Sockaddr::new();
    ask(&mut name).map_err(|errno| Error::kernel(op, errno))?;
    A::decode(name.as_bytes()).map_err(|_| Error::other(op, Kind::Foreign))
}

/// Family, type and both addresses; what the kernel does not tell is left out. Never fails.
impl<A: Address, H: Handle> fmt::Debug for Socket<A, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use std::os::fd::AsRawFd;
        let mut out = f.debug_struct("Socket");
        out.field("fd", &self.fd().as_raw_fd());
        if let Ok(family) = self.family() {
            out.field("family", &format_args!("{family}"));
        }
        out.field("type", &format_args!("{}", self.ty()));
        if let Ok(local) = self.local_addr() {
            out.field("local", &format_args!("{}", local.text()));
        }
        if let Ok(peer) = self.peer_addr() {
            out.field("peer", &format_args!("{}", peer.text()));
        }
        out.finish()
    }
}
