//! What can answer for a name beside the files and DNS: services of this machine, each behind a socket of its own.
//!
//! Contract: each speaks under the lookup's [`Limit`], holds no thread, and says in nsswitch.conf's words what
//! came of it, so that the actions there can be followed. What a service sends is bounded and believed in nothing but its addresses.
//! Source: nsswitch.conf(5).

mod json;
pub use json::{Json, Malformed};

mod talk;

mod resolved;
pub(crate) use resolved::Asking as ResolvedAsking;
pub use resolved::Resolved;

mod avahi;
pub(crate) use avahi::Asking as AvahiAsking;
pub use avahi::Avahi;

mod myhostname;
pub use myhostname::MyHostname;
pub(crate) use myhostname::loopback;

use core::fmt;
use core::net::SocketAddr;

use berkeley_socket::Limit;

use crate::error::Cause;
use crate::step::{Steps, block};

/// What a source found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The addresses, of port 0, in the source's order; an IPv6 one has its scope.
    pub addresses: Vec<SocketAddr>,
    /// The name that they belong to, where it says one.
    pub canonical: Option<String>,
}

/// Why a source found nothing: nsswitch.conf's statuses, and the limit's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It works, and there is no such name: `NOTFOUND`.
    NotFound,
    /// It is not there, or does not speak as it should: `UNAVAIL`.
    Unavailable(Cause),
    /// It cannot say now: `TRYAGAIN`. Its own word for why.
    TryAgain(Box<str>),
    /// The lookup's limit ended; no other source is to be asked.
    Ended(Cause),
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such name"),
            Self::Unavailable(cause) => write!(f, "not available: {cause}"),
            Self::TryAgain(why) => write!(f, "not now: {}", why.escape_debug()),
            Self::Ended(cause) => cause.fmt(f),
        }
    }
}

impl core::error::Error for Silence {}

/// A failed call on the way to a service: it is not available, unless the limit ended.
impl From<berkeley_socket::Error> for Silence {
    fn from(error: berkeley_socket::Error) -> Self {
        of(error.into())
    }
}

fn of(cause: Cause) -> Silence {
    match cause {
        Cause::TimedOut | Cause::Cancelled | Cause::Interrupted => Silence::Ended(cause),
        cause => Silence::Unavailable(cause),
    }
}

/// What comes of it before the limit ends.
fn wait<T>(mut work: impl Steps<End = Result<T, Silence>>, limit: Limit<'_>) -> Result<T, Silence> {
    block(&mut work, limit.start()).unwrap_or_else(|cause| Err(of(cause)))
}
