//! poll(2): several descriptors at once, under one limit.
//!
//! Contract: what is ready is told, whatever it is; nothing is read, written or finished here. One call is one deadline; also without time
//! it looks once. Sources: poll(2).

use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

use berkeley_sys::Errno;
use berkeley_sys::poll as sys;
#[doc(no_inline)]
pub use berkeley_sys::poll::{ERR, HUP, IN, OUT, PRI, RDHUP};

use crate::error::{Error, Kind, Op, Result};
use crate::limit::{CancelToken, Limit};

/// A descriptor, and what to wait for.
#[doc(alias = "pollfd")]
#[derive(Clone, Copy, Debug)]
pub struct Watch<'fd> {
    /// The descriptor.
    pub fd: BorrowedFd<'fd>,
    /// `POLL*`, such as [`IN`] or [`OUT`]. Errors and hang-ups are waited for with any.
    pub events: u16,
}

impl<'fd> Watch<'fd> {
    /// For these events of this descriptor.
    pub fn new(fd: &'fd impl AsFd, events: u16) -> Self {
        Self { fd: fd.as_fd(), events }
    }
}

/// Waits until something holds of one of them: what holds of each (`POLL*`; 0: nothing), in their order. `op` is what it is waited for,
/// which an error says.
///
/// # Errors
///
/// The limit's. EINVAL: more than RLIMIT_NOFILE, or nothing at all to wait for.
///
/// ```
/// use berkeley_socket::poll::{self, Watch, poll};
/// use berkeley_socket::{BACKLOG, Limit, Op, Socket, Type};
/// use std::net::SocketAddr;
///
/// let server = Socket::listening(Type::STREAM, &SocketAddr::from(([127, 0, 0, 1], 0)), BACKLOG)?;
/// let client = Socket::open_for(Type::STREAM, &server.local_addr()?)?;
/// if !client.try_connect(&server.local_addr()?)? {
///     let watches = [Watch::new(&client, poll::OUT), Watch::new(&client, poll::PRI)];
///     let found = poll(watches, Op::Connect, Limit::seconds(5))?;
///     assert!(found[0] & poll::OUT != 0);
///     client.finish_connect()?;
/// }
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[doc(alias = "ppoll")]
#[doc(alias = "select")]
pub fn poll<'fd>(
    watches: impl IntoIterator<Item = Watch<'fd>>,
    op: Op,
    limit: Limit<'fd>,
) -> Result<Vec<u16>> {
    let mut fds: Vec<sys::Watch<'fd>> =
        watches.into_iter().map(|watch| sys::watch(watch.fd, watch.events)).collect();
    let count = fds.len();
    fds.extend(limit.token().map(|token| sys::watch(token.as_fd(), IN)));
    let ended = |kind| Err(Error::other(op, kind));
    let is_cancelled = || limit.token().is_some_and(CancelToken::is_cancelled);
    let deadline = limit.deadline();
    if is_cancelled() {
        return ended(Kind::Cancelled);
    }
    if fds.is_empty() && deadline.is_none() {
        return Err(Error::kernel(op, Errno::INVAL));
    }
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match sys::wait_any(&mut fds, left) {
            Ok(0) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => {
                return ended(Kind::TimedOut);
            }
            Ok(0) => {}
            Ok(_) if is_cancelled() => return ended(Kind::Cancelled),
            Ok(_) => return Ok(fds.iter().take(count).map(sys::found).collect()),
            Err(Errno::INTR) if limit.interrupted().is_continue() => {}
            Err(Errno::INTR) => return ended(Kind::Interrupted),
            Err(errno) => return Err(Error::kernel(op, errno)),
        }
    }
}
