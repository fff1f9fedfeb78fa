//! A lookup that who likes waits for by himself.
//!
//! Contract: steps, none of which waits: the same as those of the blocking call. Source: poll(2).

use core::task::Poll;
use core::time::Duration;
use std::time::Instant;

use berkeley_socket::Errno;
use berkeley_socket::poll::Watch;
use berkeley_sys::process;

use super::asker::is_over;
use super::found::Found;
use super::lookup::{Asked, Lookup, of_libc};
use super::walk::End;
use super::way::Way;
use crate::aside::{Aside, threads};
use crate::error::{Cause, ResolveError, Result};
use crate::libc;
use crate::machine::Attempt;
use crate::step::Steps;

/// How long a lookup in steps waits for who asks the same: that one may be gone as soon as it has the half of the answer that is enough for it, and
/// so may the next. RFC 8305's resolution delay.
const PATIENCE: Duration = Duration::from_millis(50);

impl<'a> Lookup<'a> {
    /// Starts it, for who waits by himself: beside other descriptors, or in an event loop. It ends by the deadline, whatever there is.
    ///
    /// ```
    /// use berkeley_resolve::Resolver;
    /// use berkeley_socket::poll::poll;
    /// use berkeley_socket::{Limit, Op};
    /// use core::task::Poll;
    /// use core::time::Duration;
    /// use std::time::Instant;
    ///
    /// let limit = Limit::seconds(3).start();
    /// let mut pending = Resolver::system().lookup("db.localhost").start(limit.deadline());
    /// let mut events = Vec::new();
    /// let found = loop {
    ///     if let Poll::Ready(found) = pending.step(&events) {
    ///         break found?;
    ///     }
    ///     // Descriptors of your own may be among these.
    ///     let limit = pending.wake_at().map_or(limit, |time| limit.no_later(time));
    ///     events = poll(pending.watches(), Op::Recv, limit).unwrap_or_default();
    /// };
    /// assert!(found.addresses().iter().all(|addr| addr.ip().is_loopback()));
    /// # Ok::<(), berkeley_resolve::ResolveError>(())
    /// ```
    pub fn start(self, deadline: Option<Instant>) -> Pending<'a> {
        let stage = match self.asked(deadline, Some(PATIENCE)) {
            Ok(Asked::Address(addr)) => Stage::Over(Some(Ok(Found::of("literal", None, [addr])))),
            Ok(Asked::Name(question)) => Stage::Way(Box::new(Way::new(question))),
            Err(cause) => Stage::Over(Some(Err(cause))),
        };
        Pending { lookup: self, deadline, process: process::generation(), stage }
    }
}

/// A lookup on its way: [`Lookup::start`]. Dropped, it ends.
///
/// It is stepped until it is ready. Before each further step wait until one of the [`watches`](Self::watches) is ready, or it is time to
/// [`wake`](Self::wake_at): poll(2) or any event loop will do. A lookup that nobody steps holds up others for the same name, for as long as a
/// server may be silent.
#[must_use = "a lookup goes on only when it is stepped"]
pub struct Pending<'a> {
    lookup: Lookup<'a>,
    deadline: Option<Instant>,
    /// Whose state its stage holds.
    process: usize,
    stage: Stage<'a>,
}

enum Stage<'a> {
    /// Nothing to wait for, or told already.
    Over(Option<Result<Found, Cause>>),
    Way(Box<Way<'a>>),
    Libc(Aside<Result<Found, Cause>>, Vec<Attempt>),
}

impl Pending<'_> {
    /// What to wait for: descriptors, and the events of poll(2) for each.
    pub fn watches(&self) -> impl Iterator<Item = Watch<'_>> {
        let (way, libc) = match &self.stage {
            Stage::Over(_) => (None, None),
            Stage::Way(way) => (Some(way.watches()), None),
            Stage::Libc(aside, _) => (None, Some(aside.watches())),
        };
        way.into_iter().flatten().chain(libc.into_iter().flatten())
    }

    /// When to step again, even if nothing is ready.
    pub fn wake_at(&self) -> Option<Instant> {
        let time = match &self.stage {
            Stage::Over(_) => return None,
            Stage::Way(way) => way.wake_at(),
            Stage::Libc(..) => None,
        };
        time.into_iter().chain(self.deadline).min()
    }

    /// Goes on, without waiting, and says when it is over; then never again. `events` are what was found of each of the
    /// [`watches`](Self::watches) before this, in their order: `POLL*`, 0 for nothing. The first step, and one because of the time, has
    /// none. To say of too many that they are ready costs a system call each, no more.
    ///
    /// # Errors
    ///
    /// As [`Lookup::within`]'s, but for what a token or a hook ends. [`Cause::System`] with ECANCELED: a parent process began it.
    pub fn step(&mut self, events: &[u16]) -> Poll<Result<Found>> {
        let is_anothers = self.is_anothers();
        let end = match &mut self.stage {
            Stage::Way(_) | Stage::Libc(..) if is_anothers => {
                Poll::Ready(Err(Cause::System(Errno::CANCELED)))
            }
            Stage::Over(end) => end.take().map_or(Poll::Pending, Poll::Ready),
            Stage::Libc(aside, _) => aside.step(events).map(|found| found.unwrap_or_else(Err)),
            Stage::Way(way) => match way.step(events) {
                Poll::Ready(Ok(mut found)) => {
                    way.question.state.sort(&way.question.plan, &mut found.addresses);
                    Poll::Ready(Ok(found))
                }
                Poll::Ready(Err(End::Foreign(_))) if way.question.state.settings.allows_libc() => {
                    self.ask_libc()
                }
                Poll::Ready(Err(End::Foreign(word))) => Poll::Ready(Err(Cause::Source(word))),
                Poll::Ready(Err(End::Failed(cause))) => Poll::Ready(Err(cause)),
                Poll::Pending => Poll::Pending,
            },
        };
        let end = match end {
            Poll::Pending if is_over(self.deadline) => match &mut self.stage {
                Stage::Libc(aside, _) => aside.abandon(Cause::TimedOut).unwrap_or_else(Err),
                Stage::Over(_) => return Poll::Pending,
                Stage::Way(_) => Err(Cause::TimedOut),
            },
            Poll::Pending => return Poll::Pending,
            Poll::Ready(end) => end,
        };
        let end = end.map_err(|cause| self.error(cause));
        self.stage = Stage::Over(None);
        Poll::Ready(end)
    }

    /// The addresses of one family, best first, while the other's are still asked for; `None` while there are none. What is there at the end holds these
    /// as well.
    pub fn so_far(&self) -> Option<Found> {
        match &self.stage {
            Stage::Way(_) if self.is_anothers() => None,
            Stage::Way(way) => {
                let mut found = way.so_far()?;
                way.question.state.sort(&way.question.plan, &mut found.addresses);
                Some(found)
            }
            Stage::Over(_) | Stage::Libc(..) => None,
        }
    }

    /// The questions that went to name servers so far.
    pub fn attempts(&self) -> Vec<Attempt> {
        match &self.stage {
            Stage::Way(way) => way.attempts(),
            Stage::Libc(_, attempts) => attempts.clone(),
            Stage::Over(_) => Vec::new(),
        }
    }

    /// Ends it for this reason, which is the caller's: the error, with the questions so far.
    pub fn give_up(self, cause: Cause) -> ResolveError {
        self.error(cause)
    }

    /// Whether a parent process began it: then its locks may be held for ever.
    fn is_anothers(&self) -> bool {
        self.process != process::generation()
    }

    fn ask_libc(&mut self) -> Poll<Result<Found, Cause>> {
        let Stage::Way(way) = &self.stage else { return Poll::Pending };
        let attempts = way.attempts();
        let hints = self.lookup.hints();
        let call = libc::getaddrinfo_call(Some(&way.question.name), None, &hints);
        let work = call.map(|call| move || call().map(of_libc));
        match work {
            Err(cause) => Poll::Ready(Err(cause)),
            Ok(_) if is_over(self.deadline) => Poll::Ready(Err(Cause::TimedOut)),
            Ok(work) => match threads().begin(work) {
                Ok(aside) => {
                    self.stage = Stage::Libc(aside, attempts);
                    Poll::Pending
                }
                Err(cause) => Poll::Ready(Err(cause)),
            },
        }
    }

    fn error(&self, cause: Cause) -> ResolveError {
        ResolveError::new(Some(self.lookup.host), None, cause).with_attempts(self.attempts())
    }
}
