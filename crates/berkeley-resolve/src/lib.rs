//! Names to socket addresses and back, under one deadline.
#![forbid(unsafe_code)]

mod flag;
mod code;
mod error;
mod aside;
mod question;
mod printed;
mod gai;
mod info;
mod host;
mod service;

pub use aside::LOOKUPS_AT_ONCE;
pub use code::{Eai, HostErrno};
pub use error::{Cause, Part, ResolveError, Result};
pub use flag::{AddrInfoFlags, NameFlags};
pub use gai::{AddrInfo, Hints, getaddrinfo};
pub use host::{HostEntry, getfqdn, gethostbyaddr, gethostbyname, gethostbyname_ex, gethostname};
pub use info::getnameinfo;
pub use service::{getprotobyname, getservbyname, getservbyport};
