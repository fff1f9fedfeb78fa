//! What happens on the way to a connection, told as it happens.

use core::time::Duration;

use berkeley_addr::AnyAddr;
use berkeley_resolve::machine::Attempt as Question;
use berkeley_resolve::{Found, ResolveError};

use crate::error::Attempt;

/// What [`connect_traced`](crate::connect_traced) tells of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ConnectEvent<'a> {
    /// A name server was asked.
    Asked(&'a Question),
    /// That question has ended: after which time, and how.
    Answered(&'a Question),
    /// The addresses that are known by now, the best to be tried first; when those of one family are still to come, they are
    /// [partial](Found::is_partial).
    Found(&'a Found),
    /// The name has no address, or there was no time to find it.
    NotFound(&'a ResolveError),
    /// An address is tried.
    Trying(AnyAddr),
    /// It failed.
    Failed(&'a Attempt),
    /// It is connected.
    Connected(AnyAddr),
    /// Another was there first: it is closed.
    Closed(AnyAddr),
}

/// Whom to tell, and since when.
pub(crate) type Trace<'t> = Option<&'t mut dyn FnMut(Duration, ConnectEvent<'_>)>;
