//! The resolver that asks by itself: files, name servers and this machine's own services, under one limit.
//!
//! Contract: what nsswitch.conf says is followed, source after source; one lookup is one deadline, one thread and no helper. libc is asked
//! only for what it alone knows, and only where that is allowed. Sources: nsswitch.conf(5), resolv.conf(5), RFC 2308, RFC 6724, RFC 6761,
//! RFC 6762, RFC 7686.

// In reading order.
mod setting;
mod found;
mod trace;
mod cache;
mod flight;
mod plan;
mod asker;
mod walk;
mod way;
mod lookup;
mod pending;
mod record;
mod posix;
mod builder;

pub use asker::Resolver;
pub use builder::ResolverBuilder;
pub use found::Found;
pub use lookup::Lookup;
pub use pending::Pending;
pub use record::Records;
pub use setting::Engine;
pub use trace::{Said, Trace, Visit};
pub(crate) use walk::End;
