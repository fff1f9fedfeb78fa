//! The blocking socket of Linux, typed by its address.
//!
//! A [`Socket<A>`](Socket) is a socket whose addresses are `A`; plain [`Socket`] speaks every family, as Python's does.
//! Every operation is bounded as a whole by a [`Limit`]: a time, a deadline, a [`CancelToken`].
//!
//! ```
//! use berkeley_socket::{Limit, Socket, Type};
//! use std::net::SocketAddr;
//!
//! let server = Socket::bound(Type::DGRAM, &SocketAddr::from(([127, 0, 0, 1], 0)))?;
//! let client = Socket::connected(Type::DGRAM, &server.local_addr()?)?;
//! client.send(b"hello")?;
//!
//! let mut buffer = [0; 1500];
//! let (len, from) = server.within(Limit::seconds(5)).recv_from(&mut buffer)?;
//! assert_eq!(&buffer[..len], b"hello");
//! if let Some(from) = from {
//!     server.send_to(&buffer[..len], &from)?;
//! }
//! assert_eq!(client.recv(&mut buffer)?, 5);
//! # Ok::<(), berkeley_socket::Error>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | make one | [`Socket::bound`], [`connected`](Socket::connected), [`listening`](Socket::listening), [`pair`](Socket::pair), [`open`](Socket::open), [`new`](Socket::new) |
//! | bound a call | [`Socket::within`], [`Socket::set_timeout`] |
//! | send, receive | [`send`](Socket::send), [`send_to`](Socket::send_to), [`send_all`](Socket::send_all), [`recv`](Socket::recv), [`recv_from`](Socket::recv_from), [`recv_exact`](Socket::recv_exact) |
//! | a whole message: pieces, address, control messages, what was cut | [`send_msg`](Socket::send_msg), [`recv_msg`](Socket::recv_msg), [`control`] |
//! | hand descriptors to another process | [`send_fds`](Socket::send_fds), [`recv_fds`](Socket::recv_fds) |
//! | many messages a system call | [`send_many`](Socket::send_many), [`recv_many`](Socket::recv_many); UDP cut and joined by the kernel: [`send_segments`](Socket::send_segments), [`segments`] |
//! | hear what became of what was sent | [`recv_error`](Socket::recv_error): ICMP errors, time stamps, completions |
//! | send without a copy | [`zero_copy`](Socket::zero_copy) |
//! | read lines, write through a buffer | [`reader`](Socket::reader), [`writer`](Socket::writer) |
//! | wait for several descriptors at once | [`poll`](mod@poll) |
//! | send a file, relay a stream | [`send_file`](Socket::send_file), [`splice_to`](Socket::splice_to) |
//! | set an option | [`option`] |
//! | find an interface, its addresses | [`Interface`] |
//! | list and change links, addresses, routes; list sockets | [`netlink`] |
//! | capture frames, filter them in words | [`packet`], [`xdp`] |
//! | be told of TIPC's services, join its groups | [`tipc`] |
//! | speak with Bluetooth controllers | [`bluetooth`] |
//! | read and write frames of a CAN bus | [`can`] |
//! | have the kernel hash and encrypt | [`alg`] |
//! | tell SCTP's messages from its events | [`sctp`] |
//! | listen where a dead process left its name | [`unix`] |
//! | take a socket to a helper function | [`SocketRef`], which is `Copy` |
//!
//! # What does not pass through here
//!
//! No SIGPIPE (MSG_NOSIGNAL on every send, a fence around what has no such flag), no EINTR, no silent truncation (a message that
//! the buffer did not hold is [`Kind::Truncated`]), no descriptor that an exec would inherit.

#![forbid(unsafe_code)]

mod error;
pub use error::{Error, Kind, Op, Progress, Result};

mod newtype;

mod flag;
pub use flag::{ReceivedFlags, RecvFlags, SendFlags};

mod limit;
pub use limit::{CancelToken, Limit};

mod call;

pub mod poll;

mod handle;
pub use handle::{Handle, Owned, View};

mod socket;
pub use socket::{BACKLOG, How, Socket, SocketRef};

pub mod option;

mod connect;

mod transfer;
mod stream;

mod reader;
pub use reader::Reader;

mod writer;
pub use writer::Writer;

mod copy;
pub use copy::Pipe;

pub mod control;

mod message;
pub use message::{Message, Received};

mod queue;
pub use queue::{Queued, QueuedEvent, Stage};

mod batch;
pub use batch::{BatchMessage, RecvBatch, segments};

mod flowlabel;
pub use flowlabel::{FlowLabelLease, FlowLabelShare};

mod zerocopy;
pub use zerocopy::{Released, ZeroCopyBuffer, ZeroCopySender};

mod convert;

mod interface;
pub use interface::Interface;

pub mod netlink;

pub mod packet;
pub mod can;
pub mod alg;
pub mod qrtr;
pub mod tipc;
pub mod bluetooth;
pub mod sctp;
pub mod vsock;
pub mod unix;
pub mod xdp;

/// The words of socket(2), from berkeley-addr.
pub use berkeley_addr::{Address, AnyAddr, Family, OneFamily, Protocol, Type};

/// Numbers by their C names, for what options and messages hold.
pub use berkeley_sys::number::value as number;

/// An errno: what the kernel said. An open set of numbers.
pub use berkeley_sys::Errno;
