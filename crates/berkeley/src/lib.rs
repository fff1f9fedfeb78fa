//! Sockets for Rust on Linux: every address family, one typed blocking API.
//!
//! All that Python's `socket` module can do, typed, with what it lacks: one deadline for a whole call, cancellation, name
//! resolution under the same deadline, strict addresses, and errors that say what failed. `docs/PYTHON.md` has each of its
//! names beside ours.
//!
//! ```no_run
//! use berkeley::{Limit, create_connection, option::tcp};
//!
//! let web = create_connection(("example.org", 80), Limit::seconds(5))?; // names and connects: one deadline
//! web.set(tcp::NODELAY, true)?;
//! web.send_all(b"HEAD / HTTP/1.0\r\n\r\n")?;
//! let mut answer = [0; 512];
//! let len = web.within(Limit::seconds(5)).recv(&mut answer)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The root holds the paved path. The layers are here whole: [`addr`] (text, values and bytes of addresses), [`socket`] (the
//! socket, its options and limits), [`resolve`] (names).
//!
//! | to | use |
//! |---|---|
//! | connect by name | [`create_connection`], [`create_connection_with`]; over any transport, by an [`Endpoint`]: [`connect`] |
//! | see how a connection comes about | [`connect_traced`] |
//! | take connections | [`create_server`]; over any transport: [`listen`] |
//! | make a socket of a known address | [`Socket::bound`], [`Socket::connected`], [`Socket::listening`], [`Socket::pair`] |
//! | make one as socket(2) does | [`Socket::new`] |
//! | send and receive whole messages, descriptors, batches, files | [`Socket::send_msg`], [`Socket::recv_msg`], [`socket`] |
//! | find interfaces, capture frames, and what else a family has beyond addresses | [`socket`], by family; `docs/FAMILIES.md` has an example for each |
//! | bound a call, or end it from another thread | [`Socket::within`], [`Limit`], [`CancelToken`] |
//! | look a name up without libc, with what each server said | [`resolve::Resolver`] |
//! | look a name up | [`resolve::getaddrinfo`], [`resolve::resolve`] |
//! | read an address | [`AnyAddr`], [`Endpoint`], and core's [`SocketAddr`](core::net::SocketAddr) |

#![forbid(unsafe_code)]

mod error;
pub use error::{Attempt, ConnectError, Failure};

mod endpoint;
pub use endpoint::IntoEndpoint;

mod trace;
pub use trace::ConnectEvent;

mod race;
pub use race::ConnectOptions;

mod connect;
pub use connect::{connect, connect_traced, create_connection, create_connection_with};

mod serve;
pub use serve::{ServerOptions, create_server, listen};

mod kernel;
pub use kernel::{has_dualstack_ipv6, has_ipv6};

/// Addresses: text, values, bytes. The crate berkeley-addr.
pub use berkeley_addr as addr;
/// Names. The crate berkeley-resolve.
pub use berkeley_resolve as resolve;
/// The socket. The crate berkeley-socket.
pub use berkeley_socket as socket;

pub use berkeley_addr::{
    Address, AnyAddr, Endpoint, EtherType, Family, NetlinkAddr, PacketAddr, Protocol, Type,
    UnixAddr,
};
pub use berkeley_resolve::{ResolveError, getaddrinfo};
pub use berkeley_socket::{
    BACKLOG, CancelToken, Error, How, Interface, Kind, Limit, Message, Progress, RecvFlags, Result,
    SendFlags, Socket, SocketRef, control, option,
};

/// README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

/// The examples of docs/PYTHON.md run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/PYTHON.md")]
mod python {}

/// The examples of docs/FAMILIES.md compile, and run where any kernel runs them.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/FAMILIES.md")]
mod families {}
