//! `Changes`: what the kernel tells of links, addresses, routes and neighbours as it happens. rtnetlink(7).
//!
//! Contract: what was lost is an item ([`Change::Lost`]); what is not understood is skipped. To know a state and its changes: first
//! [`Changes::of`], then list by [`Rtnetlink`](super::Rtnetlink), then read changes; after a loss list again.
//! Sources: `linux/rtnetlink.h` (`RTNLGRP_*`), netlink(7) on ENOBUFS.

use core::fmt;

use berkeley_addr::Protocol;

use crate::error::{Kind, Op};
use crate::limit::Limit;

use super::address::{DELADDR, InterfaceAddress};
use super::connection::Connection;
use super::error::{Error, Result};
use super::link::{DELLINK, Link};
use super::message::{Message, Messages};
use super::neighbour::{DELNEIGH, Neighbour};
use super::route::{DELROUTE, Route};

/// What changes are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// Links: made, changed, deleted.
    Links,
    /// Addresses of interfaces, IPv4 and IPv6.
    Addresses,
    /// Routes, IPv4 and IPv6.
    Routes,
    /// Neighbours.
    Neighbours,
}

impl Topic {
    /// RTNLGRP_*.
    const fn groups(self) -> &'static [u32] {
        match self {
            Self::Links => &[1],
            Self::Neighbours => &[3],
            Self::Addresses => &[5, 9],
            Self::Routes => &[7, 11],
        }
    }
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Object {
    /// A link.
    Link(Link),
    /// An address of an interface.
    Address(InterfaceAddress),
    /// A route.
    Route(Route),
    /// A neighbour.
    Neighbour(Neighbour),
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It is there, new or as it is now.
    New(Object),
    /// It is gone.
    Deleted(Object),
    /// Changes were lost, because they came faster than they were read (ENOBUFS): list what is there.
    #[doc(alias = "ENOBUFS")]
    Lost,
}

impl Change {
    /// What a message of rtnetlink tells; `None`: nothing of these.
    pub fn decode(message: &Message<'_>) -> Option<Self> {
        let object = Link::decode(message)
            .map(Object::Link)
            .or_else(|| InterfaceAddress::decode(message).map(Object::Address))
            .or_else(|| Route::decode(message).map(Object::Route))
            .or_else(|| Neighbour::decode(message).map(Object::Neighbour))?;
        Some(match message.kind {
            DELLINK | DELADDR | DELROUTE | DELNEIGH => Self::Deleted(object),
            _ => Self::New(object),
        })
    }
}

/// Changes, from the moment it was made. An iterator without an end; after an error it goes on.
///
/// ```no_run
/// use berkeley_socket::netlink::{Change, Changes, Object, Topic};
///
/// for change in Changes::of(&[Topic::Links])? {
///     match change? {
///         Change::New(Object::Link(link)) => println!("{:?} is {}", link.interface, link.state),
///         Change::Deleted(Object::Link(link)) => println!("{:?} is gone", link.interface),
///         _ => println!("changes were lost: list again"),
///     }
/// }
/// # Ok::<(), berkeley_socket::netlink::Error>(())
/// ```
pub struct Changes<'l> {
    connection: Connection<'l>,
    /// Where the next message begins in the part, and the part's length.
    at: usize,
    len: usize,
}

impl Changes<'_> {
    /// Changes of these in this network namespace.
    ///
    /// # Errors
    ///
    /// As [`Connection::open`].
    pub fn of(topics: &[Topic]) -> Result<Self> {
        let connection = Connection::open(Protocol::NETLINK_ROUTE)?;
        for group in topics.iter().flat_map(|topic| topic.groups()) {
            connection.join(*group)?;
        }
        Ok(Self { connection, at: 0, len: 0 })
    }
}

impl<'l> Changes<'l> {
    /// The same under `limit`: each step from now on. A step that it ends is an error, and the next one waits again.
    #[must_use]
    pub fn within(self, limit: Limit<'_>) -> Changes<'_> {
        let Self { connection, at, len } = self;
        Changes { connection: connection.within(limit), at, len }
    }

    /// The connection: its socket's receive buffer is what bounds how far a reader may fall behind
    /// ([`so::RCVBUF`](crate::option::so::RCVBUF)).
    pub fn connection(&self) -> &Connection<'l> {
        &self.connection
    }

    fn step(&mut self) -> Result<Change> {
        let limit = self.connection.start();
        let mut first = true;
        loop {
            if self.at >= self.len {
                // What is no change must not stretch the step; what was received is never given up for the time.
                if !core::mem::take(&mut first) {
                    limit.check(Op::Recv)?;
                }
                // Nothing is left of the last one, whatever becomes of the next.
                (self.at, self.len) = (0, 0);
                self.len = match self.connection.receive(limit) {
                    Err(Error::Lost) => return Ok(Change::Lost),
                    Err(Error::Socket(error)) if error.kind() == Kind::Truncated => {
                        return Ok(Change::Lost);
                    }
                    received => received?,
                };
            }
            let mut messages = Messages::behind(self.connection.part(self.len), self.at);
            let message = messages.next().transpose();
            self.at = messages.at();
            if let Some(change) = message?.and_then(|message| Change::decode(&message)) {
                return Ok(change);
            }
        }
    }
}

impl Iterator for Changes<'_> {
    type Item = Result<Change>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.step())
    }
}

impl fmt::Debug for Changes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("connection", &self.connection).finish_non_exhaustive()
    }
}
