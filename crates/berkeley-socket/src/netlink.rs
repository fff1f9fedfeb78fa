//! Netlink: questions to the kernel about links, addresses, routes, neighbours, sockets, and changes of them. netlink(7), rtnetlink(7),
//! sock_diag(7).
//!
//! Contract: bytes from the kernel are read by total functions; requests are written without allocation, and never cut. Only the kernel is
//! believed. Lists are of one moment; loss is an error or an item, never silence.
//!
//! | to | use |
//! |---|---|
//! | read and change links, addresses, routes, neighbours | [`Rtnetlink`]; of one interface: [`Interface`](crate::Interface) |
//! | hear of changes of them | [`Changes`] |
//! | list sockets of all processes, and destroy them | [`SockDiag`] |
//! | call a family of generic netlink | [`Genetlink`], [`GenericFamily`] |
//! | set up TIPC's node and bearers | [`TipcConfig`] |
//! | anything else | [`Connection`], [`Request`], [`Message`] |

mod message;
pub use message::{
    ACK, APPEND, Attribute, Attributes, CREATE, DONE, DUMP, DUMP_INTR, ERROR, EXCL, MULTI,
    Malformed, Message, Messages, NOOP, REPLACE, REQUEST,
};

mod request;
pub use request::{NoRoom, Request};

mod error;
pub use error::{Error, Refusal, Result};

mod connection;
pub use connection::{Connection, Dump};

mod number;
pub use number::{
    AddressFlags, InterfaceFlags, LinkType, NeighbourState, OperState, RouteKind, RouteProtocol,
    Scope, SocketState, Table,
};

mod prefix;
pub use prefix::Prefix;

mod link;
pub use link::{DELLINK, GETLINK, HardwareAddress, Link, NEWLINK, NewLink, Peer};

mod address;
pub use address::{DELADDR, GETADDR, InterfaceAddress, NEWADDR};

mod route;
pub use route::{DELROUTE, GETROUTE, Hop, NEWROUTE, Route};

mod neighbour;
pub use neighbour::{DELNEIGH, GETNEIGH, NEWNEIGH, Neighbour};

mod rtnetlink;
pub use rtnetlink::Rtnetlink;

mod interface;

mod change;
pub use change::{Change, Changes, Object, Topic};

mod diag;
pub use diag::{InetSocket, NetlinkSocket, SockDiag, UnixSocket, VsockSocket};

mod generic;
pub use generic::{GENLMSGHDR, GenericFamily, GenericGroup, Genetlink};

mod tipc;
pub use tipc::{TIPC_UDP_PORT, TipcConfig, TipcLink, TipcNet};
