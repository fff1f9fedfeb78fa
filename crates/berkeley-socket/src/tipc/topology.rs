//! The topology server: a SEQPACKET connection to service 1, instance 1, over which subscriptions go and events come.
//!
//! Contract: every call takes its limit. What does not look like an event is EBADMSG, and never taken for one.
//! Sources: tipc(7) of tipcutils, net/tipc/topsrv.c.

use core::sync::atomic::{AtomicBool, Ordering};

use berkeley_addr::{Protocol, TipcAddr, Type};
use berkeley_sys::Errno;

use crate::error::{Error, Kind, Op, Result};
use crate::limit::Limit;
use crate::socket::Socket;

use super::event::{EVENT, Event, Subscription};

/// A connection to a topology server, which tells of services, nodes and links as they come and go.
///
/// ```no_run
/// use berkeley_addr::{TipcAddr, Type};
/// use berkeley_socket::tipc::{EventKind, Subscription, Topology};
/// use berkeley_socket::{Limit, Socket};
///
/// let topology = Topology::connected(Limit::seconds(5))?;
/// topology.subscribe(&Subscription::new(21_000, 0, 99), Limit::seconds(5))?;
/// let service = Socket::bound(Type::RDM, &TipcAddr::service(21_000, 7))?;
/// for event in topology.events(Limit::seconds(5)) {
///     let event = event?;
///     if event.kind == EventKind::Published && event.socket == service.local_addr()? {
///         assert_eq!(event.lower, 7);
///         break;
///     }
/// }
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[doc(alias = "TIPC_TOP_SRV")]
#[derive(Debug)]
pub struct Topology {
    socket: Socket<TipcAddr>,
    /// The kernel tells an end once: whoever receives then waits for ever.
    ended: AtomicBool,
}

impl Topology {
    /// To this node's.
    ///
    /// # Errors
    ///
    /// EAFNOSUPPORT: the kernel lacks TIPC. Else as [`connect`](Socket::connect).
    pub fn connected(limit: Limit<'_>) -> Result<Self> {
        Self::to(&TipcAddr::TOPOLOGY, limit)
    }

    /// To another node's, by the node's hash: what that node sees.
    ///
    /// # Errors
    ///
    /// As [`connected`](Self::connected); EHOSTUNREACH: no such node.
    pub fn connected_to(node: u32, limit: Limit<'_>) -> Result<Self> {
        Self::to(&TipcAddr::service_on(1, 1, node), limit)
    }

    fn to(server: &TipcAddr, limit: Limit<'_>) -> Result<Self> {
        let socket = Socket::<TipcAddr>::open(Type::SEQPACKET, Protocol::DEFAULT)?;
        socket.within(limit).connect(server)?;
        Ok(Self { socket, ended: AtomicBool::new(false) })
    }

    /// Asks to be told: of what is there at once, of what changes from then on.
    ///
    /// # Errors
    ///
    /// EINVAL: the range ends before it begins, the filter is neither [of the two](super::Filter), or the time is over 49 days. What the
    /// server refuses (over 65,535 subscriptions on this node) it answers by ending the connection.
    pub fn subscribe(&self, subscription: &Subscription, limit: Limit<'_>) -> Result<()> {
        self.ask(subscription.encode(), limit)
    }

    /// Ends a subscription: exactly the one that was made. Events that are under way come all the same.
    ///
    /// # Errors
    ///
    /// As [`subscribe`](Self::subscribe).
    #[doc(alias = "TIPC_SUB_CANCEL")]
    pub fn cancel(&self, subscription: &Subscription, limit: Limit<'_>) -> Result<()> {
        self.ask(subscription.encode_cancel(), limit)
    }

    fn ask(&self, request: Option<[u8; 28]>, limit: Limit<'_>) -> Result<()> {
        let request = request.ok_or_else(|| Error::kernel(Op::Send, Errno::INVAL))?;
        self.socket.within(limit).send(&request).map(drop)
    }

    /// The next event.
    ///
    /// # Errors
    ///
    /// [`Kind::Ended`], ECONNRESET: the server has ended the connection, now or before. EBADMSG: what came is no event. Else as
    /// [`recv`](Socket::recv).
    pub fn event(&self, limit: Limit<'_>) -> Result<Event> {
        let ended = Err(Error::other(Op::Recv, Kind::Ended));
        if self.ended.load(Ordering::Relaxed) {
            return ended;
        }
        // One byte more: so a longer one is seen to be none.
        let mut bytes = [0; EVENT + 1];
        let len = self.socket.within(limit).recv(&mut bytes)?;
        if len == 0 {
            self.ended.store(true, Ordering::Relaxed);
            return ended;
        }
        let event = bytes.get(..len).and_then(Event::decode);
        event.ok_or_else(|| Error::kernel(Op::Recv, Errno::BADMSG))
    }

    /// The events, one after the other, as they come. Each is waited for under `limit`; all together under one that was
    /// [started](Limit::start). The first error is the last item; another iterator goes on behind it.
    pub fn events<'t>(&'t self, limit: Limit<'t>) -> Events<'t> {
        Events { topology: self, limit, failed: false }
    }

    /// The connection: for poll, and for options.
    pub fn socket(&self) -> &Socket<TipcAddr> {
        &self.socket
    }
}

/// The events of a [`Topology`].
#[derive(Debug)]
pub struct Events<'t> {
    topology: &'t Topology,
    limit: Limit<'t>,
    failed: bool,
}

impl Iterator for Events<'_> {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Result<Event>> {
        if self.failed {
            return None;
        }
        let event = self.topology.event(self.limit);
        self.failed = event.is_err();
        Some(event)
    }
}

impl core::iter::FusedIterator for Events<'_> {}
