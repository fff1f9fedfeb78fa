//! How long a call may take, and who may end it: [`Limit`] and [`CancelToken`].
//!
//! A signal alone ends no call: EINTR is retried with the time that is left, unless a limit's hook says otherwise.
//!
//! A limit bounds a whole call, however many system calls and wake-ups it takes, on the monotonic clock. The kernel's own
//! time-outs (SO_RCVTIMEO, SO_SNDTIMEO) are never used: they are late by milliseconds, belong to every duplicate of the
//! descriptor, are inherited by accepted TCP connections, and cannot be cancelled.

use core::fmt;
use core::ops::ControlFlow;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Instant;

use berkeley_sys::poll;

use crate::error::{Error, Kind, Op, Result};

/// How long a call may take, and who may end it. `Copy`; made where it is used.
///
/// ```
/// use berkeley_addr::UnixAddr;
/// use berkeley_socket::{Kind, Limit, Socket, Type};
/// use core::time::Duration;
///
/// let (here, _there) = Socket::<UnixAddr>::pair(Type::STREAM)?;
/// let error = here.within(Limit::within(Duration::from_millis(5))).recv(&mut [0; 8]).unwrap_err();
/// assert_eq!(error.kind(), Kind::TimedOut);
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Limit<'a> {
    time: Time,
    token: Option<&'a CancelToken>,
    hook: Option<Hook<'a>>,
    retry: Option<Hook<'a>>,
    /// The hook asks for no wait of its own.
    in_place: bool,
}

/// What runs when a signal interrupts a wait, or before a further try.
type Hook<'a> = &'a (dyn Fn() -> ControlFlow<()> + Sync);

#[derive(Clone, Copy, Debug)]
enum Time {
    Never,
    Within(Duration),
    By(Instant),
}

impl<'a> Limit<'a> {
    /// None: a call takes as long as it takes.
    pub const NONE: Self = Self::of(Time::Never);

    const fn of(time: Time) -> Self {
        Self { time, token: None, hook: None, retry: None, in_place: false }
    }

    /// Each call made under this limit may take so long. Zero: it tries once and never waits. [`Duration::MAX`], and what
    /// lies beyond the clock's end: for ever.
    pub const fn within(time: Duration) -> Self {
        Self::of(Time::Within(time))
    }

    /// [`within`](Self::within) so many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self::within(Duration::from_secs(seconds))
    }

    /// All calls made under this limit must end by then.
    pub const fn by(instant: Instant) -> Self {
        Self::of(Time::By(instant))
    }

    /// The same limit, and `token` ends the call with [`Kind::Cancelled`](crate::Kind::Cancelled).
    #[must_use]
    pub const fn cancelled_by(self, token: &'a CancelToken) -> Self {
        Self { token: Some(token), ..self }
    }

    /// The same limit, and `hook` runs in the calling thread each time a signal was handled there while the call waits.
    /// [`ControlFlow::Break`] ends it with [`Kind::Interrupted`](crate::Kind::Interrupted).
    ///
    /// Also under SA_RESTART: with a hook a call always waits in ppoll(2), which the kernel never restarts. A signal that
    /// comes just before a wait begins does not interrupt it: for an end that is never missed, let the handler write to a pipe, and
    /// a thread that reads it [cancel](CancelToken::cancel) a token.
    ///
    /// ```
    /// use berkeley_socket::Limit;
    /// use core::ops::ControlFlow;
    /// use core::sync::atomic::{AtomicBool, Ordering};
    ///
    /// static STOP: AtomicBool = AtomicBool::new(false); // set by a handler of SIGINT
    /// let hook = || if STOP.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    /// let limit = Limit::seconds(5).on_interrupt(&hook);
    /// # assert!(!limit.is_none());
    /// ```
    #[doc(alias = "EINTR")]
    #[doc(alias = "PyErr_CheckSignals")]
    #[must_use]
    pub const fn on_interrupt(self, hook: &'a (dyn Fn() -> ControlFlow<()> + Sync)) -> Self {
        Self { hook: Some(hook), in_place: false, ..self }
    }

    /// [`on_interrupt`](Self::on_interrupt) for who installs no handler with SA_RESTART: a call without a time or a token waits in its
    /// own system call, so that this costs nothing. `hook` runs when one says EINTR, and after each part of a send of many parts, for the
    /// kernel does not say that a signal cut it short.
    ///
    /// ```
    /// use berkeley_socket::Limit;
    /// use core::ops::ControlFlow;
    ///
    /// let hook = || ControlFlow::Break(());
    /// assert!(Limit::NONE.on_eintr(&hook).is_none());
    /// ```
    #[doc(alias = "siginterrupt")]
    #[must_use]
    pub const fn on_eintr(self, hook: &'a (dyn Fn() -> ControlFlow<()> + Sync)) -> Self {
        Self { hook: Some(hook), in_place: true, ..self }
    }

    /// The same limit, and `hook` runs before each further try of a call: after a wait, after a signal (and what that runs), between the parts of
    /// a transfer of many. [`ControlFlow::Break`] ends the call with [`Kind::Interrupted`](crate::Kind::Interrupted). It limits nothing by itself:
    /// without a time or a token the kernel waits, and only a signal leads to a further try.
    ///
    /// For who keeps a descriptor by its number, which another thread or a handler of a signal may close meanwhile, and the next
    /// open(2) gives away: see [`SocketRef::raw`](crate::SocketRef::raw).
    ///
    /// ```
    /// use berkeley_socket::{Kind, Limit, Socket, Type};
    /// use berkeley_addr::UnixAddr;
    /// use core::ops::ControlFlow;
    /// use core::sync::atomic::{AtomicI32, Ordering};
    /// use std::os::fd::AsRawFd;
    ///
    /// let (here, there) = Socket::<UnixAddr>::pair(Type::STREAM)?;
    /// let number = AtomicI32::new(here.as_raw_fd()); // -1, once somebody has closed it
    /// let is_open = || match number.load(Ordering::Relaxed) {
    ///     -1 => ControlFlow::Break(()),
    ///     _ => ControlFlow::Continue(()),
    /// };
    /// number.store(-1, Ordering::Relaxed);
    /// there.send(b"x")?;
    /// let limit = Limit::seconds(5).on_retry(&is_open);
    /// assert_eq!(here.within(limit).recv(&mut [0; 8])?, 1); // the first try is no further one
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[must_use]
    pub const fn on_retry(self, hook: &'a (dyn Fn() -> ControlFlow<()> + Sync)) -> Self {
        Self { retry: Some(hook), ..self }
    }

    /// The same limit as one deadline from now on, for many calls.
    #[must_use]
    pub fn start(self) -> Self {
        let time = match self.deadline() {
            Some(instant) => Time::By(instant),
            None => Time::Never,
        };
        Self { time, ..self }
    }

    /// The same limit, started, but its time ends then at the latest.
    ///
    /// ```
    /// use berkeley_socket::Limit;
    /// use std::time::{Duration, Instant};
    ///
    /// let soon = Instant::now() + Duration::from_millis(250);
    /// assert_eq!(Limit::seconds(5).no_later(soon).deadline(), Some(soon));
    /// ```
    #[must_use]
    pub fn no_later(self, instant: Instant) -> Self {
        let end = self.deadline().map_or(instant, |deadline| deadline.min(instant));
        Self { time: Time::By(end), ..self }
    }

    /// When a call that starts now must end; `None`: never.
    pub fn deadline(&self) -> Option<Instant> {
        match self.time {
            Time::Never => None,
            // What the clock cannot hold is for ever.
            Time::Within(time) => Instant::now().checked_add(time),
            Time::By(instant) => Some(instant),
        }
    }

    /// How long a call that starts now may take; `None`: for ever.
    pub fn remaining(&self) -> Option<Duration> {
        match self.time {
            Time::Never => None,
            Time::Within(time) => Instant::now().checked_add(time).map(|_| time),
            Time::By(instant) => Some(instant.saturating_duration_since(Instant::now())),
        }
    }

    /// Between two steps of one call that was [started](Self::start): a peer that is always ready cannot stretch it.
    pub(crate) fn check(&self, op: Op) -> Result<()> {
        match self.remaining() {
            Some(left) if left.is_zero() => Err(Error::other(op, Kind::TimedOut)),
            _ => Ok(()),
        }
    }

    /// The token that ends it.
    #[inline]
    pub const fn token(&self) -> Option<&'a CancelToken> {
        self.token
    }

    /// Whether nothing ends a call under this limit, but for what [`on_eintr`](Self::on_eintr) and [`on_retry`](Self::on_retry) say.
    #[inline]
    pub const fn is_none(&self) -> bool {
        matches!(self.time, Time::Never)
            && self.token.is_none()
            && (self.hook.is_none() || self.in_place)
    }

    /// After a signal has interrupted a wait: runs the hook, and says whether it lets the call go on. For who waits by
    /// himself for several descriptors under one limit; the calls of sockets do it on their own.
    pub fn interrupted(&self) -> ControlFlow<()> {
        match self.hook.map_or(ControlFlow::Continue(()), |hook| hook()) {
            ControlFlow::Continue(()) => self.again(),
            end @ ControlFlow::Break(()) => end,
        }
    }

    /// Before a further try.
    pub(crate) fn again(&self) -> ControlFlow<()> {
        self.retry.map_or(ControlFlow::Continue(()), |hook| hook())
    }

    /// Between two parts of a send: the kernel answers with a part also when a signal came.
    pub(crate) fn after_part(&self) -> ControlFlow<()> {
        if self.in_place { self.interrupted() } else { self.again() }
    }
}

impl fmt::Debug for Limit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit")
            .field("time", &self.time)
            .field("token", &self.token)
            .field("hook", &self.hook.is_some())
            .field("retry", &self.retry.is_some())
            .finish()
    }
}

impl Default for Limit<'_> {
    fn default() -> Self {
        Self::NONE
    }
}

/// From Python's `timeout`: `None` is for ever.
impl From<Option<Duration>> for Limit<'_> {
    fn from(time: Option<Duration>) -> Self {
        time.map_or(Self::NONE, Self::within)
    }
}

/// Ends the calls that run under it, from another thread. Clones are the same token; one token serves many sockets.
///
/// It stays cancelled, for calls to come as well, until [`reset`](Self::reset). After fork(2) parent and child have one event: what is cancelled in
/// one of them ends blocked calls of both.
///
/// ```
/// use berkeley_addr::UnixAddr;
/// use berkeley_socket::{CancelToken, Kind, Limit, Socket, Type};
///
/// let (here, _there) = Socket::<UnixAddr>::pair(Type::DGRAM)?;
/// let token = CancelToken::new()?;
/// let other = token.clone();
/// let thread = std::thread::spawn(move || other.cancel());
/// let error = here.within(Limit::NONE.cancelled_by(&token)).recv(&mut [0; 8]).unwrap_err();
/// assert_eq!(error.kind(), Kind::Cancelled);
/// # thread.join().unwrap();
/// # Ok::<(), berkeley_socket::Error>(())
/// ```
#[derive(Clone)]
pub struct CancelToken(Arc<Inner>);

struct Inner {
    /// Readable while cancelled: what a blocked call waits for.
    event: OwnedFd,
    /// The same, to ask without a system call.
    cancelled: AtomicBool,
}

impl CancelToken {
    /// A token that is not cancelled.
    ///
    /// # Errors
    ///
    /// EMFILE, ENFILE: it holds one descriptor.
    pub fn new() -> Result<Self> {
        let event = poll::eventfd().map_err(|errno| Error::kernel(Op::Token, errno))?;
        Ok(Self(Arc::new(Inner { event, cancelled: AtomicBool::new(false) })))
    }

    /// Ends every call under this token, now and until [`reset`](Self::reset).
    pub fn cancel(&self) {
        self.set(true);
    }

    /// Calls may run again. A call that was blocked may not have seen the cancelling yet, and then goes on: wait for the
    /// cancelled calls to return (join their threads) before this.
    pub fn reset(&self) {
        self.set(false);
    }

    /// Flag and event together, without a lock, which a child process may find held by a thread that it has not: whoever changes the event last has
    /// seen afterwards that the flag says the same.
    fn set(&self, cancelled: bool) {
        let Inner { event, cancelled: flag } = &*self.0;
        flag.store(cancelled, Ordering::SeqCst);
        loop {
            let seen = flag.load(Ordering::SeqCst);
            // EAGAIN is the only error there is: the event is as it shall be.
            let _ = if seen { poll::raise(event) } else { poll::clear(event) };
            if flag.load(Ordering::SeqCst) == seen {
                return;
            }
        }
    }

    /// Whether it is cancelled.
    #[inline]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }
}

/// Readable while cancelled, to be waited for beside other descriptors. Never read from it.
impl AsFd for CancelToken {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.event.as_fd()
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken").field("cancelled", &self.is_cancelled()).finish()
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::AtomicUsize;

    use super::*;

    const ROUNDS: usize = 50_000;

    #[test]
    fn no_time_is_ever_rounded_to_for_ever_but_the_endless_ones() {
        for time in [Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(1 << 32)] {
            assert!(Limit::within(time).deadline().is_some(), "{time:?}");
            assert!(Limit::within(time).start().remaining().is_some(), "{time:?}");
        }
        assert!(Limit::within(Duration::MAX).start().remaining().is_none());
        assert!(Limit::within(Duration::MAX).remaining().is_none());
        assert!(Limit::NONE.is_none() && !Limit::seconds(1).is_none());
    }

    #[test]
    fn a_token_is_level_triggered_until_reset() {
        let token = CancelToken::new().unwrap();
        let readable = |token: &CancelToken| {
            poll::wait(None, Some(token.as_fd()), Some(Duration::ZERO)).unwrap().woken
        };
        for _ in 0..3 {
            assert!(!token.is_cancelled() && !readable(&token));
            token.clone().cancel();
            token.cancel();
            assert!(token.is_cancelled() && readable(&token));
            token.reset();
        }
    }

    /// Cancelled and reset at one time, again and again: whoever was last, flag and event say the same.
    #[test]
    fn flag_and_event_say_the_same() {
        let token = CancelToken::new().unwrap();
        let (begun, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let until = |number: &AtomicUsize, wanted| {
            let mut spins = 0_u32;
            while number.load(Ordering::SeqCst) < wanted {
                spins += 1;
                if spins % 1024 == 0 {
                    std::thread::yield_now();
                }
            }
        };
        let wrong = std::thread::scope(|scope| {
            scope.spawn(|| {
                for nth in 1..=ROUNDS {
                    until(&begun, nth);
                    token.cancel();
                    done.store(nth, Ordering::SeqCst);
                }
            });
            let rounds = (1..=ROUNDS).filter(|nth| {
                begun.store(*nth, Ordering::SeqCst);
                token.reset();
                until(&done, *nth);
                let woken =
                    poll::wait(None, Some(token.as_fd()), Some(Duration::ZERO)).unwrap().woken;
                token.is_cancelled() != woken
            });
            rounds.count()
        });
        assert_eq!(wrong, 0, "of {ROUNDS}");
    }
}
