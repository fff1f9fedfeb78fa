//! Names to socket addresses and back, under one deadline.
//!
//! ```
//! use berkeley_resolve::{Role, resolve};
//! use berkeley_socket::Limit;
//!
//! // Five seconds for the name servers, whatever they do.
//! for target in resolve(&"tcp://localhost:80".parse()?, Role::Client, Limit::seconds(5))? {
//!     println!("{} {} {} {}", target.family, target.ty, target.protocol, target.addr);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | call | takes | gives |
//! |---|---|---|
//! | [`resolve`] | an endpoint of any family, strict | all that its sockets need |
//! | [`lookup`] | a host, strict, and a port | socket addresses |
//! | [`getaddrinfo`] | text, as POSIX reads it | socket addresses, types, protocols |
//! | [`getnameinfo`] | a socket address | the names of host and service |
//! | [`gethostbyname`], [`gethostbyname_ex`], [`gethostbyaddr`], [`getfqdn`] | a name or an address | as Python's |
//! | [`getservbyname`], [`getservbyport`], [`getprotobyname`] | a service, a port, a protocol | as Python's |
//! | [`gethostname`], [`sethostname`] | nothing, or a name | this machine's own |
//! | [`to_ascii`] | a host in any characters | its form in the DNS |
//! | [`Resolver::lookup`] | a host, strict | sorted addresses, and more about them |
//! | [`Lookup::start`] | the same, and waits for nothing | the lookup in steps, for poll(2) or an event loop |
//! | [`Resolver::records`], [`Resolver::reverse`] | a name and a type, an address | DNS records, names |
//! | [`Resolver::service`] | a service, its name or number, and a protocol | its port |
//!
//! All of them are one [`Resolver`]'s, the functions the [system's](Resolver::system); another one has them as methods. It is native: it reads this
//! machine's files, follows nsswitch.conf, and asks name servers by itself, in the calling thread, under a
//! [`Limit`](berkeley_socket::Limit). It keeps answers for as long as they say, and tells in an error whom it has asked. What needs no lookup, numbers
//! above all, no limit ends.
//!
//! libc answers only where nsswitch.conf names a source that it alone knows, and where it is told to: see [`Engine`]. Its lookups neither end in time nor
//! can be cancelled, so under a limit they run on a thread that is left alone when the limit ends: see [`LOOKUPS_AT_ONCE`].
//!
//! Names beyond ASCII are the feature `idna`'s, which this crate has not by default and `berkeley` has: [`Resolver::lookup`] and
//! [`AddrInfoFlags::IDN`] translate them; an [`Endpoint`](berkeley_addr::Endpoint) takes what [`to_ascii`] gives.
//!
//! Three of its layers stand by themselves, without system calls: [`conf`] reads its files, [`policy`]
//! sorts its answers, [`happy`] says when to connect to which.
//!
//! An error says what was asked, why there is no answer, and what to try: [`ResolveError`].
//!
//! For who drives sockets of his own: [`wire`] reads and writes DNS messages, [`machine`] is a lookup without sockets.

#![forbid(unsafe_code)]

// In reading order: a file imports only from files above it.
pub mod conf;
pub mod policy;
pub mod happy;
pub mod wire;
mod kind;
pub mod machine;
mod flag;
mod code;
mod error;
mod step;
pub mod source;
mod system;
mod route;
mod aside;
mod question;
mod printed;
mod addrinfo;
mod hostent;
mod libc;
mod idn;
mod drive;
mod resolver;
mod gai;
mod info;
mod host;
mod service;
mod target;

pub use addrinfo::{AddrInfo, Hints};
pub use aside::LOOKUPS_AT_ONCE;
pub use code::{Eai, HostErrno};
pub use error::{Cause, Part, ResolveError, Result};
pub use flag::{AddrInfoFlags, NameFlags};
pub use gai::getaddrinfo;
pub use host::{getfqdn, gethostbyaddr, gethostbyname, gethostbyname_ex, gethostname, sethostname};
pub use hostent::HostEntry;
pub use idn::to_ascii;
pub use info::getnameinfo;
pub use resolver::{
    Engine, Found, Lookup, Pending, Records, Resolver, ResolverBuilder, Said, Trace, Visit,
};
pub use service::{getprotobyname, getservbyname, getservbyport};
pub use target::{Role, Target, lookup, resolve};
