//! connect(2): under a limit, and begun and finished separately.
//!
//! A connect that timed out or was cancelled goes on in the kernel. Calling again waits for the same attempt, whatever the
//! address: EALREADY and EINPROGRESS are waits, and under a limit another address than it led to is EISCONN. Not on AF_UNIX, where
//! EAGAIN (a full backlog) and EINTR mean that nothing was begun: it is called again. On AF_VSOCK a signal would end an attempt that
//! blocks, and what is left of it refuse the next one; so there the kernel never waits, but we do. The attempt's
//! outcome is SO_ERROR after POLLOUT, and then a peer's name; connect is not repeated to learn it. AF_VSOCK and AF_TIPC give an attempt
//! up after a time of their own, which is set to what is left of the limit. Sources: connect(2), unix(7), vsock(7), linux/tipc.h.

use berkeley_addr::{Address, AnyAddr, Family, Type};
use berkeley_sys::option::{self, SctpPath, SctpStatus};
use berkeley_sys::{Errno, Sockaddr, descriptor, poll, socket};

use crate::call::{Call, look};
use crate::error::{Error, Op, Result};
use crate::handle::Handle;
use crate::option::{so, tipc, vsock};
use crate::socket::Socket;

impl<A: Address, H: Handle> Socket<A, H> {
    /// Connects. On a datagram socket: sets the peer, at once.
    ///
    /// Under a limit the descriptor is non-blocking while this runs. On one that is somebody else's ([`Socket::on`]) threads
    /// that connect at the same time can undo this for each other.
    ///
    /// # Errors
    ///
    /// ECONNREFUSED: nobody listens. ETIMEDOUT: no answer, by the kernel's patience. ENETUNREACH, EHOSTUNREACH. EISCONN: it
    /// is connected, perhaps by an earlier attempt to another address. ENOENT, EACCES (AF_UNIX paths). EAGAIN: no local port is free. EINPROGRESS: a
    /// [non-blocking](Socket::set_blocking) socket has begun; [`finish_connect`](Self::finish_connect) ends it.
    /// [`Kind::TimedOut`](crate::Kind::TimedOut), [`Kind::Cancelled`](crate::Kind::Cancelled): the attempt goes on in the kernel.
    pub fn connect(&self, address: &A) -> Result<()> {
        let name = address.encode();
        let begin = || socket::connect(self.fd(), name.as_ref());
        self.connect_by(address.family(), Some(name.as_ref()), &begin)
    }

    /// What `begin` begins, waited for. `name`: where it leads to, if that is one address.
    pub(crate) fn connect_by(
        &self,
        family: Family,
        name: Option<&[u8]>,
        begin: &dyn Fn() -> berkeley_sys::Result<()>,
    ) -> Result<()> {
        let unix = family == Family::UNIX;
        let waits_apart = family == Family::VSOCK && self.blocks();
        if self.is_unlimited() && !waits_apart {
            match begin() {
                Ok(()) => return Ok(()),
                Err(Errno::INTR) => self.call(Op::Connect, poll::OUT).interrupted()?,
                // Begun, or not possible yet: on a socket that only the library made non-blocking, a wait.
                Err(Errno::AGAIN) if unix && self.is_blocking_owned() => {}
                Err(Errno::INPROGRESS | Errno::ALREADY) if self.is_blocking_owned() => {}
                Err(errno) => return Err(Error::kernel(Op::Connect, errno)),
            }
        }
        let lent = (!self.is_unlimited() || waits_apart) && self.lend_nonblocking()?;
        self.lend_patience(family);
        let answer = self.connect_waiting(family, name, begin);
        if lent {
            self.take_nonblocking_back();
        }
        answer
    }

    /// Has the kernel be as patient as the limit, where it has a time of its own (vsock 2 s, TIPC 8 s). Where it does not take it, the
    /// attempt ends when the kernel says so.
    fn lend_patience(&self, family: Family) {
        if !matches!(family, Family::VSOCK | Family::TIPC) {
            return;
        }
        if let Some(left) = self.handle().limit().remaining().filter(|left| !left.is_zero()) {
            let _ = match family {
                Family::VSOCK => self.set(vsock::CONNECT_TIMEOUT, left),
                _ => self.set(tipc::CONN_TIMEOUT, left),
            };
        }
    }

    /// Tries, and waits for what it began.
    fn connect_waiting(
        &self,
        family: Family,
        name: Option<&[u8]>,
        begin: &dyn Fn() -> berkeley_sys::Result<()>,
    ) -> Result<()> {
        let unix = family == Family::UNIX;
        let mut call = Call::new(self.fd(), Op::Connect, poll::OUT, self.handle().limit(), false);
        let mut outcome = Ok(());
        let mut earlier = None;
        call.run(&mut || {
            outcome = begin();
            match outcome {
                Err(Errno::AGAIN | Errno::INTR) if unix => Err(Errno::AGAIN),
                _ => Ok(0),
            }
        })?;
        let many = self.ty() == Type::SEQPACKET && matches!(family, Family::INET | Family::INET6);
        match outcome {
            Ok(()) => return Ok(()),
            Err(Errno::INPROGRESS | Errno::INTR | Errno::ALREADY) if many => {
                return self.await_association(&mut call, name.unwrap_or_default());
            }
            Err(Errno::INPROGRESS | Errno::INTR) => call.wait()?,
            Err(Errno::ALREADY) => {
                call.wait()?;
                earlier = name.filter(|_| call.is_limited());
            }
            // It was connected by the attempt that a signal took the plain call away from.
            Err(Errno::ISCONN) if self.is_unlimited() => return Ok(()),
            Err(errno) => return Err(Error::kernel(Op::Connect, errno)),
        }
        self.outcome(earlier)
    }

    /// Waits for an association of a one-to-many SCTP socket, which poll says nothing of, nor SO_ERROR how it failed: the kernel is asked
    /// how it is, with a pause between. Where it is no more, nobody took it.
    fn await_association(&self, call: &mut Call<'_>, name: &[u8]) -> Result<()> {
        /// `enum sctp_sstat_state` of linux/sctp.h.
        const ESTABLISHED: i32 = 4;
        let mut path: SctpPath = option::zeroed();
        for (place, byte) in path.address.iter_mut().zip(name) {
            *place = *byte;
        }
        call.run(&mut || {
            let gone = |_| Errno::CONNREFUSED;
            let path =
                option::ask(self.fd(), option::SCTP_GET_PEER_ADDR_INFO, path).map_err(gone)?;
            let status = SctpStatus { association: path.association, ..option::zeroed() };
            let status = option::ask(self.fd(), option::SCTP_STATUS, status).map_err(gone)?;
            if status.state < ESTABLISHED { Err(Errno::AGAIN) } else { Ok(0) }
        })
        .map(drop)
    }

    /// How an attempt ended: SO_ERROR, once it has. That there is no error is not enough: another thread may have been told
    /// it, or nothing was begun. An `earlier` attempt may have been to another address than is wanted now.
    fn outcome(&self, earlier: Option<&[u8]>) -> Result<()> {
        let failed = |errno| Error::kernel(Op::Connect, errno);
        if let Some(errno) = self.get(so::ERROR)? {
            self.forget_attempt();
            return Err(failed(errno));
        }
        let mut peer = Sockaddr::new();
        socket::getpeername(self.fd(), &mut peer).map_err(failed)?;
        match earlier {
            Some(wanted) if leads_elsewhere(wanted, peer.as_bytes()) => Err(failed(Errno::ISCONN)),
            _ => Ok(()),
        }
    }

    /// After an attempt that failed while it was waited for, the kernel would answer the next connect with ECONNABORTED,
    /// whatever its address; connecting to AF_UNSPEC ends that (connect(2)). A failed connect that blocks needs none of it.
    fn forget_attempt(&self) {
        // Where there are messages it would take the peer away that was there before.
        let stream = !self.ty().keeps_boundaries();
        if stream && matches!(self.family(), Ok(Family::INET | Family::INET6)) {
            // The attempt's own error is the one to give.
            let _ = socket::connect(self.fd(), &[0; 16]);
        }
    }

    /// Whether a connect without a limit waits.
    fn blocks(&self) -> bool {
        match self.handle().mode() {
            Some(mode) => !mode.is_user_nonblocking(),
            None => !descriptor::is_nonblocking(self.fd()).unwrap_or(true),
        }
    }

    fn is_blocking_owned(&self) -> bool {
        self.handle().mode().is_some_and(|mode| !mode.is_user_nonblocking())
    }

    /// Begins to connect and returns at once: `true` if it is done, `false` if [`finish_connect`](Self::finish_connect) will
    /// say. The descriptor is non-blocking from now on; calls that may wait still do (on one that is
    /// [somebody else's](Socket::on) only under a limit: O_NONBLOCK is its owner's).
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect). EAGAIN on AF_UNIX: the backlog is full, and nothing was begun.
    ///
    /// ```
    /// use berkeley_socket::{BACKLOG, Limit, Socket, Type};
    /// use std::net::SocketAddr;
    ///
    /// let server = Socket::listening(Type::STREAM, &SocketAddr::from(([127, 0, 0, 1], 0)), BACKLOG)?;
    /// let address = server.local_addr()?;
    /// let client = Socket::open_for(Type::STREAM, &address)?;
    /// if !client.try_connect(&address)? {
    ///     client.within(Limit::seconds(1)).finish_connect()?;
    /// }
    /// assert_eq!(client.peer_addr()?, address);
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "connect_ex")]
    pub fn try_connect(&self, address: &A) -> Result<bool> {
        let prepared = match self.handle().mode() {
            Some(mode) => mode.need_nonblocking(self.fd()),
            None => descriptor::set_nonblocking(self.fd(), true),
        };
        prepared
            .and_then(|()| match socket::connect(self.fd(), address.encode().as_ref()) {
                Ok(()) => Ok(true),
                Err(Errno::INPROGRESS | Errno::ALREADY) => Ok(false),
                // Interrupted before anything was begun, or after: only the kernel knows, and finish_connect asks it.
                Err(Errno::INTR) if address.family() != Family::UNIX => Ok(false),
                Err(errno) => Err(errno),
            })
            .map_err(|errno| Error::kernel(Op::Connect, errno))
    }

    /// Waits for the attempt that [`try_connect`](Self::try_connect), or a [`connect`](Self::connect) that was stopped by
    /// its limit, has begun, and says how it ended.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect). EAGAIN: a [non-blocking](Socket::set_blocking) socket without a limit is not there yet.
    /// ENOTCONN: nothing was begun, or how it failed was told already; or it is a one-to-many SCTP socket, of whose associations only
    /// [`connect`](Self::connect) under a limit and [`sctp::status`](crate::sctp::status) know.
    pub fn finish_connect(&self) -> Result<()> {
        self.call(Op::Connect, poll::OUT).run(&mut || look(self.fd(), poll::OUT))?;
        self.outcome(None)
    }

    /// Sets O_NONBLOCK for one connect; whether it must be cleared afterwards.
    fn lend_nonblocking(&self) -> Result<bool> {
        let lent = match self.handle().mode() {
            Some(mode) => mode.lend(self.fd()).map(|()| true),
            None => descriptor::is_nonblocking(self.fd()).and_then(|nonblocking| {
                if !nonblocking {
                    descriptor::set_nonblocking(self.fd(), true)?;
                }
                Ok(!nonblocking)
            }),
        };
        lent.map_err(|errno| Error::kernel(Op::Connect, errno))
    }

    fn take_nonblocking_back(&self) {
        match self.handle().mode() {
            Some(mode) => mode.give_back(self.fd()),
            None => {
                // Should this fail, the connect's own answer is still the one to give.
                let _ = descriptor::set_nonblocking(self.fd(), false);
            }
        }
    }
}

/// Whether an IP address is not the one that was asked for. To the any address is to this machine.
#[cold]
fn leads_elsewhere(wanted: &[u8], peer: &[u8]) -> bool {
    let ip = |bytes: &[u8]| AnyAddr::decode(bytes).ok().and_then(|addr| addr.ip());
    let (Some(wanted), Some(peer)) = (ip(wanted), ip(peer)) else { return false };
    let same_host =
        wanted.ip().is_unspecified() || wanted.ip().to_canonical() == peer.ip().to_canonical();
    wanted.port() != peer.port() || !same_host
}
