//! A lookup in the DNS as a machine without sockets and without a clock.
//!
//! Contract: pure. It is driven by events and yields actions, so a driver of any kind can run it, and a test on a clock of its own. What
//! a server sends can neither stop it, nor make it send more than it would without an answer.
//! Sources: RFC 1035 section 7, RFC 2308, RFC 5452, RFC 6891 section 6.2, RFC 7766, RFC 7873, RFC 8020; glibc's resolver for the search list.

// In reading order.
mod config;
mod memory;
mod event;
mod exchange;
mod ask;
mod lookup;
mod send;
mod receive;

pub use config::{Config, Lookup};
pub use event::{Action, Answer, Attempt, End, Event, Failure, Packet, SocketId};
pub use lookup::Machine;
pub use memory::Memory;
